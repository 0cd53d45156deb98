"""A member's cart."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from ninja import Path, Schema

from tongbao.kit import clock
from tongbao.kit.api import router as new_router
from tongbao.mall import selectors
from tongbao.mall.api.catalogue import PictureOut
from tongbao.mall.api.fields import Quantity, Sku
from tongbao.mall.services import carts
from tongbao.members.api import MemberAuth

router = new_router(tag="cart", auth=MemberAuth())


class CartLineOut(Schema):
    sku: str
    product_code: str
    title: str
    variant_title: str
    quantity: int
    price_fen: int
    stock: int
    is_available: bool
    picture: PictureOut | None


class CartLineIn(Schema):
    sku: Sku
    quantity: Quantity


class QuantityIn(Schema):
    quantity: Quantity


@router.get("/cart", response=list[CartLineOut], summary="The cart with today's prices")
def cart(request: HttpRequest) -> Any:
    return list(selectors.cart(member_id=_member(request)))


@router.post("/cart", response=list[CartLineOut], summary="Add pieces to the cart")
def add(request: HttpRequest, line: CartLineIn) -> Any:
    member_id = _member(request)
    carts.add_to_cart(member_id=member_id, sku=line.sku, quantity=line.quantity, now=clock.now())
    return list(selectors.cart(member_id=member_id))


@router.put("/cart/{sku}", response=list[CartLineOut], summary="Set how many pieces are in the cart")
def set_quantity(request: HttpRequest, sku: Path[Sku], line: QuantityIn) -> Any:
    member_id = _member(request)
    carts.set_cart_quantity(member_id=member_id, sku=sku, quantity=line.quantity, now=clock.now())
    return list(selectors.cart(member_id=member_id))


@router.delete("/cart/{sku}", response=list[CartLineOut], summary="Take a line out of the cart")
def remove(request: HttpRequest, sku: Path[Sku]) -> Any:
    member_id = _member(request)
    carts.remove_from_cart(member_id=member_id, skus=[sku])
    return list(selectors.cart(member_id=member_id))


def _member(request: HttpRequest) -> int:
    member_id: int = request.auth.member_id  # type: ignore[attr-defined]
    return member_id
