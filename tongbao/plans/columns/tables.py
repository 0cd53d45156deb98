"""A machine written down as tables: for each situation and each kind of seat, what comes next and what is paid."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import product as every

import numpy as np
import numpy.typing as npt

from tongbao.plans.clauses import Emission, Facts, Machine, Node

Ints = npt.NDArray[np.int32]
Flags = npt.NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Tables:
    """``after[situation, seat]`` is the next situation, ``gives[situation, seat]`` what is paid: an index into
    ``gifts``, whose first is nothing. ``at_end[situation]`` likewise, for what is paid once the chain ends."""

    after: Ints
    gives: Ints
    done: Flags
    at_end: Ints
    gifts: tuple[tuple[Emission, ...], ...]
    beginnings: dict[int, int]


class SeatKinds:
    """Numbers for the seats that differ for a machine, and for the facts of a member among them.

    A seat's number counts, in this order: rank, inactive or active, and for every fact that a clause asks for,
    how many of its thresholds the member has reached.
    """

    def __init__(self, machine: Machine) -> None:
        self.thresholds = machine.thresholds
        steps = [(0, *self.thresholds.get(name, ())) for name in ("recruits", "own_fen", "team_fen")]
        self.kinds = tuple(
            Facts(rank, active, recruits, own, team)
            for rank in machine.ladder
            for active in (False, True)
            for recruits, own, team in every(*steps)
        )
        self.few = len(steps[0]) * len(steps[1]) * len(steps[2])

    def base_of(self, facts: dict[str, npt.NDArray[np.int64]], count: int) -> Ints:
        """For each member the part of the seat's number that volumes and recruits make."""
        number = np.zeros(count, dtype=np.int32)
        for name in ("recruits", "own_fen", "team_fen"):
            least = self.thresholds.get(name, ())
            number *= len(least) + 1
            if least:
                number += np.searchsorted(np.array(least), facts[name], side="right").astype(np.int32)
        return number


def tabulate(*, machine: Machine, kinds: SeatKinds, beginnings: list[Node]) -> Tables:
    """Every situation that can be reached from the beginnings, as tables."""
    nodes: dict[int, int] = {}
    order: list[Node] = []

    def number(node: Node) -> int:
        if id(node) not in nodes:
            nodes[id(node)] = len(order)
            order.append(node)
        return nodes[id(node)]

    gifts: dict[tuple[Emission, ...], int] = {(): 0}
    starts = {id(node): number(node) for node in beginnings}
    after: list[list[int]] = []
    gives: list[list[int]] = []
    at_end: list[int] = []
    while len(after) < len(order):
        node = order[len(after)]
        nexts, given = [], []
        for seat in kinds.kinds:
            following, emissions = (node, ()) if node.done else machine.step(node, seat)
            nexts.append(number(following))
            given.append(gifts.setdefault(emissions, len(gifts)))
        after.append(nexts)
        gives.append(given)
        at_end.append(gifts.setdefault(node.end, len(gifts)))
    return Tables(
        after=np.array(after, dtype=np.int32),
        gives=np.array(gives, dtype=np.int32),
        done=np.array([node.done for node in order], dtype=np.bool_),
        at_end=np.array(at_end, dtype=np.int32),
        gifts=tuple(gifts),
        beginnings=starts,
    )
