"""Placement trees: where members get their places beside the sponsor tree, and how they move."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass, field

from tongbao.plans.algebra import Placement
from tongbao.plans.running.people import Person


@dataclass(slots=True, eq=False)
class Place:
    """A member's place. ``volume_fen`` is that of the whole leg, the member included."""

    person: Person
    parent: Place | None
    below: list[Place] = field(default_factory=list)
    volume_fen: int = 0
    members: int = 1
    frontier: deque[Place] | None = None
    """With ``breadth``: where the next free place below this one may be; all before it are full, for ever."""

    def above(self) -> Iterator[Place]:
        place = self.parent
        while place is not None:
            yield place
            place = place.parent


class Tree:
    """One tree for each way of placing; clauses that place alike share it."""

    def __init__(self, placement: Placement) -> None:
        self.placement = placement
        self._places: dict[int, Place] = {}
        self._open: deque[Place] = deque()
        """With ``queue``: the places that still have room, the next one first."""

    def add(self, person: Person) -> None:
        """Give a new member a place."""
        parent = self._parent_for(person)
        place = Place(person, parent)
        self._places[person.number] = place
        if parent is not None:
            parent.below.append(place)
            for above in place.above():
                above.members += 1
        if self.placement.fill == "queue":
            self._open.append(place)

    def _parent_for(self, person: Person) -> Place | None:
        fill, width = self.placement.fill, self.placement.width
        if fill == "queue":
            while self._open and len(self._open[0].below) >= width:
                self._open.popleft()
            return self._open[0] if self._open else None
        if person.sponsor is None:
            return None
        start = self._places[person.sponsor.number]
        if fill == "sponsor":
            return start
        if fill == "breadth":
            if start.frontier is None:
                start.frontier = deque([start])
            while len(start.frontier[0].below) >= width:
                start.frontier.extend(start.frontier.popleft().below)
            return start.frontier[0]
        while len(start.below) >= width:
            # min keeps the first of equals, so an even tree fills from the left.
            start = min(start.below, key=lambda leg: (leg.volume_fen, leg.members))
        return start

    def seats_above(self, person: Person) -> Iterator[Person]:
        """Who stands above a member here, nearest first."""
        return (place.person for place in self._places[person.number].above())

    def parent(self, person: Person) -> Person | None:
        """Who stands directly above a member here."""
        place = self._places[person.number].parent
        return None if place is None else place.person

    def below(self, person: Person) -> tuple[Person, ...]:
        """Who stands directly below a member here, in the order of arrival."""
        return tuple(place.person for place in self._places[person.number].below)

    def add_volume(self, person: Person, amount_fen: int) -> None:
        """Add to the legs that a member is in; a refund adds less than nothing."""
        place = self._places[person.number]
        place.volume_fen += amount_fen
        for above in place.above():
            above.volume_fen += amount_fen

    def rose(self, person: Person, *, least_height: int) -> None:
        """A member reached the rank that leaves (链动2+1): they move below the next of that rank above.

        The first ``stays_behind`` below them stay under the one whom the member stood under. Who has nobody of
        that rank above starts a tree of their own.
        """
        place = self._places[person.number]
        old = place.parent
        if old is None:
            return
        new = next((above for above in place.above() if above.person.height >= least_height), None)
        staying = place.below[: self.placement.stays_behind]
        for leg in staying:
            self._move(leg, old)
        if new is not old:
            self._move(place, new)

    def _move(self, place: Place, parent: Place | None) -> None:
        for above in place.above():
            above.volume_fen -= place.volume_fen
            above.members -= place.members
        if place.parent is not None:
            place.parent.below.remove(place)
        place.parent = parent
        if parent is not None:
            parent.below.append(place)
        for above in place.above():
            above.volume_fen += place.volume_fen
            above.members += place.members
