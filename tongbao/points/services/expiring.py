"""Expiry (过期), where the tenant switched it on: the oldest points first, burned, and warned of beforehand."""

from __future__ import annotations

from datetime import datetime, timedelta

from tongbao.kit.transactions import transaction
from tongbao.ledger.contracts import POINT, Transfer, member_account, platform_account
from tongbao.members.services.messages import tell
from tongbao.points.contracts import PointsSettings
from tongbao.points.policy.prices import day_of
from tongbao.points.selectors.expiring import credited_before, warned_before
from tongbao.points.services.booking import book, take_economy_lock
from tongbao.tenancy.selectors import tenant_settings

MEMBERS_AT_ONCE = 2_000


def expire_points(*, now: datetime) -> int:
    """Burn what was credited longer ago than the tenant lets points live, oldest first; returns the units.

    Of a member's points, what left them counts against the oldest that came. Held points stay. Takes the
    economy's lock.
    """
    settings = tenant_settings(PointsSettings)
    if not settings.expiry_days:
        return 0
    on = day_of(now=now, cut_off_minutes=settings.cut_off_minutes)
    total = 0
    after = 0
    while True:
        with transaction():
            take_economy_lock()
            rows = credited_before(
                moment=now - timedelta(days=settings.expiry_days), after=after, limit=MEMBERS_AT_ONCE
            )
            if not rows:
                return total
            gone = [_gone(member_id, units, f"expiry:{on}") for member_id, units in rows]
            book(key=f"points:expiry:{now.isoformat()}:{rows[0][0]}", transfers=tuple(gone), now=now)
        after = rows[-1][0]
        total += sum(units for _, units in rows)


def warn_of_expiry(*, now: datetime) -> int:
    """Tell members, once in a calendar month, how many points will expire within the tenant's time of warning.

    Returns how many had something to be told. Nothing where points live for ever.
    """
    settings = tenant_settings(PointsSettings)
    if not settings.expiry_days:
        return 0
    month = f"points_expiring:{day_of(now=now, cut_off_minutes=settings.cut_off_minutes):%Y-%m}"
    told = after = 0
    while True:
        rows = credited_before(moment=warned_before(settings, now), after=after, limit=MEMBERS_AT_ONCE)
        if not rows:
            return told
        with transaction():
            for member_id, units in rows:
                values = {"units": units, "days": settings.expiry_warning_days}
                tell(member_id=member_id, kind="points_expiring", key=month, now=now, values=values)
        after = rows[-1][0]
        told += len(rows)


def _gone(member_id: int, units: int, subject: str) -> Transfer:
    return Transfer(
        debit=member_account(member_id, "points"),
        credit=platform_account("burned"),
        amount=units,
        kind="points_expired",
        subject=subject,
        asset=POINT,
    )
