"""Ranks now, ranks then, and ranks that were taken back."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from importlib import resources

from django.db import connection
from django.db.models import Q

from tongbao.members.contracts import GrantFacts
from tongbao.members.models import Member, RankGrant
from tongbao.members.policy.ranks import highest

DISAGREE = (
    resources.files("tongbao.members").joinpath("sql", "ranks_that_disagree.sql").read_text(encoding="utf-8")
)
UNDONE = (RankGrant.RevokeCause.TAKEN_BACK, RankGrant.RevokeCause.FELL_WITH)


def ranks_of(*, member_ids: Iterable[int]) -> dict[int, str]:
    """The present ranks of some members."""
    return dict(Member.objects.filter(pk__in=set(member_ids)).values_list("pk", "rank"))


def grants_of(*, member_id: int) -> tuple[GrantFacts, ...]:
    """Every reason why a member held a rank, in order of granting, revoked or not."""
    return tuple(
        GrantFacts(
            grant_id=row.pk,
            member_id=row.member_id,
            rank=row.rank,
            basis=row.basis,  # type: ignore[arg-type]
            source=row.source,
            granted_at=row.granted_at,
            revoked_at=row.revoked_at,
            revoked_because=row.revoked_because or None,  # type: ignore[arg-type]
        )
        for row in RankGrant.objects.filter(member_id=member_id).order_by("id")
    )


def rank_at(*, member_id: int, at: datetime, ladder: Sequence[str]) -> str:
    """The rank that a member held just before a moment, whatever has become of it since.

    Just before, since an order's own promotions carry the moment of its settlement and follow its payouts.
    """
    return highest(_held_at(member_id=member_id, at=at).values_list("rank", flat=True), ladder=ladder)


def standing_rank_at(*, member_id: int, at: datetime, ladder: Sequence[str]) -> str:
    """The rank that a member held just before a moment, without what refunds have taken back since."""
    left = _held_at(member_id=member_id, at=at).exclude(revoked_because__in=UNDONE)
    return highest(left.values_list("rank", flat=True), ladder=ladder)


def ranks_left_at(*, member_ids: Iterable[int], at: datetime, ladder: Sequence[str]) -> dict[int, str]:
    """What refunds have left since of the ranks that members held just before a moment, in one query.

    Members of whose ranks nothing was undone are missing.
    """
    held = RankGrant.objects.filter(member_id__in=set(member_ids), granted_at__lt=at).filter(
        Q(revoked_at__isnull=True) | Q(revoked_at__gte=at)
    )
    left: dict[int, list[str]] = {}
    undone: set[int] = set()
    for member_id, rank, because in held.values_list("member_id", "rank", "revoked_because"):
        if because in UNDONE:
            undone.add(member_id)
        else:
            left.setdefault(member_id, []).append(rank)
    return {member_id: highest(left.get(member_id, ()), ladder=ladder) for member_id in undone}


def rank_was_taken_back(*, member_id: int, rank: str, since: datetime) -> bool:
    """Whether refunds have undone the rank that a member held just before ``since``, every reason for it.

    An award that is still pending and used it is evaluated anew. A rank bought again afterwards doesn't heal
    it: at the time of the order there was nothing to be paid for.
    """
    held = _held_at(member_id=member_id, at=since).filter(rank=rank)
    causes = set(held.values_list("revoked_because", flat=True))
    return bool(causes) and causes <= set(UNDONE)


def ranks_that_disagree(*, ladder: Sequence[str]) -> tuple[tuple[int, str, str], ...]:
    """Members whose rank is not the highest of their standing grants: (member, says, should be)."""
    with connection.cursor() as cursor:
        cursor.execute(DISAGREE, {"ladder": list(ladder)})
        return tuple(cursor.fetchall())


def _held_at(*, member_id: int, at: datetime):  # type: ignore[no-untyped-def]
    return RankGrant.objects.filter(member_id=member_id, granted_at__lt=at).filter(
        Q(revoked_at__isnull=True) | Q(revoked_at__gte=at)
    )
