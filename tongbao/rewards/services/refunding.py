"""Refunds (退款): the same evaluation on what remains, and the difference booked."""

from __future__ import annotations

from datetime import datetime

from tongbao.kit.transactions import transaction
from tongbao.mall.contracts import OrderFacts
from tongbao.mall.selectors import order_facts
from tongbao.members.services import take_back_rank
from tongbao.points.services import reduce_contribution, reduce_purchase_grant
from tongbao.rewards import models
from tongbao.rewards.selectors.plans import plan_of
from tongbao.rewards.selectors.settlements import last_settled_at
from tongbao.rewards.services.booking import next_key, order_subject, take_settlement_lock
from tongbao.rewards.services.changing import Booking, bring_line_to, chain_that_counts, finish
from tongbao.rewards.services.settling import TICK, settle_order


def apply_refund(*, order_id: int, refund_id: int, now: datetime) -> bool:
    """Book what a refund changes of the order's awards, points and reserve; True when something was to be done.

    Idempotent by the refund's id, and by the remaining bases: many partial refunds end exactly at zero. Before
    release awards shrink; after it they are taken from unsent withdrawals, then from cash, and the rest is
    owed. A pack refunded in full takes its rank back, and every promotion that only stood because of it.
    """
    with transaction():
        # The order is looked at under the lock: of two refunds at once, the later one sees both.
        take_settlement_lock(now=now)
        facts = order_facts(order_id=order_id)
        if facts.paid_at is None:
            # a payment that came too late went back; the order was never paid and nothing was awarded
            return False
        settle_order(order_id=order_id, now=now)
        settlement = models.Settlement.objects.select_for_update().get(order_id=order_id)
        _, is_new = models.RefundApplied.objects.get_or_create(
            refund_id=refund_id, defaults={"settlement": settlement, "applied_at": now}
        )
        if not is_new:
            return False
        emptied = _bring_lines(settlement, facts, now)
        _points_and_reserve(facts, now)
        for line in emptied:
            _take_back_rank(line, now)
        return True


def _bring_lines(settlement: models.Settlement, facts: OrderFacts, now: datetime) -> list[models.SettledLine]:
    """Bring every line to its remaining base; return the packs of which nothing remains."""
    remaining = {line.line_id: line.remaining_base_fen for line in facts.lines}
    booking = Booking(
        settlement=settlement,
        key=next_key(settlement, "refund"),
        kind=models.AwardChange.Kind.REFUNDED,
        now=now,
    )
    emptied = []
    for line in settlement.lines.select_related("plan_version").order_by("position"):
        base_fen = remaining[line.line_id]
        if base_fen == line.remaining_base_fen:
            continue
        if line.plan_version is None:
            line.remaining_base_fen = base_fen
            line.save(update_fields=["remaining_base_fen"])
        else:
            bring_line_to(
                line=line,
                plan=plan_of(line.plan_version),
                chain=chain_that_counts(line),
                base_fen=base_fen,
                booking=booking,
            )
        if base_fen == 0 and line.is_pack:
            emptied.append(line)
    finish(booking)
    settlement.save(update_fields=["bookings", "has_waiting"])
    return emptied


def _points_and_reserve(facts: OrderFacts, now: datetime) -> None:
    subject = order_subject(facts)
    packs_fen = sum(line.remaining_base_fen for line in facts.lines if line.is_pack)
    reduce_purchase_grant(subject=subject, remaining_fen=packs_fen, now=now)
    turnover_fen = sum(line.remaining_base_fen for line in facts.lines)
    reduce_contribution(subject=subject, to_base_fen=turnover_fen, now=now)


def _take_back_rank(line: models.SettledLine, now: datetime) -> None:
    if line.plan_version is None:
        return
    plan = plan_of(line.plan_version)
    # Settlements of one go reach a little beyond its ``now``; the rank must not seem lost before they saw it.
    latest = last_settled_at()
    moment = now if latest is None else max(now, latest + TICK)
    take_back_rank(
        source=f"order_line:{line.line_id}", rules=plan.promotions.by_recruits, ladder=plan.ranks, now=moment
    )
