"""Payments: one word from the gateway books once, whatever happens around it."""

from __future__ import annotations

from datetime import timedelta

import pytest

from tongbao.kit import events
from tongbao.kit.models import OutboxEvent
from tongbao.kit.transactions import transaction
from tongbao.ledger.contracts import platform_account
from tongbao.ledger.selectors import balance, transfers_of
from tongbao.mall import selectors
from tongbao.mall.contracts import (
    ClaimWish,
    ForgedNotification,
    GatewayInsideTransaction,
    GatewayRefused,
    GatewayUnavailable,
    MallSettings,
    NotificationMismatch,
    OrderAlreadyPaid,
    OrderNotPayable,
    OrderUnknown,
    StaleNotification,
    UnknownGateway,
)
from tongbao.mall.models import GatewayMessage, Order, Payment, ReconciliationDifference, Refund
from tongbao.mall.services import claims, gateways, orders, payments, refunds
from tongbao.mall.tests import shop
from tongbao.tenancy.services import change_settings

LATER = shop.NOON + timedelta(minutes=5)


@pytest.fixture
def gateway(request):
    # The tenant first: the gateway is only a word until somebody pays.
    request.getfixturevalue("committed_tenant" if "committed_tenant" in request.fixturenames else "tenant")
    gateway = shop.MemoryGateway()
    with shop.only(gateway):
        yield gateway


def operating_fen() -> int:
    return balance(account=platform_account("operating")).posted


def at_the_gateway_fen() -> int:
    return -balance(account=platform_account("gateway", "memory")).posted


def status(number: str) -> str:
    return selectors.order(number=number).status


def emitted(name: str) -> int:
    return OutboxEvent.objects.filter(name=name).count()


def test_a_paid_order_is_booked_from_the_gateway_to_operating(gateway):
    member = shop.buyer()
    placed = shop.order(member, (shop.pack_198(), 1))
    started = shop.start(member, placed)
    assert started.cashier_url == f"https://cashier.test/{started.number}"
    assert status(placed.number) == "unpaid"
    gateway.finish(started.number, at=LATER)
    assert shop.notify(gateway, started.number, now=LATER) == "applied"
    view = selectors.order(number=placed.number)
    assert (view.status, view.paid_at) == ("paid", LATER)
    (booked,) = transfers_of(subject=f"payment:{started.number}")
    assert (booked.debit, booked.credit, booked.amount) == (
        platform_account("gateway", "memory"),
        platform_account("operating"),
        19_800,
    )
    assert emitted("mall.order_paid") == 1


def test_a_replayed_notification_changes_nothing_and_is_answered(gateway):
    member = shop.buyer()
    placed = shop.order(member, (shop.pack_198(), 1))
    started = shop.start(member, placed)
    gateway.finish(started.number, at=LATER)
    headers, body = gateway.notice(started.number, at=LATER)
    answers = [
        payments.take_notification(
            gateway_code="memory", headers=headers, body=body, received_at=LATER, now=LATER
        )
        for _ in range(3)
    ]
    assert answers == ["applied", "no_effect", "no_effect"]
    assert (operating_fen(), emitted("mall.order_paid"), GatewayMessage.objects.count()) == (19_800, 1, 1)


def test_a_message_delivered_twice_books_once_even_under_another_id(gateway):
    """Others booked a message twice when it came twice."""
    member = shop.buyer()
    placed = shop.order(member, (shop.pack_198(), 1))
    started = shop.start(member, placed)
    gateway.finish(started.number, at=LATER)
    assert shop.notify(gateway, started.number, now=LATER, message="first") == "applied"
    assert shop.notify(gateway, started.number, now=LATER, message="second") == "no_effect"
    assert (operating_fen(), emitted("mall.order_paid")) == (19_800, 1)


