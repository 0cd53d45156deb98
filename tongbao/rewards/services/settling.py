"""Settlement (结算): paid orders become awards, shares of the platform, points and reserve contributions.

Orders are settled in the order of payment, each on the ranks as they stand before it. One order or thousands take the
same way: members as columns, every line by the vectorised evaluator, awards copied into the books in one batch.
"""

from __future__ import annotations

import logging
from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime, timedelta

from tongbao.kit.transactions import transaction
from tongbao.ledger.contracts import Transfer
from tongbao.ledger.services.lane import Settlership, copy_awards
from tongbao.mall.contracts import LineFacts, OrderFacts
from tongbao.mall.selectors import order_facts_of
from tongbao.members.contracts import RankMoved
from tongbao.members.selectors import member_graph
from tongbao.members.services import grant_ranks
from tongbao.points.contracts import GIFT_PACKS, Purchase
from tongbao.points.services import contribute_many, grant_for_purchases
from tongbao.rewards.contracts import PlanNotInForce, RewardsSettings
from tongbao.rewards.models import PlanVersion
from tongbao.rewards.selectors.plans import plan_among, versions_of
from tongbao.rewards.selectors.settlements import (
    is_settled,
    last_settled_at,
    unsettled_after,
    unsettled_orders,
)
from tongbao.rewards.services.award_rows import award_rows
from tongbao.rewards.services.booking import OPERATING, book, order_subject, take_settlement_lock, unallocated
from tongbao.rewards.services.evaluated import Evaluated, Waiting
from tongbao.rewards.services.evaluating import evaluate_together
from tongbao.rewards.services.rows import Line, Settled, keep
from tongbao.tenancy.selectors import tenant_settings

# Orders settled in one go have moments two ticks apart, so that a refund between two of them has its own.
TICK = timedelta(microseconds=1)
STEP = 2 * TICK
ORDERS_AT_ONCE = 2_000
# How often the people are looked at again when an operator sets one of their ranks in the same moment.
TRIES = 3

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
        settler = take_settlement_lock(now=now)
        if is_settled(order_id=order_id):
            return 0
        waiting = unsettled_orders(upto_order_id=order_id)
        if not waiting:
            return 0
        later = unsettled_after(order_id=order_id, upto=now, limit=ORDERS_AT_ONCE)
        moment = _first_moment(len(waiting) + len(later), now)
        lane = _Lane(settler, now)
        for start in range(0, len(waiting), ORDERS_AT_ONCE):
            batch = waiting[start : start + ORDERS_AT_ONCE]
            lane.settle(batch, asked_for=order_id, first_at=moment + start * STEP)
        _settle_later_ones(lane, later, first_at=moment + len(waiting) * STEP)
        return lane.settled


def _first_moment(orders: int, now: datetime) -> datetime:
    """When the first of so many orders is settled. Every order has a moment of its own: what one order's
    promotions are for the next must be told apart."""
    moment = now - STEP * orders
    latest = last_settled_at()
    return moment if latest is None or latest < moment else latest + STEP


def _settle_later_ones(lane: _Lane, waiting: Sequence[int], *, first_at: datetime) -> None:
    """In a flood many orders wait: settling some together costs far less than each by itself.

    Where one of them can't be settled, half as many are tried, and half of those: what stands before it goes through.
    """
    taken = len(waiting)
    while taken:
        before = lane.settled
        try:
            with transaction():
                lane.settle(waiting[:taken], asked_for=None, first_at=first_at)
            return
        except Exception:
            lane.settled = before
            logger.exception("%s orders can't be settled together", taken)
        taken //= 2


class _Lane:
    """Batches of orders on their way into the books, in one transaction of the settler."""

    def __init__(self, settler: Settlership, now: datetime) -> None:
        self._settler = settler
        self._now = now
        self.settled = 0
        """How many orders this transaction has settled."""

    def settle(self, waiting: Sequence[int], *, asked_for: int | None, first_at: datetime) -> None:
        """Settle orders, given in the order of payment; those whose plan isn't in force are left."""
        orders = self._read(waiting, asked_for=asked_for, first_at=first_at)
        if not orders:
            return
        enough_bp = tenant_settings(RewardsSettings).promotion_cash_bp
        graph = member_graph()
        for _ in range(TRIES):
            with graph.looked_at():
                evaluated = evaluate_together(orders=orders, graph=graph, enough_bp=enough_bp)
            try:
                with transaction():
                    grant_ranks(steps=evaluated.steps)
                break
            except RankMoved as moved:
                # an operator set a rank in this very moment: look again, the order comes after it
                refused = moved
        else:
            raise refused
        self._book(evaluated)

    def _read(self, waiting: Sequence[int], *, asked_for: int | None, first_at: datetime) -> list[Waiting]:
        known = {facts.order_id: facts for facts in order_facts_of(order_ids=waiting)}
        plans = _Plans()
        orders = []
        for place, waiting_id in enumerate(waiting):
            facts = known[waiting_id]
            try:
                lines = tuple(plans.line(line, paid_at=facts.paid_at or self._now) for line in facts.lines)
            except PlanNotInForce as refusal:
                if waiting_id == asked_for:
                    raise
                logger.warning("order %s can't be settled yet: %s", facts.number, refusal)
                continue
            orders.append(Waiting(facts=facts, lines=lines, moment=first_at + place * STEP))
        return orders

    def _book(self, evaluated: Evaluated) -> None:
        """What stays with the platform, the awards, and the rows that remember why. Raises InsufficientFunds."""
        orders = evaluated.orders
        shares = [share for order in orders for share in _shares(order)]
        book(key=f"settle:{orders[0].facts.number}", transfers=shares, now=self._now)
        before = self._settler.settled + self.settled
        batch = copy_awards(
            epoch=self._settler.epoch,
            rows=award_rows(evaluated.awards, now=self._now),
            orders=len(orders),
            first_order=before + 1,
            last_order=before + len(orders),
            after_order=before,
            now=self._now,
        )
        keep(orders, batch=batch)
        _points_and_reserve([order.facts for order in orders], self._now)
        self.settled += len(orders)


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


def _shares(order: Settled) -> list[Transfer]:
    """What nobody earned of each clause stays with the platform, on an account of its own."""
    shares: dict[str, int] = defaultdict(int)
    for outcome in order.outcomes:
        for rest in outcome.rests:
            shares[rest.clause] += rest.amount_fen
    return [
        Transfer(
            debit=OPERATING,
            credit=unallocated(clause),
            amount=amount,
            kind="unallocated",
            subject=order_subject(order.facts),
        )
        for clause, amount in shares.items()
        if amount
    ]


def _points_and_reserve(orders: Sequence[OrderFacts], now: datetime) -> None:
    turnover = {order_subject(facts): sum(line.base_fen for line in facts.lines) for facts in orders}
    contribute_many(bases_fen={subject: base for subject, base in turnover.items() if base}, now=now)
    purchases = [
        Purchase(subject=order_subject(facts), member_id=facts.buyer_id, paid_fen=packs_fen)
        for facts in orders
        if (packs_fen := sum(line.base_fen for line in facts.lines if line.is_pack))
    ]
    grant_for_purchases(pool=GIFT_PACKS, purchases=purchases, now=now)
