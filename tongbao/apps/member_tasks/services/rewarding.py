"""A reward: out of the month's budget, out of the pool, to the member; once for its subject."""

from __future__ import annotations

from datetime import date, datetime

from django.db import IntegrityError
from django.db.models import F

from tongbao.apps.member_tasks.contracts import (
    MONTHS_OF_THE_POOL,
    POOL,
    Given,
    MemberCannotEarn,
    MemberTasksSettings,
    RewardKind,
    TaskDone,
)
from tongbao.apps.member_tasks.models import Month, Reward
from tongbao.apps.member_tasks.policy import budget_of_month, day_of, month_of, why_less
from tongbao.apps.member_tasks.selectors import as_given
from tongbao.kit.transactions import transaction
from tongbao.members.selectors import member
from tongbao.points.contracts import UNITS_PER_POINT
from tongbao.points.selectors import require_pool
from tongbao.points.services import grant_pending, mint
from tongbao.tenancy.selectors import tenant_settings


def reward(
    *, subject: str, member_id: int, kind: RewardKind, titles: tuple[str, str], points: int, now: datetime
) -> Given:
    """Give a member the points of a task, as far as the month's budget and the pool reach.

    They vest for as long as the mall says, and can't be spent before.
    Locks the month's row, then the pool's balance, until the caller's transaction ends. Raises TaskDone where the
    subject has had its reward.
    """
    settings = tenant_settings(MemberTasksSettings)
    asked = points * UNITS_PER_POINT
    budget = budget_of_month(
        budget_points=settings.monthly_budget_points,
        pool_cap=require_pool(pool=POOL).cap,
        months=MONTHS_OF_THE_POOL,
        units=UNITS_PER_POINT,
    )
    month = month_of(day=day_of(now=now, time_zone=settings.time_zone))
    try:
        with transaction():
            from_budget = _take_from_month(month=month, amount=asked, budget=budget)
            granted = 0
            if from_budget:
                granted = grant_pending(
                    pool=POOL, member_id=member_id, amount=from_budget, subject=subject, now=now
                )
                Month.objects.filter(first_day=month).update(used=F("used") - (from_budget - granted))
            row = Reward.objects.create(
                subject=subject,
                member_id=member_id,
                kind=kind,
                title_zh=titles[0],
                title_en=titles[1],
                asked=asked,
                granted=granted,
                why_less=why_less(asked=asked, from_budget=from_budget, granted=granted),
                earned_at=now,
            )
            # No purchase and so no return window is behind it: minted at once, unless the pool's points vest.
            mint(subject=subject, now=now)
    except IntegrityError as error:
        if Reward.objects.filter(subject=subject).exists():
            raise TaskDone() from error
        raise
    return as_given(rows=[row])[0]


def require_earner(*, member_id: int) -> None:
    """Whoever is inactive, frozen or closed earns nothing. Raises MemberCannotEarn, MemberUnknown."""
    if not member(member_id=member_id).active:
        raise MemberCannotEarn()


def _take_from_month(*, month: date, amount: int, budget: int) -> int:
    """As much of the amount as the month has left; exact between racers.

    First a change that only succeeds where all of it fits; then, under the row's lock, what is left.
    """
    Month.objects.bulk_create([Month(first_day=month)], ignore_conflicts=True)
    if Month.objects.filter(first_day=month, used__lte=budget - amount).update(used=F("used") + amount):
        return amount
    row = Month.objects.select_for_update().get(first_day=month)
    left = min(amount, max(0, budget - row.used))
    if left:
        Month.objects.filter(first_day=month).update(used=F("used") + left)
    return left
