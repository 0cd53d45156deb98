"""The issue, requests to exchange, the register, and dividends."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from tongbao.members.models import Member


class Issue(models.Model):
    """How many shares there may be and how many there are. One row: whoever issues holds it, so the cap holds too."""

    cap = models.BigIntegerField(_("cap"))
    issued = models.BigIntegerField(_("issued"), default=0)
    certificates = models.BigIntegerField(_("certificates"), default=0)

    class Meta:
        db_table = "shares_issue"
        verbose_name = _("issue of shares")
        verbose_name_plural = _("issue of shares")
        constraints = [
            models.CheckConstraint(condition=Q(pk=1), name="shares_issue_one_row"),
            models.CheckConstraint(
                condition=Q(issued__gte=0) & Q(issued__lte=F("cap")), name="shares_issue_below_cap"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.issued} / {self.cap}"


class Exchange(models.Model):
    """A member's request to exchange points into shares (股权兑换申请). The points are set aside while it waits."""

    class State(models.TextChoices):
        WAITING = "waiting", _("waits for approval")
        APPROVED = "approved", _("approved")
        REFUSED = "refused", _("refused")
        WITHDRAWN = "withdrawn", _("withdrawn")

    number = models.CharField(_("number"), max_length=40, unique=True)
    member = models.ForeignKey(Member, models.PROTECT, related_name="+", verbose_name=_("member"))
    client_key = models.CharField(max_length=80)
    shares = models.BigIntegerField(_("shares"))
    units = models.BigIntegerField(_("points (1/10 000)"))
    hold_id = models.BigIntegerField()
    state = models.CharField(_("state"), max_length=10, choices=State, default=State.WAITING)
    reason = models.CharField(_("reason"), max_length=300, blank=True, default="")
    requested_at = models.DateTimeField(_("requested at"))
    decided_at = models.DateTimeField(_("decided at"), null=True)

    class Meta:
        db_table = "shares_exchange"
        verbose_name = _("exchange into shares")
        verbose_name_plural = _("exchanges into shares")
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(fields=["member", "client_key"], name="shares_exchange_once"),
            models.CheckConstraint(condition=Q(shares__gt=0, units__gt=0), name="shares_exchange_bounds"),
        ]

    def __str__(self) -> str:
        return self.number


class Certificate(models.Model):
    """An entry of the register of shares (股权登记册): who holds the shares from one number to another."""

    number = models.CharField(_("number"), max_length=20, unique=True)
    # Drawn, so that nobody can go through them: who has the paper can check it.
    code = models.CharField(max_length=32, unique=True)
    exchange = models.OneToOneField(
        Exchange, models.PROTECT, related_name="certificate", verbose_name=_("request")
    )
    member = models.ForeignKey(Member, models.PROTECT, related_name="+", verbose_name=_("holder"))
    first_share = models.BigIntegerField(_("from share"), unique=True)
    last_share = models.BigIntegerField(_("to share"), unique=True)
    issued_at = models.DateTimeField(_("issued at"))

    class Meta:
        db_table = "shares_certificate"
        verbose_name = _("share certificate")
        verbose_name_plural = _("register of shares")
        ordering = ["-id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(first_share__gt=0) & Q(last_share__gte=F("first_share")),
                name="shares_certificate_bounds",
            )
        ]

    def __str__(self) -> str:
        return self.number

    @property
    def shares(self) -> int:
        """How many it is for."""
        return self.last_share - self.first_share + 1


class Dividend(models.Model):
    """A dividend (分红): drawn up to be looked at, then paid to the register as it stood then, or dropped."""

    class State(models.TextChoices):
        DRAWN_UP = "drawn_up", _("drawn up")
        PAYING = "paying", _("being paid")
        PAID = "paid", _("paid")
        DROPPED = "dropped", _("dropped")

    number = models.CharField(_("number"), max_length=40, unique=True)
    total_fen = models.BigIntegerField(_("amount"))
    total_shares = models.BigIntegerField(_("shares"))
    note = models.CharField(_("note"), max_length=300)
    state = models.CharField(_("state"), max_length=10, choices=State, default=State.DRAWN_UP)
    drawn_up_at = models.DateTimeField(_("drawn up at"))
    paid_at = models.DateTimeField(_("paid at"), null=True)

    class Meta:
        db_table = "shares_dividend"
        verbose_name = _("dividend")
        verbose_name_plural = _("dividends")
        ordering = ["-id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(total_fen__gt=0, total_shares__gt=0), name="shares_dividend_bounds"
            )
        ]

    def __str__(self) -> str:
        return self.number


class DividendPart(models.Model):
    """What a dividend brings one holder. The parts add up to the dividend."""

    dividend = models.ForeignKey(Dividend, models.PROTECT, related_name="parts", db_index=False)
    member = models.ForeignKey(Member, models.PROTECT, related_name="+", verbose_name=_("holder"))
    shares = models.BigIntegerField(_("shares"))
    amount_fen = models.BigIntegerField(_("amount"))
    paid_at = models.DateTimeField(_("paid at"), null=True)

    class Meta:
        db_table = "shares_dividend_part"
        verbose_name = _("part of a dividend")
        verbose_name_plural = _("parts of dividends")
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(fields=["dividend", "member"], name="shares_dividend_part_once"),
            models.CheckConstraint(
                condition=Q(shares__gt=0, amount_fen__gte=0), name="shares_dividend_part_bounds"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.dividend_id}/{self.member_id}"
