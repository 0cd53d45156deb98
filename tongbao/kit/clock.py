"""The only clock. Entrances read it and pass ``now`` down; nothing below looks at the time by itself."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django.db import connection


def now() -> datetime:
    """The database's time in the current tenant, with that tenant's offset (demo and test tenants only)."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT tongbao_now()")
        moment: datetime = cursor.fetchone()[0]
    return moment


def move_to(*, offset: timedelta) -> datetime:
    """Set the clock offset of a demo or test tenant and return its new time.

    The database refuses for a tenant whose clock is not movable.
    """
    parameters: list[Any] = [offset]
    with connection.cursor() as cursor:
        cursor.execute("SELECT tongbao_move_clock(%s)", parameters)
        moment: datetime = cursor.fetchone()[0]
    return moment
