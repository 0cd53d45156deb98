"""The payment gateways that are installed, by code. Nothing in the mall knows more of them than the port.

Every call that leaves the machine goes through a guard which refuses to make it inside a transaction: rows
would stay locked as long as a stranger's server takes to answer.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime

from django.db import transaction as django_transaction

from tongbao.mall.contracts import (
    CashierLink,
    GatewayInsideTransaction,
    MallSettings,
    MovementReport,
    Notification,
    PaymentGateway,
    StatementLine,
    UnknownGateway,
)
from tongbao.tenancy.selectors import tenant_settings

_gateways: dict[str, PaymentGateway] = {}


def register(gateway: PaymentGateway) -> None:
    """Install a gateway under its code, or replace the one of that code; called by ``config`` alone."""
    _gateways[gateway.code] = gateway


def installed() -> tuple[str, ...]:
    """The codes of all installed gateways, in order of installation."""
    return tuple(_gateways)


def offered() -> tuple[str, ...]:
    """The codes that the current tenant offers its customers; the first is the default."""
    chosen = tenant_settings(MallSettings).payment_gateways or installed()
    return tuple(code for code in chosen if code in _gateways and _gateways[code].is_offered())


def choose(*, code: str | None) -> str:
    """The gateway that a customer asked for, or the default. Raises UnknownGateway."""
    known = offered()
    if code is None and known:
        return known[0]
    if code is None or code not in known:
        raise UnknownGateway(gateway=code or "", known=", ".join(known))
    return code


def gateway(*, code: str) -> PaymentGateway:
    """An installed gateway, guarded against calls inside a transaction. Raises UnknownGateway."""
    if code not in _gateways:
        raise UnknownGateway(gateway=code, known=", ".join(installed()))
    return GuardedGateway(_gateways[code])


def refuse_inside_transaction(*, operation: str) -> None:
    """Raise GatewayInsideTransaction if a transaction is open on this connection."""
    try:
        # A durable block is Django's own way of saying "must be the outermost"; it sends nothing by itself.
        with django_transaction.atomic(durable=True):
            pass
    except RuntimeError as error:
        raise GatewayInsideTransaction(operation=operation) from error


class GuardedGateway:
    """A gateway behind the guard. Reading a notification needs no network and is not guarded."""

    def __init__(self, port: PaymentGateway) -> None:
        self._port = port

    @property
    def code(self) -> str:
        return self._port.code

    def is_offered(self) -> bool:
        return self._port.is_offered()

    def create_payment(
        self, *, number: str, amount_fen: int, subject: str, notify_url: str, return_url: str
    ) -> CashierLink:
        refuse_inside_transaction(operation="create_payment")
        return self._port.create_payment(
            number=number,
            amount_fen=amount_fen,
            subject=subject,
            notify_url=notify_url,
            return_url=return_url,
        )

    def parse_notification(self, *, headers: Mapping[str, str], body: bytes, now: datetime) -> Notification:
        return self._port.parse_notification(headers=headers, body=body, now=now)

    def query_payment(self, *, number: str) -> MovementReport:
        refuse_inside_transaction(operation="query_payment")
        return self._port.query_payment(number=number)

    def refund(self, *, number: str, refund_number: str, amount_fen: int) -> MovementReport:
        refuse_inside_transaction(operation="refund")
        return self._port.refund(number=number, refund_number=refund_number, amount_fen=amount_fen)

    def query_refund(self, *, refund_number: str) -> MovementReport:
        refuse_inside_transaction(operation="query_refund")
        return self._port.query_refund(refund_number=refund_number)

    def transfer_out(self, *, number: str, amount_fen: int, recipient: str) -> MovementReport:
        refuse_inside_transaction(operation="transfer_out")
        return self._port.transfer_out(number=number, amount_fen=amount_fen, recipient=recipient)

    def query_transfer(self, *, number: str) -> MovementReport:
        refuse_inside_transaction(operation="query_transfer")
        return self._port.query_transfer(number=number)

    def statement(self, *, on: date) -> tuple[StatementLine, ...]:
        refuse_inside_transaction(operation="statement")
        return self._port.statement(on=on)
