"""Who stands above and below whom. The queries, and the plans they expect, are in ``sql/``."""

from __future__ import annotations

from collections.abc import Iterable
from importlib import resources
from typing import Any

from django.db import connection

from tongbao.members.contracts import ACTIVE, LevelCount, TeamMember, TeamPage, UplineSeat
from tongbao.members.models import Member
from tongbao.members.policy.people import mask_name, mask_phone

NO_LIMIT = 1_000_000
MOST_ON_A_PAGE = 200


def _sql(name: str) -> str:
    return resources.files("tongbao.members").joinpath("sql", name).read_text(encoding="utf-8")


UPLINE, DOWNLINE, DOWNLINE_COUNTS = _sql("upline.sql"), _sql("downline.sql"), _sql("downline_counts.sql")
DRAWN_TREE, CIRCLES = _sql("drawn_tree.sql"), _sql("circles.sql")


def upline(*, member_id: int) -> tuple[UplineSeat, ...]:
    """All sponsors above a member, nearest first.

    >>> [seat.rank for seat in upline(member_id=4)]                           # doctest: +SKIP
    ['vip', 'dealer', 'cofounder']
    """
    return uplines(member_ids=(member_id,))[member_id]


def uplines(*, member_ids: Iterable[int]) -> dict[int, tuple[UplineSeat, ...]]:
    """The uplines of many members, in one query."""
    found: dict[int, list[UplineSeat]] = {member_id: [] for member_id in member_ids}
    for row in _rows(UPLINE, {"members": list(found)}):
        found[row["below_id"]].append(
            UplineSeat(member_id=row["id"], rank=row["rank"], active=row["status"] == ACTIVE)
        )
    return {member_id: tuple(seats) for member_id, seats in found.items()}


def upline_seen_by(*, member_id: int, limit: int = 10) -> tuple[TeamMember, ...]:
    """The nearest sponsors as their recruit may see them: masked, at depth -1, -2 …"""
    rows = _rows(UPLINE, {"members": [member_id]})[:limit]
    return tuple(_team_member({**row, "depth": -row["height"], "recruits": 0}) for row in rows)


def downline(
    *,
    member_id: int,
    depth: int = 0,
    after: tuple[int, int] | None = None,
    limit: int = 50,
) -> TeamPage:
    """A page of those below a member, nearest level first, then by age in the mall.

    ``depth`` picks one level, 0 takes all; ``after`` is the ``next_cursor`` of the page before.
    """
    page_size = max(1, min(limit, MOST_ON_A_PAGE))
    after_depth, after_id = after or (0, 0)
    parameters = {
        "member": member_id,
        "most_levels": depth or NO_LIMIT,
        "only_depth": depth,
        "after_depth": after_depth,
        "after_id": after_id,
        "page_size": page_size + 1,
    }
    found = [_team_member(row) for row in _rows(DOWNLINE, parameters)]
    page, more = found[:page_size], len(found) > page_size
    return TeamPage(
        members=tuple(page), next_cursor=(page[-1].depth, page[-1].member_id) if more and page else None
    )


def downline_counts(*, member_id: int) -> tuple[LevelCount, ...]:
    """How many members stand on each level below somebody, nearest first."""
    rows = _rows(DOWNLINE_COUNTS, {"member": member_id})
    return tuple(LevelCount(depth=row["depth"], members=row["count"]) for row in rows)


def recruits_of(*, member_id: int) -> tuple[int, ...]:
    """The direct recruits of a member, oldest first."""
    return tuple(Member.objects.filter(sponsor_id=member_id).order_by("id").values_list("pk", flat=True))


def drawn_tree(*, member_id: int, levels: int = 3, most_recruits: int = 8) -> tuple[TeamMember, ...]:
    """A member and those below who fit on a drawing: level by level, masked; empty for an unknown member.

    Each node's ``recruits`` counts all its direct recruits, drawn or not.
    """
    parameters = {"member": member_id, "most_levels": levels, "most_recruits": most_recruits}
    return tuple(_team_member(row) for row in _rows(DRAWN_TREE, parameters))


def members_in_circles() -> tuple[int, ...]:
    """Members who stand in a circle of sponsors, or below one: always none, says ``tongbao verify``."""
    return tuple(row["id"] for row in _rows(CIRCLES, {}))


def _rows(statement: str, parameters: dict[str, Any]) -> list[dict[str, Any]]:
    with connection.cursor() as cursor:
        cursor.execute(statement, parameters)
        names = [column.name for column in cursor.description]
        return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]


def _team_member(row: dict[str, Any]) -> TeamMember:
    return TeamMember(
        member_id=row["id"],
        number=row["number"],
        name_masked=mask_name(row["name"]),
        phone_masked=mask_phone(row["phone"]),
        rank=row["rank"],
        status=row["status"],
        sponsor_id=row["sponsor_id"],
        depth=row["depth"],
        recruits=row["recruits"],
        joined_at=row["joined_at"],
    )
