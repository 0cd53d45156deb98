"""Points that have outlived the tenant's time, or soon will have."""

from __future__ import annotations

from datetime import datetime, timedelta
from importlib import resources
from typing import Any

from django.db import connection

from tongbao.points.contracts import PointsSettings
from tongbao.tenancy.selectors import tenant_settings

EXPIRING = resources.files("tongbao.points").joinpath("sql", "expiring.sql").read_text(encoding="utf-8")


def credited_before(
    *, moment: datetime, after: int = 0, limit: int, member_id: int | None = None
) -> list[tuple[int, int]]:
    """Members above the number ``after`` and how many of their points were credited before a moment, oldest first.

    All that ever left an account counts against what came first; held points are left out.
    """
    with connection.cursor() as cursor:
        parameters: dict[str, Any] = {"before": moment, "after": after, "limit": limit, "member": member_id}
        cursor.execute(EXPIRING, parameters)
        return [(int(owner), int(units)) for owner, units in cursor.fetchall()]


def expiring_soon(*, member_id: int, now: datetime) -> int:
    """The units of a member that will expire within the tenant's time of warning; 0 where points live for ever."""
    settings = tenant_settings(PointsSettings)
    if not settings.expiry_days:
        return 0
    rows = credited_before(moment=warned_before(settings, now), limit=1, member_id=member_id)
    return rows[0][1] if rows else 0


def warned_before(settings: PointsSettings, now: datetime) -> datetime:
    """What was credited before this moment will expire within the time of warning."""
    return min(now - timedelta(days=settings.expiry_days - settings.expiry_warning_days), now)
