"""What members gave up in writing when they closed their accounts."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from tongbao.members.models import Member


class AccountClosing(models.Model):
    """A member's own closing of their account (注销): what they gave up, as they confirmed it. Written once."""

    member = models.OneToOneField(
        Member, models.PROTECT, primary_key=True, related_name="+", verbose_name=_("member")
    )
    cash_fen = models.BigIntegerField(_("cash given up (fen)"))
    paid_in_fen = models.BigIntegerField(_("paid-in money given up (fen)"))
    points = models.BigIntegerField(_("points given up (1/10 000)"))
    vesting = models.BigIntegerField(_("points of rights cards given up (1/10 000)"))
    closed_at = models.DateTimeField(_("closed at"))

    class Meta:
        db_table = "rewards_account_closing"
        verbose_name = _("closing of an account")
        verbose_name_plural = _("closings of accounts")
        constraints = [
            models.CheckConstraint(
                condition=Q(cash_fen__gte=0, paid_in_fen__gte=0, points__gte=0, vesting__gte=0),
                name="rewards_account_closing_not_negative",
            )
        ]

    def __str__(self) -> str:
        return str(self.member_id)
