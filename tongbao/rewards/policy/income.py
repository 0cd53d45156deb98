"""Who is shown together when incomes are disclosed (收入披露): nobody's income may be read off a small group."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

SMALLEST_GROUP = 5
"""So few people are never shown by themselves."""


def groups_to_show(*, sizes: Mapping[str, int], ladder: Sequence[str]) -> tuple[tuple[str, ...], ...]:
    """The ranks that are shown together, lowest first; a rank with too few members goes with the next one below.

    At the bottom, where nothing is below, it goes with the group above. Ranks that no ladder names any more count as
    the lowest. Nothing is shown when there are too few members in all.

    With 90 members, 8 vip, 3 dealers and 1 co-founder: members; vip together with dealers and the co-founder.
    """
    gone = sorted(rank for rank in sizes if rank not in ladder)
    groups: list[list[str]] = []
    gathered: list[str] = []
    for rank in reversed([*gone, *ladder]):
        if not sizes.get(rank):
            continue
        gathered.insert(0, rank)
        if sum(sizes[one] for one in gathered) >= SMALLEST_GROUP:
            groups.insert(0, gathered)
            gathered = []
    if gathered and groups:
        groups[0] = gathered + groups[0]
    return tuple(tuple(group) for group in groups)


def of_hundred(*, part: int, whole: int) -> int:
    """So many of a hundred, rounded to the nearest; but never all or none unless it is all or none."""
    if whole == 0 or part == 0:
        return 0
    if part == whole:
        return 100
    return min(99, max(1, (200 * part + whole) // (2 * whole)))
