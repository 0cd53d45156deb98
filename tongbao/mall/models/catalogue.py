"""What is for sale: categories, products, variants with stock, pictures, freight terms."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from tongbao.mall.contracts import MAX_PRICE_FEN, MAX_STOCK


class Category(models.Model):
    """A shelf of the shop; shelves stand in a tree."""

    parent = models.ForeignKey(
        "self",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="children",
        verbose_name=_("parent category"),
    )
    title = models.CharField(_("title"), max_length=40)
    position = models.IntegerField(_("position"), default=0)
    is_shown = models.BooleanField(_("shown"), default=True)

    class Meta:
        db_table = "mall_category"
        verbose_name = _("category")
        verbose_name_plural = _("categories")
        ordering = ["position", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["parent", "title"], name="mall_category_title_once", nulls_distinct=False
            ),
            models.CheckConstraint(
                condition=models.Q(parent__isnull=True) | ~models.Q(parent=models.F("id")),
                name="mall_category_not_in_itself",
            ),
        ]

    def __str__(self) -> str:
        return self.title


class FreightTemplate(models.Model):
    """Flat freight for an order, free from an amount of goods on. Amounts in fen."""

    title = models.CharField(_("title"), max_length=40, unique=True)
    fee_fen = models.BigIntegerField(_("fee (fen)"))
    free_above_fen = models.BigIntegerField(_("free from (fen)"), default=0)

    class Meta:
        db_table = "mall_freight_template"
        verbose_name = _("freight template")
        verbose_name_plural = _("freight templates")
        ordering = ["title"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(fee_fen__gte=0, fee_fen__lte=1_000_000, free_above_fen__gte=0),
                name="mall_freight_template_bounds",
            )
        ]

    def __str__(self) -> str:
        return self.title


class Product(models.Model):
    """Something for sale. A gift pack's code is what the plan's promotion rules name."""

    class Kind(models.TextChoices):
        GOODS = "goods", _("physical goods")
        GIFT_PACK = "gift_pack", _("gift pack")
        SERVICE = "service", _("services")
        VIRTUAL = "virtual", _("virtual goods")

    code = models.CharField(_("code"), max_length=64, unique=True)
    kind = models.CharField(_("kind"), max_length=10, choices=Kind, default=Kind.GOODS)
    title = models.CharField(_("title"), max_length=80)
    subtitle = models.CharField(_("subtitle"), max_length=120, blank=True)
    description = models.TextField(_("description"), blank=True, max_length=20_000)
    category = models.ForeignKey(
        Category, models.PROTECT, null=True, blank=True, related_name="products", verbose_name=_("category")
    )
    # The plan that pays sponsors for sales of this product; empty means none.
    plan_key = models.CharField(_("distribution plan"), max_length=64, blank=True)
    freight_template = models.ForeignKey(
        FreightTemplate,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("freight template"),
    )
    is_on_sale = models.BooleanField(_("on sale"), default=False)
    position = models.IntegerField(_("position"), default=0)
    created_at = models.DateTimeField(_("created at"))
    changed_at = models.DateTimeField(_("changed at"))

    class Meta:
        db_table = "mall_product"
        verbose_name = _("product")
        verbose_name_plural = _("products")
        ordering = ["position", "-id"]
        indexes = [
            models.Index(
                fields=["category", "position"],
                name="mall_product_on_sale",
                condition=models.Q(is_on_sale=True),
            )
        ]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(code__regex=r"^[a-z0-9][a-z0-9._-]*$"), name="mall_product_code_is_plain"
            ),
            models.CheckConstraint(
                condition=models.Q(kind__in=["goods", "gift_pack", "service", "virtual"]),
                name="mall_product_kind_known",
            ),
        ]

    def __str__(self) -> str:
        return self.title


class Variant(models.Model):
    """One size or colour of a product, with its price and what is left of it."""

    product = models.ForeignKey(Product, models.PROTECT, related_name="variants", verbose_name=_("product"))
    sku = models.CharField(_("SKU"), max_length=64, unique=True)
    title = models.CharField(_("variant"), max_length=80, blank=True)
    price_fen = models.BigIntegerField(_("price (fen)"))
    stock = models.IntegerField(_("stock"), default=0)
    is_on_sale = models.BooleanField(_("on sale"), default=True)
    position = models.IntegerField(_("position"), default=0)

    class Meta:
        db_table = "mall_variant"
        verbose_name = _("variant")
        verbose_name_plural = _("variants")
        ordering = ["position", "id"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(price_fen__gte=1, price_fen__lte=MAX_PRICE_FEN),
                name="mall_variant_price_bounds",
            ),
            # Whatever a program gets wrong, what isn't there can't be sold.
            models.CheckConstraint(
                condition=models.Q(stock__gte=0, stock__lte=MAX_STOCK), name="mall_variant_stock_bounds"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.product.title} {self.title}".strip()


class Picture(models.Model):
    """A picture of a product: our own JPEG under a random name, whatever was uploaded."""

    product = models.ForeignKey(Product, models.CASCADE, related_name="pictures", verbose_name=_("product"))
    file = models.CharField(_("file"), max_length=120, unique=True)
    width = models.PositiveIntegerField(_("width"))
    height = models.PositiveIntegerField(_("height"))
    position = models.IntegerField(_("position"), default=0)

    class Meta:
        db_table = "mall_picture"
        verbose_name = _("picture")
        verbose_name_plural = _("pictures")
        ordering = ["position", "id"]

    def __str__(self) -> str:
        return self.file
