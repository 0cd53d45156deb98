"""What points refuse, and why."""

from __future__ import annotations

from typing import ClassVar

from tongbao.kit.errors import DomainError, Language, NotFound
from tongbao.money import format_points, format_yuan


class _Amounts(DomainError):
    """Its values stay whole numbers of 1/10 000 point and fen; its message says points and yuan.

    >>> PointsShort(asked=25_000, available=10_000).message("en")
    '2.5 points are needed and 1 are available. Ask for less.'
    """

    points: ClassVar[tuple[str, ...]] = ()
    yuan: ClassVar[tuple[str, ...]] = ()

    def message(self, language: Language) -> str:
        """The message for a reader of ``language``."""
        shown = dict(self.values)
        for names, written in ((self.points, format_points), (self.yuan, format_yuan)):
            shown |= {name: written(shown[name]) for name in names if type(shown[name]) is int}
        template = self.message_zh if language == "zh" else self.message_en
        return template.format(**shown)


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
    message_en = "{amount} is no amount that can be taken. Give a whole number greater than zero, and no absurd one."
    message_zh = "{amount}不是可用的数额。请填写大于零且合理的整数。"


class PriceBelowFloor(DomainError):
    code = "price_below_floor"
    status = 422
    message_en = "A price of ¥{asked} for one point is below the floor, which needs ¥{floor}. Set at least that."
    message_zh = "每积分价格¥{asked}低于底价,至少为¥{floor}。请不要低于底价。"


class PriceInvalid(DomainError):
    code = "price_invalid"
    status = 422
    message_en = "A price of ¥{asked} for one point can't be set. Give more than 0 and less than ¥{most}."
    message_zh = "不能设置每积分¥{asked}的价格。请填写大于0且小于¥{most}的金额。"


class NoPriceYet(DomainError):
    code = "no_price_yet"
    status = 409
    message_en = (
        "A point has no price yet: nothing stands behind it. Pay with money; the price follows the reserve."
    )
    message_zh = "积分暂无价格:尚无储备支撑。请使用现金支付,价格随储备金形成。"


class PointsPriceChanged(_Amounts):
    code = "points_price_changed"
    status = 409
    message_en = "Paying ¥{amount_fen} now takes {units} points. Look at that, and confirm it again."
    message_zh = "现在抵扣{amount_fen}元需要{units}积分。请查看后重新确认。"
    points = ("units",)
    yuan = ("amount_fen",)


class SpendingTooLarge(_Amounts):
    code = "spending_too_large"
    status = 422
    message_en = "At most ¥{most_fen} of this order can be paid with points, not ¥{asked_fen}. Ask for less."
    message_zh = "本单最多可用积分抵扣{most_fen}元,不能抵扣{asked_fen}元。请减少抵扣。"
    yuan = ("most_fen", "asked_fen")


class PointsShort(_Amounts):
    code = "points_short"
    status = 409
    message_en = "{asked} points are needed and {available} are available. Ask for less."
    message_zh = "需要{asked}积分,可用{available}积分。请减少数量。"
    points = ("asked", "available")


class RedemptionOff(DomainError):
    code = "redemption_off"
    status = 403
    message_en = "Points aren't redeemed for cash in this mall. They can be spent on packs and goods."
    message_zh = "本商城未开放积分兑现。积分可用于购买礼包和商品。"


class RedemptionTooLarge(_Amounts):
    code = "redemption_too_large"
    status = 422
    message_en = (
        "A member may redeem {most} points a day, {left} are left of them today, {asked} were asked for. "
        "Ask for less, or come back tomorrow."
    )
    message_zh = "每位会员每天最多兑现{most}积分,今天还剩{left}积分,申请了{asked}积分。请减少数量或明日再试。"
    points = ("most", "left", "asked")


class RedemptionTooSmall(_Amounts):
    code = "redemption_too_small"
    status = 422
    message_en = "{asked} points are worth less than one fen (¥0.01) at the floor. Redeem more at once."
    message_zh = "{asked}积分按底价不足一分(0.01元)。请一次多兑换一些。"
    points = ("asked",)


class RedemptionUnknown(NotFound):
    code = "redemption_unknown"
    message_en = "There is no redemption {number} of yours that waits. Look it up in your list."
    message_zh = "没有您的待处理兑换{number}。请查看兑换记录。"


class RequestDiffers(DomainError):
    code = "points_request_differs"
    status = 409
    message_en = "{key} was asked for before with other contents. Use a new key for a new request."
    message_zh = "{key}此前已用不同内容提交。新请求请使用新的编号。"


class RetirementTooLarge(_Amounts):
    code = "retirement_too_large"
    status = 409
    message_en = (
        "Pool {pool} has {left} points left to issue, {asked} can't be retired. Retire at most what is left."
    )
    message_zh = "积分池{pool}剩余{left}积分未发放,不能注销{asked}积分。最多注销剩余部分。"
    points = ("left", "asked")


class ScheduleInvalid(_Amounts):
    code = "schedule_invalid"
    status = 422
    message_en = (
        "{total} points can't be released in {parts} parts. Give 1 to {most} parts of at least 0.0001 point."
    )
    message_zh = "不能将{total}积分分{parts}次释放。请设1到{most}次,每次至少0.0001积分。"
    points = ("total",)


class ScheduleBeyondPool(_Amounts):
    code = "schedule_beyond_pool"
    status = 409
    message_en = (
        "{needed} points are needed of pool {pool}, which has {cap} left. Have fewer seats or smaller cards."
    )
    message_zh = "需要积分池{pool}的{needed}积分,该池只剩{cap}积分。请减少席位或权益卡额度。"
    points = ("needed", "cap")


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


class AskTooSmall(_Amounts):
    code = "ask_too_small"
    status = 422
    message_en = (
        "{units} points make no whole lot of {lot_units} points once the fee has left, or far too many. "
        "Offer another number."
    )
    message_zh = "{units}积分扣除手续费后不足一手({lot_units}积分),或数量过大。请调整数量。"
    points = ("units", "lot_units")


class MarketPriceInvalid(_Amounts):
    code = "market_price_invalid"
    status = 422
    message_en = "A price of ¥{price_fen} for a lot can't be taken. Today it may be ¥{low_fen} to ¥{high_fen}."
    message_zh = "每手价格{price_fen}元不可用。今日可用范围为{low_fen}元到{high_fen}元。"
    yuan = ("price_fen", "low_fen", "high_fen")


class MarketLimitReached(DomainError):
    code = "market_limit_reached"
    status = 409
    message_en = (
        "{asked} lots are more than a member may enter in a day ({most}). Enter fewer, or wait for tomorrow."
    )
    message_zh = "{asked}手超过会员每日挂单上限({most})。请减少数量或明日再试。"


class MoneyShort(_Amounts):
    code = "money_short"
    status = 409
    message_en = (
        "¥{asked} are needed and ¥{available} of paid-in money are there. Pay in first, or bid for less."
    )
    message_zh = "需要{asked}元,充值余额为{available}元。请先充值或减少数量。"
    yuan = ("asked", "available")


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
