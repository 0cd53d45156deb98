"""Notifications: signed, repeated until taken, and every kind of mischief."""

from __future__ import annotations

import time
from collections import Counter
from datetime import datetime

from sandbox_gateway.testing import Receiver


def events(receiver: Receiver) -> list[str]:
    return [notice.said["event"] for notice in receiver.received]


def test_a_payment_is_told_signed(gateway, lotus, receiver):
    lotus.pay("P1", 19_800)
    gateway.admin.pay(lotus.merchant_id, "P1")
    (notice,) = receiver.wait_for(1)
    assert notice.is_signed_with(lotus.key)
    assert not notice.is_signed_with("another key altogether")
    assert notice.said["id"] == notice.headers["sandbox-notification-id"]
    assert notice.said["merchant_id"] == lotus.merchant_id
    resource = notice.said["resource"]
    assert (resource["kind"], resource["number"], resource["state"], resource["amount_fen"]) == (
        "payment",
        "P1",
        "succeeded",
        19_800,
    )
    assert abs(int(notice.headers["sandbox-timestamp"]) - time.time()) < 60


def test_signatures_know_nothing_of_a_moved_clock(gateway, lotus, receiver):
    gateway.admin.move_clock(lotus.merchant_id, offset_seconds=30 * 86_400)
    lotus.pay("P1", 100)
    gateway.admin.pay(lotus.merchant_id, "P1")
    (notice,) = receiver.wait_for(1)
    assert abs(int(notice.headers["sandbox-timestamp"]) - time.time()) < 60
    assert notice.said["resource"]["finished_at"] == lotus.payment("P1")["finished_at"]


def test_failures_and_cancellations_are_told_too(gateway, lotus, receiver):
    for number, outcome in (("P1", "failed"), ("P2", "closed")):
        lotus.pay(number, 100)
        gateway.admin.pay(lotus.merchant_id, number, outcome=outcome)
    receiver.wait_for(2)
    assert sorted(events(receiver)) == ["payment.closed", "payment.failed"]


def test_what_is_not_taken_is_sent_again_with_a_new_signature_and_the_same_id(gateway, lotus, receiver):
    receiver.refuse_next = 3
    lotus.pay("P1", 100)
    gateway.admin.pay(lotus.merchant_id, "P1")
    notices = receiver.wait_for(4)
    gateway.admin.wait_until_quiet(lotus.merchant_id)
    assert [notice.answered for notice in notices] == [500, 500, 500, 204]
    assert len({notice.said["id"] for notice in notices}) == 1
    assert len({notice.headers["sandbox-nonce"] for notice in notices}) == 4
    assert all(notice.is_signed_with(lotus.key) for notice in notices)
    assert len(receiver.received) == 4
    (message,) = gateway.admin.messages(lotus.merchant_id, "P1")
    assert [attempt["status"] for attempt in message["deliveries"][0]["attempts"]] == [500, 500, 500, 204]


def test_pauses_between_attempts_grow(gateway, lotus, receiver):
    receiver.refuse_next = 3
    lotus.pay("P1", 100)
    gateway.admin.pay(lotus.merchant_id, "P1")
    receiver.wait_for(4)
    gateway.admin.wait_until_quiet(lotus.merchant_id)
    (message,) = gateway.admin.messages(lotus.merchant_id, "P1")
    at = [_seconds(attempt["at"]) for attempt in message["deliveries"][0]["attempts"]]
    # 50, 100 and 200 ms, by the fixture's base of 50.
    assert at[1] - at[0] >= 0.045
    assert at[2] - at[1] >= 0.095
    assert at[3] - at[2] >= 0.195


def _seconds(moment: str) -> float:
    return datetime.fromisoformat(moment).timestamp()


def test_duplicates_arrive_as_copies_of_one_message(gateway, lotus, receiver):
    gateway.admin.mischief(lotus.merchant_id, duplicates=9)
    lotus.pay("P1", 100)
    gateway.admin.pay(lotus.merchant_id, "P1")
    notices = receiver.wait_for(10)
    gateway.admin.wait_until_quiet(lotus.merchant_id)
    assert len(receiver.received) == 10
    assert len({notice.said["id"] for notice in notices}) == 1
    assert all(notice.is_signed_with(lotus.key) for notice in notices)


def test_out_of_order_the_refund_is_told_before_its_payment(gateway, lotus, receiver):
    gateway.admin.mischief(lotus.merchant_id, out_of_order=True)
    lotus.pay("P1", 100)
    gateway.admin.pay(lotus.merchant_id, "P1")
    lotus.refund("P1", "R1", 100)
    receiver.wait_for(2)
    assert events(receiver) == ["refund.succeeded", "payment.succeeded"]


def test_a_held_notice_comes_by_itself_if_there_is_no_refund(gateway, lotus, receiver):
    gateway.admin.mischief(lotus.merchant_id, out_of_order=True, hold_ms=300)
    lotus.pay("P1", 100)
    begin = time.monotonic()
    gateway.admin.pay(lotus.merchant_id, "P1")
    receiver.wait_for(1)
    assert time.monotonic() - begin >= 0.3
    assert events(receiver) == ["payment.succeeded"]


