"""Time in whole milliseconds since 1970. Real time signs and schedules; a merchant's time is what is written.

A merchant's clock may be moved (``clock_offset_seconds``), so that a demo can live through eight days in a
minute: its payments, statements and expiries follow the moved clock, signatures never do.
"""

from __future__ import annotations

import time
from datetime import UTC, date, datetime, timedelta, timezone

BEIJING = timezone(timedelta(hours=8), "Asia/Shanghai")
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def real_ms() -> int:
    """The machine's time."""
    return time.time_ns() // 1_000_000


def as_text(moment_ms: int) -> str:
    """ISO 8601 in Beijing time, with milliseconds.

    >>> as_text(1_772_424_000_123)
    '2026-03-02T12:00:00.123+08:00'
    """
    moment = EPOCH + timedelta(milliseconds=moment_ms)
    return moment.astimezone(BEIJING).isoformat(timespec="milliseconds")


def day_bounds(day: date) -> tuple[int, int]:
    """First moment of a day in Beijing, and first moment after it.

    >>> [as_text(bound) for bound in day_bounds(date(2026, 3, 2))]
    ['2026-03-02T00:00:00.000+08:00', '2026-03-03T00:00:00.000+08:00']
    """
    begin = datetime(day.year, day.month, day.day, tzinfo=BEIJING)
    first = (begin - EPOCH) // timedelta(milliseconds=1)
    return first, first + 86_400_000
