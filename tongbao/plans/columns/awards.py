"""Awards as columns."""

from __future__ import annotations

from dataclasses import dataclass, fields

import numpy as np
import numpy.typing as npt

from tongbao.plans.algebra import Graph
from tongbao.plans.contracts import REGION_LEVELS, Award
from tongbao.plans.plan import Plan

SEATS: dict[Graph, str] = {
    "sponsors": "sponsor {distance}",
    "regions": "{rank} agent",
    "buyer": "buyer",
    "introducers": "introducer {distance}",
    "placement": "place {distance}",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class AwardColumns:
    """One row an award, in the order of the orders, then of the plan's clauses, nearest first.

    ``clause`` is the clause's place in the plan, ``distance`` the seat counted from the buyer (from 1), ``rank`` the
    place on the ladder, or for a regional clause among county, city, province. Amounts in fen.
    """

    order: npt.NDArray[np.int32]
    beneficiary: npt.NDArray[np.int32]
    clause: npt.NDArray[np.int8]
    distance: npt.NDArray[np.int32]
    rank: npt.NDArray[np.int8]
    rate_bp: npt.NDArray[np.int32]
    rate_before_bp: npt.NDArray[np.int32]
    base_fen: npt.NDArray[np.int64]
    amount_fen: npt.NDArray[np.int64]
    cut_fen: npt.NDArray[np.int64]

    def __len__(self) -> int:
        return len(self.order)

    @property
    def total_fen(self) -> int:
        return int(self.amount_fen.sum())

    def taken(self, rows: npt.NDArray[np.intp] | npt.NDArray[np.bool_]) -> AwardColumns:
        """Some of the rows."""
        return AwardColumns(**{field.name: getattr(self, field.name)[rows] for field in fields(self)})

    def of_order(self, order: int, *, plan: Plan) -> tuple[Award, ...]:
        """One order's awards as ``evaluate`` gives them."""
        first, last = np.searchsorted(self.order, [order, order + 1])
        return self.as_awards(int(first), int(last), plan=plan)

    def as_awards(self, first: int, last: int, *, plan: Plan) -> tuple[Award, ...]:
        """The rows from ``first`` up to ``last`` as ``evaluate`` gives them."""
        return tuple(self._award(row, plan) for row in range(first, last))

    def _award(self, row: int, plan: Plan) -> Award:
        clause = plan.walks_by_place[int(self.clause[row])]
        ladder = REGION_LEVELS if clause.graph == "regions" else plan.ranks
        rank = ladder[int(self.rank[row])]
        return Award(
            beneficiary=int(self.beneficiary[row]),
            seat=SEATS[clause.graph].format(distance=int(self.distance[row]), rank=rank),
            clause=clause.id,
            kind=clause.kind,
            rank=rank,
            rate_bp=int(self.rate_bp[row]),
            rate_before_bp=int(self.rate_before_bp[row]),
            base_fen=int(self.base_fen[row]),
            amount_fen=int(self.amount_fen[row]),
            cut_fen=int(self.cut_fen[row]),
        )
