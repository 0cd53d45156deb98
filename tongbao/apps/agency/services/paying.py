"""The fee: what its order says counts, whoever told of it and however often; it goes back as any order's money does."""

from __future__ import annotations

from datetime import datetime

from tongbao.apps.agency.contracts import OPEN_STATES
from tongbao.apps.agency.models import Application
from tongbao.apps.agency.selectors import PAID_STATUSES
from tongbao.kit.transactions import transaction
from tongbao.mall.contracts import ClaimWish
from tongbao.mall.models import Order
from tongbao.mall.services.claims import refund_order
from tongbao.tenancy.contracts import Actor

FEE_WENT_BACK = "fee refunded / 代理费已退回"


def order_changed(*, order_id: int, now: datetime) -> None:
    """The order of a fee was paid, or refunded: the application follows. Told twice or late it comes to the same."""
    with transaction():
        row = Application.objects.select_for_update().filter(order_id=order_id).first()
        if row is not None:
            follow_order(row, now)


def follow_order(row: Application, now: datetime) -> None:
    """Make a locked application what its order says; in the caller's transaction. Locks the order."""
    if row.order_id is None or row.state not in OPEN_STATES:
        return
    order = Order.objects.select_for_update().get(pk=row.order_id)
    if order.status in PAID_STATUSES and row.state == Application.State.APPLIED:
        row.state, row.paid_at = Application.State.PAID, order.paid_at
        row.save(update_fields=["state", "paid_at"])
    elif order.status == "refunded":
        # Somebody gave the fee back by the order itself: there is nothing left to decide.
        row.state, row.decided_at, row.reason = Application.State.WITHDRAWN, now, FEE_WENT_BACK
        row.paid_at = row.paid_at or order.paid_at
        row.save(update_fields=["state", "decided_at", "reason", "paid_at"])


def give_fee_back(row: Application, *, reason: str, actor: Actor, now: datetime) -> None:
    """Refund what was paid, through the mall's own lane; in the caller's transaction. Raises ClaimIsOpen."""
    order = Order.objects.select_for_update().get(pk=row.order_id) if row.order_id is not None else None
    if order is None or order.status not in PAID_STATUSES:
        return
    left_fen = order.lines.get().base_fen - order.lines.get().promised_fen
    if left_fen:
        refund_order(
            order_number=order.number,
            lines=[ClaimWish(position=1, amount_fen=left_fen)],
            reason=reason,
            actor=actor,
            now=now,
        )
