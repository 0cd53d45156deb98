"""The mall's public vocabulary: facts about orders, events, the payment gateway's port, settings, refusals.

Everything here is pure Python and frozen. Amounts are integer fen (1/100 yuan); times are aware datetimes.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import ClassVar, Literal, Protocol

from tongbao.kit.errors import DomainError, NotFound

# ---------------------------------------------------------------------------------------------- limits

MAX_PRICE_FEN = 100_000_000
"""The dearest a single piece may be: one million yuan."""

MAX_ORDER_FEN = 1_000_000_000
"""The most one order may come to, freight included: ten million yuan."""

MAX_QUANTITY = 999
"""The most pieces of one variant on one line."""

MAX_LINES = 100
"""The most lines in one cart or order."""

MAX_STOCK = 100_000_000
"""The most pieces of one variant in stock."""

# --------------------------------------------------------------------------------------------- statuses

ProductKind = Literal["goods", "gift_pack", "service", "virtual"]
OrderStatus = Literal[
    "unpaid", "paid", "shipped", "received", "closed", "cancelled", "timed_out", "refunded"
]
PaymentState = Literal["created", "open", "paid", "failed"]
RefundState = Literal["created", "submitted", "succeeded", "failed"]
ClaimKind = Literal["refund_only", "return_goods"]
ClaimState = Literal[
    "requested", "approved", "rejected", "withdrawn", "sent_back", "goods_received", "refunding", "refunded"
]
MovementKind = Literal["payment", "refund", "transfer"]
"""What moves at a gateway: money in, money back to a customer, money out to somebody."""
ReportedState = Literal["unknown", "pending", "succeeded", "failed"]
DifferenceKind = Literal["missing_here", "missing_there", "amount_differs", "unknown_payment"]


# ------------------------------------------------------------------------------------------ order facts


@dataclass(frozen=True, slots=True, kw_only=True)
class LineFacts:
    """One line of an order as the rewards see it.

    ``base_fen`` is what the customer paid in real money for the whole line (quantity included), after
    coupons, without freight. ``remaining_base_fen`` is the base less what was refunded of this line.
    ``plan_key`` names the distribution plan; empty means no distribution.
    """

    line_id: int
    position: int
    product_code: str
    is_pack: bool
    plan_key: str
    quantity: int
    base_fen: int
    remaining_base_fen: int


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderFacts:
    """An order as the floors above see it. ``lines`` are in the order of their positions."""

    order_id: int
    number: str
    buyer_id: int
    region_code: str
    status: OrderStatus
    paid_at: datetime | None
    received_at: datetime | None
    has_open_claim: bool
    lines: tuple[LineFacts, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class DeliveryAddress:
    """Where an order goes, copied into it. ``region_code`` is a six-digit GB/T 2260 county code."""

    recipient: str
    phone: str
    region_code: str
    street: str


# ----------------------------------------------------------------------------------------------- events


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderPaid:
    """The order's payment arrived and is booked ``gateway → operating``."""

    name: ClassVar[str] = "mall.order_paid"
    order_id: int


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderReceived:
    """The buyer has the goods, or the time for saying otherwise is over."""

    name: ClassVar[str] = "mall.order_received"
    order_id: int
    received_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderRefunded:
    """A refund, in part or in full, succeeded; its money is booked ``operating → gateway``."""

    name: ClassVar[str] = "mall.order_refunded"
    order_id: int
    refund_id: int
    refunded_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderClosed:
    """The return window of a received order is over and no claim is open."""

    name: ClassVar[str] = "mall.order_closed"
    order_id: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ClaimOpened:
    """An after-sales claim was opened: releases of this order wait."""

    name: ClassVar[str] = "mall.claim_opened"
    order_id: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ClaimClosed:
    """The order's after-sales claim ended (refunded, rejected or withdrawn): releases go on."""

    name: ClassVar[str] = "mall.claim_closed"
    order_id: int


@dataclass(frozen=True, slots=True, kw_only=True)
class TransferReported:
    """A gateway told, verified, how a transfer out (a withdrawal) ended. ``state``: succeeded or failed."""

    name: ClassVar[str] = "mall.transfer_reported"
    gateway: str
    number: str
    state: str
    amount_fen: int


# ------------------------------------------------------------------------------------- the gateway's port


@dataclass(frozen=True, slots=True, kw_only=True)
class CashierLink:
    """Where the customer pays. Opening it may be repeated; it ends when the payment does."""

    url: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Notification:
    """What a gateway told us of one movement, after its signature was verified.

    ``notification_id`` is the gateway's own id of this message: repeated deliveries carry the same one.
    ``number`` is our number of the payment, refund or transfer; ``amount_fen`` its whole amount.
    ``state`` is never ``unknown``. ``gateway_reference`` is the gateway's own number of the movement.
    """

    notification_id: str
    kind: MovementKind
    number: str
    state: ReportedState
    amount_fen: int
    gateway_reference: str
    occurred_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class MovementReport:
    """A gateway's answer about one movement, by our number. ``unknown``: it has never heard of it."""

    kind: MovementKind
    number: str
    state: ReportedState
    amount_fen: int = 0
    gateway_reference: str = ""
    occurred_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class StatementLine:
    """One finished movement of a gateway's daily statement; the amount is positive in either direction."""

    kind: MovementKind
    number: str
    amount_fen: int
    gateway_reference: str
    occurred_at: datetime


