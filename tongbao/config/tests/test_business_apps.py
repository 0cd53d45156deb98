"""An app that is off answers nothing, hears nothing, does nothing and is on no menu; switched on, it does."""

from __future__ import annotations

import sys
from datetime import UTC, datetime, timedelta
from types import ModuleType

import pytest
from django.apps import apps
from django.test import RequestFactory
from django.utils import translation
from ninja import NinjaAPI, Router
from ninja.security import HttpBearer

from tongbao.config import business_apps
from tongbao.config.tests.commands import tongbao
from tongbao.kit import events, jobs
from tongbao.kit.api import install_error_handlers
from tongbao.kit.manifest import AppManifest, Handles, ManifestInvalid, MenuEntry, Runs, StorefrontPage
from tongbao.ledger.contracts import ACCOUNT_KINDS, AccountKind
from tongbao.mall.contracts import AppEntry, OrderPaid
from tongbao.tenancy.contracts import Actor
from tongbao.tenancy.services.changes import switch_app

NOW = datetime(2026, 3, 2, 4, 0, tzinfo=UTC)
LI = Actor(user_id=None, name="李经理")


class Doorkeeper(HttpBearer):
    def authenticate(self, request, token):
        return token or None


@pytest.fixture
def heard(monkeypatch) -> list[object]:
    """What the tea room's functions were called with."""
    calls: list[object] = []
    module = ModuleType("tongbao.apps.tea_room")
    module.pour = lambda event, now: calls.append((event, now))
    module.sweep = lambda now: calls.append(now)
    module.router = Router(auth=Doorkeeper())

    @module.router.get("/menu")
    def menu(request, cups: int):
        return {"cups": cups}

    monkeypatch.setitem(sys.modules, "tongbao.apps.tea_room", module)
    business_apps._handler.cache_clear()
    business_apps._schedule.cache_clear()
    return calls


@pytest.fixture
def tea_room(heard, monkeypatch) -> AppManifest:
    manifest = AppManifest(
        key="tea_room",
        title_zh="茶室",
        title_en="Tea room",
        routes="tongbao.apps.tea_room:router",
        handlers=(Handles(event=OrderPaid, function="tongbao.apps.tea_room:pour"),),
        schedules=(Runs(name="sweep", every=timedelta(hours=1), function="tongbao.apps.tea_room:sweep"),),
        ledger_accounts=(AccountKind(owner_kind="platform", kind="tips", asset="CNY"),),
        menu=(MenuEntry(title_zh="茶单", title_en="Teas", icon="local_cafe", url_name="admin:index"),),
    )
    monkeypatch.setattr(events, "_handlers", {})
    monkeypatch.setattr(events, "_classes", {})
    monkeypatch.setattr(jobs, "_schedules", [])
    business_apps.wire((manifest,))
    business_apps.wire((manifest,))
    return manifest


def switch(is_on: bool) -> None:
    switch_app(app_key="tea_room", is_on=is_on, actor=LI, now=NOW)


def test_an_app_that_is_on_hears_each_event_once(tenant, tea_room, heard):
    switch(True)
    events.emit(OrderPaid(order_id=7))
    assert events.drain(now=NOW) == 1
    assert heard == [(OrderPaid(order_id=7), NOW)]


@pytest.mark.parametrize("ever_switched_on", [True, False])
def test_an_app_that_is_off_hears_nothing_and_holds_up_nobody(tenant, tea_room, heard, ever_switched_on):
    if ever_switched_on:
        switch(True)
        switch(False)
    events.emit(OrderPaid(order_id=7))
    assert events.drain(now=NOW) == 1
    assert heard == []


def test_schedules_run_only_where_the_app_is_on(tenant, tea_room, heard):
    jobs.tick(now=NOW)
    assert heard == []
    switch(True)
    later = NOW + timedelta(hours=2)
    assert jobs.tick(now=later) == ["tea_room.sweep"]
    assert heard == [later]


@pytest.fixture
def ask(tea_room):
    """Ask the tea room's API, as a caller who is signed in or not, with input or without."""
    api = NinjaAPI(urls_namespace="tea-room-test")
    install_error_handlers(api)
    business_apps.mount(api, (tea_room,))
    patterns = api.urls[0]

    def get(path: str, *, token: str | None) -> tuple[int, bytes]:
        request = RequestFactory().get(path, headers={"Authorization": f"Bearer {token}"} if token else {})
        for pattern in patterns:
            match = pattern.resolve(path.lstrip("/").partition("?")[0])
            if match:
                answer = match.func(request, *match.args, **match.kwargs)
                return answer.status_code, answer.content
        raise AssertionError(f"no route for {path}")

    return get


