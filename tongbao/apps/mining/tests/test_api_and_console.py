"""Mining through HTTP and in the console, and that both are gone where the app is off."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test import Client

from tongbao.apps.mining import services
from tongbao.apps.mining.models import Machine, Prop
from tongbao.apps.mining.tests.people import CHEN, DAY, NOON, free_machine, person, prop, settings, switch
from tongbao.kit import clock
from tongbao.members.services import open_session
from tongbao.tenancy.contracts import Actor
from tongbao.tenancy.services.operators import create_operator

API = "/api/v1/mining"
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


def test_anybody_sees_what_is_on_offer_and_what_is_left(on):
    prop()
    status, (shown,) = Caller(language="en").get("/props")
    assert (status, shown["title"], shown["daily"], shown["price_fen"]) == (
        200,
        "Machine small",
        15_000,
        None,
    )
    assert shown["left"] == 30_000_000 * 10_000


def test_a_member_sees_their_machines_and_nobody_else_s(on):
    prop()
    settings(free_prop="small")
    wang = free_machine()
    services.give_due(now=NOON + 2 * DAY)
    status, (machine,) = Caller(wang).get("/machines")
    assert (status, machine["state"], machine["given_days"], machine["given"]) == (200, "running", 2, 30_000)
    status, outputs = Caller(wang).get(f"/machines/{machine['machine_id']}/outputs")
    assert (status, [(one["day"], one["amount"]) for one in outputs]) == (200, [(2, 15_000), (1, 15_000)])
    status, refused = Caller(person()).get(f"/machines/{machine['machine_id']}/outputs")
    assert (status, refused["error"]["code"]) == (404, "machine_unknown")
    assert Caller().get("/machines")[0] == 401


def test_where_the_app_is_off_there_is_nothing(on):
    assert Caller().get("/props") == (200, [])
    switch(False)
    assert Caller().get("/props")[0] == 404
    assert Caller(person()).get("/machines")[0] == 404
    shown = Caller().client.get("/api/v1/storefront").json()["apps"]
    assert "mining" not in str(shown)


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
    response = client.post(f"/console/mining/{address}/", {"_form_submitted": "True", **said})
    connection.set_schema("lotus")
    return response.status_code


def test_the_owner_sets_a_prop_and_takes_a_machine_back(owner):
    act(
        owner,
        "prop/define",
        code="small",
        title_zh="小矿机",
        title_en="Small",
        daily="1.5",
        days=30,
        product_code="",
    )
    assert Prop.objects.get().daily == 15_000
    settings(free_prop="small")
    free_machine()
    services.give_due(now=NOON + DAY)
    machine = Machine.objects.get()
    for address in ("prop/", "machine/", "round/", f"machine/{machine.pk}/change/"):
        page(owner, f"mining/{address}")
    act(owner, f"machine/{machine.pk}/take-back", reason="abuse")
    assert Machine.objects.get().state == "taken_back"
    act(owner, f"prop/{Prop.objects.get().pk}/end")
    assert Prop.objects.get().is_on_offer is False


def test_the_menu_shows_it_only_where_it_is_on(owner):
    assert "/console/mining/machine/" in page(owner, "")
    switch(False)
    assert "/console/mining/machine/" not in page(owner, "")


def test_service_may_look_and_not_set_anything(committed_on):
    create_operator(username="li", password=PASSWORD, role="service", now=clock.now(), actor=CHEN)
    client = Client(HTTP_HOST=committed_on.host)
    client.post("/console/login/", {"username": "li", "password": PASSWORD, "next": "/console/"})
    connection.set_schema("lotus")
    page(client, "mining/prop/")
    said = {"code": "x", "title_zh": "x", "title_en": "x", "daily": "1", "days": 1}
    assert act(client, "prop/define", **said) == 403
    assert not Prop.objects.exists()
