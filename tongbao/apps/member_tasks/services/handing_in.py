"""Articles, videos and the operator's tasks: done or handed in, approved or rejected."""

from __future__ import annotations

from datetime import datetime

from django.db import IntegrityError

from tongbao.apps.member_tasks.contracts import (
    MOST_POINTS,
    Given,
    MemberTasksSettings,
    SubmissionDecided,
    SubmissionKind,
    SubmissionKnown,
    SubmissionNotValid,
    SubmissionUnknown,
    TaskDone,
    TaskUnknown,
    TooManySubmissions,
)
from tongbao.apps.member_tasks.models import Reward, Submission, TaskDefinition
from tongbao.apps.member_tasks.policy import clean_link, clean_text, day_of
from tongbao.apps.member_tasks.services.claiming import claim, hashed
from tongbao.apps.member_tasks.services.rewarding import require_earner, reward
from tongbao.kit.transactions import transaction
from tongbao.tenancy.contracts import Actor, AuditFact, ReasonNeeded
from tongbao.tenancy.selectors import tenant_settings
from tongbao.tenancy.services import audit

TITLES = {"article": ("图文投稿", "Article"), "video": ("视频投稿", "Video")}


def hand_in(
    *, member_id: int, kind: SubmissionKind, link: str, text: str, device_key: str, now: datetime
) -> int:
    """Hand in an article or a video; returns its id. The same link is taken once.

    Raises SubmissionNotValid, SubmissionKnown, TooManySubmissions, MemberCannotEarn.
    """
    require_earner(member_id=member_id)
    link, text = clean_link(link), clean_text(text)
    if kind not in TITLES:
        raise SubmissionNotValid(why_en="it is an article or a video", why_zh="只接受图文或视频")
    if not link and not text:
        raise SubmissionNotValid(why_en="give a link or a text", why_zh="请填写链接或文字")
    most = tenant_settings(MemberTasksSettings).open_submissions
    waiting = Submission.objects.filter(member_id=member_id, state="waiting", definition=None).count()
    if waiting >= most:
        raise TooManySubmissions(waiting=waiting)
    try:
        with transaction():
            row = Submission.objects.create(
                member_id=member_id,
                kind=kind,
                link=link,
                text=text,
                device_hash=hashed(kind="device", value=device_key),
                handed_in_at=now,
            )
    except IntegrityError as error:
        raise SubmissionKnown() from error
    return int(row.pk)


def complete_task(*, member_id: int, task_id: int, text: str, device_key: str, now: datetime) -> Given | None:
    """Do one of the operator's tasks: without a proof it is rewarded at once, with one it waits (None).

    Raises TaskUnknown, TaskDone, SubmissionNotValid, RewardUsedElsewhere, MemberCannotEarn.
    """
    require_earner(member_id=member_id)
    day = day_of(now=now, time_zone=tenant_settings(MemberTasksSettings).time_zone)
    task = TaskDefinition.objects.filter(pk=task_id, starts_on__lte=day).first()
    if task is None or (task.ends_on is not None and task.ends_on < day):
        raise TaskUnknown(key=task_id)
    period = day.isoformat() if task.repeats == TaskDefinition.Repeats.DAILY else ""
    device_hash = hashed(kind="device", value=device_key)
    if not task.needs_proof:
        with transaction():
            claim(task=_claimed(task_id, period), member_id=member_id, device_hash=device_hash, now=now)
            return _reward_task(task, member_id, period, now)
    text = clean_text(text)
    if not text:
        raise SubmissionNotValid(why_en="this task needs a proof in words", why_zh="该任务需要填写完成说明")
    try:
        with transaction():
            Submission.objects.create(
                member_id=member_id,
                kind=Submission.Kind.TASK,
                definition=task,
                period=period,
                text=text,
                device_hash=device_hash,
                handed_in_at=now,
            )
    except IntegrityError as error:
        raise TaskDone() from error
    return None


def approve(*, submission_id: int, points: int | None, actor: Actor, now: datetime) -> Given:
    """Approve what was handed in: an article or a video with so many points, a proof with its task's.

    An obligation of the mall: it works also while the app is off. Raises SubmissionUnknown, SubmissionDecided,
    SubmissionNotValid, RewardUsedElsewhere, MemberCannotEarn.
    """
    with transaction():
        row = _waiting(submission_id)
        require_earner(member_id=row.member_id)
        if row.definition is not None:
            claim(
                task=_claimed(row.definition.pk, row.period),
                member_id=row.member_id,
                device_hash=row.device_hash,
                now=now,
            )
            earned = _reward_task(row.definition, row.member_id, row.period, now)
        else:
            if type(points) is not int or not 1 <= points <= MOST_POINTS:
                raise SubmissionNotValid(
                    why_en=f"give 1 to {MOST_POINTS} points", why_zh=f"请填写 1 至 {MOST_POINTS} 积分"
                )
            earned = reward(
                subject=f"tasks:submission:{row.pk}",
                member_id=row.member_id,
                kind="video" if row.kind == "video" else "article",
                titles=TITLES[row.kind],
                points=points,
                now=now,
            )
        row.granted = earned.granted
        _decide(row, Submission.State.APPROVED, reason="", actor=actor, now=now)
    return earned


def reject(*, submission_id: int, reason: str, actor: Actor, now: datetime) -> None:
    """Reject what was handed in, with a reason that its member reads. Raises as ``approve``, and ReasonNeeded."""
    if not reason.strip():
        raise ReasonNeeded(action="member_tasks.reject")
    with transaction():
        _decide(
            _waiting(submission_id),
            Submission.State.REJECTED,
            reason=reason.strip()[:300],
            actor=actor,
            now=now,
        )


def _reward_task(task: TaskDefinition, member_id: int, period: str, now: datetime) -> Given:
    subject = f"tasks:task:{task.pk}:{member_id}:{period or 'once'}"
    if Reward.objects.filter(subject=subject).exists():
        raise TaskDone()
    return reward(
        subject=subject,
        member_id=member_id,
        kind="task",
        titles=(task.title_zh, task.title_en),
        points=task.points,
        now=now,
    )


def _claimed(task_id: int, period: str) -> str:
    return f"task:{task_id}:{period}" if period else f"task:{task_id}"


def _waiting(submission_id: int) -> Submission:
    row = Submission.objects.select_for_update(of=("self",)).filter(pk=submission_id).first()
    if row is None:
        raise SubmissionUnknown(key=submission_id)
    if row.state != Submission.State.WAITING:
        raise SubmissionDecided(key=submission_id)
    return row


def _decide(row: Submission, state: Submission.State, *, reason: str, actor: Actor, now: datetime) -> None:
    row.state, row.reason, row.decided_at, row.decided_by = state, reason, now, actor.name
    row.save(update_fields=["state", "reason", "granted", "decided_at", "decided_by"])
    action = "member_tasks.approve" if state == Submission.State.APPROVED else "member_tasks.reject"
    audit(
        AuditFact(
            actor=actor,
            action=action,
            subject=f"submission:{row.pk}",
            reason=reason,
            detail={"member_id": row.member_id, "granted": row.granted},
        ),
        now=now,
    )
