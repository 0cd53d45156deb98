"""What members earned, as it was disclosed."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _


class IncomeDisclosure(models.Model):
    """One counting of all members' incomes (收入披露): added, never changed, so that what was told stays told."""

    as_of = models.DateTimeField(_("as of"), unique=True)
    since = models.DateTimeField(_("twelve months from"))
    members = models.BigIntegerField(_("members"))

    class Meta:
        db_table = "rewards_income_disclosure"
        verbose_name = _("income disclosure")
        verbose_name_plural = _("income disclosures")
        ordering = ["-as_of"]

    def __str__(self) -> str:
        return self.as_of.isoformat()


class IncomeRow(models.Model):
    """The figures of one group in one period. ``place`` 0 is everybody; the others are ranks, lowest first."""

    class Period(models.TextChoices):
        YEAR = "year", _("the last twelve months")
        EVER = "ever", _("all time")

    disclosure = models.ForeignKey(IncomeDisclosure, models.PROTECT, related_name="rows")
    period = models.CharField(_("period"), max_length=4, choices=Period)
    place = models.PositiveSmallIntegerField(_("place"))
    ranks = ArrayField(models.CharField(max_length=40), verbose_name=_("ranks"))
    members = models.BigIntegerField(_("members"))
    earned_nothing = models.BigIntegerField(_("earned nothing"))
    quarter_fen = models.BigIntegerField()
    median_fen = models.BigIntegerField()
    three_quarters_fen = models.BigIntegerField()
    ninety_fen = models.BigIntegerField()
    ninety_nine_fen = models.BigIntegerField()
    most_fen = models.BigIntegerField()
    total_fen = models.BigIntegerField()
    mean_fen = models.BigIntegerField()
    top_hundredth_bp = models.PositiveIntegerField()
    top_tenth_bp = models.PositiveIntegerField()
    spent_median_fen = models.BigIntegerField()

    class Meta:
        db_table = "rewards_income_row"
        verbose_name = _("incomes of a group")
        verbose_name_plural = _("incomes of groups")
        ordering = ["disclosure_id", "-period", "place"]
        constraints = [
            models.UniqueConstraint(fields=["disclosure", "period", "place"], name="rewards_income_row_once"),
            # Nobody's income may be read off a small group.
            models.CheckConstraint(condition=Q(members__gte=5), name="rewards_income_row_is_no_small_group"),
            models.CheckConstraint(
                condition=Q(
                    earned_nothing__gte=0,
                    earned_nothing__lte=F("members"),
                    quarter_fen__gte=0,
                    quarter_fen__lte=F("median_fen"),
                    median_fen__lte=F("three_quarters_fen"),
                    three_quarters_fen__lte=F("ninety_fen"),
                    ninety_fen__lte=F("ninety_nine_fen"),
                    ninety_nine_fen__lte=F("most_fen"),
                    most_fen__lte=F("total_fen"),
                ),
                name="rewards_income_row_in_order",
            ),
        ]
