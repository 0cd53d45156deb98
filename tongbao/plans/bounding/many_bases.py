"""The most of many bases at once: the same passage with a column of amounts in the place of one."""

from __future__ import annotations

from collections.abc import Callable, Iterable

import numpy as np
import numpy.typing as npt

from tongbao.money import WHOLE_BP
from tongbao.plans.bounding.exploring import bounded_machine, counted_chains, explore
from tongbao.plans.clauses import Emission, Machine, Portion, Walk
from tongbao.plans.plan import Course, Plan


def most_by_base(
    *,
    plan: Plan,
    course: Course,
    applies: Callable[[Walk], bool],
    bases_fen: Amounts,
    buyer_rank: str | None = None,
) -> Amounts:
    """For each of many bases the most that a course pays, all of them in one pass.

    The same passage through the same graph as ``dearest``, with a column of amounts in the place of one. Of walks
    that a bound caps, what they have given so far is kept as the list of portions, and capped at the end.
    """
    machine = bounded_machine(course)
    beginning = machine.begin(applies=tuple(applies(walk) for walk in machine.walks), buyer_rank=buyer_rank)
    column = _Columns(machine, bases_fen)
    best: Amounts = np.zeros_like(bases_fen)
    if course.graph in ("regions", "buyer"):
        for chain in counted_chains(course, machine, buyer_rank):
            node, kept, value = beginning, _NOTHING, np.zeros_like(bases_fen)
            for seat in chain:
                node, emissions = machine.step(node, seat)
                kept, value = column.added(kept, value, emissions)
            best = np.maximum(best, column.total(*column.added(kept, value, node.end)))
        return best
    graph = explore(plan=plan, machine=machine, beginning=beginning)
    tables: dict[int, dict[Portions, Amounts]] = {id(beginning): {_NOTHING: np.zeros_like(bases_fen)}}
    for node in graph.order:
        for kept, value in tables.pop(id(node), {}).items():
            best = np.maximum(best, column.total(*column.added(kept, value, node.end)))
            for after, emissions, _ in graph.steps[id(node)]:
                then, gained = column.added(kept, value, emissions)
                table = tables.setdefault(id(after), {})
                table[then] = np.maximum(table[then], gained) if then in table else gained
    return best


Amounts = npt.NDArray[np.int64]
Portions = tuple[tuple[int, tuple[Portion, ...]], ...]
_NOTHING: Portions = ()


class _Columns:
    """What emissions come to for each of many bases."""

    def __init__(self, machine: Machine, bases_fen: Amounts) -> None:
        self._walks = machine.walks
        self._bases_fen = bases_fen
        self._known: dict[tuple[int, tuple[Portion, ...]], Amounts] = {}

    def added(
        self, kept: Portions, value: Amounts, emissions: Iterable[Emission]
    ) -> tuple[Portions, Amounts]:
        """What was given so far and what a step adds: portions of capped walks apart from the rest."""
        for emission in emissions:
            if not emission.portions:
                continue
            if self._walks[emission.clause].bound.order_bp is not None:
                given = (emission.clause, emission.portions)
                kept = tuple(sorted((*kept, given), key=lambda item: (item[0], repr(item[1]))))
            else:
                value = value + self._amount(emission.clause, emission.portions)
        return kept, value

    def total(self, kept: Portions, value: Amounts) -> Amounts:
        """The amounts with every capped walk at its cap at most."""
        for clause in {clause for clause, _ in kept}:
            order_bp = self._walks[clause].bound.order_bp
            assert order_bp is not None
            given = sum(
                (self._amount(place, portions) for place, portions in kept if place == clause),
                np.zeros_like(self._bases_fen),
            )
            value = value + np.minimum(given, self._bases_fen * order_bp // WHOLE_BP)
        return value

    def _amount(self, clause: int, portions: tuple[Portion, ...]) -> Amounts:
        known = self._known.get((clause, portions))
        if known is None:
            known = sum(
                (fen_of(portion, self._bases_fen) for portion in portions), np.zeros_like(self._bases_fen)
            )
            person_fen = self._walks[clause].bound.person_fen
            if person_fen is not None:
                known = np.minimum(known, person_fen)
            self._known[clause, portions] = known
        return known


def fen_of(portion: Portion, bases_fen: Amounts) -> Amounts:
    """``portion.fen`` for a column of bases."""
    if portion.fixed_fen:
        return np.full_like(bases_fen, portion.fixed_fen)
    whole = bases_fen if portion.of is None else fen_of(portion.of, bases_fen)
    return whole * (portion.before_bp + portion.rate_bp) // WHOLE_BP - whole * portion.before_bp // WHOLE_BP