def test_a_delayed_notice_comes_late(gateway, lotus, receiver):
    gateway.admin.mischief(lotus.merchant_id, delay_ms=400)
    lotus.pay("P1", 100)
    begin = time.monotonic()
    gateway.admin.pay(lotus.merchant_id, "P1")
    receiver.wait_for(1)
    assert time.monotonic() - begin >= 0.4


def test_dropped_notices_never_arrive_and_are_repeated(gateway, lotus, receiver):
    gateway.admin.mischief(lotus.merchant_id, drop_first=2)
    lotus.pay("P1", 100)
    gateway.admin.pay(lotus.merchant_id, "P1")
    receiver.wait_for(1)
    gateway.admin.wait_until_quiet(lotus.merchant_id)
    assert len(receiver.received) == 1
    (message,) = gateway.admin.messages(lotus.merchant_id, "P1")
    assert [attempt["status"] for attempt in message["deliveries"][0]["attempts"]] == [None, None, 204]


def test_a_forgery_is_a_fen_too_much_and_wrongly_signed(gateway, lotus, receiver):
    gateway.admin.mischief(lotus.merchant_id, forge=True)
    lotus.pay("P1", 19_800)
    gateway.admin.pay(lotus.merchant_id, "P1")
    notices = receiver.wait_for(2)
    found = {(notice.is_signed_with(lotus.key), notice.said["resource"]["amount_fen"]) for notice in notices}
    assert found == {(True, 19_800), (False, 19_801)}


def test_a_replay_is_the_same_to_the_byte(gateway, lotus, receiver):
    gateway.admin.mischief(lotus.merchant_id, replay=True)
    lotus.pay("P1", 100)
    gateway.admin.pay(lotus.merchant_id, "P1")
    first, second = receiver.wait_for(2)
    signed = ("sandbox-timestamp", "sandbox-nonce", "sandbox-signature", "sandbox-notification-id")
    assert first.body == second.body
    assert [first.headers[name] for name in signed] == [second.headers[name] for name in signed]


def test_an_old_message_can_be_sent_again_as_if_signed_yesterday(gateway, lotus, receiver):
    lotus.pay("P1", 100)
    gateway.admin.pay(lotus.merchant_id, "P1")
    (first,) = receiver.wait_for(1)
    gateway.admin.replay(first.said["id"], signed_seconds_ago=86_400)
    _, second = receiver.wait_for(2)
    assert second.said == first.said
    assert second.is_signed_with(lotus.key)
    assert time.time() - int(second.headers["sandbox-timestamp"]) > 86_000


def test_mischief_of_one_payment_leaves_the_others_alone(gateway, lotus, receiver):
    lotus.pay("P1", 100)
    lotus.pay("P2", 100)
    gateway.admin.mischief(lotus.merchant_id, "P1", duplicates=2)
    gateway.admin.pay(lotus.merchant_id, "P1", "P2")
    receiver.wait_for(4)
    gateway.admin.wait_until_quiet(lotus.merchant_id)
    assert Counter(notice.said["resource"]["number"] for notice in receiver.received) == {"P1": 3, "P2": 1}


def test_a_host_that_is_taken_off_the_list_is_not_called_any_more(gateway, lotus, receiver):
    lotus.pay("P1", 100, notify_url=receiver.url)
    gateway.admin.merchant(lotus.merchant_id, hosts=["127.0.0.1:1"], notify_url="")
    gateway.admin.pay(lotus.merchant_id, "P1")
    deadline = time.monotonic() + 10
    while not (attempts := _attempts(gateway, lotus)) and time.monotonic() < deadline:
        time.sleep(0.02)
    assert "registered" in attempts[0]["error"]
    assert receiver.received == []
    gateway.admin.merchant(lotus.merchant_id, hosts=[receiver.host])
    receiver.wait_for(1)


def _attempts(gateway, merchant) -> list:
    (message,) = gateway.admin.messages(merchant.merchant_id, "P1")
    return message["deliveries"][0]["attempts"]


def test_a_name_can_lead_to_another_place(gateway, open_account, receiver):
    lotus = open_account(
        hosts=[f"lotus.test:80={receiver.host}"], notify_url="http://lotus.test/pay/notify/sandbox"
    )
    lotus.pay("P1", 100)
    gateway.admin.pay(lotus.merchant_id, "P1")
    (notice,) = receiver.wait_for(1)
    assert notice.headers["host"] == "lotus.test"


def test_names_that_end_in_localhost_are_this_machine(gateway, open_account, receiver):
    host = f"lotus.localhost:{receiver.port}"
    lotus = open_account(hosts=[host], notify_url=f"http://{host}/pay/notify/sandbox")
    lotus.pay("P1", 100)
    gateway.admin.pay(lotus.merchant_id, "P1")
    (notice,) = receiver.wait_for(1)
    assert notice.headers["host"] == host


def test_nobody_is_told_who_did_not_ask_to_be(gateway, open_account, receiver):
    lotus = open_account(notify_url="")
    lotus.pay("P1", 100)
    gateway.admin.pay(lotus.merchant_id, "P1")
    gateway.admin.wait_until_quiet(lotus.merchant_id)
    assert gateway.admin.messages(lotus.merchant_id) == []
    assert receiver.received == []
