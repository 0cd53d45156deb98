"""Why members hold their ranks."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from tongbao.members.models.people import Member


class RankGrant(models.Model):
    """One reason why a member holds a rank (等级依据). It stands until it is revoked, once, for ever.

    The rank is the highest of the standing grants. A grant by recruits keeps the rule it was given by
    and the recruits who counted (``RankWitness``), so that a refund can tell what stood because of it alone.
    """

    class Basis(models.TextChoices):
        PURCHASE = "purchase", _("purchase")
        RECRUITS = "recruits", _("recruits")
        OPENING = "opening", _("opening rank")
        OPERATOR = "operator", _("set by an operator")

    class RevokeCause(models.TextChoices):
        TAKEN_BACK = "taken_back", _("taken back after a refund")
        FELL_WITH = "fell_with", _("fell with another rank")
        OPERATOR = "operator", _("by an operator")

    member = models.ForeignKey(Member, models.PROTECT, related_name="rank_grants", verbose_name=_("member"))
    rank = models.CharField(_("rank"), max_length=40)
    basis = models.CharField(_("basis"), max_length=10, choices=Basis)
    source = models.CharField(_("source"), max_length=120)
    from_rank = models.CharField(_("from rank"), max_length=40, blank=True)
    recruit_rank = models.CharField(_("rank of the recruits"), max_length=40, blank=True)
    recruits_needed = models.PositiveIntegerField(_("recruits needed"), default=0)
    granted_at = models.DateTimeField(_("rank granted at"))
    revoked_at = models.DateTimeField(_("revoked at"), null=True)
    revoked_because = models.CharField(_("revoked because"), max_length=12, choices=RevokeCause, blank=True)
    revoked_source = models.CharField(_("revoked by"), max_length=120, blank=True)

    class Meta:
        db_table = "members_rank_grant"
        verbose_name = _("grant of a rank")
        verbose_name_plural = _("grants of ranks")
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["source"],
                name="members_rank_grant_once_for_each_purchase",
                condition=Q(basis="purchase"),
            ),
            models.CheckConstraint(
                condition=Q(revoked_at__isnull=True, revoked_because="")
                | (Q(revoked_at__isnull=False) & ~Q(revoked_because="")),
                name="members_rank_grant_revoked_for_a_cause",
            ),
            models.CheckConstraint(
                condition=(Q(basis="recruits") & ~Q(recruit_rank="") & Q(recruits_needed__gt=0))
                | (~Q(basis="recruits") & Q(recruit_rank="") & Q(recruits_needed=0)),
                name="members_rank_grant_by_recruits_names_its_rule",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.rank} ({self.source})"


class RankWitness(models.Model):
    """A recruit who counted when a promotion by recruits was given."""

    grant = models.ForeignKey(
        RankGrant, models.PROTECT, related_name="witnesses", verbose_name=_("grant"), db_index=False
    )
    recruit = models.ForeignKey(Member, models.PROTECT, related_name="+", verbose_name=_("recruit"))

    class Meta:
        db_table = "members_rank_witness"
        verbose_name = _("recruit who counted")
        verbose_name_plural = _("recruits who counted")
        constraints = [
            models.UniqueConstraint(fields=["grant", "recruit"], name="members_rank_witness_counts_once")
        ]
