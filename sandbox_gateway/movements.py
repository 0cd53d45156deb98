"""Payments, refunds and transfers: each moves once, whatever is asked how often.

Every change is a conditional UPDATE, or stands under a constraint of ``schema.sql``; news of it is written in
the same transaction. Functions take an open transaction.
"""

from __future__ import annotations

import json
import secrets
import sqlite3
from collections.abc import Mapping
from typing import Any

from sandbox_gateway import merchants, moments, reading
from sandbox_gateway.errors import conflict, unknown
from sandbox_gateway.merchants import Merchant, Mischief
from sandbox_gateway.messages import News, announce

DEFAULT_EXPIRY_SECONDS = 7_200
FAILING_RECIPIENT = "fail-"
WORDS = {"refund": ("refund", "退款"), "transfer": ("transfer", "转账")}


# --- Payments -----------------------------------------------------------------------------------------------------


def create_payment(db: sqlite3.Connection, merchant: Merchant, said: Mapping[str, Any]) -> sqlite3.Row:
    """Open a payment, or find the one of that number. Another amount under the same number is a conflict."""
    number = reading.number(said)
    amount_fen = reading.amount(said)
    subject = reading.text(said, "subject", longest=128)
    notify_url = reading.url(said, "notify_url", hosts=merchant.hosts, default=merchant.notify_url)
    return_url = reading.url(said, "return_url", hosts=merchant.hosts, default="")
    seconds = reading.whole(
        said, "expires_in_seconds", low=10, high=31 * 86_400, default=DEFAULT_EXPIRY_SECONDS
    )
    now = merchant.now_ms()
    db.execute(
        "INSERT INTO payment (merchant_id, number, reference, token, amount_fen, subject, notify_url, return_url,"
        " state, created_ms, expires_ms) VALUES (?, ?, ?, ?, ?, ?, ?, ?, 'open', ?, ?)"
        " ON CONFLICT (merchant_id, number) DO NOTHING",
        (
            merchant.id,
            number,
            _reference("SP", now),
            secrets.token_urlsafe(24),
            amount_fen,
            subject,
            notify_url,
            return_url,
            now,
            now + seconds * 1000,
        ),
    )
    row = payment(db, merchant, number)
    if row["amount_fen"] != amount_fen:
        raise conflict(
            "number_conflict",
            f"Payment {number} exists with {row['amount_fen']} fen, not {amount_fen}. Use a new number.",
            f"支付单{number}已存在,金额为{row['amount_fen']}分而非{amount_fen}分。请使用新单号。",
        )
    return row


def payment(db: sqlite3.Connection, merchant: Merchant, number: str) -> sqlite3.Row:
    """A merchant's payment; one whose time is up is closed by looking at it."""
    row = db.execute(
        "SELECT * FROM payment WHERE merchant_id = ? AND number = ?", (merchant.id, number)
    ).fetchone()
    if row is None:
        raise unknown("payment", "支付单", number)
    return _expired(db, merchant, row)


def payment_by_token(db: sqlite3.Connection, token: str) -> tuple[Merchant, sqlite3.Row] | None:
    """The payment of a cashier page."""
    row = db.execute("SELECT * FROM payment WHERE token = ?", (token,)).fetchone()
    if row is None:
        return None
    merchant = merchants.get(db, row["merchant_id"])
    return merchant, _expired(db, merchant, row)


def _expired(db: sqlite3.Connection, merchant: Merchant, row: sqlite3.Row) -> sqlite3.Row:
    closed = db.execute(
        "UPDATE payment SET state = 'closed', finished_ms = expires_ms"
        " WHERE id = ? AND state = 'open' AND expires_ms <= ?",
        (row["id"], merchant.now_ms()),
    )
    return _payment(db, row["id"]) if closed.rowcount else row


def _payment(db: sqlite3.Connection, payment_id: int) -> sqlite3.Row:
    row: sqlite3.Row = db.execute("SELECT * FROM payment WHERE id = ?", (payment_id,)).fetchone()
    return row


