"""Release (解冻): when returns are over, pending becomes spendable; what is owed is paid back first."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db.models import Q, QuerySet

from tongbao.kit.transactions import transaction
from tongbao.ledger.contracts import Transfer, member_account
from tongbao.members.contracts import FROZEN
from tongbao.members.selectors import standing_rank_at
from tongbao.plans import Chain, Plan
from tongbao.points.services import confirm_contribution, mint
from tongbao.rewards import models
from tongbao.rewards.contracts import RewardsSettings, SettlementMissing
from tongbao.rewards.policy import chain_from_json, chain_to_json, with_ranks_held
from tongbao.rewards.selectors.plans import plan_of
from tongbao.rewards.services.booking import (
    Receivables,
    book,
    next_key,
    subject_of,
    take_settlement_lock,
    transfer,
)
from tongbao.rewards.services.changing import Booking, bring_line_to
from tongbao.tenancy.selectors import tenant_settings

BATCH = 100


def note_receipt(*, order_id: int, received_at: datetime, now: datetime) -> None:
    """Set when the order's awards are to be released. Raises SettlementMissing while it is not settled."""
    days = tenant_settings(RewardsSettings).release_days
    with transaction():
        noted = models.Settlement.objects.filter(order_id=order_id).update(
            release_at=received_at + timedelta(days=days)
        )
        if not noted:
            raise SettlementMissing(order_id=order_id)


def note_claim(*, order_id: int, is_open: bool) -> None:
    """Suspend the order's release while an after-sales claim is open, or let it go on."""
    models.Settlement.objects.filter(order_id=order_id).update(has_open_claim=is_open)


def release_due(*, now: datetime, limit: int | None = None) -> int:
    """Release what is due, order by order; return how many orders had something released.

    Each order is one transaction under the settlement lock: two runs at once release nothing twice. Awards of
    frozen members wait. An award that used a rank since taken back is evaluated anew first.
    """
    released = 0
    while limit is None or released < limit:
        due = list(_due(now).order_by("release_at", "id").values_list("id", flat=True)[:BATCH])
        done = 0
        for settlement_id in due:
            done += _release_one(settlement_id=settlement_id, now=now)
        released += done
        if not done:
            return released
    return released


def _due(now: datetime) -> QuerySet[models.Settlement]:
    waiting = models.Award.objects.filter(state=models.Award.State.PENDING).exclude(
        beneficiary__status=FROZEN
    )
    return models.Settlement.objects.filter(release_at__lte=now, has_open_claim=False).filter(
        Q(released_at__isnull=True) | Q(id__in=waiting.values("settlement_id"))
    )


def _release_one(*, settlement_id: int, now: datetime) -> int:
    with transaction():
        take_settlement_lock()
        settlement = _due(now).select_for_update(of=("self",)).filter(id=settlement_id).first()
        if settlement is None:
            return 0
        _reconsider(settlement, now)
        awards = list(
            models.Award.objects.filter(settlement=settlement, state=models.Award.State.PENDING)
            .exclude(beneficiary__status=FROZEN)
            .order_by("id")
        )
        _release_awards(settlement, awards, now)
        if settlement.released_at is None:
            mint(subject=subject_of(settlement.number), now=now)
            confirm_contribution(subject=subject_of(settlement.number), now=now)
            settlement.released_at = now
        settlement.save(update_fields=["bookings", "released_at"])
        return 1


def _release_awards(settlement: models.Settlement, awards: list[models.Award], now: datetime) -> None:
    key = next_key(settlement, "release")
    subject = subject_of(settlement.number)
    owed = Receivables()
    transfers: list[Transfer] = []
    for award in awards:
        member_id = award.beneficiary_id
        pending = member_account(member_id, "pending")
        repaid_fen = owed.repay(member_id, award.amount_fen)
        transfers += transfer(
            pending, member_account(member_id, "receivable"), repaid_fen, kind="repayment", facts=subject
        )
        transfers += transfer(
            pending,
            member_account(member_id, "cash"),
            award.amount_fen - repaid_fen,
            kind="release",
            facts=subject,
        )
    book(key=key, transfers=transfers, now=now)
    models.Award.objects.filter(id__in=[award.pk for award in awards]).update(
        state=models.Award.State.RELEASED
    )
    models.AwardChange.objects.bulk_create(
        models.AwardChange(
            award=award, kind=models.AwardChange.Kind.RELEASED, delta_fen=0, request_key=key, at=now
        )
        for award in awards
    )


def _reconsider(settlement: models.Settlement, now: datetime) -> None:
    """Evaluate lines anew whose people lost a rank that this order used (else a bought rank pays and goes back)."""
    booking: Booking | None = None
    for line in settlement.lines.select_related("plan_version").exclude(plan_version__isnull=True):
        if line.plan_version is None:
            continue
        plan = plan_of(line.plan_version)
        chain = chain_from_json(line.chain)
        lowered = _lowered(chain, plan, settlement)
        if lowered == chain:
            continue
        if booking is None:
            key = next_key(settlement, "rank_taken_back")
            booking = Booking(key=key, kind=models.AwardChange.Kind.RANK_TAKEN_BACK, now=now)
        line.chain = chain_to_json(lowered)
        bring_line_to(line=line, plan=plan, chain=lowered, base_fen=line.remaining_base_fen, booking=booking)
    if booking is not None:
        book(key=booking.key, transfers=booking.transfers, now=now)


def _lowered(chain: Chain, plan: Plan, settlement: models.Settlement) -> Chain:
    held = {
        int(seat.member_key): standing_rank_at(
            member_id=int(seat.member_key), at=settlement.settled_at, ladder=plan.ranks
        )
        for seat in chain.sponsors
        if seat.rank != plan.ranks[0]
    }
    return with_ranks_held(chain, held=held, ladder=plan.ranks)