class PaymentGateway(Protocol):
    """What the mall asks of a payment gateway. Implemented by adapters, registered by ``config``.

    Every operation is idempotent by the number that we give: the same number again answers for the same
    movement and moves nothing a second time. All raise ``GatewayUnavailable`` when no answer came (the
    movement may or may not have happened: ask again) and ``GatewayRefused`` when it said no for good.
    None of them is ever called inside a database transaction.
    """

    @property
    def code(self) -> str:
        """Short stable name, part of the notification's address and of the ledger account's detail."""
        ...

    def create_payment(
        self, *, number: str, amount_fen: int, subject: str, notify_url: str, return_url: str
    ) -> CashierLink:
        """Open a payment and say where to pay it."""
        ...

    def parse_notification(self, *, headers: Mapping[str, str], body: bytes, now: datetime) -> Notification:
        """Verify and read a notification.

        ``now`` is the real time of the machine (the gateway knows nothing of a demo's moved clock).
        Header names are given in any case. Raises ForgedNotification or StaleNotification.
        """
        ...

    def query_payment(self, *, number: str) -> MovementReport:
        """How the payment stands."""
        ...

    def refund(self, *, number: str, refund_number: str, amount_fen: int) -> MovementReport:
        """Ask for ``amount_fen`` of payment ``number`` to go back to who paid; kind ``refund``."""
        ...

    def query_refund(self, *, refund_number: str) -> MovementReport:
        """How the refund stands."""
        ...

    def transfer_out(self, *, number: str, amount_fen: int, recipient: str) -> MovementReport:
        """Ask for money to be sent to ``recipient``; kind ``transfer``."""
        ...

    def query_transfer(self, *, number: str) -> MovementReport:
        """How the transfer stands."""
        ...

    def statement(self, *, on: date) -> tuple[StatementLine, ...]:
        """All movements that finished on that day (Beijing time), oldest first."""
        ...


def gateway_key(*, kind: MovementKind, number: str) -> str:
    """The ledger's idempotency key and subject of a movement at a gateway; reconciliation matches by it.

    >>> gateway_key(kind="payment", number="P2026010112000012345678")
    'payment:P2026010112000012345678'
    """
    return f"{kind}:{number}"


# --------------------------------------------------------------------------------------------- settings


@dataclass(frozen=True, kw_only=True)
class MallSettings:
    """What a tenant may set about its mall."""

    key: ClassVar[str] = "mall"

    payment_minutes: int = field(default=30, metadata={"min": 1, "max": 1440})
    """An unpaid order times out after so many minutes."""
    automatic_receipt_days: int = field(default=10, metadata={"min": 1, "max": 90})
    """A shipped order counts as received after so many days."""
    return_window_days: int = field(default=7, metadata={"min": 0, "max": 90})
    """For so many days after receipt a buyer may claim; then the order closes."""
    freight_fen: int = field(default=0, metadata={"min": 0, "max": 1_000_000})
    """Flat freight of an order with goods, for products that name no freight template."""
    free_freight_above_fen: int = field(default=0, metadata={"min": 0, "max": MAX_ORDER_FEN})
    """Goods worth this much or more ship free; 0 means never by value alone."""
    payment_gateways: tuple[str, ...] = ()
    """Codes of the gateways offered, first is the default; empty means all that are installed."""


# ------------------------------------------------------------------------------------------- refusals


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


class TransitionRefused(DomainError):
    """The order (or claim, or payment) is not in a state from which this step leads on."""

    code = "transition_refused"
    status = 409
    message_en = "{number} is {status}, so it can't be {step}. Reload it to see what can be done."
    message_zh = "{number}当前状态为{status},无法执行{step}。请刷新后查看可用操作。"


class OrderNotPayable(DomainError):
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
    message_en = "The notification for {number} says {said_fen} fen, we know {known_fen} fen. A person looks at it."
    message_zh = "{number}的通知金额为{said_fen}分,系统记录为{known_fen}分。已转人工核对。"


class PictureRefused(DomainError):
    code = "picture_refused"
    status = 422
    message_en = "The picture can't be used: {why_en}. Upload a JPEG, PNG or WebP of at most {limit_mb} MB."
    message_zh = "图片无法使用:{why_zh}。请上传不超过{limit_mb}MB的JPEG、PNG或WebP图片。"


class ReasonNeeded(DomainError):
    code = "reason_needed"
    status = 422
    message_en = "This step needs a reason that others will read. Write one."
    message_zh = "此操作需要填写原因,供他人查阅。请填写。"


class OrderRowsRefused(DomainError):
    """Rows of an import that can't be taken; ``problems`` names each line."""

    code = "order_rows_refused"
    status = 422
    message_en = "{count} lines can't be imported; first, line {line}: {why_en}. Correct them and run again."
    message_zh = "有{count}行无法导入,首个错误在第{line}行:{why_zh}。请修改后重试。"
