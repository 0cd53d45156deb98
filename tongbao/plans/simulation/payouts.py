"""What a plan pays on a drawn market, in whole fen: by columns, order by order, or through its books.

Three roads, one meaning. ``columns`` settles a week's orders at once; ``one_by_one`` gives each to ``evaluate``
and must come to the same; plans that keep books between orders, walk placement trees, limit a person over a period
or look at recruits and volumes go through ``Run`` (``books``).

What the first two do with time: orders are settled in order, ranks rising as they go; at the end of a week the
accounts of those who left are closed, and ranks are taken back whose purchase was refunded in full. Awards are
booked on the day of the order; on the day of a refund each is set to what the plan pays of the remaining base
with the chain as it was, and the difference is taken back.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

import numpy as np
import numpy.typing as npt

from tongbao.money import WHOLE_BP
from tongbao.plans.bounding import most_of_clause
from tongbao.plans.clauses import Clause
from tongbao.plans.clauses.kept import Kept
from tongbao.plans.columns import Columns, OrderColumns
from tongbao.plans.contracts import ColumnsUnfit, Sale
from tongbao.plans.plan import Plan, looks_at
from tongbao.plans.proving import prove
from tongbao.plans.simulation.drawn import NEVER, WEEK_DAYS, Drawn, Flags, Ints, Longs
from tongbao.plans.simulation.growth import Progress, quiet
from tongbao.plans.simulation.products import Products
from tongbao.plans.simulation.ranks import standing

if TYPE_CHECKING:
    from tongbao.plans.simulation.one_by_one import OneByOne

Route = Literal["columns", "one_by_one", "books"]


@dataclass(slots=True, kw_only=True)
class Payouts:
    """What a plan paid on a market, in fen, each figure net of what was taken back unless it says otherwise.

    ``awarded_by_day`` and ``taken_back_by_day`` are booked on the day of the order and of the refund (of a closing,
    for funds). ``by_depth`` counts seats up the sponsors from 1; 0 is what isn't paid up the sponsors. ``most`` is
    what each clause could have paid at most of what remained sold; of a clause that keeps books, what was put aside.
    """

    plan: Plan
    route: Route
    paid_fen: Longs
    awarded_by_day: Longs
    taken_back_by_day: Longs
    by_clause: dict[str, int]
    by_depth: dict[int, int]
    most: dict[str, int]
    rank: Ints
    stands_for: dict[str, str]

    @property
    def awarded_fen(self) -> int:
        return sum(self.by_clause.values())

    @property
    def unearned_fen(self) -> int:
        """What nobody earned (or a fund still holds) of the most that could have been."""
        return sum(self.most.values()) - self.awarded_fen


def needs_books(plan: Plan) -> bool:
    """Whether the plan has to be run order by order with its books."""
    if plan.kept or plan.promotions.by_volume:
        return True
    if any(course.graph == "placement" or course.machine.thresholds for course in plan.courses):
        return True
    return any(
        walk.bound.person_fen is not None and walk.bound.person_period != "order" for walk in plan.walks
    )


def pay(
    plan: Plan,
    drawn: Drawn,
    *,
    member_rank: str | None = None,
    route: Route | None = None,
    progress: Progress = quiet,
) -> Payouts:
    """What the plan pays on the market. Without a ``route`` the fastest that fits is taken.

    ``member_rank`` is the rank that every member joins with, for plans whose ranks are appointed; without it, the
    lowest. Raises ColumnsUnfit for another route than ``books`` with a plan that
    needs them, UnknownRank.

    >>> from tongbao.plans import preset
    >>> from tongbao.plans.simulation import draw_market, market_preset, pay
    >>> payouts = pay(preset("gift-pack"), draw_market(market_preset("plain"), members=100, days=100, seed=1))
    >>> payouts.awarded_fen + payouts.unearned_fen == sum(payouts.most.values())
    True
    """
    if route is None:
        route = "books" if needs_books(plan) else "columns"
    if route != "books" and needs_books(plan):
        raise ColumnsUnfit(plan=plan.key, clause=(plan.kept or plan.clauses)[0].id)
    products = Products(plan, drawn)
    start = start_heights(plan, drawn, member_rank)
    if route == "books":
        from tongbao.plans.simulation.books import run_books

        return run_books(plan, drawn, products, start=start, progress=progress)
    if route == "one_by_one":
        from tongbao.plans.simulation.one_by_one import OneByOne

        return _Weeks(plan, drawn, products, OneByOne(plan, drawn, products), start, route).run(progress)
    return _Weeks(plan, drawn, products, _ByColumns(plan, drawn, products), start, route).run(progress)


@dataclass(frozen=True, slots=True, kw_only=True)
class Lines:
    """Awards of some orders: ``order`` counts within the week; ``depth`` is 0 off the sponsor tree."""

    order: Ints
    beneficiary: Ints
    clause: Ints
    depth: Ints
    amount_fen: Longs


@dataclass(frozen=True, slots=True, kw_only=True)
class Week:
    """What is settled together: the accounts there are, and the orders ``first`` to before ``last``."""

    accounts: int
    first: int
    last: int
    closed: Flags
    agents: Ints
    refunded: Ints
    """The orders of the week, counted in it, of which something comes back sooner or later."""


class _ByColumns:
    """A week through the evaluator's columns: once as sold, and once more, for those refunded, as remains."""

    def __init__(self, plan: Plan, drawn: Drawn, products: Products) -> None:
        self._plan, self._drawn, self._products = plan, drawn, products
        on_sponsors = np.zeros(len(plan.clauses), dtype=np.bool_)
        for place, walk in plan.walks_by_place.items():
            on_sponsors[place] = walk.graph == "sponsors"
        self._on_sponsors = on_sponsors

    def settle(self, week: Week, rank: Ints) -> tuple[Lines, Lines, Ints]:
        sold, after = self._settled(week, rank, self._drawn.base_fen, None)
        remaining, _ = self._settled(week, rank, self._drawn.remaining_fen, week.refunded)
        return sold, remaining, after

    def _settled(self, week: Week, rank: Ints, base_fen: Longs, only: Ints | None) -> tuple[Lines, Ints]:
        drawn, rows = self._drawn, slice(week.first, week.last)
        columns = Columns(
            plan=self._plan,
            sponsor=drawn.sponsor[: week.accounts],
            rank=rank[: week.accounts].astype(np.int8),
            active=~week.closed,
            agents=week.agents if len(week.agents) else None,
        )
        facts = self._products.amounts(rows, base_fen[rows])
        orders = OrderColumns(
            buyer=drawn.buyer[rows],
            base_fen=base_fen[rows],
            product=self._products.places(columns.products)[drawn.offer[rows]],
            region=drawn.region[rows],
            freight_fen=facts.freight_fen,
            margin_fen=facts.margin_fen,
            points_fen=facts.points_fen,
        )
        awards = columns.settle(orders, only=only)
        lines = Lines(
            order=awards.order,
            beneficiary=awards.beneficiary,
            clause=awards.clause.astype(np.int32),
            depth=np.where(self._on_sponsors[awards.clause], awards.distance, 0).astype(np.int32),
            amount_fen=awards.amount_fen,
        )
        return lines, columns.rank.astype(np.int32)


