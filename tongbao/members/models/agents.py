"""Regional agents."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from tongbao.members.models.people import Member


class RegionalAgent(models.Model):
    """An appointment (区域代理) for a county, city or province, by the operator.

    ``until_on`` is the first day that is no longer theirs: the day after the term, or the revocation's day.
    An exclusion constraint (``sql/agents.sql``) lets each region have one agent on any day.
    """

    class Level(models.TextChoices):
        COUNTY = "county", _("county")
        CITY = "city", _("city")
        PROVINCE = "province", _("province")

    region_code = models.CharField(_("region"), max_length=6)
    level = models.CharField(_("level"), max_length=8, choices=Level)
    member = models.ForeignKey(Member, models.PROTECT, related_name="agencies", verbose_name=_("member"))
    fee_fen = models.BigIntegerField(_("agency fee (fen)"))
    starts_on = models.DateField(_("starts on"))
    ends_on = models.DateField(_("last day"), null=True, blank=True)
    until_on = models.DateField(_("until"), null=True)
    appointed_at = models.DateTimeField(_("appointed at"))
    appointed_by = models.CharField(_("appointed by"), max_length=150)
    revoked_at = models.DateTimeField(_("revoked at"), null=True)
    revoked_by = models.CharField(_("revoked by"), max_length=150, blank=True)
    reason = models.CharField(_("reason"), max_length=300, blank=True)

    class Meta:
        db_table = "members_regional_agent"
        verbose_name = _("regional agent")
        verbose_name_plural = _("regional agents")
        ordering = ["-id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(region_code__regex=r"^[1-9][0-9]{5}$"),
                name="members_regional_agent_code_has_six_digits",
            ),
            models.CheckConstraint(
                condition=Q(fee_fen__gte=0), name="members_regional_agent_fee_not_negative"
            ),
            models.CheckConstraint(
                condition=Q(ends_on__isnull=True) | Q(ends_on__gte=F("starts_on")),
                name="members_regional_agent_ends_after_start",
            ),
            models.CheckConstraint(
                condition=Q(until_on__isnull=True) | Q(until_on__gte=F("starts_on")),
                name="members_regional_agent_until_after_start",
            ),
            models.CheckConstraint(
                condition=Q(revoked_at__isnull=True) | Q(until_on__isnull=False),
                name="members_regional_agent_revoked_has_end",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.region_code} {self.member_id}"
