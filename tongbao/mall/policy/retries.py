"""How long to wait before asking a gateway again."""

from __future__ import annotations

from datetime import timedelta

FIRST_PAUSE = timedelta(seconds=30)
LONGEST_PAUSE = timedelta(hours=1)
GIVE_UP_ASKING_AFTER = timedelta(days=2)
"""A payment nobody finished is not asked for any longer; a late notification is honoured all the same."""


def pause_after(tries: int) -> timedelta:
    """Half a minute, doubling with each try, an hour at most.

    >>> [int(pause_after(tries).total_seconds()) for tries in (0, 1, 2, 20)]
    [30, 60, 120, 3600]
    """
    return min(FIRST_PAUSE * (1 << min(tries, 10)), LONGEST_PAUSE)
