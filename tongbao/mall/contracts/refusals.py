"""The mall's refusals, by name."""

from __future__ import annotations

from tongbao.kit.errors import DomainError, Language, NotFound
from tongbao.mall.contracts.words import word


class _WithWords(DomainError):
    """A refusal whose ``status`` and ``step`` are said in the reader's language."""

    def message(self, language: Language) -> str:
        said = {
            name: word(value, language=language) if name in ("status", "step") else value
            for name, value in self.values.items()
        }
        template = self.message_zh if language == "zh" else self.message_en
        return template.format(**said)


class ProductUnknown(NotFound):
    code = "product_unknown"
    message_en = "There is no product {key} in the shop. Choose one from the list."
    message_zh = "商城中没有商品{key}。请从商品列表中选择。"


class OrderUnknown(NotFound):
    """Also said of somebody else's order: its existence is nobody else's business."""

    code = "order_unknown"
    message_en = "You have no order {key}. Look it up in your orders."
    message_zh = "没有找到订单{key}。请在您的订单列表中查看。"


class ClaimUnknown(NotFound):
    code = "claim_unknown"
    message_en = "There is no after-sales claim {key}. Look it up at the order."
    message_zh = "没有找到售后申请{key}。请在订单中查看。"


class PaymentUnknown(NotFound):
    code = "payment_unknown"
    message_en = "There is no payment or refund {key}. Check the number."
    message_zh = "没有找到支付或退款{key}。请核对编号。"


class ProductNotForSale(DomainError):
    code = "product_not_for_sale"
    status = 409
    message_en = "{product} is not on sale now. Remove it from the cart or choose another."
    message_zh = "{product}目前未在售。请从购物车移除或选购其他商品。"


class OutOfStock(DomainError):
    code = "out_of_stock"
    status = 409
    message_en = "Only {left} of {product} are left, {asked} were asked for. Take fewer."
    message_zh = "{product}库存仅剩{left}件,您选择了{asked}件。请减少数量。"


class PriceChanged(DomainError):
    code = "price_changed"
    status = 409
    message_en = "The total is now {total_fen} fen and not {expected_fen} fen. Look again and confirm."
    message_zh = "订单总额已变为{total_fen}分(原为{expected_fen}分)。请重新查看购物车后确认。"


class CartIsEmpty(DomainError):
    code = "cart_is_empty"
    status = 422
    message_en = "There is nothing to order. Put something into the cart first."
    message_zh = "没有可下单的商品。请先加入购物车。"


class TooManyLines(DomainError):
    code = "too_many_lines"
    status = 422
    message_en = "An order or cart takes at most {limit} different items. Order in several parts."
    message_zh = "订单或购物车最多{limit}种商品。请分次下单。"


class BadQuantity(DomainError):
    code = "bad_quantity"
    status = 422
    message_en = "A quantity is a whole number from 1 to {limit}. Correct it."
    message_zh = "数量必须是1到{limit}之间的整数。请修改。"


class BadAmount(DomainError):
    code = "bad_amount"
    status = 422
    message_en = "{what} must be a whole number of fen from {low} to {high}. Correct it."
    message_zh = "{what}必须是{low}到{high}之间的整数(单位:分)。请修改。"


class OrderTooLarge(DomainError):
    code = "order_too_large"
    status = 422
    message_en = "An order may come to at most {limit_fen} fen. Order in several parts."
    message_zh = "单笔订单金额不得超过{limit_fen}分。请分次下单。"


class AddressNeeded(DomainError):
    code = "address_needed"
    status = 422
    message_en = "This order is delivered: choose an address with a county-level region."
    message_zh = "该订单需要配送:请选择包含区县的收货地址。"


class IdempotencyConflict(DomainError):
    code = "idempotency_conflict"
    status = 409
    message_en = "The key {key} was used for another order. Use a new key for a new order."
    message_zh = "幂等键{key}已用于另一笔订单。新订单请使用新的键。"


class TransitionRefused(_WithWords):
    """The order (or claim, or payment) is not in a state from which this step leads on."""

    code = "transition_refused"
    status = 409
    message_en = "{number} is {status}, so it can't be {step}. Reload it to see what can be done."
    message_zh = "{number}当前状态为{status},无法执行{step}。请刷新后查看可用操作。"


class OrderNotPayable(_WithWords):
    code = "order_not_payable"
    status = 409
    message_en = "Order {number} is {status} and can't be paid. Place a new order if you still want it."
    message_zh = "订单{number}状态为{status},无法支付。如仍需商品,请重新下单。"


class OrderAlreadyPaid(DomainError):
    code = "order_already_paid"
    status = 409
    message_en = "Order {number} is paid already. Nothing more is owed."
    message_zh = "订单{number}已支付,无需再次付款。"


class ClaimIsOpen(DomainError):
    code = "claim_is_open"
    status = 409
    message_en = "Order {number} has an open after-sales claim. Finish or withdraw it first."
    message_zh = "订单{number}有未完结的售后申请。请先处理或撤回。"


