"""Delivery addresses."""

from __future__ import annotations

import unicodedata
from datetime import datetime

from tongbao.kit.transactions import transaction
from tongbao.members.contracts import AddressFacts, AddressNotValid, AddressUnknown, TooManyAddresses
from tongbao.members.models import Address
from tongbao.members.policy.divisions import check_delivery
from tongbao.members.policy.people import normalise_phone
from tongbao.members.selectors import address
from tongbao.members.services.rows import lock_member

MOST_ADDRESSES = 20


def add_address(
    *,
    member_id: int,
    recipient: str,
    phone: str,
    region_code: str,
    street: str,
    now: datetime,
    is_default: bool = False,
) -> AddressFacts:
    """Keep an address; a member's first one is the default. Locks the member's row.

    Raises AddressNotValid, PhoneNotValid, DivisionUnknown, DivisionTooBroad, TooManyAddresses, MemberUnknown.

    >>> add_address(member_id=1, recipient="王小明", phone="13800138000", region_code="440106",
    ...     street="体育西路1号", now=now).region_name                            # doctest: +SKIP
    '广东省广州市天河区'
    """
    values = _clean(recipient=recipient, phone=phone, region_code=region_code, street=street)
    with transaction():
        lock_member(member_id=member_id)
        known = Address.objects.filter(member_id=member_id).count()
        if known >= MOST_ADDRESSES:
            raise TooManyAddresses(limit=MOST_ADDRESSES)
        row = Address.objects.create(member_id=member_id, created_at=now, **values)
        if is_default or known == 0:
            _make_default(member_id=member_id, address_id=row.pk)
        return address(member_id=member_id, address_id=row.pk)


def change_address(
    *, member_id: int, address_id: int, recipient: str, phone: str, region_code: str, street: str
) -> AddressFacts:
    """Write an address anew; placed orders keep theirs. Raises as ``add_address``, and AddressUnknown."""
    values = _clean(recipient=recipient, phone=phone, region_code=region_code, street=street)
    with transaction():
        if not Address.objects.filter(member_id=member_id, pk=address_id).update(**values):
            raise AddressUnknown(key=address_id)
        return address(member_id=member_id, address_id=address_id)


def make_default(*, member_id: int, address_id: int) -> None:
    """Make an address the one that is offered first. Raises AddressUnknown, MemberUnknown."""
    with transaction():
        lock_member(member_id=member_id)
        address(member_id=member_id, address_id=address_id)
        _make_default(member_id=member_id, address_id=address_id)


def delete_address(*, member_id: int, address_id: int) -> None:
    """Forget an address; if it was the default, the newest other one is. Raises AddressUnknown."""
    with transaction():
        lock_member(member_id=member_id)
        was_default = address(member_id=member_id, address_id=address_id).is_default
        Address.objects.filter(member_id=member_id, pk=address_id).delete()
        newest = Address.objects.filter(member_id=member_id).order_by("-id").first()
        if was_default and newest is not None:
            _make_default(member_id=member_id, address_id=newest.pk)


def _make_default(*, member_id: int, address_id: int) -> None:
    # Two statements: the constraint of one default is checked row by row.
    Address.objects.filter(member_id=member_id, is_default=True).update(is_default=False)
    Address.objects.filter(member_id=member_id, pk=address_id).update(is_default=True)


def _clean(*, recipient: str, phone: str, region_code: str, street: str) -> dict[str, str]:
    check_delivery(region_code)
    return {
        "recipient": _text("recipient", recipient, most=40),
        "phone": normalise_phone(phone),
        "region_code": region_code,
        "street": _text("street", street, most=120),
    }


def _text(field: str, text: str, *, most: int) -> str:
    clean = " ".join(unicodedata.normalize("NFC", text).split())
    visible = all(unicodedata.category(character)[0] != "C" for character in clean)
    if not 1 <= len(clean) <= most or not visible:
        raise AddressNotValid(
            field=field,
            why_en=f"it must have 1 to {most} visible characters",
            why_zh=f"须为1到{most}个可见字符",
        )
    return clean
