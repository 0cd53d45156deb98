"""Applications for the seat of a region."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from tongbao.mall.models import Order
from tongbao.members.models import Member, RegionalAgent


class Application(models.Model):
    """A member asks to become the agent (区域代理) of a region. Each step is one conditional update.

    Who holds a region is a row of ``members_regional_agent``, where an exclusion constraint lets each region have
    one agent on any day; an approval writes one, or fails.
    """

    class State(models.TextChoices):
        APPLIED = "applied", _("applied")
        PAID = "paid", _("paid, to be decided")
        APPROVED = "approved", _("approved")
        REFUSED = "refused", _("refused")
        WITHDRAWN = "withdrawn", _("withdrawn")

    member = models.ForeignKey(Member, models.PROTECT, related_name="+", verbose_name=_("member"))
    client_key = models.CharField(max_length=80)
    region_code = models.CharField(_("region"), max_length=6)
    level = models.CharField(_("level"), max_length=8, choices=RegionalAgent.Level)
    fee_fen = models.BigIntegerField(_("agency fee (fen)"))
    state = models.CharField(_("state"), max_length=10, choices=State, default=State.APPLIED)
    # The order of the fee: the last one, where earlier ones were not paid in time.
    order = models.OneToOneField(
        Order, models.PROTECT, related_name="+", null=True, verbose_name=_("order of the fee")
    )
    orders_placed = models.PositiveIntegerField(default=0)
    applied_at = models.DateTimeField(_("applied at"))
    paid_at = models.DateTimeField(_("paid at"), null=True)
    decided_at = models.DateTimeField(_("decided at"), null=True)
    decided_by = models.CharField(_("decided by"), max_length=150, blank=True)
    reason = models.CharField(_("reason"), max_length=300, blank=True)
    agent = models.OneToOneField(
        RegionalAgent, models.PROTECT, related_name="+", null=True, verbose_name=_("appointment")
    )

    class Meta:
        db_table = "agency_application"
        verbose_name = _("application for an agency")
        verbose_name_plural = _("applications for agencies")
        ordering = ["-id"]
        indexes = [models.Index(fields=["member", "-id"], name="agency_application_newest")]
        constraints = [
            models.UniqueConstraint(fields=["member", "client_key"], name="agency_application_key_once"),
            models.UniqueConstraint(
                fields=["member", "region_code"],
                condition=Q(state__in=["applied", "paid"]),
                name="agency_application_one_open",
            ),
            models.CheckConstraint(condition=Q(fee_fen__gte=0), name="agency_application_fee_not_negative"),
            models.CheckConstraint(
                condition=Q(state="approved", agent__isnull=False)
                | (~Q(state="approved") & Q(agent__isnull=True)),
                name="agency_application_approved_has_agent",
            ),
            models.CheckConstraint(
                condition=Q(state__in=["applied", "paid"], decided_at__isnull=True)
                | (~Q(state__in=["applied", "paid"]) & Q(decided_at__isnull=False)),
                name="agency_application_decided_once",
            ),
            # Nobody holds a region whose fee was not paid.
            models.CheckConstraint(
                condition=~Q(state__in=["paid", "approved"])
                | Q(fee_fen=0)
                | Q(order__isnull=False, paid_at__isnull=False),
                name="agency_application_paid_has_order",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.region_code} {self.pk}"