def close_payment(db: sqlite3.Connection, merchant: Merchant, number: str) -> sqlite3.Row:
    """The merchant takes an unpaid payment back. Closing it again is fine; a paid one can't be closed."""
    row = payment(db, merchant, number)
    closed = db.execute(
        "UPDATE payment SET state = 'closed', finished_ms = ? WHERE id = ? AND state = 'open'",
        (merchant.now_ms(), row["id"]),
    )
    if not closed.rowcount and row["state"] != "closed":
        raise conflict(
            "payment_not_open",
            f"Payment {number} is {row['state']} and can't be closed. Refund it if it was paid.",
            f"支付单{number}状态为{row['state']},无法关闭。如已支付请退款。",
        )
    return _payment(db, row["id"])


def finish_payment(db: sqlite3.Connection, merchant: Merchant, row: sqlite3.Row, state: str) -> bool:
    """The customer has paid (``succeeded``), could not (``failed``) or would not (``closed``); and the news.

    False if it was not open or under way any more: of two clicks, one counts.
    """
    finished = db.execute(
        "UPDATE payment SET state = ?, finished_ms = ?, finish_real_ms = NULL"
        " WHERE id = ? AND (state = 'processing' OR (state = 'open' AND expires_ms > ?))",
        (state, merchant.now_ms(), row["id"], merchant.now_ms()),
    )
    if not finished.rowcount:
        return False
    after = _payment(db, row["id"])
    _tell(db, merchant, "payment", after, payment_row=after)
    return True


def pay_slowly(db: sqlite3.Connection, merchant: Merchant, row: sqlite3.Row) -> bool:
    """The customer has paid, and the bank takes its time. False if it was not open any more."""
    started = db.execute(
        "UPDATE payment SET state = 'processing', finish_real_ms = ?"
        " WHERE id = ? AND state = 'open' AND expires_ms > ?",
        (moments.real_ms() + merchant.slow_payment_ms, row["id"], merchant.now_ms()),
    )
    return bool(started.rowcount)


def payment_json(row: sqlite3.Row, *, public_url: str) -> dict[str, Any]:
    """A payment as its merchant sees it."""
    return {
        "kind": "payment",
        "number": row["number"],
        "state": row["state"],
        "amount_fen": row["amount_fen"],
        "refunded_fen": row["refunded_fen"],
        "subject": row["subject"],
        "reference": row["reference"],
        "cashier_url": f"{public_url}/cashier/{row['token']}",
        "created_at": moments.as_text(row["created_ms"]),
        "expires_at": moments.as_text(row["expires_ms"]),
        "finished_at": _moment(row["finished_ms"]),
    }


# --- Refunds and transfers ------------------------------------------------------------------------------------------


def create_refund(db: sqlite3.Connection, merchant: Merchant, said: Mapping[str, Any]) -> sqlite3.Row:
    """Promise money of a paid payment back; never more than was paid, failed refunds not counted.

    The same number again finds the same refund; with another amount or payment it is a conflict.
    """
    number = reading.number(said)
    payment_number = reading.number(said, "payment_number")
    amount_fen = reading.amount(said)
    known = _find_outgoing(db, merchant, "refund", number)
    paid = payment(db, merchant, payment_number)
    if known is not None:
        if known["amount_fen"] != amount_fen or known["payment_id"] != paid["id"]:
            raise _other_under_same_number("refund", number)
        return known
    if paid["state"] != "succeeded":
        raise conflict(
            "payment_not_paid",
            f"Payment {payment_number} is {paid['state']}; only a paid one can be refunded.",
            f"支付单{payment_number}状态为{paid['state']},只有已支付的才能退款。",
        )
    promised = db.execute(
        "UPDATE payment SET refunded_fen = refunded_fen + ?"
        " WHERE id = ? AND state = 'succeeded' AND refunded_fen + ? <= amount_fen",
        (amount_fen, paid["id"], amount_fen),
    )
    if not promised.rowcount:
        left_fen = paid["amount_fen"] - paid["refunded_fen"]
        raise conflict(
            "refund_too_large",
            f"Of payment {payment_number}, {left_fen} fen can still be refunded, not {amount_fen}.",
            f"支付单{payment_number}还可退{left_fen}分,不能退{amount_fen}分。",
        )
    fails = _mischief(merchant, paid).refunds_fail
    return _start(
        db,
        merchant,
        kind="refund",
        number=number,
        amount_fen=amount_fen,
        payment_id=paid["id"],
        recipient=None,
        notify_url=reading.url(said, "notify_url", hosts=merchant.hosts, default="") or paid["notify_url"],
        finish_as="failed" if fails else "succeeded",
        delay_ms=merchant.refund_delay_ms,
    )


