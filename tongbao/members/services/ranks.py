"""Ranks rise by purchase and by recruits, and fall when a refund takes their reason away.

Lock order: a member's row before their sponsor's, all the way up. Two recruits who bring the same sponsor to
the next rank at once wait for each other on the sponsor's row, and whoever comes second counts again with a
fresh view: the promotion happens exactly once, and a recruit who has just fallen is not counted.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Sequence
from datetime import datetime

from tongbao.kit import events
from tongbao.kit.transactions import transaction
from tongbao.members.contracts import RankChange, RankChanged
from tongbao.members.models import Member, RankGrant, RankWitness
from tongbao.members.policy.ranks import StandingGrant, check_rank, highest, next_rule, standing
from tongbao.members.services.rows import lock_member
from tongbao.plans import RecruitRule
from tongbao.tenancy.contracts import Actor, AuditFact, ReasonNeeded
from tongbao.tenancy.services import audit

# Of somebody with thousands of recruits so many are kept as those who counted.
MOST_WITNESSES = 1000


def promote_by_purchase(
    *, member_id: int, rank: str, source: str, ladder: Sequence[str], now: datetime
) -> RankChange | None:
    """Grant the rank that a pack gives, once for each ``source`` ("order_line:7"); None if the rank stays.

    A smaller pack never lowers; its grant is kept all the same, and stands when the greater one is refunded.
    Locks the member's row. Raises RankUnknown, MemberUnknown.

    >>> promote_by_purchase(member_id=7, rank="vip", source="order_line:1",
    ...     ladder=("member", "vip"), now=now)                                # doctest: +SKIP
    RankChange(member_id=7, rank_before='member', rank_after='vip', because='order_line:1')
    """
    check_rank(rank, ladder=ladder)
    with transaction():
        member = lock_member(member_id=member_id)
        _, is_new = RankGrant.objects.get_or_create(
            basis=RankGrant.Basis.PURCHASE,
            source=source,
            defaults={"member": member, "rank": rank, "granted_at": now},
        )
        if not is_new:
            return None
        after = highest((member.rank, rank), ladder=ladder)
        return _write_rank(member=member, rank=after, because=source, now=now)


def promote_by_recruits(
    *, member_id: int, rules: Sequence[RecruitRule], ladder: Sequence[str], now: datetime
) -> tuple[RankChange, ...]:
    """Lift a member, their sponsor, and on upward as long as somebody rises, by the recruits they have now.

    ``rules`` are the plan's ``promotions.by_recruits``, ``ladder`` its ranks, lowest first. Call it after
    a member's rank has changed, in the same transaction. Locks rows from the member upward.
    Raises MemberUnknown.
    """
    changes = []
    with transaction():
        member: Member | None = lock_member(member_id=member_id)
        while member is not None:
            change = _climb(
                member=member, rank=member.rank, rules=rules, ladder=ladder, because="recruits", now=now
            )
            if change is not None:
                changes.append(change)
            elif member.pk != member_id:
                break
            member = lock_member(member_id=member.sponsor_id) if member.sponsor_id else None
    return tuple(changes)


def take_back_rank(
    *, source: str, rules: Sequence[RecruitRule], ladder: Sequence[str], now: datetime
) -> tuple[RankChange, ...]:
    """Take back the rank that a refunded purchase gave, and every promotion that only stood because of it.

    A promotion by recruits stands if enough of those who counted, or who are direct recruits now, still hold
    the rank that its rule asks for, and the rank below it stands. Whoever falls may have earned a lower rank
    by recruits meanwhile: it is granted here. Taking back twice does nothing more. Locks rows from the buyer
    upward, a recruit's row before a sponsor's.
    """
    changes: list[RankChange] = []
    climbed: set[int] = set()
    with transaction():
        grant = RankGrant.objects.filter(basis=RankGrant.Basis.PURCHASE, source=source).first()
        if grant is None:
            return ()
        lock_member(member_id=grant.member_id)
        taken = RankGrant.objects.filter(pk=grant.pk, revoked_at__isnull=True).update(
            revoked_at=now, revoked_because=RankGrant.RevokeCause.TAKEN_BACK, revoked_source=source
        )
        waiting = deque([grant.member_id] if taken else [])
        while waiting:
            member = lock_member(member_id=waiting.popleft())
            change = _restate(
                member=member,
                rules=rules,
                ladder=ladder,
                may_climb=member.pk not in climbed,
                source=source,
                now=now,
            )
            climbed.add(member.pk)
            if change is not None:
                changes.append(change)
                waiting.extend(_who_counted_on(member))
    return tuple(changes)


def grant_opening_rank(
    *, member_id: int, rank: str, ladder: Sequence[str], now: datetime
) -> RankChange | None:
    """Give a member the rank they bring along from elsewhere. Raises RankUnknown, MemberUnknown."""
    check_rank(rank, ladder=ladder)
    with transaction():
        member = lock_member(member_id=member_id)
        if rank == ladder[0]:
            return None
        RankGrant.objects.create(
            member=member, rank=rank, basis=RankGrant.Basis.OPENING, source="opening", granted_at=now
        )
        after = highest((member.rank, rank), ladder=ladder)
        return _write_rank(member=member, rank=after, because="opening", now=now)


def set_rank(
    *, member_id: int, rank: str, ladder: Sequence[str], reason: str, actor: Actor, now: datetime
) -> RankChange | None:
    """An operator sets a rank, up or down; None if it was that already.

    Down revokes the grants above it, for the future only: nobody else falls with them. A rule for recruits
    may lift the member again later. Raises RankUnknown, MemberUnknown, ReasonNeeded.
    """
    check_rank(rank, ladder=ladder)
    if len(reason.strip()) < 4:
        raise ReasonNeeded(action="members.set_rank")
    with transaction():
        member = lock_member(member_id=member_id)
        if member.rank == rank:
            return None
        source = f"operator:{actor.name}"[:120]
        above = [higher for higher in ladder if ladder.index(higher) > ladder.index(rank)]
        standing_grants = RankGrant.objects.filter(member=member, revoked_at__isnull=True)
        standing_grants.filter(rank__in=above).update(
            revoked_at=now, revoked_because=RankGrant.RevokeCause.OPERATOR, revoked_source=source
        )
        left = highest(standing_grants.values_list("rank", flat=True), ladder=ladder)
        if left != rank:
            RankGrant.objects.create(
                member=member, rank=rank, basis=RankGrant.Basis.OPERATOR, source=source, granted_at=now
            )
        audit(
            AuditFact(
                actor=actor,
                action="members.set_rank",
                subject=f"member:{member_id}",
                reason=reason,
                detail={"before": member.rank, "after": rank},
            ),
            now=now,
        )
        return _write_rank(member=member, rank=rank, because=source, now=now)


def _climb(
    *,
    member: Member,
    rank: str,
    rules: Sequence[RecruitRule],
    ladder: Sequence[str],
    because: str,
    now: datetime,
) -> RankChange | None:
    """Grant every step that the present recruits allow, from ``rank`` on. The member's row is locked."""
    reached = rank
    while True:
        asked = [rule.recruit_rank for rule in rules if rule.from_rank == reached]
        if not asked:
            break
        lowest = min((ladder.index(name) for name in asked if name in ladder), default=len(ladder))
        recruits = dict(
            Member.objects.filter(sponsor_id=member.pk, rank__in=ladder[lowest:])
            .order_by("id")
            .values_list("pk", "rank")[:MOST_WITNESSES]
        )
        rule = next_rule(rank=reached, recruit_ranks=recruits.values(), rules=rules, ladder=ladder)
        if rule is None:
            break
        _grant_by_recruits(member=member, rule=rule, recruits=recruits, ladder=ladder, now=now)
        reached = rule.to_rank
    return _write_rank(member=member, rank=reached, because=because, now=now)


