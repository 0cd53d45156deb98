"""Ranks rising inside a batch, order after order, and the rank that anybody had before any of the orders."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from tongbao.plans.contracts import PromotionRules, RecruitRule

Ints = npt.NDArray[np.int32]
NEVER = np.iinfo(np.int32).max
SINCE_BEFORE = -1


@dataclass(frozen=True, slots=True)
class Raise:
    """One step up inside a batch: by which order, who, from and to which height; by a purchase or by a rule."""

    order: int
    who: int
    before: int
    height: int
    rule: RecruitRule | None = None


@dataclass(frozen=True, slots=True)
class RankHistory:
    """``since[member, height - 1]``: the first order of the batch that sees the member at that height of the
    ladder or above: SINCE_BEFORE for all of them, NEVER for none. ``final`` are the ranks after the batch,
    ``raises`` every step there was, in order."""

    since: Ints
    final: npt.NDArray[np.int8]
    changes: int
    raises: tuple[Raise, ...] = ()


def promote(
    *,
    sponsor: Ints,
    rank: npt.NDArray[np.int8],
    buyer: Ints,
    bought_rank: npt.NDArray[np.int8],
    rules: PromotionRules,
    ladder: Sequence[str],
    place: Ints | None = None,
    recruits_from: Callable[[int], Ints] | None = None,
) -> RankHistory:
    """The ranks that the orders of a batch bring, one order after the other.

    ``bought_rank`` is the height of the rank that each order gives, -1 for none. An order sees the ranks before
    it: what it changes counts from the next order on. Promotions by recruits cascade upward exactly as when
    orders are settled one by one. Rows that are lines of one order have the same ``place``. Where the members are
    only some of all, ``recruits_from`` tells how many direct recruits each of them has from a height up.
    """
    steps = _Steps(rules=rules, ladder=ladder)
    climber = _Climber(sponsor=sponsor, rank=rank, steps=steps, recruits_from=recruits_from)
    orders = np.arange(len(buyer), dtype=np.int32) if place is None else place
    giving = np.flatnonzero(bought_rank >= 0)
    if climber.is_settled():
        # Nobody waits for a promotion, so a purchase that raises nobody changes nothing at all.
        giving = giving[bought_rank[giving] > rank[buyer[giving]]]
    for order, who, given in zip(
        orders[giving].tolist(), buyer[giving].tolist(), bought_rank[giving].tolist(), strict=True
    ):
        climber.bought(order, who, given)
    return climber.history(before=rank, heights=len(ladder))


class _Steps:
    """For each height the rules that lead on from it: (recruits needed, which count, height reached, rule)."""

    def __init__(self, *, rules: PromotionRules, ladder: Sequence[str]) -> None:
        height = {key: place for place, key in enumerate(ladder)}
        self.counted = sorted({height[rule.recruit_rank] for rule in rules.by_recruits})
        self.ladder: list[list[tuple[int, int, int, RecruitRule]]] = [[] for _ in ladder]
        for rule in rules.by_recruits:
            if height[rule.to_rank] > height[rule.from_rank]:
                self.ladder[height[rule.from_rank]].append(
                    (rule.recruits, self.counted.index(height[rule.recruit_rank]), height[rule.to_rank], rule)
                )


class _Climber:
    """The ranks as they stand, and how many direct recruits of each member stand at the heights that count."""

    def __init__(
        self,
        *,
        sponsor: Ints,
        rank: npt.NDArray[np.int8],
        steps: _Steps,
        recruits_from: Callable[[int], Ints] | None,
    ) -> None:
        self._steps = steps
        # Plain lists: a million single reads and writes are several times faster than through an array.
        self._sponsor: list[int] = sponsor.tolist()
        self._rank: list[int] = rank.tolist()
        counted = recruits_from or _counting(sponsor, rank)
        self._counts: list[list[int]] = [counted(height).tolist() for height in steps.counted]
        self._raised: list[Raise] = []

    def is_settled(self) -> bool:
        """Whether nobody can climb by the recruits they have."""
        ranks = np.array(self._rank, dtype=np.int8)
        for height, ways in enumerate(self._steps.ladder):
            for needed, which, _, _ in ways:
                if np.any((ranks == height) & (np.array(self._counts[which]) >= needed)):
                    return False
        return True

    def bought(self, order: int, who: int, given: int) -> None:
        """A purchase: the rank it gives, then what it brings to the buyer and to those above."""
        if given > self._rank[who]:
            self._raise(order, who, given)
        self._climb(order, who)
        above = self._sponsor[who]
        while above >= 0 and self._climb(order, above):
            above = self._sponsor[above]

    def _climb(self, order: int, who: int) -> bool:
        """Every step that the present recruits allow; whether there was one."""
        rank = self._rank[who]
        ways = self._steps.ladder[rank]
        if not ways:
            return False
        reached = rank
        while True:
            best, by = reached, None
            for needed, which, height, rule in ways:
                if height > best and self._counts[which][who] >= needed:
                    best, by = height, rule
            if best == reached:
                break
            self._raise(order, who, best, by)
            reached = best
            ways = self._steps.ladder[reached]
        return reached != rank

    def _raise(self, order: int, who: int, height: int, rule: RecruitRule | None = None) -> None:
        before = self._rank[who]
        self._rank[who] = height
        self._raised.append(Raise(order, who, before, height, rule))
        sponsor = self._sponsor[who]
        if sponsor >= 0:
            for place, counted in enumerate(self._steps.counted):
                if before < counted <= height:
                    self._counts[place][sponsor] += 1

    def history(self, *, before: npt.NDArray[np.int8], heights: int) -> RankHistory:
        since = np.where(before[:, None] >= np.arange(1, heights)[None, :], SINCE_BEFORE, NEVER).astype(
            np.int32
        )
        if self._raised:
            raised = np.array([(step.order, step.who, step.height) for step in self._raised], dtype=np.int32)
            for height in range(1, heights):
                reached = raised[raised[:, 2] >= height]
                # Ranks only rise inside a batch, so the first time is the one that counts.
                np.minimum.at(since[:, height - 1], reached[:, 1], reached[:, 0] + 1)
        return RankHistory(
            since=since,
            final=np.array(self._rank, dtype=np.int8),
            changes=len({(step.order, step.who, step.rule is None) for step in self._raised}),
            raises=tuple(self._raised),
        )


def _counting(sponsor: Ints, rank: npt.NDArray[np.int8]) -> Callable[[int], Ints]:
    """Counts the direct recruits among these very members."""
    below = sponsor[sponsor >= 0]
    height_below = rank[sponsor >= 0]
    return lambda height: np.bincount(below[height_below >= height], minlength=len(sponsor)).astype(np.int32)
