"""Legs of a tree, compared at the close of a period; what found no match is carried over."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from tongbao.plans.algebra import Placement
from tongbao.plans.clauses.kept import Fund
from tongbao.plans.running.people import Person
from tongbao.plans.running.trees import Tree


class Legs:
    """What each member's legs carry, by the number of who stands at the top of the leg."""

    def __init__(self, clause: Fund, *, tree: Tree | None) -> None:
        self._placement = clause.placement or Placement()
        self._tree = tree
        self._carried: dict[int, dict[int, int]] = {}

    def carried(self, person: Person) -> dict[int, int]:
        """What a member's legs carry into the period that runs."""
        return dict(self._carried.get(person.number, {}))

    def close(
        self, *, people: Sequence[Person], own: Mapping[int, int], counts: frozenset[int]
    ) -> dict[int, int]:
        """The volume of the lesser leg of everybody who counts: of all legs but the strongest.

        Whoever counts has that volume matched: the lesser legs start anew, the strongest keeps the difference.
        Whoever doesn't keeps all. Then the placement's ``carry`` says whether and how much is kept.
        """
        legs = self._carried
        whole = dict(own)
        # A parent always joined earlier, also after moves, so one pass from the newest adds all up.
        for person in reversed(people):
            amount_fen = whole.get(person.number, 0)
            parent = self._parent(person)
            if parent is not None and amount_fen:
                whole[parent.number] = whole.get(parent.number, 0) + amount_fen
                below = legs.setdefault(parent.number, {})
                below[person.number] = below.get(person.number, 0) + amount_fen
        measured = dict.fromkeys(counts, 0)
        for number, below in legs.items():
            strongest = max(below, key=lambda leg: (below[leg], -leg))
            lesser_fen = sum(below.values()) - below[strongest]
            if number in counts and lesser_fen:
                measured[number] = lesser_fen
                matched_fen = min(lesser_fen, below[strongest])
                legs[number] = {strongest: below[strongest] - matched_fen}
        self._carry_over()
        return measured

    def _parent(self, person: Person) -> Person | None:
        return person.sponsor if self._tree is None else self._tree.parent(person)

    def _carry_over(self) -> None:
        cap_fen = self._placement.carry_cap_fen
        if not self._placement.carry:
            self._carried = {}
        elif cap_fen is not None:
            self._carried = {
                number: {leg: min(amount_fen, cap_fen) for leg, amount_fen in below.items()}
                for number, below in self._carried.items()
            }
