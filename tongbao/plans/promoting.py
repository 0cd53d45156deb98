"""How ranks rise by developing recruits."""

from __future__ import annotations

from collections.abc import Sequence

from tongbao.plans.contracts import RecruitRule, UnknownRank


def rank_by_recruits(
    *, rank: str, recruit_ranks: Sequence[str], rules: Sequence[RecruitRule], ladder: Sequence[str]
) -> str:
    """The rank of a member whose direct recruits have ``recruit_ranks``: rules apply until none does.

    ``ladder`` lists the ranks, lowest first. A rank never falls. Raises UnknownRank.

    >>> from tongbao.plans import preset
    >>> plan = preset("gift-pack")
    >>> rules = plan.promotions.by_recruits
    >>> rank_by_recruits(rank="vip", recruit_ranks=["vip"] * 5, rules=rules, ladder=plan.ranks)
    'dealer'
    """
    height = {key: level for level, key in enumerate(ladder)}
    for named in (
        rank,
        *recruit_ranks,
        *(key for rule in rules for key in (rule.recruit_rank, rule.to_rank)),
    ):
        if named not in height:
            raise UnknownRank(rank=named, known=", ".join(ladder))
    heights = [height[recruit] for recruit in recruit_ranks]
    while True:
        reached = [
            height[rule.to_rank]
            for rule in rules
            if rule.from_rank == rank
            and sum(at >= height[rule.recruit_rank] for at in heights) >= rule.recruits
        ]
        # Only a higher rank counts, so the loop ends at the top of the ladder at the latest.
        if max(reached, default=-1) <= height[rank]:
            return rank
        rank = ladder[max(reached)]
