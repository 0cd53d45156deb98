"""Refunds (退款): the same evaluation on what remains, and the difference booked."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from datetime import datetime
from importlib import resources

from django.db import connection

from tongbao.kit.transactions import transaction
from tongbao.mall.contracts import OrderFacts
from tongbao.mall.selectors import order_facts, order_facts_of
from tongbao.members.services import take_back_rank
from tongbao.points.services import reduce_contributions, reduce_purchase_grants
from tongbao.rewards import models
from tongbao.rewards.selectors.plans import plan_of
from tongbao.rewards.selectors.settlements import last_settled_at
from tongbao.rewards.services.booking import next_key, order_subject, take_settlement_lock
from tongbao.rewards.services.changing import Booking, bring_line_to, chain_that_counts, finish_many
from tongbao.rewards.services.settling import TICK, settle_order

REFUNDS_AT_ONCE = 500
WAITING = (
    resources.files("tongbao.rewards").joinpath("sql", "waiting_refunds.sql").read_text(encoding="utf-8")
)

logger = logging.getLogger(__name__)


def apply_refund(*, order_id: int, refund_id: int, now: datetime) -> bool:
    """Book what a refund changes of the order's awards, points and reserve; True when something was to be done.

    Idempotent by the refund's id, and by the remaining bases: many partial refunds end exactly at zero. Before
    release awards shrink; after it they are taken from unsent withdrawals, then from cash, and the rest is
    owed. A pack refunded in full takes its rank back, and every promotion that only stood because of it. In a flood
    some hundred refunds that wait after this one are booked with it; those that can't be are left to their own events.
    """
    with transaction():
        # The order is looked at under the lock: of two refunds at once, the later one sees both.
        take_settlement_lock(now=now)
        facts = order_facts(order_id=order_id)
        if facts.paid_at is None:
            # a payment that came too late went back; the order was never paid and nothing was awarded
            return False
        settle_order(order_id=order_id, now=now)
        done = _apply({order_id: [refund_id]}, now)
        if done:
            _apply_later_ones(refund_id, now)
        return bool(done)


def _apply_later_ones(refund_id: int, now: datetime) -> None:
    with connection.cursor() as cursor:
        cursor.execute(WAITING, {"after": refund_id, "most": REFUNDS_AT_ONCE})
        waiting: dict[int, list[int]] = {}
        for order_id, one in cursor.fetchall():
            waiting.setdefault(order_id, []).append(one)
    if not waiting:
        return
    try:
        with transaction():
            _apply(waiting, now)
    except Exception:
        logger.exception("the refunds of %s orders are left to their own events", len(waiting))


def _apply(refunds: dict[int, list[int]], now: datetime) -> int:
    """Bring settled orders to what remains of them; how many refunds were new."""
    rows = models.Settlement.objects.select_for_update(of=("self",)).filter(order_id__in=list(refunds))
    settlements = {row.order_id: row for row in rows.order_by("id")}
    named = {
        one: settlements[order_id] for order_id, ids in refunds.items() if order_id in settlements for one in ids
    }
    known = set(models.RefundApplied.objects.filter(refund_id__in=list(named)).values_list("refund_id", flat=True))
    fresh = {one: settlement for one, settlement in named.items() if one not in known}
    models.RefundApplied.objects.bulk_create(
        models.RefundApplied(refund_id=one, settlement=settlement, applied_at=now)
        for one, settlement in fresh.items()
    )
    concerned = {settlement.order_id: settlement for settlement in fresh.values()}
    facts = order_facts_of(order_ids=list(concerned))
    emptied = _bring_lines(concerned, facts, now)
    _points_and_reserve(facts, now)
    for line in emptied:
        _take_back_rank(line, now)
    return len(fresh)


def _bring_lines(
    settlements: dict[int, models.Settlement], facts: Sequence[OrderFacts], now: datetime
) -> list[models.SettledLine]:
    """Bring every line to its remaining base; return the packs of which nothing remains."""
    known = {line.line_id: line for order in facts for line in order.lines}
    bookings = {
        row.pk: Booking(
            settlement=row,
            key=next_key(row, "refund"),
            kind=models.AwardChange.Kind.REFUNDED,
            now=now,
        )
        for row in settlements.values()
    }
    lines = (
        models.SettledLine.objects.filter(settlement_id__in=list(bookings))
        .select_related("plan_version")
        .prefetch_related("awards")
        .order_by("settlement_id", "position")
    )
    emptied = []
    for line in lines:
        base_fen, booking = known[line.line_id].remaining_base_fen, bookings[line.settlement_id]
        # Also a pack that points alone paid for, of which no money can go back; taking back twice does nothing.
        if line.is_pack and known[line.line_id].is_all_back:
            emptied.append(line)
        if base_fen == line.remaining_base_fen:
            continue
        if line.plan_version is None:
            line.remaining_base_fen = base_fen
            booking.lines.append(line)
        else:
            bring_line_to(
                line=line,
                plan=plan_of(line.plan_version),
                chain=chain_that_counts(line),
                base_fen=base_fen,
                booking=booking,
            )
    finish_many(list(bookings.values()))
    models.Settlement.objects.bulk_update(list(settlements.values()), ["bookings", "has_waiting"])
    return emptied


def _points_and_reserve(facts: Sequence[OrderFacts], now: datetime) -> None:
    packs = {
        order_subject(order): sum(line.remaining_base_fen for line in order.lines if line.is_pack)
        for order in facts
    }
    reduce_purchase_grants(remaining_fen=packs, now=now)
    turnover = {
        order_subject(order): sum(line.remaining_base_fen for line in order.lines) for order in facts
    }
    reduce_contributions(to_bases_fen=turnover, now=now)


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
