"""Withdrawals (提现)."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from tongbao.members.models import Member


class Purse(models.Model):
    """A row to lock while a member's daily limit is looked at."""

    member = models.OneToOneField(Member, models.PROTECT, primary_key=True, related_name="+")

    class Meta:
        db_table = "rewards_purse"


class Withdrawal(models.Model):
    """One withdrawal. ``number`` is also its number at the gateway: paying it twice is impossible.

    A claw-back may cut it while it is not sent: what was asked for is ``amount_fen + taken_back_fen``.
    """

    class State(models.TextChoices):
        REQUESTED = "requested", _("requested")
        APPROVED = "approved", _("approved")
        SENDING = "sending", _("being sent")
        PAID = "paid", _("paid")
        FAILED = "failed", _("failed, money back")
        REJECTED = "rejected", _("rejected, money back")

    number = models.CharField(_("number"), max_length=40, unique=True)
    member = models.ForeignKey(
        Member, models.PROTECT, related_name="+", verbose_name=_("member"), db_index=False
    )
    client_key = models.CharField(_("client's key"), max_length=80)
    amount_fen = models.BigIntegerField(_("amount (fen)"))
    fee_fen = models.BigIntegerField(_("fee (fen)"))
    tax_fen = models.BigIntegerField(_("tax (fen)"))
    payout_fen = models.BigIntegerField(_("payout (fen)"))
    taken_back_fen = models.BigIntegerField(_("taken back (fen)"), default=0)
    recipient = models.CharField(_("recipient"), max_length=120)
    gateway = models.CharField(_("gateway"), max_length=40, blank=True)
    state = models.CharField(_("state"), max_length=10, choices=State, default=State.REQUESTED)
    hold_id = models.BigIntegerField(_("hold"))
    requested_at = models.DateTimeField(_("requested at"))
    decided_at = models.DateTimeField(_("decided at"), null=True)
    decided_by = models.CharField(_("decided by"), max_length=150, blank=True)
    ended_at = models.DateTimeField(_("ended at"), null=True)
    next_ask_at = models.DateTimeField(null=True)
    tries = models.PositiveIntegerField(default=0)
    reason = models.CharField(_("reason"), max_length=300, blank=True)

    class Meta:
        db_table = "rewards_withdrawal"
        verbose_name = _("withdrawal")
        verbose_name_plural = _("withdrawals")
        ordering = ["-id"]
        indexes = [
            models.Index(fields=["member", "-id"], name="rewards_withdrawal_by_member"),
            models.Index(
                fields=["next_ask_at"],
                name="rewards_withdrawal_to_send",
                condition=Q(state__in=["approved", "sending"]),
            ),
        ]
        constraints = [
            models.UniqueConstraint(fields=["member", "client_key"], name="rewards_withdrawal_key_once"),
            models.CheckConstraint(
                condition=Q(payout_fen__gt=0, fee_fen__gte=0, tax_fen__gte=0, taken_back_fen__gte=0)
                & Q(amount_fen=F("payout_fen") + F("fee_fen") + F("tax_fen")),
                name="rewards_withdrawal_adds_up",
            ),
        ]

    def __str__(self) -> str:
        return self.number
