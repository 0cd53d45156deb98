"""Coupons through HTTP and in the console, and that both are gone where the app is off."""

from __future__ import annotations

import json

import pytest
from django.db import connection
from django.test import Client

from tongbao.apps.coupons.models import Coupon, Template
from tongbao.apps.coupons.tests.people import DAY, has, kind, off, order, switch
from tongbao.kit import clock
from tongbao.mall.tests.shop import buyer, product
from tongbao.members.selectors import member
from tongbao.members.services import open_session
from tongbao.tenancy.contracts import Actor
from tongbao.tenancy.services.operators import create_operator

API = "/api/v1"
PASSWORD = "correct horse battery"
SET = {
    "title_zh": "满100减10",
    "title_en": "10 off 100",
    "kind": "amount_off",
    "amount": "10",
    "least": "100",
    "total": "50",
    "per_member": "1",
    "in_centre": "on",
    "claim_from": "2026-03-01",
    "claim_until": "2036-03-31",
    "valid_days": "7",
}


class Caller:
    def __init__(self, member_id: int, *, language: str = "zh") -> None:
        token = open_session(member_id=member_id, now=clock.now()).token
        self.client = Client(
            headers={"host": "lotus.test", "accept-language": language, "authorization": f"Bearer {token}"},
            raise_request_exception=False,
        )

    def get(self, path: str):
        answer = self.client.get(API + path)
        return answer.status_code, answer.json()

    def post(self, path: str, body: object):
        answer = self.client.post(API + path, json.dumps(body), content_type="application/json")
        return answer.status_code, answer.json()


def now_open() -> dict[str, object]:
    return {"claim_from": clock.now() - DAY, "claim_until": clock.now() + DAY}


def test_a_member_claims_a_coupon_and_orders_with_it(on):
    product("tea", price_fen=19_900, kind="virtual")
    ten_off = kind(off(1_000, 10_000), **now_open())
    wang = Caller(buyer())
    status, (offered,) = wang.get("/coupons/centre")
    assert (status, offered["left"], offered["mine"], offered["can_claim"]) == (200, 100, 0, True)
    status, mine = wang.post(f"/coupons/{ten_off}/claim", {"client_key": "claim-1"})
    assert (status, mine["title"], mine["state"]) == (200, "满减券", "usable")
    assert wang.get("/coupons/centre")[1][0]["can_claim"] is False

    lines = [{"sku": "tea", "quantity": 1}]
    status, chosen = wang.post("/coupons/checkout", {"lines": lines})
    assert (status, chosen["usable"][0]["reduction_fen"], chosen["unusable"]) == (200, 1_000, [])
    status, quote = wang.post("/checkout/quote", {"lines": lines, "coupon": mine["coupon_id"]})
    assert (quote["goods_fen"], quote["reduction_fen"], quote["total_fen"]) == (18_900, 1_000, 18_900)
    wanted = {"lines": lines, "coupon": mine["coupon_id"], "expected_total_fen": 18_900}
    status, placed = wang.post("/orders", {**wanted, "client_key": "order-1"})
    assert (status, placed["total_fen"]) == (201, 18_900)
    status, refused = wang.post("/orders", {**wanted, "client_key": "order-2"})
    assert (status, refused["error"]["code"]) == (409, "coupon_taken")
    shown = wang.get(f"/orders/{placed['number']}")[1]
    assert (shown["reduction_fen"], shown["lines"][0]["reduction_fen"]) == (1_000, 1_000)
    (used,) = wang.get("/coupons/mine?state=used")[1]
    assert (used["order_number"], used["reduction_fen"]) == (placed["number"], 1_000)


def test_the_reason_why_not_is_said_in_the_readers_language(on):
    product("tea", price_fen=9_900)
    wang = buyer()
    has(wang, off(1_000, 10_000), valid_days=None, valid_from=clock.now(), valid_until=clock.now() + DAY)
    lines = {"lines": [{"sku": "tea", "quantity": 1}]}
    zh = Caller(wang).post("/coupons/checkout", lines)[1]["unusable"][0]["why_not"]
    en = Caller(wang, language="en").post("/coupons/checkout", lines)[1]["unusable"][0]["why_not"]
    assert zh == "还差1.00元可用(适用商品满100.00元)。请再选购一些。"
    assert en == "1.00 yuan more of its goods are needed: it holds from 100.00 yuan on."