def test_sixteen_deliveries_at_once_book_once(committed_tenant, gateway, race):
    member = shop.buyer()
    placed = shop.order(member, (shop.pack_198(), 1))
    started = shop.start(member, placed)
    gateway.finish(started.number, at=LATER)
    # Half of them the same message, half of them new ones with the same news.
    notices = [gateway.notice(started.number, at=LATER, message="m" if n % 2 else f"n{n}") for n in range(16)]
    results = race(
        *(
            lambda headers=headers, body=body: payments.take_notification(
                gateway_code="memory", headers=headers, body=body, received_at=LATER, now=LATER
            )
            for headers, body in notices
        )
    )
    assert sorted(set(results)) == ["applied", "no_effect"]
    assert results.count("applied") == 1
    assert (operating_fen(), emitted("mall.order_paid"), status(placed.number)) == (19_800, 1, "paid")


def test_a_forged_notification_is_refused_and_changes_nothing(gateway):
    member = shop.buyer()
    placed = shop.order(member, (shop.pack_198(), 1))
    started = shop.start(member, placed)
    gateway.finish(started.number, at=LATER)
    headers, body = gateway.notice(started.number, at=LATER)
    for forged_headers, forged_body in (
        ({**headers, "X-Signature": "0" * 64}, body),
        ({}, body),
        (headers, body.replace(b"19800", b"19801")),
        (headers, body[:-1]),
        (headers, b""),
    ):
        with pytest.raises(ForgedNotification):
            payments.take_notification(
                gateway_code="memory",
                headers=forged_headers,
                body=forged_body,
                received_at=LATER,
                now=LATER,
            )
    assert (status(placed.number), operating_fen(), GatewayMessage.objects.count()) == ("unpaid", 0, 0)


def test_a_notification_signed_too_long_ago_is_refused(gateway):
    member = shop.buyer()
    started = shop.start(member, shop.order(member, (shop.pack_198(), 1)))
    gateway.finish(started.number, at=LATER)
    headers, body = gateway.notice(started.number, at=LATER)
    with pytest.raises(StaleNotification):
        payments.take_notification(
            gateway_code="memory",
            headers=headers,
            body=body,
            received_at=LATER + timedelta(minutes=6),
            now=LATER,
        )
    assert operating_fen() == 0


def test_a_notification_of_another_amount_is_left_for_a_person(gateway):
    member = shop.buyer()
    placed = shop.order(member, (shop.pack_198(), 1))
    started = shop.start(member, placed)
    gateway.finish(started.number, at=LATER)
    for _ in range(2):  # the same message again gets the same answer
        with pytest.raises(NotificationMismatch):
            shop.notify(gateway, started.number, now=LATER, message="m", amount_fen=1)
    assert (status(placed.number), operating_fen()) == ("unpaid", 0)
    difference = ReconciliationDifference.objects.get()
    assert (difference.kind, difference.there_fen, difference.here_fen) == ("amount_differs", 1, 19_800)


def test_a_payment_nobody_started_is_left_for_a_person(gateway):
    gateway.create_payment(number="P0", amount_fen=100, subject="", notify_url="", return_url="")
    gateway.finish("P0", at=LATER)
    with pytest.raises(NotificationMismatch):
        shop.notify(gateway, "P0", now=LATER)
    difference = ReconciliationDifference.objects.get()
    assert (difference.kind, difference.number, difference.there_fen) == ("unknown_payment", "P0", 100)
    assert operating_fen() == 0


def test_a_paid_order_can_not_be_paid_again(gateway):
    member = shop.buyer()
    placed = shop.paid(gateway, member, (shop.pack_198(), 1))
    with pytest.raises(OrderAlreadyPaid):
        shop.start(member, placed)


def test_a_cancelled_order_can_not_be_paid(gateway):
    member = shop.buyer()
    placed = shop.order(member, (shop.pack_198(), 1))
    orders.cancel_order(number=placed.number, buyer_id=member, now=shop.NOON)
    with pytest.raises(OrderNotPayable) as refused:
        shop.start(member, placed)
    assert refused.value.values["status"] == "cancelled"
    assert gateway.asked == []


def test_an_order_whose_time_is_over_can_not_be_paid(gateway):
    member = shop.buyer()
    placed = shop.order(member, (shop.pack_198(), 1))
    with pytest.raises(OrderNotPayable):
        shop.start(member, placed, now=shop.NOON + timedelta(minutes=30))