def create_transfer(db: sqlite3.Connection, merchant: Merchant, said: Mapping[str, Any]) -> sqlite3.Row:
    """Send money to a recipient. A name that begins with ``fail-`` takes none: the transfer fails.

    The same number again finds the same transfer; with another amount or recipient it is a conflict.
    """
    number = reading.number(said)
    amount_fen = reading.amount(said)
    recipient = reading.text(said, "recipient", longest=128)
    known = _find_outgoing(db, merchant, "transfer", number)
    if known is not None:
        if known["amount_fen"] != amount_fen or known["recipient"] != recipient:
            raise _other_under_same_number("transfer", number)
        return known
    return _start(
        db,
        merchant,
        kind="transfer",
        number=number,
        amount_fen=amount_fen,
        payment_id=None,
        recipient=recipient,
        notify_url=reading.url(said, "notify_url", hosts=merchant.hosts, default="") or merchant.notify_url,
        finish_as="failed" if recipient.startswith(FAILING_RECIPIENT) else "succeeded",
        delay_ms=merchant.transfer_delay_ms,
    )


def outgoing(db: sqlite3.Connection, merchant: Merchant, kind: str, number: str) -> sqlite3.Row:
    """A merchant's refund or transfer."""
    row = _find_outgoing(db, merchant, kind, number)
    if row is None:
        raise unknown(*WORDS[kind], number)
    return row


def outgoing_json(db: sqlite3.Connection, row: sqlite3.Row) -> dict[str, Any]:
    """A refund or transfer as its merchant sees it."""
    said = {
        "kind": row["kind"],
        "number": row["number"],
        "state": row["state"],
        "amount_fen": row["amount_fen"],
        "reference": row["reference"],
        "created_at": moments.as_text(row["created_ms"]),
        "finished_at": _moment(row["finished_ms"]),
    }
    if row["kind"] == "refund":
        said["payment_number"] = _payment(db, row["payment_id"])["number"]
    else:
        said["recipient"] = row["recipient"]
    return said


def finish_due(db: sqlite3.Connection) -> None:
    """Finish the slow payments, refunds and transfers whose time has come, and write the news."""
    now = moments.real_ms()
    for row in db.execute("SELECT * FROM payment WHERE finish_real_ms <= ? LIMIT 200", (now,)).fetchall():
        finish_payment(db, merchants.get(db, row["merchant_id"]), row, "succeeded")
    for row in db.execute("SELECT * FROM outgoing WHERE finish_real_ms <= ? LIMIT 200", (now,)).fetchall():
        _finish_outgoing(db, merchants.get(db, row["merchant_id"]), row)


def next_finish_ms(db: sqlite3.Connection) -> int | None:
    """When something next finishes by itself, by the machine's clock."""
    row = db.execute(
        "SELECT min(at) AS at FROM (SELECT min(finish_real_ms) AS at FROM payment WHERE finish_real_ms IS NOT NULL"
        " UNION ALL SELECT min(finish_real_ms) FROM outgoing WHERE finish_real_ms IS NOT NULL)"
    ).fetchone()
    at: int | None = row["at"]
    return at


