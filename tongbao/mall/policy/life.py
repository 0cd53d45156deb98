"""The lives of orders and claims: which step leads from where to where. Tables, and nothing else decides.

>>> may("ship", "paid"), may("ship", "unpaid")
(True, False)
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Generic, Literal, TypeVar

from tongbao.mall.contracts import ClaimState, OrderStatus

OrderStep = Literal["pay", "cancel", "time_out", "ship", "receive", "use", "close", "refund_fully"]
ClaimStep = Literal["approve", "reject", "withdraw", "send_back", "take_back", "refund", "finish", "give_up"]

State = TypeVar("State")


@dataclass(frozen=True, slots=True)
class Step(Generic[State]):
    """One arrow of a life: the states it may start from, and the one it ends in."""

    sources: tuple[State, ...]
    target: State


ORDER_STEPS: Mapping[OrderStep, Step[OrderStatus]] = MappingProxyType(
    {
        "pay": Step(("unpaid",), "paid"),
        "cancel": Step(("unpaid",), "cancelled"),
        "time_out": Step(("unpaid",), "timed_out"),
        # Only orders with goods to deliver are shipped; services and virtual goods are received on use.
        "ship": Step(("paid",), "shipped"),
        "receive": Step(("shipped",), "received"),
        "use": Step(("paid",), "received"),
        "close": Step(("received",), "closed"),
        "refund_fully": Step(("paid", "shipped", "received", "closed"), "refunded"),
    }
)

CLAIM_STEPS: Mapping[ClaimStep, Step[ClaimState]] = MappingProxyType(
    {
        "approve": Step(("requested",), "approved"),
        "reject": Step(("requested", "sent_back", "goods_received"), "rejected"),
        "withdraw": Step(("requested", "approved"), "withdrawn"),
        "send_back": Step(("approved",), "sent_back"),
        "take_back": Step(("sent_back",), "goods_received"),
        "refund": Step(("approved", "goods_received"), "refunding"),
        "finish": Step(("refunding",), "refunded"),
        # The gateway refused the refund for good and a person gave it up.
        "give_up": Step(("refunding",), "rejected"),
    }
)

FIRST_ORDER_STATUS: OrderStatus = "unpaid"
FIRST_CLAIM_STATE: ClaimState = "requested"
ENDED_ORDERS: tuple[OrderStatus, ...] = ("closed", "cancelled", "timed_out", "refunded")
ENDED_CLAIMS: tuple[ClaimState, ...] = ("rejected", "withdrawn", "refunded")
OPEN_CLAIMS: tuple[ClaimState, ...] = ("requested", "approved", "sent_back", "goods_received", "refunding")
BUYER_MAY_CLAIM: tuple[OrderStatus, ...] = ("paid", "shipped", "received")
"""A buyer claims until the order closes; an operator may still do so for them afterwards."""
OPERATOR_MAY_CLAIM: tuple[OrderStatus, ...] = ("paid", "shipped", "received", "closed", "refunded")
HAS_BEEN_SENT: tuple[OrderStatus, ...] = ("shipped", "received", "closed", "refunded")


def may(step: OrderStep, status: str) -> bool:
    """Whether an order in ``status`` can take ``step``."""
    return status in ORDER_STEPS[step].sources


def claim_may(step: ClaimStep, state: str) -> bool:
    """Whether a claim in ``state`` can take ``step``."""
    return state in CLAIM_STEPS[step].sources
