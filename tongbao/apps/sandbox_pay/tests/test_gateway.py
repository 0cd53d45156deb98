"""The adapter against a real gateway process."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread

import httpx
import pytest

from sandbox_gateway.testing import Receiver, running_gateway
from tongbao.apps.sandbox_pay.contracts import SandboxGatewayAdminRefused, SandboxGatewayMisconfigured
from tongbao.apps.sandbox_pay.services import accounts, configuration
from tongbao.apps.sandbox_pay.services.gateway import SandboxGateway
from tongbao.kit.errors import InvalidInput
from tongbao.mall.contracts import (
    ForgedNotification,
    GatewayInsideTransaction,
    GatewayRefused,
    GatewayUnavailable,
    MallSettings,
    PaymentGateway,
    StaleNotification,
)
from tongbao.mall.services import gateways
from tongbao.mall.tests import shop
from tongbao.tenancy.contexts import tenant_context
from tongbao.tenancy.contracts import Actor
from tongbao.tenancy.services import change_settings, switch_app

SITE = "http://lotus.test:8000"
ACTOR = Actor.system("test")


def real_now() -> datetime:
    return datetime.now(tz=UTC)


@pytest.fixture
def receiver():
    listening = Receiver()
    yield listening
    listening.close()


@pytest.fixture
def open_account(receiver):
    def open_one(**more: object) -> None:
        accounts.open_account(
            site_urls=(SITE,),
            title_zh="莲花商城",
            connect_to=receiver.host,
            actor=ACTOR,
            now=real_now(),
            **{"refund_delay_ms": 0, "transfer_delay_ms": 0, **more},
        )

    return open_one


@pytest.fixture
def lotus(tenant, provider, adapter, open_account) -> SandboxGateway:
    open_account()
    yield adapter
    # The next test's lotus is the same merchant: leave nothing to tell.
    provider.admin.hurry()
    provider.admin.wait_until_quiet()


_number = iter(range(1, 10_000))


def number(letter: str) -> str:
    return f"{letter}{next(_number)}"


def create(gateway: SandboxGateway, payment_number: str, amount_fen: int = 19_800) -> str:
    return gateway.create_payment(
        number=payment_number,
        amount_fen=amount_fen,
        subject="订单 20260302",
        notify_url=f"{SITE}/api/v1/pay/notify/sandbox",
        return_url=f"{SITE}/orders/20260302",
    ).url


def paid(gateway: SandboxGateway, amount_fen: int = 19_800) -> str:
    payment_number = number("P")
    create(gateway, payment_number, amount_fen)
    assert accounts.pay_at_the_cashier(numbers=[payment_number]) == {payment_number: "succeeded"}
    return payment_number


def test_it_is_a_payment_gateway(adapter):
    gateway: PaymentGateway = adapter
    assert gateway.code == "sandbox"


def test_a_payment_is_opened_paid_and_asked_for(lotus):
    payment_number = number("P")
    assert lotus.query_payment(number=payment_number).state == "unknown"
    url = create(lotus, payment_number)
    assert httpx.get(url, trust_env=False).status_code == 200
    assert create(lotus, payment_number) == url
    assert lotus.query_payment(number=payment_number).state == "pending"
    accounts.pay_at_the_cashier(numbers=[payment_number])
    report = lotus.query_payment(number=payment_number)
    assert (report.kind, report.state, report.amount_fen) == ("payment", "succeeded", 19_800)
    assert abs(report.occurred_at - real_now()) < timedelta(minutes=1)


def test_the_same_number_with_another_amount_is_refused(lotus):
    payment_number = number("P")
    create(lotus, payment_number)
    with pytest.raises(GatewayRefused):
        create(lotus, payment_number, 19_801)


def test_the_cashier_closes_when_the_order_does(lotus, provider):
    change_settings(settings_class=MallSettings, values={"payment_minutes": 15}, actor=ACTOR, now=real_now())
    payment_number = number("P")
    create(lotus, payment_number)
    accounts.follow_clock(now=real_now() + timedelta(minutes=14))
    assert lotus.query_payment(number=payment_number).state == "pending"
    accounts.follow_clock(now=real_now() + timedelta(minutes=16))
    assert lotus.query_payment(number=payment_number).state == "failed"


def test_a_shop_may_be_told_at_its_own_addresses_alone(lotus):
    with pytest.raises(GatewayRefused):
        lotus.create_payment(
            number=number("P"),
            amount_fen=100,
            subject="x",
            notify_url="http://169.254.169.254/api/v1/pay/notify/sandbox",
            return_url=SITE,
        )


def test_a_notice_is_told_and_read(lotus, receiver):
    payment_number = paid(lotus)
    (received,) = receiver.wait_for(1)
    assert received.headers["host"] == "lotus.test:8000"
    notice = lotus.parse_notification(headers=received.headers, body=received.body, now=real_now())
    assert (notice.kind, notice.number, notice.state, notice.amount_fen) == (
        "payment",
        payment_number,
        "succeeded",
        19_800,
    )


def test_forged_and_stale_notices_are_refused(lotus, provider, receiver):
    payment_number = paid(lotus)
    receiver.wait_for(1)
    (message,) = provider.admin.messages("lotus", payment_number)
    provider.admin.replay(message["id"], forge=True)
    _, forged = receiver.wait_for(2)
    with pytest.raises(ForgedNotification):
        lotus.parse_notification(headers=forged.headers, body=forged.body, now=real_now())
    provider.admin.replay(message["id"], signed_seconds_ago=301)
    *_, stale = receiver.wait_for(3)
    with pytest.raises(StaleNotification):
        lotus.parse_notification(headers=stale.headers, body=stale.body, now=real_now())


def test_a_refund_in_two_parts_and_not_a_fen_more(lotus, provider):
    payment_number = paid(lotus, 10_000)
    first, second = number("R"), number("R")
    assert lotus.refund(number=payment_number, refund_number=first, amount_fen=4_000).state == "pending"
    provider.admin.wait_until_quiet("lotus")
    report = lotus.refund(number=payment_number, refund_number=first, amount_fen=4_000)
    assert (report.kind, report.state, report.amount_fen) == ("refund", "succeeded", 4_000)
    lotus.refund(number=payment_number, refund_number=second, amount_fen=6_000)
    with pytest.raises(GatewayRefused):
        lotus.refund(number=payment_number, refund_number=number("R"), amount_fen=1)
    provider.admin.wait_until_quiet("lotus")
    assert lotus.query_refund(refund_number=second).state == "succeeded"
    assert lotus.query_refund(refund_number="R0").state == "unknown"


def test_a_refund_of_what_nobody_paid_is_refused(lotus):
    with pytest.raises(GatewayRefused):
        lotus.refund(number="P0", refund_number=number("R"), amount_fen=100)


def test_a_transfer_arrives_or_fails(lotus, provider):
    arrives, fails = number("T"), number("T")
    assert lotus.query_transfer(number=arrives).state == "unknown"
    lotus.transfer_out(number=arrives, amount_fen=3_000, recipient="13800000000")
    lotus.transfer_out(number=fails, amount_fen=3_000, recipient="fail-13800000000")
    provider.admin.wait_until_quiet("lotus")
    assert lotus.query_transfer(number=arrives).state == "succeeded"
    assert lotus.query_transfer(number=fails).state == "failed"


def test_a_statement_holds_the_days_movements(lotus, provider):
    noon = datetime(2031, 5, 4, 4, 0, tzinfo=UTC)
    accounts.follow_clock(now=noon)
    payment_number, refund_number, transfer_number = paid(lotus, 10_000), number("R"), number("T")
    lotus.refund(number=payment_number, refund_number=refund_number, amount_fen=2_500)
    lotus.transfer_out(number=transfer_number, amount_fen=1_000, recipient="alice")
    provider.admin.wait_until_quiet("lotus")
    lines = lotus.statement(on=noon.date())
    assert {(line.kind, line.number, line.amount_fen) for line in lines} == {
        ("payment", payment_number, 10_000),
        ("refund", refund_number, 2_500),
        ("transfer", transfer_number, 1_000),
    }
    assert lotus.statement(on=noon.date() + timedelta(days=1)) == ()


def test_a_tenant_neither_sees_nor_is_told_of_another(two_tenants, provider, adapter, open_account, receiver):
    with tenant_context("lotus"):
        open_account()
        payment_number = paid(adapter)
    (received,) = receiver.wait_for(1)
    with tenant_context("orchid"):
        open_account()
        assert adapter.query_payment(number=payment_number).state == "unknown"
        with pytest.raises(GatewayRefused):
            adapter.refund(number=payment_number, refund_number=number("R"), amount_fen=1)
        with pytest.raises(ForgedNotification):
            adapter.parse_notification(headers=received.headers, body=received.body, now=real_now())


def test_switched_off_it_is_not_offered_and_what_was_begun_still_ends(lotus, provider, receiver):
    payment_number = paid(lotus)
    assert gateways.offered() == ("sandbox",)
    switch_app(app_key="sandbox_pay", is_on=False, actor=ACTOR, now=real_now())
    assert gateways.offered() == ()
    with pytest.raises(GatewayRefused):
        create(lotus, number("P"))
    (received,) = receiver.wait_for(1)
    assert lotus.parse_notification(headers=received.headers, body=received.body, now=real_now()).number
    lotus.refund(number=payment_number, refund_number=number("R"), amount_fen=100)
    provider.admin.wait_until_quiet("lotus")


def test_without_an_account_nothing_is_refused_for_good(tenant, adapter, monkeypatch):
    """A "no" would fail refunds and give withdrawals back; a missing account only means: later."""
    with running_gateway() as empty:
        monkeypatch.setenv(configuration.URL_VARIABLE, empty.url)
        with pytest.raises(GatewayUnavailable):
            adapter.transfer_out(number=number("T"), amount_fen=100, recipient="alice")


def test_with_a_wrong_key_nothing_is_refused_for_good(lotus, monkeypatch):
    monkeypatch.setenv(configuration.TOKEN_VARIABLE, "another token of sixteen and more")
    with pytest.raises(GatewayUnavailable):
        lotus.transfer_out(number=number("T"), amount_fen=100, recipient="alice")
    with pytest.raises(SandboxGatewayAdminRefused):
        accounts.follow_clock(now=real_now())


def test_an_impostor_on_the_gateways_port_is_not_believed(lotus, monkeypatch):
    class Impostor(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.rfile.read(int(self.headers.get("Content-Length", 0)))
            said = {"kind": "payment", "number": "P1", "state": "succeeded", "amount_fen": 19_800}
            body = json.dumps({**said, "finished_at": None, "reference": "X"}).encode()
            self.send_response(self.status)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        do_POST = do_GET  # noqa: N815 - so named by the base class
        status = 200

        def log_message(self, *arguments: object) -> None:
            """Quiet."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Impostor)
    Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
    monkeypatch.setenv(configuration.URL_VARIABLE, f"http://127.0.0.1:{server.server_port}")
    try:
        for status in (200, 302, 400, 404, 409, 500):
            Impostor.status = status
            with pytest.raises(GatewayUnavailable):
                lotus.query_payment(number="P1")
            with pytest.raises(GatewayUnavailable):
                lotus.refund(number="P1", refund_number="R1", amount_fen=1)
    finally:
        server.shutdown()
        server.server_close()


