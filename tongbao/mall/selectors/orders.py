"""Reads of orders, claims, payments and differences."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import Count, F, QuerySet, Sum
from django.db.models.functions import TruncDate

from tongbao.mall.contracts import (
    ClaimKind,
    ClaimState,
    ClaimUnknown,
    DeliveryAddress,
    LineFacts,
    OrderFacts,
    OrderStatus,
    OrderUnknown,
    ProductKind,
)
from tongbao.mall.models import Claim, Order, OrderLine, Payment, ReconciliationDifference, Refund
from tongbao.mall.policy.life import BUYER_MAY_CLAIM, claim_may, may
from tongbao.members.policy.divisions import full_name

PAGE_LIMIT = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderLineView:
    """A line as its buyer sees it; ``refundable_fen`` is what a claim may still ask for."""

    position: int
    product_code: str
    kind: ProductKind
    title: str
    variant_title: str
    sku: str
    price_fen: int
    quantity: int
    base_fen: int
    reduction_fen: int
    points_fen: int
    refunded_fen: int
    points_refunded_fen: int
    refundable_fen: int
    pieces_back: int


@dataclass(frozen=True, slots=True, kw_only=True)
class StepView:
    step: str
    from_state: str
    to_state: str
    by: str
    reason: str
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class ClaimLineView:
    position: int
    pieces: int
    amount_fen: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ClaimView:
    """An after-sales claim with what can be done next."""

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
    lines: tuple[ClaimLineView, ...]
    can_withdraw: bool
    can_send_back: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderView:
    """An order as its buyer sees it, with what they can do next."""

    order_id: int
    number: str
    buyer_id: int
    status: OrderStatus
    has_open_claim: bool
    needs_delivery: bool
    goods_fen: int
    freight_fen: int
    reduction_fen: int
    reduction_title: str
    points_fen: int
    total_fen: int
    refunded_fen: int
    points_refunded_fen: int
    address: DeliveryAddress | None
    region_name: str
    buyer_note: str
    carrier: str
    tracking_number: str
    placed_at: datetime
    pay_before: datetime
    paid_at: datetime | None
    shipped_at: datetime | None
    received_at: datetime | None
    ended_at: datetime | None
    lines: tuple[OrderLineView, ...]
    claims: tuple[ClaimView, ...]
    steps: tuple[StepView, ...]
    can_pay: bool
    can_cancel: bool
    can_confirm_receipt: bool
    can_claim: bool


def order_facts(*, order_id: int) -> OrderFacts:
    """An order as the rewards see it. Raises OrderUnknown."""
    found = order_facts_of(order_ids=(order_id,))
    if not found:
        raise OrderUnknown(key=order_id)
    return found[0]


def order_facts_of(*, order_ids: Iterable[int]) -> tuple[OrderFacts, ...]:
    """Facts of several orders in two queries, by order id; ids that are none are left out."""
    rows = Order.objects.filter(id__in=list(order_ids)).order_by("id").prefetch_related("lines")
    return tuple(
        OrderFacts(
            order_id=row.pk,
            number=row.number,
            buyer_id=row.buyer_id,
            region_code=row.region_code,
            status=row.status,  # type: ignore[arg-type]
            paid_at=row.paid_at,
            received_at=row.received_at,
            has_open_claim=row.has_open_claim,
            lines=tuple(_line_facts(line) for line in row.lines.all()),
        )
        for row in rows
    )


def order_id_of(*, number: str) -> int:
    """The id of an order by its number. Raises OrderUnknown."""
    order_id = Order.objects.filter(number=number).values_list("id", flat=True).first()
    if order_id is None:
        raise OrderUnknown(key=number)
    return int(order_id)


def order(*, number: str, buyer_id: int | None = None) -> OrderView:
    """One order in full; with ``buyer_id`` only if it is theirs. Raises OrderUnknown."""
    rows = _full_orders().filter(number=number)
    if buyer_id is not None:
        rows = rows.filter(buyer_id=buyer_id)
    row = rows.first()
    if row is None:
        raise OrderUnknown(key=number)
    return _order_view(row)


def orders_of(
    *, buyer_id: int, status: OrderStatus | None = None, before_id: int | None = None, limit: int = 20
) -> tuple[OrderView, ...]:
    """One page of a member's orders, newest first, after the order with id ``before_id``."""
    rows = _full_orders().filter(buyer_id=buyer_id).order_by("-id")
    if status is not None:
        rows = rows.filter(status=status)
    if before_id is not None:
        rows = rows.filter(id__lt=before_id)
    return tuple(_order_view(row) for row in rows[: min(limit, PAGE_LIMIT)])


