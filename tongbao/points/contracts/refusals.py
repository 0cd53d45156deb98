"""What points refuse, and why."""

from __future__ import annotations

from tongbao.kit.errors import DomainError, NotFound


class PoolUnknown(NotFound):
    code = "pool_unknown"
    message_en = "There is no pool {pool}. Known: {known}."
    message_zh = "没有积分池{pool}。可用:{known}。"


class GrantExists(DomainError):
    code = "grant_exists"
    status = 409
    message_en = "Points for {subject} were granted before, with other figures. Look up that grant."
    message_zh = "{subject}此前已按其他数额发放积分。请查询该笔发放。"


class PointsAmountInvalid(DomainError):
    code = "points_amount_invalid"
    status = 422
    message_en = "{amount} can't be granted. Give a whole number of 1/10 000 points, not below zero."
    message_zh = "无法发放{amount}。请填写非负整数(单位:万分之一积分)。"


class PriceBelowFloor(DomainError):
    code = "price_below_floor"
    status = 422
    message_en = "A price of {asked} fen is below the floor of {floor} fen for one point. Set at least that."
    message_zh = "价格{asked}分低于底价{floor}分。请不要低于底价。"


class PriceInvalid(DomainError):
    code = "price_invalid"
    status = 422
    message_en = "A price of {asked} fen for one point can't be set. Give more than 0, and less than {most}."
    message_zh = "不能设置每积分{asked}分的价格。请填写大于0且小于{most}的数值。"


class NoPriceYet(DomainError):
    code = "no_price_yet"
    status = 409
    message_en = (
        "A point has no price yet: nothing stands behind it. Pay with money; the price follows the reserve."
    )
    message_zh = "积分暂无价格:尚无储备支撑。请使用现金支付,价格随储备金形成。"


class PointsPriceChanged(DomainError):
    code = "points_price_changed"
    status = 409
    message_en = (
        "Paying {amount_fen} fen now takes {units} units of points. Look at that, and confirm it again."
    )
    message_zh = "现在抵扣{amount_fen}分需要{units}个积分单位。请查看后重新确认。"


class SpendingTooLarge(DomainError):
    code = "spending_too_large"
    status = 422
    message_en = (
        "At most {most_fen} fen of this order can be paid with points, not {asked_fen}. Ask for less."
    )
    message_zh = "本单最多可用积分抵扣{most_fen}分,不能抵扣{asked_fen}分。请减少抵扣。"


class PointsShort(DomainError):
    code = "points_short"
    status = 409
    message_en = "{asked} units of points are needed and {available} are available. Ask for less."
    message_zh = "需要{asked}个积分单位,可用{available}个。请减少数量。"


class RedemptionOff(DomainError):
    code = "redemption_off"
    status = 403
    message_en = "Points aren't redeemed for cash in this mall. They can be spent on packs and goods."
    message_zh = "本商城未开放积分兑现。积分可用于购买礼包和商品。"


class RedemptionTooLarge(DomainError):
    code = "redemption_too_large"
    status = 422
    message_en = (
        "A member may redeem {most} units a day, {left} are left of them today, {asked} were asked for."
    )
    message_zh = "每位会员每天最多兑现{most}个单位,今天还剩{left}个,申请了{asked}个。"


class RedemptionTooSmall(DomainError):
    code = "redemption_too_small"
    status = 422
    message_en = "{asked} units are worth less than one fen at the floor. Redeem more at once."
    message_zh = "{asked}个单位按底价不足一分。请一次多兑换一些。"


class RedemptionUnknown(NotFound):
    code = "redemption_unknown"
    message_en = "There is no redemption {number} of yours that waits. Look it up in your list."
    message_zh = "没有您的待处理兑换{number}。请查看兑换记录。"


class RequestDiffers(DomainError):
    code = "points_request_differs"
    status = 409
    message_en = "{key} was asked for before with other contents. Use a new key for a new request."
    message_zh = "{key}此前已用不同内容提交。新请求请使用新的编号。"


