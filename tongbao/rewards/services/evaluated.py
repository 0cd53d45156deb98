"""What goes into the evaluation of a batch of orders, and what comes out."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

import numpy as np
import numpy.typing as npt

from tongbao.mall.contracts import OrderFacts
from tongbao.members.contracts import RankStep
from tongbao.plans import Award, Plan, Remainder, Sale, remainders
from tongbao.plans.columns import AwardColumns
from tongbao.rewards.services.rows import Line, Settled

Longs = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True, kw_only=True)
class Waiting:
    """A paid order on its way into the books: its facts, its lines with their plans, its moment."""

    facts: OrderFacts
    lines: tuple[Line, ...]
    moment: datetime

    @property
    def ladders(self) -> set[tuple[str, ...]]:
        return {line.plan.ranks for line in self.lines if line.plan is not None}


@dataclass(frozen=True, slots=True, kw_only=True)
class LineAwards:
    """The awards of some lines by one plan version, as columns: row ``k`` of ``of_line`` is an award's line."""

    awards: AwardColumns
    regional: npt.NDArray[np.bool_]
    order_ids: Longs
    positions: Longs
    beneficiaries: Longs


@dataclass(slots=True)
class Evaluated:
    """What orders come to: every order with its outcomes, the awards as columns, the ranks they bring."""

    orders: list[Settled] = field(default_factory=list)
    awards: list[LineAwards] = field(default_factory=list)
    steps: list[RankStep] = field(default_factory=list)


class Rests:
    """What stays with the platform: the maxima of each clause, looked up once for each product and base."""

    def __init__(self, plan: Plan) -> None:
        self._plan = plan
        self._most: dict[tuple[str, int], tuple[Remainder, ...]] = {}

    def after(self, line: Line, awards: Sequence[Award]) -> tuple[Remainder, ...]:
        key = (line.facts.product_code, line.facts.base_fen)
        if key not in self._most:
            sale = Sale(base_fen=line.facts.base_fen, product=line.facts.product_code)
            self._most[key] = remainders(plan=self._plan, sale=sale, awards=())
        awarded: dict[str, int] = defaultdict(int)
        for award in awards:
            awarded[award.clause] += award.amount_fen
        return tuple(
            Remainder(clause=rest.clause, kind=rest.kind, amount_fen=rest.amount_fen - awarded[rest.clause])
            for rest in self._most[key]
        )
