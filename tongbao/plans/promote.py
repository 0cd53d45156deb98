"""Promotions (晋升): what a purchase and what recruits make of a rank."""

from __future__ import annotations

from collections.abc import Sequence

from tongbao.plans.model import PromotionRules


def rank_by_purchase(*, rank: str, product: str, rules: PromotionRules, ladder: Sequence[str]) -> str:
    """The rank after buying a product; a smaller pack never lowers it.

    >>> rules = PromotionRules(by_purchase=(("pack-198", "vip"), ("pack-398", "dealer")))
    >>> rank_by_purchase(rank="dealer", product="pack-198", rules=rules, ladder=("member", "vip", "dealer"))
    'dealer'
    """
    reached = dict(rules.by_purchase).get(product)
    if reached is None:
        return rank
    return max(rank, reached, key=ladder.index)


def rank_by_recruits(
    *, rank: str, recruit_ranks: Sequence[str], rules: PromotionRules, ladder: Sequence[str]
) -> str:
    """The rank that direct recruits lift a member to, step after step until no rule applies.

    >>> from tongbao.plans.model import RecruitRule
    >>> rules = PromotionRules(by_recruits=(RecruitRule(from_rank="vip", recruits=5, recruit_rank="vip",
    ...     to_rank="dealer"),))
    >>> rank_by_recruits(rank="vip", recruit_ranks=["vip"] * 5, rules=rules, ladder=("member", "vip", "dealer"))
    'dealer'
    """
    heights = [ladder.index(recruit) for recruit in recruit_ranks]
    climbed = True
    while climbed:
        climbed = False
        for rule in rules.by_recruits:
            enough = sum(height >= ladder.index(rule.recruit_rank) for height in heights) >= rule.recruits
            if rank == rule.from_rank and enough:
                rank, climbed = rule.to_rank, True
    return rank
