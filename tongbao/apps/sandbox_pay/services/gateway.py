"""The adapter: the mall's port of a payment gateway, spoken to the sandbox gateway."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from tongbao.apps.sandbox_pay import policy
from tongbao.apps.sandbox_pay.contracts import CODE
from tongbao.apps.sandbox_pay.services import wire
from tongbao.mall.contracts import (
    CashierLink,
    GatewayRefused,
    GatewayUnavailable,
    MallSettings,
    MovementKind,
    MovementReport,
    Notification,
    StatementLine,
)
from tongbao.tenancy.selectors import app_is_on, current_schema, tenant_settings

APP_KEY = "sandbox_pay"


class SandboxGateway:
    """Implements ``mall.contracts.PaymentGateway``; each tenant is a merchant of its own."""

    @property
    def code(self) -> str:
        """``sandbox``."""
        return CODE

    def is_offered(self) -> bool:
        """Whether the current tenant takes payments with it: the app is switched on."""
        return app_is_on(app_key=APP_KEY)

    def create_payment(
        self, *, number: str, amount_fen: int, subject: str, notify_url: str, return_url: str
    ) -> CashierLink:
        """Open a payment for as long as the tenant's orders may be paid.

        Raises GatewayRefused also where the app is switched off.
        """
        if not self.is_offered():
            raise GatewayRefused(gateway=CODE, reason="未开通 / switched off")
        minutes = tenant_settings(MallSettings).payment_minutes
        said = self._ask(
            "POST",
            "/v1/payments",
            {
                "number": number,
                "amount_fen": amount_fen,
                "subject": subject[: policy.LONGEST_SUBJECT],
                "notify_url": notify_url,
                "return_url": return_url,
                "expires_in_seconds": minutes * 60,
            },
        )
        if said is None or said.get("number") != number or said.get("amount_fen") != amount_fen:
            raise GatewayUnavailable(gateway=CODE)
        return CashierLink(url=str(said["cashier_url"]))

    def parse_notification(self, *, headers: Mapping[str, str], body: bytes, now: datetime) -> Notification:
        """Verify and read; also where the app is off, since what was begun still ends."""
        known = wire.account(current_schema())
        return policy.read_notification(
            headers=headers, body=body, merchant_id=known.merchant_id, key=known.key, now=now
        )

    def query_payment(self, *, number: str) -> MovementReport:
        """How the payment stands."""
        return self._report("payment", number, self._ask("GET", f"/v1/payments/{number}"))

    def refund(self, *, number: str, refund_number: str, amount_fen: int) -> MovementReport:
        """Ask for money of a payment back."""
        said = {"number": refund_number, "payment_number": number, "amount_fen": amount_fen}
        return self._started("refund", refund_number, self._ask("POST", "/v1/refunds", said))

    def query_refund(self, *, refund_number: str) -> MovementReport:
        """How the refund stands."""
        return self._report("refund", refund_number, self._ask("GET", f"/v1/refunds/{refund_number}"))

    def transfer_out(self, *, number: str, amount_fen: int, recipient: str) -> MovementReport:
        """Send money to a recipient."""
        said = {"number": number, "amount_fen": amount_fen, "recipient": recipient}
        return self._started("transfer", number, self._ask("POST", "/v1/transfers", said))

    def query_transfer(self, *, number: str) -> MovementReport:
        """How the transfer stands."""
        return self._report("transfer", number, self._ask("GET", f"/v1/transfers/{number}"))

    def statement(self, *, on: date) -> tuple[StatementLine, ...]:
        """A day's movements that succeeded, oldest first."""
        said = self._ask("GET", f"/v1/statements/{on.isoformat()}")
        return policy.read_statement(on=on, merchant_id=current_schema(), said=said or {})

    def _ask(self, method: str, target: str, said: dict[str, Any] | None = None) -> Any | None:
        return wire.ask(wire.account(current_schema()), method, target, said)

    def _started(self, kind: MovementKind, number: str, said: Any | None) -> MovementReport:
        if said is None:
            # A refund of a payment that the gateway has never heard of.
            raise GatewayRefused(gateway=CODE, reason="支付单不存在 / it does not know this payment")
        return policy.read_report(kind=kind, number=number, said=said)

    def _report(self, kind: MovementKind, number: str, said: Any | None) -> MovementReport:
        if said is None:
            return MovementReport(kind=kind, number=number, state="unknown")
        return policy.read_report(kind=kind, number=number, said=said)
