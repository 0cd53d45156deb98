"""A tenant's own settings, audit log and four-eyes proposals, in its schema."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _


class Setting(models.Model):
    """The values of one settings class that differ from its defaults."""

    key = models.CharField(_("key"), max_length=80, primary_key=True)
    values = models.JSONField(_("values"), default=dict)
    changed_at = models.DateTimeField(_("changed at"))

    class Meta:
        db_table = "tenancy_setting"
        verbose_name = _("setting")
        verbose_name_plural = _("settings")

    def __str__(self) -> str:
        return self.key


class AppSwitch(models.Model):
    """Whether a business app is on in this tenant."""

    app_key = models.CharField(_("app"), max_length=80, primary_key=True)
    is_on = models.BooleanField(_("on"), default=False)
    changed_at = models.DateTimeField(_("changed at"))

    class Meta:
        db_table = "tenancy_app_switch"
        verbose_name = _("app switch")
        verbose_name_plural = _("app switches")

    def __str__(self) -> str:
        return self.app_key


class AuditEntry(models.Model):
    """One operator action (操作日志). The tenant's role can add and read, never change or delete."""

    at = models.DateTimeField(_("at"), db_index=True)
    actor_id = models.BigIntegerField(_("operator id"), null=True)
    actor_name = models.CharField(_("operator"), max_length=150)
    action = models.CharField(_("action"), max_length=120)
    subject = models.CharField(_("subject"), max_length=200, db_index=True)
    reason = models.TextField(_("reason"), blank=True)
    detail = models.JSONField(_("detail"), default=dict)
    request_id = models.CharField(_("request id"), max_length=64, blank=True)

    class Meta:
        db_table = "tenancy_audit_entry"
        verbose_name = _("audit entry")
        verbose_name_plural = _("audit log")
        ordering = ["-id"]

    def __str__(self) -> str:
        return f"{self.action} {self.subject}"


class Proposal(models.Model):
    """A change that needs two people (四眼复核): one proposes with a reason, another decides."""

    class State(models.TextChoices):
        OPEN = "open", _("open")
        APPROVED = "approved", _("approved")
        REJECTED = "rejected", _("rejected")

    kind = models.CharField(_("kind"), max_length=80)
    payload = models.JSONField(_("payload"))
    summary = models.CharField(_("summary"), max_length=300)
    reason = models.TextField(_("reason"))
    state = models.CharField(_("state"), max_length=10, choices=State, default=State.OPEN)
    proposed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("proposed by")
    )
    proposed_at = models.DateTimeField(_("proposed at"))
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", null=True, verbose_name=_("decided by")
    )
    decided_at = models.DateTimeField(_("decided at"), null=True)

    class Meta:
        db_table = "tenancy_proposal"
        verbose_name = _("four-eyes proposal")
        verbose_name_plural = _("four-eyes proposals")
        ordering = ["-id"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(decided_by__isnull=True) | ~models.Q(decided_by=models.F("proposed_by")),
                name="tenancy_proposal_two_people",
            ),
            models.CheckConstraint(
                condition=models.Q(state="open", decided_by__isnull=True)
                | (~models.Q(state="open") & models.Q(decided_by__isnull=False)),
                name="tenancy_proposal_decided_by_someone",
            ),
        ]

    def __str__(self) -> str:
        return self.summary


class TwoFactorDevice(models.Model):
    """An operator's authenticator (两步验证)."""

    user = models.OneToOneField(
        settings.AUTH_USER_MODEL, models.CASCADE, related_name="two_factor", verbose_name=_("operator")
    )
    secret = models.CharField(_("secret"), max_length=64)
    confirmed_at = models.DateTimeField(_("confirmed at"), null=True)
    # The step of the last code that was accepted: a code works once.
    last_step = models.BigIntegerField(default=0)

    class Meta:
        db_table = "tenancy_two_factor_device"
        verbose_name = _("two-factor device")
        verbose_name_plural = _("two-factor devices")

    def __str__(self) -> str:
        return str(self.user)
