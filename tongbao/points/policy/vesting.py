"""Rights cards (权益卡): points in equal monthly parts that add up exactly. Source: business rules §4."""

from __future__ import annotations

from calendar import monthrange
from datetime import date

from tongbao.points.contracts import ScheduleBeyondPool, ScheduleInvalid

MOST_PARTS = 600


def part_of(*, total: int, parts: int, number: int) -> int:
    """The part of that number, from 1: ``floor(total × k / n) − floor(total × (k − 1) / n)``.

    >>> [part_of(total=500_000_000, parts=12, number=number) for number in (1, 2, 3)]
    [41666666, 41666667, 41666667]
    """
    return total * number // parts - total * (number - 1) // parts


def month_after(*, day: date, months: int) -> date:
    """The same day so many months on, or the month's last where it is shorter.

    >>> month_after(day=date(2026, 1, 31), months=1), month_after(day=date(2026, 1, 31), months=2)
    (datetime.date(2026, 2, 28), datetime.date(2026, 3, 31))
    """
    year, month = divmod(day.month - 1 + months, 12)
    year, month = day.year + year, month + 1
    return date(year, month, min(day.day, monthrange(year, month)[1]))


def schedule(*, total: int, parts: int, begins_on: date) -> tuple[tuple[date, int], ...]:
    """When each part falls due, and how much: the first a month after the beginning. Raises ScheduleInvalid.

    >>> schedule(total=100, parts=3, begins_on=date(2026, 1, 31))[0]
    (datetime.date(2026, 2, 28), 33)
    """
    if not 1 <= parts <= MOST_PARTS or total < parts:
        raise ScheduleInvalid(total=total, parts=parts, most=MOST_PARTS)
    return tuple(
        (
            month_after(day=begins_on, months=number),
            part_of(total=total, parts=parts, number=number),
        )
        for number in range(1, parts + 1)
    )


def check_seats(*, seats: dict[str, int], units_by_seat: dict[str, int], pool: str, cap: int) -> int:
    """What all seats together would need of a pool. Raises ScheduleBeyondPool where that is more than its cap.

    The preset's own 300, 100 and 20 seats need 31 million of 30:

    >>> check_seats(seats={"county": 300, "city": 100, "province": 20},
    ...             units_by_seat={"county": 500_000_000, "city": 1_000_000_000, "province": 3_000_000_000},
    ...             pool="regional_agents", cap=300_000_000_000)
    Traceback (most recent call last):
    ...
    tongbao.points.contracts.refusals.ScheduleBeyondPool: 31000000 points are needed of pool regional_agents, which \
has 30000000 left. Have fewer seats or smaller cards.
    """
    needed = sum(number * units_by_seat[level] for level, number in seats.items())
    if needed > cap:
        raise ScheduleBeyondPool(pool=pool, needed=needed, cap=cap)
    return needed
