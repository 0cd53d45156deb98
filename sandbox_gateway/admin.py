"""``/admin``: what demos and tests ask, from this machine and with the admin token alone."""

from __future__ import annotations

import ipaddress
import json
import sqlite3
from typing import Any

from sandbox_gateway import merchants, messages, moments, movements, reading
from sandbox_gateway.errors import Refusal, invalid, unauthorised, unknown
from sandbox_gateway.merchants import Mischief
from sandbox_gateway.signing import matches
from sandbox_gateway.store import Store
from sandbox_gateway.web import Request, Response, as_json, not_found

MOST_AT_ONCE = 1_000


class AdminApi:
    """The calls of whoever runs the gateway."""

    def __init__(self, store: Store, *, token: str) -> None:
        self._store = store
        self._token = token

    def answer(self, request: Request) -> Response:
        """Refuse strangers, then do."""
        if not ipaddress.ip_address(request.client).is_loopback:
            raise Refusal(
                403, "not_local", "Admin calls come from this machine alone.", "管理接口只接受本机请求。"
            )
        given = request.header("authorization").removeprefix("Bearer ")
        if not matches(expected=self._token, given=given):
            raise unauthorised("wrong_token", "The admin token is missing or wrong.", "管理令牌缺失或错误。")
        said = reading.body_of(request.body) if request.body else {}
        with self._store.transaction() as db:
            answer = self._dispatch(db, request, said)
        return not_found() if answer is None else as_json(answer)

    def _dispatch(self, db: sqlite3.Connection, request: Request, said: dict[str, Any]) -> Any:
        match request.method, *request.segments:
            case "PUT", "admin", "merchants", merchant_id:
                return merchants.save(db, merchant_id, said).as_json()
            case "GET", "admin", "merchants", merchant_id:
                return merchants.get(db, merchant_id).as_json()
            case "PUT", "admin", "merchants", merchant_id, "payments", number, "mischief":
                payment = movements.payment(db, merchants.get(db, merchant_id), number)
                mischief = Mischief.read(said).as_text()
                db.execute("UPDATE payment SET mischief = ? WHERE id = ?", (mischief, payment["id"]))
                return json.loads(mischief)
            case "POST", "admin", "pay":
                return _pay(db, said)
            case "POST", "admin", "hurry":
                return _hurry(db, reading.text(said, "merchant", longest=64, default=""))
            case "GET", "admin", "waiting":
                return _waiting(db, request.parameter("merchant"))
            case "GET", "admin", "messages":
                return _messages(db, request.parameter("merchant"), request.parameter("number"))
            case "POST", "admin", "messages", message_id, "replay":
                return _replay(db, message_id, said)
        return None


def _pay(db: sqlite3.Connection, said: dict[str, Any]) -> Any:
    """Pay (or fail, or close) many payments, as their customers would at the cashier."""
    merchant = merchants.get(db, reading.text(said, "merchant", longest=64))
    outcome = said.get("outcome", "succeeded")
    if outcome not in ("succeeded", "failed", "closed", "processing"):
        raise invalid("outcome", "it must be succeeded, failed, closed or processing", "取值不正确")
    numbers = said.get("numbers", [said.get("number")])
    if not isinstance(numbers, list) or not 1 <= len(numbers) <= MOST_AT_ONCE:
        raise invalid(
            "numbers", f"it must be a list of 1 to {MOST_AT_ONCE}", f"必须是1到{MOST_AT_ONCE}项的列表"
        )
    result = {}
    for number in numbers:
        row = movements.payment(db, merchant, reading.number({"number": number}))
        if outcome == "processing":
            movements.pay_slowly(db, merchant, row)
        else:
            movements.finish_payment(db, merchant, row, outcome)
        result[number] = movements.payment(db, merchant, number)["state"]
    return {"states": result}


