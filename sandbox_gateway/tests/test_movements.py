"""Payments, refunds, transfers and statements: to the fen, once, whoever asks how often."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from threading import Barrier

import pytest

from sandbox_gateway.client import AdminClient, MerchantClient, Refused, send


def paid(gateway, merchant: MerchantClient, number: str, amount_fen: int) -> None:
    merchant.pay(number, amount_fen)
    assert gateway.admin.pay(merchant.merchant_id, number) == {number: "succeeded"}


def refusal(function, *arguments, **more) -> tuple[int, str]:
    with pytest.raises(Refused) as refused:
        function(*arguments, **more)
    return refused.value.status, refused.value.code


def move_clock_to(admin: AdminClient, merchant: MerchantClient, moment: datetime) -> None:
    offset = moment - datetime.now(UTC)
    admin.move_clock(merchant.merchant_id, offset_seconds=round(offset.total_seconds()))


def test_a_payment_opens_and_is_paid(gateway, lotus):
    opened = lotus.pay("P1", 19_800)
    assert (opened["state"], opened["amount_fen"]) == ("open", 19_800)
    assert opened["cashier_url"].startswith(f"{gateway.url}/cashier/")
    gateway.admin.pay(lotus.merchant_id, "P1")
    after = lotus.payment("P1")
    assert (after["state"], after["refunded_fen"]) == ("succeeded", 0)
    assert after["finished_at"].endswith("+08:00")


def test_the_same_number_again_is_the_same_payment(gateway, lotus):
    first = lotus.pay("P1", 19_800)
    assert lotus.pay("P1", 19_800) == first
    gateway.admin.pay(lotus.merchant_id, "P1")
    assert lotus.pay("P1", 19_800)["state"] == "succeeded"


def test_the_same_number_with_another_amount_is_refused(lotus):
    lotus.pay("P1", 19_800)
    assert refusal(lotus.pay, "P1", 19_801) == (409, "number_conflict")
    assert lotus.payment("P1")["amount_fen"] == 19_800


def test_two_merchants_may_use_the_same_number(gateway, open_account):
    lotus, orchid = open_account(), open_account()
    paid(gateway, lotus, "P1", 100)
    assert orchid.pay("P1", 200)["state"] == "open"
    assert (lotus.payment("P1")["amount_fen"], orchid.payment("P1")["amount_fen"]) == (100, 200)
    assert refusal(orchid.refund, "P1", "R1", 100) == (409, "payment_not_paid")


@pytest.mark.parametrize(
    "amount", [0, -1, 1.5, 19_800.0, "19800", None, True, 10**12 + 1, 10**30, [1]], ids=repr
)
def test_amounts_are_positive_whole_fen(lotus, amount):
    assert refusal(lotus.pay, "P1", amount) == (422, "invalid_field")
    assert refusal(lotus.transfer, "T1", amount, "alice") == (422, "invalid_field")
    assert refusal(lotus.refund, "P1", "R1", amount) == (422, "invalid_field")


@pytest.mark.parametrize("number", ["", "P 1", "P/1", "=1+1", "-1", "P" * 65, "支付", None, 7], ids=repr)
def test_numbers_are_plain(lotus, number):
    assert refusal(lotus.pay, number, 100) == (422, "invalid_field")


@pytest.mark.parametrize("body", [b"", b"[]", b"{", b"\xff", b'{"number":"P1","number":"P2"}', b"[" * 5_000])
def test_what_is_not_one_json_object_is_refused(lotus, body):
    headers = lotus.sign("POST", "/v1/payments", body)
    assert send(lotus.url, "POST", "/v1/payments", body=body, headers=headers)[0] == 400


def test_a_body_of_a_megabyte_is_refused_unread(lotus):
    status, _, _ = send(lotus.url, "POST", "/v1/payments", body=b" " * 300_000)
    assert status == 413


@pytest.mark.parametrize(
    "address",
    [
        "http://169.254.169.254/latest/meta-data",
        "http://elsewhere.test/pay",
        "file:///etc/passwd",
        "http://user:secret@{host}/x",
        "http://{host}@elsewhere.test/",
        "http://{host}.elsewhere.test/",
        "javascript:alert(1)",
        "http://{host}/x\r\nHost: elsewhere.test",
        "//{host}/x",
        "gopher://{host}/x",
    ],
)
def test_no_address_is_used_that_was_not_registered(lotus, receiver, address):
    for field in ("notify_url", "return_url"):
        more = {field: address.format(host=receiver.host)}
        assert refusal(lotus.pay, "P1", 100, **more) == (422, "invalid_field")
    assert refusal(lotus.payment, "P1") == (404, "unknown_number")


def test_a_payment_can_be_closed_until_it_is_paid(gateway, lotus):
    lotus.pay("P1", 100)
    assert lotus.ask("POST", "/v1/payments/P1/close")["state"] == "closed"
    assert lotus.ask("POST", "/v1/payments/P1/close")["state"] == "closed"
    assert gateway.admin.pay(lotus.merchant_id, "P1") == {"P1": "closed"}
    paid(gateway, lotus, "P2", 100)
    assert refusal(lotus.ask, "POST", "/v1/payments/P2/close") == (409, "payment_not_open")


def test_a_payment_whose_time_is_up_can_not_be_paid(gateway, lotus):
    lotus.pay("P1", 100, expires_in_seconds=600)
    gateway.admin.move_clock(lotus.merchant_id, offset_seconds=599)
    assert lotus.payment("P1")["state"] == "open"
    gateway.admin.move_clock(lotus.merchant_id, offset_seconds=601)
    assert gateway.admin.pay(lotus.merchant_id, "P1") == {"P1": "closed"}


def test_a_refund_comes_back_after_a_while(gateway, open_account):
    lotus = open_account(refund_delay_ms=300)
    paid(gateway, lotus, "P1", 19_800)
    assert lotus.refund("P1", "R1", 5_000)["state"] == "processing"
    gateway.admin.wait_until_quiet(lotus.merchant_id)
    assert lotus.ask("GET", "/v1/refunds/R1")["state"] == "succeeded"
    assert lotus.payment("P1")["refunded_fen"] == 5_000


def test_refunds_never_exceed_what_was_paid(gateway, lotus):
    paid(gateway, lotus, "P1", 10_000)
    assert refusal(lotus.refund, "P1", "R0", 10_001) == (409, "refund_too_large")
    lotus.refund("P1", "R1", 6_000)
    assert refusal(lotus.refund, "P1", "R2", 4_001) == (409, "refund_too_large")
    lotus.refund("P1", "R3", 4_000)
    assert refusal(lotus.refund, "P1", "R4", 1) == (409, "refund_too_large")
    assert lotus.payment("P1")["refunded_fen"] == 10_000


def test_an_unpaid_payment_can_not_be_refunded(lotus):
    lotus.pay("P1", 100)
    assert refusal(lotus.refund, "P1", "R1", 100) == (409, "payment_not_paid")
    assert refusal(lotus.refund, "P2", "R1", 100) == (404, "unknown_number")


def test_the_same_refund_asked_fifty_times_at_once_is_one(gateway, lotus):
    paid(gateway, lotus, "P1", 10_000)
    start = Barrier(50)

    def ask(_: int) -> str:
        start.wait()
        return lotus.refund("P1", "R1", 10_000)["reference"]

    with ThreadPoolExecutor(50) as pool:
        references = set(pool.map(ask, range(50)))
    assert len(references) == 1
    assert lotus.payment("P1")["refunded_fen"] == 10_000


def test_of_fifty_refunds_at_once_only_as_many_as_there_is_money_for(gateway, lotus):
    paid(gateway, lotus, "P1", 10_000)
    start = Barrier(50)

    def ask(turn: int) -> str:
        start.wait()
        try:
            return str(lotus.refund("P1", f"R{turn}", 1_500)["kind"])
        except Refused as refused:
            return str(refused.code)

    with ThreadPoolExecutor(50) as pool:
        answers = list(pool.map(ask, range(50)))
    assert (answers.count("refund"), answers.count("refund_too_large")) == (6, 44)
    assert lotus.payment("P1")["refunded_fen"] == 9_000


def test_a_refund_number_means_one_refund(gateway, lotus):
    paid(gateway, lotus, "P1", 10_000)
    paid(gateway, lotus, "P2", 10_000)
    lotus.refund("P1", "R1", 1_000)
    assert refusal(lotus.refund, "P1", "R1", 1_001) == (409, "number_conflict")
    assert refusal(lotus.refund, "P2", "R1", 1_000) == (409, "number_conflict")


def test_a_failed_refund_gives_its_amount_back_to_be_refunded(gateway, lotus):
    paid(gateway, lotus, "P1", 10_000)
    gateway.admin.mischief(lotus.merchant_id, "P1", refunds_fail=True)
    lotus.refund("P1", "R1", 10_000)
    gateway.admin.wait_until_quiet(lotus.merchant_id)
    assert lotus.ask("GET", "/v1/refunds/R1")["state"] == "failed"
    assert lotus.payment("P1")["refunded_fen"] == 0
    gateway.admin.mischief(lotus.merchant_id, "P1")
    lotus.refund("P1", "R2", 10_000)
    gateway.admin.wait_until_quiet(lotus.merchant_id)
    assert lotus.ask("GET", "/v1/refunds/R2")["state"] == "succeeded"


def test_a_transfer_arrives_once(gateway, lotus):
    first = lotus.transfer("T1", 3_000, "alice")
    assert (first["state"], lotus.transfer("T1", 3_000, "alice")["reference"]) == (
        "processing",
        first["reference"],
    )
    gateway.admin.wait_until_quiet(lotus.merchant_id)
    assert lotus.ask("GET", "/v1/transfers/T1")["state"] == "succeeded"
    assert refusal(lotus.transfer, "T1", 3_001, "alice") == (409, "number_conflict")
    assert refusal(lotus.transfer, "T1", 3_000, "bob") == (409, "number_conflict")


def test_a_transfer_to_a_failing_recipient_fails(gateway, lotus, receiver):
    lotus.transfer("T1", 3_000, "fail-alice")
    (notice,) = receiver.wait_for(1)
    assert (notice.said["event"], notice.said["resource"]["amount_fen"]) == ("transfer.failed", 3_000)
    assert lotus.ask("GET", "/v1/transfers/T1")["state"] == "failed"


def test_a_statement_sums_to_the_fen(gateway, lotus):
    move_clock_to(gateway.admin, lotus, datetime(2031, 5, 4, 4, 0, tzinfo=UTC))
    for number, amount_fen in (("P1", 19_800), ("P2", 39_801), ("P3", 99_999)):
        paid(gateway, lotus, number, amount_fen)
    lotus.pay("P4", 5_000)
    gateway.admin.pay(lotus.merchant_id, "P4", outcome="failed")
    lotus.pay("P5", 5_000)
    lotus.refund("P1", "R1", 19_800)
    lotus.refund("P2", "R2", 1)
    lotus.transfer("T1", 1_234, "alice")
    lotus.transfer("T2", 9_999, "fail-bob")
    gateway.admin.wait_until_quiet(lotus.merchant_id)
    today = "2031-05-04"
    said = lotus.statement(today)
    assert said["totals"] == {
        "payments": {"count": 3, "amount_fen": 159_600},
        "refunds": {"count": 2, "amount_fen": 19_801},
        "transfers": {"count": 1, "amount_fen": 1_234},
        "fees_fen": 0,
        "net_fen": 138_565,
    }
    assert said["complete"] is False
    rows = [line.split(",") for line in lotus.statement(today, "csv").splitlines()]
    assert rows[0] == [
        "kind",
        "number",
        "payment_number",
        "amount_fen",
        "fee_fen",
        "reference",
        "finished_at",
    ]
    assert [(row[0], row[1], row[2], int(row[3]), int(row[4])) for row in rows[1:]] == [
        (line["kind"], line["number"], line["payment_number"], line["amount_fen"], 0)
        for line in said["lines"]
    ]


def test_a_day_ends_at_midnight_in_beijing(gateway, lotus):
    midnight = datetime(2031, 5, 4, 16, 0, tzinfo=UTC)
    move_clock_to(gateway.admin, lotus, midnight - timedelta(seconds=20))
    paid(gateway, lotus, "P1", 100)
    move_clock_to(gateway.admin, lotus, midnight + timedelta(seconds=20))
    paid(gateway, lotus, "P2", 200)
    for day, numbers, complete in (
        ("2031-05-03", [], True),
        ("2031-05-04", ["P1"], True),
        ("2031-05-05", ["P2"], False),
    ):
        said = lotus.statement(day)
        assert ([line["number"] for line in said["lines"]], said["complete"]) == (numbers, complete)


def test_eight_days_pass_for_one_merchant_alone(gateway, open_account):
    lotus, orchid = open_account(), open_account()
    gateway.admin.move_clock(lotus.merchant_id, offset_seconds=8 * 86_400)
    paid(gateway, lotus, "P1", 100)
    paid(gateway, orchid, "P1", 100)
    ahead = datetime.fromisoformat(lotus.payment("P1")["finished_at"]) - datetime.fromisoformat(
        orchid.payment("P1")["finished_at"]
    )
    assert timedelta(days=7, hours=23) < ahead < timedelta(days=8, hours=1)


@pytest.mark.parametrize("day", ["2026-02-30", "2026-2-3", "yesterday", "2026-03-02T00:00"])
def test_a_day_that_is_none_is_refused(lotus, day):
    assert refusal(lotus.statement, day) == (422, "invalid_field")


def test_a_thousand_payments_are_paid_in_one_call(gateway, open_account):
    lotus = open_account(notify_url="")
    numbers = [f"P{turn}" for turn in range(200)]
    for number in numbers:
        lotus.pay(number, 100)
    states = gateway.admin.pay(lotus.merchant_id, *numbers)
    assert set(states.values()) == {"succeeded"}
    today = lotus.payment("P0")["finished_at"][:10]
    assert lotus.statement(today)["totals"]["net_fen"] == 20_000


def test_an_address_that_is_none_says_so(lotus):
    assert refusal(lotus.ask, "GET", "/v1/nothing") == (404, "not_found")
    assert send(lotus.url, "GET", "/favicon.ico")[0] == 404