def test_somebody_elses_order_can_not_be_paid(gateway):
    placed = shop.order(shop.buyer(), (shop.pack_198(), 1))
    with pytest.raises(OrderUnknown):
        shop.start(shop.buyer(), placed)


def test_asking_for_the_cashier_again_gives_the_same_attempt(gateway):
    member = shop.buyer()
    placed = shop.order(member, (shop.pack_198(), 1))
    assert shop.start(member, placed) == shop.start(member, placed)
    assert (Payment.objects.count(), gateway.asked) == (1, ["create_payment"])


def test_eight_clicks_on_pay_at_once_meet_in_one_attempt(committed_tenant, gateway, race):
    member = shop.buyer()
    placed = shop.order(member, (shop.pack_198(), 1))
    results = race(*(lambda: shop.start(member, placed).number for _ in range(8)))
    assert len(set(results)) == 1
    assert (Payment.objects.count(), len(gateway.movements)) == (1, 1)


@pytest.mark.parametrize("how", ["cancelled", "timed_out"])
def test_a_payment_after_the_order_ended_is_refunded_by_itself_once(gateway, how):
    tea, member = shop.product("tea", price_fen=5_000, stock=1), shop.buyer()
    placed = shop.order(member, (tea, 1))
    started = shop.start(member, placed)
    if how == "cancelled":
        orders.cancel_order(number=placed.number, buyer_id=member, now=LATER)
    else:
        assert orders.time_out_orders(now=shop.NOON + timedelta(minutes=30)) == 1
    late = shop.NOON + timedelta(hours=1)
    gateway.finish(started.number, at=late)
    shop.notify(gateway, started.number, now=late)
    shop.notify(gateway, started.number, now=late)
    assert (status(placed.number), operating_fen(), at_the_gateway_fen()) == (how, 5_000, 5_000)
    assert emitted("mall.order_paid") == 0
    refund = Refund.objects.get()
    assert (refund.cause, refund.amount_fen, refund.state) == ("late_payment", 5_000, "created")
    for turn in range(3):
        refunds.submit_due_refunds(now=late + turn * timedelta(hours=1))
    gateway.finish(refund.number, at=late)
    assert shop.notify(gateway, refund.number, now=late) == "applied"
    assert shop.notify(gateway, refund.number, now=late) == "no_effect"
    assert (operating_fen(), at_the_gateway_fen()) == (0, 0)
    assert (emitted("mall.order_refunded"), selectors.stock_of(sku=tea)) == (0, 1)


def test_the_time_out_and_the_payment_at_once_end_in_one_of_two_ways(committed_tenant, gateway, race):
    tea = shop.product("tea", price_fen=5_000, stock=100)
    deadline = shop.NOON + timedelta(minutes=30)
    numbers = []
    for _ in range(8):
        member = shop.buyer()
        placed = shop.order(member, (tea, 1))
        started = shop.start(member, placed)
        gateway.finish(started.number, at=deadline)
        numbers.append((placed.number, started.number))
    race(
        lambda: orders.time_out_orders(now=deadline),
        lambda: orders.time_out_orders(now=deadline),
        *(lambda number=number: shop.notify(gateway, number, now=deadline) for _, number in numbers),
    )
    statuses = [status(number) for number, _ in numbers]
    assert set(statuses) <= {"paid", "timed_out"}
    assert operating_fen() == 8 * 5_000
    assert Refund.objects.count() == statuses.count("timed_out")
    assert selectors.stock_of(sku=tea) == 100 - statuses.count("paid")


