"""How many seats of a level are taken at once."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta
from typing import NamedTuple


def earliest_start(*, today: date) -> date:
    """The first day on which an agency decided today can begin: never on a day that has orders already.

    >>> earliest_start(today=date(2026, 3, 2))
    datetime.date(2026, 3, 3)
    """
    return today + timedelta(days=1)


class Term(NamedTuple):
    """From ``starts_on`` up to, not including, ``until_on``; None is without end."""

    starts_on: date
    until_on: date | None

    def covers(self, day: date) -> bool:
        """Whether the seat is held on a day."""
        return self.starts_on <= day and (self.until_on is None or day < self.until_on)


def most_at_once(terms: Iterable[Term], *, within: Term) -> int:
    """The greatest number of these terms that share a day of ``within``.

    It can only be reached on the first day of ``within`` or on one on which a term begins.

    >>> january = Term(date(2026, 1, 1), date(2026, 2, 1))
    >>> february = Term(date(2026, 2, 1), date(2026, 3, 1))
    >>> most_at_once([january, february], within=Term(date(2026, 1, 1), None))
    1
    """
    known = list(terms)
    days = {within.starts_on} | {term.starts_on for term in known if within.covers(term.starts_on)}
    return max(sum(term.covers(day) for term in known) for day in days)
