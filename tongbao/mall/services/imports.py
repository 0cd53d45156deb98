"""Orders of another system, taken over as they were: paid, received, refunded, in the order of time."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import islice

from tongbao.kit import events
from tongbao.kit.transactions import transaction
from tongbao.ledger.contracts import Request, Transfer, platform_account
from tongbao.ledger.services import post_many
from tongbao.mall.contracts import (
    By,
    OrderPaid,
    OrderReceived,
    OrderRefunded,
    OrderRowsRefused,
    gateway_key,
)
from tongbao.mall.models import Order, OrderLine, Payment, Product, Refund, RefundLine, Transition
from tongbao.mall.policy.order_rows import OrderRow, RowProblem, read_order_rows
from tongbao.mall.services.plan_keys import check_plan_key
from tongbao.members.contracts import MemberUnknown
from tongbao.members.selectors import member_by_key

GATEWAY = "imported"
"""The detail of the account ``gateway`` for money that another system took in."""
BATCH = 500
Rows = Iterable[tuple[int, Mapping[str, str | None]]]


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportReport:
    """How many orders were taken over, and which lines were left out and why."""

    imported: int
    problems: tuple[RowProblem, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Happening:
    """Something that happened to an imported order, for telling in the order of time."""

    at: datetime
    line: int
    event: OrderPaid | OrderReceived | OrderRefunded
    booking: Request | None = None


def import_orders(
    *,
    rows: Rows,
    plan_key: str,
    pack_codes: Collection[str],
    leave_out_bad: bool,
    now: datetime,
) -> ImportReport:
    """Take over historical orders: ``(line number, row of orders.csv)`` pairs, all in one transaction.

    Money is booked on the account ``gateway/imported``, and the events are emitted in the order of time
    (ties in order of line), so that rewards follow as they would have then. ``plan_key`` is the plan these
    orders pay by; products in ``pack_codes`` are gift packs. Unless ``leave_out_bad``, one bad line refuses
    all: OrderRowsRefused, with ``problems`` for each line. An order that was taken over before is a bad line.
    A plan that was not in force at the first of the orders refuses all too: PlanKeyUnknown.

    >>> import_orders(rows=[(2, {"order_id": "A1", ...})], plan_key="gift-pack", pack_codes={"pack-198"},
    ...               leave_out_bad=False, now=now).imported                          # doctest: +SKIP
    1
    """
    good, unreadable = read_order_rows(rows)
    buyers, unknown = _buyers(good)
    known, repeated = _known_orders(good)
    problems = tuple(sorted((*unreadable, *unknown, *repeated), key=lambda problem: problem.line))
    if problems and not leave_out_bad:
        first = problems[0]
        raise OrderRowsRefused(
            count=len(problems),
            line=first.line,
            why_en=first.why_en,
            why_zh=first.why_zh,
            problems=problems,
        )
    check_plan_key(plan_key=plan_key, at=min((row.paid_at for row in good), default=now))
    taken = [row for row in good if row.buyer_id in buyers and row.order_id not in known]
    happened: list[_Happening] = []
    with transaction():
        for batch in _batches(taken):
            happened += _write(batch, buyers, plan_key, pack_codes, now)
        happened.sort(key=lambda happening: (happening.at, happening.line))
        for at in range(0, len(happened), BATCH):
            requests = [one.booking for one in happened[at : at + BATCH] if one.booking is not None]
            post_many(requests=requests, now=now)
        for one in happened:
            events.emit(one.event)
    return ImportReport(imported=len(taken), problems=problems)


def _buyers(rows: Iterable[OrderRow]) -> tuple[dict[str, int], list[RowProblem]]:
    found: dict[str, int] = {}
    missing: set[str] = set()
    problems = []
    for row in rows:
        if row.buyer_id not in found and row.buyer_id not in missing:
            try:
                found[row.buyer_id] = member_by_key(key=row.buyer_id).member_id
            except MemberUnknown:
                missing.add(row.buyer_id)
        if row.buyer_id in missing:
            problems.append(
                RowProblem(
                    line=row.line,
                    why_en=f"buyer {row.buyer_id} is no member; import the members first",
                    why_zh=f"买家{row.buyer_id}不是会员,请先导入会员",
                )
            )
    return found, problems


def _known_orders(rows: Sequence[OrderRow]) -> tuple[set[str], list[RowProblem]]:
    known: set[str] = set()
    for batch in _batches(rows):
        numbers = [row.order_id for row in batch]
        known |= set(Order.objects.filter(number__in=numbers).values_list("number", flat=True))
    return known, [
        RowProblem(
            line=row.line,
            why_en=f"order {row.order_id} has been imported already",
            why_zh=f"订单{row.order_id}已导入",
        )
        for row in rows
        if row.order_id in known
    ]


def _write(
    rows: Sequence[OrderRow],
    buyers: Mapping[str, int],
    plan_key: str,
    pack_codes: Collection[str],
    now: datetime,
) -> list[_Happening]:
    """Write the rows of one batch of orders, and say what happened to them."""
    orders = Order.objects.bulk_create(_order(row, buyers) for row in rows)
    products = {
        product.code: product for product in Product.objects.filter(code__in={row.product for row in rows})
    }
    lines = OrderLine.objects.bulk_create(
        _line(order, row, products.get(row.product), plan_key, pack_codes)
        for order, row in zip(orders, rows, strict=True)
    )
    payments = Payment.objects.bulk_create(
        Payment(
            number=f"I{row.order_id}"[:64],
            order=order,
            gateway=GATEWAY,
            amount_fen=row.total_fen,
            state="paid",
            created_at=row.paid_at,
            paid_at=now,
            gateway_paid_at=row.paid_at,
        )
        for order, row in zip(orders, rows, strict=True)
    )
    Transition.objects.bulk_create(
        Transition(
            order=order,
            step="import",
            to_state=order.status,
            actor_kind=by.kind,
            actor_name=by.name,
            at=now,
        )
        for order in orders
        for by in (By.system(what="import"),)
    )
    happened = []
    for order, line, payment, row in zip(orders, lines, payments, rows, strict=True):
        happened += _happened(order, line, payment, row, now)
    return happened


def _order(row: OrderRow, buyers: Mapping[str, int]) -> Order:
    back_fen = min(row.refunded_fen, row.base_fen)
    freight_back_fen = row.refunded_fen - back_fen
    is_refunded = row.refunded_fen > 0 and back_fen == row.base_fen
    status = "refunded" if is_refunded else "received" if row.received_at else "paid"
    return Order(
        number=row.order_id,
        buyer_id=buyers[row.buyer_id],
        client_key=f"import:{row.order_id}",
        request_hash="",
        status=status,
        is_imported=True,
        region_code=row.region_code,
        goods_fen=row.base_fen,
        freight_fen=row.freight_fen,
        freight_promised_fen=freight_back_fen,
        freight_refunded_fen=freight_back_fen,
        placed_at=row.paid_at,
        pay_before=row.paid_at,
        paid_at=row.paid_at,
        shipped_at=row.received_at,
        received_at=row.received_at,
        ended_at=row.refunded_at if is_refunded else None,
    )


def _line(
    order: Order, row: OrderRow, product: Product | None, plan_key: str, pack_codes: Collection[str]
) -> OrderLine:
    back_fen = min(row.refunded_fen, row.base_fen)
    kind = product.kind if product is not None else "goods"
    return OrderLine(
        order=order,
        position=1,
        product=product,
        product_code=row.product,
        kind="gift_pack" if row.product in pack_codes else kind,
        title=product.title if product is not None else row.product,
        plan_key=plan_key,
        price_fen=row.base_fen,
        quantity=1,
        base_fen=row.base_fen,
        promised_fen=back_fen,
        refunded_fen=back_fen,
    )


def _happened(
    order: Order, line: OrderLine, payment: Payment, row: OrderRow, now: datetime
) -> list[_Happening]:
    paid = _Happening(
        at=row.paid_at,
        line=row.line,
        event=OrderPaid(order_id=order.pk),
        booking=_booking("payment", payment.number, row.total_fen),
    )
    happened = [paid]
    if row.received_at is not None:
        received = OrderReceived(order_id=order.pk, received_at=row.received_at)
        happened.append(_Happening(at=row.received_at, line=row.line, event=received))
    if row.refunded_at is not None:
        refund = Refund.objects.create(
            number=f"R{row.order_id}"[:64],
            order=order,
            payment=payment,
            cause="imported",
            amount_fen=row.refunded_fen,
            freight_fen=order.freight_refunded_fen,
            state="succeeded",
            created_at=row.refunded_at,
            finished_at=now,
            gateway_refunded_at=row.refunded_at,
        )
        if line.refunded_fen:
            RefundLine.objects.create(refund=refund, order_line=line, amount_fen=line.refunded_fen)
        refunded = OrderRefunded(order_id=order.pk, refund_id=refund.pk, refunded_at=row.refunded_at)
        happened.append(
            replace(
                paid,
                at=row.refunded_at,
                event=refunded,
                booking=_booking("refund", refund.number, row.refunded_fen),
            )
        )
    return happened


def _booking(kind: str, number: str, amount_fen: int) -> Request:
    gateway, operating = platform_account("gateway", GATEWAY), platform_account("operating")
    key = gateway_key(kind="payment" if kind == "payment" else "refund", number=number)
    transfer = Transfer(
        debit=gateway if kind == "payment" else operating,
        credit=operating if kind == "payment" else gateway,
        amount=amount_fen,
        kind=kind,
        subject=key,
    )
    return Request(key=key, transfers=(transfer,))


def _batches(rows: Iterable[OrderRow]) -> Iterable[list[OrderRow]]:
    remaining = iter(rows)
    while batch := list(islice(remaining, BATCH)):
        yield batch
