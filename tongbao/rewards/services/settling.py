"""Settlement (结算): paid orders become awards, shares of the platform, points and reserve contributions.

Orders are settled in the order of payment, each on the ranks as they stand before it. Those that wait are settled
together: people are read once, ranks that rise on the way are kept in mind, rows and bookings are written at the end.
"""

from __future__ import annotations

import logging
from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import date, datetime, timedelta

from django.utils import timezone

from tongbao.kit.transactions import transaction
from tongbao.ledger.contracts import Request, Transfer, member_account
from tongbao.ledger.services import post_many
from tongbao.mall.contracts import LineFacts, OrderFacts
from tongbao.mall.selectors import order_facts_of
from tongbao.members.contracts import RankChange, RegionalSeat
from tongbao.members.selectors import agents_for, uplines
from tongbao.members.services import promote_by_purchase, promote_by_recruits
from tongbao.plans import AgentSeat, Chain, Sale, SponsorSeat, evaluate, remainders
from tongbao.points.contracts import GIFT_PACKS, Purchase
from tongbao.points.services import contribute_many, grant_for_purchases
from tongbao.rewards.contracts import PlanNotInForce, RewardsSettings
from tongbao.rewards.models import PlanVersion
from tongbao.rewards.policy import promotes, seen_by_plan
from tongbao.rewards.selectors.plans import plan_among, versions_of
from tongbao.rewards.selectors.settlements import last_settled_at, unsettled_after, unsettled_orders
from tongbao.rewards.services.booking import OPERATING, order_subject, take_settlement_lock, unallocated
from tongbao.rewards.services.rows import Line, Outcome, Settled, keep
from tongbao.tenancy.selectors import tenant_settings

# Orders settled in one go have moments two ticks apart, so that a refund between two of them has its own.
TICK = timedelta(microseconds=1)
STEP = 2 * TICK
ORDERS_AT_ONCE = 200

logger = logging.getLogger(__name__)


def settle_order(*, order_id: int, now: datetime) -> int:
    """Settle this order, before it every paid order that was paid earlier, and some that wait after it; return how
    many were settled.

    Holds the tenant's settlement lock. An order is evaluated on the ranks as they stand before it; its
    promotions follow its last line. Each order is settled once: a repeated call settles nothing. An earlier
    order whose plan is not in force is left to its own event, so that it holds up nobody else's; so are orders
    after this one if they can't be settled with it. Raises PlanNotInForce.

    >>> settle_order(order_id=17, now=now)                                     # doctest: +SKIP
    1
    """
    with transaction():
        take_settlement_lock()
        waiting = unsettled_orders(upto_order_id=order_id)
        if not waiting:
            return 0
        later = unsettled_after(order_id=order_id, upto=now, limit=ORDERS_AT_ONCE)
        moment = _first_moment(len(waiting) + len(later), now)
        settled = 0
        for start in range(0, len(waiting), ORDERS_AT_ONCE):
            batch = waiting[start : start + ORDERS_AT_ONCE]
            settled += _settle(batch, asked_for=order_id, first_at=moment + start * STEP, now=now)
        return settled + _settle_later_ones(later, first_at=moment + len(waiting) * STEP, now=now)


def _first_moment(orders: int, now: datetime) -> datetime:
    """When the first of so many orders is settled. Every order has a moment of its own: what one order's
    promotions are for the next must be told apart."""
    moment = now - STEP * orders
    latest = last_settled_at()
    return moment if latest is None or latest < moment else latest + STEP


def _settle_later_ones(waiting: Sequence[int], *, first_at: datetime, now: datetime) -> int:
    """In a flood many orders wait: settling some together costs far less than each by itself."""
    if not waiting:
        return 0
    try:
        with transaction():
            return _settle(waiting, asked_for=None, first_at=first_at, now=now)
    except Exception:
        logger.exception("%s orders are left to their own events", len(waiting))
        return 0


def _settle(waiting: Sequence[int], *, asked_for: int | None, first_at: datetime, now: datetime) -> int:
    """Settle orders, given in the order of payment, and return how many could be."""
    known = {facts.order_id: facts for facts in order_facts_of(order_ids=waiting)}
    people = _People({facts.buyer_id for facts in known.values()})
    plans = _Plans()
    enough_bp = tenant_settings(RewardsSettings).promotion_cash_bp
    orders: list[Settled] = []
    for place, waiting_id in enumerate(waiting):
        facts, moment = known[waiting_id], first_at + place * STEP
        try:
            lines = [plans.line(line, paid_at=facts.paid_at or now) for line in facts.lines]
        except PlanNotInForce as refusal:
            if waiting_id == asked_for:
                raise
            logger.warning("order %s can't be settled yet: %s", facts.number, refusal)
            continue
        chain = people.around(facts)
        outcomes = tuple(_evaluate(line, chain) for line in lines)
        orders.append(Settled(facts=facts, outcomes=outcomes, settled_at=moment))
        people.note(_promote(facts, lines, enough_bp, moment))
    keep(orders)
    _book(orders, now)
    _points_and_reserve([order.facts for order in orders], now)
    return len(orders)


