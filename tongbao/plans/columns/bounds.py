"""Bounds on a person and on an order, over columns: only what exceeds one is looked at singly."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import numpy.typing as npt

from tongbao.money import WHOLE_BP, allot
from tongbao.plans.algebra import Base
from tongbao.plans.columns.awards import AwardColumns
from tongbao.plans.plan import Plan

Longs = npt.NDArray[np.int64]


def within_bounds(*, plan: Plan, awards: AwardColumns, base_of: Callable[[Base], Longs]) -> AwardColumns:
    """The awards within every bound, as ``evaluate`` applies them: person, clause, then the whole order."""
    amount_fen = awards.amount_fen.copy()
    for place, walk in plan.walks_by_place.items():
        rows = np.flatnonzero(awards.clause == place)
        if walk.bound.person_fen is not None:
            _limit_persons(awards, rows, amount_fen, walk.bound.person_fen)
        if walk.bound.order_bp is not None:
            caps = base_of(walk.event.base) * walk.bound.order_bp // WHOLE_BP
            _pro_rate(awards, rows[amount_fen[rows] > 0], amount_fen, caps)
    if plan.cap_bp is not None:
        on_net = [place for place, walk in plan.walks_by_place.items() if walk.event.base == "net"]
        rows = np.flatnonzero((amount_fen > 0) & np.isin(awards.clause, on_net))
        _pro_rate(awards, rows, amount_fen, base_of("net") * plan.cap_bp // WHOLE_BP)
    cut_fen = awards.amount_fen - amount_fen
    bounded = replace(awards, amount_fen=amount_fen, cut_fen=cut_fen)
    return bounded.taken(amount_fen > 0) if cut_fen.any() else bounded


def _limit_persons(
    awards: AwardColumns, rows: npt.NDArray[np.intp], amount_fen: Longs, most_fen: int
) -> None:
    """Nobody gets more than ``most_fen`` of the clause for one order, the nearest seats first."""
    key = awards.order[rows].astype(np.int64) << 32 | awards.beneficiary[rows].astype(np.int64)
    by_person = np.argsort(key, kind="stable")
    key, rows = key[by_person], rows[by_person]
    so_far = np.cumsum(amount_fen[rows])
    first = np.r_[True, key[1:] != key[:-1]] if len(key) else np.zeros(0, dtype=np.bool_)
    before = np.maximum.accumulate(np.where(first, so_far - amount_fen[rows], 0)) if len(key) else so_far
    got = so_far - before
    amount_fen[rows] = np.maximum(0, np.minimum(amount_fen[rows], most_fen - (got - amount_fen[rows])))


def _pro_rate(awards: AwardColumns, rows: npt.NDArray[np.intp], amount_fen: Longs, cap_fen: Longs) -> None:
    """No order gets more than its cap of these rows; above it each gets its part, exactly."""
    if not len(rows):
        return
    orders = awards.order[rows]
    starts = np.flatnonzero(np.r_[True, orders[1:] != orders[:-1]])
    ends = np.r_[starts[1:], len(rows)]
    totals = np.add.reduceat(amount_fen[rows], starts)
    for group in np.flatnonzero(totals > cap_fen[orders[starts]]).tolist():
        these = rows[starts[group] : ends[group]]
        parts = allot(amount=int(cap_fen[awards.order[these[0]]]), weights=amount_fen[these].tolist())
        amount_fen[these] = parts
