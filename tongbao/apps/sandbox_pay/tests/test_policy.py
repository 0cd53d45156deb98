"""What is believed of what comes in: signed, fresh, addressed to us, and nothing else."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime, timedelta, timezone

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sandbox_gateway import signing
from tongbao.apps.sandbox_pay import policy
from tongbao.mall.contracts import ForgedNotification, GatewayUnavailable, StaleNotification

KEY = policy.merchant_key(secret="a secret of this installation", merchant_id="lotus")
NOON = datetime(2026, 3, 2, 4, 0, tzinfo=UTC)
BEIJING = timezone(timedelta(hours=8))
PAID = {
    "id": "N1",
    "event": "payment.succeeded",
    "merchant_id": "lotus",
    "created_at": "2026-03-02T12:00:00.000+08:00",
    "resource": {
        "kind": "payment",
        "number": "P1",
        "state": "succeeded",
        "amount_fen": 19_800,
        "reference": "SP1",
        "finished_at": "2026-03-02T12:00:00.500+08:00",
    },
}


def notice(
    said: object = PAID, *, key: str = KEY, at: datetime = NOON, message: str = "N1"
) -> tuple[dict[str, str], bytes]:
    body = json.dumps(said).encode()
    timestamp = str(int(at.timestamp()))
    signed = policy.signature(key=key, purpose="notification", parts=(message, timestamp, "nonce"), body=body)
    headers = {
        "Sandbox-Merchant": "lotus",
        "Sandbox-Notification-Id": message,
        "Sandbox-Timestamp": timestamp,
        "Sandbox-Nonce": "nonce",
        "Sandbox-Signature": signed,
    }
    return headers, body


def read(headers: dict[str, str], body: bytes, *, now: datetime = NOON, merchant_id: str = "lotus"):
    return policy.read_notification(headers=headers, body=body, merchant_id=merchant_id, key=KEY, now=now)


def with_resource(**changes: object) -> dict[str, object]:
    return {**PAID, "resource": {**PAID["resource"], **changes}}


def test_a_signed_notice_is_read():
    said = read(*notice())
    assert (said.notification_id, said.kind, said.number, said.state, said.amount_fen) == (
        "N1",
        "payment",
        "P1",
        "succeeded",
        19_800,
    )
    assert said.occurred_at == datetime(2026, 3, 2, 12, 0, 0, 500_000, tzinfo=BEIJING)
    assert said.gateway_reference == "SP1"


def test_header_names_are_read_in_any_case():
    headers, body = notice()
    assert read({name.upper(): value for name, value in headers.items()}, body).number == "P1"


@pytest.mark.parametrize(
    ("state", "reported"), [("succeeded", "succeeded"), ("failed", "failed"), ("closed", "failed")]
)
def test_a_closed_payment_is_one_that_failed(state, reported):
    assert read(*notice(with_resource(state=state))).state == reported


@pytest.mark.parametrize("name", ["Notification-Id", "Timestamp", "Nonce", "Signature"])
def test_every_signed_header_counts(name):
    headers, body = notice()
    for changed in ({**headers, f"Sandbox-{name}": "1"}, {k: v for k, v in headers.items() if name not in k}):
        with pytest.raises(ForgedNotification):
            read(changed, body)


@settings(deadline=None)
@given(position=st.integers(min_value=0, max_value=len(json.dumps(PAID)) - 1), sign=st.integers(1, 255))
def test_no_byte_of_a_notice_can_be_changed(position, sign):
    headers, body = notice()
    changed = bytearray(body)
    changed[position] ^= sign
    with pytest.raises(ForgedNotification):
        read(headers, bytes(changed))


def test_a_notice_signed_with_another_tenants_key_is_forged():
    orchid = policy.merchant_key(secret="a secret of this installation", merchant_id="orchid")
    with pytest.raises(ForgedNotification):
        read(*notice(key=orchid))


def test_a_notice_to_somebody_else_is_forged_even_if_well_signed():
    with pytest.raises(ForgedNotification):
        read(*notice({**PAID, "merchant_id": "orchid"}))
    with pytest.raises(ForgedNotification):
        read(*notice({**PAID, "id": "N2"}))


def test_an_answer_is_no_notification():
    """The purpose is signed: the bytes of one can't be used as the other."""
    body = json.dumps(PAID).encode()
    timestamp = str(int(NOON.timestamp()))
    signed = policy.signature(key=KEY, purpose="response", parts=("N1", timestamp, "nonce"), body=body)
    headers, _ = notice()
    with pytest.raises(ForgedNotification):
        read({**headers, "Sandbox-Signature": signed}, body)