class RetirementTooLarge(DomainError):
    code = "retirement_too_large"
    status = 409
    message_en = (
        "Pool {pool} has {left} units left to issue, {asked} can't be retired. Retire at most what is left."
    )
    message_zh = "积分池{pool}剩余{left}个单位未发放,不能注销{asked}个。最多注销剩余部分。"


class ScheduleInvalid(DomainError):
    code = "schedule_invalid"
    status = 422
    message_en = (
        "{total} units can't be released in {parts} parts. Give 1 to {most} parts of at least one unit."
    )
    message_zh = "不能将{total}个单位分{parts}次释放。请设1到{most}次,每次至少一个单位。"


class ScheduleBeyondPool(DomainError):
    code = "schedule_beyond_pool"
    status = 409
    message_en = (
        "All seats together would need {needed} units of pool {pool}, which has {cap}. "
        "Have fewer seats or smaller cards."
    )
    message_zh = "全部席位共需积分池{pool}的{needed}个单位,该池只有{cap}个。请减少席位或权益卡额度。"


class CardUnknown(NotFound):
    code = "rights_card_unknown"
    message_en = "There is no rights card {number} of yours. Look it up in your list."
    message_zh = "没有您的权益卡{number}。请查看权益卡列表。"


class CardNotTransferable(DomainError):
    code = "rights_card_not_transferable"
    status = 409
    message_en = "Rights card {number} can't be transferred: {why}."
    message_zh = "权益卡{number}不能转让:{why}。"


class MarketOff(DomainError):
    code = "market_off"
    status = 403
    message_en = "Members don't trade points in this mall. They can be spent on packs and goods."
    message_zh = "本商城未开放积分挂卖。积分可用于购买礼包和商品。"


class AskTooSmall(DomainError):
    code = "ask_too_small"
    status = 422
    message_en = (
        "{units} units make no whole lot of {lot_units} once the fee has left, or far too many. Offer more."
    )
    message_zh = "{units}个单位扣除手续费后不足一手({lot_units}),或数量过大。请调整数量。"


class MarketPriceInvalid(DomainError):
    code = "market_price_invalid"
    status = 422
    message_en = (
        "A price of {price_fen} fen for a lot can't be taken. Today it may be {low_fen} to {high_fen} fen."
    )
    message_zh = "每手价格{price_fen}分不可用。今日可用范围为{low_fen}到{high_fen}分。"


class MarketLimitReached(DomainError):
    code = "market_limit_reached"
    status = 409
    message_en = (
        "{asked} lots are more than a member may enter in a day ({most}). Enter fewer, or wait for tomorrow."
    )
    message_zh = "{asked}手超过会员每日挂单上限({most})。请减少数量或明日再试。"


class MoneyShort(DomainError):
    code = "money_short"
    status = 409
    message_en = (
        "{asked} fen are needed and {available} of paid-in money are there. Pay in first, or bid for less."
    )
    message_zh = "需要{asked}分,充值余额为{available}分。请先充值或减少数量。"


class SelfTrade(DomainError):
    code = "self_trade"
    status = 409
    message_en = (
        "This order would trade with an order of yours. Cancel that one first, or name another price."
    )
    message_zh = "该挂单会与您自己的挂单成交。请先撤销原挂单或更换价格。"


class MarketOrderUnknown(NotFound):
    code = "market_order_unknown"
    message_en = (
        "There is no open order {order} of yours. It may be filled or ended; look it up in your list."
    )
    message_zh = "没有您的进行中挂单{order}。该挂单可能已成交或结束,请查看列表。"


class BankStatementInvalid(DomainError):
    code = "bank_statement_invalid"
    status = 422
    message_en = "The statement can't be read, row {row}: {why_en}. Correct the file and upload it again."
    message_zh = "对账单无法读取,第{row}行:{why_zh}。请更正文件后重新上传。"


class BankStatementKnown(DomainError):
    code = "bank_statement_known"
    status = 409
    message_en = "This file was uploaded before, on {on}. Look at the list."
    message_zh = "该文件已于{on}上传。请查看列表。"
