"""My delivery addresses."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from ninja import Path, Schema, Status
from pydantic import Field

from tongbao.kit import clock
from tongbao.kit.api import router as new_router
from tongbao.members import selectors, services
from tongbao.members.api.auth import MemberAuth, identity_of
from tongbao.members.api.fields import Id, Phone, RegionCode, ShortText

router = new_router(tag="addresses", auth=MemberAuth())


class AddressIn(Schema):
    recipient: ShortText = Field(examples=["王小明"])
    phone: Phone = Field(examples=["13800138000"])
    region_code: RegionCode = Field(examples=["440106"])
    street: ShortText = Field(examples=["体育西路1号"])


class NewAddressIn(AddressIn):
    is_default: bool = False


class AddressOut(Schema):
    address_id: int
    recipient: str
    phone: str
    region_code: str
    region_name: str
    street: str
    is_default: bool


@router.get("/me/addresses", response=list[AddressOut], summary="My addresses, the default one first")
def addresses(request: HttpRequest) -> Any:
    # A list: two addresses in a tuple would be read as a status and a body.
    return list(selectors.addresses(member_id=identity_of(request).member_id))


@router.post("/me/addresses", response={201: AddressOut}, summary="Add an address")
def add(request: HttpRequest, wish: NewAddressIn) -> Any:
    known = services.add_address(
        member_id=identity_of(request).member_id,
        recipient=wish.recipient,
        phone=wish.phone,
        region_code=wish.region_code,
        street=wish.street,
        is_default=wish.is_default,
        now=clock.now(),
    )
    return Status(201, known)


@router.get("/me/addresses/{address_id}", response=AddressOut, summary="One of my addresses")
def address(request: HttpRequest, address_id: Path[Id]) -> Any:
    return selectors.address(member_id=identity_of(request).member_id, address_id=address_id)


@router.put("/me/addresses/{address_id}", response=AddressOut, summary="Write an address anew")
def change(request: HttpRequest, address_id: Path[Id], wish: AddressIn) -> Any:
    return services.change_address(
        member_id=identity_of(request).member_id,
        address_id=address_id,
        recipient=wish.recipient,
        phone=wish.phone,
        region_code=wish.region_code,
        street=wish.street,
    )


@router.post("/me/addresses/{address_id}/default", response=AddressOut, summary="Offer this address first")
def make_default(request: HttpRequest, address_id: Path[Id]) -> Any:
    member_id = identity_of(request).member_id
    services.make_default(member_id=member_id, address_id=address_id)
    return selectors.address(member_id=member_id, address_id=address_id)


@router.delete("/me/addresses/{address_id}", response={204: None}, summary="Forget an address")
def delete(request: HttpRequest, address_id: Path[Id]) -> Any:
    services.delete_address(member_id=identity_of(request).member_id, address_id=address_id)
    return Status(204, None)
