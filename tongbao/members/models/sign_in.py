"""Codes by text message, and sessions."""

from __future__ import annotations

from django.db import models
from django.db.models import F
from django.utils.translation import gettext_lazy as _

from tongbao.members.models.people import Member


class PhoneCode(models.Model):
    """A code that was sent to a phone; kept as a keyed hash. Only the newest of a phone and purpose works."""

    phone = models.CharField(max_length=20)
    purpose = models.CharField(max_length=20)
    code_hash = models.CharField(max_length=64)
    sent_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    tries = models.PositiveIntegerField(default=0)
    used_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "members_phone_code"
        verbose_name = _("phone code")
        verbose_name_plural = _("phone codes")
        indexes = [models.Index(fields=["phone", "purpose", "-id"], name="members_phone_code_newest")]


class SmsMessage(models.Model):
    """A text message as the built-in sender "sends" it: into this table, for the console to show."""

    phone = models.CharField(_("mobile phone"), max_length=20, db_index=True)
    text = models.CharField(_("text"), max_length=300)
    purpose = models.CharField(_("purpose"), max_length=20)
    written_at = models.DateTimeField(_("written at"))

    class Meta:
        db_table = "members_sms_message"
        verbose_name = _("text message")
        verbose_name_plural = _("text messages")
        ordering = ["-id"]


class MemberSession(models.Model):
    """A device on which a member is signed in. The token itself is never kept, only its hash."""

    member = models.ForeignKey(Member, models.PROTECT, related_name="sessions", verbose_name=_("member"))
    token_hash = models.CharField(max_length=64, unique=True)
    device = models.CharField(_("device"), max_length=200, blank=True)
    address = models.CharField(_("network address"), max_length=45, blank=True)
    created_at = models.DateTimeField(_("created at"))
    last_seen_at = models.DateTimeField(_("last seen at"))
    expires_at = models.DateTimeField(_("expires at"))
    revoked_at = models.DateTimeField(_("revoked at"), null=True)

    class Meta:
        db_table = "members_session"
        verbose_name = _("session")
        verbose_name_plural = _("sessions")
        ordering = ["-id"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(expires_at__gt=F("created_at")), name="members_session_lasts_a_while"
            )
        ]