def test_nobody_sees_or_uses_somebody_elses_coupon(on):
    product("tea", price_fen=19_900)
    mine = has(buyer(), off(1_000))
    li = Caller(buyer())
    status, refused = li.post("/checkout/quote", {"lines": [{"sku": "tea", "quantity": 1}], "coupon": mine})
    assert (status, refused["error"]["code"]) == (404, "coupon_unknown")
    assert li.get("/coupons/mine")[1] == []


def test_too_many_claims_in_a_minute_are_refused(on):
    wang = Caller(buyer())
    answers = [wang.post("/coupons/99/claim", {"client_key": f"claim-{at}"})[0] for at in range(31)]
    assert answers == [404] * 30 + [429]


def test_off_means_gone_and_the_checkout_goes_on(on):
    product("tea", price_fen=19_900)
    wang = buyer()
    coupon = has(wang, off(1_000))
    switch(False)
    caller = Caller(wang)
    assert caller.get("/coupons/centre")[0] == caller.get("/coupons/mine")[0] == 404
    lines = [{"sku": "tea", "quantity": 1}]
    assert caller.post("/checkout/quote", {"lines": lines})[1]["total_fen"] == 19_900
    status, refused = caller.post("/checkout/quote", {"lines": lines, "coupon": coupon})
    assert (status, refused["error"]["code"]) == (409, "reduction_off")


def console(tenant, role: str = "owner") -> Client:
    create_operator(username="zhang", password=PASSWORD, role=role, now=clock.now(), actor=Actor.system())
    client = Client(HTTP_HOST=tenant.host)
    client.post("/console/login/", {"username": "zhang", "password": PASSWORD, "next": "/console/"})
    connection.set_schema("lotus")
    return client


def act(client: Client, address: str, **said: object):
    response = client.post(f"/console/coupons/{address}/", {"_form_submitted": "True", **said})
    connection.set_schema("lotus")
    return response


def test_the_operator_sets_gives_and_stops_a_coupon_and_sees_what_it_cost(committed_on):
    product("tea", price_fen=19_900)
    client = console(committed_on)
    act(client, "template/set", **SET)
    row = Template.objects.get()
    assert (row.amount_fen, row.least_fen, row.total, row.valid_days) == (1_000, 10_000, 50, 7)
    assert row.claim_from.isoformat() == "2026-02-28T16:00:00+00:00"
    wang = buyer()
    number = member(member_id=wang).number
    for _ in range(2):
        act(client, f"template/{row.pk}/give", member_number=number, reference="case 7")
    coupon = Coupon.objects.get()
    assert coupon.given_by == "zhang"
    order(wang, ("tea", 1), coupon=coupon.pk, now=clock.now())
    page = client.get("/console/coupons/template/").content.decode()
    connection.set_schema("lotus")
    assert "¥10.00" in page
    assert "满100减10" in page
    assert client.get(f"/console/coupons/template/{row.pk}/change/").status_code == 200
    connection.set_schema("lotus")
    assert client.get("/console/coupons/coupon/").status_code == 200
    connection.set_schema("lotus")
    act(client, f"template/{row.pk}/stop")
    assert Template.objects.get().stopped_at is not None


@pytest.mark.parametrize(
    ("said", "kept"),
    [
        ({"kind": "rate_off", "amount": "", "rate": "10%", "cap": "50"}, (0, 1_000, 5_000, "all", [])),
        ({"products": "tea, cup"}, (1_000, 0, 0, "products", ["tea", "cup"])),
    ],
)
def test_other_terms_in_the_console(committed_on, said, kept):
    act(console(committed_on), "template/set", **{**SET, **said})
    row = Template.objects.get()
    assert (row.amount_fen, row.rate_bp, row.cap_fen, row.scope_kind, row.scope) == kept


def test_finance_may_look_and_not_set(committed_on):
    act(console(committed_on, "finance"), "template/set", **SET)
    assert not Template.objects.exists()
