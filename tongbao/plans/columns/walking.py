"""Orders walking up a graph together."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import numpy.typing as npt

from tongbao.money import WHOLE_BP
from tongbao.plans.clauses import Emission, Portion
from tongbao.plans.columns.awards import AwardColumns
from tongbao.plans.columns.orders import Ints, Longs, OrderColumns
from tongbao.plans.columns.promotions import RankHistory
from tongbao.plans.columns.tables import Tables
from tongbao.plans.plan import Course

Heights = npt.NDArray[np.int8]
Flags = npt.NDArray[np.bool_]


def heights(since: Ints, members: Ints, orders: Ints) -> Ints:
    """The place on the ladder that each member had before an order."""
    heights: Ints = (since[members] <= orders[:, None]).sum(axis=1, dtype=np.int32)
    return heights


class RankAt:
    def __init__(self, history: RankHistory) -> None:
        self.history = history

    def __call__(self, members: Ints, orders: Ints) -> Heights:
        return heights(self.history.since, members, orders).astype(np.int8)


class Walker:
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

    def awards(self, rank_at: RankAt) -> Iterator[AwardColumns]:
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
        self, emission: Emission, who: Ints, members: Ints, distances: Ints, rank_at: RankAt
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
            (distances - 1).astype(np.int8)
            if self._course.graph == "regions"
            else rank_at(members, self._orders.places(orders))
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
