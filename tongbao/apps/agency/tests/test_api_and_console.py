"""Agencies through HTTP and in the console, and that both are gone where the app is off."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest
from django.db import DatabaseError, connection, transaction
from django.test import Client
from django.utils import timezone

from tongbao.apps.agency import services
from tongbao.apps.agency.contracts import AgencySettings
from tongbao.apps.agency.models import Application
from tongbao.apps.agency.tests.people import CHEN, GUANGDONG, GUANGZHOU, TIANHE, YUEXIU, seats, switch
from tongbao.kit import clock, events
from tongbao.mall.contracts import DeliveryAddress, Wish
from tongbao.mall.models import Refund
from tongbao.mall.services import checkout, payments
from tongbao.mall.tests import shop
from tongbao.members.contracts import MembersSettings
from tongbao.members.models import RegionalAgent
from tongbao.members.services import (
    add_address,
    open_session,
    register,
    revoke_agent,
    submit_identity,
    verify_identity,
)
from tongbao.tenancy.contexts import tenant_context
from tongbao.tenancy.contracts import Actor
from tongbao.tenancy.models import AuditEntry
from tongbao.tenancy.selectors import tenant_settings
from tongbao.tenancy.services.operators import create_operator

API = "/api/v1"
PASSWORD = "correct horse battery"
FEE = 2_000_000


class Caller:
    def __init__(
        self, member_id: int | None = None, *, language: str = "zh", host: str = "lotus.test"
    ) -> None:
        headers = {"host": host, "accept-language": language}
        if member_id is not None:
            headers["authorization"] = f"Bearer {open_session(member_id=member_id, now=clock.now()).token}"
        self.client = Client(headers=headers, raise_request_exception=False)

    def ask(self, method: str, path: str, body: object = None):
        answer = self.client.generic(
            method, API + path, json.dumps(body) if body is not None else "", content_type="application/json"
        )
        return answer.status_code, answer.json()

    def get(self, path: str):
        return self.ask("GET", path)

    def apply(self, region_code: str = TIANHE, *, key: str = "k-1", fee_fen: int = FEE):
        wish = {"region_code": region_code, "expected_fee_fen": fee_fen, "client_key": key}
        return self.ask("POST", "/agency/applications", wish)


def person(name: str = "") -> int:
    return register(phone=None, name=name, now=clock.now())


def known(name: str = "") -> int:
    member_id = person(name)
    submit_identity(member_id=member_id, real_name="王芳", card_number="11010519491231002X", now=clock.now())
    verify_identity(member_id=member_id, actor=CHEN, now=clock.now())
    return member_id


def pay(gateway: shop.MemoryGateway, number: str) -> None:
    """The buyer pays at the cashier, and the worker has its turn."""
    started = payments.Payment.objects.get(order__number=number)
    gateway.finish(started.number, at=clock.now())
    shop.notify(gateway, started.number, now=clock.now())
    events.drain(now=clock.now())


def paid_application(gateway: shop.MemoryGateway, caller: Caller, region_code: str = TIANHE) -> int:
    application_id = caller.apply(region_code, key="k-1")[1]["application_id"]
    number = caller.ask("POST", f"/agency/applications/{application_id}/order")[1]["number"]
    assert caller.ask("POST", f"/orders/{number}/pay", {})[0] == 200
    pay(gateway, number)
    return int(application_id)


def test_anybody_sees_fees_and_free_seats(cashier):
    status, shown = Caller().get(f"/agency/seats?parent={GUANGZHOU}")
    assert status == 200
    assert shown["levels"][2] == {
        "level": "county",
        "fee_fen": FEE,
        "seats": 300,
        "left": 300,
        "card_points": 50_000,
        "card_months": 12,
    }
    tianhe = next(seat for seat in shown["seats"] if seat["region_code"] == TIANHE)
    assert tianhe == {
        "region_code": TIANHE,
        "name": "天河区",
        "level": "county",
        "state": "free",
        "has_divisions": False,
    }
    assert shown["earliest_start"] == (timezone.localdate(clock.now()) + timedelta(days=1)).isoformat()
    assert len(Caller().get("/agency/seats")[1]["seats"]) == 34
    assert Caller().get("/agency/seats?parent=999999")[1]["error"]["code"] == "division_unknown"


def test_wang_applies_pays_at_the_cashier_and_sees_it_paid(cashier):
    wang = Caller(known())
    status, applied = wang.apply()
    assert (status, applied["state"], applied["can_pay"]) == (201, "applied", True)
    assert wang.apply()[1]["application_id"] == applied["application_id"]
    paid_application(cashier, wang)
    (mine,) = wang.get("/agency/applications")[1]
    assert (mine["state"], mine["region_name"], mine["can_withdraw"]) == ("paid", "广东省广州市天河区", True)
    order = wang.get(f"/orders/{mine['order_number']}")[1]
    assert (order["lines"][0]["product_code"], order["total_fen"]) == ("agency-fee", FEE)
    withdrawn = wang.ask("POST", f"/agency/applications/{mine['application_id']}/withdraw")[1]
    assert withdrawn["state"] == "withdrawn"


def test_refusals_have_codes(cashier):
    assert Caller().apply()[0] == 401
    assert Caller(person()).apply()[1]["error"]["code"] == "agency_identity_needed"
    wang = Caller(known())
    assert wang.apply(fee_fen=1)[1]["error"]["code"] == "agency_fee_changed"
    wang.apply()
    assert wang.apply(key="k-2")[1]["error"]["code"] == "application_open"
    assert wang.apply(YUEXIU)[1]["error"]["code"] == "application_key_used"
    assert wang.apply("429000", key="k-3")[1]["error"]["code"] == "division_is_heading"
    for act in ("order", "withdraw"):
        status, refused = wang.ask("POST", f"/agency/applications/999/{act}")
        assert (status, refused["error"]["code"]) == (404, "application_unknown")
    application_id = paid_application(cashier, Caller(known()), YUEXIU)
    services.approve(application_id=application_id, actor=CHEN, now=clock.now())
    assert wang.apply(YUEXIU, key="k-4")[1]["error"]["code"] == "region_has_agent"
    seats(province_agent_seats=0)
    refused = wang.apply(GUANGDONG, key="k-5", fee_fen=10_000_000)[1]["error"]
    assert refused["code"] == "level_seats_full"
    assert wang.get("/agency/workbench")[1]["error"]["code"] == "no_agency"


def an_agent_with_three_orders(gateway: shop.MemoryGateway) -> tuple[Caller, int, int]:
    """An agent of Tianhe since today, a neighbour, three orders; the shop's clock stands on the day after."""
    agent_id = known("李强")
    caller = Caller(agent_id)
    application_id = paid_application(gateway, caller)
    agent = services.approve(application_id=application_id, actor=CHEN, now=clock.now())
    clock.move_to(offset=timedelta(days=1))
    buyer = person("陈美丽")
    add_address(
        member_id=buyer,
        recipient="陈美丽",
        phone="13812345678",
        region_code=TIANHE,
        street="天河路1号",
        now=clock.now(),
    )
    shop.pack_198()
    for number in range(3):
        placed = checkout.place_order(
            buyer_id=buyer,
            wishes=[Wish(sku="pack-198", quantity=1)],
            address=DeliveryAddress(
                recipient="陈美丽", phone="13812345678", region_code=TIANHE, street="天河路1号"
            ),
            client_key=f"o-{number}",
            now=clock.now(),
        )
        shop.start(buyer, placed, now=clock.now())
        pay(gateway, placed.number)
    return caller, agent_id, agent.agent_id


