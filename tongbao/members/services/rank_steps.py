"""Many ranks given at once: what a batch of orders brings, written by a few statements."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import groupby

from django.db import connection

from tongbao.kit import events
from tongbao.kit.transactions import transaction
from tongbao.members.contracts import RankChanged, RankMoved, RankStep
from tongbao.members.models import Member, RankGrant, RankWitness

ROWS_AT_ONCE = 2_000


def grant_ranks(*, steps: Sequence[RankStep]) -> dict[int, str]:
    """Write down ranks that orders brought, in their order; the ranks that members have after it.

    The grants, those who counted, the ranks and the events are those that ``promote_by_purchase`` and
    ``promote_by_recruits`` would have written one by one. Locks the rows of those whose rank changes, in order of id.
    Raises RankMoved when one of them no longer has the rank that the steps begin with: whoever worked them out looks
    again.

    >>> grant_ranks(steps=[RankStep(member_id=7, rank_before="member", rank="vip", granted_at=now,
    ...     source="order_line:1")])                                          # doctest: +SKIP
    {7: 'vip'}
    """
    lifts = [step for step in steps if step.lifts]
    first = {step.member_id: step.rank_before for step in reversed(lifts)}
    last = {step.member_id: step.rank for step in lifts}
    with transaction():
        _check(first)
        grants = RankGrant.objects.bulk_create((_grant(step) for step in steps), batch_size=ROWS_AT_ONCE)
        RankWitness.objects.bulk_create(
            (
                RankWitness(grant=grant, recruit_id=recruit)
                for grant, step in zip(grants, steps, strict=True)
                for recruit in step.witnesses
            ),
            batch_size=ROWS_AT_ONCE,
        )
        _write(last)
        events.emit_many(list(_changes(lifts)))
    return last


def _check(ranks: dict[int, str]) -> None:
    rows = Member.objects.filter(pk__in=list(ranks)).order_by("pk").select_for_update(of=("self",))
    for member_id, rank in rows.values_list("pk", "rank"):
        if rank != ranks[member_id]:
            raise RankMoved(member=member_id)


def _grant(step: RankStep) -> RankGrant:
    rule = step.rule
    return RankGrant(
        member_id=step.member_id,
        rank=step.rank,
        basis=RankGrant.Basis.PURCHASE if rule is None else RankGrant.Basis.RECRUITS,
        source=step.source,
        from_rank=rule.from_rank if rule else "",
        recruit_rank=rule.recruit_rank if rule else "",
        recruits_needed=rule.recruits if rule else 0,
        granted_at=step.granted_at,
    )


def _write(ranks: dict[int, str]) -> None:
    if not ranks:
        return
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE members_member AS member SET rank = given.rank"
            " FROM unnest(%s::bigint[], %s::text[]) AS given (id, rank) WHERE member.id = given.id",
            [list(ranks), list(ranks.values())],
        )


def _changes(lifts: Sequence[RankStep]) -> Iterator[RankChanged]:
    """One change for a purchase, and one for all the steps that somebody's recruits bring at one moment."""
    for (member_id, at, because), together in groupby(
        lifts, key=lambda step: (step.member_id, step.granted_at, step.source)
    ):
        way = list(together)
        yield RankChanged(
            member_id=member_id,
            rank_before=way[0].rank_before,
            rank_after=way[-1].rank,
            because=because,
            changed_at=at,
        )