def _find_outgoing(db: sqlite3.Connection, merchant: Merchant, kind: str, number: str) -> sqlite3.Row | None:
    row: sqlite3.Row | None = db.execute(
        "SELECT * FROM outgoing WHERE merchant_id = ? AND kind = ? AND number = ?",
        (merchant.id, kind, number),
    ).fetchone()
    return row


def _start(
    db: sqlite3.Connection,
    merchant: Merchant,
    *,
    kind: str,
    number: str,
    amount_fen: int,
    payment_id: int | None,
    recipient: str | None,
    notify_url: str,
    finish_as: str,
    delay_ms: int,
) -> sqlite3.Row:
    now = merchant.now_ms()
    db.execute(
        "INSERT INTO outgoing (merchant_id, kind, number, reference, payment_id, recipient, amount_fen,"
        " notify_url, state, finish_as, finish_real_ms, created_ms)"
        " VALUES (?, ?, ?, ?, ?, ?, ?, ?, 'processing', ?, ?, ?)",
        (
            merchant.id,
            kind,
            number,
            _reference("SR" if kind == "refund" else "ST", now),
            payment_id,
            recipient,
            amount_fen,
            notify_url,
            finish_as,
            moments.real_ms() + delay_ms,
            now,
        ),
    )
    return outgoing(db, merchant, kind, number)


def _finish_outgoing(db: sqlite3.Connection, merchant: Merchant, row: sqlite3.Row) -> None:
    finished = db.execute(
        "UPDATE outgoing SET state = finish_as, finished_ms = ?, finish_real_ms = NULL"
        " WHERE id = ? AND state = 'processing'",
        (merchant.now_ms(), row["id"]),
    )
    if not finished.rowcount:
        return
    paid = None
    if row["kind"] == "refund":
        if row["finish_as"] == "failed":
            db.execute(
                "UPDATE payment SET refunded_fen = refunded_fen - ? WHERE id = ?",
                (row["amount_fen"], row["payment_id"]),
            )
        paid = _payment(db, row["payment_id"])
    after = outgoing(db, merchant, row["kind"], row["number"])
    _tell(db, merchant, row["kind"], after, payment_row=paid)


def _tell(
    db: sqlite3.Connection,
    merchant: Merchant,
    kind: str,
    row: sqlite3.Row,
    *,
    payment_row: sqlite3.Row | None,
) -> None:
    resource = {
        "kind": kind,
        "number": row["number"],
        "state": row["state"],
        "amount_fen": row["amount_fen"],
        "reference": row["reference"],
        "finished_at": moments.as_text(row["finished_ms"]),
    }
    if kind == "refund" and payment_row is not None:
        resource["payment_number"] = payment_row["number"]
    announce(
        db,
        merchant=merchant,
        mischief=_mischief(merchant, payment_row),
        news=News(
            event=f"{kind}.{row['state']}",
            number=row["number"],
            url=row["notify_url"],
            payment_id=None if payment_row is None else payment_row["id"],
            resource=resource,
        ),
    )


def _mischief(merchant: Merchant, payment_row: sqlite3.Row | None) -> Mischief:
    """A payment's own mischief goes before its merchant's."""
    if payment_row is None or payment_row["mischief"] is None:
        return merchant.mischief
    return Mischief(**json.loads(payment_row["mischief"]))


def _other_under_same_number(kind: str, number: str) -> Exception:
    word, word_zh = WORDS[kind]
    return conflict(
        "number_conflict",
        f"The {word} {number} exists and says something else. Use a new number.",
        f"{word_zh}单{number}已存在且内容不同。请使用新单号。",
    )


def _reference(prefix: str, now_ms: int) -> str:
    day = moments.as_text(now_ms)[:10].replace("-", "")
    return f"{prefix}{day}{secrets.randbelow(10**14):014d}"


def _moment(moment_ms: int | None) -> str | None:
    return None if moment_ms is None else moments.as_text(moment_ms)