@pytest.mark.parametrize(
    ("path", "token"),
    [("/tea_room/menu?cups=2", "wang"), ("/tea_room/menu?cups=two", "wang"), ("/tea_room/menu", None)],
)
def test_the_routes_of_an_app_that_is_off_are_not_there(tenant, ask, path, token):
    status, body = ask(path, token=token)
    assert status == 404
    assert b'"code": "not_found"' in body


def test_the_routes_of_an_app_that_is_on_answer_as_any_other(tenant, ask):
    switch(True)
    assert ask("/tea_room/menu?cups=2", token="wang") == (200, b'{"cups": 2}')
    assert ask("/tea_room/menu?cups=two", token="wang")[0] == 422
    assert ask("/tea_room/menu?cups=2", token=None)[0] == 401


def test_the_menu_shows_apps_that_are_on_in_the_readers_language(tenant, tea_room):
    assert list(business_apps.menu((tea_room,))) == []
    switch(True)
    for language, titles in (("zh-hans", ("茶室", "茶单")), ("en", ("Tea room", "Teas"))):
        with translation.override(language):
            (group,) = business_apps.menu((tea_room,))
        assert (group["title"], group["items"][0]["title"]) == titles


def test_the_accounts_of_an_app_are_declared_beside_the_platforms(tea_room):
    (tips,) = business_apps.account_kinds((tea_room,))
    assert (tips.owner_kind, tips.kind) == ("platform", "tips")
    assert tips not in ACCOUNT_KINDS


def test_every_folder_of_an_app_has_a_manifest_that_bears_its_name():
    folders = {
        app.name.removeprefix("tongbao.apps.")
        for app in apps.get_app_configs()
        if "tongbao.apps." in app.name
    }
    assert {manifest.key for manifest in business_apps.manifests()} == folders
    assert folders


def test_an_app_without_a_manifest_or_under_another_name_is_refused():
    class Nameless:
        name, label = "tongbao.apps.tea_room", "tea_room"

    class Misnamed(Nameless):
        manifest = AppManifest(key="coffee", title_zh="咖啡", title_en="Coffee")

    with pytest.raises(ManifestInvalid, match="no manifest"):
        business_apps._manifest_of(Nameless())
    with pytest.raises(ManifestInvalid, match="must be the folder's name, 'tea_room'"):
        business_apps._manifest_of(Misnamed())


def test_an_operator_switches_apps_from_the_command_line(committed_tenant):
    access = committed_tenant.access
    assert "off  sandbox_pay" in tongbao("app", "list", "--tenant", "lotus", access=access).stdout
    assert tongbao("app", "on", "sandbox_pay", "--tenant", "lotus", access=access).returncode == 0
    assert "on   sandbox_pay" in tongbao("app", "list", "--tenant", "lotus", access=access).stdout
    unknown = tongbao("app", "on", "tea_room", "--tenant", "lotus", access=access)
    assert unknown.returncode == 2
    assert "known: " in unknown.stderr
    assert "sandbox_pay" in unknown.stderr


def test_an_app_is_an_entry_of_the_storefront_by_its_first_page_where_it_is_on(tenant, monkeypatch):
    pages = (
        StorefrontPage(path="pages/menu", title_zh="茶单", title_en="Teas", icon="local_cafe"),
        StorefrontPage(path="pages/cup", title_zh="茶杯", title_en="Cup"),
    )
    tea_room = AppManifest(key="tea_room", title_zh="茶室", title_en="Tea room", pages=pages)
    silent = AppManifest(key="silent", title_zh="后台", title_en="Back room")
    monkeypatch.setattr(business_apps, "manifests", lambda: (silent, tea_room))
    assert business_apps.StorefrontPages().entries() == ()
    for key in ("tea_room", "silent"):
        switch_app(app_key=key, is_on=True, actor=LI, now=NOW)
    entry = AppEntry(
        key="tea_room",
        title="茶室",
        title_en="Tea room",
        page="/apps/tea_room/pages/menu",
        icon="local_cafe",
    )
    assert business_apps.StorefrontPages().entries() == (entry,)
