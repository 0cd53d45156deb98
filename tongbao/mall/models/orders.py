"""Orders, their lines with prices as they were, and the log of every step."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from tongbao.mall.contracts import MAX_ORDER_FEN
from tongbao.mall.models.catalogue import Product, Variant


class Order(models.Model):
    """One purchase. ``status`` changes only by a conditional update along the table in ``policy.life``.

    ``goods_fen`` is what the goods cost after ``reduction_fen`` was taken off; of it, points pay ``points_fen``.
    """

    class Status(models.TextChoices):
        UNPAID = "unpaid", _("unpaid")
        PAID = "paid", _("paid, to be sent")
        SHIPPED = "shipped", _("shipped")
        RECEIVED = "received", _("received")
        CLOSED = "closed", _("closed")
        CANCELLED = "cancelled", _("cancelled")
        TIMED_OUT = "timed_out", _("timed out")
        REFUNDED = "refunded", _("refunded")

    number = models.CharField(_("order number"), max_length=64, unique=True)
    buyer = models.ForeignKey(
        "members.Member", models.PROTECT, related_name="+", verbose_name=_("buyer"), db_index=False
    )
    client_key = models.CharField(_("client's key"), max_length=80)
    request_hash = models.CharField(max_length=64)
    status = models.CharField(_("status"), max_length=10, choices=Status, default=Status.UNPAID)
    has_open_claim = models.BooleanField(_("open claim"), default=False)
    needs_delivery = models.BooleanField(_("to be delivered"), default=True)
    is_imported = models.BooleanField(_("imported"), default=False)

    recipient = models.CharField(_("recipient"), max_length=60, blank=True)
    phone = models.CharField(_("phone"), max_length=20, blank=True)
    region_code = models.CharField(_("region"), max_length=6, blank=True)
    street = models.CharField(_("street"), max_length=200, blank=True)
    buyer_note = models.CharField(_("buyer's note"), max_length=200, blank=True)
    invitation_code = models.CharField(_("invitation code"), max_length=32, blank=True)

    goods_fen = models.BigIntegerField(_("goods (fen)"))
    reduction_fen = models.BigIntegerField(_("taken off by a coupon (fen)"), default=0, db_default=0)
    reduction_title = models.CharField(_("coupon"), max_length=60, blank=True, db_default="")
    freight_fen = models.BigIntegerField(_("freight (fen)"), default=0)
    points_fen = models.BigIntegerField(_("paid with points (fen)"), default=0, db_default=0)
    freight_promised_fen = models.BigIntegerField(_("freight promised back (fen)"), default=0)
    freight_refunded_fen = models.BigIntegerField(_("freight refunded (fen)"), default=0)

    carrier = models.CharField(_("carrier"), max_length=40, blank=True)
    tracking_number = models.CharField(_("tracking number"), max_length=64, blank=True)

    placed_at = models.DateTimeField(_("placed at"))
    pay_before = models.DateTimeField(_("pay before"))
    paid_at = models.DateTimeField(_("paid at"), null=True)
    shipped_at = models.DateTimeField(_("shipped at"), null=True)
    received_at = models.DateTimeField(_("received at"), null=True)
    ended_at = models.DateTimeField(_("ended at"), null=True)

    class Meta:
        db_table = "mall_order"
        verbose_name = _("order")
        verbose_name_plural = _("orders")
        ordering = ["-id"]
        indexes = [
            models.Index(fields=["buyer", "-id"], name="mall_order_by_buyer"),
            models.Index(fields=["pay_before"], name="mall_order_unpaid", condition=Q(status="unpaid")),
            models.Index(fields=["shipped_at"], name="mall_order_shipped", condition=Q(status="shipped")),
            models.Index(fields=["received_at"], name="mall_order_received", condition=Q(status="received")),
            models.Index(fields=["status", "-id"], name="mall_order_by_status"),
            models.Index(fields=["paid_at"], name="mall_order_by_payment"),
            models.Index(
                fields=["region_code", "paid_at"],
                name="mall_order_by_region",
                condition=Q(paid_at__isnull=False),
            ),
        ]
        constraints = [
            models.UniqueConstraint(fields=["buyer", "client_key"], name="mall_order_client_key_once"),
            models.CheckConstraint(
                condition=Q(goods_fen__gte=0)
                & Q(freight_fen__gte=0)
                & Q(goods_fen__lte=MAX_ORDER_FEN - F("freight_fen")),
                name="mall_order_amount_bounds",
            ),
            models.CheckConstraint(
                condition=Q(points_fen__gte=0) & Q(points_fen__lte=F("goods_fen")),
                name="mall_order_points_pay_goods_alone",
            ),
            models.CheckConstraint(
                condition=Q(reduction_fen__gte=0) & (Q(reduction_fen=0) | Q(goods_fen__gte=1)),
                name="mall_order_reduction_leaves_a_price",
            ),
            models.CheckConstraint(
                condition=Q(freight_refunded_fen__gte=0)
                & Q(freight_refunded_fen__lte=F("freight_promised_fen"))
                & Q(freight_promised_fen__lte=F("freight_fen")),
                name="mall_order_freight_refund_bounds",
            ),
            models.CheckConstraint(
                condition=Q(status__in=["unpaid", "cancelled", "timed_out"]) | Q(paid_at__isnull=False),
                name="mall_order_paid_has_a_time",
            ),
            models.CheckConstraint(
                condition=~Q(status__in=["received", "closed"]) | Q(received_at__isnull=False),
                name="mall_order_received_has_a_time",
            ),
        ]

    @property
    def total_fen(self) -> int:
        """What the buyer pays in money: goods less what points pay of them, and freight."""
        return self.goods_fen - self.points_fen + self.freight_fen

    def __str__(self) -> str:
        return self.number


class OrderLine(models.Model):
    """One product of an order, with everything that must not change when the catalogue does.

    ``base_fen`` is what is paid for it in money, ``points_fen`` what points pay, ``reduction_fen`` what a coupon took
    off and nobody pays: together they are the price times the pieces. ``promised_fen`` is what refunds were
    started for, ``refunded_fen`` what has arrived at the customer; so with what points paid.
    """

    order = models.ForeignKey(
        Order, models.PROTECT, related_name="lines", verbose_name=_("order"), db_index=False
    )
    position = models.PositiveSmallIntegerField(_("position"))
    product = models.ForeignKey(
        Product, models.PROTECT, null=True, related_name="+", verbose_name=_("product")
    )
    variant = models.ForeignKey(
        Variant, models.PROTECT, null=True, related_name="+", verbose_name=_("variant")
    )
    product_code = models.CharField(_("product code"), max_length=64)
    kind = models.CharField(_("kind"), max_length=10, choices=Product.Kind)
    title = models.CharField(_("title"), max_length=80)
    variant_title = models.CharField(_("variant"), max_length=80, blank=True)
    sku = models.CharField(_("SKU"), max_length=64, blank=True)
    plan_key = models.CharField(_("distribution plan"), max_length=64, blank=True)
    price_fen = models.BigIntegerField(_("price (fen)"))
    quantity = models.IntegerField(_("quantity"))
    base_fen = models.BigIntegerField(_("paid for the line (fen)"))
    promised_fen = models.BigIntegerField(_("promised back (fen)"), default=0)
    refunded_fen = models.BigIntegerField(_("refunded (fen)"), default=0)
    reduction_fen = models.BigIntegerField(_("taken off by a coupon (fen)"), default=0, db_default=0)
    points_fen = models.BigIntegerField(_("paid with points (fen)"), default=0, db_default=0)
    points_promised_fen = models.BigIntegerField(_("points promised back (fen)"), default=0, db_default=0)
    points_refunded_fen = models.BigIntegerField(_("points refunded (fen)"), default=0, db_default=0)
    pieces_back = models.IntegerField(_("pieces taken back"), default=0)

    class Meta:
        db_table = "mall_order_line"
        verbose_name = _("order line")
        verbose_name_plural = _("order lines")
        ordering = ["order_id", "position"]
        indexes = [
            # The few lines that went back whole, whose reviews don't count.
            models.Index(
                fields=["product"],
                name="mall_order_line_all_back",
                condition=Q(promised_fen=F("base_fen"), points_promised_fen=F("points_fen"))
                & (Q(base_fen__gt=0) | Q(points_fen__gt=0)),
            )
        ]
        constraints = [
            models.UniqueConstraint(fields=["order", "position"], name="mall_order_line_position_once"),
            models.CheckConstraint(
                condition=Q(quantity__gte=1)
                & Q(base_fen__gte=0)
                & Q(base_fen__lte=MAX_ORDER_FEN)
                & Q(price_fen__gte=0),
                name="mall_order_line_bounds",
            ),
            models.CheckConstraint(
                condition=Q(reduction_fen=0)
                | (
                    Q(reduction_fen__gte=1)
                    & Q(base_fen=F("price_fen") * F("quantity") - F("reduction_fen") - F("points_fen"))
                    & (Q(base_fen__gte=1) | Q(points_fen__gte=1))
                ),
                name="mall_order_line_every_fen_explained",
            ),
            # Nobody ever gets more back than they paid, whatever a program gets wrong.
            models.CheckConstraint(
                condition=Q(refunded_fen__gte=0)
                & Q(refunded_fen__lte=F("promised_fen"))
                & Q(promised_fen__lte=F("base_fen")),
                name="mall_order_line_refund_bounds",
            ),
            models.CheckConstraint(
                condition=Q(points_refunded_fen__gte=0)
                & Q(points_refunded_fen__lte=F("points_promised_fen"))
                & Q(points_promised_fen__lte=F("points_fen")),
                name="mall_order_line_points_refund_bounds",
            ),
            models.CheckConstraint(
                condition=Q(pieces_back__gte=0) & Q(pieces_back__lte=F("quantity")),
                name="mall_order_line_pieces_back_bounds",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.title} × {self.quantity}"


class Transition(models.Model):
    """A step that an order or a claim took: when, by whom, why. Written once, never changed."""

    order = models.ForeignKey(Order, models.PROTECT, related_name="transitions", verbose_name=_("order"))
    claim = models.ForeignKey(
        "mall.Claim", models.PROTECT, null=True, related_name="transitions", verbose_name=_("claim")
    )
    step = models.CharField(_("step"), max_length=20)
    from_state = models.CharField(_("from state"), max_length=20, blank=True)
    to_state = models.CharField(_("to state"), max_length=20)
    actor_kind = models.CharField(_("who (kind)"), max_length=10)
    actor_name = models.CharField(_("who"), max_length=150)
    actor_id = models.BigIntegerField(_("who (id)"), null=True)
    reason = models.CharField(_("why"), max_length=500, blank=True)
    at = models.DateTimeField(_("when"))

    class Meta:
        db_table = "mall_transition"
        verbose_name = _("step")
        verbose_name_plural = _("steps")
        ordering = ["id"]

    def __str__(self) -> str:
        return f"{self.step}: {self.from_state} → {self.to_state}"