def test_the_workbench_page_by_page_and_masked(cashier):
    caller, _, appointment = an_agent_with_three_orders(cashier)
    status, seen = caller.get("/agency/workbench")
    assert (status, seen["orders"], seen["turnover_fen"], seen["pending_fen"], seen["members"]) == (
        200,
        3,
        59_400,
        3 * 792,
        1,
    )
    assert [agency["region_code"] for agency in seen["agencies"]] == [TIANHE]
    first = caller.get("/agency/workbench/orders?limit=2")[1]
    rest = caller.get(f"/agency/workbench/orders?limit=2&before={first['next_before']}")[1]
    assert (len(first["orders"]), len(rest["orders"]), rest["next_before"]) == (2, 1, None)
    awards = caller.get("/agency/workbench/awards?limit=2")[1]
    assert [award["amount_fen"] for award in awards["awards"]] == [792, 792]
    assert caller.get(f"/agency/workbench/awards?before={awards['next_before']}")[1]["next_before"] is None
    (member,) = caller.get("/agency/workbench/members")[1]["members"]
    assert (member["name_masked"], member["rank_name"]) == ("陈**", "VIP会员")
    told = json.dumps([seen, first, rest, awards, member], ensure_ascii=False)
    for secret in ("陈美丽", "13812345678", "天河路1号"):
        assert secret not in told
    for order in first["orders"]:
        assert len(order["number_masked"]) == 7

    revoke_agent(agent_id=appointment, reason="sold nothing", actor=CHEN, now=clock.now())
    for page in ("", "/orders", "/awards", "/members"):
        status, refused = caller.get(f"/agency/workbench{page}")
        assert (status, refused["error"]["code"]) == (404, "no_agency")
    assert caller.get("/agency/applications")[1][0]["state"] == "ended"


