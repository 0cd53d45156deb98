"""The operator's tasks."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from tongbao.apps.member_tasks.contracts import (
    MOST_POINTS,
    MemberTasksSettings,
    Repeats,
    TaskNotValid,
    TaskUnknown,
)
from tongbao.apps.member_tasks.models import TaskDefinition
from tongbao.apps.member_tasks.policy import day_of
from tongbao.kit.transactions import transaction
from tongbao.tenancy.contracts import Actor, AuditFact
from tongbao.tenancy.selectors import tenant_settings
from tongbao.tenancy.services import audit


def define_task(
    *,
    title_zh: str,
    title_en: str,
    points: int,
    repeats: Repeats,
    needs_proof: bool,
    starts_on: date,
    ends_on: date | None,
    actor: Actor,
    now: datetime,
) -> int:
    """Set a task; returns its id. It doesn't change afterwards: end it and set another. Raises TaskNotValid."""
    title_zh, title_en = title_zh.strip(), title_en.strip()
    if not 1 <= len(title_zh) <= 60 or not 1 <= len(title_en) <= 60:
        raise TaskNotValid(
            why_en="it needs a title of 1 to 60 characters in both languages",
            why_zh="中英文标题各需 1 至 60 字",
        )
    if type(points) is not int or not 1 <= points <= MOST_POINTS:
        raise TaskNotValid(
            why_en=f"it gives 1 to {MOST_POINTS} points", why_zh=f"积分应为 1 至 {MOST_POINTS}"
        )
    if ends_on is not None and ends_on < starts_on:
        raise TaskNotValid(why_en="it ends before it begins", why_zh="结束日期早于开始日期")
    with transaction():
        row = TaskDefinition.objects.create(
            title_zh=title_zh,
            title_en=title_en,
            points=points,
            repeats=repeats,
            needs_proof=needs_proof,
            starts_on=starts_on,
            ends_on=ends_on,
            created_at=now,
        )
        audit(
            AuditFact(
                actor=actor,
                action="member_tasks.define",
                subject=f"task:{row.pk}",
                detail={"title": title_zh, "points": points, "repeats": repeats, "needs_proof": needs_proof},
            ),
            now=now,
        )
    return int(row.pk)


def end_task(*, task_id: int, actor: Actor, now: datetime) -> None:
    """From now on nobody can begin it; what was handed in is still decided. Raises TaskUnknown."""
    today = day_of(now=now, time_zone=tenant_settings(MemberTasksSettings).time_zone)
    with transaction():
        row = TaskDefinition.objects.select_for_update().filter(pk=task_id).first()
        if row is None or (row.ends_on is not None and row.ends_on < today):
            raise TaskUnknown(key=task_id)
        row.ends_on = today - timedelta(days=1)
        row.save(update_fields=["ends_on"])
        audit(AuditFact(actor=actor, action="member_tasks.end", subject=f"task:{task_id}"), now=now)