def _hurry(db: sqlite3.Connection, merchant_id: str) -> Any:
    """Whatever waits for its time is due now: slow payments, refunds, transfers, retries, held notices."""
    hurried = 0
    for statement in (
        "UPDATE payment SET finish_real_ms = :now WHERE finish_real_ms > :now",
        "UPDATE outgoing SET finish_real_ms = :now WHERE finish_real_ms > :now",
        "UPDATE delivery SET due_real_ms = :now WHERE state = 'waiting' AND due_real_ms > :now",
    ):
        whose = " AND :merchant IN ('', merchant_id)"
        hurried += db.execute(statement + whose, {"now": moments.real_ms(), "merchant": merchant_id}).rowcount
    return {"hurried": hurried}


def _waiting(db: sqlite3.Connection, merchant_id: str) -> Any:
    """How much of a merchant's, or of everybody's, is not finished yet.

    All zero: who was to be told has been told everything, or was given up.
    """
    counts = {}
    for name, tables in (
        (
            "movements",
            ("payment WHERE finish_real_ms IS NOT NULL", "outgoing WHERE finish_real_ms IS NOT NULL"),
        ),
        ("deliveries", ("delivery WHERE state = 'waiting'",)),
    ):
        whose = " AND :merchant IN ('', merchant_id)"
        counts[name] = sum(
            db.execute(f"SELECT count(*) FROM {table}{whose}", {"merchant": merchant_id}).fetchone()[0]  # noqa: S608
            for table in tables
        )
    return counts


def _messages(db: sqlite3.Connection, merchant_id: str, number: str) -> Any:
    """The notifications of a movement (or a merchant's latest), each delivery with its attempts."""
    rows = db.execute(
        "SELECT * FROM message WHERE merchant_id = ? AND (? = '' OR number = ?)"
        " ORDER BY created_real_ms DESC, rowid DESC LIMIT 200",
        (merchant_id, number, number),
    ).fetchall()
    return {"messages": [_message(db, row) for row in rows]}


def _message(db: sqlite3.Connection, row: sqlite3.Row) -> dict[str, Any]:
    deliveries = db.execute(
        "SELECT * FROM delivery WHERE message_id = ? ORDER BY id", (row["id"],)
    ).fetchall()
    return {
        "id": row["id"],
        "event": row["event"],
        "number": row["number"],
        "url": row["url"],
        "body": json.loads(row["body"]),
        "deliveries": [
            {
                "role": delivery["role"],
                "state": delivery["state"],
                "last_status": delivery["last_status"],
                "last_error": delivery["last_error"],
                "attempts": [
                    {"at": moments.as_text(at), "status": status, "error": error}
                    for at, status, error in db.execute(
                        "SELECT at_real_ms, status, error FROM attempt WHERE delivery_id = ? ORDER BY id",
                        (delivery["id"],),
                    )
                ],
            }
            for delivery in deliveries
        ],
    }


def _replay(db: sqlite3.Connection, message_id: str, said: dict[str, Any]) -> Any:
    """Send an old message once more: ``exact`` bytes as last sent, or signed anew, or as if long ago, or forged."""
    row = db.execute("SELECT * FROM message WHERE id = ?", (message_id,)).fetchone()
    if row is None:
        raise unknown("message", "通知", message_id)
    merchant = merchants.get(db, row["merchant_id"])
    seconds_ago = reading.whole(said, "signed_seconds_ago", low=-86_400, high=31_536_000, default=0)
    headers = body = None
    role = "replay"
    if reading.yes_or_no(said, "forge", False):
        role = "forged"
        headers, body = messages.forgery(merchant=merchant, said=json.loads(row["body"]))
    elif reading.yes_or_no(said, "exact", False):
        last = db.execute(
            "SELECT last_headers FROM delivery WHERE message_id = ? AND role = 'original'", (message_id,)
        ).fetchone()["last_headers"]
        if last is None:
            raise Refusal(409, "not_sent_yet", f"{message_id} was never sent.", f"通知{message_id}尚未发送。")
        headers, body = json.loads(last), row["body"]
    messages.deliver(
        db,
        message_id,
        merchant.id,
        role=role,
        due=moments.real_ms(),
        signed_seconds_ago=seconds_ago,
        headers=headers,
        body=body,
    )
    return {"id": message_id, "role": role}
