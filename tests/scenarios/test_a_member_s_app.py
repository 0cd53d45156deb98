"""The whole API as a member's app walks it, over HTTP: from the code on the phone to money on its way."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import httpx
import pytest

from tests.scenarios.conftest import LOTUS, World
from tests.scenarios.customers import API, HOME, Customer, sign_up
from tongbao.apps.sandbox_pay.services import accounts
from tongbao.config.demo import goods
from tongbao.config.demo.stage import OPERATOR, Stage
from tongbao.config.verification import findings
from tongbao.mall.services import orders
from tongbao.members.models import Member
from tongbao.members.services import verify_identity
from tongbao.rewards.services import approve_withdrawal, ask_for_due_withdrawals, release_due

pytestmark = pytest.mark.slow

PACK_FEN = 19_800
DIRECT_FEN = 2_376


@pytest.fixture(scope="module")
def stage(world: World) -> Iterator[Stage]:
    with world.open(LOTUS) as opened:
        goods.stock_lotus(now=opened.now())
        yield opened


@pytest.fixture
def phone(world: World) -> Iterator[httpx.Client]:
    with world.client(LOTUS.hosts[0]) as client:
        yield client


def buy_a_pack(customer: Customer, stage: Stage) -> str:
    """Browse, ask for the price, order, pay at the cashier; returns the order's number."""
    packs = customer.done("GET", "/products?kind=gift_pack")
    pack = next(pack for pack in packs if pack["code"] == "pack-198")
    sku = customer.done("GET", f"/products/{pack['code']}")["variants"][0]["sku"]
    customer.done("POST", "/cart", {"sku": sku, "quantity": 1})
    quote = customer.done("POST", "/checkout/quote")
    assert (quote["total_fen"], quote["freight_fen"], quote["needs_delivery"]) == (PACK_FEN, 0, True)
    order = customer.order(sku, expected_total_fen=quote["total_fen"])
    started = customer.done("POST", f"/orders/{order['number']}/pay")
    cashier = httpx.get(started["cashier_url"], trust_env=False)
    assert cashier.status_code == 200
    assert "198.00" in cashier.text
    assert customer.done("POST", f"/orders/{order['number']}/pay")["number"] == started["number"]
    assert customer.done("GET", f"/orders/{order['number']}")["status"] == "unpaid"
    accounts.pay_at_the_cashier(numbers=[started["number"]])
    stage.wait_until_quiet()
    assert customer.done("GET", f"/orders/{order['number']}")["status"] == "paid"
    stage.settle()
    return str(order["number"])


def receive(customer: Customer, number: str, stage: Stage) -> None:
    """The parcel goes out, and its receipt is confirmed in the app."""
    orders.ship_order(number=number, carrier="顺丰", tracking_number="SF1", actor=OPERATOR, now=stage.now())
    assert customer.done("GET", f"/orders/{number}")["can_confirm_receipt"]
    assert customer.done("POST", f"/orders/{number}/receipt")["status"] == "received"
    stage.settle()


def test_from_the_code_to_the_withdrawal_with_a_token(world, stage, phone):
    stage.set_clock(offset=timedelta(0))
    wang = sign_up(phone)
    invitation = wang.done("GET", "/me/invitation")
    assert invitation["link"].endswith(invitation["invite_code"])
    zhang = sign_up(phone, invite_code=invitation["invite_code"])
    assert zhang.done("GET", "/me")["sponsor"]["number"] == wang.done("GET", "/me")["number"]
    assert wang.done("GET", "/me/team")["direct"] == 1

    number = buy_a_pack(zhang, stage)
    assert zhang.done("GET", "/me")["rank"] == "vip"
    assert zhang.done("GET", "/me/points")["pending"] == 198 * 10_000
    (award,) = wang.done("GET", "/me/awards")["awards"]
    assert (award["order_number"], award["clause"], award["amount_fen"], award["state"]) == (
        number,
        "direct",
        DIRECT_FEN,
        "pending",
    )
    assert "23.76" in award["why"]
    _, english = wang.ask("GET", "/me/awards", **{"Accept-Language": "en"})
    assert "23.76" in english["awards"][0]["why"]
    assert english["awards"][0]["why"] != award["why"]
    assert zhang.done("GET", "/me/awards")["awards"] == []

    receive(zhang, number, stage)
    stage.set_clock(offset=timedelta(days=8, minutes=5))
    release_due(now=stage.now())
    assert wang.done("GET", "/me/commission") == {
        "pending_fen": 0,
        "cash_fen": DIRECT_FEN,
        "held_fen": 0,
        "withdrawn_fen": 0,
        "receivable_fen": 0,
    }
    assert zhang.done("GET", "/me/points")["available"] == 198 * 10_000
    withdraw_twenty(wang, stage)


