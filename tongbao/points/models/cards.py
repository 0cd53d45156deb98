"""Rights cards and their calendar."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from tongbao.members.models import Member
from tongbao.points.models.grants import Pool


class RightsCard(models.Model):
    """Points that vest by a calendar (权益卡). What has not been released lies on the member's ``points_vesting``."""

    class State(models.TextChoices):
        RUNNING = "running", _("running")
        FINISHED = "finished", _("finished")
        REVOKED = "revoked", _("revoked")

    number = models.CharField(_("number"), max_length=64, unique=True)
    subject = models.CharField(_("subject"), max_length=120, unique=True)
    pool = models.ForeignKey(Pool, models.PROTECT, verbose_name=_("pool"))
    member = models.ForeignKey(Member, models.PROTECT, related_name="+", verbose_name=_("member"))
    total = models.BigIntegerField(_("points (1/10 000)"))
    parts = models.PositiveIntegerField(_("parts"))
    begins_on = models.DateField(_("begins on"))
    transfers = models.PositiveIntegerField(_("transfers"), default=0)
    state = models.CharField(_("state"), max_length=10, choices=State, default=State.RUNNING)
    made_at = models.DateTimeField(_("made at"))
    ended_at = models.DateTimeField(_("ended at"), null=True)

    class Meta:
        db_table = "points_rights_card"
        verbose_name = _("rights card")
        verbose_name_plural = _("rights cards")
        ordering = ["-id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(parts__gt=0) & Q(total__gte=F("parts")), name="points_rights_card_bounds"
            )
        ]

    def __str__(self) -> str:
        return self.number


class CardPart(models.Model):
    """One part of a card: due on a day, released once, after the parts before it."""

    card = models.ForeignKey(
        RightsCard, models.PROTECT, related_name="calendar", verbose_name=_("card"), db_index=False
    )
    number = models.PositiveIntegerField(_("part"))
    due_on = models.DateField(_("due on"))
    amount = models.BigIntegerField(_("points (1/10 000)"))
    released_at = models.DateTimeField(_("released at"), null=True)

    class Meta:
        db_table = "points_card_part"
        verbose_name = _("part of a rights card")
        verbose_name_plural = _("parts of rights cards")
        ordering = ["card_id", "number"]
        indexes = [
            models.Index(
                fields=["due_on", "card", "number"],
                name="points_card_part_waiting",
                condition=Q(released_at__isnull=True),
            )
        ]
        constraints = [
            models.UniqueConstraint(fields=["card", "number"], name="points_card_part_once"),
            models.CheckConstraint(condition=Q(amount__gt=0, number__gt=0), name="points_card_part_bounds"),
        ]

    def __str__(self) -> str:
        return f"{self.card_id}/{self.number}"
