"""What a cart costs: one function for the quote and for the order itself."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

from tongbao.mall.contracts import (
    MAX_LINES,
    CartIsEmpty,
    OutOfStock,
    ProductKind,
    ProductNotForSale,
    ReducibleLine,
    Reduction,
    TooManyLines,
    Wish,
)
from tongbao.mall.policy.amounts import FreightTerms, Parcel, check_quantity, freight, order_total

DELIVERED: tuple[ProductKind, ...] = ("goods", "gift_pack")
"""Kinds that are sent. Services and virtual goods are received on use."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Offer:
    """A variant as the catalogue offers it at this moment."""

    variant_id: int
    product_id: int
    sku: str
    product_code: str
    title: str
    variant_title: str
    kind: ProductKind
    plan_key: str
    price_fen: int
    stock: int
    is_on_sale: bool
    freight_terms_id: int
    freight_terms: FreightTerms
    category_id: int | None = None


def part_by_line(*, part_fen: int, goods_fen: tuple[int, ...]) -> tuple[int, ...]:
    """What each line of an order bears of a part payment, by what it costs; the parts add up, none above its line.

    >>> part_by_line(part_fen=100, goods_fen=(100, 0, 100, 100))
    (33, 0, 33, 34)
    """
    total, before, parts = sum(goods_fen), 0, []
    for cost_fen in goods_fen:
        parts.append(part_fen * (before + cost_fen) // total - part_fen * before // total)
        before += cost_fen
    return tuple(parts)


@dataclass(frozen=True, slots=True, kw_only=True)
class QuotedLine:
    """One line of a quote: ``base_fen`` is what it costs without freight, after ``reduction_fen`` was taken off."""

    offer: Offer
    quantity: int
    base_fen: int
    reduction_fen: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Quote:
    """What an order of these lines would cost now, in fen. Goods and lines are after ``reduction_fen``."""

    lines: tuple[QuotedLine, ...]
    goods_fen: int
    freight_fen: int
    total_fen: int
    needs_delivery: bool
    reduction_fen: int = 0
    reduction_title: str = ""

    @property
    def reducible(self) -> tuple[ReducibleLine, ...]:
        """The lines as whoever makes them cheaper sees them."""
        return tuple(
            ReducibleLine(
                product_code=line.offer.product_code,
                category_id=line.offer.category_id,
                kind=line.offer.kind,
                cost_fen=line.base_fen,
            )
            for line in self.lines
        )

    def reduced(self, reduction: Reduction) -> Quote:
        """The same lines, each cheaper by its part. Freight stays as it was: a coupon never makes it dearer.

        Raises ValueError where a line would keep less than 1 fen, or more were taken off than nothing: a
        programming error of whoever reduced.
        """
        lines = tuple(
            replace(line, base_fen=line.base_fen - part_fen, reduction_fen=part_fen)
            for line, part_fen in zip(self.lines, reduction.by_line_fen, strict=True)
        )
        if any(line.reduction_fen and (line.reduction_fen < 0 or line.base_fen < 1) for line in lines):
            raise ValueError("a reduction leaves every line at least 1 fen and adds nothing")
        total_fen = sum(reduction.by_line_fen)
        return replace(
            self,
            lines=lines,
            goods_fen=self.goods_fen - total_fen,
            total_fen=self.total_fen - total_fen,
            reduction_fen=total_fen,
            reduction_title=reduction.title if total_fen else "",
        )


def merge_wishes(wishes: Iterable[Wish]) -> dict[str, int]:
    """Pieces by SKU, in the order asked. Raises CartIsEmpty, TooManyLines, BadQuantity.

    >>> merge_wishes([Wish(sku="a", quantity=1), Wish(sku="b", quantity=1), Wish(sku="a", quantity=2)])
    {'a': 3, 'b': 1}
    """
    pieces: dict[str, int] = {}
    for wish in wishes:
        pieces[wish.sku] = check_quantity(pieces.get(wish.sku, 0) + check_quantity(wish.quantity))
    if not pieces:
        raise CartIsEmpty()
    if len(pieces) > MAX_LINES:
        raise TooManyLines(limit=MAX_LINES)
    return pieces


def quote(*, offers: Iterable[Offer], pieces: dict[str, int], check_stock: bool) -> Quote:
    """Price the wished pieces. ``offers`` holds one for each SKU in ``pieces``.

    With ``check_stock`` an offer that is short is refused here; an order itself leaves that to the database.
    Raises ProductNotForSale, OutOfStock, OrderTooLarge.
    """
    by_sku = {offer.sku: offer for offer in offers}
    lines = []
    for sku, quantity in pieces.items():
        offer = by_sku[sku]
        if not offer.is_on_sale:
            raise ProductNotForSale(product=offer.title)
        if check_stock and offer.stock < quantity:
            raise OutOfStock(product=offer.title, left=offer.stock, asked=quantity)
        lines.append(QuotedLine(offer=offer, quantity=quantity, base_fen=offer.price_fen * quantity))
    goods_fen = sum(line.base_fen for line in lines)
    sent = [line for line in lines if line.offer.kind in DELIVERED]
    freight_fen = freight(
        Parcel(terms_id=line.offer.freight_terms_id, terms=line.offer.freight_terms, goods_fen=line.base_fen)
        for line in sent
    )
    return Quote(
        lines=tuple(lines),
        goods_fen=goods_fen,
        freight_fen=freight_fen,
        total_fen=order_total(goods_fen=goods_fen, freight_fen=freight_fen),
        needs_delivery=bool(sent),
    )
