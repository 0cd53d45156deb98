"""Where the members of a tree stand on a drawing: recruits below their sponsor, the sponsor in their middle."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from tongbao.members.contracts import TeamMember

BOX_WIDTH, BOX_HEIGHT = 132, 58
GAP_BESIDE, GAP_BELOW = 16, 46
MARGIN = 12


@dataclass(frozen=True, slots=True, kw_only=True)
class Box:
    """A member's box, from its upper left corner; ``undrawn`` recruits did not fit."""

    member: TeamMember
    left: int
    top: int
    undrawn: int

    @property
    def middle(self) -> int:
        return self.left + BOX_WIDTH // 2

    @property
    def bottom(self) -> int:
        return self.top + BOX_HEIGHT


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """From the sponsor's lower edge to the recruit's upper edge."""

    from_x: int
    from_y: int
    to_x: int
    to_y: int

    @property
    def half_y(self) -> int:
        return (self.from_y + self.to_y) // 2


@dataclass(frozen=True, slots=True, kw_only=True)
class Drawing:
    """Boxes and lines within ``width`` × ``height`` units."""

    boxes: tuple[Box, ...]
    lines: tuple[Line, ...]
    width: int
    height: int

    @property
    def least_width(self) -> int:
        """Narrower than this it can't be read: better to scroll."""
        return self.width * 13 // 20


def draw(members: Sequence[TeamMember]) -> Drawing:
    """Lay a tree out. ``members`` are level by level, the root first; nobody's box touches another's.

    >>> draw(()).boxes
    ()
    """
    if not members:
        return Drawing(boxes=(), lines=(), width=0, height=0)
    below: dict[int, list[TeamMember]] = {}
    for member in members[1:]:
        if member.sponsor_id is not None:
            below.setdefault(member.sponsor_id, []).append(member)

    # From the lowest level up: a leaf takes one place, a sponsor as many as the recruits need.
    places: dict[int, int] = {}
    for member in reversed(members):
        places[member.member_id] = max(
            1, sum(places[lower.member_id] for lower in below.get(member.member_id, ()))
        )

    first_place = {members[0].member_id: 0}
    boxes, lines = [], []
    placed: dict[int, Box] = {}
    for member in members:
        start = first_place[member.member_id]
        recruits = below.get(member.member_id, [])
        width = places[member.member_id] * (BOX_WIDTH + GAP_BESIDE) - GAP_BESIDE
        box = Box(
            member=member,
            left=MARGIN + start * (BOX_WIDTH + GAP_BESIDE) + (width - BOX_WIDTH) // 2,
            top=MARGIN + (member.depth - members[0].depth) * (BOX_HEIGHT + GAP_BELOW),
            undrawn=member.recruits - len(recruits),
        )
        placed[member.member_id] = box
        boxes.append(box)
        sponsor = placed.get(member.sponsor_id or 0)
        if sponsor is not None:
            lines.append(Line(from_x=sponsor.middle, from_y=sponsor.bottom, to_x=box.middle, to_y=box.top))
        for recruit in recruits:
            first_place[recruit.member_id] = start
            start += places[recruit.member_id]
    return Drawing(
        boxes=tuple(boxes),
        lines=tuple(lines),
        width=2 * MARGIN + places[members[0].member_id] * (BOX_WIDTH + GAP_BESIDE) - GAP_BESIDE,
        height=max(box.bottom for box in boxes) + MARGIN,
    )
