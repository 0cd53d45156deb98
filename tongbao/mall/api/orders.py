"""Quotes, orders and the way to the cashier."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Annotated, Any

from django.http import HttpRequest
from ninja import Path, Query, Schema, Status
from pydantic import Field

from tongbao.kit import clock
from tongbao.kit.api import router as new_router
from tongbao.kit.ratelimit import check_rate
from tongbao.mall import selectors
from tongbao.mall.api.fields import ClientKey, Fen, GatewayCode, Id, Number, PlainText, Quantity, Sku
from tongbao.mall.contracts import (
    MAX_LINES,
    MAX_ORDER_FEN,
    ClaimKind,
    ClaimState,
    DeliveryAddress,
    OrderStatus,
    PartWish,
    ProductKind,
    ReductionWish,
    Wish,
)
from tongbao.mall.services import checkout, gateways, orders, payments
from tongbao.mall.services.reductions import quote_with
from tongbao.members.api import MemberAuth
from tongbao.members.selectors import address as member_address

router = new_router(tag="orders", auth=MemberAuth())

ORDERS_A_MINUTE = 60


class WishIn(Schema):
    sku: Sku
    quantity: Quantity


class QuoteIn(Schema):
    """The lines wanted, or nothing for the whole cart."""

    lines: Annotated[list[WishIn], Field(max_length=MAX_LINES)] = []
    coupon: Id | None = Field(default=None, description="One of my coupons, if the price is wanted with it.")


class QuotedLineOut(Schema):
    sku: str
    title: str
    variant_title: str
    price_fen: int
    quantity: int
    base_fen: int
    reduction_fen: int = Field(description="What a coupon takes off; ``base_fen`` is after it.")


class QuoteOut(Schema):
    lines: list[QuotedLineOut]
    goods_fen: int = Field(description="After the coupon.")
    reduction_fen: int
    reduction_title: str
    freight_fen: int
    total_fen: int
    needs_delivery: bool


class PointsIn(Schema):
    """What points pay of the goods, with the ``quote`` that ``POST /points/quote`` gave less than a minute ago."""

    amount_fen: Annotated[int, Field(ge=1, le=MAX_ORDER_FEN)]
    quote: Annotated[str, Field(max_length=1_000)]


class OrderIn(QuoteIn):
    """``client_key`` is new for each order: sending the same again makes no second one.

    ``expected_total_fen`` is the total in money that the buyer saw; if it is another by now, nothing is ordered.
    """

    client_key: ClientKey
    address_id: Id | None = None
    expected_total_fen: Fen | None = None
    note: Annotated[PlainText, Field(max_length=200)] = ""
    invitation_code: Annotated[PlainText, Field(max_length=32)] = ""
    points: PointsIn | None = None


class PlacedOrderOut(Schema):
    number: str
    total_fen: int
    pay_before: datetime
    replayed: bool


class DeliveryAddressOut(Schema):
    recipient: str
    phone: str
    region_code: str
    street: str


class OrderLineOut(Schema):
    position: int
    product_code: str
    kind: ProductKind
    title: str
    variant_title: str
    sku: str
    price_fen: int
    quantity: int
    base_fen: int = Field(description="What was paid for the line in money.")
    reduction_fen: int = Field(description="What a coupon took off it; nobody pays that.")
    points_fen: int = Field(description="What points paid of it.")
    refunded_fen: int
    points_refunded_fen: int
    refundable_fen: int
    pieces_back: int


class StepOut(Schema):
    step: str
    from_state: str
    to_state: str
    by: str
    reason: str
    at: datetime


class ClaimLineOut(Schema):
    position: int
    pieces: int
    amount_fen: int


class ClaimOut(Schema):
    """``claim_id`` is the cursor for the next page."""

    claim_id: int
    number: str
    order_number: str
    kind: ClaimKind
    state: ClaimState
    reason: str
    answer: str
    return_address: str
    carrier: str
    tracking_number: str
    freight_fen: int
    amount_fen: int
    requested_at: datetime
    ended_at: datetime | None
    lines: list[ClaimLineOut]
    can_withdraw: bool
    can_send_back: bool


class OrderSummaryOut(Schema):
    """``order_id`` is the cursor for the next page."""

    order_id: int
    number: str
    status: OrderStatus
    has_open_claim: bool
    needs_delivery: bool
    goods_fen: int = Field(description="What the goods cost after the coupon.")
    reduction_fen: int
    reduction_title: str
    freight_fen: int
    points_fen: int = Field(description="What points pay of the goods.")
    total_fen: int = Field(description="What is paid in money.")
    refunded_fen: int
    points_refunded_fen: int
    placed_at: datetime
    pay_before: datetime
    paid_at: datetime | None
    shipped_at: datetime | None
    received_at: datetime | None
    ended_at: datetime | None
    lines: list[OrderLineOut]
    can_pay: bool
    can_cancel: bool
    can_confirm_receipt: bool
    can_claim: bool


class OrderOut(OrderSummaryOut):
    address: DeliveryAddressOut | None
    region_name: str
    buyer_note: str
    carrier: str
    tracking_number: str
    claims: list[ClaimOut]
    steps: list[StepOut]


class OrderFilter(Schema):
    status: OrderStatus | None = None
    before: Id | None = None
    limit: Annotated[int, Field(ge=1, le=100)] = 20


class PayIn(Schema):
    """Which gateway to pay at; the shop's first if none is named."""

    gateway: GatewayCode | None = None


