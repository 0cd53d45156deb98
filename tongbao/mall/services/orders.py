"""Steps of an order's life that need no gateway: cancel, time out, ship, receive, close."""

from __future__ import annotations

from datetime import datetime, timedelta

from tongbao.kit import events
from tongbao.kit.transactions import transaction
from tongbao.mall.contracts import (
    By,
    ClaimIsOpen,
    MallSettings,
    OrderClosed,
    OrderReceived,
    OrderUnknown,
)
from tongbao.mall.models import Order, OrderLine
from tongbao.mall.policy.life import OrderStep
from tongbao.mall.services.batches import BATCH, each
from tongbao.mall.services.parts import payment_part, subject_of
from tongbao.mall.services.reductions import let_go_of_reduction
from tongbao.mall.services.steps import order_step, try_order_step
from tongbao.mall.services.stock import give_back_stock, pieces_of
from tongbao.members.services.messages import tell
from tongbao.tenancy.contracts import Actor, AuditFact
from tongbao.tenancy.selectors import tenant_settings
from tongbao.tenancy.services import audit


def cancel_order(*, number: str, buyer_id: int, now: datetime, reason: str = "") -> None:
    """The buyer cancels an unpaid order; its pieces go back on the shelf, once.

    A payment that arrives afterwards is refunded by itself. Raises OrderUnknown, TransitionRefused.
    """
    order = _order(number, buyer_id)
    with transaction():
        order_step(
            order_id=order.pk,
            step="cancel",
            by=By.member(member_id=buyer_id),
            reason=reason,
            now=now,
            changes={"ended_at": now},
        )
        _shelve(order.pk)
        _let_go(order, now)


def time_out_orders(*, now: datetime) -> int:
    """End unpaid orders whose time is over; return how many. Safe to run at any time, also twice at once."""
    due = Order.objects.filter(status="unpaid", pay_before__lte=now).order_by("pay_before")

    def end(order_id: int) -> bool:
        moved = try_order_step(
            order_id=order_id,
            step="time_out",
            by=By.system(what="payment time"),
            now=now,
            only_if={"pay_before__lte": now},
            changes={"ended_at": now},
        )
        if moved:
            _shelve(order_id)
            _let_go(Order.objects.get(id=order_id), now)
        return moved

    return each(due.values_list("id", flat=True)[:BATCH], end)


def ship_order(
    *, number: str, actor: Actor, now: datetime, carrier: str = "", tracking_number: str = ""
) -> None:
    """An operator sends the goods; audited. Raises OrderUnknown, TransitionRefused, ClaimIsOpen."""
    order = _order(number)
    with transaction():
        _step_without_claim(
            order,
            "ship",
            By.operator(actor=actor),
            now,
            only_if={"needs_delivery": True},
            changes={"shipped_at": now, "carrier": carrier[:40], "tracking_number": tracking_number[:64]},
        )
        _audit("order.ship", order, actor, now, carrier=carrier, tracking_number=tracking_number)
        tell(
            member_id=order.buyer_id,
            kind="order_shipped",
            key=f"order_shipped:{number}",
            values={"number": number, "carrier": carrier[:40], "tracking_number": tracking_number[:64]},
            now=now,
        )


def confirm_receipt(*, number: str, buyer_id: int, now: datetime) -> None:
    """The buyer has the goods, or has used the service. Emits OrderReceived.

    Raises OrderUnknown, TransitionRefused, ClaimIsOpen.
    """
    order = _order(number, buyer_id)
    with transaction():
        _receive(order, By.member(member_id=buyer_id), now)


def record_use(*, number: str, actor: Actor, now: datetime) -> None:
    """An operator writes down that a service was used or a virtual good handed over (核销); audited.

    Raises OrderUnknown, TransitionRefused, ClaimIsOpen.
    """
    order = _order(number)
    with transaction():
        _step_without_claim(
            order,
            "use",
            By.operator(actor=actor),
            now,
            only_if={"needs_delivery": False},
            changes={"received_at": now},
        )
        events.emit(OrderReceived(order_id=order.pk, received_at=now))
        _audit("order.use", order, actor, now)


def receive_due_orders(*, now: datetime) -> int:
    """Count shipped orders as received when the buyer said nothing for the tenant's days (自动收货).

    An open claim holds this up. Returns how many.
    """
    days = timedelta(days=tenant_settings(MallSettings).automatic_receipt_days)
    due = Order.objects.filter(status="shipped", has_open_claim=False, shipped_at__lte=now - days)

    def receive(order_id: int) -> bool:
        moved = try_order_step(
            order_id=order_id,
            step="receive",
            by=By.system(what="automatic receipt"),
            now=now,
            only_if={"has_open_claim": False, "shipped_at__lte": now - days},
            changes={"received_at": now},
        )
        if moved:
            events.emit(OrderReceived(order_id=order_id, received_at=now))
        return moved

    return each(due.order_by("shipped_at").values_list("id", flat=True)[:BATCH], receive)


def close_due_orders(*, now: datetime) -> int:
    """Close received orders whose return window is over and that have no open claim. Returns how many."""
    days = timedelta(days=tenant_settings(MallSettings).return_window_days)
    due = Order.objects.filter(status="received", has_open_claim=False, received_at__lte=now - days)

    def close(order_id: int) -> bool:
        moved = try_order_step(
            order_id=order_id,
            step="close",
            by=By.system(what="return window"),
            now=now,
            only_if={"has_open_claim": False, "received_at__lte": now - days},
            changes={"ended_at": now},
        )
        if moved:
            events.emit(OrderClosed(order_id=order_id))
        return moved

    return each(due.order_by("received_at").values_list("id", flat=True)[:BATCH], close)


def _receive(order: Order, by: By, now: datetime) -> None:
    step: OrderStep = "receive" if order.needs_delivery else "use"
    _step_without_claim(order, step, by, now, only_if={}, changes={"received_at": now})
    events.emit(OrderReceived(order_id=order.pk, received_at=now))


def _step_without_claim(
    order: Order,
    step: OrderStep,
    by: By,
    now: datetime,
    *,
    only_if: dict[str, bool],
    changes: dict[str, object],
) -> None:
    """Take a step that an open claim holds up, and say so if that is why it can't be taken."""
    condition = {"has_open_claim": False, **only_if}
    if try_order_step(order_id=order.pk, step=step, by=by, now=now, only_if=condition, changes=changes):
        return
    order.refresh_from_db(fields=["has_open_claim"])
    if order.has_open_claim:
        raise ClaimIsOpen(number=order.number)
    order_step(order_id=order.pk, step=step, by=by, now=now, only_if=condition, changes=changes)


def _shelve(order_id: int) -> None:
    lines = OrderLine.objects.filter(order_id=order_id).values_list("variant_id", "quantity")
    give_back_stock(pieces_by_variant=pieces_of(lines))


def _let_go(order: Order, now: datetime) -> None:
    if order.points_fen:
        payment_part().let_go(subject=subject_of(order.number), now=now)
    let_go_of_reduction(order=order, now=now)


def _order(number: str, buyer_id: int | None = None) -> Order:
    rows = Order.objects.filter(number=number)
    if buyer_id is not None:
        rows = rows.filter(buyer_id=buyer_id)
    order = rows.first()
    if order is None:
        raise OrderUnknown(key=number)
    return order


def _audit(action: str, order: Order, actor: Actor, now: datetime, **detail: str) -> None:
    audit(AuditFact(actor=actor, action=action, subject=f"order:{order.number}", detail=detail), now=now)
