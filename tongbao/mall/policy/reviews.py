"""Who may review what, until when, and the average in whole numbers. Pure.

>>> average_tenths(stars_sum=14, count=3)     # 4.666… stars
47
"""

from __future__ import annotations

from datetime import datetime, timedelta

from tongbao.kit.errors import InvalidInput
from tongbao.mall.contracts import MAX_REVIEW_CHARACTERS, MAX_STARS, MIN_STARS, OrderStatus, ReviewStanding

RECEIVED: tuple[OrderStatus, ...] = ("received", "closed")
"""An order in one of these is in its buyer's hands, and not given back whole."""


def standing(
    *,
    status: str,
    received_at: datetime | None,
    has_product: bool,
    is_all_back: bool,
    is_reviewed: bool,
    review_days: int,
    now: datetime,
) -> ReviewStanding:
    """Whether a line of an order may be reviewed at ``now``; if several reasons forbid it, the first of these.

    The last moment of the time still counts.
    """
    if not has_product:
        return "no_product"
    if is_reviewed:
        return "reviewed"
    if is_all_back:
        return "refunded"
    if status not in RECEIVED or received_at is None:
        return "not_received"
    return "too_late" if now > review_until(since=received_at, review_days=review_days) else "open"


def review_until(*, since: datetime, review_days: int) -> datetime:
    """The last moment for a review, counted from receipt, or for a follow-up, counted from the review."""
    return since + timedelta(days=review_days)


def is_all_back(*, base_fen: int, promised_fen: int, points_fen: int, points_promised_fen: int) -> bool:
    """Whether all that was paid for a line, in money and in points, went back or is on its way back.

    >>> is_all_back(base_fen=12_800, promised_fen=12_799, points_fen=0, points_promised_fen=0)
    False
    """
    return bool(base_fen or points_fen) and (promised_fen, points_promised_fen) == (base_fen, points_fen)


def average_tenths(*, stars_sum: int, count: int) -> int | None:
    """The average in tenths of a star, a half rounded up; nothing where nobody has reviewed.

    >>> average_tenths(stars_sum=89, count=20), average_tenths(stars_sum=0, count=0)     # 4.45 stars
    (45, None)
    """
    return (20 * stars_sum + count) // (2 * count) if count else None


def check_stars(stars: int) -> int:
    """The stars themselves. Raises InvalidInput."""
    # bool is an int to Python, and True stars are none.
    if type(stars) is not int or not MIN_STARS <= stars <= MAX_STARS:
        raise InvalidInput(
            field="stars",
            why_en=f"give {MIN_STARS} to {MAX_STARS} whole stars",
            why_zh=f"请选择{MIN_STARS}到{MAX_STARS}颗星",
        )
    return stars


def clean_text(text: str, *, field: str, needed: bool) -> str:
    """The words without surrounding space. Raises InvalidInput for too many, and for none where some are needed.

    >>> clean_text("  茶很香 ", field="text", needed=False)
    '茶很香'
    """
    words = text.strip()
    if len(words) > MAX_REVIEW_CHARACTERS:
        raise InvalidInput(
            field=field,
            why_en=f"write at most {MAX_REVIEW_CHARACTERS} characters",
            why_zh=f"最多{MAX_REVIEW_CHARACTERS}字",
        )
    if needed and not words:
        raise InvalidInput(field=field, why_en="write something", why_zh="请填写内容")
    return words
