"""After-sales claims: money back, with or without the goods."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from tongbao.mall.models.orders import Order, OrderLine
from tongbao.mall.policy.life import OPEN_CLAIMS


class Claim(models.Model):
    """A wish for money back, and how it was decided. An order has at most one open at a time."""

    class Kind(models.TextChoices):
        REFUND_ONLY = "refund_only", _("refund only")
        RETURN_GOODS = "return_goods", _("return of goods")

    class State(models.TextChoices):
        REQUESTED = "requested", _("requested")
        APPROVED = "approved", _("approved")
        REJECTED = "rejected", _("rejected")
        WITHDRAWN = "withdrawn", _("withdrawn")
        SENT_BACK = "sent_back", _("sent back")
        GOODS_RECEIVED = "goods_received", _("goods received")
        REFUNDING = "refunding", _("being refunded")
        REFUNDED = "refunded", _("refunded")

    number = models.CharField(_("claim number"), max_length=32, unique=True)
    order = models.ForeignKey(Order, models.PROTECT, related_name="claims", verbose_name=_("order"))
    kind = models.CharField(_("kind"), max_length=12, choices=Kind)
    state = models.CharField(_("state"), max_length=14, choices=State, default=State.REQUESTED)
    reason = models.CharField(_("reason"), max_length=500)
    freight_fen = models.BigIntegerField(_("freight (fen)"), default=0)
    answer = models.CharField(_("answer"), max_length=500, blank=True)
    return_address = models.CharField(_("return address"), max_length=300, blank=True)
    carrier = models.CharField(_("carrier"), max_length=40, blank=True)
    tracking_number = models.CharField(_("tracking number"), max_length=64, blank=True)
    was_sent = models.BooleanField(_("goods had been sent"), default=False)
    by_operator = models.BooleanField(_("opened by an operator"), default=False)
    requested_at = models.DateTimeField(_("requested at"))
    ended_at = models.DateTimeField(_("ended at"), null=True)

    class Meta:
        db_table = "mall_claim"
        verbose_name = _("after-sales claim")
        verbose_name_plural = _("after-sales claims")
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["order"], name="mall_claim_one_open", condition=Q(state__in=list(OPEN_CLAIMS))
            ),
            models.CheckConstraint(condition=Q(freight_fen__gte=0), name="mall_claim_freight_not_negative"),
        ]

    def __str__(self) -> str:
        return self.number


class ClaimLine(models.Model):
    """How much of one line is claimed, in fen, and how many pieces go back."""

    claim = models.ForeignKey(
        Claim, models.PROTECT, related_name="lines", verbose_name=_("claim"), db_index=False
    )
    order_line = models.ForeignKey(OrderLine, models.PROTECT, related_name="+", verbose_name=_("order line"))
    pieces = models.IntegerField(_("pieces"), default=0)
    amount_fen = models.BigIntegerField(_("amount (fen)"))
    points_fen = models.BigIntegerField(_("of what points paid (fen)"), default=0, db_default=0)

    class Meta:
        db_table = "mall_claim_line"
        verbose_name = _("claim line")
        verbose_name_plural = _("claim lines")
        ordering = ["claim_id", "id"]
        constraints = [
            models.UniqueConstraint(fields=["claim", "order_line"], name="mall_claim_line_once"),
            models.CheckConstraint(
                condition=Q(pieces__gte=0, amount_fen__gte=0, points_fen__gte=0)
                & (Q(pieces__gt=0) | Q(amount_fen__gt=0)),
                name="mall_claim_line_bounds",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.order_line} ({self.amount_fen})"