def test_of_two_payments_of_one_order_the_second_is_refunded(gateway):
    other = shop.MemoryGateway(code="other")
    with shop.only(gateway, other):
        member = shop.buyer()
        placed = shop.order(member, (shop.pack_198(), 1))
        first = shop.start(member, placed)
        second = payments.start_payment(
            order_number=placed.number,
            buyer_id=member,
            gateway_code="other",
            site_url=shop.SITE,
            now=shop.NOON,
        )
        other.finish(second.number, at=LATER)
        gateway.finish(first.number, at=LATER)
        shop.notify(other, second.number, now=LATER)
        shop.notify(gateway, first.number, now=LATER)
        refund = Refund.objects.get()
        assert (refund.payment.number, refund.cause) == (first.number, "duplicate_payment")
        assert status(placed.number) == "paid"
        refunds.submit_refund(number=refund.number, now=LATER)
        gateway.finish(refund.number, at=LATER)
        shop.notify(gateway, refund.number, now=LATER)
        assert operating_fen() == 19_800
        assert status(placed.number) == "paid"
        assert balance(account=platform_account("gateway", "other")).posted == -19_800
        assert at_the_gateway_fen() == 0


def test_news_out_of_order_are_understood(gateway):
    member = shop.buyer()
    placed = shop.order(member, (shop.pack_198(), 1))
    started = shop.start(member, placed)
    gateway.finish(started.number, at=LATER)
    assert shop.notify(gateway, started.number, now=LATER) == "applied"
    for state in ("failed", "pending"):
        assert shop.notify(gateway, started.number, now=LATER, state=state) == "no_effect"
    assert status(placed.number) == "paid"


def test_a_payment_said_to_have_failed_counts_when_it_arrives_after_all(gateway):
    member = shop.buyer()
    placed = shop.order(member, (shop.pack_198(), 1))
    started = shop.start(member, placed)
    gateway.finish(started.number, at=LATER, state="failed")
    assert shop.notify(gateway, started.number, now=LATER) == "applied"
    gateway.finish(started.number, at=LATER)
    assert shop.notify(gateway, started.number, now=LATER) == "applied"
    assert status(placed.number) == "paid"


def test_a_payment_whose_notification_never_came_is_asked_for(gateway):
    member = shop.buyer()
    placed = shop.order(member, (shop.pack_198(), 1))
    started = shop.start(member, placed)
    assert payments.ask_for_due_payments(now=shop.NOON + timedelta(seconds=29)) == 0
    assert payments.ask_for_due_payments(now=shop.NOON + timedelta(seconds=30)) == 1
    assert status(placed.number) == "unpaid"
    gateway.finish(started.number, at=LATER)
    assert payments.ask_for_due_payments(now=LATER) == 1
    assert (status(placed.number), operating_fen()) == ("paid", 19_800)
    assert shop.notify(gateway, started.number, now=LATER) == "no_effect"
    assert payments.ask_for_due_payments(now=LATER + timedelta(days=1)) == 0


def test_nobody_asks_for_ever_for_a_payment_that_was_given_up(gateway):
    member = shop.buyer()
    started = shop.start(member, shop.order(member, (shop.pack_198(), 1)))
    orders.time_out_orders(now=shop.NOON + timedelta(hours=1))
    asked = sum(
        payments.ask_for_due_payments(now=shop.NOON + hour * timedelta(hours=1)) for hour in range(1, 200)
    )
    assert 40 < asked < 60
    gateway.finish(started.number, at=shop.NOON + timedelta(days=9))
    assert shop.notify(gateway, started.number, now=shop.NOON + timedelta(days=9)) == "applied"
    assert Refund.objects.get().cause == "late_payment"


def test_a_gateway_that_does_not_answer_leaves_the_attempt_to_be_tried_again(gateway):
    member = shop.buyer()
    placed = shop.order(member, (shop.pack_198(), 1))
    gateway.is_down = True
    with pytest.raises(GatewayUnavailable):
        shop.start(member, placed)
    payments.ask_for_due_payments(now=LATER)
    gateway.is_down = False
    started = shop.start(member, placed)
    assert Payment.objects.get().number == started.number
    gateway.finish(started.number, at=LATER)
    shop.notify(gateway, started.number, now=LATER)
    assert status(placed.number) == "paid"


def test_a_gateway_that_refuses_ends_the_attempt_and_another_may_follow(gateway):
    member = shop.buyer()
    placed = shop.order(member, (shop.pack_198(), 1))
    gateway.refuses = True
    with pytest.raises(GatewayRefused):
        shop.start(member, placed)
    gateway.refuses = False
    shop.start(member, placed)
    assert sorted(Payment.objects.values_list("state", flat=True)) == ["failed", "open"]


