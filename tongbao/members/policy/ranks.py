"""Ranks from the grants that stand, and which grants a refund makes fall (等级).

A member's rank is the highest of their standing grants. A grant by recruits stands as long as

- the rank below it still stands (a dealer by five recruits was a VIP first), and
- enough of those who counted when it was given, together with the present direct recruits, hold the rank that
  the rule asks for. Who has been moved elsewhere since still counts: a move changes the future only.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from tongbao.members.contracts import RankUnknown
from tongbao.plans import RecruitRule


@dataclass(frozen=True, slots=True, kw_only=True)
class StandingGrant:
    """A grant that is not revoked. ``rule`` and ``witnesses`` are those of a grant by recruits."""

    grant_id: int
    rank: str
    rule: RecruitRule | None = None
    witnesses: frozenset[int] = frozenset()


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """The rank that remains, and the grants that no longer stand."""

    rank: str
    fallen: tuple[int, ...]


def check_rank(rank: str, *, ladder: Sequence[str]) -> str:
    """The rank, if the ladder (lowest first) has it. Raises RankUnknown."""
    if rank not in ladder:
        raise RankUnknown(rank=rank, known=", ".join(ladder))
    return rank


def highest(ranks: Iterable[str], *, ladder: Sequence[str]) -> str:
    """The highest of some ranks; the ladder's lowest if there is none that it knows.

    >>> highest(["vip", "dealer"], ladder=("member", "vip", "dealer"))
    'dealer'
    """
    return max((rank for rank in ranks if rank in ladder), key=ladder.index, default=ladder[0])


def standing(
    *,
    grants: Iterable[StandingGrant],
    recruits: frozenset[int],
    ranks: Mapping[int, str],
    ladder: Sequence[str],
) -> Standing:
    """What is left of a member's grants when each is asked whether it still has its reason.

    ``recruits`` are the present direct recruits, ``ranks`` the ranks of them and of all witnesses now.

    >>> rule = RecruitRule(from_rank="vip", recruits=1, recruit_rank="vip", to_rank="dealer")
    >>> bought = StandingGrant(grant_id=1, rank="vip")
    >>> earned = StandingGrant(grant_id=2, rank="dealer", rule=rule, witnesses=frozenset({7}))
    >>> standing(grants=[bought, earned], recruits=frozenset({7}), ranks={7: "member"},
    ...     ladder=("member", "vip", "dealer"))
    Standing(rank='vip', fallen=(2,))
    """
    known = list(grants)
    rank = highest((grant.rank for grant in known if grant.rule is None), ladder=ladder)
    fallen = []
    by_recruits = [grant for grant in known if grant.rule is not None]
    for grant in sorted(by_recruits, key=lambda grant: (_height(grant.rank, ladder), grant.grant_id)):
        rule = grant.rule
        if rule is None:
            continue
        counted = sum(
            _height(ranks.get(member, ""), ladder) >= _height(rule.recruit_rank, ladder)
            for member in grant.witnesses | recruits
        )
        if _height(rank, ladder) >= _height(rule.from_rank, ladder) and counted >= rule.recruits:
            rank = highest((rank, grant.rank), ladder=ladder)
        else:
            fallen.append(grant.grant_id)
    return Standing(rank=rank, fallen=tuple(fallen))


def next_rule(
    *, rank: str, recruit_ranks: Iterable[str], rules: Sequence[RecruitRule], ladder: Sequence[str]
) -> RecruitRule | None:
    """The rule that lifts a member of this rank highest, the first of equals, or None. A rule never lowers.

    >>> rule = RecruitRule(from_rank="vip", recruits=2, recruit_rank="vip", to_rank="dealer")
    >>> next_rule(rank="vip", recruit_ranks=["vip", "dealer"], rules=[rule],
    ...     ladder=("member", "vip", "dealer")) == rule
    True
    """
    heights = [_height(recruit, ladder) for recruit in recruit_ranks]
    found = [
        rule
        for rule in rules
        if rule.from_rank == rank
        and _height(rule.to_rank, ladder) > _height(rank, ladder)
        and sum(height >= _height(rule.recruit_rank, ladder) for height in heights) >= rule.recruits
    ]
    return max(found, key=lambda rule: _height(rule.to_rank, ladder), default=None)


def _height(rank: str, ladder: Sequence[str]) -> int:
    return ladder.index(rank) if rank in ladder else -1
