"""A batch of orders at once."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from tongbao.money import WHOLE_BP
from tongbao.plans.algebra import Base, Bound, Gap
from tongbao.plans.clauses import Emission, Portion, Walk
from tongbao.plans.columns.awards import AwardColumns
from tongbao.plans.columns.bounds import within_bounds
from tongbao.plans.columns.promotions import NEVER, SINCE_BEFORE, RankHistory, promote
from tongbao.plans.columns.tables import SeatKinds, Tables, tabulate
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


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderColumns:
    """Orders in order of payment. ``product`` indexes the plan's named products (``Columns.products``), -1 for any
    other; ``region`` indexes ``Columns.agents``, -1 for none; ``introducer`` is a member or -1. Amounts in fen."""

    buyer: Ints
    base_fen: Longs
    product: Ints | None = None
    region: Ints | None = None
    introducer: Ints | None = None
    freight_fen: Longs | None = None
    margin_fen: Longs | None = None
    points_fen: Longs | None = None

    def of(self, base: Base) -> Longs:
        amounts = {
            "net": self.base_fen,
            "freight": self.freight_fen,
            "margin": self.margin_fen,
            "points": self.points_fen,
        }[base]
        return np.zeros(len(self.buyer), dtype=np.int64) if amounts is None else amounts


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

    def settle(self, orders: OrderColumns, *, only: Ints | None = None) -> AwardColumns:
        """Every award of the orders, one order after the other; the ranks rise as they go.

        With ``only``, places of orders in rising order, all orders promote and only those are paid.
        """
        if len(orders.buyer) and int(orders.base_fen.max()) > MOST_FEN:
            raise OverflowError(f"an order above {MOST_FEN} fen")
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
        )

    def _course(
        self, course: Course, orders: OrderColumns, history: RankHistory, rows: Ints
    ) -> Iterator[AwardColumns]:
        kinds = SeatKinds(course.machine)
        beginning, tables = self._beginnings(course, kinds, orders, history, rows)
        walker = _Walker(tables, orders, rows, beginning, course)
        match course.graph:
            case "regions":
                self._walk_regions(walker, orders, rows)
            case "buyer":
                members = orders.buyer[rows]
                walker.step(np.arange(len(rows)), members, self._seats(kinds, history, members, rows), 1)
            case _:
                self._walk_up(walker, kinds, orders, history, rows, introducers=course.graph == "introducers")
        yield from walker.awards(self._rank_at(history))

    def _rank_at(self, history: RankHistory) -> _RankAt:
        return _RankAt(history)

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
            buyer_ranks = _heights(history.since, orders.buyer[rows], rows).astype(np.int64)
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

    def _seats(self, kinds: SeatKinds, history: RankHistory, members: Ints, rows: Ints) -> Ints:
        """The kind of seat that each member has for the order of the row."""
        number = _heights(history.since, members, rows) * 2
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
        walker: _Walker,
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
        distance = 1
        while len(going):
            seats = self._seats(kinds, history, members, rows[going])
            if introducers:
                # Nobody earns on their own order: to the machine the buyer is an inactive seat.
                own = members == buyers[going]
                seats = np.where(own & (seats // kinds.few % 2 == 1), seats - kinds.few, seats)
            ended = walker.step(going, members, seats, distance)
            members = self.sponsor[members]
            keep = (members >= 0) & ~ended
            going, members = going[keep], members[keep]
            distance += 1

    def _walk_regions(self, walker: _Walker, orders: OrderColumns, rows: Ints) -> None:
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


def _heights(since: Ints, members: Ints, orders: Ints) -> Ints:
    """The place on the ladder that each member had before an order."""
    heights: Ints = (since[members] <= orders[:, None]).sum(axis=1, dtype=np.int32)
    return heights


class _RankAt:
    def __init__(self, history: RankHistory) -> None:
        self.history = history

    def __call__(self, members: Ints, orders: Ints) -> Heights:
        return _heights(self.history.since, members, orders).astype(np.int8)


class _Walker:
    """Orders walking up one graph together: where each stands in the tables, and what was given on the way."""

    def __init__(
        self, tables: Tables, orders: OrderColumns, rows: Ints, beginning: Ints, course: Course
    ) -> None:
        self._tables = tables
        self._orders = orders
        self._rows = rows
        self._at = beginning.copy()
        self._course = course
        self._kinds = tables.after.shape[1]
        self._after = tables.after.ravel()
        self._gives = tables.gives.ravel()
        self._given: list[tuple[Ints, Ints, Ints, Ints, Ints]] = []
        self._kept: dict[tuple[int, int], tuple[Ints, Ints, Ints]] = {}
        self._keeps = np.array(
            [any(emission.register is not None for emission in gift) for gift in tables.gifts], dtype=np.bool_
        )

    def done(self) -> Flags:
        return self._tables.done[self._at]

    def step(self, going: npt.NDArray[np.intp], members: Ints, seats: Ints, distance: int) -> Flags:
        """One seat for each of the orders ``going``; whether they are done after it."""
        place = self._at[going] * self._kinds + seats
        gifts = self._gives[place]
        given = np.flatnonzero(gifts)
        if len(given):
            who = going[given].astype(np.int32)
            self._given.append(
                (
                    who,
                    members[given],
                    gifts[given],
                    np.full(len(given), distance, dtype=np.int32),
                    seats[given],
                )
            )
            keeping = given[self._keeps[gifts[given]]]
            if len(keeping):
                self._keep(going[keeping], members[keeping], gifts[keeping], seats[keeping], distance)
        following = self._after[place]
        self._at[going] = following
        ended: Flags = self._tables.done[following]
        return ended

    def _keep(
        self, going: npt.NDArray[np.intp], members: Ints, gifts: Ints, seats: Ints, distance: int
    ) -> None:
        """Remember seats that may be paid once the chain has ended."""
        for gift in np.unique(gifts).tolist():
            who = gifts == gift
            for emission in self._tables.gifts[gift]:
                if emission.register is None:
                    continue
                key = (emission.clause, emission.register)
                if key not in self._kept:
                    empty = np.zeros(len(self._rows), dtype=np.int32)
                    self._kept[key] = (empty, empty.copy(), empty.copy())
                member_of, distance_of, seat_of = self._kept[key]
                member_of[going[who]] = members[who]
                distance_of[going[who]] = distance
                seat_of[going[who]] = seats[who]

    def awards(self, rank_at: _RankAt) -> Iterator[AwardColumns]:
        """All that was given, and what is given at the chain's end; in no order yet."""
        if self._given:
            who, members, gifts, distances, _ = (
                np.concatenate(column) for column in zip(*self._given, strict=True)
            )
            for gift in np.unique(gifts).tolist():
                rows = gifts == gift
                for emission in self._tables.gifts[gift]:
                    if emission.register is None:
                        yield self._paid(emission, who[rows], members[rows], distances[rows], rank_at)
        last = self._tables.at_end[self._at]
        for gift in np.unique(last).tolist():
            who = np.flatnonzero(last == gift).astype(np.int32)
            for emission in self._tables.gifts[gift]:
                assert emission.register is not None
                member_of, distance_of, _ = self._kept[emission.clause, emission.register]
                yield self._paid(emission, who, member_of[who], distance_of[who], rank_at)

    def _paid(
        self, emission: Emission, who: Ints, members: Ints, distances: Ints, rank_at: _RankAt
    ) -> AwardColumns:
        walk = self._course.machine.walks[emission.clause]
        orders = self._rows[who]
        base_fen = self._orders.of(walk.event.base)[orders]
        amount_fen = sum((_fen(portion, base_fen) for portion in emission.portions), np.zeros_like(base_fen))
        whole_fen = (
            sum((_whole(portion, base_fen) for portion in emission.portions), np.zeros_like(base_fen))
            if walk.of
            else base_fen
        )
        count = len(who)
        rank = (
            (distances - 1).astype(np.int8) if self._course.graph == "regions" else rank_at(members, orders)
        )
        return AwardColumns(
            order=orders,
            beneficiary=members.astype(np.int32),
            clause=np.full(count, self._course.clauses[emission.clause], dtype=np.int8),
            distance=distances,
            rank=rank,
            rate_bp=np.full(count, max(portion.rate_bp for portion in emission.portions), dtype=np.int32),
            rate_before_bp=np.full(count, emission.portions[0].before_bp, dtype=np.int32),
            base_fen=whole_fen,
            amount_fen=amount_fen,
            cut_fen=np.zeros(count, dtype=np.int64),
        )


def _fen(portion: Portion, base_fen: Longs) -> Longs:
    if portion.fixed_fen:
        return np.full(len(base_fen), portion.fixed_fen, dtype=np.int64)
    whole = _whole(portion, base_fen)
    top = whole * (portion.before_bp + portion.rate_bp) // WHOLE_BP
    return top - whole * portion.before_bp // WHOLE_BP if portion.before_bp else top


def _whole(portion: Portion, base_fen: Longs) -> Longs:
    return base_fen if portion.of is None else _fen(portion.of, base_fen)


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


__all__ = ["Bound", "Columns", "OrderColumns"]
