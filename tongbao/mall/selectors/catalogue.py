"""Reads of the catalogue and of carts."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

from django.core.files.storage import default_storage
from django.db.models import Min, Q, Sum

from tongbao.mall.contracts import MallSettings, ProductKind, ProductUnknown, Wish
from tongbao.mall.models import CartLine, Category, Product, Variant
from tongbao.mall.policy.amounts import FreightTerms
from tongbao.mall.policy.pricing import Offer, Quote, merge_wishes, quote
from tongbao.tenancy.selectors import tenant_settings

ProductSort = Literal["position", "newest", "price_up", "price_down"]
PAGE_LIMIT = 100

# The only ways to sort: a reader's word never becomes part of a query.
SORTS: dict[ProductSort, tuple[str, ...]] = {
    "position": ("position", "-id"),
    "newest": ("-id",),
    "price_up": ("from_price_fen", "-id"),
    "price_down": ("-from_price_fen", "-id"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class CategoryNode:
    """A category with those below it."""

    category_id: int
    title: str
    children: tuple[CategoryNode, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class PictureView:
    url: str
    width: int
    height: int


@dataclass(frozen=True, slots=True, kw_only=True)
class VariantView:
    sku: str
    title: str
    price_fen: int
    stock: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ProductView:
    """A product as a customer sees it; the variants are those on sale."""

    code: str
    kind: ProductKind
    title: str
    subtitle: str
    description: str
    category_id: int | None
    from_price_fen: int
    stock: int
    is_on_sale: bool
    pictures: tuple[PictureView, ...]
    variants: tuple[VariantView, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class CartLineView:
    """A cart's line with today's price. ``is_available``: on sale, and enough of it there."""

    sku: str
    product_code: str
    title: str
    variant_title: str
    quantity: int
    price_fen: int
    stock: int
    is_available: bool
    picture: PictureView | None


def categories() -> tuple[CategoryNode, ...]:
    """The tree of shown categories; what stands below a hidden one is hidden too."""
    children: dict[int | None, list[Category]] = {}
    for row in Category.objects.filter(is_shown=True):
        children.setdefault(row.parent_id, []).append(row)

    def below(parent_id: int | None) -> tuple[CategoryNode, ...]:
        return tuple(
            CategoryNode(category_id=row.pk, title=row.title, children=below(row.pk))
            for row in children.get(parent_id, [])
        )

    return below(None)


def category_and_below(*, category_id: int) -> tuple[int, ...]:
    """The ids of a category and of everything below it."""
    parents = dict(Category.objects.values_list("id", "parent_id"))
    found = [category_id] if category_id in parents else []
    for known in found:
        found.extend(child for child, parent in parents.items() if parent == known)
    return tuple(found)


def products(
    *,
    category_id: int | None = None,
    kind: ProductKind | None = None,
    search: str = "",
    sort: ProductSort = "position",
    offset: int = 0,
    limit: int = 20,
) -> tuple[ProductView, ...]:
    """One page of the products on sale that have a variant on sale."""
    rows = Product.objects.filter(is_on_sale=True, variants__is_on_sale=True).annotate(
        from_price_fen=Min("variants__price_fen", filter=Q(variants__is_on_sale=True))
    )
    if category_id is not None:
        rows = rows.filter(category_id__in=category_and_below(category_id=category_id))
    if kind is not None:
        rows = rows.filter(kind=kind)
    if search:
        rows = rows.filter(Q(title__icontains=search) | Q(subtitle__icontains=search))
    page = rows.order_by(*SORTS[sort])[offset : offset + min(limit, PAGE_LIMIT)]
    return tuple(_product_view(row) for row in page.prefetch_related("variants", "pictures"))


def product(*, code: str) -> ProductView:
    """One product, on sale or not. Raises ProductUnknown."""
    row = Product.objects.prefetch_related("variants", "pictures").filter(code=code).first()
    if row is None:
        raise ProductUnknown(key=code)
    return _product_view(row)


def offers(*, skus: Iterable[str]) -> tuple[Offer, ...]:
    """The variants by SKU as they are offered at this moment. Raises ProductUnknown."""
    wanted = list(skus)
    settings = tenant_settings(MallSettings)
    shop_terms = FreightTerms(fee_fen=settings.freight_fen, free_above_fen=settings.free_freight_above_fen)
    found = {
        row.sku: _offer(row, shop_terms)
        for row in Variant.objects.filter(sku__in=wanted).select_related("product__freight_template")
    }
    for sku in wanted:
        if sku not in found:
            raise ProductUnknown(key=sku)
    return tuple(found[sku] for sku in wanted)


def quote_for(*, wishes: Iterable[Wish]) -> Quote:
    """What these wishes cost now; nothing is reserved. Raises what ``policy.pricing`` raises."""
    pieces = merge_wishes(wishes)
    return quote(offers=offers(skus=pieces), pieces=pieces, check_stock=True)


def cart(*, member_id: int) -> tuple[CartLineView, ...]:
    """A member's cart with today's prices, oldest line first."""
    rows = (
        CartLine.objects.filter(buyer_id=member_id)
        .select_related("variant__product")
        .prefetch_related("variant__product__pictures")
    )
    return tuple(_cart_line_view(row) for row in rows)


def cart_wishes(*, member_id: int, skus: Iterable[str] | None = None) -> tuple[Wish, ...]:
    """The wishes in a member's cart, all or those named."""
    rows = CartLine.objects.filter(buyer_id=member_id)
    if skus is not None:
        rows = rows.filter(variant__sku__in=list(skus))
    return tuple(
        Wish(sku=sku, quantity=quantity) for sku, quantity in rows.values_list("variant__sku", "quantity")
    )