def test_nobody_looks_into_the_region_of_another(cashier):
    an_agent_with_three_orders(cashier)
    stranger = Caller(known())
    for page in ("", "/orders", "/awards", "/members"):
        assert stranger.get(f"/agency/workbench{page}?region_code={TIANHE}")[0] == 404
        assert Caller().get(f"/agency/workbench{page}")[0] == 401


def test_where_the_app_is_off_there_is_nothing(on):
    assert Caller().get("/agency/seats")[0] == 200
    assert "/apps/agency/pages/index" in str(Caller().get("/storefront")[1]["apps"])
    switch(False)
    assert Caller().get("/agency/seats")[0] == 404
    assert Caller(person()).get("/agency/applications")[0] == 404
    assert "agency" not in str(Caller().get("/storefront")[1]["apps"])


def test_an_application_is_never_deleted_not_even_by_the_application_itself(on):
    Caller(known()).apply()
    with pytest.raises(DatabaseError, match="permission denied"), transaction.atomic():
        Application.objects.all().delete()


def test_one_mall_knows_nothing_of_the_applications_of_another(two_tenants):
    for schema in ("lotus", "orchid"):
        with tenant_context(schema):
            switch(True)
    with tenant_context("lotus"):
        wang = known()
        services.apply(
            member_id=wang, region_code=TIANHE, expected_fee_fen=FEE, client_key="k", now=clock.now()
        )
        with pytest.raises(DatabaseError, match="permission denied"), transaction.atomic():
            connection.cursor().execute("SELECT count(*) FROM orchid.agency_application")
    with tenant_context("orchid"):
        assert not Application.objects.exists()
        li = known()
        application_id = services.apply(
            member_id=li, region_code=TIANHE, expected_fee_fen=FEE, client_key="k", now=clock.now()
        )
        (mine,) = Caller(li, host="orchid.test").get("/agency/applications")[1]
        assert mine["application_id"] == application_id


@pytest.fixture
def owner(committed_tenant):
    switch(True)
    create_operator(username="wang", password=PASSWORD, role="owner", now=clock.now(), actor=Actor.system())
    return signed_in("wang")


def signed_in(name: str) -> Client:
    client = Client(HTTP_HOST="lotus.test", HTTP_ACCEPT_LANGUAGE="en")
    client.post("/console/login/", {"username": name, "password": PASSWORD, "next": "/console/"})
    connection.set_schema("lotus")
    return client


