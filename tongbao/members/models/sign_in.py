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


class SignInKey(models.Model):
    """Another way in beside the code: a password (kept as a hash), or an account elsewhere (by its number there)."""

    class Way(models.TextChoices):
        PASSWORD = "password", _("password")
        WECHAT = "wechat", _("WeChat")

    member = models.ForeignKey(Member, models.PROTECT, related_name="+", verbose_name=_("member"))
    way = models.CharField(_("way to sign in"), max_length=10, choices=Way)
    # The hash of a password, or the number that the other side has for this person.
    value = models.CharField(max_length=200)
    set_at = models.DateTimeField(_("set at"))

    class Meta:
        db_table = "members_sign_in_key"
        verbose_name = _("way to sign in")
        verbose_name_plural = _("ways to sign in")
        constraints = [
            models.UniqueConstraint(fields=["member", "way"], name="members_sign_in_key_one_of_a_way"),
            models.UniqueConstraint(
                fields=["way", "value"],
                condition=models.Q(way="wechat"),
                name="members_sign_in_key_one_member",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.member_id}/{self.way}"
