"""Stock: taken by a conditional update, so that what is not there can't be sold."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime

from django.db.models import F, Value
from django.db.models.functions import Least

from tongbao.kit.transactions import transaction
from tongbao.mall.contracts import MAX_STOCK, OutOfStock, ProductNotForSale, ProductUnknown
from tongbao.mall.models import Variant
from tongbao.mall.policy.amounts import check_amount
from tongbao.tenancy.contracts import Actor, AuditFact
from tongbao.tenancy.services import audit


def take_stock(*, pieces_by_variant: Mapping[int, int]) -> None:
    """Take pieces of variants out of stock, all or none. Runs in the caller's transaction.

    Locks the variants in order of id, so that two orders can't wait for each other; the price of a variant
    can't change before the transaction ends. Raises OutOfStock, ProductNotForSale.
    """
    for variant_id in sorted(pieces_by_variant):
        pieces = pieces_by_variant[variant_id]
        # Conditions on the variant's own columns alone: with a join the condition would move into a subquery,
        # which is not looked at again after waiting for another buyer's lock.
        taken = Variant.objects.filter(id=variant_id, stock__gte=pieces, is_on_sale=True).update(
            stock=F("stock") - pieces
        )
        if not taken:
            row = Variant.objects.select_related("product").get(id=variant_id)
            if not row.is_on_sale:
                raise ProductNotForSale(product=row.product.title)
            raise OutOfStock(product=row.product.title, left=row.stock, asked=pieces)


def give_back_stock(*, pieces_by_variant: Mapping[int, int]) -> None:
    """Put pieces back, in the caller's transaction. Locks the variants in order of id."""
    for variant_id in sorted(pieces_by_variant):
        Variant.objects.filter(id=variant_id).update(
            stock=Least(F("stock") + pieces_by_variant[variant_id], Value(MAX_STOCK))
        )


def pieces_of(lines: Iterable[tuple[int | None, int]]) -> dict[int, int]:
    """Pieces by variant from ``(variant id, pieces)`` of lines; imported lines have no variant.

    >>> pieces_of([(7, 1), (8, 2), (7, 3), (None, 4)])
    {7: 4, 8: 2}
    """
    pieces: dict[int, int] = {}
    for variant_id, quantity in lines:
        if variant_id is not None:
            pieces[variant_id] = pieces.get(variant_id, 0) + quantity
    return pieces


def add_stock(*, sku: str, pieces: int, actor: Actor, reason: str, now: datetime) -> int:
    """Add pieces that came in, or take out (negative) what was lost; return what is left.

    Raises BadAmount, OutOfStock (more lost than there is), ProductUnknown.
    """
    check_amount(what="stock", value=pieces, low=-MAX_STOCK, high=MAX_STOCK)
    with transaction():
        changed = Variant.objects.filter(sku=sku, stock__gte=-pieces, stock__lte=MAX_STOCK - pieces).update(
            stock=F("stock") + pieces
        )
        row = Variant.objects.select_related("product").filter(sku=sku).first()
        if row is None:
            raise ProductUnknown(key=sku)
        if not changed:
            raise OutOfStock(product=row.product.title, left=row.stock, asked=-pieces)
        audit(
            AuditFact(
                actor=actor,
                action="stock.add",
                subject=f"variant:{sku}",
                reason=reason,
                detail={"pieces": pieces, "left": row.stock},
            ),
            now=now,
        )
    return int(row.stock)
