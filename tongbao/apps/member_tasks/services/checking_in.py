"""Checking in (签到)."""

from __future__ import annotations

from datetime import datetime

from django.db import IntegrityError

from tongbao.apps.member_tasks.contracts import AlreadyCheckedIn, CheckedIn, MemberTasksSettings
from tongbao.apps.member_tasks.models import CheckIn
from tongbao.apps.member_tasks.policy import day_of, points_of_day, streak_on
from tongbao.apps.member_tasks.services.claiming import claim, hashed
from tongbao.apps.member_tasks.services.rewarding import require_earner, reward
from tongbao.kit.transactions import transaction
from tongbao.tenancy.selectors import tenant_settings

TITLES = ("每日签到", "Daily check-in")


def check_in(*, member_id: int, device_key: str, now: datetime) -> CheckedIn:
    """Check in for the mall's day of ``now``: day n of a streak gives n points, a missed day starts again.

    The database keeps one check-in for a member and day. Raises AlreadyCheckedIn, ClockSetBack,
    RewardUsedElsewhere, MemberCannotEarn.
    """
    require_earner(member_id=member_id)
    settings = tenant_settings(MemberTasksSettings)
    day = day_of(now=now, time_zone=settings.time_zone)
    last = CheckIn.objects.filter(member_id=member_id).order_by("-day").first()
    if last is not None and last.day == day:
        raise AlreadyCheckedIn(day=day.isoformat())
    streak = streak_on(day=day, last_day=last.day if last else None, last_streak=last.streak if last else 0)
    try:
        with transaction():
            CheckIn.objects.create(member_id=member_id, day=day, streak=streak, checked_in_at=now)
            claim(
                task=f"check_in:{day.isoformat()}",
                member_id=member_id,
                device_hash=hashed(kind="device", value=device_key),
                now=now,
            )
            earned = reward(
                subject=f"tasks:check_in:{member_id}:{day.isoformat()}",
                member_id=member_id,
                kind="check_in",
                titles=TITLES,
                points=points_of_day(streak=streak, most=settings.check_in_most_points),
                now=now,
            )
    except IntegrityError as error:
        if CheckIn.objects.filter(member_id=member_id, day=day).exists():
            raise AlreadyCheckedIn(day=day.isoformat()) from error
        raise
    return CheckedIn(day=day, streak=streak, reward=earned)
