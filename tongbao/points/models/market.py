"""Orders of the peer-to-peer market, their trades, and what an operator should look at."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from tongbao.members.models import Member


class MarketOrder(models.Model):
    """A limit order (挂单). ``sequence`` is its place in time, given when it is matched for the first time.

    What an ask offers lies on the member's ``points_offered`` with its fee, the money of a bid on ``paid_in_offered``.
    ``ended_sequence`` says where in the same order of events it was cancelled or expired, so that a replay can.
    """

    class Side(models.TextChoices):
        ASK = "ask", _("ask")
        BID = "bid", _("bid")

    class State(models.TextChoices):
        WAITING = "waiting", _("not matched yet")
        OPEN = "open", _("open")
        FILLED = "filled", _("filled")
        CANCELLED = "cancelled", _("cancelled")
        EXPIRED = "expired", _("expired")
        MET_ITSELF = "met_itself", _("met an order of the same member")

    member = models.ForeignKey(
        Member, models.PROTECT, related_name="+", verbose_name=_("member"), db_index=False
    )
    client_key = models.CharField(_("client's key"), max_length=80)
    side = models.CharField(_("side"), max_length=3, choices=Side)
    lots = models.BigIntegerField(_("lots"))
    left = models.BigIntegerField(_("left"))
    lot_units = models.BigIntegerField(_("units of a lot"))
    price_fen = models.BigIntegerField(_("price of a lot (fen)"))
    fee_units = models.BigIntegerField(_("fee (1/10 000)"), default=0)
    state = models.CharField(_("state"), max_length=10, choices=State, default=State.WAITING)
    on = models.DateField(_("day"))
    sequence = models.BigIntegerField(_("sequence"), null=True)
    ended_sequence = models.BigIntegerField(_("ended at sequence"), null=True)
    entered_at = models.DateTimeField(_("entered at"))
    expires_at = models.DateTimeField(_("expires at"))
    ended_at = models.DateTimeField(_("ended at"), null=True)

    class Meta:
        db_table = "points_market_order"
        verbose_name = _("market order")
        verbose_name_plural = _("market orders")
        ordering = ["-id"]
        indexes = [
            models.Index(fields=["id"], name="points_market_waiting", condition=Q(state="waiting")),
            models.Index(
                fields=["price_fen", "sequence"],
                name="points_market_asks",
                condition=Q(state="open", side="ask"),
            ),
            models.Index(
                fields=["-price_fen", "sequence"],
                name="points_market_bids",
                condition=Q(state="open", side="bid"),
            ),
            models.Index(fields=["expires_at"], name="points_market_expiring", condition=Q(state="open")),
            models.Index(fields=["member", "on", "side"], name="points_market_by_member"),
        ]
        constraints = [
            models.UniqueConstraint(fields=["member", "client_key"], name="points_market_order_once"),
            models.CheckConstraint(
                condition=Q(lots__gt=0, left__gte=0, price_fen__gt=0, fee_units__gte=0, lot_units__gt=0)
                & Q(left__lte=F("lots")),
                name="points_market_order_bounds",
            ),
            models.CheckConstraint(
                condition=~Q(state="filled") | Q(left=0), name="points_market_order_filled_has_none_left"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.side} {self.lots} × {self.price_fen}"


class MarketTrade(models.Model):
    """What was traded: written once. ``number`` counts all trades in their order."""

    number = models.BigIntegerField(_("number"), primary_key=True)
    ask = models.ForeignKey(MarketOrder, models.PROTECT, related_name="+", verbose_name=_("ask"))
    bid = models.ForeignKey(MarketOrder, models.PROTECT, related_name="+", verbose_name=_("bid"))
    lots = models.BigIntegerField(_("lots"))
    price_fen = models.BigIntegerField(_("price of a lot (fen)"))
    fee_units = models.BigIntegerField(_("fee (1/10 000)"))
    traded_at = models.DateTimeField(_("traded at"))

    class Meta:
        db_table = "points_market_trade"
        verbose_name = _("trade")
        verbose_name_plural = _("trades")
        ordering = ["-number"]
        indexes = [models.Index(fields=["traded_at"], name="points_market_trade_at")]
        constraints = [
            models.CheckConstraint(
                condition=Q(lots__gt=0, price_fen__gt=0, fee_units__gte=0), name="points_market_trade_bounds"
            )
        ]

    def __str__(self) -> str:
        return str(self.number)


class MarketTape(models.Model):
    """Where the market stands: one row, changed by whoever matches."""

    sequence = models.BigIntegerField(default=0)
    trades = models.BigIntegerField(default=0)
    last_price_fen = models.BigIntegerField(null=True)

    class Meta:
        db_table = "points_market_tape"


class MarketAlert(models.Model):
    """Something that an operator should look at: the same two trading to and fro, or a price that jumps."""

    class Kind(models.TextChoices):
        WASH = "wash", _("trading to and fro")
        JUMP = "jump", _("price jump")

    kind = models.CharField(_("kind"), max_length=10, choices=Kind)
    on = models.DateField(_("day"))
    subject = models.CharField(_("subject"), max_length=120)
    lots = models.BigIntegerField(_("lots"))
    noticed_at = models.DateTimeField(_("noticed at"))

    class Meta:
        db_table = "points_market_alert"
        verbose_name = _("market alert")
        verbose_name_plural = _("market alerts")
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(fields=["kind", "on", "subject"], name="points_market_alert_once")
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.subject}"
