"""The console's first page: exact figures, nothing made up when there are none, and no books for the service desk."""

from __future__ import annotations

from datetime import timedelta
from types import SimpleNamespace

import pytest
from django.test import Client, RequestFactory
from django.utils import translation

from tongbao.config import dashboard
from tongbao.members.services import register
from tongbao.rewards.services import release_due
from tongbao.rewards.tests.street import (
    NOON,
    ask,
    buy,
    memory_gateway,
    pack,
    person,
    receive,
    with_cash,
)
from tongbao.tenancy.contracts import Actor
from tongbao.tenancy.services.operators import create_operator

DAY = timedelta(days=1)
RELEASE = NOON + 9 * DAY
PASSWORD = "correct horse battery"


@pytest.fixture
def page(monkeypatch, tenant):
    """``page(now, "owner")``: what the dashboard's template is given."""

    def look(now, role):
        monkeypatch.setattr(dashboard, "clock", SimpleNamespace(now=lambda: now))
        request = RequestFactory().get("/console/")
        request.user = SimpleNamespace(is_superuser=False)
        request._operator_roles = frozenset({role})
        with translation.override("en"):
            return dashboard.dashboard(request, {})

    return look


def tiles(context) -> dict[str, tuple[str, str, int]]:
    return {tile.title: (tile.today, tile.yesterday, tile.trend) for tile in context["tiles"]}


def test_a_new_mall_shows_zeros_and_no_picture(page):
    context = page(NOON, "owner")
    assert tiles(context) == {
        "Turnover": ("¥0.00", "¥0.00", 0),
        "Orders paid": ("0", "0", 0),
        "New members": ("0", "0", 0),
        "Awards pending, booked": ("¥0.00", "¥0.00", 0),
        "Awards released": ("¥0.00", "¥0.00", 0),
    }
    assert not context["has_sales"]
    assert context["waiting"] == []
    assert (context["pending_total"], context["cash_total"]) == ("¥0.00", "¥0.00")
    assert len(context["bars"]) == 30
    assert {bar.turnover_height for bar in context["bars"]} == {0}


def test_today_stands_beside_yesterday(page):
    with memory_gateway() as gateway:
        pack(19_800)
        wang = person("vip")
        li = person(sponsor=wang)
        buy(gateway, li, ("pack-198", 2), now=NOON - DAY)
        buy(gateway, li, ("pack-198", 1), now=NOON)
        register(phone=None, sponsor_id=wang, now=NOON - timedelta(minutes=1))
        context = page(NOON + timedelta(minutes=1), "owner")
    # the sponsor has 12 % directly and 10 % as a VIP: 43.56 of each pack
    assert tiles(context) == {
        "Turnover": ("¥198.00", "¥396.00", -1),
        "Orders paid": ("1", "1", 0),
        "New members": ("1", "2", -1),
        "Awards pending, booked": ("¥43.56", "¥87.12", -1),
        "Awards released": ("¥0.00", "¥0.00", 0),
    }
    assert context["pending_total"] == "¥130.68"
    assert [bar.turnover_height for bar in context["bars"][-2:]] == [200, 100]
    assert [bar.awarded_height for bar in context["bars"][-2:]] == [44, 22]
    assert context["bars"][-1].turnover == "¥198.00"
    assert [(item["title"], item["count"]) for item in context["waiting"]] == [("Orders to ship", 2)]


def test_what_is_released_moves_from_pending_to_what_can_be_withdrawn(page):
    with memory_gateway() as gateway:
        pack(19_800)
        wang = person("vip")
        li = person(sponsor=wang)
        receive(buy(gateway, li, ("pack-198", 1)), li, now=NOON)
    release_due(now=RELEASE)
    context = page(RELEASE + timedelta(minutes=1), "finance")
    assert tiles(context)["Awards released"] == ("¥43.56", "¥0.00", 1)
    assert (context["pending_total"], context["cash_total"]) == ("¥0.00", "¥43.56")
    assert context["receivable_total"] == "¥0.00"


def test_a_withdrawal_waits_for_finance(page):
    ask(with_cash(10_000), 5_000)
    (item,) = page(NOON, "finance")["waiting"]
    assert (item["title"], item["count"]) == ("Withdrawals to approve", 1)
    assert item["link"] == "/console/rewards/withdrawal/?state__exact=requested"


def test_the_service_desk_sees_the_trade_and_not_the_books(page):
    ask(with_cash(10_000), 5_000)
    context = page(NOON, "service")
    assert list(tiles(context)) == ["Turnover", "Orders paid", "New members"]
    assert context["waiting"] == []
    assert not context.keys() & {"pending_total", "cash_total", "receivable_total"}
    assert {bar.awarded for bar in context["bars"]} == {"¥0.00"}


@pytest.mark.parametrize(
    ("role", "sees", "sees_not"),
    [
        ("owner", ("应付会员", "已到账奖励", "/console/ledger/ledgeraccount/"), ()),
        (
            "service",
            ("成交额", "/console/members/smsmessage/", "/console/mall/order/"),
            ("应付会员", "已到账奖励", "/console/ledger/", "/console/rewards/withdrawal/"),
        ),
    ],
)
def test_each_role_has_its_page(tenant, role, sees, sees_not):
    create_operator(username="xiao-li", password=PASSWORD, role=role, now=NOON, actor=Actor.system())
    client = Client(HTTP_HOST=tenant.host)
    client.post("/console/login/", {"username": "xiao-li", "password": PASSWORD, "next": "/console/"})
    html = client.get("/console/").content.decode()
    assert [text for text in sees if text not in html] == []
    assert [text for text in sees_not if text in html] == []
