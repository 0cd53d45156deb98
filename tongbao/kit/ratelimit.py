"""Rate limits that the database decides, so that they hold over all processes."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django.db import connection

from tongbao.kit.errors import TooManyRequests

# Count one try; a window that has run out starts anew. One statement, so racers are counted one by one.
COUNT = """
INSERT INTO kit_rate_window AS slot (key, window_starts_at, count) VALUES (%(key)s, %(now)s, 1)
ON CONFLICT (key) DO UPDATE SET
    count = CASE WHEN slot.window_starts_at <= %(now)s - %(window)s THEN 1 ELSE slot.count + 1 END,
    window_starts_at = CASE
        WHEN slot.window_starts_at <= %(now)s - %(window)s THEN %(now)s ELSE slot.window_starts_at END
RETURNING count, window_starts_at
"""


def check_rate(*, what: str, key: str, limit: int, window: timedelta, now: datetime) -> None:
    """Count one try of ``what`` by ``key`` and refuse the ones above ``limit`` in a window.

    Call it outside the use case's transaction: a refusal that rolls back must still have been counted.
    Raises TooManyRequests(what, wait_seconds).
    """
    parameters: dict[str, Any] = {"key": f"{what}:{key}"[:160], "now": now, "window": window}
    with connection.cursor() as cursor:
        cursor.execute(COUNT, parameters)
        count, starts_at = cursor.fetchone()
    if count > limit:
        wait = starts_at + window - now
        raise TooManyRequests(what=what, wait_seconds=max(1, int(wait.total_seconds())))
