"""What of the ranks stands on the purchases that weren't refunded."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from tongbao.plans.contracts import PromotionRules
from tongbao.plans.simulation.drawn import Ints


def standing(
    *,
    sponsor: Ints,
    buyer: Ints,
    given: Ints,
    rules: PromotionRules,
    ladder: Sequence[str],
    start: Ints | None = None,
) -> Ints:
    """The height of everybody's rank on these purchases: ``given`` is what each gives its buyer,
    ``start`` what members joined with.

    Nobody here remembers a rank: it is what purchases give, and what recruits of now add to it.

    >>> from tongbao.plans import preset
    >>> rules, ladder = preset("gift-pack").promotions, preset("gift-pack").ranks
    >>> tree = np.array([-1, 0, 0, 0, 0, 0], dtype=np.int32)
    >>> everybody_is_vip = standing(sponsor=tree, buyer=np.arange(6), given=np.ones(6, dtype=np.int32),
    ...     rules=rules, ladder=ladder)
    >>> everybody_is_vip.tolist()
    [2, 1, 1, 1, 1, 1]
    """
    height: Ints = np.zeros(len(sponsor), dtype=np.int32) if start is None else start.copy()
    np.maximum.at(height, buyer, given)
    steps = [
        (
            ladder.index(rule.from_rank),
            rule.recruits,
            ladder.index(rule.recruit_rank),
            ladder.index(rule.to_rank),
        )
        for rule in rules.by_recruits
    ]
    has = np.flatnonzero(sponsor >= 0)
    while True:
        before = height.copy()
        for origin, needed, counted, reached in steps:
            if reached <= origin:
                continue
            below = has[height[has] >= counted]
            many = np.bincount(sponsor[below], minlength=len(sponsor))
            height = np.where((height == origin) & (many >= needed), reached, height).astype(np.int32)
        if np.array_equal(before, height):
            return height
