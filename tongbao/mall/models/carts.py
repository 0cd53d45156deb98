"""A member's cart."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from tongbao.mall.contracts import MAX_QUANTITY
from tongbao.mall.models.catalogue import Variant


class CartLine(models.Model):
    """A wish, nothing more: neither price nor stock is promised before checkout."""

    buyer = models.ForeignKey("members.Member", models.CASCADE, related_name="+", verbose_name=_("member"))
    variant = models.ForeignKey(Variant, models.CASCADE, related_name="+", verbose_name=_("variant"))
    quantity = models.IntegerField(_("quantity"))
    changed_at = models.DateTimeField(_("changed at"))

    class Meta:
        db_table = "mall_cart_line"
        verbose_name = _("cart line")
        verbose_name_plural = _("cart lines")
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(fields=["buyer", "variant"], name="mall_cart_line_variant_once"),
            models.CheckConstraint(
                condition=models.Q(quantity__gte=1, quantity__lte=MAX_QUANTITY),
                name="mall_cart_line_quantity_bounds",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.variant} × {self.quantity}"
