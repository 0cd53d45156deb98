"""The price of each day, and what stands behind it. Written once; of a day's price only what was given away changes."""

from __future__ import annotations

from fractions import Fraction

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from tongbao.points.contracts import UNITS_PER_POINT


class DayPrice(models.Model):
    """The price of a day (当日价), published at the cut-off: ``price_fen`` fen for ``price_units`` units."""

    on = models.DateField(_("day"), primary_key=True)
    published_at = models.DateTimeField(_("published at"))
    price_fen = models.BigIntegerField(_("price: fen"))
    price_units = models.BigIntegerField(_("price: for so many units"))
    is_operators = models.BooleanField(_("set by the operator"), default=False)
    reserve_fen = models.BigIntegerField(_("reserve (fen)"))
    pledge_fen = models.BigIntegerField(_("equity pledge (fen)"))
    supply = models.BigIntegerField(_("supply (1/10 000)"))
    circulating = models.BigIntegerField(_("circulating (1/10 000)"))
    budget_fen = models.BigIntegerField(_("budget above the floor (fen)"))
    given_fen = models.BigIntegerField(_("given above the floor (fen)"), default=0)

    class Meta:
        db_table = "points_day_price"
        verbose_name = _("price of the day")
        verbose_name_plural = _("prices of the day")
        ordering = ["-on"]
        constraints = [
            models.CheckConstraint(
                condition=Q(
                    price_fen__gte=0, price_units__gt=0, reserve_fen__gte=0, pledge_fen__gte=0, supply__gte=0
                ),
                name="points_day_price_bounds",
            ),
            models.CheckConstraint(
                condition=Q(given_fen__gte=0) & Q(given_fen__lte=F("budget_fen")),
                name="points_day_price_within_budget",
            ),
        ]

    @property
    def price(self) -> Fraction:
        """Fen for one point."""
        return Fraction(self.price_fen * UNITS_PER_POINT, self.price_units)

    @property
    def floor(self) -> Fraction:
        """What the floor was when the price was published."""
        return Fraction(self.reserve_fen * UNITS_PER_POINT, self.supply) if self.supply else Fraction(0)

    def __str__(self) -> str:
        return f"{self.on:%Y-%m-%d}"


class PriceOrder(models.Model):
    """The operator's own price from a day on, or the default again where there is none. The latest one counts."""

    from_on = models.DateField(_("from"))
    price_fen = models.BigIntegerField(_("price: fen"), null=True)
    price_units = models.BigIntegerField(_("price: for so many units"), null=True)
    operator = models.CharField(_("operator"), max_length=150)
    reason = models.CharField(_("reason"), max_length=500)
    ordered_at = models.DateTimeField(_("ordered at"))

    class Meta:
        db_table = "points_price_order"
        verbose_name = _("price set by the operator")
        verbose_name_plural = _("prices set by the operator")
        ordering = ["-id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(price_fen__isnull=True, price_units__isnull=True)
                | Q(price_fen__gt=0, price_units__gt=0),
                name="points_price_order_whole",
            )
        ]

    def __str__(self) -> str:
        return f"{self.from_on:%Y-%m-%d}"


class Evidence(models.Model):
    """A paper that stands behind a figure: its name and what it hashes to; the paper itself stays with the operator."""

    amount_fen = models.BigIntegerField(_("amount (fen)"))
    document = models.CharField(_("document"), max_length=200)
    document_hash = models.CharField(_("SHA-256 of the document"), max_length=64)
    operator = models.CharField(_("operator"), max_length=150)
    reason = models.CharField(_("reason"), max_length=500)
    recorded_at = models.DateTimeField(_("recorded at"))

    class Meta:
        abstract = True
        constraints = [
            models.CheckConstraint(
                condition=Q(amount_fen__gte=0), name="%(app_label)s_%(class)s_not_negative"
            )
        ]

    def __str__(self) -> str:
        return self.document


class ReserveDeposit(Evidence):
    """Money that the operator has put into the reserve. It can't be taken out again."""

    key = models.CharField(_("key"), max_length=80, unique=True)

    class Meta(Evidence.Meta):
        db_table = "points_reserve_deposit"
        verbose_name = _("deposit to the reserve")
        verbose_name_plural = _("deposits to the reserve")
        ordering = ["-id"]


class EquityPledge(Evidence):
    """What the equity pledge (股权质押) is stated to be worth; never counted as cash. The latest one counts."""

    class Meta(Evidence.Meta):
        db_table = "points_equity_pledge"
        verbose_name = _("equity pledge")
        verbose_name_plural = _("equity pledges")
        ordering = ["-id"]


class BankStatement(models.Model):
    """A bank's statement of the reserve's account (储备账户对账单), as an operator uploaded it."""

    file_name = models.CharField(_("file"), max_length=200)
    sha256 = models.CharField("SHA-256", max_length=64, unique=True)
    uploaded_by = models.CharField(_("uploaded by"), max_length=150)
    uploaded_at = models.DateTimeField(_("uploaded at"))
    first_on = models.DateField(_("first day"))
    last_on = models.DateField(_("last day"))
    closing_fen = models.BigIntegerField(_("closing balance"))

    class Meta:
        db_table = "points_bank_statement"
        verbose_name = _("bank statement of the reserve")
        verbose_name_plural = _("attestation of the reserve")
        ordering = ["-last_on", "-id"]

    def __str__(self) -> str:
        return self.file_name


class BankStatementLine(models.Model):
    """One booking of the bank, with the balance after it."""

    statement = models.ForeignKey(BankStatement, models.PROTECT, related_name="lines", db_index=False)
    row = models.PositiveIntegerField(_("row"))
    on = models.DateField(_("day"))
    amount_fen = models.BigIntegerField(_("amount"))
    balance_fen = models.BigIntegerField(_("balance"))
    reference = models.CharField(_("reference"), max_length=200, blank=True)

    class Meta:
        db_table = "points_bank_statement_line"
        verbose_name = _("booking of the bank")
        verbose_name_plural = _("bookings of the bank")
        ordering = ["row"]
        constraints = [
            models.UniqueConstraint(fields=["statement", "row"], name="points_bank_statement_line_once")
        ]

    def __str__(self) -> str:
        return f"{self.statement_id}/{self.row}"