def test_a_dead_gateway_is_unavailable_and_comes_back(lotus, provider):
    payment_number = paid(lotus)
    provider.kill()
    with pytest.raises(GatewayUnavailable):
        lotus.query_payment(number=payment_number)
    provider.restart()
    assert lotus.query_payment(number=payment_number).state == "succeeded"


def test_it_is_never_called_inside_a_transaction(committed_tenant, adapter):
    from tongbao.kit.transactions import transaction

    with transaction(), pytest.raises(GatewayInsideTransaction):
        accounts.open_account(site_urls=(SITE,), title_zh="莲花", actor=ACTOR, now=real_now())


@pytest.mark.parametrize("site", ["lotus.test", "ftp://lotus.test", "http://", "http://lotus.test:port"])
def test_an_address_that_is_none_is_refused(tenant, adapter, site):
    with pytest.raises(InvalidInput):
        accounts.open_account(site_urls=(site,), title_zh="莲花", actor=ACTOR, now=real_now())


@pytest.mark.parametrize(
    ("variable", "value"),
    [("TONGBAO_SANDBOX_GATEWAY_URL", "localhost:8701"), ("TONGBAO_SANDBOX_GATEWAY_TOKEN", "short")],
)
def test_a_wrong_configuration_says_what_to_set(monkeypatch, variable, value):
    monkeypatch.setenv(variable, value)
    with pytest.raises(SandboxGatewayMisconfigured) as refused:
        configuration.configuration()
    assert variable in str(refused.value)


def test_in_production_play_money_buys_nothing_by_accident(monkeypatch):
    import dataclasses

    from django.conf import settings

    from tongbao.apps.sandbox_pay import tasks

    monkeypatch.delenv(configuration.URL_VARIABLE, raising=False)
    monkeypatch.setattr(settings, "ENVIRONMENT", dataclasses.replace(settings.ENVIRONMENT, kind="production"))
    with shop.only():
        tasks.connect()
        assert gateways.installed() == ()
        monkeypatch.setenv(configuration.URL_VARIABLE, "http://127.0.0.1:8701")
        tasks.connect()
        assert gateways.installed() == ("sandbox",)
