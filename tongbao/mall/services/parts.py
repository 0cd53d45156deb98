"""Who pays a part of an order otherwise than in money: said once at start by the floor that knows."""

from __future__ import annotations

from tongbao.mall.contracts import PartPaymentOff, PaymentPart

_parts: list[PaymentPart] = []


def use_payment_part(part: PaymentPart) -> None:
    """Say who takes a part payment; called once at start."""
    _parts[:] = [part]


def payment_part() -> PaymentPart:
    """Who takes a part payment. Raises PartPaymentOff where nobody does."""
    if not _parts:
        raise PartPaymentOff()
    return _parts[0]


def subject_of(number: str) -> str:
    """What the other side knows an order by.

    >>> subject_of("202603011200000000000001")
    'order:202603011200000000000001'
    """
    return f"order:{number}"