def page(client: Client, address: str) -> str:
    response = client.get(f"/console/{address}")
    connection.set_schema("lotus")
    assert response.status_code == 200, address
    return response.content.decode()


def act(client: Client, address: str, **said: object) -> int:
    response = client.post(f"/console/agency/{address}/", {"_form_submitted": "True", **said})
    connection.set_schema("lotus")
    return response.status_code


def test_the_owner_approves_one_application_and_refuses_another(owner):
    gateway = shop.MemoryGateway()
    with shop.only(gateway):
        first = paid_application(gateway, Caller(known()))
        connection.set_schema("lotus")
        second = paid_application(gateway, Caller(known()), YUEXIU)
        connection.set_schema("lotus")
        for address in ("application/", f"application/{first}/change/"):
            assert "广州市天河区" in page(owner, f"agency/{address}")
        act(owner, f"application/{first}/approve", starts_on="", ends_on="")
        act(owner, f"application/{second}/refuse", reason="该区域暂不开放")
    assert RegionalAgent.objects.get().region_code == TIANHE
    assert sorted(Application.objects.values_list("state", flat=True)) == ["approved", "refused"]
    assert Refund.objects.get().amount_fen == FEE
    assert AuditEntry.objects.get(action="agency.refuse").reason == "该区域暂不开放"
    assert act(owner, f"application/{first}/approve", starts_on="", ends_on="") == 403
    assert "/console/members/regionalagent/" in page(owner, f"agency/application/{first}/change/")


TERMS = {
    "province_agent_fee_fen": "0",
    "province_agent_seats": 10,
    "province_card_points": 300_000,
    "city_agent_fee_fen": "50000",
    "city_agent_seats": 50,
    "city_card_points": 100_000,
    "county_agent_fee_fen": "19999.50",
    "county_agent_seats": 200,
    "county_card_points": 50_000,
    "card_months": 24,
}


def test_the_owner_sets_fees_seats_and_cards_with_a_reason(owner):
    assert "31000000" in page(owner, "agency/seats/").replace(",", "")
    owner.post("/console/agency/seats/", TERMS)
    connection.set_schema("lotus")
    assert tenant_settings(MembersSettings).county_agent_seats == 300
    owner.post("/console/agency/seats/", {**TERMS, "reason": "half of China first"})
    connection.set_schema("lotus")
    settings, own = tenant_settings(MembersSettings), tenant_settings(AgencySettings)
    assert (settings.county_agent_fee_fen, settings.county_agent_seats) == (1_999_950, 200)
    assert (settings.province_agent_fee_fen, own.card_months) == (0, 24)
    reasons = AuditEntry.objects.filter(action="settings.change").values_list("reason", flat=True)
    assert list(reasons) == ["half of China first"] * 2
    assert "too-many-cards" not in page(owner, "agency/seats/")


def test_service_may_look_and_not_decide_or_set_anything(owner):
    create_operator(username="li", password=PASSWORD, role="service", now=clock.now(), actor=CHEN)
    services.apply(
        member_id=known(), region_code=TIANHE, expected_fee_fen=FEE, client_key="k", now=clock.now()
    )
    client = signed_in("li")
    application_id = Application.objects.get().pk
    page(client, "agency/application/")
    assert 'data-testid="terms"' not in page(client, "agency/seats/")
    for address in ("approve", "refuse"):
        assert act(client, f"application/{application_id}/{address}", reason="x") == 403
    assert client.post("/console/agency/seats/", {**TERMS, "reason": "x"}).status_code == 403
    connection.set_schema("lotus")
    assert tenant_settings(MembersSettings).county_agent_seats == 300


def test_the_menu_shows_it_only_where_it_is_on(owner):
    assert "/console/agency/application/" in page(owner, "")
    switch(False)
    assert "/console/agency/application/" not in page(owner, "")
