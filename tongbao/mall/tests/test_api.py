"""The API: a whole purchase, what bad input gets, and that one member never reaches another's orders."""

from __future__ import annotations

import json
from datetime import UTC, datetime

import pytest
from django.test import Client

from tongbao.kit import clock
from tongbao.mall import selectors
from tongbao.mall.models import GatewayMessage, Order
from tongbao.mall.services import claims, orders
from tongbao.mall.tests import shop
from tongbao.members.services import add_address, open_session

API = "/api/v1"


@pytest.fixture
def gateway(tenant):
    gateway = shop.MemoryGateway()
    with shop.only(gateway):
        yield gateway


class Caller:
    """Somebody at the API; answers are (status, body)."""

    def __init__(self, member_id: int | None = None, language: str = "zh") -> None:
        headers = {"host": "lotus.test", "accept-language": language}
        if member_id is not None:
            token = open_session(member_id=member_id, now=clock.now()).token
            headers["authorization"] = f"Bearer {token}"
        self.client = Client(headers=headers, raise_request_exception=False)

    def get(self, path: str, **query: object) -> tuple[int, object]:
        return self._answer(self.client.get(API + path, query))

    def send(self, method: str, path: str, body: object = None) -> tuple[int, object]:
        content = body if isinstance(body, (bytes, str)) else json.dumps(body if body is not None else {})
        return self._answer(self.client.generic(method, API + path, content, content_type="application/json"))

    def post(self, path: str, body: object = None) -> tuple[int, object]:
        return self.send("POST", path, body)

    def code(self, answer: tuple[int, object]) -> tuple[int, str]:
        status, body = answer
        assert body["error"]["message"]
        assert body["error"]["request_id"]
        return status, body["error"]["code"]

    def _answer(self, response: object) -> tuple[int, object]:
        return response.status_code, json.loads(response.content)


@pytest.fixture
def member(gateway):
    return shop.buyer()


@pytest.fixture
def caller(member):
    return Caller(member)


@pytest.fixture
def address_id(member):
    return add_address(
        member_id=member,
        recipient="王芳",
        phone="13800000000",
        region_code="440106",
        street="天河路1号",
        now=shop.NOON,
    ).address_id


def place(caller: Caller, address_id: int, *, key: str = "k", sku: str = "pack-198", quantity: int = 1):
    return caller.post(
        "/orders",
        {
            "lines": [{"sku": sku, "quantity": quantity}],
            "address_id": address_id,
            "client_key": key,
            "expected_total_fen": 19_800 * quantity,
        },
    )


def test_a_member_buys_from_the_shelf_to_the_receipt(gateway, caller, member, address_id):
    shop.pack_198()
    status, products = Caller().get("/products", kind="gift_pack")
    assert (status, products[0]["code"], products[0]["from_price_fen"]) == (200, "pack-198", 19_800)
    assert caller.post("/cart", {"sku": "pack-198", "quantity": 1})[1][0]["quantity"] == 1
    status, quote = caller.post("/checkout/quote", {})
    assert (status, quote["total_fen"], quote["needs_delivery"]) == (200, 19_800, True)
    status, placed = place(caller, address_id)
    assert (status, placed["total_fen"], placed["replayed"]) == (201, 19_800, False)
    assert place(caller, address_id) == (200, {**placed, "replayed": True})
    assert caller.get("/cart") == (200, [])
    number = placed["number"]
    status, started = caller.post(f"/orders/{number}/pay")
    assert (status, started["gateway"], started["amount_fen"]) == (200, "memory", 19_800)

    now = datetime.now(tz=UTC)
    gateway.finish(started["number"], at=now)
    headers, body = gateway.notice(started["number"], at=now)
    bank = Client(headers={"host": "lotus.test", **headers})
    told = [bank.post(f"{API}/pay/notify/memory", body, content_type="application/json") for _ in range(2)]
    assert [(answer.status_code, answer.json()["outcome"]) for answer in told] == [
        (200, "applied"),
        (200, "no_effect"),
    ]
    status, order = caller.get(f"/orders/{number}")
    assert (order["status"], order["address"]["region_code"]) == ("paid", "440106")
    assert order["region_name"] == "广东省广州市天河区"
    orders.ship_order(number=number, actor=shop.OPERATOR, carrier="SF", now=clock.now())
    assert caller.post(f"/orders/{number}/receipt")[1]["status"] == "received"
    assert caller.get("/orders/counts") == (200, {"received": 1})
    assert [order["number"] for order in caller.get("/orders", status="received")[1]] == [number]