def order_counts(*, buyer_id: int) -> dict[str, int]:
    """How many orders a member has in each status, for the badges of their order page."""
    rows = Order.objects.filter(buyer_id=buyer_id).values("status").annotate(number_of=Count("id"))
    return {row["status"]: row["number_of"] for row in rows}


def open_business(*, buyer_id: int) -> tuple[int, int]:
    """How many orders of a member are under way, their return windows included, and how many claims are open."""
    mine = Order.objects.filter(buyer_id=buyer_id)
    under_way = mine.filter(status__in=["unpaid", "paid", "shipped", "received"]).count()
    return under_way, mine.filter(has_open_claim=True).count()


def claim(*, number: str, buyer_id: int | None = None) -> ClaimView:
    """One claim; with ``buyer_id`` only if it is theirs. Raises ClaimUnknown."""
    rows = Claim.objects.select_related("order").prefetch_related("lines__order_line").filter(number=number)
    if buyer_id is not None:
        rows = rows.filter(order__buyer_id=buyer_id)
    row = rows.first()
    if row is None:
        raise ClaimUnknown(key=number)
    return _claim_view(row)


def claims_of(*, buyer_id: int, before_id: int | None = None, limit: int = 20) -> tuple[ClaimView, ...]:
    """One page of a member's claims, newest first, after the claim with id ``before_id``."""
    rows = Claim.objects.select_related("order").prefetch_related("lines__order_line")
    rows = rows.filter(order__buyer_id=buyer_id).order_by("-id")
    if before_id is not None:
        rows = rows.filter(id__lt=before_id)
    return tuple(_claim_view(row) for row in rows[: min(limit, PAGE_LIMIT)])


@dataclass(frozen=True, slots=True, kw_only=True)
class RefundFacts:
    """A refund as the rewards and the console see it. ``cause`` tells claims from surplus payments."""

    refund_id: int
    number: str
    order_id: int
    cause: str
    state: str
    amount_fen: int
    freight_fen: int
    finished_at: datetime | None
    amount_by_line_fen: tuple[tuple[int, int], ...]


