"""The sponsor tree as a picture: one SVG, nothing loaded from elsewhere, each box a link."""

from __future__ import annotations

from typing import Any

from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import ngettext

from tongbao.members import selectors
from tongbao.members.admin.base import RANK_COLOURS, reader
from tongbao.members.contracts import ACTIVE, word
from tongbao.members.policy.drawing import draw

MOST_ABOVE = 12


def tree_picture(*, member_id: int, levels: int, most_recruits: int, link_to: str) -> SafeString:
    """A member and those below, as SVG. ``link_to`` names the page that a box leads to."""
    ladder = selectors.ladder()
    drawing = draw(selectors.drawn_tree(member_id=member_id, levels=levels, most_recruits=most_recruits))
    nodes = [
        {
            "box": box,
            "link": reverse(link_to, args=[box.member.member_id]),
            "rank": selectors.rank_name(box.member.rank, language=reader()),
            "status": word(box.member.status, language=reader()),
            "is_active": box.member.status == ACTIVE,
            "colour": colour_of(box.member.rank, ladder),
            "recruits": ngettext("%(count)d recruit", "%(count)d recruits", box.member.recruits)
            % {"count": box.member.recruits},
        }
        for box in drawing.boxes
    ]
    # Rendered by a template, which escapes every name.
    return mark_safe(render_to_string("members/tree.svg.html", {"drawing": drawing, "nodes": nodes}))  # noqa: S308


def above(*, member_id: int) -> list[dict[str, Any]]:
    """The sponsors above a member, farthest first, as far as they fit on a line."""
    seats = selectors.upline_seen_by(member_id=member_id, limit=MOST_ABOVE)
    return [
        {
            "number": seat.number,
            "rank": selectors.rank_name(seat.rank, language=reader()),
            "link": reverse("admin:members_member_change", args=[seat.member_id]),
            "tree_link": reverse("admin:members_member_tree", args=[seat.member_id]),
        }
        for seat in reversed(seats)
    ]


def legend() -> list[dict[str, str]]:
    """The ranks with their colours."""
    ladder = selectors.ladder()
    return [
        {"name": selectors.rank_name(rank, language=reader()), "colour": colour_of(rank, ladder)}
        for rank in ladder
    ]


def colour_of(rank: str, ladder: tuple[str, ...]) -> str:
    """The colour of a rank, by its height; grey for one that the mall doesn't have."""
    return RANK_COLOURS[ladder.index(rank) % len(RANK_COLOURS)] if rank in ladder else RANK_COLOURS[0]
