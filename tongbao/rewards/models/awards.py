"""Orders as they were settled, and what everyone got."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from tongbao.mall.models import Order, OrderLine
from tongbao.members.models import Member
from tongbao.rewards.models.plans import PlanVersion


class Settlement(models.Model):
    """One paid order, settled once."""

    order = models.OneToOneField(Order, models.PROTECT, related_name="+", verbose_name=_("order"))
    number = models.CharField(_("order number"), max_length=64)
    buyer = models.ForeignKey(
        Member, models.PROTECT, related_name="+", verbose_name=_("buyer"), db_index=False
    )
    region_code = models.CharField(_("region"), max_length=6, blank=True)
    paid_at = models.DateTimeField(_("paid at"))
    settled_at = models.DateTimeField(_("settled at"))
    release_at = models.DateTimeField(_("to be released at"), null=True)
    released_at = models.DateTimeField(_("released at"), null=True)
    # Whether awards of somebody frozen were left when the order was released: they follow later.
    has_waiting = models.BooleanField(_("awards waiting"), default=False)
    # How many times something was booked for this order: makes the next booking's key.
    bookings = models.PositiveIntegerField(_("bookings"), default=0)
    # The batch of the books that has its awards; none for orders settled before there were batches.
    award_batch = models.BigIntegerField(_("batch of awards"), null=True)

    class Meta:
        db_table = "rewards_settlement"
        verbose_name = _("settlement")
        verbose_name_plural = _("settlements")
        indexes = [
            models.Index(
                fields=["release_at"], name="rewards_settlement_due", condition=Q(released_at__isnull=True)
            ),
            models.Index(fields=["id"], name="rewards_settlement_waiting", condition=Q(has_waiting=True)),
            models.Index(fields=["paid_at"], name="rewards_settlement_by_payment"),
        ]

    def __str__(self) -> str:
        return self.number


class SettledLine(models.Model):
    """One line with the plan version, the people and the ranks that counted, and the base as it is now."""

    settlement = models.ForeignKey(
        Settlement, models.PROTECT, related_name="lines", verbose_name=_("settlement")
    )
    line = models.OneToOneField(OrderLine, models.PROTECT, related_name="+", verbose_name=_("order line"))
    position = models.PositiveSmallIntegerField(_("position"))
    product_code = models.CharField(_("product code"), max_length=64)
    is_pack = models.BooleanField(_("gift pack"))
    plan_version = models.ForeignKey(PlanVersion, models.PROTECT, null=True, verbose_name=_("plan"))
    chain = models.JSONField(_("people and ranks as seen"))
    # The chain that counts since a rank which this line used was bought and given back.
    chain_now = models.JSONField(_("people and ranks that count now"), null=True)
    base_fen = models.BigIntegerField(_("base (fen)"))
    remaining_base_fen = models.BigIntegerField(_("remaining base (fen)"))

    class Meta:
        db_table = "rewards_settled_line"
        verbose_name = _("settled line")
        verbose_name_plural = _("settled lines")
        ordering = ["settlement_id", "position"]
        constraints = [
            models.CheckConstraint(
                condition=Q(remaining_base_fen__gte=0, remaining_base_fen__lte=models.F("base_fen")),
                name="rewards_settled_line_base_bounds",
            )
        ]


class Award(models.Model):
    """One award (奖励): the arithmetic it was booked with, and what it is worth now."""

    class State(models.TextChoices):
        PENDING = "pending", _("pending")
        RELEASED = "released", _("released")
        VOIDED = "voided", _("voided")
        CLAWED_BACK = "clawed_back", _("clawed back")

    settled_line = models.ForeignKey(
        SettledLine, models.PROTECT, related_name="awards", verbose_name=_("line")
    )
    settlement = models.ForeignKey(
        Settlement, models.PROTECT, related_name="awards", verbose_name=_("settlement")
    )
    beneficiary = models.ForeignKey(
        Member, models.PROTECT, related_name="+", verbose_name=_("member"), db_index=False
    )
    seat = models.CharField(_("seat"), max_length=24)
    clause = models.CharField(_("clause"), max_length=64)
    kind = models.CharField(_("kind"), max_length=16)
    rank = models.CharField(_("rank"), max_length=40)
    rate_bp = models.PositiveIntegerField(_("rate (bp)"))
    rate_before_bp = models.PositiveIntegerField(_("rate before (bp)"))
    base_fen = models.BigIntegerField(_("base (fen)"))
    original_fen = models.BigIntegerField(_("booked first (fen)"))
    amount_fen = models.BigIntegerField(_("worth now (fen)"))
    state = models.CharField(_("state"), max_length=12, choices=State, default=State.PENDING)
    booked_at = models.DateTimeField(_("booked at"))

    class Meta:
        db_table = "rewards_award"
        verbose_name = _("award")
        verbose_name_plural = _("awards")
        ordering = ["-id"]
        indexes = [
            models.Index(fields=["beneficiary", "-id"], name="rewards_award_by_member"),
            models.Index(fields=["settlement"], name="rewards_award_pending", condition=Q(state="pending")),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["settled_line", "clause", "seat", "beneficiary"], name="rewards_award_once"
            ),
            models.CheckConstraint(condition=Q(amount_fen__gte=0), name="rewards_award_not_negative"),
            models.CheckConstraint(
                condition=~Q(state__in=["voided", "clawed_back"]) | Q(amount_fen=0),
                name="rewards_award_ended_is_worth_nothing",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.clause} {self.seat}"


class AwardChange(models.Model):
    """What happened to an award, in order; its amount is the sum of the deltas. Only ever added to."""

    class Kind(models.TextChoices):
        BOOKED = "booked", _("booked")
        REFUNDED = "refunded", _("after a refund")
        RANK_TAKEN_BACK = "rank_taken_back", _("rank taken back")
        RELEASED = "released", _("released")

    award = models.ForeignKey(Award, models.PROTECT, related_name="changes", verbose_name=_("award"))
    kind = models.CharField(_("kind"), max_length=16, choices=Kind)
    delta_fen = models.BigIntegerField(_("change (fen)"))
    # The arithmetic that holds from here on; no rate when nothing is left.
    amount_fen = models.BigIntegerField(_("worth then (fen)"))
    rank = models.CharField(_("rank"), max_length=40, blank=True)
    rate_bp = models.PositiveIntegerField(_("rate (bp)"), default=0)
    rate_before_bp = models.PositiveIntegerField(_("rate before (bp)"), default=0)
    base_fen = models.BigIntegerField(_("base (fen)"))
    # What a limit took off what the arithmetic comes to.
    cut_fen = models.BigIntegerField(_("cut by a limit (fen)"), default=0)
    request_key = models.CharField(_("booking"), max_length=200)
    at = models.DateTimeField(_("at"))

    class Meta:
        db_table = "rewards_award_change"
        verbose_name = _("change of an award")
        verbose_name_plural = _("changes of awards")
        ordering = ["id"]


class RefundApplied(models.Model):
    """A refund whose difference has been booked; its key lets that happen once."""

    refund_id = models.BigIntegerField(primary_key=True)
    settlement = models.ForeignKey(Settlement, models.PROTECT, related_name="refunds")
    applied_at = models.DateTimeField()

    class Meta:
        db_table = "rewards_refund_applied"
