"""Settlement (结算): a paid order becomes awards, shares of the platform, points and a reserve contribution."""

from __future__ import annotations

from collections import defaultdict
from datetime import datetime, timedelta

from django.utils import timezone

from tongbao.kit.transactions import transaction
from tongbao.ledger.contracts import Transfer, member_account
from tongbao.mall.contracts import LineFacts, OrderFacts
from tongbao.mall.selectors import order_facts
from tongbao.members.selectors import agents_for, upline
from tongbao.members.services import promote_by_purchase, promote_by_recruits
from tongbao.plans import AgentSeat, Award, Chain, Plan, Remainder, Sale, SponsorSeat, evaluate, remainders
from tongbao.points.contracts import GIFT_PACKS
from tongbao.points.services import contribute, grant_for_purchase
from tongbao.rewards import models
from tongbao.rewards.policy import chain_to_json
from tongbao.rewards.selectors.plans import plan_in_force
from tongbao.rewards.selectors.settlements import last_settled_at, unsettled_orders
from tongbao.rewards.services.booking import OPERATING, book, order_subject, take_settlement_lock, unallocated

TICK = timedelta(microseconds=1)


def settle_order(*, order_id: int, now: datetime) -> int:
    """Settle this order, and before it every paid order that was paid earlier; return how many were settled.

    Holds the tenant's settlement lock. An order is evaluated on the ranks as they stand before it; its
    promotions follow its last line. Each order is settled once: a repeated call settles nothing.
    Raises PlanNotInForce.

    >>> settle_order(order_id=17, now=now)                                     # doctest: +SKIP
    1
    """
    with transaction():
        take_settlement_lock()
        waiting = unsettled_orders(upto_order_id=order_id)
        # Every order has a moment of its own: what one order's promotions are for the next must be told apart.
        moment = now - TICK * len(waiting)
        latest = last_settled_at()
        if latest is not None and latest >= moment:
            moment = latest + TICK
        for waiting_id in waiting:
            _settle_one(order_facts(order_id=waiting_id), settled_at=moment, now=now)
            moment += TICK
        return len(waiting)


def _settle_one(facts: OrderFacts, *, settled_at: datetime, now: datetime) -> None:
    settlement = models.Settlement.objects.create(
        order_id=facts.order_id,
        number=facts.number,
        buyer_id=facts.buyer_id,
        region_code=facts.region_code,
        paid_at=facts.paid_at or settled_at,
        settled_at=settled_at,
    )
    chain = _chain_of(facts)
    transfers: list[Transfer] = []
    plans: list[tuple[LineFacts, Plan]] = []
    for line in facts.lines:
        version = None
        awards: tuple[Award, ...] = ()
        if line.plan_key:
            version, plan = plan_in_force(key=line.plan_key, at=facts.paid_at or now)
            sale = Sale(base_fen=line.base_fen)
            awards = evaluate(plan=plan, chain=chain, sale=sale)
            rests = remainders(plan=plan, sale=sale, awards=awards)
            transfers += _transfers(facts, awards, rests)
            plans.append((line, plan))
        _keep(settlement, line, version, chain, awards, settled_at)
    book(key=f"settle:{facts.number}", transfers=transfers, now=now)
    _points_and_reserve(facts, now)
    _promote(facts, plans, settled_at)


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


def _transfers(facts: OrderFacts, awards: tuple[Award, ...], rests: tuple[Remainder, ...]) -> list[Transfer]:
    subject = order_subject(facts)
    lines = [
        Transfer(
            debit=OPERATING,
            credit=member_account(int(award.beneficiary), "pending"),
            amount=award.amount_fen,
            kind="award",
            subject=subject,
        )
        for award in awards
    ]
    by_clause: dict[str, int] = defaultdict(int)
    for rest in rests:
        by_clause[rest.clause] += rest.amount_fen
    lines += [
        Transfer(
            debit=OPERATING, credit=unallocated(clause), amount=amount, kind="unallocated", subject=subject
        )
        for clause, amount in by_clause.items()
        if amount
    ]
    return lines


def _keep(
    settlement: models.Settlement,
    line: LineFacts,
    version: models.PlanVersion | None,
    chain: Chain,
    awards: tuple[Award, ...],
    settled_at: datetime,
) -> None:
    """Write down the line with what it saw, and its awards."""
    settled_line = models.SettledLine.objects.create(
        settlement=settlement,
        line_id=line.line_id,
        position=line.position,
        product_code=line.product_code,
        is_pack=line.is_pack,
        plan_version=version,
        chain=chain_to_json(chain),
        base_fen=line.base_fen,
        remaining_base_fen=line.base_fen,
    )
    rows = models.Award.objects.bulk_create(
        award_row(settled_line, award, booked_at=settled_at) for award in awards
    )
    models.AwardChange.objects.bulk_create(
        models.AwardChange(
            award=row,
            kind=models.AwardChange.Kind.BOOKED,
            delta_fen=row.amount_fen,
            request_key=f"settle:{settlement.number}",
            at=settled_at,
        )
        for row in rows
    )


def award_row(settled_line: models.SettledLine, award: Award, *, booked_at: datetime) -> models.Award:
    """The row of an evaluated award, not saved yet."""
    return models.Award(
        settled_line=settled_line,
        settlement_id=settled_line.settlement_id,
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


def _promote(facts: OrderFacts, plans: list[tuple[LineFacts, Plan]], settled_at: datetime) -> None:
    """Promotions follow the order's last line: by purchase, then by recruits all the way up."""
    for line, plan in plans:
        rank = plan.promotions.rank_for(line.product_code) if line.is_pack else None
        if rank is None:
            continue
        promote_by_purchase(
            member_id=facts.buyer_id,
            rank=rank,
            source=f"order_line:{line.line_id}",
            ladder=plan.ranks,
            now=settled_at,
        )
        promote_by_recruits(
            member_id=facts.buyer_id, rules=plan.promotions.by_recruits, ladder=plan.ranks, now=settled_at
        )
