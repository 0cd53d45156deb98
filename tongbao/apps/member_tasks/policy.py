"""The rules of tasks, without a database."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date, datetime, timedelta
from urllib.parse import urlsplit, urlunsplit
from zoneinfo import ZoneInfo

from tongbao.apps.member_tasks.contracts import ClockSetBack, SubmissionNotValid

ONE_DAY = timedelta(days=1)
LONGEST_LINK = 500
LONGEST_TEXT = 2_000
HOST = re.compile(r"[a-z0-9.-]+\.[a-z][a-z0-9-]*(:[0-9]+)?")


def day_of(*, now: datetime, time_zone: str) -> date:
    """The mall's day of a moment, from whichever zone it is told.

    >>> from datetime import UTC
    >>> day_of(now=datetime(2026, 3, 1, 16, 0, tzinfo=UTC), time_zone="Asia/Shanghai")
    datetime.date(2026, 3, 2)
    """
    return now.astimezone(ZoneInfo(time_zone)).date()


def streak_on(*, day: date, last_day: date | None, last_streak: int) -> int:
    """The length of the streak with a check-in on ``day``; a missed day starts again at 1. Raises ClockSetBack.

    >>> streak_on(day=date(2026, 3, 4), last_day=date(2026, 3, 3), last_streak=2)
    3
    >>> streak_on(day=date(2026, 3, 6), last_day=date(2026, 3, 3), last_streak=2)
    1
    """
    if last_day is None:
        return 1
    if last_day > day:
        raise ClockSetBack(day=day.isoformat(), last=last_day.isoformat())
    return last_streak + 1 if day - last_day == ONE_DAY else 1


def points_of_day(*, streak: int, most: int) -> int:
    """Day n of a streak gives n points, ``most`` at most.

    >>> [points_of_day(streak=day, most=7) for day in range(1, 10)]
    [1, 2, 3, 4, 5, 6, 7, 7, 7]
    """
    return min(streak, most)


def week_of_points(*, streak: int, checked_in: bool, most: int) -> tuple[int, ...]:
    """Seven days of the streak as a page shows them, the current one among them.

    >>> week_of_points(streak=2, checked_in=True, most=7)
    (1, 2, 3, 4, 5, 6, 7)
    >>> week_of_points(streak=8, checked_in=True, most=7)
    (7, 7, 7, 7, 7, 7, 7)
    """
    today = streak if checked_in else streak + 1
    first = (today - 1) // 7 * 7 + 1
    return tuple(points_of_day(streak=day, most=most) for day in range(first, first + 7))


def month_of(*, day: date) -> date:
    """The month whose budget a day uses, by its first day."""
    return day.replace(day=1)


def budget_of_month(*, budget_points: int | None, pool_cap: int, months: int, units: int) -> int:
    """What all tasks together may give in a month, in units.

    >>> budget_of_month(budget_points=None, pool_cap=6_000, months=60, units=10_000)
    100
    """
    return pool_cap // months if budget_points is None else budget_points * units


def clean_link(link: str) -> str:
    """A web address in one way of writing, so that the same work is known again; "" stays "".

    >>> clean_link(" HTTPS://Example.com/a?b=1#top ")
    'https://example.com/a?b=1'
    """
    link = link.strip()
    if not link:
        return ""
    try:
        parts = urlsplit(link)
    except ValueError:
        parts = urlsplit("")
    host = parts.netloc.lower()
    plain = all(character.isprintable() and not character.isspace() for character in link)
    if parts.scheme.lower() not in ("http", "https") or not HOST.fullmatch(host) or len(link) > LONGEST_LINK:
        plain = False
    if not plain:
        raise SubmissionNotValid(
            why_en="the link is no web address that begins with https://",
            why_zh="链接应为以 https:// 开头的网址",
        )
    return urlunsplit((parts.scheme.lower(), host, parts.path, parts.query, ""))


def clean_text(text: str) -> str:
    """What was written, without blanks around it. Raises SubmissionNotValid."""
    text = text.strip()
    if len(text) > LONGEST_TEXT:
        raise SubmissionNotValid(
            why_en=f"the text is longer than {LONGEST_TEXT} characters", why_zh=f"文字超过 {LONGEST_TEXT} 字"
        )
    return text


def why_less(*, asked: int, from_budget: int, granted: int) -> str:
    """Why a reward is less than its task says: "", ``month`` or ``pool``.

    >>> why_less(asked=30_000, from_budget=30_000, granted=5_000)
    'pool'
    """
    if granted == asked:
        return ""
    return "pool" if granted < from_budget else "month"


def in_order(claims: Sequence[tuple[str, str]]) -> list[tuple[str, str]]:
    """Claims in one order, whoever makes them: two at once then wait for each other and never in a circle."""
    return sorted(set(claims))
