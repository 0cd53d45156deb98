"""Settlement (结算): a paid order becomes awards, shares of the platform, points and a reserve contribution."""

from __future__ import annotations

import logging
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.utils import timezone

from tongbao.kit.transactions import transaction
from tongbao.ledger.contracts import Transfer, member_account
from tongbao.mall.contracts import LineFacts, OrderFacts
from tongbao.mall.selectors import order_facts_of
from tongbao.members.selectors import agents_for, upline
from tongbao.members.services import promote_by_purchase, promote_by_recruits
from tongbao.plans import AgentSeat, Award, Chain, Plan, Remainder, Sale, SponsorSeat, evaluate, remainders
from tongbao.points.contracts import GIFT_PACKS
from tongbao.points.services import contribute, grant_for_purchase
from tongbao.rewards import models
from tongbao.rewards.contracts import PlanNotInForce, RewardsSettings
from tongbao.rewards.policy import chain_to_json, promotes, seen_by_plan
from tongbao.rewards.selectors.plans import plan_in_force
from tongbao.rewards.selectors.settlements import last_settled_at, unsettled_orders
from tongbao.rewards.services.booking import OPERATING, book, order_subject, take_settlement_lock, unallocated
from tongbao.tenancy.selectors import tenant_settings

# Orders settled in one go have moments two ticks apart, so that a refund between two of them has its own.
TICK = timedelta(microseconds=1)
STEP = 2 * TICK

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Line:
    """A line with what it is settled by: nothing for a line without distribution."""

    facts: LineFacts
    version: models.PlanVersion | None = None
    plan: Plan | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class _Outcome:
    """What a line came to: the chain in the plan's ranks, the awards, and what nobody earned."""

    line: _Line
    chain: Chain
    awards: tuple[Award, ...] = ()
    rests: tuple[Remainder, ...] = ()


def settle_order(*, order_id: int, now: datetime) -> int:
    """Settle this order, and before it every paid order that was paid earlier; return how many were settled.

    Holds the tenant's settlement lock. An order is evaluated on the ranks as they stand before it; its
    promotions follow its last line. Each order is settled once: a repeated call settles nothing. An earlier
    order whose plan is not in force is left to its own event, so that it holds up nobody else's.
    Raises PlanNotInForce.

    >>> settle_order(order_id=17, now=now)                                     # doctest: +SKIP
    1
    """
    with transaction():
        take_settlement_lock()
        waiting = unsettled_orders(upto_order_id=order_id)
        if not waiting:
            return 0
        # Every order has a moment of its own: what one order's promotions are for the next must be told apart.
        moment = now - STEP * len(waiting)
        latest = last_settled_at()
        if latest is not None and latest >= moment:
            moment = latest + STEP
        settled = 0
        known = {facts.order_id: facts for facts in order_facts_of(order_ids=waiting)}
        for waiting_id in waiting:
            facts = known[waiting_id]
            try:
                lines = [_line(line, paid_at=facts.paid_at or now) for line in facts.lines]
            except PlanNotInForce as refusal:
                if waiting_id == order_id:
                    raise
                logger.warning("order %s can't be settled yet: %s", facts.number, refusal)
                continue
            _settle_one(facts, lines, settled_at=moment, now=now)
            moment += STEP
            settled += 1
        return settled


def award_row(
    settled_line: models.SettledLine, award: Award, *, settlement_id: int, booked_at: datetime
) -> models.Award:
    """The row of an evaluated award, not saved yet."""
    return models.Award(
        settled_line=settled_line,
        settlement_id=settlement_id,
        beneficiary_id=int(award.beneficiary),
        seat=award.seat,
        clause=award.clause,
        kind=award.kind,
        rank=award.rank,
        rate_bp=award.rate_bp,
        rate_before_bp=award.rate_before_bp,
        base_fen=award.base_fen,
        original_fen=award.amount_fen,
        amount_fen=award.amount_fen,
        booked_at=booked_at,
    )


def change_row(
    row: models.Award,
    *,
    kind: str,
    delta_fen: int,
    award: Award | None,
    base_fen: int,
    key: str,
    at: datetime,
) -> models.AwardChange:
    """An award's next line of history, with the arithmetic that holds from there; not saved yet."""
    return models.AwardChange(
        award=row,
        kind=kind,
        delta_fen=delta_fen,
        amount_fen=row.amount_fen,
        rank=award.rank if award else "",
        rate_bp=award.rate_bp if award else 0,
        rate_before_bp=award.rate_before_bp if award else 0,
        base_fen=base_fen,
        request_key=key,
        at=at,
    )


def _line(facts: LineFacts, *, paid_at: datetime) -> _Line:
    if not facts.plan_key:
        return _Line(facts=facts)
    version, plan = plan_in_force(key=facts.plan_key, at=paid_at)
    return _Line(facts=facts, version=version, plan=plan)


