"""Members and who recruited them."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class Member(models.Model):
    """Somebody with an account in this mall (会员). ``rank`` follows from the standing grants of ranks.

    A trigger (``sql/tree.sql``) keeps the sponsors a forest, whoever writes and however many at once.
    """

    class Status(models.TextChoices):
        ACTIVE = "active", pgettext_lazy("member", "active")
        INACTIVE = "inactive", pgettext_lazy("member", "inactive")
        FROZEN = "frozen", pgettext_lazy("member", "frozen")
        CLOSED = "closed", pgettext_lazy("member", "closed")

    class IdentityStatus(models.TextChoices):
        NONE = "none", pgettext_lazy("identity", "not submitted")
        SUBMITTED = "submitted", pgettext_lazy("identity", "submitted")
        VERIFIED = "verified", pgettext_lazy("identity", "verified")
        REJECTED = "rejected", pgettext_lazy("identity", "rejected")

    class Language(models.TextChoices):
        CHINESE = "zh-hans", _("Simplified Chinese")
        ENGLISH = "en", _("English")

    number = models.CharField(_("member number"), max_length=16, unique=True)
    # The number in the system that the member was taken over from.
    external_number = models.CharField(_("former number"), max_length=64, unique=True, null=True, blank=True)
    phone = models.CharField(_("mobile phone"), max_length=20, unique=True, null=True, blank=True)
    name = models.CharField(_("display name"), max_length=40, blank=True)
    invite_code = models.CharField(_("invitation code"), max_length=12, unique=True)
    sponsor = models.ForeignKey(
        "self", models.PROTECT, related_name="recruits", null=True, blank=True, verbose_name=_("sponsor")
    )
    # Set with the sponsor, or by the first paid order of somebody without one; then only a move changes it.
    sponsor_fixed_at = models.DateTimeField(_("sponsor fixed at"), null=True)
    rank = models.CharField(_("rank"), max_length=40)
    status = models.CharField(_("status"), max_length=10, choices=Status, default=Status.ACTIVE)
    identity_status = models.CharField(
        _("identity"), max_length=10, choices=IdentityStatus, default=IdentityStatus.NONE
    )
    language = models.CharField(_("language"), max_length=10, choices=Language, default=Language.CHINESE)
    joined_at = models.DateTimeField(_("joined at"), db_index=True)

    class Meta:
        db_table = "members_member"
        verbose_name = _("member")
        verbose_name_plural = _("members")
        ordering = ["-id"]
        constraints = [
            models.CheckConstraint(condition=~Q(sponsor=F("id")), name="members_member_not_own_sponsor"),
            models.CheckConstraint(
                condition=Q(sponsor__isnull=True) | Q(sponsor_fixed_at__isnull=False),
                name="members_member_sponsor_is_fixed",
            ),
        ]

    def __str__(self) -> str:
        return self.number


class SponsorChange(models.Model):
    """A sponsor set at the first paid order, or moved by operators. Only ever added to."""

    class Cause(models.TextChoices):
        FIRST_ORDER = "first_order", _("first paid order")
        MOVE = "move", _("moved by operators")

    member = models.ForeignKey(
        Member, models.PROTECT, related_name="sponsor_changes", verbose_name=_("member")
    )
    sponsor_before = models.ForeignKey(
        Member, models.PROTECT, related_name="+", null=True, verbose_name=_("sponsor before"), db_index=False
    )
    sponsor_after = models.ForeignKey(
        Member, models.PROTECT, related_name="+", null=True, verbose_name=_("sponsor after"), db_index=False
    )
    cause = models.CharField(_("cause of the change"), max_length=12, choices=Cause)
    changed_at = models.DateTimeField(_("changed at"))
    proposal_id = models.BigIntegerField(_("proposal"), null=True)

    class Meta:
        db_table = "members_sponsor_change"
        verbose_name = _("change of sponsor")
        verbose_name_plural = _("changes of sponsors")
        ordering = ["-id"]

    def __str__(self) -> str:
        return f"{self.member_id}: {self.sponsor_before_id} → {self.sponsor_after_id}"
