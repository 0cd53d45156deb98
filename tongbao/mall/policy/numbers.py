"""Numbers of orders, payments, refunds and claims: sortable by time, and not to be guessed.

Fourteen digits of Beijing time, then ten random digits that the caller draws. The letter in front tells a
reader what it is; an order has none, since customers read it out on the telephone.
"""

from __future__ import annotations

from datetime import date, datetime, time, timedelta, timezone

BEIJING = timezone(timedelta(hours=8), "Asia/Shanghai")
RANDOM_DIGITS = 10

ORDER, PAYMENT, REFUND, CLAIM = "", "P", "R", "C"


def number(*, prefix: str, now: datetime, random_part: int) -> str:
    """Compose a number from the time and ``random_part``, which lies below 10**10.

    >>> from datetime import UTC
    >>> number(prefix="P", now=datetime(2026, 1, 1, 4, 0, tzinfo=UTC), random_part=42)
    'P202601011200000000000042'
    """
    return f"{prefix}{now.astimezone(BEIJING):%Y%m%d%H%M%S}{random_part:0{RANDOM_DIGITS}d}"


def beijing_day(moment: datetime) -> date:
    """The calendar day in China, which is the day of a gateway's statement."""
    return moment.astimezone(BEIJING).date()


def end_of_day(day: date) -> datetime:
    """The first moment after ``day`` in China."""
    return datetime.combine(day + timedelta(days=1), time.min, tzinfo=BEIJING)
