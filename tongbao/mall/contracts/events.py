"""What the mall tells the floors above: past-tense facts, written with the change they tell of."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderPaid:
    """The order's payment arrived and is booked ``gateway → operating``."""

    name: ClassVar[str] = "mall.order_paid"
    order_id: int


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderReceived:
    """The buyer has the goods, or the time for saying otherwise is over."""

    name: ClassVar[str] = "mall.order_received"
    order_id: int
    received_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderRefunded:
    """A refund, in part or in full, succeeded; its money is booked ``operating → gateway``."""

    name: ClassVar[str] = "mall.order_refunded"
    order_id: int
    refund_id: int
    refunded_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderClosed:
    """The return window of a received order is over and no claim is open."""

    name: ClassVar[str] = "mall.order_closed"
    order_id: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ClaimOpened:
    """An after-sales claim was opened: releases of this order wait."""

    name: ClassVar[str] = "mall.claim_opened"
    order_id: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ClaimClosed:
    """The order's after-sales claim ended (refunded, rejected or withdrawn): releases go on."""

    name: ClassVar[str] = "mall.claim_closed"
    order_id: int


@dataclass(frozen=True, slots=True, kw_only=True)
class TransferReported:
    """A gateway told, verified, how a transfer out (a withdrawal) ended. ``state``: succeeded or failed."""

    name: ClassVar[str] = "mall.transfer_reported"
    gateway: str
    number: str
    state: str
    amount_fen: int
