"""Clients of the two APIs in the standard library alone: for demos and tests, and as an example of signing."""

from __future__ import annotations

import http.client
import json
import secrets
import time
from typing import Any
from urllib.parse import urlsplit

from sandbox_gateway.signing import authorization, matches, signature

TIMEOUT_SECONDS = 10


class Refused(Exception):
    """An answer other than success."""

    def __init__(self, status: int, said: Any) -> None:
        super().__init__(f"{status} {said}")
        self.status = status
        self.said = said
        self.code = said.get("code", "") if isinstance(said, dict) else ""


class WrongAnswer(Exception):
    """The answer was not signed by the gateway."""


def send(
    url: str, method: str, target: str, *, body: bytes = b"", headers: dict[str, str] | None = None
) -> tuple[int, dict[str, str], bytes]:
    """One request on a connection of its own: status, headers by lower-case name, body."""
    connection = http.client.HTTPConnection(urlsplit(url).netloc, timeout=TIMEOUT_SECONDS)
    try:
        connection.request(method, target, body=body, headers=headers or {})
        response = connection.getresponse()
        answer = response.read()
        return response.status, {name.lower(): value for name, value in response.getheaders()}, answer
    finally:
        connection.close()


class MerchantClient:
    """A merchant with its key."""

    def __init__(self, url: str, *, merchant_id: str, key: str) -> None:
        self.url = url
        self.merchant_id = merchant_id
        self.key = key

    def ask(self, method: str, target: str, said: Any = None) -> Any:
        """A signed request; its verified answer as JSON (CSV as text). Raises Refused, WrongAnswer."""
        body = b"" if said is None else json.dumps(said).encode()
        nonce = secrets.token_hex(16)
        status, headers, answer = send(
            self.url, method, target, body=body, headers=self.sign(method, target, body, nonce=nonce)
        )
        expected = signature(
            key=self.key,
            purpose="response",
            parts=(
                nonce,
                str(status),
                headers.get("sandbox-timestamp", ""),
                headers.get("sandbox-nonce", ""),
            ),
            body=answer,
        )
        signed = matches(expected=expected, given=headers.get("sandbox-signature", ""))
        if not signed and status < 400:
            raise WrongAnswer(target)
        is_json = headers.get("content-type", "").startswith("application/json")
        read = json.loads(answer) if is_json else answer.decode()
        if status >= 400:
            raise Refused(status, read)
        return read

    def sign(
        self, method: str, target: str, body: bytes, *, nonce: str = "", timestamp: str = ""
    ) -> dict[str, str]:
        """The headers of a request."""
        nonce = nonce or secrets.token_hex(16)
        timestamp = timestamp or str(int(time.time()))
        signed = signature(
            key=self.key, purpose="request", parts=(method, target, timestamp, nonce), body=body
        )
        value = authorization(merchant_id=self.merchant_id, timestamp=timestamp, nonce=nonce, signed=signed)
        return {"Authorization": value, "Content-Type": "application/json"}

    def pay(self, number: str, amount_fen: int, **more: Any) -> Any:
        """Open a payment."""
        said = {"number": number, "amount_fen": amount_fen, "subject": "大礼包", **more}
        return self.ask("POST", "/v1/payments", said)

    def payment(self, number: str) -> Any:
        """How a payment stands."""
        return self.ask("GET", f"/v1/payments/{number}")

    def refund(self, payment_number: str, number: str, amount_fen: int) -> Any:
        """Ask for money of a payment back."""
        said = {"number": number, "payment_number": payment_number, "amount_fen": amount_fen}
        return self.ask("POST", "/v1/refunds", said)

    def transfer(self, number: str, amount_fen: int, recipient: str) -> Any:
        """Send money out."""
        said = {"number": number, "amount_fen": amount_fen, "recipient": recipient}
        return self.ask("POST", "/v1/transfers", said)

    def statement(self, day: str, form: str = "json") -> Any:
        """A day's statement."""
        return self.ask("GET", f"/v1/statements/{day}?format={form}")


class AdminClient:
    """Whoever runs the gateway."""

    def __init__(self, url: str, *, token: str) -> None:
        self.url = url
        self.token = token

    def ask(self, method: str, target: str, said: Any = None) -> Any:
        """An admin call. Raises Refused."""
        body = b"" if said is None else json.dumps(said).encode()
        headers = {"Authorization": f"Bearer {self.token}", "Content-Type": "application/json"}
        status, _, answer = send(self.url, method, target, body=body, headers=headers)
        read = json.loads(answer)
        if status >= 400:
            raise Refused(status, read)
        return read

    def merchant(self, merchant_id: str, **said: Any) -> Any:
        """Open or change a merchant's account."""
        return self.ask("PUT", f"/admin/merchants/{merchant_id}", said)

    def move_clock(self, merchant_id: str, *, offset_seconds: int) -> Any:
        """Set a merchant's clock so far ahead of the real time."""
        return self.merchant(merchant_id, clock_offset_seconds=offset_seconds)

    def mischief(self, merchant_id: str, number: str = "", **switches: Any) -> Any:
        """Set the mischief of a merchant, or of one of its payments."""
        if number:
            return self.ask("PUT", f"/admin/merchants/{merchant_id}/payments/{number}/mischief", switches)
        return self.merchant(merchant_id, mischief=switches)

    def pay(self, merchant_id: str, *numbers: str, outcome: str = "succeeded") -> dict[str, str]:
        """Pay payments as their customers would; return their states by number."""
        said = {"merchant": merchant_id, "numbers": list(numbers), "outcome": outcome}
        states: dict[str, str] = self.ask("POST", "/admin/pay", said)["states"]
        return states

    def messages(self, merchant_id: str, number: str = "") -> list[dict[str, Any]]:
        """The notifications of a movement, the latest first, with every attempt."""
        answer = self.ask("GET", f"/admin/messages?merchant={merchant_id}&number={number}")
        messages: list[dict[str, Any]] = answer["messages"]
        return messages

    def replay(self, message_id: str, **how: Any) -> Any:
        """Send an old message once more."""
        return self.ask("POST", f"/admin/messages/{message_id}/replay", how)

    def hurry(self, merchant_id: str = "") -> Any:
        """Make everything that waits due now, of one merchant or of all."""
        return self.ask("POST", "/admin/hurry", {"merchant": merchant_id})

    def wait_until_quiet(self, merchant_id: str = "", *, seconds: float = 30) -> None:
        """Return when nothing of a merchant's (or of anybody's) is under way; TimeoutError if that takes longer."""
        end = time.monotonic() + seconds
        while True:
            left = self.ask("GET", f"/admin/waiting?merchant={merchant_id}")
            if not left["movements"] and not left["deliveries"]:
                return
            if time.monotonic() > end:
                raise TimeoutError(f"after {seconds} s the gateway still has {left}")
            time.sleep(0.02)
