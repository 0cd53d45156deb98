"""Who may ask: signed by the merchant, just now, once."""

from __future__ import annotations

import json
import time
from threading import Barrier, Thread

import pytest

from sandbox_gateway.client import MerchantClient, Refused, send
from sandbox_gateway.signing import signature

PAYMENT = json.dumps({"number": "P1", "amount_fen": 19_800, "subject": "大礼包"}).encode()


def post(client: MerchantClient, body: bytes = PAYMENT, **how) -> tuple[int, str]:
    headers = how.pop("headers", None) or client.sign("POST", "/v1/payments", body, **how)
    status, _, answer = send(client.url, "POST", "/v1/payments", body=body, headers=headers)
    return status, json.loads(answer).get("code", "")


def test_the_documented_example_is_what_is_signed():
    """The worked example of README.md."""
    signed = signature(
        key="0123456789abcdef0123456789abcdef",
        purpose="request",
        parts=("POST", "/v1/payments", "1772424000", "6f1d2c3b4a59687766554433"),
        body=b'{"number":"P1","amount_fen":19800,"subject":"pack"}',
    )
    assert signed == "752d3189a060e31dcdba8aafd1c3de9b3e9e9ce14302c586aca6b7ddcf030983"


def test_a_signed_request_is_answered(lotus):
    assert post(lotus) == (200, "")


def test_an_unsigned_request_is_refused(lotus):
    assert post(lotus, headers={"Content-Type": "application/json"}) == (401, "signature_missing")
    assert post(lotus, headers={"Authorization": "Bearer abc"}) == (401, "signature_missing")


def test_a_merchant_nobody_registered_is_refused(gateway):
    stranger = MerchantClient(gateway.url, merchant_id="nobody", key="0123456789abcdef")
    assert post(stranger) == (401, "unknown_merchant")


@pytest.mark.parametrize(
    "change",
    [
        lambda headers, body: (headers, body.replace(b"19800", b"19801")),
        lambda headers, body: (
            {**headers, "Authorization": headers["Authorization"][:-65] + "0" * 64 + '"'},
            body,
        ),
        lambda headers, body: (
            {**headers, "Authorization": headers["Authorization"].replace('timestamp="1', 'timestamp="2')},
            body,
        ),
    ],
    ids=["another amount", "another signature", "another time"],
)
def test_a_changed_request_is_refused(lotus, change):
    headers, body = change(lotus.sign("POST", "/v1/payments", PAYMENT), PAYMENT)
    assert post(lotus, body, headers=headers) == (401, "wrong_signature")
    with pytest.raises(Refused) as refused:
        lotus.payment("P1")
    assert refused.value.code == "unknown_number"


def test_a_signature_for_one_address_does_not_open_another(lotus):
    lotus.pay("P1", 19_800)
    headers = lotus.sign("GET", "/v1/payments/P1", b"")
    status, _, _ = send(lotus.url, "POST", "/v1/payments/P1/close", headers=headers)
    assert status == 401
    assert lotus.payment("P1")["state"] == "open"


def test_one_merchants_key_does_not_speak_for_another(open_account):
    lotus, orchid = open_account(), open_account()
    thief = MerchantClient(lotus.url, merchant_id=lotus.merchant_id, key=orchid.key)
    assert post(thief) == (401, "wrong_signature")


@pytest.mark.parametrize(
    ("seconds", "expected"),
    [(-310, (401, "stale_request")), (-290, (200, "")), (290, (200, "")), (310, (401, "stale_request"))],
)
def test_a_request_is_good_for_five_minutes_either_way(lotus, seconds, expected):
    assert post(lotus, timestamp=str(int(time.time()) + seconds)) == expected


def test_a_request_is_taken_once(lotus):
    headers = lotus.sign("POST", "/v1/payments", PAYMENT)
    assert post(lotus, headers=headers) == (200, "")
    assert post(lotus, headers=headers) == (401, "used_nonce")


def test_of_twenty_equal_requests_at_once_one_is_taken(lotus):
    headers = lotus.sign("POST", "/v1/payments", PAYMENT)
    start, answers = Barrier(20), []

    def one() -> None:
        start.wait()
        answers.append(post(lotus, headers=headers))

    threads = [Thread(target=one) for _ in range(20)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(answers) == [(200, "")] + [(401, "used_nonce")] * 19


def test_answers_are_signed_and_belong_to_their_question(lotus):
    headers = lotus.sign("POST", "/v1/payments", PAYMENT, nonce="question-1")
    status, answered, body = send(lotus.url, "POST", "/v1/payments", body=PAYMENT, headers=headers)
    proof = {
        nonce: signature(
            key=lotus.key,
            purpose="response",
            parts=(nonce, str(status), answered["sandbox-timestamp"], answered["sandbox-nonce"]),
            body=body,
        )
        for nonce in ("question-1", "question-2")
    }
    assert answered["sandbox-signature"] == proof["question-1"] != proof["question-2"]


def test_refusals_are_signed_too(lotus):
    headers = lotus.sign("GET", "/v1/payments/P404", b"", nonce="question-1")
    status, answered, body = send(lotus.url, "GET", "/v1/payments/P404", headers=headers)
    parts = ("question-1", "404", answered["sandbox-timestamp"], answered["sandbox-nonce"])
    assert status == 404
    assert answered["sandbox-signature"] == signature(
        key=lotus.key, purpose="response", parts=parts, body=body
    )


def test_admin_calls_need_the_token(gateway):
    for headers in ({}, {"Authorization": "Bearer wrong"}, {"Authorization": gateway.admin_token[:-1]}):
        status, _, answer = send(gateway.url, "GET", "/admin/waiting", headers=headers)
        assert (status, json.loads(answer)["code"]) == (401, "wrong_token")


def test_nobody_is_shown_a_merchants_key(gateway, lotus):
    shown = gateway.admin.ask("GET", f"/admin/merchants/{lotus.merchant_id}")
    assert shown["name"] == "莲花商城"
    assert lotus.key not in json.dumps(shown)