def withdraw_twenty(wang: Customer, stage: Stage) -> None:
    """Quote, a real name first, one request sent twice, approved, paid by the provider."""
    quote = wang.done("POST", "/me/withdrawals/quote", {"amount_fen": 2_000})
    assert quote == {"amount_fen": 2_000, "fee_fen": 0, "tax_fen": 0, "payout_fen": 2_000}
    wish = {"amount_fen": 2_000, "recipient": "wx-wang", "client_key": "w1"}
    status, refused = wang.post("/me/withdrawals", wish)
    assert (status, refused["error"]["code"]) == (403, "identity_not_verified")
    wang.done("POST", "/me/identity", {"real_name": "王薇", "card_number": "11010519491231002X"})
    member_id = Member.objects.get(number=wang.done("GET", "/me")["number"]).pk
    verify_identity(member_id=member_id, actor=OPERATOR, now=stage.now())
    asked = wang.done("POST", "/me/withdrawals", wish)
    assert (asked["state"], asked["amount_fen"], "wx-wang" in asked["recipient_masked"]) == (
        "requested",
        2_000,
        False,
    )
    assert wang.done("POST", "/me/withdrawals", wish)["number"] == asked["number"]
    assert wang.done("GET", "/me/commission")["held_fen"] == 2_000
    approve_withdrawal(number=asked["number"], actor=OPERATOR, now=stage.now())
    ask_for_due_withdrawals(now=stage.now())
    stage.wait_until_quiet()
    stage.settle()
    assert wang.done("GET", f"/me/withdrawals/{asked['number']}")["state"] == "paid"
    assert [known["number"] for known in wang.done("GET", "/me/withdrawals")] == [asked["number"]]
    commission = wang.done("GET", "/me/commission")
    assert (commission["cash_fen"], commission["held_fen"], commission["withdrawn_fen"]) == (376, 0, 2_000)
    lines = wang.done("GET", "/me/commission/statement")["lines"]
    assert [(line["kind"], line["amount_fen"], line["balance_after_fen"]) for line in lines] == [
        ("release", DIRECT_FEN, DIRECT_FEN),
        ("withdrawal", -2_000, 376),
    ]
    assert list(findings()) == []


def test_the_same_walk_in_a_browser_with_a_cookie(world, stage, phone):
    page = sign_up(phone, cookie=True)
    assert page.token == ""
    assert phone.cookies["tongbao_session"]
    number = buy_a_pack(page, stage)
    receive(page, number, stage)

    without = dict(page.headers)
    page.headers.clear()
    status, refused = page.post("/me/addresses", HOME)
    assert (status, refused["error"]["code"]) == (403, "csrf_refused")
    page.headers["X-CSRFToken"] = "x" * 64
    assert page.post("/me/addresses", HOME)[0] == 403
    assert page.get("/me")[0] == 200
    page.headers.update(without)
    assert page.ask("POST", "/log-out", {})[0] == 204
    assert page.get("/me")[0] == 401


def test_the_session_cookie_is_out_of_reach_of_scripts_and_of_other_sites(world, stage, phone):
    page = sign_up(phone, cookie=True)
    assert page.headers["X-CSRFToken"]
    (kept,) = [cookie for cookie in phone.cookies.jar if cookie.name == "tongbao_session"]
    assert kept.has_nonstandard_attr("HttpOnly")
    assert kept.get_nonstandard_attr("SameSite") == "Lax"


def test_the_browsable_documents_are_served_without_foreign_hosts(world, stage, phone):
    page = phone.get(f"{API}/docs")
    assert page.status_code == 200
    assert "https://" not in page.text
    assert phone.get(f"{API}/openapi.json").json()["info"]["title"].startswith("Tongbao")
