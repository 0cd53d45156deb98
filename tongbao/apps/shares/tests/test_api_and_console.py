"""Shares through HTTP and in the console, and that both are gone where the app is off."""

from __future__ import annotations

import json

import pytest
from django.db import connection
from django.test import Client

from tongbao.apps.shares import selectors, services
from tongbao.apps.shares.models import Certificate, Dividend, Exchange, Issue
from tongbao.apps.shares.tests.people import CARDS, CHEN, NOON, ask, cash, has, holder, issue, switch
from tongbao.kit import clock
from tongbao.members.services import open_session
from tongbao.tenancy.contracts import Actor
from tongbao.tenancy.services.operators import create_operator

API = "/api/v1/shares"
PASSWORD = "correct horse battery"


class Caller:
    def __init__(self, member_id: int | None = None, *, language: str = "zh") -> None:
        headers = {"host": "lotus.test", "accept-language": language}
        if member_id is not None:
            headers["authorization"] = f"Bearer {open_session(member_id=member_id, now=clock.now()).token}"
        self.client = Client(headers=headers, raise_request_exception=False)

    def get(self, path: str):
        answer = self.client.get(API + path)
        return answer.status_code, answer.json()

    def post(self, path: str, **body: object):
        answer = self.client.post(API + path, json.dumps(body), content_type="application/json")
        return answer.status_code, answer.json()


def test_a_member_asks_takes_back_and_asks_again(on):
    wang = holder(100)
    caller = Caller(wang)
    assert caller.get("")[1] == {
        "company": "莲花商城",
        "units_per_share": 75_000,
        "cap": 20_000_000,
        "issued": 0,
        "left": 20_000_000,
    }
    status, asked = caller.post("/exchanges", client_key="s-1", shares=10)
    assert (status, asked["state"], asked["units"]) == (201, "waiting", 750_000)
    assert caller.post("/exchanges", client_key="s-1", shares=10)[1]["number"] == asked["number"]
    status, back = caller.post(f"/exchanges/{asked['number']}/withdraw")
    assert (status, back["state"]) == (200, "withdrawn")
    status, refused = caller.post(f"/exchanges/{asked['number']}/withdraw")
    assert (status, refused["error"]["code"]) == (404, "share_exchange_unknown")
    assert caller.post("/exchanges", client_key="s-2", shares=0)[0] == 422


def test_a_member_sees_certificates_and_dividends_of_their_own(on):
    wang, li = holder(100), holder(100, name="李四", card=CARDS[1])
    facts = issue(wang, 2)
    issue(li, 1)
    number = services.draw_up_dividend(total_fen=100_00, note="2026", actor=CHEN, now=NOON)
    services.pay_dividend(number=number, actor=CHEN, now=NOON)
    _, mine = Caller(wang).get("/mine")
    assert (mine["shares"], [one["number"] for one in mine["certificates"]]) == (2, [facts.number])
    assert [one["amount_fen"] for one in mine["dividends"]] == [66_67]
    assert Caller().get("/mine")[0] == 401
    paper = Caller(wang).client.get(f"{API}/certificates/{facts.number}/paper.pdf")
    assert (paper.status_code, paper.headers["Content-Type"]) == (200, "application/pdf")
    assert paper.content.startswith(b"%PDF-")
    assert Caller(li).client.get(f"{API}/certificates/{facts.number}/paper.pdf").status_code == 404


def test_anybody_with_the_code_checks_a_certificate(on):
    facts = issue(holder(100), 10)
    status, shown = Caller().get(f"/check/{facts.code}")
    assert (status, shown["number"], shown["holder"], shown["shares"]) == (200, "GQ00000001", "王**", 10)
    assert Caller().get("/check/" + "0" * 32)[0] == 404
    assert Caller().get("/check/guess")[0] == 422


def test_where_the_app_is_off_there_is_nothing_and_a_dividend_is_still_paid(on):
    wang = holder(100)
    issue(wang, 2)
    number = services.draw_up_dividend(total_fen=100_00, note="2026", actor=CHEN, now=NOON)
    switch(False)
    assert Caller().get("")[0] == 404
    assert Caller(wang).post("/exchanges", client_key="s-1", shares=1)[0] == 404
    services.pay_dividend(number=number, actor=CHEN, now=NOON)
    assert cash(wang) == 100_00


@pytest.fixture
def owner(committed_on):
    create_operator(username="wang", password=PASSWORD, role="owner", now=clock.now(), actor=Actor.system())
    client = Client(HTTP_HOST=committed_on.host, HTTP_ACCEPT_LANGUAGE="en")
    client.post("/console/login/", {"username": "wang", "password": PASSWORD, "next": "/console/"})
    connection.set_schema("lotus")
    return client


def page(client: Client, address: str) -> str:
    response = client.get(f"/console/{address}")
    connection.set_schema("lotus")
    assert response.status_code == 200, address
    return response.content.decode()


def act(client: Client, address: str, **said: object) -> int:
    response = client.post(f"/console/shares/{address}/", {"_form_submitted": "True", **said})
    connection.set_schema("lotus")
    return response.status_code


def test_the_owner_decides_requests(owner):
    wang = holder(100)
    ask(wang, 2)
    ask(wang, 3, "s-2")
    first, second = Exchange.objects.order_by("id")
    assert act(owner, f"exchange/{first.pk}/approve") == 200
    assert act(owner, f"exchange/{second.pk}/refuse", reason="资料不全") == 200
    assert [row.state for row in Exchange.objects.order_by("id")] == ["approved", "refused"]
    assert act(owner, f"exchange/{second.pk}/approve") == 403
    assert "GQ00000001" in page(owner, "shares/certificate/")
    assert "GQ00000001" in page(owner, f"shares/certificate/{Certificate.objects.get().pk}/change/")
    assert "资料不全" in page(owner, f"shares/exchange/{second.pk}/change/")
    assert has(wang) == 85 * 10_000


def test_the_owner_draws_up_a_dividend_looks_at_it_and_pays(owner):
    wang = holder(100)
    issue(wang, 2)
    assert act(owner, "dividend/draw-up", total="100.005", note="2026") == 200
    assert not Dividend.objects.exists()
    assert act(owner, "dividend/draw-up", total="100.00", note="2026") == 200
    dividend = Dividend.objects.get()
    assert "100.00" in page(owner, f"shares/dividend/{dividend.pk}/change/")
    assert cash(wang) == 0
    assert act(owner, f"dividend/{dividend.pk}/pay") == 200
    assert cash(wang) == 100_00
    assert act(owner, f"dividend/{dividend.pk}/drop") == 403


def test_the_owner_changes_the_cap(owner):
    row = Issue.objects.get()
    assert act(owner, f"issue/{row.pk}/set-cap", cap="100", reason="第一期") == 200
    assert selectors.share_terms().cap == 100
    assert "100" in page(owner, "shares/issue/")


def test_a_clerk_decides_nothing(committed_on):
    create_operator(username="zhao", password=PASSWORD, role="service", now=clock.now(), actor=Actor.system())
    client = Client(HTTP_HOST=committed_on.host, HTTP_ACCEPT_LANGUAGE="en")
    client.post("/console/login/", {"username": "zhao", "password": PASSWORD, "next": "/console/"})
    connection.set_schema("lotus")
    ask(holder(100), 2)
    row = Exchange.objects.get()
    assert act(client, f"exchange/{row.pk}/approve") == 403
    assert act(client, "dividend/draw-up", total="100.00", note="2026") == 403
    assert Exchange.objects.get().state == "waiting"