def refund_facts(*, refund_id: int) -> RefundFacts | None:
    """One refund with its amounts by order line id."""
    row = Refund.objects.prefetch_related("lines").filter(id=refund_id).first()
    if row is None:
        return None
    return RefundFacts(
        refund_id=row.pk,
        number=row.number,
        order_id=row.order_id,
        cause=row.cause,
        state=row.state,
        amount_fen=row.amount_fen,
        freight_fen=row.freight_fen,
        finished_at=row.finished_at,
        amount_by_line_fen=tuple((line.order_line_id, line.amount_fen) for line in row.lines.all()),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class DayFigures:
    """What the shop took in on one day, in fen, by the time of payment, and how many orders."""

    day: date
    orders: int
    turnover_fen: int


def daily_turnover(*, since: datetime, until: datetime) -> tuple[DayFigures, ...]:
    """Paid orders and the money paid for them, freight included, by day in the tenant's time zone, oldest first."""

    rows = (
        Order.objects.filter(paid_at__gte=since, paid_at__lt=until)
        .annotate(day=TruncDate("paid_at"))
        .values("day")
        .annotate(orders=Count("id"), turnover_fen=Sum(F("goods_fen") - F("points_fen") + F("freight_fen")))
        .order_by("day")
    )
    return tuple(
        DayFigures(day=row["day"], orders=row["orders"], turnover_fen=row["turnover_fen"]) for row in rows
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkWaiting:
    """What waits for an operator of the mall."""

    to_ship: int
    claims_to_answer: int
    returns_to_take_back: int
    failed_refunds: int
    open_differences: int


def work_waiting() -> WorkWaiting:
    """The mall's part of the console's to-do bell."""
    return WorkWaiting(
        to_ship=Order.objects.filter(status="paid", needs_delivery=True, has_open_claim=False).count(),
        claims_to_answer=Claim.objects.filter(state="requested").count(),
        returns_to_take_back=Claim.objects.filter(state__in=["sent_back", "goods_received"]).count(),
        failed_refunds=Refund.objects.filter(state="failed").count(),
        open_differences=ReconciliationDifference.objects.filter(state="open").count(),
    )


def payment_state(*, number: str) -> str | None:
    """How one attempt to pay stands, or None if there is no such attempt."""
    return Payment.objects.filter(number=number).values_list("state", flat=True).first()


def _full_orders() -> QuerySet[Order]:
    return Order.objects.prefetch_related("lines", "transitions", "claims__lines__order_line")


def _line_facts(line: OrderLine) -> LineFacts:
    return LineFacts(
        line_id=line.pk,
        position=line.position,
        product_code=line.product_code,
        is_pack=line.kind == "gift_pack",
        plan_key=line.plan_key,
        quantity=line.quantity,
        list_fen=line.price_fen * line.quantity,
        base_fen=line.base_fen,
        remaining_base_fen=line.base_fen - line.refunded_fen,
        is_all_back=bool(line.base_fen or line.points_fen)
        and (line.refunded_fen, line.points_refunded_fen) == (line.base_fen, line.points_fen),
    )


def _order_view(row: Order) -> OrderView:
    lines = tuple(
        OrderLineView(
            position=line.position,
            product_code=line.product_code,
            kind=line.kind,  # type: ignore[arg-type]
            title=line.title,
            variant_title=line.variant_title,
            sku=line.sku,
            price_fen=line.price_fen,
            quantity=line.quantity,
            base_fen=line.base_fen,
            reduction_fen=line.reduction_fen,
            points_fen=line.points_fen,
            refunded_fen=line.refunded_fen,
            points_refunded_fen=line.points_refunded_fen,
            refundable_fen=line.base_fen - line.promised_fen,
            pieces_back=line.pieces_back,
        )
        for line in row.lines.all()
    )
    status: OrderStatus = row.status  # type: ignore[assignment]
    claimable = any(line.refundable_fen or line.points_fen > line.points_refunded_fen for line in lines)
    return OrderView(
        order_id=row.pk,
        number=row.number,
        buyer_id=row.buyer_id,
        status=status,
        has_open_claim=row.has_open_claim,
        needs_delivery=row.needs_delivery,
        goods_fen=row.goods_fen,
        freight_fen=row.freight_fen,
        reduction_fen=row.reduction_fen,
        reduction_title=row.reduction_title,
        points_fen=row.points_fen,
        total_fen=row.total_fen,
        refunded_fen=sum(line.refunded_fen for line in lines) + row.freight_refunded_fen,
        points_refunded_fen=sum(line.points_refunded_fen for line in lines),
        address=(
            DeliveryAddress(
                recipient=row.recipient, phone=row.phone, region_code=row.region_code, street=row.street
            )
            if row.needs_delivery
            else None
        ),
        region_name=full_name(row.region_code) if row.region_code else "",
        buyer_note=row.buyer_note,
        carrier=row.carrier,
        tracking_number=row.tracking_number,
        placed_at=row.placed_at,
        pay_before=row.pay_before,
        paid_at=row.paid_at,
        shipped_at=row.shipped_at,
        received_at=row.received_at,
        ended_at=row.ended_at,
        lines=lines,
        claims=tuple(_claim_view(known) for known in row.claims.all()),
        steps=tuple(
            StepView(
                step=step.step,
                from_state=step.from_state,
                to_state=step.to_state,
                by=step.actor_kind,
                reason=step.reason,
                at=step.at,
            )
            for step in row.transitions.all()
        ),
        can_pay=may("pay", status),
        can_cancel=may("cancel", status),
        can_confirm_receipt=not row.has_open_claim
        and (may("receive", status) or (not row.needs_delivery and may("use", status))),
        can_claim=status in BUYER_MAY_CLAIM and not row.has_open_claim and claimable,
    )


def _claim_view(row: Claim) -> ClaimView:
    lines = tuple(
        ClaimLineView(position=line.order_line.position, pieces=line.pieces, amount_fen=line.amount_fen)
        for line in row.lines.all()
    )
    state: ClaimState = row.state  # type: ignore[assignment]
    return ClaimView(
        claim_id=row.pk,
        number=row.number,
        order_number=row.order.number,
        kind=row.kind,  # type: ignore[arg-type]
        state=state,
        reason=row.reason,
        answer=row.answer,
        return_address=row.return_address,
        carrier=row.carrier,
        tracking_number=row.tracking_number,
        freight_fen=row.freight_fen,
        amount_fen=sum(line.amount_fen for line in lines) + row.freight_fen,
        requested_at=row.requested_at,
        ended_at=row.ended_at,
        lines=lines,
        can_withdraw=claim_may("withdraw", state),
        can_send_back=claim_may("send_back", state) and row.kind == "return_goods",
    )
