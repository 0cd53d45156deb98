"""The sandbox gateway's protocol, as ``sandbox_gateway/README.md`` describes it: pure, without a network.

Written from that page and not from the gateway's code, so that each checks the other.
"""

from __future__ import annotations

import hashlib
import hmac
import json
from collections.abc import Mapping
from datetime import date, datetime, timedelta
from typing import Any

from tongbao.apps.sandbox_pay.contracts import CODE
from tongbao.mall.contracts import (
    ForgedNotification,
    GatewayUnavailable,
    MovementKind,
    MovementReport,
    Notification,
    ReportedState,
    StaleNotification,
    StatementLine,
)

FRESH_SECONDS = 300
LONGEST_SUBJECT = 128
KINDS: tuple[MovementKind, ...] = ("payment", "refund", "transfer")
# What the gateway calls it, and what the mall does. A closed payment is one that nobody will pay any more.
STATES: dict[str, ReportedState] = {
    "open": "pending",
    "processing": "pending",
    "succeeded": "succeeded",
    "failed": "failed",
    "closed": "failed",
}


def merchant_key(*, secret: str, merchant_id: str) -> str:
    """The key of a tenant's merchant account, derived from what this installation shares with the gateway.

    Nothing is stored, so nothing is found in a backup; a tenant that knows its own key learns no other's.

    >>> merchant_key(secret="s", merchant_id="lotus") == merchant_key(secret="s", merchant_id="orchid")
    False
    """
    return hmac.new(secret.encode(), f"merchant key of {merchant_id}".encode(), hashlib.sha256).hexdigest()


def signature(*, key: str, purpose: str, parts: tuple[str, ...], body: bytes) -> str:
    """HMAC-SHA256 in hex over purpose, parts and body, each with a line feed after it.

    The worked example of the gateway's README:

    >>> signature(
    ...     key="0123456789abcdef0123456789abcdef",
    ...     purpose="request",
    ...     parts=("POST", "/v1/payments", "1772424000", "6f1d2c3b4a59687766554433"),
    ...     body=b'{"number":"P1","amount_fen":19800,"subject":"pack"}',
    ... )
    '752d3189a060e31dcdba8aafd1c3de9b3e9e9ce14302c586aca6b7ddcf030983'
    """
    lines = b"".join(part.encode() + b"\n" for part in (purpose, *parts))
    return hmac.new(key.encode(), lines + body + b"\n", hashlib.sha256).hexdigest()


def request_headers(
    *, key: str, merchant_id: str, method: str, target: str, body: bytes, timestamp: int, nonce: str
) -> dict[str, str]:
    """The headers of a signed call."""
    signed = signature(key=key, purpose="request", parts=(method, target, str(timestamp), nonce), body=body)
    return {
        "Content-Type": "application/json; charset=utf-8",
        "Authorization": (
            f'SANDBOX-HMAC-SHA256 merchant_id="{merchant_id}",timestamp="{timestamp}",nonce="{nonce}",'
            f'signature="{signed}"'
        ),
    }


def answer_is_signed(*, key: str, nonce: str, status: int, headers: Mapping[str, str], body: bytes) -> bool:
    """Whether an answer is the gateway's own, and the answer to this very question (its ``nonce``)."""
    given = _lower(headers)
    expected = signature(
        key=key,
        purpose="response",
        parts=(
            nonce,
            str(status),
            given.get("sandbox-timestamp", ""),
            given.get("sandbox-nonce", ""),
        ),
        body=body,
    )
    return _same(expected, given.get("sandbox-signature", ""))


