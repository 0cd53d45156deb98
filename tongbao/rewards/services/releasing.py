"""Release (解冻): when returns are over, pending becomes spendable; what is owed is paid back first."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from datetime import datetime, timedelta

from django.db.models import Exists, F, OuterRef

from tongbao.kit.transactions import transaction
from tongbao.ledger.contracts import Transfer, member_account
from tongbao.members.contracts import FROZEN
from tongbao.members.selectors import ranks_left_at
from tongbao.plans import Chain, Plan
from tongbao.points.services import burn_spent, confirm_contribution, mint
from tongbao.rewards import models
from tongbao.rewards.contracts import RewardsSettings, SettlementMissing
from tongbao.rewards.policy import chain_to_json, with_ranks_held
from tongbao.rewards.selectors.plans import plan_of
from tongbao.rewards.services.booking import Receivables, book, next_key, subject_of, take_settlement_lock
from tongbao.rewards.services.changing import Booking, bring_line_to, chain_that_counts, finish
from tongbao.rewards.services.releasing_together import ORDERS_AT_ONCE, release_together
from tongbao.rewards.services.settling import settle_order
from tongbao.tenancy.selectors import tenant_settings

PENDING = models.Award.State.PENDING

logger = logging.getLogger(__name__)


def note_receipt(*, order_id: int, received_at: datetime, now: datetime) -> None:
    """Set when the order's awards are to be released; the first answer stays.

    An order that is not settled yet is settled first, so the messages may come in any order. Raises
    SettlementMissing when it can't be, PlanNotInForce.
    """
    release_at = received_at + timedelta(days=tenant_settings(RewardsSettings).release_days)
    with transaction():
        if not _set_release(order_id, release_at):
            settle_order(order_id=order_id, now=now)
            if not _set_release(order_id, release_at):
                raise SettlementMissing(order_id=order_id)


def release_due(*, now: datetime, limit: int | None = None) -> int:
    """Release what is due, oldest first; return how many orders had something released.

    Runs of some thousand orders, each one transaction under the settlement lock: two at once release nothing twice,
    and a member's balance moves once for each run. Suspended by an open claim, and by a refund whose difference is
    still to be booked. Awards of frozen members wait; an award that used a rank since taken back is evaluated anew
    first: such orders are released one by one. An order that can't be released is logged and holds up no other.
    """
    first, later = _due(now)
    first = first if limit is None else first[:limit]
    released = 0
    for start in range(0, len(first), ORDERS_AT_ONCE):
        run = first[start : start + ORDERS_AT_ONCE]
        done = _try_together(run, now)
        released += len(done) + _one_by_one([one for one in run if one not in done], now)
    room = None if limit is None else max(0, limit - released)
    return released + _one_by_one(later[:room], now)


def _try_together(settlement_ids: Sequence[int], now: datetime) -> set[int]:
    """Release orders in one go; those that were released. When that fails, each has its own turn."""
    if len(settlement_ids) == 1:
        return set()
    try:
        return release_together(settlement_ids=settlement_ids, now=now)
    except Exception:
        logger.exception("%s orders could not be released together", len(settlement_ids))
        return set()


def _one_by_one(settlement_ids: Sequence[int], now: datetime) -> int:
    released = 0
    for settlement_id in settlement_ids:
        try:
            released += _release_one(settlement_id=settlement_id, now=now)
        except Exception:
            logger.exception("the awards of settlement %s could not be released", settlement_id)
    return released


def _set_release(order_id: int, release_at: datetime) -> bool:
    settlements = models.Settlement.objects.filter(order_id=order_id)
    return bool(
        settlements.filter(release_at__isnull=True).update(release_at=release_at) or settlements.exists()
    )


def _due(now: datetime) -> tuple[list[int], list[int]]:
    """The orders to be released for the first time, oldest first, then those of members frozen until now."""
    unhindered = models.Settlement.objects.filter(order__has_open_claim=False, release_at__lte=now)
    waiting = models.Award.objects.filter(settlement=OuterRef("pk"), state=PENDING).exclude(
        beneficiary__status=FROZEN
    )
    first = unhindered.filter(released_at__isnull=True).order_by("release_at", "id")
    later = unhindered.filter(Exists(waiting), has_waiting=True).order_by("id")
    # Listed before the first is released: what is left over this time comes with the next run.
    return list(first.values_list("id", flat=True)), list(later.values_list("id", flat=True))


def _release_one(*, settlement_id: int, now: datetime) -> int:
    with transaction():
        take_settlement_lock(now=now)
        settlement = (
            models.Settlement.objects.select_for_update(of=("self",))
            .filter(id=settlement_id, release_at__lte=now, order__has_open_claim=False)
            .first()
        )
        if settlement is None or _refund_is_waiting(settlement):
            return 0
        is_first = settlement.released_at is None
        if not is_first and not settlement.has_waiting:
            return 0
        _reconsider(settlement, is_first=is_first, now=now)
        awards = list(
            models.Award.objects.filter(settlement=settlement, state=PENDING)
            .select_related("beneficiary")
            .order_by("id")
        )
        free = [award for award in awards if award.beneficiary.status != FROZEN]
        _release_awards(settlement, free, now)
        if is_first:
            mint(subject=subject_of(settlement.number), now=now)
            confirm_contribution(subject=subject_of(settlement.number), now=now)
            burn_spent(subjects=[subject_of(settlement.number)], now=now)
            settlement.released_at = now
        settlement.has_waiting = len(free) < len(awards)
        settlement.save(update_fields=["bookings", "released_at", "has_waiting"])
        return 1 if is_first or free else 0


def _refund_is_waiting(settlement: models.Settlement) -> bool:
    """Whether the order has a refund whose difference is still to be booked."""
    paid_now = F("line__base_fen") - F("line__refunded_fen")
    return bool(settlement.lines.exclude(remaining_base_fen=paid_now).exists())


def _release_awards(settlement: models.Settlement, awards: Sequence[models.Award], now: datetime) -> None:
    if not awards:
        return
    key = next_key(settlement, "release")
    subject = subject_of(settlement.number)
    owed = Receivables({award.beneficiary_id for award in awards})
    transfers: list[Transfer] = []
    for award in awards:
        member_id = award.beneficiary_id
        pending = member_account(member_id, "pending")
        transfers += owed.pay(pending, member_id, award.amount_fen, kind="release", facts=subject)
    book(key=key, transfers=transfers, now=now)
    models.Award.objects.filter(id__in=[award.pk for award in awards]).update(
        state=models.Award.State.RELEASED
    )
    models.AwardChange.objects.bulk_create(
        models.AwardChange(
            award=award,
            kind=models.AwardChange.Kind.RELEASED,
            delta_fen=0,
            amount_fen=award.amount_fen,
            base_fen=award.base_fen,
            request_key=key,
            at=now,
        )
        for award in awards
    )


def _reconsider(settlement: models.Settlement, *, is_first: bool, now: datetime) -> None:
    """Evaluate lines anew whose people lost a rank that this order used (else a bought rank pays and goes back).

    Once something of the order is released that stands: later only those whose awards still wait are asked.
    """
    booking: Booking | None = None
    asked: set[int] | None = None
    if not is_first:
        waiting = models.Award.objects.filter(settlement=settlement, state=PENDING)
        asked = set(waiting.values_list("beneficiary_id", flat=True))
    for line in settlement.lines.select_related("plan_version").exclude(plan_version__isnull=True):
        if line.plan_version is None:
            continue
        plan = plan_of(line.plan_version)
        chain = chain_that_counts(line)
        lowered = _lowered(chain, plan, asked, settlement)
        if lowered == chain:
            continue
        if booking is None:
            booking = Booking(
                settlement=settlement,
                key=next_key(settlement, "rank_taken_back"),
                kind=models.AwardChange.Kind.RANK_TAKEN_BACK,
                now=now,
            )
        line.chain_now = chain_to_json(lowered)
        line.save(update_fields=["chain_now"])
        bring_line_to(line=line, plan=plan, chain=lowered, base_fen=line.remaining_base_fen, booking=booking)
    if booking is not None:
        finish(booking)


def _lowered(chain: Chain, plan: Plan, asked: set[int] | None, settlement: models.Settlement) -> Chain:
    ranked = {int(seat.member_key) for seat in chain.sponsors if seat.rank != plan.ranks[0]}
    if asked is not None:
        ranked &= asked
    if not ranked:
        return chain
    left = ranks_left_at(member_ids=ranked, at=settlement.settled_at, ladder=plan.ranks)
    return with_ranks_held(chain, held=left, ladder=plan.ranks)
