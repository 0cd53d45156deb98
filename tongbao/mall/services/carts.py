"""Writes of a member's cart."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from django.db.models import F, Value
from django.db.models.functions import Least

from tongbao.kit.transactions import transaction
from tongbao.mall.contracts import (
    MAX_LINES,
    MAX_QUANTITY,
    ProductNotForSale,
    ProductUnknown,
    TooManyLines,
)
from tongbao.mall.models import CartLine, Variant
from tongbao.mall.policy.amounts import check_quantity


def add_to_cart(*, member_id: int, sku: str, quantity: int, now: datetime) -> None:
    """Add pieces of a variant; a line that is there grows, up to the most a line may hold.

    Raises BadQuantity, ProductUnknown, ProductNotForSale, TooManyLines.
    """
    pieces = check_quantity(quantity)
    variant = _variant(sku)
    with transaction():
        _, made = CartLine.objects.get_or_create(
            buyer_id=member_id,
            variant=variant,
            defaults={"quantity": pieces, "changed_at": now},
        )
        if not made:
            CartLine.objects.filter(buyer_id=member_id, variant=variant).update(
                quantity=Least(F("quantity") + pieces, Value(MAX_QUANTITY)), changed_at=now
            )
        if CartLine.objects.filter(buyer_id=member_id).count() > MAX_LINES:
            raise TooManyLines(limit=MAX_LINES)


def set_cart_quantity(*, member_id: int, sku: str, quantity: int, now: datetime) -> None:
    """Set how many pieces of a variant are in the cart. Raises BadQuantity, ProductUnknown."""
    changed = CartLine.objects.filter(buyer_id=member_id, variant__sku=sku).update(
        quantity=check_quantity(quantity), changed_at=now
    )
    if not changed:
        raise ProductUnknown(key=sku)


def remove_from_cart(*, member_id: int, skus: Iterable[str]) -> int:
    """Remove lines; say how many there were. What is not in the cart is no error."""
    removed, _ = CartLine.objects.filter(buyer_id=member_id, variant__sku__in=list(skus)).delete()
    return removed


def _variant(sku: str) -> Variant:
    variant = Variant.objects.select_related("product").filter(sku=sku).first()
    if variant is None:
        raise ProductUnknown(key=sku)
    if not (variant.is_on_sale and variant.product.is_on_sale):
        raise ProductNotForSale(product=variant.product.title)
    return variant