def test_the_gateway_is_never_called_inside_a_transaction(gateway):
    """Others held rows locked while a bank was thinking: the whole life of an order, with the gateway watching."""
    member = shop.buyer()
    placed = shop.received(gateway, member, (shop.pack_198(), 1))
    number = claims.refund_order(
        order_number=placed.number,
        lines=[ClaimWish(position=1, pieces=1)],
        reason="kaputt",
        actor=shop.OPERATOR,
        now=LATER + timedelta(days=3),
    )
    refunds.submit_refund(number=number, now=LATER + timedelta(days=3))
    assert gateway.asked == ["create_payment", "refund"]
    assert not gateway.inside_transaction


def test_a_call_of_the_gateway_inside_a_transaction_is_refused_before_it_is_made(gateway):
    member = shop.buyer()
    placed = shop.order(member, (shop.pack_198(), 1))
    with pytest.raises(GatewayInsideTransaction), transaction():
        shop.start(member, placed)
    with pytest.raises(GatewayInsideTransaction), transaction():
        gateways.gateway(code="memory").query_payment(number="P0")
    assert gateway.asked == []


def test_the_shop_offers_the_gateways_it_chose(gateway):
    member = shop.buyer()
    placed = shop.order(member, (shop.pack_198(), 1))
    with pytest.raises(UnknownGateway):
        payments.start_payment(
            order_number=placed.number,
            buyer_id=member,
            gateway_code="nobody",
            site_url=shop.SITE,
            now=shop.NOON,
        )
    change_settings(
        settings_class=MallSettings,
        values={"payment_gateways": ["elsewhere"]},
        actor=shop.OPERATOR,
        now=shop.NOON,
    )
    with pytest.raises(UnknownGateway):
        shop.start(member, placed)


def test_a_gateway_that_is_switched_off_is_not_offered_and_what_was_begun_still_ends(gateway):
    member, pack = shop.buyer(), shop.pack_198()
    started = shop.start(member, shop.order(member, (pack, 1)))
    gateway.switched_on = False
    assert gateways.offered() == ()
    with pytest.raises(UnknownGateway):
        shop.start(member, shop.order(member, (pack, 1)))
    gateway.finish(started.number, at=LATER)
    assert shop.notify(gateway, started.number, now=LATER) == "applied"


def test_the_payment_and_the_paid_order_are_written_together_or_not_at_all(gateway, monkeypatch):
    """What fails after the booking takes the booking with it, and the next delivery does all."""
    member = shop.buyer()
    placed = shop.order(member, (shop.pack_198(), 1))
    started = shop.start(member, placed)
    gateway.finish(started.number, at=LATER)

    def crash(event: object) -> None:
        raise OSError("the plug was pulled")

    with monkeypatch.context() as pulled:
        pulled.setattr(events, "emit", crash)
        with pytest.raises(OSError, match="plug"):
            shop.notify(gateway, started.number, now=LATER, message="m")
    assert (status(placed.number), operating_fen(), GatewayMessage.objects.count()) == ("unpaid", 0, 0)
    assert shop.notify(gateway, started.number, now=LATER, message="m") == "applied"
    assert (status(placed.number), operating_fen(), emitted("mall.order_paid")) == ("paid", 19_800, 1)


def test_a_transfers_end_is_told_to_the_floors_above_once(gateway):
    gateway.transfer_out(number="W1", amount_fen=5_000, recipient="138")
    gateway.finish("W1", at=LATER)
    shop.notify(gateway, "W1", now=LATER, message="m")
    shop.notify(gateway, "W1", now=LATER, message="m")
    (event,) = OutboxEvent.objects.filter(name="mall.transfer_reported")
    assert event.payload == {"gateway": "memory", "number": "W1", "state": "succeeded", "amount_fen": 5_000}


def test_the_ledger_balances_after_everything(gateway):
    member = shop.buyer()
    pack = shop.pack_198()
    shop.paid(gateway, member, (pack, 2))
    assert Order.objects.get().goods_fen == operating_fen() == at_the_gateway_fen() == 39_600
