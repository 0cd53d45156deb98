"""Pools, grants and contributions to the reserve. The amounts themselves stand in the ledger."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from tongbao.members.models import Member


class Pool(models.Model):
    """One of the six pools (积分池). The ledger's pool account starts with the cap and never goes below zero."""

    code = models.CharField(_("pool"), max_length=40, primary_key=True)
    cap = models.BigIntegerField(_("cap (1/10 000 point)"))
    opened_at = models.DateTimeField(_("opened at"))

    class Meta:
        db_table = "points_pool"
        verbose_name = _("pool")
        verbose_name_plural = _("pools")
        constraints = [models.CheckConstraint(condition=Q(cap__gt=0), name="points_pool_has_a_cap")]

    def __str__(self) -> str:
        return self.code


class Grant(models.Model):
    """Points promised for a subject (发放): pending until the return window closes, then minted, once.

    ``amount`` is what the grant is worth now. Of what was taken back after minting, ``owed`` is the part that
    the member no longer had; the pool gets it out of the next points minted for them. What has left the pool
    is therefore ``amount + owed``.
    """

    class State(models.TextChoices):
        PENDING = "pending", _("pending")
        MINTED = "minted", _("minted")
        VOIDED = "voided", _("voided")
        RETURNED = "returned", _("returned")

    subject = models.CharField(_("subject"), max_length=120, unique=True)
    # Half a dozen pools: an index by them finds nothing sooner, and every grant would write it.
    pool = models.ForeignKey(Pool, models.PROTECT, verbose_name=_("pool"), db_index=False)
    member = models.ForeignKey(Member, models.PROTECT, related_name="+", verbose_name=_("member"))
    asked = models.BigIntegerField(_("asked for (1/10 000)"))
    granted = models.BigIntegerField(_("granted (1/10 000)"))
    amount = models.BigIntegerField(_("amount now (1/10 000)"))
    owed = models.BigIntegerField(_("to be given back (1/10 000)"), default=0)
    units_per_fen = models.PositiveIntegerField(_("units for a fen paid"), null=True)
    state = models.CharField(_("state"), max_length=10, choices=State, default=State.PENDING)
    changes = models.PositiveIntegerField(default=0)
    granted_at = models.DateTimeField(_("granted at"))
    ended_at = models.DateTimeField(_("ended at"), null=True)
    # Not minted before it; None where only what it was granted for decides.
    vests_at = models.DateTimeField(_("vests at"), null=True)

    class Meta:
        db_table = "points_grant"
        verbose_name = _("grant of points")
        verbose_name_plural = _("grants of points")
        ordering = ["-id"]
        indexes = [
            models.Index(fields=["member", "id"], condition=Q(owed__gt=0), name="points_grant_owed"),
            models.Index(
                fields=["vests_at", "id"],
                condition=Q(state="pending", vests_at__isnull=False),
                name="points_grant_vesting",
            ),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(asked__gte=0, granted__gte=0, amount__gte=0)
                & Q(granted__lte=F("asked"))
                & Q(amount__lte=F("granted")),
                name="points_grant_bounds",
            ),
            models.CheckConstraint(
                condition=Q(owed__gte=0) & Q(owed__lte=F("granted") - F("amount")),
                name="points_grant_owes_what_was_taken_back",
            ),
        ]

    def __str__(self) -> str:
        return self.subject


class Contribution(models.Model):
    """A share of turnover for the reserve (储备金): pending with the order, confirmed when returns are over."""

    class State(models.TextChoices):
        PENDING = "pending", _("pending")
        CONFIRMED = "confirmed", _("confirmed")
        VOIDED = "voided", _("voided")

    subject = models.CharField(_("subject"), max_length=120, unique=True)
    base_fen = models.BigIntegerField(_("turnover (fen)"))
    rate_bp = models.PositiveIntegerField(_("rate (bp)"))
    amount_fen = models.BigIntegerField(_("amount (fen)"))
    state = models.CharField(_("state"), max_length=10, choices=State, default=State.PENDING)
    changes = models.PositiveIntegerField(default=0)
    contributed_at = models.DateTimeField(_("contributed at"))
    ended_at = models.DateTimeField(_("ended at"), null=True)

    class Meta:
        db_table = "points_contribution"
        verbose_name = _("contribution to the reserve")
        verbose_name_plural = _("contributions to the reserve")
        ordering = ["-id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(base_fen__gte=0, amount_fen__gte=0) & Q(amount_fen__lte=F("base_fen")),
                name="points_contribution_bounds",
            )
        ]

    def __str__(self) -> str:
        return self.subject
