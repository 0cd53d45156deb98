"""Messages to members (站内信)."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from tongbao.members.models.people import Member


class Message(models.Model):
    """What a member is told: kept as what happened, said in the reader's language when it is read.

    ``key`` names the occasion; the same occasion is told once.
    """

    member = models.ForeignKey(
        Member, models.PROTECT, related_name="+", verbose_name=_("member"), db_index=False
    )
    key = models.CharField(_("occasion"), max_length=120)
    kind = models.CharField(_("kind"), max_length=40)
    values = models.JSONField(_("values"), default=dict)
    told_at = models.DateTimeField(_("told at"))
    read_at = models.DateTimeField(_("read at"), null=True)

    class Meta:
        db_table = "members_message"
        verbose_name = _("message to a member")
        verbose_name_plural = _("messages to members")
        ordering = ["-id"]
        indexes = [
            models.Index(fields=["member", "-id"], name="members_message_by_member"),
            models.Index(fields=["member"], name="members_message_unread", condition=Q(read_at__isnull=True)),
        ]
        constraints = [models.UniqueConstraint(fields=["member", "key"], name="members_message_once")]

    def __str__(self) -> str:
        return f"{self.kind} {self.key}"
