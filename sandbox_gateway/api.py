"""``/v1``: what merchants ask. Every request is signed, and so is every answer."""

from __future__ import annotations

import re
import secrets
from dataclasses import replace

from sandbox_gateway import merchants, moments, movements, reading, statements
from sandbox_gateway.errors import Refusal, invalid, unauthorised
from sandbox_gateway.merchants import Merchant
from sandbox_gateway.signing import fresh, matches, read_authorization, signature
from sandbox_gateway.store import Store
from sandbox_gateway.web import CSV, Request, Response, as_json, not_found

NONCE = re.compile(r"[A-Za-z0-9_-]{8,64}")


class MerchantApi:
    """The calls of merchants."""

    def __init__(self, store: Store, *, public_url: str) -> None:
        self._store = store
        self._public_url = public_url

    def answer(self, request: Request) -> Response:
        """Verify, do, and sign the answer. Only who proved themselves gets a signed one."""
        merchant, nonce = self._authenticate(request)
        try:
            response = self._dispatch(merchant, request)
        except Refusal as refusal:
            response = as_json(refusal.as_json(), refusal.status)
        return _signed(merchant, nonce, response)

    def _authenticate(self, request: Request) -> tuple[Merchant, str]:
        said = read_authorization(request.header("authorization"))
        if not {"merchant_id", "timestamp", "nonce", "signature"} <= said.keys():
            raise unauthorised(
                "signature_missing",
                "The request carries no signature. See README.md, Signatures.",
                "请求未携带签名。请参阅README.md。",
            )
        with self._store.transaction() as db:
            merchant = merchants.find(db, said["merchant_id"])
        if merchant is None:
            raise unauthorised(
                "unknown_merchant",
                "No merchant of that id is registered here. Open its account first.",
                "商户号未登记,请先开通。",
            )
        expected = signature(
            key=merchant.key,
            purpose="request",
            parts=(request.method, request.target, said["timestamp"], said["nonce"]),
            body=request.body,
        )
        if not matches(expected=expected, given=said["signature"]):
            raise unauthorised(
                "wrong_signature",
                "The signature does not fit the request. Check the key and what is signed.",
                "签名不正确,请核对密钥与签名串。",
            )
        if not fresh(timestamp=said["timestamp"], now_seconds=moments.real_ms() // 1000):
            raise unauthorised(
                "stale_request",
                "The request was signed more than five minutes ago or ahead. Check the clock and sign anew.",
                "请求签名时间与当前相差超过五分钟,请校准时钟后重新签名。",
            )
        if not NONCE.fullmatch(said["nonce"]):
            raise unauthorised(
                "bad_nonce",
                "A nonce has 8 to 64 letters, digits, - and _.",
                "随机串须为8到64位字母、数字、-或_。",
            )
        with self._store.transaction() as db:
            taken = db.execute(
                "INSERT INTO used_nonce (merchant_id, nonce, at_real_ms) VALUES (?, ?, ?) ON CONFLICT DO NOTHING",
                (merchant.id, said["nonce"], moments.real_ms()),
            )
        if not taken.rowcount:
            raise unauthorised(
                "used_nonce",
                "A request with this nonce was already taken. Sign anew with another.",
                "该随机串已使用过,请更换后重新签名。",
            )
        return merchant, said["nonce"]

    def _dispatch(self, merchant: Merchant, request: Request) -> Response:
        match request.method, *request.segments:
            case "POST", "v1", "payments":
                said = reading.body_of(request.body)
                with self._store.transaction() as db:
                    row = movements.create_payment(db, merchant, said)
                return as_json(movements.payment_json(row, public_url=self._public_url))
            case "GET", "v1", "payments", number:
                with self._store.transaction() as db:
                    row = movements.payment(db, merchant, number)
                return as_json(movements.payment_json(row, public_url=self._public_url))
            case "POST", "v1", "payments", number, "close":
                with self._store.transaction() as db:
                    row = movements.close_payment(db, merchant, number)
                return as_json(movements.payment_json(row, public_url=self._public_url))
            case "POST", "v1", "refunds" | "transfers" as path:
                said = reading.body_of(request.body)
                start = movements.create_refund if path == "refunds" else movements.create_transfer
                with self._store.transaction() as db:
                    return as_json(movements.outgoing_json(db, start(db, merchant, said)))
            case "GET", "v1", "refunds" | "transfers" as path, number:
                with self._store.transaction() as db:
                    row = movements.outgoing(db, merchant, path.removesuffix("s"), number)
                    return as_json(movements.outgoing_json(db, row))
            case "GET", "v1", "statements", day:
                return self._statement(merchant, day, request.parameter("format", "json"))
        return not_found()

    def _statement(self, merchant: Merchant, day: str, form: str) -> Response:
        if form not in ("json", "csv"):
            raise invalid("format", "it must be json or csv", "必须是json或csv")
        with self._store.transaction() as db:
            said = statements.statement(db, merchant, reading.day(day))
        if form == "csv":
            return Response(body=statements.as_csv(said).encode(), content_type=CSV)
        return as_json(said)


def _signed(merchant: Merchant, nonce: str, response: Response) -> Response:
    """Bind the answer to the question: its nonce is part of what is signed."""
    timestamp = str(moments.real_ms() // 1000)
    own_nonce = secrets.token_hex(16)
    signed = signature(
        key=merchant.key,
        purpose="response",
        parts=(nonce, str(response.status), timestamp, own_nonce),
        body=response.body,
    )
    headers = (
        ("Sandbox-Timestamp", timestamp),
        ("Sandbox-Nonce", own_nonce),
        ("Sandbox-Signature", signed),
    )
    return replace(response, headers=(*response.headers, *headers))
