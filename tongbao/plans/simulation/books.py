"""A market through the book of a plan over time: funds, queues, boards, placement trees, day by day."""

from __future__ import annotations

import hashlib
from datetime import UTC, datetime, timedelta

import numpy as np

from tongbao.plans.clauses.kept import Payment
from tongbao.plans.contracts import REGION_LEVELS, AgentSeat
from tongbao.plans.plan import Plan
from tongbao.plans.running import Run, RunOrder
from tongbao.plans.simulation.drawn import NEVER, WEEK_DAYS, Drawn, Ints
from tongbao.plans.simulation.growth import Progress
from tongbao.plans.simulation.payouts import Payouts, agents_of, settled_most
from tongbao.plans.simulation.products import Products

FIRST_DAY = datetime(2026, 1, 1, tzinfo=UTC)
MONTH_DAYS = 30


def run_books(plan: Plan, drawn: Drawn, products: Products, *, start: Ints, progress: Progress) -> Payouts:
    """What ``Run`` pays: on each day people join, goods are received, come back, and are bought; then it closes.

    A month is 30 days. Draws are from the seed and the day. What a beneficiary owes back counts as given back;
    what a fund owes itself is made up by its next orders and pays nobody.
    """
    return _Books(plan, drawn, products, start).run(progress)


class _Books:
    def __init__(self, plan: Plan, drawn: Drawn, products: Products, start: Ints) -> None:
        self._start = start
        self._plan, self._drawn, self._products = plan, drawn, products
        self._run = Run(plan)
        self._sponsors = {walk.id for walk in plan.walks if walk.graph == "sponsors"}
        self._out = Payouts(
            plan=plan,
            route="books",
            paid_fen=np.zeros(len(drawn.sponsor), dtype=np.int64),
            awarded_by_day=np.zeros(drawn.days, dtype=np.int64),
            taken_back_by_day=np.zeros(drawn.days, dtype=np.int64),
            by_clause={clause.id: 0 for clause in plan.clauses},
            by_depth={},
            most={},
            rank=np.zeros(len(drawn.sponsor), dtype=np.int32),
            stands_for=products.stands_for,
        )
        self._depth_of: dict[int, int] = {}

    def run(self, progress: Progress) -> Payouts:
        drawn, run = self._drawn, self._run
        known = 0
        left = _by_day(drawn.left_day, drawn.days)
        back = _by_day(drawn.refund_day, drawn.days)
        arrives = _by_day(
            np.where(
                drawn.day + drawn.market.receipt_days < drawn.days,
                drawn.day + drawn.market.receipt_days,
                NEVER,
            ),
            drawn.days,
        )
        for today in range(drawn.days):
            at = FIRST_DAY + timedelta(days=today)
            if today % WEEK_DAYS == 0:
                self._close_accounts(left[max(today - WEEK_DAYS, 0) : today])
                agents = agents_of(drawn, today // WEEK_DAYS)
            upto = drawn.accounts_until(today + 1)
            for account in range(known, upto):
                above = int(drawn.sponsor[account])
                rank = self._plan.ranks[int(self._start[account])]
                run.join(account, at=at, sponsor=above if above >= 0 else None, rank=rank)
            known = upto
            for order in arrives[today]:
                self._book(run.received(str(order), at=at), today)
            for order in back[today]:
                gone = int(drawn.base_fen[order] - drawn.remaining_fen[order])
                self._book(run.refunded(str(order), amount_fen=gone, at=at), today)
            for order in range(drawn.orders_until(today), drawn.orders_until(today + 1)):
                self._book(run.paid(self._order(order, agents, at)), today)
            self._close(today, at)
            progress(f"plan {self._plan.key}", today + 1, drawn.days)
        self._out.most = settled_most(self._plan, drawn, self._products, self._out.by_clause)
        heights = {rank: height for height, rank in enumerate(self._plan.ranks)}
        self._out.rank = np.array([heights[run.rank(account)] for account in range(known)], dtype=np.int32)
        return self._out

    def _close_accounts(self, days: list[list[int]]) -> None:
        for accounts in days:
            for account in accounts:
                self._run.set_active(account, active=False)

    def _close(self, today: int, at: datetime) -> None:
        seed = hashlib.sha256(f"{self._drawn.seed}:{today}".encode()).digest()
        self._book(self._run.close("day", at=at, seed=seed), today)
        if (today + 1) % WEEK_DAYS == 0:
            self._book(self._run.close("week", at=at, seed=seed), today)
        if (today + 1) % MONTH_DAYS == 0:
            self._book(self._run.close("month", at=at, seed=seed), today)

    def _order(self, order: int, agents: Ints, at: datetime) -> RunOrder:
        drawn = self._drawn
        sale = self._products.sale(int(drawn.offer[order]), int(drawn.base_fen[order]))
        region = int(drawn.region[order])
        around = agents[region].tolist() if region >= 0 else [-1, -1, -1]
        people = self._run.people
        return RunOrder(
            key=str(order),
            buyer=int(drawn.buyer[order]),
            base_fen=sale.base_fen,
            at=at,
            product=sale.product,
            freight_fen=sale.freight_fen,
            margin_fen=sale.margin_fen,
            points_fen=sale.points_fen,
            agents=tuple(
                AgentSeat(level, agent, people.person(agent).active)
                for level, agent in zip(REGION_LEVELS, around, strict=True)
                if agent >= 0
            ),
        )

    def _book(self, payments: tuple[Payment, ...], today: int) -> None:
        out = self._out
        for payment in payments:
            if payment.beneficiary is None:
                continue
            due = payment.status == "due"
            sign = 1 if due else -1
            (out.awarded_by_day if due else out.taken_back_by_day)[today] += payment.amount_fen
            out.paid_fen[int(payment.beneficiary)] += sign * payment.amount_fen
            out.by_clause[payment.clause] += sign * payment.amount_fen
            depth = self._depth(payment)
            out.by_depth[depth] = out.by_depth.get(depth, 0) + sign * payment.amount_fen

    def _depth(self, payment: Payment) -> int:
        """Seats up the sponsors, 0 for what isn't paid up there; a line that takes back has its payment's."""
        if payment.award is not None and payment.clause in self._sponsors:
            found = int(payment.award.seat.partition(" ")[2])
        else:
            found = self._depth_of.get(payment.takes_back or 0, 0)
        if found:
            self._depth_of[payment.number] = found
        return found


def _by_day(day: Ints, days: int) -> list[list[int]]:
    """For each day the places where it stands."""
    places = np.argsort(day, kind="stable")
    edges = np.searchsorted(day[places], np.arange(days + 1))
    return [places[edges[number] : edges[number + 1]].tolist() for number in range(days)]
