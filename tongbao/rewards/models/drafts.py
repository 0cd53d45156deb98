"""Plans as they are being written, and who signed for what was published."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from tongbao.rewards.models.plans import PlanVersion


class PlanDraft(models.Model):
    """A plan that somebody writes (方案草稿): the text as typed, sound or not, with its comments.

    ``revision`` counts the saved texts; who saves names the revision that they opened, so that nobody overwrites
    what they haven't seen.
    """

    key = models.CharField(_("plan"), max_length=64, blank=True)
    title = models.CharField(_("title"), max_length=120)
    document = models.TextField(_("document"), blank=True)
    base = models.CharField(_("begun from"), max_length=100, blank=True)
    revision = models.PositiveIntegerField(_("revision"), default=1)
    published_revision = models.PositiveIntegerField(_("published revision"), null=True)
    updated_at = models.DateTimeField(_("saved at"))
    updated_by = models.CharField(_("saved by"), max_length=150)
    discarded_at = models.DateTimeField(_("discarded at"), null=True)

    class Meta:
        db_table = "rewards_plan_draft"
        verbose_name = _("plan draft")
        verbose_name_plural = _("plan studio")
        ordering = ["-updated_at", "-id"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(published_revision__isnull=True)
                | models.Q(published_revision__lte=models.F("revision")),
                name="rewards_plan_draft_published_what_was_saved",
            ),
        ]

    def __str__(self) -> str:
        return self.title


class PlanDraftText(models.Model):
    """One saved text of a draft: added, never changed, so that nothing typed is ever lost."""

    draft = models.ForeignKey(PlanDraft, models.PROTECT, related_name="texts", verbose_name=_("plan draft"))
    revision = models.PositiveIntegerField(_("revision"))
    document = models.TextField(_("document"), blank=True)
    saved_at = models.DateTimeField(_("saved at"))
    saved_by = models.CharField(_("saved by"), max_length=150)

    class Meta:
        db_table = "rewards_plan_draft_text"
        verbose_name = _("text of a draft")
        verbose_name_plural = _("texts of drafts")
        ordering = ["draft_id", "-revision"]
        constraints = [
            models.UniqueConstraint(fields=["draft", "revision"], name="rewards_plan_draft_text_once"),
        ]


class PlanSignOff(models.Model):
    """A named owner's written statement for a plan that the lint blocked (签署): added, never changed."""

    plan_version = models.OneToOneField(
        PlanVersion, models.PROTECT, related_name="sign_off", verbose_name=_("plan")
    )
    sha256 = models.CharField(_("digest"), max_length=64)
    jurisdiction = models.CharField(_("jurisdiction"), max_length=2)
    findings = models.JSONField(_("findings"))
    name = models.CharField(_("name"), max_length=80)
    statement = models.TextField(_("statement"))
    signed_at = models.DateTimeField(_("signed at"))
    signed_by_id = models.BigIntegerField(_("operator id"), null=True)
    signed_by = models.CharField(_("operator"), max_length=150)

    class Meta:
        db_table = "rewards_plan_sign_off"
        verbose_name = _("sign-off")
        verbose_name_plural = _("sign-offs")
        ordering = ["-id"]
        constraints = [
            models.CheckConstraint(
                condition=~models.Q(name="") & ~models.Q(statement="") & ~models.Q(findings=[]),
                name="rewards_plan_sign_off_says_who_and_what",
            ),
        ]
