"""The rules of mining, without a database."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import datetime, timedelta

from tongbao.apps.mining.contracts import LONGEST_CODE, MOST_DAILY_UNITS, MOST_DAYS, PropNotValid

A_DAY = timedelta(hours=24)
CODE = re.compile(r"[a-z0-9][a-z0-9._-]*")


def whole_days(*, started_at: datetime, now: datetime, days: int) -> int:
    """How many days of a machine are over, at most as many as it has; never below zero.

    >>> from datetime import UTC
    >>> noon = datetime(2026, 3, 1, 12, tzinfo=UTC)
    >>> whole_days(started_at=noon, now=noon + timedelta(days=31, hours=5), days=30)
    30
    """
    return max(0, min(days, (now - started_at) // A_DAY))


def kept_pieces(*, quantity: int, base_fen: int, remaining_fen: int, refunded: bool) -> int:
    """How many machines of an order's line stay after refunds: a machine stays only if all of it is still paid.

    >>> kept_pieces(quantity=3, base_fen=30_000, remaining_fen=19_999, refunded=False)
    1
    """
    if refunded:
        return 0
    return quantity if base_fen == 0 else quantity * remaining_fen // base_fen


def in_turn(*, outputs: Sequence[int], left: int) -> tuple[int, ...]:
    """What each output gives, in order: all of it, then what is left, then nothing.

    >>> in_turn(outputs=(40, 40, 40), left=100)
    (40, 40, 20)
    """
    given = []
    for output in outputs:
        given.append(min(output, left))
        left -= given[-1]
    return tuple(given)


def check_prop(*, code: str, title_zh: str, title_en: str, daily: int, days: int) -> None:
    """A prop that can be. Raises PropNotValid."""
    if not CODE.fullmatch(code) or len(code) > LONGEST_CODE:
        raise PropNotValid(
            why_en="its code is lower-case letters, digits, dots and dashes",
            why_zh="编号只能含小写字母、数字和 . - _",
        )
    if not 1 <= len(title_zh.strip()) <= 60 or not 1 <= len(title_en.strip()) <= 60:
        raise PropNotValid(
            why_en="it needs a title of 1 to 60 characters in both languages",
            why_zh="中英文名称各需 1 至 60 字",
        )
    if type(daily) is not int or not 1 <= daily <= MOST_DAILY_UNITS:
        raise PropNotValid(
            why_en="its daily output is 0.0001 to 1 000 000 points",
            why_zh="日产出应为 0.0001 至 1000000 积分",
        )
    if type(days) is not int or not 1 <= days <= MOST_DAYS:
        raise PropNotValid(why_en=f"it runs 1 to {MOST_DAYS} days", why_zh=f"运行天数应为 1 至 {MOST_DAYS}")