def _settle_one(facts: OrderFacts, lines: Sequence[_Line], *, settled_at: datetime, now: datetime) -> None:
    settlement = models.Settlement.objects.create(
        order_id=facts.order_id,
        number=facts.number,
        buyer_id=facts.buyer_id,
        region_code=facts.region_code,
        paid_at=facts.paid_at or settled_at,
        settled_at=settled_at,
    )
    chain = _chain_of(facts)
    outcomes = [_evaluate(line, chain) for line in lines]
    key = f"settle:{facts.number}"
    _keep(settlement, outcomes, key=key, settled_at=settled_at)
    book(key=key, transfers=_transfers(facts, outcomes), now=now)
    _points_and_reserve(facts, now)
    _promote(facts, lines, settled_at)


def _chain_of(facts: OrderFacts) -> Chain:
    """The people around the buyer, as they stand now."""
    on = timezone.localdate(facts.paid_at)
    agents = agents_for(region_code=facts.region_code, on=on) if facts.region_code else ()
    return Chain(
        buyer_key=facts.buyer_id,
        sponsors=tuple(
            SponsorSeat(seat.member_id, seat.rank, seat.active) for seat in upline(member_id=facts.buyer_id)
        ),
        agents=tuple(AgentSeat(seat.level, seat.member_id, seat.active) for seat in agents),
    )


def _evaluate(line: _Line, chain: Chain) -> _Outcome:
    if line.plan is None:
        return _Outcome(line=line, chain=chain)
    seen = seen_by_plan(chain, ladder=line.plan.ranks)
    sale = Sale(base_fen=line.facts.base_fen, product=line.facts.product_code)
    awards = evaluate(plan=line.plan, chain=seen, sale=sale)
    return _Outcome(
        line=line, chain=seen, awards=awards, rests=remainders(plan=line.plan, sale=sale, awards=awards)
    )


def _transfers(facts: OrderFacts, outcomes: Sequence[_Outcome]) -> list[Transfer]:
    subject = order_subject(facts)
    transfers = [
        Transfer(
            debit=OPERATING,
            credit=member_account(int(award.beneficiary), "pending"),
            amount=award.amount_fen,
            kind="award",
            subject=subject,
        )
        for outcome in outcomes
        for award in outcome.awards
    ]
    shares: dict[str, int] = defaultdict(int)
    for outcome in outcomes:
        for rest in outcome.rests:
            shares[rest.clause] += rest.amount_fen
    transfers += [
        Transfer(
            debit=OPERATING, credit=unallocated(clause), amount=amount, kind="unallocated", subject=subject
        )
        for clause, amount in shares.items()
        if amount
    ]
    return transfers


def _keep(
    settlement: models.Settlement, outcomes: Sequence[_Outcome], *, key: str, settled_at: datetime
) -> None:
    """Write down the lines with what they saw, their awards, and the first line of each award's history."""
    lines = models.SettledLine.objects.bulk_create(
        models.SettledLine(
            settlement=settlement,
            line_id=outcome.line.facts.line_id,
            position=outcome.line.facts.position,
            product_code=outcome.line.facts.product_code,
            is_pack=outcome.line.facts.is_pack,
            plan_version=outcome.line.version,
            chain=chain_to_json(outcome.chain),
            base_fen=outcome.line.facts.base_fen,
            remaining_base_fen=outcome.line.facts.base_fen,
        )
        for outcome in outcomes
    )
    awards = [award for outcome in outcomes for award in outcome.awards]
    rows = models.Award.objects.bulk_create(
        award_row(line, award, settlement_id=settlement.pk, booked_at=settled_at)
        for line, outcome in zip(lines, outcomes, strict=True)
        for award in outcome.awards
    )
    models.AwardChange.objects.bulk_create(
        change_row(
            row,
            kind=models.AwardChange.Kind.BOOKED,
            delta_fen=row.amount_fen,
            award=award,
            base_fen=award.base_fen,
            key=key,
            at=settled_at,
        )
        for row, award in zip(rows, awards, strict=True)
    )


def _points_and_reserve(facts: OrderFacts, now: datetime) -> None:
    subject = order_subject(facts)
    turnover_fen = sum(line.base_fen for line in facts.lines)
    if turnover_fen:
        contribute(subject=subject, base_fen=turnover_fen, now=now)
    packs_fen = sum(line.base_fen for line in facts.lines if line.is_pack)
    if packs_fen:
        grant_for_purchase(
            pool=GIFT_PACKS, member_id=facts.buyer_id, paid_fen=packs_fen, subject=subject, now=now
        )


def _promote(facts: OrderFacts, lines: Sequence[_Line], settled_at: datetime) -> None:
    """Promotions follow the order's last line: by purchase, then by recruits all the way up."""
    for line in lines:
        plan = line.plan
        rank = plan.promotions.rank_for(line.facts.product_code) if plan and line.facts.is_pack else None
        if plan is None or rank is None:
            continue
        enough_bp = tenant_settings(RewardsSettings).promotion_cash_bp
        if not promotes(
            base_fen=line.facts.base_fen, list_fen=line.facts.list_fen, promotion_cash_bp=enough_bp
        ):
            continue
        promote_by_purchase(
            member_id=facts.buyer_id,
            rank=rank,
            source=f"order_line:{line.facts.line_id}",
            ladder=plan.ranks,
            now=settled_at,
        )
        promote_by_recruits(
            member_id=facts.buyer_id, rules=plan.promotions.by_recruits, ladder=plan.ranks, now=settled_at
        )
