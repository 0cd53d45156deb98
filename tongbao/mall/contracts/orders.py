"""Facts about orders, as other packages see them. Amounts are integer fen, times are aware."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

ProductKind = Literal["goods", "gift_pack", "service", "virtual"]
OrderStatus = Literal["unpaid", "paid", "shipped", "received", "closed", "cancelled", "timed_out", "refunded"]
PaymentState = Literal["created", "open", "paid", "failed"]
RefundState = Literal["created", "submitted", "succeeded", "failed", "abandoned"]
RefundCause = Literal["claim", "late_payment", "duplicate_payment", "imported"]
ClaimKind = Literal["refund_only", "return_goods"]
ClaimState = Literal[
    "requested", "approved", "rejected", "withdrawn", "sent_back", "goods_received", "refunding", "refunded"
]
MovementKind = Literal["payment", "refund", "transfer"]
"""What moves at a gateway: money in, money back to a customer, money out to somebody."""
ReportedState = Literal["unknown", "pending", "succeeded", "failed"]
DifferenceKind = Literal["missing_here", "missing_there", "amount_differs", "unknown_payment"]


@dataclass(frozen=True, slots=True, kw_only=True)
class LineFacts:
    """One line of an order as the rewards see it.

    ``base_fen`` is what the customer paid in real money for the whole line (quantity included), after
    coupons, without freight, of the ``list_fen`` that it costs. ``remaining_base_fen`` is the base less what
    was refunded of this line; ``is_all_back``: that all of it went back, with what points paid.
    ``plan_key`` names the distribution plan; empty means no distribution.
    """

    line_id: int
    position: int
    product_code: str
    is_pack: bool
    plan_key: str
    quantity: int
    list_fen: int
    base_fen: int
    remaining_base_fen: int
    is_all_back: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderFacts:
    """An order as the floors above see it. ``lines`` are in the order of their positions."""

    order_id: int
    number: str
    buyer_id: int
    region_code: str
    status: OrderStatus
    paid_at: datetime | None
    received_at: datetime | None
    has_open_claim: bool
    lines: tuple[LineFacts, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class DeliveryAddress:
    """Where an order goes, copied into it. ``region_code`` is a six-digit GB/T 2260 county code."""

    recipient: str
    phone: str
    region_code: str
    street: str
