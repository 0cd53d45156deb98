"""Attempts to pay, refunds, and what gateways told us."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from tongbao.mall.contracts import MAX_ORDER_FEN
from tongbao.mall.models.claims import Claim
from tongbao.mall.models.orders import Order, OrderLine


class Payment(models.Model):
    """One attempt to pay an order at one gateway. Written before the gateway hears of it.

    ``is_surplus``: the money came, but the order could not take it (paid already, cancelled, timed out), and
    goes back by itself.
    """

    class State(models.TextChoices):
        CREATED = "created", _("created")
        OPEN = "open", _("waiting for payment")
        PAID = "paid", _("paid")
        FAILED = "failed", _("failed")

    number = models.CharField(_("payment number"), max_length=64, unique=True)
    order = models.ForeignKey(Order, models.PROTECT, related_name="payments", verbose_name=_("order"))
    gateway = models.CharField(_("gateway"), max_length=32)
    amount_fen = models.BigIntegerField(_("amount (fen)"))
    state = models.CharField(_("state"), max_length=8, choices=State, default=State.CREATED)
    is_surplus = models.BooleanField(_("surplus"), default=False)
    cashier_url = models.CharField(_("cashier"), max_length=500, blank=True)
    gateway_reference = models.CharField(_("gateway's number"), max_length=80, blank=True)
    created_at = models.DateTimeField(_("created at"))
    paid_at = models.DateTimeField(_("booked at"), null=True)
    gateway_paid_at = models.DateTimeField(_("paid at (gateway)"), null=True)
    tries = models.PositiveSmallIntegerField(_("times asked"), default=0)
    next_ask_at = models.DateTimeField(_("ask again at"), null=True)

    class Meta:
        db_table = "mall_payment"
        verbose_name = _("payment")
        verbose_name_plural = _("payments")
        ordering = ["-id"]
        indexes = [
            models.Index(
                fields=["next_ask_at"],
                name="mall_payment_to_ask",
                condition=Q(state__in=["created", "open"], next_ask_at__isnull=False),
            )
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["order"],
                name="mall_payment_one_counts",
                condition=Q(state="paid", is_surplus=False),
            ),
            # Two clicks on "pay" meet in one attempt.
            models.UniqueConstraint(
                fields=["order", "gateway"],
                name="mall_payment_one_open_attempt",
                condition=Q(state__in=["created", "open"]),
            ),
            models.CheckConstraint(
                condition=Q(amount_fen__gte=1) & Q(amount_fen__lte=MAX_ORDER_FEN),
                name="mall_payment_amount_bounds",
            ),
            models.CheckConstraint(
                condition=Q(state="paid", paid_at__isnull=False) | (~Q(state="paid") & Q(is_surplus=False)),
                name="mall_payment_paid_has_a_time",
            ),
        ]

    def __str__(self) -> str:
        return self.number


class Refund(models.Model):
    """Money on its way back to a customer. Written before the gateway hears of it."""

    class State(models.TextChoices):
        CREATED = "created", _("created")
        SUBMITTED = "submitted", _("submitted")
        SUCCEEDED = "succeeded", _("succeeded")
        FAILED = "failed", _("failed")
        ABANDONED = "abandoned", _("given up")

    class Cause(models.TextChoices):
        CLAIM = "claim", _("after-sales claim")
        LATE_PAYMENT = "late_payment", _("paid too late")
        DUPLICATE_PAYMENT = "duplicate_payment", _("paid twice")
        IMPORTED = "imported", _("taken over")

    number = models.CharField(_("refund number"), max_length=64, unique=True)
    order = models.ForeignKey(Order, models.PROTECT, related_name="refunds", verbose_name=_("order"))
    # None where nothing of the order was paid in money.
    payment = models.ForeignKey(
        Payment, models.PROTECT, null=True, related_name="refunds", verbose_name=_("payment")
    )
    claim = models.ForeignKey(
        Claim, models.PROTECT, null=True, related_name="refunds", verbose_name=_("claim")
    )
    cause = models.CharField(_("cause"), max_length=20, choices=Cause)
    amount_fen = models.BigIntegerField(_("amount (fen)"))
    freight_fen = models.BigIntegerField(_("of it freight (fen)"), default=0)
    points_fen = models.BigIntegerField(_("beside it of what points paid (fen)"), default=0, db_default=0)
    state = models.CharField(_("state"), max_length=10, choices=State, default=State.CREATED)
    gateway_reference = models.CharField(_("gateway's number"), max_length=80, blank=True)
    reason = models.CharField(_("reason"), max_length=500, blank=True)
    last_error = models.CharField(_("last error"), max_length=500, blank=True)
    created_at = models.DateTimeField(_("created at"))
    finished_at = models.DateTimeField(_("finished at"), null=True)
    gateway_refunded_at = models.DateTimeField(_("refunded at (gateway)"), null=True)
    tries = models.PositiveSmallIntegerField(_("tries"), default=0)
    next_ask_at = models.DateTimeField(_("try again at"), null=True)

    class Meta:
        db_table = "mall_refund"
        verbose_name = _("refund")
        verbose_name_plural = _("refunds")
        ordering = ["-id"]
        indexes = [
            models.Index(
                fields=["next_ask_at"],
                name="mall_refund_to_do",
                condition=Q(state__in=["created", "submitted"]),
            )
        ]
        constraints = [
            # A payment that the order could not take goes back once, whoever notices it.
            models.UniqueConstraint(
                fields=["payment"],
                name="mall_refund_surplus_once",
                condition=Q(cause__in=["late_payment", "duplicate_payment"]),
            ),
            models.UniqueConstraint(
                fields=["claim"],
                name="mall_refund_claim_once",
                condition=Q(claim__isnull=False) & ~Q(state="abandoned"),
            ),
            models.CheckConstraint(
                condition=(Q(amount_fen__gte=1, payment__isnull=False) | Q(amount_fen=0, points_fen__gte=1))
                & Q(amount_fen__lte=MAX_ORDER_FEN)
                & Q(points_fen__gte=0)
                & Q(freight_fen__gte=0)
                & Q(freight_fen__lte=F("amount_fen")),
                name="mall_refund_amount_bounds",
            ),
            models.CheckConstraint(
                condition=~Q(state="succeeded") | Q(finished_at__isnull=False),
                name="mall_refund_succeeded_has_a_time",
            ),
        ]

    def __str__(self) -> str:
        return self.number


class RefundLine(models.Model):
    """What of a refund belongs to which order line, in fen."""

    refund = models.ForeignKey(
        Refund, models.PROTECT, related_name="lines", verbose_name=_("refund"), db_index=False
    )
    order_line = models.ForeignKey(OrderLine, models.PROTECT, related_name="+", verbose_name=_("order line"))
    pieces = models.IntegerField(_("pieces"), default=0)
    amount_fen = models.BigIntegerField(_("amount (fen)"))
    points_fen = models.BigIntegerField(_("of what points paid (fen)"), default=0, db_default=0)

    class Meta:
        db_table = "mall_refund_line"
        verbose_name = _("refund line")
        verbose_name_plural = _("refund lines")
        ordering = ["refund_id", "id"]
        constraints = [
            models.UniqueConstraint(fields=["refund", "order_line"], name="mall_refund_line_once"),
            models.CheckConstraint(
                condition=Q(amount_fen__gte=0) & Q(pieces__gte=0), name="mall_refund_line_bounds"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.order_line} ({self.amount_fen})"


class GatewayMessage(models.Model):
    """A verified notification, kept once by the gateway's own id; a repeated one finds its row and stops."""

    class Outcome(models.TextChoices):
        APPLIED = "applied", _("applied")
        NO_EFFECT = "no_effect", _("no effect")
        MISMATCH = "mismatch", _("left for a person")

    gateway = models.CharField(_("gateway"), max_length=32)
    notification_id = models.CharField(_("message id"), max_length=100)
    kind = models.CharField(_("kind"), max_length=10)
    number = models.CharField(_("number"), max_length=64)
    state = models.CharField(_("state"), max_length=10)
    amount_fen = models.BigIntegerField(_("amount (fen)"))
    occurred_at = models.DateTimeField(_("occurred at"))
    received_at = models.DateTimeField(_("received at"))
    outcome = models.CharField(_("outcome"), max_length=10, choices=Outcome, blank=True)

    class Meta:
        db_table = "mall_gateway_message"
        verbose_name = _("gateway message")
        verbose_name_plural = _("gateway messages")
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(fields=["gateway", "notification_id"], name="mall_gateway_message_once")
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.number} {self.state}"