class _Plans:
    """The plans of some orders, each looked up once."""

    def __init__(self) -> None:
        self._versions: dict[str, tuple[PlanVersion, ...]] = {}

    def line(self, facts: LineFacts, *, paid_at: datetime) -> Line:
        """The line with the plan that was in force when it was paid. Raises PlanNotInForce."""
        key = facts.plan_key
        if not key:
            return Line(facts=facts)
        if key not in self._versions:
            self._versions[key] = versions_of(key=key)
        version, plan = plan_among(versions=self._versions[key], key=key, at=paid_at)
        return Line(facts=facts, version=version, plan=plan)


class _People:
    """Who stands around some buyers, with the ranks that they have before the next order."""

    def __init__(self, buyers: Iterable[int]) -> None:
        self._above = uplines(member_ids=buyers)
        self._agents: dict[tuple[str, date], tuple[RegionalSeat, ...]] = {}
        self._changed: dict[int, str] = {}

    def around(self, facts: OrderFacts) -> Chain:
        """The chain of an order as it stands now."""
        on = timezone.localdate(facts.paid_at)
        return Chain(
            buyer_key=facts.buyer_id,
            sponsors=tuple(
                SponsorSeat(seat.member_id, self._changed.get(seat.member_id, seat.rank), seat.active)
                for seat in self._above[facts.buyer_id]
            ),
            agents=tuple(
                AgentSeat(seat.level, seat.member_id, seat.active) for seat in self._agents_at(facts, on)
            ),
        )

    def note(self, changes: Iterable[RankChange]) -> None:
        """What an order's promotions changed counts for the orders after it."""
        for change in changes:
            self._changed[change.member_id] = change.rank_after

    def _agents_at(self, facts: OrderFacts, on: date) -> tuple[RegionalSeat, ...]:
        if not facts.region_code:
            return ()
        place = (facts.region_code, on)
        if place not in self._agents:
            self._agents[place] = agents_for(region_code=facts.region_code, on=on)
        return self._agents[place]


def _evaluate(line: Line, chain: Chain) -> Outcome:
    if line.plan is None:
        return Outcome(line=line, chain=chain)
    seen = seen_by_plan(chain, ladder=line.plan.ranks)
    sale = Sale(base_fen=line.facts.base_fen, product=line.facts.product_code)
    awards = evaluate(plan=line.plan, chain=seen, sale=sale)
    return Outcome(
        line=line, chain=seen, awards=awards, rests=remainders(plan=line.plan, sale=sale, awards=awards)
    )


def _book(orders: Sequence[Settled], now: datetime) -> None:
    """A request to the books for each order, all in one round trip. Raises InsufficientFunds."""
    requests = [
        Request(key=order.key, transfers=tuple(transfers))
        for order in orders
        if (transfers := _transfers(order))
    ]
    for receipt in post_many(requests=requests, now=now):
        receipt.require()


def _transfers(order: Settled) -> list[Transfer]:
    subject = order_subject(order.facts)
    transfers = [
        Transfer(
            debit=OPERATING,
            credit=member_account(int(award.beneficiary), "pending"),
            amount=award.amount_fen,
            kind="award",
            subject=subject,
        )
        for outcome in order.outcomes
        for award in outcome.awards
    ]
    shares: dict[str, int] = defaultdict(int)
    for outcome in order.outcomes:
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


def _points_and_reserve(orders: Sequence[OrderFacts], now: datetime) -> None:
    turnover = {order_subject(facts): sum(line.base_fen for line in facts.lines) for facts in orders}
    contribute_many(bases_fen={subject: base for subject, base in turnover.items() if base}, now=now)
    purchases = [
        Purchase(subject=order_subject(facts), member_id=facts.buyer_id, paid_fen=packs_fen)
        for facts in orders
        if (packs_fen := sum(line.base_fen for line in facts.lines if line.is_pack))
    ]
    grant_for_purchases(pool=GIFT_PACKS, purchases=purchases, now=now)


def _promote(
    facts: OrderFacts, lines: Sequence[Line], enough_bp: int, settled_at: datetime
) -> list[RankChange]:
    """Promotions follow the order's last line: by purchase, then by recruits all the way up."""
    changes: list[RankChange] = []
    for line in lines:
        plan = line.plan
        rank = plan.promotions.rank_for(line.facts.product_code) if plan and line.facts.is_pack else None
        if plan is None or rank is None:
            continue
        if not promotes(
            base_fen=line.facts.base_fen, list_fen=line.facts.list_fen, promotion_cash_bp=enough_bp
        ):
            continue
        bought = promote_by_purchase(
            member_id=facts.buyer_id,
            rank=rank,
            source=f"order_line:{line.facts.line_id}",
            ladder=plan.ranks,
            now=settled_at,
        )
        changes += [bought] if bought is not None else []
        changes += promote_by_recruits(
            member_id=facts.buyer_id, rules=plan.promotions.by_recruits, ladder=plan.ranks, now=settled_at
        )
    return changes
