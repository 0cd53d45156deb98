"""Take a step of an order's or a claim's life exactly once: a conditional update, and a row in the log."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from tongbao.mall.contracts import By, ClaimUnknown, OrderUnknown, TransitionRefused
from tongbao.mall.models import Claim, Order, Transition
from tongbao.mall.policy.life import CLAIM_STEPS, ORDER_STEPS, ClaimStep, OrderStep


def try_order_step(
    *,
    order_id: int,
    step: OrderStep,
    by: By,
    now: datetime,
    reason: str = "",
    only_if: dict[str, Any] | None = None,
    changes: dict[str, Any] | None = None,
) -> bool:
    """Move an order along ``step`` if it stands where the step starts, and log it; say whether it moved.

    Of many callers at once, the database lets one through. ``only_if`` narrows the condition, ``changes`` are
    written with the status. Runs in the caller's transaction and locks the order's row.
    """
    rule = ORDER_STEPS[step]
    for source in rule.sources:
        moved = Order.objects.filter(id=order_id, status=source, **(only_if or {})).update(
            status=rule.target, **(changes or {})
        )
        if moved:
            _log(order_id, None, step, source, rule.target, by, reason, now)
            return True
    return False


def order_step(
    *,
    order_id: int,
    step: OrderStep,
    by: By,
    now: datetime,
    reason: str = "",
    only_if: dict[str, Any] | None = None,
    changes: dict[str, Any] | None = None,
) -> None:
    """Like ``try_order_step``, but an order that can't take the step is refused: TransitionRefused."""
    moved = try_order_step(
        order_id=order_id, step=step, by=by, now=now, reason=reason, only_if=only_if, changes=changes
    )
    if not moved:
        found = Order.objects.filter(id=order_id).values_list("number", "status").first()
        if found is None:
            raise OrderUnknown(key=order_id)
        raise TransitionRefused(number=found[0], status=found[1], step=step)


def claim_step(
    *,
    claim_id: int,
    step: ClaimStep,
    by: By,
    now: datetime,
    reason: str = "",
    changes: dict[str, Any] | None = None,
) -> None:
    """Move a claim along ``step`` and log it. Raises TransitionRefused, ClaimUnknown."""
    rule = CLAIM_STEPS[step]
    for source in rule.sources:
        if Claim.objects.filter(id=claim_id, state=source).update(state=rule.target, **(changes or {})):
            order_id = Claim.objects.values_list("order_id", flat=True).get(id=claim_id)
            _log(order_id, claim_id, step, source, rule.target, by, reason, now)
            return
    found = Claim.objects.filter(id=claim_id).values_list("number", "state").first()
    if found is None:
        raise ClaimUnknown(key=claim_id)
    raise TransitionRefused(number=found[0], status=found[1], step=step)


def log_beginning(*, order_id: int, claim_id: int | None, by: By, reason: str, now: datetime) -> None:
    """Log that an order was placed, or a claim opened."""
    step = "place" if claim_id is None else "claim"
    _log(order_id, claim_id, step, "", "unpaid" if claim_id is None else "requested", by, reason, now)


def _log(
    order_id: int,
    claim_id: int | None,
    step: str,
    from_state: str,
    to_state: str,
    by: By,
    reason: str,
    now: datetime,
) -> None:
    Transition.objects.create(
        order_id=order_id,
        claim_id=claim_id,
        step=step,
        from_state=from_state,
        to_state=to_state,
        actor_kind=by.kind,
        actor_name=by.name,
        actor_id=by.number,
        reason=reason,
        at=now,
    )
