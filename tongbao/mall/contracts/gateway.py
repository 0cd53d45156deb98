"""The port of a payment gateway: what the mall asks, and the words in which it is answered."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Protocol

from tongbao.mall.contracts.orders import MovementKind, ReportedState


@dataclass(frozen=True, slots=True, kw_only=True)
class CashierLink:
    """Where the customer pays. Opening it may be repeated; it ends when the payment does."""

    url: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Notification:
    """What a gateway told us of one movement, after its signature was verified.

    ``notification_id`` is the gateway's own id of this message: repeated deliveries carry the same one.
    ``number`` is our number of the payment, refund or transfer; ``amount_fen`` its whole amount.
    ``state`` is never ``unknown``. ``gateway_reference`` is the gateway's own number of the movement.
    """

    notification_id: str
    kind: MovementKind
    number: str
    state: ReportedState
    amount_fen: int
    gateway_reference: str
    occurred_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class MovementReport:
    """A gateway's answer about one movement, by our number. ``unknown``: it has never heard of it."""

    kind: MovementKind
    number: str
    state: ReportedState
    amount_fen: int = 0
    gateway_reference: str = ""
    occurred_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class StatementLine:
    """One finished movement of a gateway's daily statement; the amount is positive in either direction."""

    kind: MovementKind
    number: str
    amount_fen: int
    gateway_reference: str
    occurred_at: datetime


class PaymentGateway(Protocol):
    """What the mall asks of a payment gateway. Implemented by adapters, registered by ``config``.

    Every operation is idempotent by the number that we give: the same number again answers for the same
    movement and moves nothing a second time. All raise ``GatewayUnavailable`` when no answer came (the
    movement may or may not have happened: ask again) and ``GatewayRefused`` when it said no for good.
    None of them is ever called inside a database transaction.
    """

    @property
    def code(self) -> str:
        """Short stable name, part of the notification's address and of the ledger account's detail."""
        ...

    def is_offered(self) -> bool:
        """Whether the current tenant has it switched on. What was begun before it was switched off still ends."""
        ...

    def create_payment(
        self, *, number: str, amount_fen: int, subject: str, notify_url: str, return_url: str
    ) -> CashierLink:
        """Open a payment and say where to pay it."""
        ...

    def parse_notification(self, *, headers: Mapping[str, str], body: bytes, now: datetime) -> Notification:
        """Verify and read a notification.

        ``now`` is the real time of the machine (the gateway knows nothing of a demo's moved clock).
        Header names are given in any case. Raises ForgedNotification or StaleNotification.
        """
        ...

    def query_payment(self, *, number: str) -> MovementReport:
        """How the payment stands."""
        ...

    def refund(self, *, number: str, refund_number: str, amount_fen: int) -> MovementReport:
        """Ask for ``amount_fen`` of payment ``number`` to go back to who paid; kind ``refund``."""
        ...

    def query_refund(self, *, refund_number: str) -> MovementReport:
        """How the refund stands."""
        ...

    def transfer_out(self, *, number: str, amount_fen: int, recipient: str) -> MovementReport:
        """Ask for money to be sent to ``recipient``; kind ``transfer``."""
        ...

    def query_transfer(self, *, number: str) -> MovementReport:
        """How the transfer stands."""
        ...

    def statement(self, *, on: date) -> tuple[StatementLine, ...]:
        """All movements that finished on that day (Beijing time), oldest first."""
        ...


def gateway_key(*, kind: MovementKind, number: str) -> str:
    """The ledger's idempotency key and subject of a movement at a gateway; reconciliation matches by it.

    >>> gateway_key(kind="payment", number="P2026010112000012345678")
    'payment:P2026010112000012345678'
    """
    return f"{kind}:{number}"