def test_a_member_claims_withdraws_and_returns_through_the_api(gateway, caller, member):
    placed = shop.received(
        gateway, member, (shop.product("tea", price_fen=5_000), 2), now=clock.now() - 3 * shop.DAY
    )
    wish = {"kind": "return_goods", "reason": "too bitter", "lines": [{"position": 1, "pieces": 1}]}
    status, claim = caller.post(f"/orders/{placed.number}/claims", wish)
    assert (status, claim["state"], claim["amount_fen"]) == (201, "requested", 5_000)
    assert caller.code(caller.post(f"/orders/{placed.number}/claims", wish)) == (409, "claim_is_open")
    assert caller.post(f"/claims/{claim['number']}/withdraw")[1]["state"] == "withdrawn"
    status, claim = caller.post(f"/orders/{placed.number}/claims", wish)
    claims.approve_claim(number=claim["number"], actor=shop.OPERATOR, now=clock.now())
    parcel = {"carrier": "SF", "tracking_number": "SF1"}
    assert caller.post(f"/claims/{claim['number']}/sent-back", parcel)[1]["state"] == "sent_back"
    assert caller.get(f"/claims/{claim['number']}")[1]["tracking_number"] == "SF1"
    assert [one["state"] for one in caller.get("/claims")[1]] == ["sent_back", "withdrawn"]
    assert caller.get("/claims", before=claim["claim_id"], limit=1)[1][0]["state"] == "withdrawn"


def test_lists_of_two_are_lists(gateway, caller, member):
    """A pair must not be taken for a status and a body."""
    for sku in ("tea", "cup"):
        shop.catalogue.create_category(title=sku, actor=shop.OPERATOR, now=shop.NOON)
        shop.product(sku, price_fen=5_000)
        placed = shop.paid(gateway, member, (sku, 1))
        caller.post(
            f"/orders/{placed.number}/claims",
            {"kind": "refund_only", "reason": "x", "lines": [{"position": 1, "pieces": 1}]},
        )
        caller.post("/cart", {"sku": sku, "quantity": 1})
    for path in ("/categories", "/products", "/cart", "/orders", "/claims"):
        status, found = caller.get(path)
        assert (status, len(found)) == (200, 2), path


def test_a_forged_notification_gets_401_and_changes_nothing(gateway, member):
    started = shop.start(member, shop.order(member, (shop.pack_198(), 1)))
    now = datetime.now(tz=UTC)
    gateway.finish(started.number, at=now)
    headers, body = gateway.notice(started.number, at=now)
    for sent_headers, sent_body in (
        (headers, body.replace(b"19800", b"1")),
        ({}, body),
        ({"X-Time": "now"}, b"\xff\x00"),
    ):
        answer = Client(headers={"host": "lotus.test", **sent_headers}).post(
            f"{API}/pay/notify/memory", sent_body, content_type="application/json"
        )
        assert (answer.status_code, answer.json()["error"]["code"]) == (401, "forged_notification")
    assert (Order.objects.get().status, GatewayMessage.objects.count()) == ("unpaid", 0)


def test_a_notification_that_does_not_fit_gets_409_every_time(gateway, member):
    started = shop.start(member, shop.order(member, (shop.pack_198(), 1)))
    now = datetime.now(tz=UTC)
    gateway.finish(started.number, at=now)
    headers, body = gateway.notice(started.number, at=now, amount_fen=1)
    bank = Client(headers={"host": "lotus.test", **headers})
    for _ in range(2):
        answer = bank.post(f"{API}/pay/notify/memory", body, content_type="application/json")
        assert (answer.status_code, answer.json()["error"]["code"]) == (409, "notification_mismatch")
    assert Order.objects.get().status == "unpaid"


def test_paying_twice_and_paying_a_cancelled_order_are_refused(gateway, caller, member):
    shop.pack_198()
    paid = shop.paid(gateway, member, ("pack-198", 1))
    assert caller.code(caller.post(f"/orders/{paid.number}/pay")) == (409, "order_already_paid")
    cancelled = shop.order(member, ("pack-198", 1))
    assert caller.post(f"/orders/{cancelled.number}/cancel")[1]["status"] == "cancelled"
    assert caller.code(caller.post(f"/orders/{cancelled.number}/pay")) == (409, "order_not_payable")
    assert caller.code(caller.post(f"/orders/{cancelled.number}/cancel")) == (409, "transition_refused")


def test_a_refund_above_what_was_paid_is_refused(gateway, caller, member):
    placed = shop.paid(gateway, member, (shop.pack_198(), 1))
    answer = caller.post(
        f"/orders/{placed.number}/claims",
        {"kind": "refund_only", "reason": "x", "lines": [{"position": 1, "amount_fen": 19_801}]},
    )
    assert caller.code(answer) == (422, "refund_too_large")
    assert not selectors.order(number=placed.number).has_open_claim


@pytest.mark.parametrize("amount", [-1, 1.5, 19_800.0, "19800", 10**10, True, None, [], "١"])
def test_negative_huge_or_fractional_amounts_are_refused(gateway, caller, member, amount):
    placed = shop.paid(gateway, member, (shop.pack_198(), 1))
    line = {"position": 1, "pieces": 1, "amount_fen": amount}
    if amount is None:
        line = {"position": 1, "pieces": -1}
    answer = caller.post(
        f"/orders/{placed.number}/claims", {"kind": "refund_only", "reason": "x", "lines": [line]}
    )
    assert caller.code(answer) == (422, "invalid_input")
    assert not selectors.order(number=placed.number).has_open_claim


