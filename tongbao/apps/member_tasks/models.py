"""Check-ins, what is handed in, rewards, and what they were claimed with."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from tongbao.members.models import Member


class TaskDefinition(models.Model):
    """A task that the operator set (任务)."""

    class Repeats(models.TextChoices):
        ONCE = "once", _("once")
        DAILY = "daily", _("every day")

    title_zh = models.CharField(_("title in Chinese"), max_length=60)
    title_en = models.CharField(_("title in English"), max_length=60)
    points = models.PositiveIntegerField(_("points"))
    repeats = models.CharField(_("how often"), max_length=10, choices=Repeats)
    needs_proof = models.BooleanField(_("with a proof"))
    starts_on = models.DateField(_("first day"))
    ends_on = models.DateField(_("last day"), null=True)
    created_at = models.DateTimeField(_("set at"))

    class Meta:
        db_table = "member_tasks_definition"
        verbose_name = _("task")
        verbose_name_plural = _("tasks")
        ordering = ["-id"]
        constraints = [
            models.CheckConstraint(condition=Q(points__gt=0), name="member_tasks_definition_gives_points")
        ]

    def __str__(self) -> str:
        return self.title_zh


class CheckIn(models.Model):
    """One check-in (签到). ``day`` is the mall's; a member has one for a day, whoever asks and however often."""

    member = models.ForeignKey(Member, models.PROTECT, related_name="+", verbose_name=_("member"))
    day = models.DateField(_("day"))
    streak = models.PositiveIntegerField(_("day of the streak"))
    checked_in_at = models.DateTimeField(_("checked in at"))

    class Meta:
        db_table = "member_tasks_check_in"
        verbose_name = _("check-in")
        verbose_name_plural = _("check-ins")
        constraints = [
            models.UniqueConstraint(fields=["member", "day"], name="member_tasks_check_in_once_a_day"),
            models.CheckConstraint(condition=Q(streak__gt=0), name="member_tasks_check_in_streak_counts"),
        ]


class Submission(models.Model):
    """Something handed in (投稿): an article, a video, or the proof of a task."""

    class Kind(models.TextChoices):
        ARTICLE = "article", _("article")
        VIDEO = "video", _("video")
        TASK = "task", _("proof of a task")

    class State(models.TextChoices):
        WAITING = "waiting", _("waiting")
        APPROVED = "approved", _("approved")
        REJECTED = "rejected", _("rejected")

    member = models.ForeignKey(Member, models.PROTECT, related_name="+", verbose_name=_("member"))
    kind = models.CharField(_("kind"), max_length=10, choices=Kind)
    definition = models.ForeignKey(
        TaskDefinition, models.PROTECT, related_name="+", null=True, verbose_name=_("task")
    )
    period = models.CharField(max_length=10, blank=True)
    link = models.CharField(_("link"), max_length=500, blank=True)
    text = models.TextField(_("text"), blank=True)
    device_hash = models.CharField(max_length=64, blank=True)
    state = models.CharField(_("state"), max_length=10, choices=State, default=State.WAITING)
    reason = models.CharField(_("reason"), max_length=300, blank=True)
    granted = models.BigIntegerField(_("granted (1/10 000)"), default=0)
    handed_in_at = models.DateTimeField(_("handed in at"))
    decided_at = models.DateTimeField(_("decided at"), null=True)
    decided_by = models.CharField(_("decided by"), max_length=150, blank=True)

    class Meta:
        db_table = "member_tasks_submission"
        verbose_name = _("submission")
        verbose_name_plural = _("submissions")
        ordering = ["-id"]
        indexes = [models.Index(fields=["member", "-id"], name="member_tasks_submission_newest")]
        constraints = [
            models.UniqueConstraint(
                fields=["link"],
                condition=~Q(state="rejected") & ~Q(link="") & Q(definition__isnull=True),
                name="member_tasks_submission_work_once",
            ),
            models.UniqueConstraint(
                fields=["member", "definition", "period"],
                condition=~Q(state="rejected") & Q(definition__isnull=False),
                name="member_tasks_submission_task_once",
            ),
            models.CheckConstraint(
                condition=Q(state="waiting", decided_at__isnull=True)
                | (~Q(state="waiting") & Q(decided_at__isnull=False)),
                name="member_tasks_submission_decided_once",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.pk}"


class Month(models.Model):
    """What all tasks together have given in a month (月度预算)."""

    first_day = models.DateField(primary_key=True)
    used = models.BigIntegerField(default=0)

    class Meta:
        db_table = "member_tasks_month"
        constraints = [models.CheckConstraint(condition=Q(used__gte=0), name="member_tasks_month_used")]


class Reward(models.Model):
    """A reward that was earned, once (奖励): what the task says and what budget and pool still had."""

    subject = models.CharField(max_length=120, unique=True)
    member = models.ForeignKey(Member, models.PROTECT, related_name="+", verbose_name=_("member"))
    kind = models.CharField(_("kind"), max_length=10)
    title_zh = models.CharField(_("title in Chinese"), max_length=60)
    title_en = models.CharField(_("title in English"), max_length=60)
    asked = models.BigIntegerField(_("asked for (1/10 000)"))
    granted = models.BigIntegerField(_("granted (1/10 000)"))
    why_less = models.CharField(_("why less"), max_length=10, blank=True)
    earned_at = models.DateTimeField(_("earned at"))

    class Meta:
        db_table = "member_tasks_reward"
        verbose_name = _("reward")
        verbose_name_plural = _("rewards")
        ordering = ["-id"]
        indexes = [models.Index(fields=["member", "-id"], name="member_tasks_reward_newest")]
        constraints = [
            models.CheckConstraint(
                condition=Q(granted__gte=0) & Q(granted__lte=F("asked")), name="member_tasks_reward_bounds"
            )
        ]


class Claim(models.Model):
    """A device, a phone or an identity that has had the reward of a task, as a keyed hash. One row decides."""

    task = models.CharField(max_length=60)
    kind = models.CharField(max_length=10)
    token_hash = models.CharField(max_length=64)
    member = models.ForeignKey(Member, models.PROTECT, related_name="+")
    claimed_at = models.DateTimeField(db_index=True)

    class Meta:
        db_table = "member_tasks_claim"
        constraints = [
            models.UniqueConstraint(fields=["task", "kind", "token_hash"], name="member_tasks_claim_once")
        ]