@pytest.mark.parametrize("seconds", [-300, 0, 300])
def test_a_notice_is_good_for_five_minutes_either_way(seconds):
    assert read(*notice(), now=NOON + timedelta(seconds=seconds)).number == "P1"


@pytest.mark.parametrize("seconds", [-301, 301, 86_400])
def test_an_older_notice_is_stale(seconds):
    with pytest.raises(StaleNotification) as stale:
        read(*notice(), now=NOON + timedelta(seconds=seconds))
    assert stale.value.age_seconds == seconds


@pytest.mark.parametrize(
    "said",
    [
        [],
        "paid",
        {"id": "N1", "merchant_id": "lotus"},
        with_resource(amount_fen="19800"),
        with_resource(amount_fen=198.0),
        with_resource(amount_fen=True),
        with_resource(state="processing"),
        with_resource(state="thriving"),
        with_resource(kind="gift"),
        with_resource(finished_at="yesterday"),
        with_resource(finished_at="2026-03-02T12:00:00"),
    ],
    ids=repr,
)
def test_what_is_signed_and_makes_no_sense_is_refused_all_the_same(said):
    with pytest.raises(ForgedNotification):
        read(*notice(said))


@settings(deadline=None)
@given(
    key=st.text(min_size=1, max_size=40, alphabet=st.characters(codec="ascii")),
    parts=st.tuples(st.text(max_size=20), st.text(max_size=20)),
    body=st.binary(max_size=200),
)
def test_both_sides_sign_alike(key, parts, body):
    """Written apart, from the same page."""
    assert policy.signature(key=key, purpose="request", parts=parts, body=body) == signing.signature(
        key=key, purpose="request", parts=parts, body=body
    )


def answer(**changes: object) -> dict[str, object]:
    return {**PAID["resource"], **changes}


def test_an_answer_becomes_a_report():
    report = policy.read_report(kind="payment", number="P1", said=answer())
    assert (report.state, report.amount_fen, report.gateway_reference) == ("succeeded", 19_800, "SP1")
    pending = policy.read_report(kind="payment", number="P1", said=answer(state="open", finished_at=None))
    assert (pending.state, pending.occurred_at) == ("pending", None)


@pytest.mark.parametrize(
    "changes", [{"number": "P2"}, {"kind": "refund"}, {"amount_fen": 1.0}, {"state": "?"}, {"reference": ...}]
)
def test_an_answer_to_another_question_is_none(changes):
    said = {name: value for name, value in answer(**changes).items() if value is not ...}
    with pytest.raises(GatewayUnavailable):
        policy.read_report(kind="payment", number="P1", said=said)


def statement(**changes: object) -> dict[str, object]:
    line = {**PAID["resource"], "payment_number": "", "fee_fen": 0}
    totals = {
        "payments": {"amount_fen": 19_800},
        "refunds": {"amount_fen": 0},
        "transfers": {"amount_fen": 0},
    }
    return {"merchant_id": "lotus", "day": "2026-03-02", "lines": [line], "totals": totals, **changes}


def test_a_statement_is_read_line_by_line():
    (line,) = policy.read_statement(on=date(2026, 3, 2), merchant_id="lotus", said=statement())
    assert (line.kind, line.number, line.amount_fen) == ("payment", "P1", 19_800)


@pytest.mark.parametrize(
    "changes",
    [{"day": "2026-03-03"}, {"merchant_id": "orchid"}, {"lines": []}, {"lines": [{}]}, {"totals": {}}],
)
def test_a_statement_that_is_another_or_does_not_add_up_is_not_used(changes):
    with pytest.raises(GatewayUnavailable):
        policy.read_statement(on=date(2026, 3, 2), merchant_id="lotus", said=statement(**changes))
