"""Real names and delivery addresses."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from tongbao.members.models.people import Member


class IdentitySubmission(models.Model):
    """A real name put forward for verification (实名认证).

    Of the identity card's number only the last four characters are kept, and a keyed hash that tells whether
    two members gave the same card.
    """

    class State(models.TextChoices):
        SUBMITTED = "submitted", pgettext_lazy("identity", "submitted")
        VERIFIED = "verified", pgettext_lazy("identity", "verified")
        REJECTED = "rejected", pgettext_lazy("identity", "rejected")

    member = models.ForeignKey(Member, models.PROTECT, related_name="identities", verbose_name=_("member"))
    real_name = models.CharField(_("real name"), max_length=60)
    card_last_four = models.CharField(_("last four of the card"), max_length=4)
    card_hash = models.CharField(max_length=64, db_index=True)
    state = models.CharField(_("state"), max_length=10, choices=State, default=State.SUBMITTED)
    submitted_at = models.DateTimeField(_("submitted at"))
    decided_at = models.DateTimeField(_("decided at"), null=True)
    decided_by = models.CharField(_("decided by"), max_length=150, blank=True)
    reason = models.CharField(_("reason"), max_length=300, blank=True)

    class Meta:
        db_table = "members_identity_submission"
        verbose_name = _("identity")
        verbose_name_plural = _("identities")
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["member"], name="members_identity_one_open", condition=Q(state="submitted")
            ),
            models.CheckConstraint(
                condition=Q(state="submitted", decided_at__isnull=True)
                | (~Q(state="submitted") & Q(decided_at__isnull=False)),
                name="members_identity_decided_once",
            ),
        ]


class Address(models.Model):
    """A delivery address (收货地址)."""

    member = models.ForeignKey(Member, models.PROTECT, related_name="addresses", verbose_name=_("member"))
    recipient = models.CharField(_("recipient"), max_length=40)
    phone = models.CharField(_("mobile phone"), max_length=20)
    region_code = models.CharField(_("region"), max_length=6)
    street = models.CharField(_("street"), max_length=120)
    is_default = models.BooleanField(_("default"), default=False)
    created_at = models.DateTimeField(_("created at"))

    class Meta:
        db_table = "members_address"
        verbose_name = _("address")
        verbose_name_plural = _("addresses")
        ordering = ["-is_default", "-id"]
        indexes = [
            models.Index(
                fields=["region_code", "member"],
                name="members_address_by_region",
                condition=Q(is_default=True),
            )
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["member"], name="members_address_one_default", condition=Q(is_default=True)
            )
        ]
