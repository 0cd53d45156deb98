"""A batch of orders at once."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from tongbao.plans.algebra import Gap
from tongbao.plans.clauses import Walk
from tongbao.plans.columns.awards import AwardColumns
from tongbao.plans.columns.bounds import within_bounds
from tongbao.plans.columns.orders import OrderColumns
from tongbao.plans.columns.promotions import NEVER, SINCE_BEFORE, RankHistory, promote
from tongbao.plans.columns.tables import SeatKinds, Tables, tabulate
from tongbao.plans.columns.walking import RankAt, Walker, heights
from tongbao.plans.contracts import REGION_LEVELS, ColumnsUnfit
from tongbao.plans.plan import Course, Plan

Ints = npt.NDArray[np.int32]
Longs = npt.NDArray[np.int64]
Heights = npt.NDArray[np.int8]
Flags = npt.NDArray[np.bool_]

CHUNK = 65_536
"""Orders that walk up together: few enough for their columns to stay in the processor's cache."""
MOST_FEN = 9 * 10**14
"""Above this an amount times a rate would leave 64 bits."""


@dataclass(slots=True)
class Columns:
    """The members of a plan as columns, and the evaluator over them.

    ``sponsor`` is each member's sponsor as an index, -1 for none; ``rank`` the place on the plan's ladder. Facts
    that some plans ask for (recruits, own and team volume) stand as they were before the batch. ``agents`` has a row
    for each region: the members who are its county, city and province agents, -1 for none.

    Ranks rise inside a batch as its orders promote; ``rank`` is what they are after it. Raises ColumnsUnfit for a
    plan that walks a placement tree, limits a person over a period, or promotes by volume: those need their books.

    >>> from tongbao.plans import preset
    >>> columns = Columns(plan=preset("gift-pack"), sponsor=np.array([-1, 0], dtype=np.int32),
    ...     rank=np.array([1, 0], dtype=np.int8))
    >>> orders = OrderColumns(buyer=np.array([1], dtype=np.int32), base_fen=np.array([19_800]))
    >>> columns.settle(orders).amount_fen.tolist()
    [2376, 1980]
    """

    plan: Plan
    sponsor: Ints
    rank: Heights
    active: Flags | None = None
    recruits: Longs | None = None
    own_fen: Longs | None = None
    team_fen: Longs | None = None
    agents: Ints | None = None
    promotes: bool = True
    changes: int = field(default=0, init=False)
    """How many ranks rose in the last batch."""
    _products: tuple[str, ...] = field(default=(), init=False)

    def __post_init__(self) -> None:
        for course in self.plan.courses:
            if course.graph == "placement":
                raise ColumnsUnfit(plan=self.plan.key, clause=course.placement)
            for walk in course.machine.walks:
                if walk.bound.person_fen is not None and walk.bound.person_period != "order":
                    raise ColumnsUnfit(plan=self.plan.key, clause=walk.id)
        if self.promotes and self.plan.promotions.by_volume:
            raise ColumnsUnfit(plan=self.plan.key, clause="promotions")
        named = {product for walk in self.plan.walks for product in walk.event.products}
        self._products = tuple(sorted(named | {product for product, _ in self.plan.promotions.by_purchase}))

    @property
    def products(self) -> tuple[str, ...]:
        """The products that the plan tells apart; orders name them by their place here."""
        return self._products

    def settle(
        self, orders: OrderColumns, *, only: Ints | None = None, history: RankHistory | None = None
    ) -> AwardColumns:
        """Every award of the orders, one order after the other; the ranks rise as they go.

        With ``only``, rows in rising order, all orders promote and only those are paid. With ``history`` the ranks
        rise as it says, whatever these orders would bring.
        """
        if len(orders.buyer) and int(orders.base_fen.max()) > MOST_FEN:
            raise OverflowError(f"an order above {MOST_FEN} fen")
        if history is None:
            history = self._history(orders)
        parts: list[AwardColumns] = []
        paid = np.arange(len(orders.buyer), dtype=np.int32) if only is None else only
        for start in range(0, len(paid), CHUNK):
            rows = paid[start : start + CHUNK]
            found = [
                part for course in self.plan.courses for part in self._course(course, orders, history, rows)
            ]
            parts.append(_in_order(found))
        awards = _joined(parts)
        awards = within_bounds(plan=self.plan, awards=awards, base_of=orders.of)
        self.rank = history.final
        self.changes = history.changes
        return awards

    def _history(self, orders: OrderColumns) -> RankHistory:
        ladder = self.plan.ranks
        rules = self.plan.promotions
        if not self.promotes or orders.product is None or not rules.by_purchase:
            since = np.where(self.rank[:, None] >= np.arange(1, len(ladder))[None, :], SINCE_BEFORE, NEVER)
            return RankHistory(since=since.astype(np.int32), final=self.rank, changes=0)
        bought = np.full(len(self._products) + 1, -1, dtype=np.int8)
        for product, rank in rules.by_purchase:
            bought[self._products.index(product)] = ladder.index(rank)
        return promote(
            sponsor=self.sponsor,
            rank=self.rank,
            buyer=orders.buyer,
            bought_rank=bought[orders.product],
            rules=rules,
            ladder=ladder,
            place=orders.place,
        )

    def _course(
        self, course: Course, orders: OrderColumns, history: RankHistory, rows: Ints
    ) -> Iterator[AwardColumns]:
        kinds = SeatKinds(course.machine)
        beginning, tables = self._beginnings(course, kinds, orders, history, rows)
        walker = Walker(tables, orders, rows, beginning, course)
        match course.graph:
            case "regions":
                self._walk_regions(walker, orders, rows)
            case "buyer":
                members = orders.buyer[rows]
                walker.step(np.arange(len(rows)), members, self._seats(kinds, history, members, orders.places(rows)), 1)
            case _:
                self._walk_up(walker, kinds, orders, history, rows, introducers=course.graph == "introducers")
        yield from walker.awards(self._rank_at(history))

    def _rank_at(self, history: RankHistory) -> RankAt:
        return RankAt(history)

    def _beginnings(
        self, course: Course, kinds: SeatKinds, orders: OrderColumns, history: RankHistory, rows: Ints
    ) -> tuple[Ints, Tables]:
        """Where each order starts: which clauses look at it, and at what rank the buyer stands."""
        machine = course.machine
        looks = np.zeros(len(rows), dtype=np.int64)
        for place, walk in enumerate(machine.walks):
            looks |= self._looks(walk, orders, rows).astype(np.int64) << place
        buyer_ranks = np.zeros(len(rows), dtype=np.int64)
        asks = any(isinstance(walk.rate, Gap) and walk.rate.from_buyer for walk in machine.walks)
        if asks:
            buyer_ranks = heights(history.since, orders.buyer[rows], orders.places(rows)).astype(np.int64)
        keys, inverse = np.unique(looks * len(self.plan.ranks) + buyer_ranks, return_inverse=True)
        nodes = []
        for key in keys.tolist():
            mask, height = divmod(key, len(self.plan.ranks))
            applies = tuple(bool(mask >> place & 1) for place in range(len(machine.walks)))
            rank = self.plan.ranks[height] if asks else None
            nodes.append(machine.begin(applies=applies, buyer_rank=rank))
        tables = tabulate(machine=machine, kinds=kinds, beginnings=nodes)
        starts = np.array([tables.beginnings[id(node)] for node in nodes], dtype=np.int32)
        return starts[inverse], tables

    def _looks(self, walk: Walk, orders: OrderColumns, rows: Ints) -> Flags:
        event = walk.event
        looks = np.ones(len(rows), dtype=np.bool_)
        if event.products:
            places = [self._products.index(product) for product in event.products]
            looks &= (
                np.isin(orders.product[rows], places) if orders.product is not None else np.zeros_like(looks)
            )
        if event.least_fen:
            looks &= orders.of(event.base)[rows] >= event.least_fen
        return looks

    def _seats(self, kinds: SeatKinds, history: RankHistory, members: Ints, places: Ints) -> Ints:
        """The kind of seat that each member has for the order at the place."""
        number = heights(history.since, members, places) * 2
        number += 1 if self.active is None else self.active[members]
        if kinds.few > 1:
            facts = {
                "recruits": self.recruits,
                "own_fen": self.own_fen,
                "team_fen": self.team_fen,
            }
            given = {
                name: values[members] if values is not None else np.zeros(len(members), dtype=np.int64)
                for name, values in facts.items()
            }
            number = number * kinds.few + kinds.base_of(given, len(members))
        return number

    def _walk_up(
        self,
        walker: Walker,
        kinds: SeatKinds,
        orders: OrderColumns,
        history: RankHistory,
        rows: Ints,
        *,
        introducers: bool,
    ) -> None:
        if introducers:
            if orders.introducer is None:
                return
            members = orders.introducer[rows]
        else:
            members = self.sponsor[orders.buyer[rows]]
        buyers = orders.buyer[rows]
        going = np.flatnonzero((members >= 0) & ~walker.done())
        members = members[going]
        places = orders.places(rows)
        distance = 1
        while len(going):
            seats = self._seats(kinds, history, members, places[going])
            if introducers:
                # Nobody earns on their own order: to the machine the buyer is an inactive seat.
                own = members == buyers[going]
                seats = np.where(own & (seats // kinds.few % 2 == 1), seats - kinds.few, seats)
            ended = walker.step(going, members, seats, distance)
            members = self.sponsor[members]
            keep = (members >= 0) & ~ended
            going, members = going[keep], members[keep]
            distance += 1

    def _walk_regions(self, walker: Walker, orders: OrderColumns, rows: Ints) -> None:
        if self.agents is None or orders.region is None:
            return
        region = orders.region[rows]
        buyers = orders.buyer[rows]
        for level in range(len(REGION_LEVELS)):
            agents = np.where(region >= 0, self.agents[region, level], -1)
            going = np.flatnonzero((agents >= 0) & ~walker.done())
            members = agents[going]
            counts = members != buyers[going]
            if self.active is not None:
                counts &= self.active[members]
            walker.step(going, members, (level * 2 + counts).astype(np.int32), level + 1)


def _in_order(parts: Sequence[AwardColumns]) -> AwardColumns:
    """In the order of the orders, then of the clauses, nearest first; awards of nothing left out."""
    awards = _joined(parts)
    awards = awards.taken(awards.amount_fen > 0)
    return awards.taken(np.lexsort((awards.distance, awards.clause, awards.order)))


def _joined(parts: Sequence[AwardColumns]) -> AwardColumns:
    names = AwardColumns.__slots__
    if not parts:
        kinds = {"order": np.int32, "beneficiary": np.int32, "clause": np.int8, "distance": np.int32}
        kinds |= {"rank": np.int8, "rate_bp": np.int32, "rate_before_bp": np.int32}
        return AwardColumns(**{name: np.zeros(0, dtype=kinds.get(name, np.int64)) for name in names})
    return AwardColumns(**{name: np.concatenate([getattr(part, name) for part in parts]) for name in names})
