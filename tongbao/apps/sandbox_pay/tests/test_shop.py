"""A shop and a payment company, each in its own process or thread, over real HTTP: one order, booked once."""

from __future__ import annotations

import time
from datetime import timedelta

import pytest

from sandbox_gateway.testing import running_gateway
from tongbao.apps.sandbox_pay.services import accounts
from tongbao.kit import clock
from tongbao.kit.tests.live import live_site
from tongbao.ledger.contracts import platform_account
from tongbao.ledger.selectors import balance
from tongbao.mall import selectors
from tongbao.mall.contracts import GatewayUnavailable
from tongbao.mall.models import GatewayMessage, Payment, Refund
from tongbao.mall.policy.numbers import beijing_day, end_of_day
from tongbao.mall.services import orders, payments, reconciliation, refunds
from tongbao.mall.tests import shop
from tongbao.tenancy.contracts import Actor


@pytest.fixture
def provider():
    """One for each test: nothing of an earlier shop is left to tell."""
    with running_gateway() as running:
        yield running


@pytest.fixture
def site(committed_tenant, provider, adapter):
    with live_site(committed_tenant) as live:
        accounts.open_account(
            site_urls=(live.url,),
            title_zh="莲花商城",
            connect_to=live.connect_to,
            actor=Actor.system("test"),
            now=clock.now(),
            refund_delay_ms=0,
        )
        yield live


@pytest.fixture
def pack(site) -> str:
    return shop.pack_198()


def order_and_open(site, pack: str) -> payments.StartedPayment:
    member, now = shop.buyer(), clock.now()
    placed = shop.order(member, (pack, 1), now=now)
    return payments.start_payment(
        order_number=placed.number, buyer_id=member, gateway_code=None, site_url=site.url, now=now
    )


def pay(provider, *started: payments.StartedPayment) -> None:
    accounts.pay_at_the_cashier(numbers=[one.number for one in started])
    provider.admin.wait_until_quiet("lotus")


def order_of(started: payments.StartedPayment):
    return selectors.order(number=Payment.objects.get(number=started.number).order.number)


def at_the_gateway_fen() -> int:
    return -balance(account=platform_account("gateway", "sandbox")).posted


def outcomes(provider, number: str) -> list[tuple[str, int | None]]:
    (message,) = provider.admin.messages("lotus", number)
    return sorted(
        (delivery["role"], attempt["status"])
        for delivery in message["deliveries"]
        for attempt in delivery["attempts"]
    )


def test_an_order_is_paid_by_the_gateways_word(site, pack, provider):
    started = order_and_open(site, pack)
    assert started.cashier_url.startswith(provider.url)
    assert order_of(started).status == "unpaid"
    pay(provider, started)
    assert order_of(started).status == "paid"
    assert at_the_gateway_fen() == 19_800
    assert outcomes(provider, started.number) == [("original", 200)]


def test_whatever_mischief_is_played_an_order_is_paid_once(site, pack, provider):
    provider.admin.mischief("lotus", duplicates=9, forge=True, replay=True)
    started = order_and_open(site, pack)
    pay(provider, started)
    assert order_of(started).status == "paid"
    assert (at_the_gateway_fen(), GatewayMessage.objects.count()) == (19_800, 1)
    assert outcomes(provider, started.number) == [
        *[("copy", 200)] * 9,
        ("forged", 401),
        ("original", 200),
        ("replay", 200),
    ]


def test_a_notice_signed_an_hour_ago_is_refused_by_the_shop(site, pack, provider):
    started = order_and_open(site, pack)
    provider.admin.mischief("lotus", delay_ms=3_600_000)
    accounts.pay_at_the_cashier(numbers=[started.number])
    (message,) = provider.admin.messages("lotus", started.number)
    provider.admin.replay(message["id"], signed_seconds_ago=3_600)
    end = time.monotonic() + 10
    while ("replay", 401) not in outcomes(provider, started.number):
        assert time.monotonic() < end
        time.sleep(0.02)
    assert order_of(started).status == "unpaid"


def test_a_lost_notice_is_made_up_for_by_asking(site, pack, provider):
    provider.admin.mischief("lotus", delay_ms=3_600_000)
    started = order_and_open(site, pack)
    accounts.pay_at_the_cashier(numbers=[started.number])
    later = clock.move_to(offset=timedelta(minutes=5))
    payments.ask_for_due_payments(now=later)
    assert order_of(started).status == "paid"
    provider.admin.hurry()
    provider.admin.wait_until_quiet("lotus")
    assert (at_the_gateway_fen(), outcomes(provider, started.number)) == (19_800, [("original", 200)])


def test_money_that_comes_after_the_order_timed_out_goes_back_even_if_told_the_wrong_way_round(
    site, pack, provider
):
    started = order_and_open(site, pack)
    provider.admin.mischief("lotus", out_of_order=True, hold_ms=3_600_000)
    accounts.pay_at_the_cashier(numbers=[started.number])
    later = clock.move_to(offset=timedelta(hours=1))
    orders.time_out_orders(now=later)
    payments.ask_for_due_payments(now=later)
    refunds.submit_due_refunds(now=later)
    provider.admin.wait_until_quiet("lotus")
    refund = Refund.objects.get(payment__number=started.number)
    assert (order_of(started).status, refund.state, refund.amount_fen) == ("timed_out", "succeeded", 19_800)
    assert at_the_gateway_fen() == 0
    told = [message["event"] for message in provider.admin.messages("lotus")]
    assert {"payment.succeeded", "refund.succeeded"} <= set(told)
    assert Refund.objects.count() == 1


def test_a_gateway_that_dies_while_a_payment_is_opened_loses_nothing(site, pack, provider):
    provider.kill()
    with pytest.raises(GatewayUnavailable):
        order_and_open(site, pack)
    payment = Payment.objects.get()
    provider.restart()
    again = payments.start_payment(
        order_number=payment.order.number,
        buyer_id=payment.order.buyer_id,
        gateway_code=None,
        site_url=site.url,
        now=clock.now(),
    )
    assert again.number == payment.number
    pay(provider, again)
    assert order_of(again).status == "paid"


def test_a_gateway_killed_before_it_told_tells_when_it_is_back(site, pack, provider):
    provider.admin.mischief("lotus", delay_ms=1_500)
    started = order_and_open(site, pack)
    accounts.pay_at_the_cashier(numbers=[started.number])
    provider.kill()
    assert order_of(started).status == "unpaid"
    provider.restart()
    provider.admin.wait_until_quiet("lotus")
    assert order_of(started).status == "paid"


def test_a_day_reconciles_to_the_fen(site, pack, provider):
    # Noon of tomorrow: midnight is far, whenever this runs.
    day = beijing_day(clock.now()) + timedelta(days=1)
    noon = end_of_day(day) - timedelta(hours=12)
    accounts.follow_clock(now=clock.move_to(offset=noon - clock.now()))
    started = [order_and_open(site, pack) for _ in range(3)]
    pay(provider, *started)
    tomorrow = clock.move_to(offset=noon - clock.now() + timedelta(days=2))
    accounts.follow_clock(now=tomorrow)
    (result,) = [done for done in reconciliation.reconcile_missed_days(now=tomorrow) if done.day == day]
    assert (result.gateway, result.stated, result.matched, result.differing) == ("sandbox", 3, 3, 0)
