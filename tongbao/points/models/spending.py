"""Points on their way out of circulation: spent on orders, or redeemed for cash."""

from __future__ import annotations

from fractions import Fraction

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from tongbao.members.models import Member
from tongbao.points.contracts import UNITS_PER_POINT


class Spending(models.Model):
    """Points that pay for an order (积分抵扣): held until it is paid, spent until its returns are over, then burned.

    ``returned_units`` of them went back to the member before that, for ``returned_fen`` of the amount; of what was
    burned, ``refunded_cash_fen`` was paid back in money after a later refund.
    """

    class State(models.TextChoices):
        HELD = "held", _("held")
        PAID = "paid", _("spent, may still go back")
        BURNED = "burned", _("burned")
        LET_GO = "let_go", _("let go")
        RETURNED = "returned", _("returned")

    subject = models.CharField(_("subject"), max_length=120, unique=True)
    member = models.ForeignKey(Member, models.PROTECT, related_name="+", verbose_name=_("member"))
    on = models.DateField(_("day of the price"))
    price_fen = models.BigIntegerField(_("price: fen"))
    price_units = models.BigIntegerField(_("price: for so many units"))
    units = models.BigIntegerField(_("points (1/10 000)"))
    amount_fen = models.BigIntegerField(_("paid for (fen)"))
    above_floor_fen = models.BigIntegerField(_("given above the floor (fen)"))
    hold_id = models.BigIntegerField(null=True)
    reserve_share_bp = models.PositiveIntegerField(_("the reserve's share (bp)"))
    returned_units = models.BigIntegerField(_("returned (1/10 000)"), default=0)
    returned_fen = models.BigIntegerField(_("returned (fen)"), default=0)
    refunded_cash_fen = models.BigIntegerField(_("refunded in cash (fen)"), default=0)
    reserve_paid_fen = models.BigIntegerField(_("paid by the reserve (fen)"), default=0)
    state = models.CharField(_("state"), max_length=10, choices=State, default=State.HELD)
    changes = models.PositiveIntegerField(default=0)
    placed_at = models.DateTimeField(_("placed at"))
    ended_at = models.DateTimeField(_("ended at"), null=True)

    class Meta:
        db_table = "points_spending"
        verbose_name = _("payment with points")
        verbose_name_plural = _("payments with points")
        ordering = ["-id"]
        indexes = [models.Index(fields=["member", "-id"], name="points_spending_by_member")]
        constraints = [
            models.CheckConstraint(
                condition=Q(
                    units__gt=0, amount_fen__gt=0, above_floor_fen__gte=0, price_fen__gt=0, price_units__gt=0
                ),
                name="points_spending_bounds",
            ),
            models.CheckConstraint(
                condition=Q(returned_units__gte=0, returned_fen__gte=0, refunded_cash_fen__gte=0)
                & Q(returned_units__lte=F("units"))
                & Q(returned_fen__lte=F("amount_fen") - F("refunded_cash_fen")),
                name="points_spending_returns_no_more_than_it_took",
            ),
        ]

    @property
    def price(self) -> Fraction:
        """Fen for one point."""
        return Fraction(self.price_fen * UNITS_PER_POINT, self.price_units)

    def __str__(self) -> str:
        return self.subject


class Redemption(models.Model):
    """Points burned for cash at the floor (兑现). Where a day is limited it waits, held, until the cut-off."""

    class State(models.TextChoices):
        WAITING = "waiting", _("waiting")
        PAID = "paid", _("paid")
        WITHDRAWN = "withdrawn", _("withdrawn")

    number = models.CharField(_("number"), max_length=64, unique=True)
    member = models.ForeignKey(
        Member, models.PROTECT, related_name="+", verbose_name=_("member"), db_index=False
    )
    client_key = models.CharField(_("client's key"), max_length=80)
    on = models.DateField(_("day"))
    units = models.BigIntegerField(_("points (1/10 000)"))
    fee_bp = models.PositiveIntegerField(_("fee (bp)"))
    hold_id = models.BigIntegerField(null=True)
    burned_units = models.BigIntegerField(_("burned (1/10 000)"), default=0)
    payout_fen = models.BigIntegerField(_("paid (fen)"), default=0)
    reserve_fen = models.BigIntegerField(_("reserve at that moment (fen)"), null=True)
    supply = models.BigIntegerField(_("supply at that moment (1/10 000)"), null=True)
    state = models.CharField(_("state"), max_length=10, choices=State, default=State.WAITING)
    requested_at = models.DateTimeField(_("requested at"))
    ended_at = models.DateTimeField(_("ended at"), null=True)

    class Meta:
        db_table = "points_redemption"
        verbose_name = _("redemption")
        verbose_name_plural = _("redemptions")
        ordering = ["-id"]
        indexes = [
            models.Index(fields=["on", "id"], name="points_redemption_waiting", condition=Q(state="waiting")),
            models.Index(fields=["member", "on"], name="points_redemption_by_member"),
        ]
        constraints = [
            models.UniqueConstraint(fields=["member", "client_key"], name="points_redemption_once"),
            models.CheckConstraint(
                condition=Q(units__gt=0, burned_units__gte=0, payout_fen__gte=0)
                & Q(burned_units__lte=F("units")),
                name="points_redemption_bounds",
            ),
        ]

    def __str__(self) -> str:
        return self.number
