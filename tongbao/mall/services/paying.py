"""What follows from an order's being paid, with money or without."""

from __future__ import annotations

from datetime import datetime

from tongbao.kit import events
from tongbao.mall.contracts import By, OrderPaid
from tongbao.mall.models import Order
from tongbao.mall.services.parts import payment_part, subject_of
from tongbao.mall.services.sponsors import bind_sponsor
from tongbao.mall.services.steps import try_order_step
from tongbao.members.services.messages import tell


def order_paid(*, order: Order, by: By, now: datetime) -> bool:
    """Take the order's step, confirm what paid a part of it, bind the sponsor, tell the others; False if it can't.

    In the caller's transaction. Emits OrderPaid.
    """
    if not try_order_step(order_id=order.pk, step="pay", by=by, now=now, changes={"paid_at": now}):
        return False
    if order.points_fen:
        payment_part().confirm(subject=subject_of(order.number), now=now)
    bind_sponsor(buyer_id=order.buyer_id, invitation_code=order.invitation_code, now=now)
    tell(
        member_id=order.buyer_id,
        kind="order_paid",
        key=f"order_paid:{order.number}",
        values={"number": order.number, "amount_fen": order.total_fen},
        now=now,
    )
    events.emit(OrderPaid(order_id=order.pk))
    return True
