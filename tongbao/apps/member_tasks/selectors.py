"""Reads of tasks."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime

from django.db.models import Q

from tongbao.apps.member_tasks.contracts import (
    MONTHS_OF_THE_POOL,
    POOL,
    Given,
    MemberTasksSettings,
    SubmissionFacts,
    TaskFacts,
    TaskState,
    TodayFacts,
)
from tongbao.apps.member_tasks.models import CheckIn, Month, Reward, Submission, TaskDefinition
from tongbao.apps.member_tasks.policy import (
    ONE_DAY,
    budget_of_month,
    day_of,
    month_of,
    points_of_day,
    week_of_points,
)
from tongbao.points.contracts import UNITS_PER_POINT, PointsSettings
from tongbao.points.selectors import left_in, require_pool, vesting_ends
from tongbao.tenancy.selectors import tenant_settings

KIND_TITLES = {"article": ("图文投稿", "Article"), "video": ("视频投稿", "Video")}


def today(*, member_id: int, now: datetime) -> TodayFacts:
    """What a member can do today and what it would give, as far as budget and pool reach."""
    settings = tenant_settings(MemberTasksSettings)
    day = day_of(now=now, time_zone=settings.time_zone)
    last = CheckIn.objects.filter(member_id=member_id).order_by("-day").first()
    goes_on = last is not None and day - last.day <= ONE_DAY
    streak = last.streak if last is not None and goes_on else 0
    checked_in = last is not None and last.day >= day
    most = settings.check_in_most_points
    month_left = left_this_month(now=now)
    pool_left = left_in(pool=POOL)
    left = min(month_left, pool_left)
    following = points_of_day(streak=streak + 1, most=most)
    return TodayFacts(
        day=day,
        checked_in=checked_in,
        streak=streak,
        next_points=following,
        next_gives=min(following * UNITS_PER_POINT, left),
        week=week_of_points(streak=streak, checked_in=checked_in, most=most),
        left_this_month=month_left,
        left_in_pool=pool_left,
        left=left,
        invite_points=settings.invite_points,
        invited_points=settings.invited_points,
        vesting_days=tenant_settings(PointsSettings).vesting_days(pool=POOL),
        tasks=_tasks(member_id, day),
    )


def left_this_month(*, now: datetime) -> int:
    """What the month's budget has left."""
    settings = tenant_settings(MemberTasksSettings)
    budget = budget_of_month(
        budget_points=settings.monthly_budget_points,
        pool_cap=require_pool(pool=POOL).cap,
        months=MONTHS_OF_THE_POOL,
        units=UNITS_PER_POINT,
    )
    month = month_of(day=day_of(now=now, time_zone=settings.time_zone))
    used = Month.objects.filter(first_day=month).values_list("used", flat=True).first() or 0
    return max(0, budget - int(used))


def _tasks(member_id: int, day: date) -> tuple[TaskFacts, ...]:
    rows = list(
        TaskDefinition.objects.filter(Q(ends_on=None) | Q(ends_on__gte=day), starts_on__lte=day)[:100]
    )
    periods = {row.pk: day.isoformat() if row.repeats == "daily" else "" for row in rows}
    subjects = {f"tasks:task:{row.pk}:{member_id}:{periods[row.pk] or 'once'}": row.pk for row in rows}
    done = {
        subjects[subject]
        for subject in Reward.objects.filter(subject__in=list(subjects)).values_list("subject", flat=True)
    }
    handed_in = Submission.objects.filter(
        member_id=member_id, state="waiting", definition_id__in=list(periods)
    ).values_list("definition_id", "period")
    waiting = {task for task, period in handed_in if periods[task] == period}

    def state(task: int) -> TaskState:
        return "done" if task in done else "waiting" if task in waiting else "open"

    return tuple(
        TaskFacts(
            task_id=row.pk,
            title_zh=row.title_zh,
            title_en=row.title_en,
            points=row.points,
            repeats="daily" if row.repeats == "daily" else "once",
            needs_proof=row.needs_proof,
            ends_on=row.ends_on,
            state=state(row.pk),
        )
        for row in rows
    )


def rewards_of(*, member_id: int, before_id: int | None = None, limit: int = 50) -> tuple[Given, ...]:
    """A member's rewards, newest first, after the one with id ``before_id``."""
    rows = Reward.objects.filter(member_id=member_id)
    if before_id is not None:
        rows = rows.filter(pk__lt=before_id)
    return as_given(rows=list(rows.order_by("-id")[:limit]))


def as_given(*, rows: Sequence[Reward]) -> tuple[Given, ...]:
    """Rewards as others see them, with the day from which they can be spent."""
    ends = vesting_ends(subjects=[row.subject for row in rows])
    return tuple(
        Given(
            kind=row.kind,
            title_zh=row.title_zh,
            title_en=row.title_en,
            asked=row.asked,
            granted=row.granted,
            why_less=row.why_less,
            earned_at=row.earned_at,
            reward_id=row.pk,
            vests_at=ends.get(row.subject) if row.granted else None,
        )
        for row in rows
    )


def submissions_of(*, member_id: int, limit: int = 50) -> tuple[SubmissionFacts, ...]:
    """What a member handed in, newest first."""
    rows = Submission.objects.filter(member_id=member_id).select_related("definition")
    return tuple(_submission(row) for row in rows.order_by("-id")[:limit])


def _submission(row: Submission) -> SubmissionFacts:
    own = row.definition
    titles = (own.title_zh, own.title_en) if own is not None else KIND_TITLES[row.kind]
    return SubmissionFacts(
        submission_id=row.pk,
        kind="task" if own is not None else "video" if row.kind == "video" else "article",
        title_zh=titles[0],
        title_en=titles[1],
        link=row.link,
        text=row.text,
        state=row.state,
        reason=row.reason,
        granted=row.granted,
        handed_in_at=row.handed_in_at,
        decided_at=row.decided_at,
    )