def stock_of(*, sku: str) -> int:
    """Pieces left of a variant. Raises ProductUnknown."""
    left = Variant.objects.filter(sku=sku).aggregate(left=Sum("stock"))["left"]
    if left is None:
        raise ProductUnknown(key=sku)
    return int(left)


def low_stock(*, below: int = 10) -> int:
    """How many variants on sale have fewer pieces than that."""
    return Variant.objects.filter(is_on_sale=True, product__is_on_sale=True, stock__lt=below).count()


def picture_url(file: str) -> str:
    """The address of a stored picture."""

    return str(default_storage.url(file))


def _product_view(row: Product) -> ProductView:
    variants = [variant for variant in row.variants.all() if variant.is_on_sale]
    return ProductView(
        code=row.code,
        kind=row.kind,  # type: ignore[arg-type]
        title=row.title,
        subtitle=row.subtitle,
        description=row.description,
        category_id=row.category_id,
        from_price_fen=min((variant.price_fen for variant in variants), default=0),
        stock=sum(variant.stock for variant in variants),
        is_on_sale=row.is_on_sale and bool(variants),
        pictures=_pictures(row),
        variants=tuple(
            VariantView(
                sku=variant.sku, title=variant.title, price_fen=variant.price_fen, stock=variant.stock
            )
            for variant in variants
        ),
    )


def _pictures(row: Product) -> tuple[PictureView, ...]:
    return tuple(
        PictureView(url=picture_url(picture.file), width=picture.width, height=picture.height)
        for picture in row.pictures.all()
    )


def _offer(row: Variant, shop_terms: FreightTerms) -> Offer:
    template = row.product.freight_template
    return Offer(
        variant_id=row.pk,
        product_id=row.product_id,
        category_id=row.product.category_id,
        sku=row.sku,
        product_code=row.product.code,
        title=row.product.title,
        variant_title=row.title,
        kind=row.product.kind,  # type: ignore[arg-type]
        plan_key=row.product.plan_key,
        price_fen=row.price_fen,
        stock=row.stock,
        is_on_sale=row.is_on_sale and row.product.is_on_sale,
        freight_terms_id=template.pk if template else 0,
        freight_terms=(
            FreightTerms(fee_fen=template.fee_fen, free_above_fen=template.free_above_fen)
            if template
            else shop_terms
        ),
    )


def _cart_line_view(row: CartLine) -> CartLineView:
    pictures = _pictures(row.variant.product)
    on_sale = row.variant.is_on_sale and row.variant.product.is_on_sale
    return CartLineView(
        sku=row.variant.sku,
        product_code=row.variant.product.code,
        title=row.variant.product.title,
        variant_title=row.variant.title,
        quantity=row.quantity,
        price_fen=row.variant.price_fen,
        stock=row.variant.stock,
        is_available=on_sale and row.variant.stock >= row.quantity,
        picture=pictures[0] if pictures else None,
    )