class StartedPaymentOut(Schema):
    number: str
    gateway: str
    amount_fen: int
    cashier_url: str
    pay_before: datetime


class ReasonIn(Schema):
    reason: Annotated[PlainText, Field(max_length=200)] = ""


@router.post("/checkout/quote", response=QuoteOut, summary="What an order would cost; nothing is ordered")
def quote(request: HttpRequest, wanted: QuoteIn) -> Any:
    found = quote_with(
        buyer_id=_member(request),
        wishes=_wishes(request, wanted),
        wish=_reduction(wanted),
        now=clock.now(),
    )
    return {
        "lines": [
            {
                "sku": line.offer.sku,
                "title": line.offer.title,
                "variant_title": line.offer.variant_title,
                "price_fen": line.offer.price_fen,
                "quantity": line.quantity,
                "base_fen": line.base_fen,
                "reduction_fen": line.reduction_fen,
            }
            for line in found.lines
        ],
        "goods_fen": found.goods_fen,
        "reduction_fen": found.reduction_fen,
        "reduction_title": found.reduction_title,
        "freight_fen": found.freight_fen,
        "total_fen": found.total_fen,
        "needs_delivery": found.needs_delivery,
    }


@router.post("/orders", response={201: PlacedOrderOut, 200: PlacedOrderOut}, summary="Place an order")
def place(request: HttpRequest, wanted: OrderIn) -> Any:
    """201 for a new order, 200 for the one that this ``client_key`` made before."""
    now, member_id = clock.now(), _member(request)
    check_rate(what="order", key=str(member_id), limit=ORDERS_A_MINUTE, window=timedelta(minutes=1), now=now)
    placed = checkout.place_order(
        buyer_id=member_id,
        wishes=_wishes(request, wanted, placing=True),
        address=_address(member_id, wanted.address_id),
        client_key=wanted.client_key,
        expected_total_fen=wanted.expected_total_fen,
        buyer_note=wanted.note,
        invitation_code=wanted.invitation_code,
        part=_part(wanted.points),
        reduction=_reduction(wanted),
        now=now,
    )
    return Status(200 if placed.replayed else 201, placed)


@router.get("/orders", response=list[OrderSummaryOut], summary="My orders, newest first")
def mine(request: HttpRequest, wanted: Query[OrderFilter]) -> Any:
    page = selectors.orders_of(
        buyer_id=_member(request), status=wanted.status, before_id=wanted.before, limit=wanted.limit
    )
    return list(page)


@router.get("/orders/counts", response=dict[str, int], summary="How many of my orders are in each status")
def counts(request: HttpRequest) -> Any:
    return selectors.order_counts(buyer_id=_member(request))


@router.get("/orders/{number}", response=OrderOut, summary="One of my orders in full")
def detail(request: HttpRequest, number: Path[Number]) -> Any:
    return selectors.order(number=number, buyer_id=_member(request))


@router.get("/payment-gateways", response=list[str], summary="Where an order can be paid")
def payment_gateways(request: HttpRequest) -> Any:
    return list(gateways.offered())


@router.post("/orders/{number}/pay", response=StartedPaymentOut, summary="Open the cashier")
def pay(request: HttpRequest, number: Path[Number], wanted: PayIn) -> Any:
    """Asking again while the cashier is open gives the same one."""
    return payments.start_payment(
        order_number=number,
        buyer_id=_member(request),
        gateway_code=wanted.gateway,
        # The host was looked up among the tenants' before this code was reached.
        site_url=f"{request.scheme}://{request.get_host()}",
        now=clock.now(),
    )


@router.post("/orders/{number}/cancel", response=OrderOut, summary="Cancel an order that is not paid")
def cancel(request: HttpRequest, number: Path[Number], why: ReasonIn) -> Any:
    member_id = _member(request)
    orders.cancel_order(number=number, buyer_id=member_id, reason=why.reason, now=clock.now())
    return selectors.order(number=number, buyer_id=member_id)


@router.post("/orders/{number}/receipt", response=OrderOut, summary="Confirm that the goods are here")
def receipt(request: HttpRequest, number: Path[Number]) -> Any:
    member_id = _member(request)
    orders.confirm_receipt(number=number, buyer_id=member_id, now=clock.now())
    return selectors.order(number=number, buyer_id=member_id)


def _wishes(request: HttpRequest, wanted: QuoteIn, *, placing: bool = False) -> list[Wish]:
    """The lines asked for; for a quote without lines, the cart."""
    if wanted.lines or placing:
        return [Wish(sku=line.sku, quantity=line.quantity) for line in wanted.lines]
    return list(selectors.cart_wishes(member_id=_member(request)))


def _part(points: PointsIn | None) -> PartWish | None:
    if points is None:
        return None
    return PartWish(amount_fen=points.amount_fen, quote=points.quote)


def _reduction(wanted: QuoteIn) -> ReductionWish | None:
    return None if wanted.coupon is None else ReductionWish(reduction_id=wanted.coupon)


def _address(member_id: int, address_id: int | None) -> DeliveryAddress | None:
    if address_id is None:
        return None
    found = member_address(member_id=member_id, address_id=address_id)
    return DeliveryAddress(
        recipient=found.recipient, phone=found.phone, region_code=found.region_code, street=found.street
    )


def _member(request: HttpRequest) -> int:
    member_id: int = request.auth.member_id  # type: ignore[attr-defined]
    return member_id