class ReturnWindowOver(DomainError):
    code = "return_window_over"
    status = 409
    message_en = "The return window of order {number} ended on {ended_at}. Ask customer service for help."
    message_zh = "订单{number}的退货期已于{ended_at}结束。请联系客服。"


class RefundTooLarge(DomainError):
    code = "refund_too_large"
    status = 422
    message_en = "At most {left_fen} fen of {what} can still be refunded, {asked_fen} fen were asked for."
    message_zh = "{what}最多还可退{left_fen}分,申请了{asked_fen}分。"


class NothingToRefund(DomainError):
    code = "nothing_to_refund"
    status = 422
    message_en = "The refund names no amount. Say which lines, and how much of each."
    message_zh = "退款金额为空。请选择要退款的商品及金额。"


class UnknownGateway(DomainError):
    code = "unknown_gateway"
    status = 404
    message_en = "There is no payment gateway {gateway} here. Choose one of: {known}."
    message_zh = "没有名为{gateway}的支付渠道。可选:{known}。"


class GatewayUnavailable(DomainError):
    """No answer came: the movement may or may not have happened, ask again later."""

    code = "gateway_unavailable"
    status = 503
    message_en = "The payment gateway {gateway} does not answer. Nothing is lost; try again in a minute."
    message_zh = "支付渠道{gateway}暂无响应。款项不受影响,请稍后再试。"


class GatewayRefused(DomainError):
    """The gateway said no, and will say no again."""

    code = "gateway_refused"
    status = 409
    message_en = "The payment gateway {gateway} refused: {reason}. Choose another way to pay or ask service."
    message_zh = "支付渠道{gateway}拒绝了请求:{reason}。请更换支付方式或联系客服。"


class GatewayInsideTransaction(DomainError):
    """A programming error, caught before the network is touched."""

    code = "gateway_inside_transaction"
    status = 500
    message_en = "{operation} was about to call the gateway inside a transaction. Call it after the commit."
    message_zh = "{operation}试图在数据库事务中调用支付渠道。请在提交之后调用。"


class ForgedNotification(DomainError):
    code = "forged_notification"
    status = 401
    message_en = "The notification's signature is wrong ({why}); nothing was changed. Check the shared key."
    message_zh = "通知签名不正确({why}),未做任何更改。请核对密钥。"


class StaleNotification(DomainError):
    code = "stale_notification"
    status = 401
    message_en = "The notification was signed {age_seconds} seconds ago, which is too old. Sign it anew."
    message_zh = "通知签名已过去{age_seconds}秒,已失效。请重新签名后发送。"


class NotificationMismatch(DomainError):
    """Truly signed, but it doesn't fit what we know; a difference row has been written."""

    code = "notification_mismatch"
    status = 409
    message_en = (
        "The notification for {number} says {said_fen} fen, we know {known_fen} fen. A person looks at it."
    )
    message_zh = "{number}的通知金额为{said_fen}分,系统记录为{known_fen}分。已转人工核对。"


class PictureRefused(DomainError):
    code = "picture_refused"
    status = 422
    message_en = "The picture can't be used: {why_en}. Upload a JPEG, PNG or WebP of at most {limit_mb} MB."
    message_zh = "图片无法使用:{why_zh}。请上传不超过{limit_mb}MB的JPEG、PNG或WebP图片。"


class OrderRowsRefused(DomainError):
    """Rows of an import that can't be taken; ``problems`` names each line."""

    code = "order_rows_refused"
    status = 422
    message_en = "{count} lines can't be imported; first, line {line}: {why_en}. Correct them and run again."
    message_zh = "有{count}行无法导入,首个错误在第{line}行:{why_zh}。请修改后重试。"


class CategoryTooDeep(DomainError):
    code = "category_too_deep"
    status = 422
    message_en = "Categories stand at most {limit} deep, and none below itself. Choose another parent."
    message_zh = "分类最多{limit}级,且不能放在自身之下。请选择其他上级分类。"


class CodeTaken(DomainError):
    code = "code_taken"
    status = 409
    message_en = "{what} {key} exists already. Choose another."
    message_zh = "{what} {key}已存在。请换一个。"


class CategoryUnknown(NotFound):
    code = "category_unknown"
    message_en = "There is no category {key}. Choose one from the list."
    message_zh = "没有找到分类{key}。请从列表中选择。"


class CategoryInUse(DomainError):
    code = "category_in_use"
    status = 409
    message_en = "Category {title} holds products or categories. Move them first."
    message_zh = "分类{title}下还有商品或子分类。请先移走。"


class PlanKeyUnknown(DomainError):
    code = "plan_key_unknown"
    status = 422
    message_en = "No distribution plan {plan_key} is in force. Choose one of: {known}; or none."
    message_zh = "没有生效中的分销方案{plan_key}。可选:{known},或不设置。"


class PartPaymentOff(DomainError):
    code = "part_payment_off"
    status = 409
    message_en = "Orders can't be paid with points in this mall. Pay with money."
    message_zh = "本商城不能使用积分抵扣。请使用现金支付。"