def read_notification(
    *, headers: Mapping[str, str], body: bytes, merchant_id: str, key: str, now: datetime
) -> Notification:
    """Verify and read a notification. ``now`` is the machine's real time.

    Raises ForgedNotification for what the gateway did not write or wrote to somebody else, StaleNotification
    for what it signed more than five minutes before or after ``now``.
    """
    given = _lower(headers)
    notification_id, timestamp = given.get("sandbox-notification-id", ""), given.get("sandbox-timestamp", "")
    expected = signature(
        key=key,
        purpose="notification",
        parts=(notification_id, timestamp, given.get("sandbox-nonce", "")),
        body=body,
    )
    if not _same(expected, given.get("sandbox-signature", "")):
        raise ForgedNotification(why="signature")
    if not (timestamp.isascii() and timestamp.isdigit() and len(timestamp) <= 12):
        raise ForgedNotification(why="timestamp")
    age_seconds = int(now.timestamp()) - int(timestamp)
    if abs(age_seconds) > FRESH_SECONDS:
        raise StaleNotification(age_seconds=age_seconds)
    try:
        said = json.loads(body)
        if said["id"] != notification_id or said["merchant_id"] != merchant_id:
            raise ForgedNotification(why="addressee")
        return _notification(notification_id, said["resource"])
    except (ValueError, KeyError, TypeError) as error:
        raise ForgedNotification(why="content") from error


def _notification(notification_id: str, resource: Mapping[str, Any]) -> Notification:
    kind: MovementKind = resource["kind"]
    amount_fen, state = resource["amount_fen"], STATES[resource["state"]]
    if kind not in KINDS or type(amount_fen) is not int or state not in ("succeeded", "failed"):
        raise ValueError(kind)
    return Notification(
        notification_id=notification_id,
        kind=kind,
        number=str(resource["number"]),
        state=state,
        amount_fen=amount_fen,
        gateway_reference=str(resource["reference"]),
        occurred_at=_moment(resource["finished_at"]),
    )


def read_report(*, kind: MovementKind, number: str, said: Mapping[str, Any]) -> MovementReport:
    """A signed answer about one movement. Raises GatewayUnavailable for an answer about something else."""
    try:
        if said["kind"] != kind or said["number"] != number or type(said["amount_fen"]) is not int:
            raise ValueError(number)
        finished_at = said["finished_at"]
        return MovementReport(
            kind=kind,
            number=number,
            state=STATES[said["state"]],
            amount_fen=said["amount_fen"],
            gateway_reference=str(said["reference"]),
            occurred_at=None if finished_at is None else _moment(finished_at),
        )
    except (ValueError, KeyError, TypeError) as error:
        raise GatewayUnavailable(gateway=CODE) from error


def read_statement(*, on: date, merchant_id: str, said: Mapping[str, Any]) -> tuple[StatementLine, ...]:
    """A signed statement, line by line. Raises GatewayUnavailable for another day's or another merchant's."""
    try:
        if said["day"] != on.isoformat() or said["merchant_id"] != merchant_id:
            raise ValueError(said["day"])
        lines = tuple(_statement_line(line) for line in said["lines"])
        # The totals were summed on the other side: a line lost on the way would show.
        totals = said["totals"]
        for kind in KINDS:
            ours_fen = sum(line.amount_fen for line in lines if line.kind == kind)
            if totals[f"{kind}s"]["amount_fen"] != ours_fen:
                raise ValueError(kind)
    except (ValueError, KeyError, TypeError) as error:
        raise GatewayUnavailable(gateway=CODE) from error
    return lines


def _statement_line(said: Mapping[str, Any]) -> StatementLine:
    kind: MovementKind = said["kind"]
    if kind not in KINDS or type(said["amount_fen"]) is not int:
        raise ValueError(kind)
    return StatementLine(
        kind=kind,
        number=str(said["number"]),
        amount_fen=said["amount_fen"],
        gateway_reference=str(said["reference"]),
        occurred_at=_moment(said["finished_at"]),
    )


def clock_offset_seconds(*, real_now: datetime, tenant_now: datetime) -> int:
    """How far a tenant's clock is ahead, in whole seconds, rounded down: the gateway is never ahead of it.

    >>> from datetime import UTC
    >>> real = datetime(2026, 3, 2, tzinfo=UTC)
    >>> clock_offset_seconds(real_now=real, tenant_now=real + timedelta(days=8, milliseconds=900))
    691200
    """
    return (tenant_now - real_now) // timedelta(seconds=1)


def _moment(text: str) -> datetime:
    moment = datetime.fromisoformat(text)
    if moment.tzinfo is None:
        raise ValueError(text)
    return moment


def _lower(headers: Mapping[str, str]) -> dict[str, str]:
    return {name.lower(): value for name, value in headers.items()}


def _same(expected: str, given: str) -> bool:
    return hmac.compare_digest(expected.encode(), given.encode())