class _Weeks:
    """Week after week, with the ranks, and what comes of it added up."""

    def __init__(
        self,
        plan: Plan,
        drawn: Drawn,
        products: Products,
        settler: _ByColumns | OneByOne,
        start: Ints,
        route: Route,
    ) -> None:
        self._plan, self._drawn, self._products, self._settler = plan, drawn, products, settler
        accounts = len(drawn.sponsor)
        self._start, self._rank = start, start.copy()
        self._granted = products.granted_heights()
        self._out = Payouts(
            plan=plan,
            route=route,
            paid_fen=np.zeros(accounts, dtype=np.int64),
            awarded_by_day=np.zeros(drawn.days, dtype=np.int64),
            taken_back_by_day=np.zeros(drawn.days, dtype=np.int64),
            by_clause={clause.id: 0 for clause in plan.clauses},
            by_depth={},
            most={},
            rank=self._rank,
            stands_for=products.stands_for,
        )
        self._by_clause = np.zeros(len(plan.clauses), dtype=np.int64)
        self._by_depth = np.zeros(1, dtype=np.int64)

    def run(self, progress: Progress) -> Payouts:
        drawn, out = self._drawn, self._out
        weeks = -(-drawn.days // WEEK_DAYS)
        for number in range(weeks):
            week = self._week(number)
            sold, remaining, rank = self._settler.settle(week, self._rank)
            self._rank[: week.accounts] = rank
            self._book(week, sold, remaining)
            self._take_back_ranks(number, week)
            progress(f"plan {self._plan.key}", number + 1, weeks)
        out.rank = self._rank
        out.by_clause = {
            clause.id: int(total)
            for clause, total in zip(self._plan.clauses, self._by_clause.tolist(), strict=True)
        }
        out.by_depth = {depth: int(fen) for depth, fen in enumerate(self._by_depth.tolist()) if fen}
        out.most = settled_most(self._plan, drawn, self._products, out.by_clause)
        return out

    def _week(self, number: int) -> Week:
        drawn = self._drawn
        end = min((number + 1) * WEEK_DAYS, drawn.days)
        first, last = drawn.orders_until(number * WEEK_DAYS), drawn.orders_until(end)
        accounts = drawn.accounts_until(end)
        return Week(
            accounts=accounts,
            first=first,
            last=last,
            closed=drawn.is_closed(number)[:accounts],
            agents=agents_of(drawn, number),
            refunded=np.flatnonzero(drawn.refund_day[first:last] != NEVER).astype(np.int32),
        )

    def _book(self, week: Week, sold: Lines, remaining: Lines) -> None:
        """Awards on the day of the order; on the day of the refund, all of its awards back, what remains anew."""
        drawn, out = self._drawn, self._out
        day, back = drawn.day[week.first : week.last], drawn.refund_day[week.first : week.last]
        np.add.at(out.awarded_by_day, day[sold.order], sold.amount_fen)
        undone = np.flatnonzero(back[sold.order] != NEVER)
        np.add.at(out.taken_back_by_day, back[sold.order[undone]], sold.amount_fen[undone])
        np.subtract.at(out.taken_back_by_day, back[remaining.order], remaining.amount_fen)
        self._add(sold, np.arange(len(sold.order)), 1)
        self._add(sold, undone, -1)
        self._add(remaining, np.arange(len(remaining.order)), 1)

    def _add(self, lines: Lines, rows: npt.NDArray[np.intp], sign: int) -> None:
        if not len(rows):
            return
        amount_fen = lines.amount_fen[rows] * sign
        np.add.at(self._out.paid_fen, lines.beneficiary[rows], amount_fen)
        np.add.at(self._by_clause, lines.clause[rows], amount_fen)
        deepest = int(lines.depth[rows].max())
        if deepest >= len(self._by_depth):
            self._by_depth = np.concatenate(
                [self._by_depth, np.zeros(deepest + 1 - len(self._by_depth), dtype=np.int64)]
            )
        np.add.at(self._by_depth, lines.depth[rows], amount_fen)

    def _take_back_ranks(self, number: int, week: Week) -> None:
        """Ranks whose purchase was refunded in full this week fall, and what only stood because of them."""
        drawn = self._drawn
        end = (number + 1) * WEEK_DAYS
        whole = (drawn.remaining_fen[: week.last] == 0) & (drawn.base_fen[: week.last] > 0)
        given = self._granted[drawn.offer[: week.last]]
        back = drawn.refund_day[: week.last]
        gone = whole & (given > 0) & (back < end)
        if not np.any(gone & (back >= number * WEEK_DAYS)):
            return
        stands = standing(
            sponsor=drawn.sponsor[: week.accounts],
            buyer=drawn.buyer[: week.last],
            given=np.where(gone, 0, given),
            rules=self._plan.promotions,
            ladder=self._plan.ranks,
            start=self._start[: week.accounts],
        )
        self._rank[: week.accounts] = np.minimum(self._rank[: week.accounts], stands)


def start_heights(plan: Plan, drawn: Drawn, member_rank: str | None) -> Ints:
    """The height that every account joins with: customers at the bottom. Raises UnknownRank."""
    if member_rank is not None:
        plan.require_rank(member_rank)
    height = plan.ranks.index(member_rank) if member_rank is not None else 0
    return np.where(drawn.customer, 0, height).astype(np.int32)


def agents_of(drawn: Drawn, week: int) -> Ints:
    """The agents of each region that had joined before the week."""
    before = drawn.accounts_until(week * WEEK_DAYS)
    return np.where(drawn.agents < before, drawn.agents, -1).astype(np.int32)


def _most(plan: Plan, drawn: Drawn, products: Products) -> dict[str, int]:
    """What each clause could have paid at most of what remained sold, order by order: equal orders once."""
    remaining_fen = np.where(drawn.refund_day != NEVER, drawn.remaining_fen, drawn.base_fen)
    many = len(drawn.offers)
    kinds, counts = np.unique(remaining_fen * many + drawn.offer, return_counts=True)
    most = Counter({clause.id: 0 for clause in plan.clauses})
    for kind, count in zip(kinds.tolist(), counts.tolist(), strict=True):
        base_fen, offer = divmod(kind, many)
        sale = products.sale(offer, base_fen)
        for clause in plan.clauses:
            most[clause.id] += count * (most_fen(plan, clause, sale) or 0)
    return dict(most)


def settled_most(plan: Plan, drawn: Drawn, products: Products, by_clause: dict[str, int]) -> dict[str, int]:
    """The most of every clause; one that has no end, or only promises, has what it paid."""
    endless = {item.clause for item in prove(plan).unbounded}
    most = _most(plan, drawn, products)
    return {clause: by_clause[clause] if clause in endless else fen for clause, fen in most.items()}


def most_fen(plan: Plan, clause: Clause, sale: Sale) -> int | None:
    """The most that a clause pays of a sale; of one that keeps books, what it puts aside; None without an end."""
    if isinstance(clause, Kept):
        if clause.accrue_bp is None:
            return None
        if not looks_at(clause, sale):
            return 0
        return sale.of(clause.event.base) * clause.accrue_bp // WHOLE_BP
    return most_of_clause(plan=plan, clause_id=clause.id, sale=sale)