def _grant_by_recruits(
    *, member: Member, rule: RecruitRule, recruits: dict[int, str], ladder: Sequence[str], now: datetime
) -> None:
    grant = RankGrant.objects.create(
        member=member,
        rank=rule.to_rank,
        basis=RankGrant.Basis.RECRUITS,
        source="recruits",
        from_rank=rule.from_rank,
        recruit_rank=rule.recruit_rank,
        recruits_needed=rule.recruits,
        granted_at=now,
    )
    enough = ladder.index(rule.recruit_rank)
    RankWitness.objects.bulk_create(
        RankWitness(grant=grant, recruit_id=recruit)
        for recruit, rank in recruits.items()
        if ladder.index(rank) >= enough
    )


def _restate(
    *,
    member: Member,
    rules: Sequence[RecruitRule],
    ladder: Sequence[str],
    may_climb: bool,
    source: str,
    now: datetime,
) -> RankChange | None:
    """Ask each standing grant of a member whether it still has its reason; the member's row is locked."""
    rows = list(RankGrant.objects.filter(member=member, revoked_at__isnull=True).order_by("id"))
    grants = [_standing_grant(row) for row in rows]
    witnesses = frozenset[int]().union(*(grant.witnesses for grant in grants))
    recruits = frozenset(Member.objects.filter(sponsor_id=member.pk).values_list("pk", flat=True))
    ranks = dict(Member.objects.filter(pk__in=witnesses | recruits).values_list("pk", "rank"))
    left = standing(grants=grants, recruits=recruits, ranks=ranks, ladder=ladder)
    RankGrant.objects.filter(pk__in=left.fallen, revoked_at__isnull=True).update(
        revoked_at=now, revoked_because=RankGrant.RevokeCause.FELL_WITH, revoked_source=source
    )
    if may_climb:
        return _climb(member=member, rank=left.rank, rules=rules, ladder=ladder, because=source, now=now)
    return _write_rank(member=member, rank=left.rank, because=source, now=now)


def _standing_grant(row: RankGrant) -> StandingGrant:
    if row.basis != RankGrant.Basis.RECRUITS:
        return StandingGrant(grant_id=row.pk, rank=row.rank)
    return StandingGrant(
        grant_id=row.pk,
        rank=row.rank,
        rule=RecruitRule(
            from_rank=row.from_rank,
            recruits=row.recruits_needed,
            recruit_rank=row.recruit_rank,
            to_rank=row.rank,
        ),
        witnesses=frozenset(row.witnesses.values_list("recruit_id", flat=True)),
    )


def _who_counted_on(member: Member) -> list[int]:
    """The sponsor, and former sponsors with a promotion that this member was counted for."""
    former = RankWitness.objects.filter(recruit=member, grant__revoked_at__isnull=True)
    found = dict.fromkeys([member.sponsor_id] if member.sponsor_id else [])
    found |= dict.fromkeys(former.order_by("grant__member_id").values_list("grant__member_id", flat=True))
    return list(found)


def _write_rank(*, member: Member, rank: str, because: str, now: datetime) -> RankChange | None:
    if rank == member.rank:
        return None
    change = RankChange(member_id=member.pk, rank_before=member.rank, rank_after=rank, because=because)
    Member.objects.filter(pk=member.pk).update(rank=rank)
    member.rank = rank
    events.emit(
        RankChanged(
            member_id=change.member_id,
            rank_before=change.rank_before,
            rank_after=change.rank_after,
            because=because,
            changed_at=now,
        )
    )
    return change
