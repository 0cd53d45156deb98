"""Notifications: what is said, how it is signed, and which copies of it go out."""

from __future__ import annotations

import json
import secrets
import sqlite3
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sandbox_gateway import moments
from sandbox_gateway.merchants import Merchant, Mischief
from sandbox_gateway.signing import signature


@dataclass(frozen=True, slots=True, kw_only=True)
class News:
    """Something that happened to a movement. ``payment_id`` is the payment it is about, if any."""

    event: str
    number: str
    url: str
    payment_id: int | None
    resource: Mapping[str, Any]


def announce(db: sqlite3.Connection, *, merchant: Merchant, mischief: Mischief, news: News) -> None:
    """Write down a notification and its deliveries, in the transaction of what it tells."""
    if not news.url:
        return
    message_id = f"N{secrets.token_hex(16)}"
    said = {
        "id": message_id,
        "event": news.event,
        "merchant_id": merchant.id,
        "created_at": moments.as_text(merchant.now_ms()),
        "resource": dict(news.resource),
    }
    body = json.dumps(said, ensure_ascii=False)
    now = moments.real_ms()
    db.execute(
        "INSERT INTO message (id, merchant_id, payment_id, event, number, url, body, created_real_ms)"
        " VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
        (message_id, merchant.id, news.payment_id, news.event, news.number, news.url, body, now),
    )
    held = mischief.out_of_order and news.event == "payment.succeeded"
    due = now + (mischief.hold_ms if held else mischief.delay_ms)
    waits_for = news.payment_id if held else None
    if mischief.forge:
        headers, forged = forgery(merchant=merchant, said=said)
        deliver(db, message_id, merchant.id, role="forged", due=now, headers=headers, body=forged)
    deliver(
        db,
        message_id,
        merchant.id,
        role="original",
        due=due,
        waits_for=waits_for,
        drops=mischief.drop_first,
        replay_when_done=mischief.replay,
    )
    for _ in range(mischief.duplicates):
        deliver(db, message_id, merchant.id, role="copy", due=due, waits_for=waits_for)


def deliver(
    db: sqlite3.Connection,
    message_id: str,
    merchant_id: str,
    *,
    role: str,
    due: int,
    waits_for: int | None = None,
    drops: int = 0,
    replay_when_done: bool = False,
    signed_seconds_ago: int = 0,
    headers: Mapping[str, str] | None = None,
    body: str | None = None,
) -> None:
    """Add one delivery of a message."""
    db.execute(
        "INSERT INTO delivery (message_id, merchant_id, role, state, due_real_ms, waits_for_refund_of,"
        " drops_left, replay_when_done, signed_seconds_ago, exact_headers, exact_body)"
        " VALUES (?, ?, ?, 'waiting', ?, ?, ?, ?, ?, ?, ?)",
        (
            message_id,
            merchant_id,
            role,
            due,
            waits_for,
            drops,
            int(replay_when_done),
            signed_seconds_ago,
            None if headers is None else json.dumps(dict(headers)),
            body,
        ),
    )


def signed_headers(
    *, merchant_id: str, key: str, message_id: str, body: str, seconds_ago: int
) -> dict[str, str]:
    """The headers that prove a notification; each attempt has its own time and nonce.

    The time is the machine's: signatures know nothing of a moved clock.
    """
    timestamp = str(moments.real_ms() // 1000 - seconds_ago)
    nonce = secrets.token_hex(16)
    signed = signature(
        key=key, purpose="notification", parts=(message_id, timestamp, nonce), body=body.encode()
    )
    return {
        "Content-Type": "application/json; charset=utf-8",
        "Sandbox-Merchant": merchant_id,
        "Sandbox-Notification-Id": message_id,
        "Sandbox-Timestamp": timestamp,
        "Sandbox-Nonce": nonce,
        "Sandbox-Signature": signed,
    }


def forgery(*, merchant: Merchant, said: Mapping[str, Any]) -> tuple[dict[str, str], str]:
    """What somebody without the key would send: a fen more, under an id of its own.

    A receiver that books it was not looking at the signature.
    """
    resource = {**said["resource"], "amount_fen": said["resource"]["amount_fen"] + 1}
    body = json.dumps({**said, "id": f"N{secrets.token_hex(16)}", "resource": resource}, ensure_ascii=False)
    headers = signed_headers(
        merchant_id=merchant.id,
        key=secrets.token_hex(32),
        message_id=json.loads(body)["id"],
        body=body,
        seconds_ago=0,
    )
    return headers, body


def release_held(db: sqlite3.Connection, *, payment_id: int) -> None:
    """A refund's notice has arrived: now the payment's own may follow."""
    db.execute(
        "UPDATE delivery SET waits_for_refund_of = NULL, due_real_ms = ?"
        " WHERE waits_for_refund_of = ? AND state = 'waiting'",
        (moments.real_ms(), payment_id),
    )
