"""What is for sale. Everybody may look."""

from __future__ import annotations

from typing import Annotated, Any

from django.http import HttpRequest
from ninja import Path, Query, Schema
from pydantic import Field

from tongbao.kit.api import router as new_router
from tongbao.mall import selectors
from tongbao.mall.api.fields import Id, PlainText, Sku
from tongbao.mall.contracts import ProductKind
from tongbao.mall.selectors.catalogue import ProductSort

router = new_router(tag="mall")


class CategoryOut(Schema):
    category_id: int
    title: str
    children: list[CategoryOut]


class PictureOut(Schema):
    url: str
    width: int
    height: int


class VariantOut(Schema):
    sku: str
    title: str
    price_fen: int
    stock: int


class ProductOut(Schema):
    code: str
    kind: ProductKind
    title: str
    subtitle: str
    category_id: int | None
    from_price_fen: int
    stock: int
    is_on_sale: bool
    pictures: list[PictureOut]
    variants: list[VariantOut]


class ProductDetailOut(ProductOut):
    description: str


class ProductFilter(Schema):
    category_id: Id | None = None
    kind: ProductKind | None = None
    search: Annotated[PlainText, Field(max_length=60)] = ""
    sort: ProductSort = "position"
    offset: Annotated[int, Field(ge=0, le=10_000)] = 0
    limit: Annotated[int, Field(ge=1, le=100)] = 20


@router.get("/categories", response=list[CategoryOut], summary="The tree of categories")
def categories(request: HttpRequest) -> Any:
    return list(selectors.categories())


@router.get("/products", response=list[ProductOut], summary="Products on sale, one page")
def products(request: HttpRequest, wanted: Query[ProductFilter]) -> Any:
    return list(selectors.products(**wanted.dict()))


@router.get("/products/{code}", response=ProductDetailOut, summary="One product with its variants")
def product(request: HttpRequest, code: Path[Sku]) -> Any:
    return selectors.product(code=code)
