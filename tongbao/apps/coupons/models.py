"""Kinds of coupons, the coupons that members have, and the orders that used them."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from tongbao.members.models import Member


class Template(models.Model):
    """A kind of coupon (券模板). It doesn't change: it is stopped, and another is set."""

    class Kind(models.TextChoices):
        AMOUNT_OFF = "amount_off", _("amount off")
        RATE_OFF = "rate_off", _("percentage off")

    class ScopeKind(models.TextChoices):
        ALL = "all", _("all goods")
        CATEGORIES = "categories", _("some categories")
        PRODUCTS = "products", _("some products")

    title_zh = models.CharField(_("title in Chinese"), max_length=40)
    title_en = models.CharField(_("title in English"), max_length=40)
    kind = models.CharField(_("kind"), max_length=10, choices=Kind)
    amount_fen = models.BigIntegerField(_("takes off (fen)"), default=0)
    rate_bp = models.IntegerField(_("takes off (1/100 %)"), default=0)
    cap_fen = models.BigIntegerField(_("at most (fen)"), default=0)
    least_fen = models.BigIntegerField(_("from (fen)"), default=0)
    scope_kind = models.CharField(_("for"), max_length=10, choices=ScopeKind)
    scope = models.JSONField(_("which"), default=list)
    allows_packs = models.BooleanField(_("gift packs too"), default=False)
    total = models.IntegerField(_("how many"))
    claimed = models.IntegerField(_("claimed"), default=0)
    per_member = models.IntegerField(_("for each member"))
    in_centre = models.BooleanField(_("in the coupon centre"), default=True)
    claim_from = models.DateTimeField(_("claimed from"))
    claim_until = models.DateTimeField(_("claimed until"))
    valid_from = models.DateTimeField(_("valid from"), null=True)
    valid_until = models.DateTimeField(_("valid until"), null=True)
    valid_days = models.IntegerField(_("days after the claim"), null=True)
    stopped_at = models.DateTimeField(_("stopped at"), null=True)
    created_at = models.DateTimeField(_("set at"))

    class Meta:
        db_table = "coupons_template"
        verbose_name = _("coupon")
        verbose_name_plural = _("coupons")
        ordering = ["-id"]
        constraints = [
            # Whatever a program gets wrong, no more are given out than were set.
            models.CheckConstraint(
                condition=Q(claimed__gte=0) & Q(claimed__lte=F("total")), name="coupons_template_total"
            ),
            models.CheckConstraint(
                condition=Q(kind="amount_off", amount_fen__gte=1, rate_bp=0, cap_fen=0)
                | Q(kind="rate_off", amount_fen=0, rate_bp__gte=1, rate_bp__lt=10_000, cap_fen__gte=1),
                name="coupons_template_takes_something",
            ),
            models.CheckConstraint(
                condition=Q(least_fen__gte=0, per_member__gte=1), name="coupons_template_bounds"
            ),
            models.CheckConstraint(
                condition=Q(valid_days__gte=1, valid_from__isnull=True, valid_until__isnull=True)
                | Q(valid_days__isnull=True, valid_from__isnull=False, valid_until__gt=F("valid_from")),
                name="coupons_template_validity",
            ),
        ]

    def __str__(self) -> str:
        return self.title_zh


class Coupon(models.Model):
    """One member's coupon (优惠券). ``ordinal`` counts the member's coupons of this kind."""

    template = models.ForeignKey(
        Template, models.PROTECT, related_name="coupons", verbose_name=_("coupon"), db_index=False
    )
    member = models.ForeignKey(Member, models.PROTECT, related_name="+", verbose_name=_("member"))
    ordinal = models.IntegerField(_("which of theirs"))
    request_key = models.CharField(max_length=100)
    valid_from = models.DateTimeField(_("valid from"))
    valid_until = models.DateTimeField(_("valid until"))
    claimed_at = models.DateTimeField(_("claimed at"))
    given_by = models.CharField(_("given by"), max_length=150, blank=True)
    is_used = models.BooleanField(_("used"), default=False)

    class Meta:
        db_table = "coupons_coupon"
        verbose_name = _("claimed coupon")
        verbose_name_plural = _("claimed coupons")
        ordering = ["-id"]
        indexes = [models.Index(fields=["member", "-valid_until"], name="coupons_coupon_of_member")]
        constraints = [
            models.UniqueConstraint(
                fields=["template", "member", "ordinal"], name="coupons_coupon_ordinal_once"
            ),
            models.UniqueConstraint(
                fields=["template", "member", "request_key"], name="coupons_coupon_request_once"
            ),
            models.CheckConstraint(
                condition=Q(ordinal__gte=1) & Q(valid_until__gt=F("valid_from")),
                name="coupons_coupon_bounds",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.template_id}/{self.pk}"


class Use(models.Model):
    """An order that took a coupon, and when it let it go again. ``subject`` is ``order:<number>``."""

    coupon = models.ForeignKey(
        Coupon, models.PROTECT, related_name="uses", verbose_name=_("coupon"), db_index=False
    )
    subject = models.CharField(_("order"), max_length=80, unique=True)
    reduction_fen = models.BigIntegerField(_("taken off (fen)"))
    taken_at = models.DateTimeField(_("used at"))
    let_go_at = models.DateTimeField(_("came back at"), null=True)

    class Meta:
        db_table = "coupons_use"
        verbose_name = _("use")
        verbose_name_plural = _("uses")
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["coupon"], condition=Q(let_go_at__isnull=True), name="coupons_use_one_at_a_time"
            ),
            models.CheckConstraint(condition=Q(reduction_fen__gte=1), name="coupons_use_takes_something"),
        ]