@pytest.mark.parametrize("quantity", [0, -1, 1.0, "1", 1_000, 10**30, True, None])
def test_quantities_that_are_none_are_refused_everywhere(caller, address_id, quantity):
    shop.pack_198()
    line = {"sku": "pack-198", "quantity": quantity}
    for path in ("/cart", "/checkout/quote", "/orders"):
        body = line if path == "/cart" else {"lines": [line], "client_key": "k", "address_id": address_id}
        assert caller.code(caller.post(path, body)) == (422, "invalid_input")
    assert not Order.objects.exists()


def test_prices_come_from_the_catalogue_and_never_from_the_client(caller, address_id):
    shop.pack_198()
    status, placed = caller.post(
        "/orders",
        {
            "lines": [{"sku": "pack-198", "quantity": 1, "price_fen": 1}],
            "address_id": address_id,
            "client_key": "k",
            "total_fen": 1,
        },
    )
    assert (status, placed["total_fen"]) == (201, 19_800)


def test_more_than_there_is_a_changed_price_and_a_missing_address_have_their_codes(caller, address_id):
    shop.product("tea", price_fen=5_000, stock=1)

    def code(**change: object) -> tuple[int, str]:
        body = {"lines": [{"sku": "tea", "quantity": 1}], "address_id": address_id, "client_key": "k"}
        return caller.code(caller.post("/orders", {**body, **change}))

    assert code(lines=[{"sku": "tea", "quantity": 2}]) == (409, "out_of_stock")
    assert code(expected_total_fen=1) == (409, "price_changed")
    assert code(address_id=None) == (422, "address_needed")
    assert code(address_id=2**62) == (404, "address_unknown")
    assert code(lines=[]) == (422, "cart_is_empty")
    assert code(lines=[{"sku": "coffee", "quantity": 1}]) == (404, "product_unknown")
    assert not Order.objects.exists()


@pytest.mark.parametrize("text", ["a\x00b", "\ud800", "x" * 201])
def test_texts_that_no_database_takes_are_refused(caller, address_id, text):
    shop.pack_198()
    answer = caller.post(
        "/orders",
        {
            "lines": [{"sku": "pack-198", "quantity": 1}],
            "address_id": address_id,
            "client_key": "k",
            "note": text,
        },
    )
    assert caller.code(answer) == (422, "invalid_input")


@pytest.mark.parametrize(
    "path",
    [
        "/products/%00",
        "/products?sort=price_fen;drop",
        "/products?category_id=99999999999999999999",
        "/products?offset=-1",
        "/products?limit=1000",
        "/products?search=%00",
        "/orders?before=99999999999999999999",
        "/orders?status=nothing",
        "/orders/%27%20OR%201=1",
        "/claims/%00",
    ],
)
def test_paths_and_queries_that_make_no_sense_get_a_4xx_in_json(caller, path):
    status, body = caller.get(path)
    assert 400 <= status < 500
    assert body["error"]["code"] in ("invalid_input", "not_found", "product_unknown")


def test_nobody_orders_without_signing_in(gateway):
    stranger = Caller()
    for method, path in (
        ("GET", "/cart"),
        ("POST", "/orders"),
        ("GET", "/orders"),
        ("POST", "/checkout/quote"),
    ):
        assert stranger.code(stranger.send(method, path)) == (401, "not_signed_in")


def test_another_members_order_is_unknown_whatever_is_asked_of_it(gateway, caller, member):
    owner = shop.buyer()
    placed = shop.paid(gateway, owner, (shop.pack_198(), 1))
    _, claim = Caller(owner).post(
        f"/orders/{placed.number}/claims",
        {"kind": "refund_only", "reason": "x", "lines": [{"position": 1, "pieces": 1}]},
    )
    for method, path in (
        ("GET", f"/orders/{placed.number}"),
        ("POST", f"/orders/{placed.number}/pay"),
        ("POST", f"/orders/{placed.number}/cancel"),
        ("POST", f"/orders/{placed.number}/receipt"),
        ("GET", f"/claims/{claim['number']}"),
        ("POST", f"/claims/{claim['number']}/withdraw"),
    ):
        status, code = caller.code(caller.send(method, path))
        assert (status, code) in ((404, "order_unknown"), (404, "claim_unknown"))


def test_a_refusal_is_said_in_the_readers_language(gateway, member):
    placed = shop.paid(gateway, member, (shop.pack_198(), 1))
    said = [
        Caller(member, language).post(f"/orders/{placed.number}/cancel")[1]["error"]["message"]
        for language in ("zh-CN", "en-GB")
    ]
    assert "待发货" in said[0]
    assert "is paid, so it can't be cancelled" in said[1]


def test_a_gateway_that_does_not_answer_gets_503(gateway, caller, member):
    placed = shop.order(member, (shop.pack_198(), 1), now=clock.now())
    gateway.is_down = True
    assert caller.code(caller.post(f"/orders/{placed.number}/pay")) == (503, "gateway_unavailable")
    assert caller.code(caller.post(f"/orders/{placed.number}/pay", {"gateway": "nobody"})) == (
        404,
        "unknown_gateway",
    )
