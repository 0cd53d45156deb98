"""Every page of the storefront: read by a screen reader, in three languages, in the dark, small and large, alone.

A page that is added is looked at without being named here: the list is the one of the build.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import BrowserContext, Page, Request, expect

from tests.browser.conftest import DESKTOP, MOBILE, overflows
from tests.browser.storefront import AXE, Shop, by, every_page, open_shop, phone_of, settled, sign_in
from tongbao.config.business_apps import manifests
from tongbao.config.demo.stage import OPERATOR
from tongbao.kit.writing import traditional
from tongbao.mall.services import catalogue
from tongbao.tenancy.services.changes import switch_app

pytestmark = [pytest.mark.browser, pytest.mark.slow]

SMALL: dict[str, Any] = {"viewport": {"width": 320, "height": 568}, "is_mobile": True, "has_touch": True}
SIZES = ((320, 568), (480, 1040), (1440, 900))
# What WCAG 2 demands at AA. Pages that were left lie hidden in the document; axe looks at what is shown.
RULES = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa"]}
LONG_NAME = "欧阳" + "很长的名字啊啊啊" * 2 + "们吧"
DEAREST_FEN = 99_999_999


@pytest.fixture(scope="module")
def shop(new_database, tmp_path_factory) -> Iterator[Shop]:
    with open_shop(new_database, log_dir=tmp_path_factory.mktemp("log")) as opened:
        now = opened.stage.now()
        for app in manifests():
            switch_app(app_key=app.key, is_on=True, actor=OPERATOR, now=now)
        catalogue.create_product(
            code="dear",
            kind="goods",
            title="非常非常长的商品名称" * 7,
            subtitle="副标题也很长" * 12,
            actor=OPERATOR,
            now=now,
        )
        catalogue.add_variant(
            product_code="dear", sku="dear", price_fen=DEAREST_FEN, stock=20, actor=OPERATOR, now=now
        )
        catalogue.set_on_sale(code="dear", is_on_sale=True, actor=OPERATOR, now=now)
        yield opened


@pytest.fixture(scope="module")
def addresses(shop: Shop) -> Iterator[dict[str, str]]:
    """Every page's address with something on it, and who may see it."""
    with shop.member(name=LONG_NAME) as ann:
        with shop.member(name="李四") as li:
            code = ann.done("GET", "/me/invitation")["invite_code"]
            li.done("POST", "/cart", {"sku": "dear", "quantity": 10})
        ann.done("POST", "/cart", {"sku": "dear", "quantity": 10})
        ann.done("POST", "/cart", {"sku": "pack-198", "quantity": 1})
        number = ann.order("tea-tieguanyin", 2)["number"]
        address = ann.done("GET", "/me/addresses")[0]["address_id"]
        queries = {
            "pages/join/index": f"code={code}",
            "pages/product/index": "code=pack-198",
            "pages/product/reviews": "code=pack-198",
            "pages/checkout/index": "lines=dear:1",
            "pages/result/index": f"number={number}",
            "pages/orders/detail": f"number={number}",
            "pages/orders/claim": f"number={number}",
            "pages/orders/review": f"number={number}&position=1",
            "pages/addresses/edit": f"id={address}",
            "pages/wallet/award": "id=1",
            "apps/mining/pages/machine": "id=1",
        }
        found = {
            path: f"{shop.address}/{path}" + (f"?{queries[path]}" if path in queries else "")
            for path in every_page()
        }
        found["a long product"] = f"{shop.address}/pages/product/index?code=dear"
        found["phone"] = phone_of(ann)
        yield found


@pytest.fixture(scope="module")
def member_state(shop: Shop, addresses: dict[str, str], chromium) -> Any:
    """A browser's cookies and storage after signing in."""
    context: BrowserContext = chromium.new_context(**MOBILE, locale="zh-CN")
    page = context.new_page()
    page.goto(f"{shop.address}/pages/sign/index")
    sign_in(page, addresses["phone"])
    settled(page)
    state = context.storage_state()
    context.close()
    return state


def signed_in(state: Any) -> list[Any]:
    """What the storage says of who is signed in, without the language that was chosen there."""
    return [
        {**origin, "localStorage": [one for one in origin["localStorage"] if "language" not in one["name"]]}
        for origin in state["origins"]
    ]


def each(page: Page, addresses: dict[str, str]) -> Iterator[str]:
    """Open one page after the other and wait until it shows what it has."""
    for path, address in addresses.items():
        if path == "phone":
            continue
        page.goto(address)
        settled(page)
        yield path


def violations(page: Page) -> list[str]:
    """What axe finds, a line each."""
    page.evaluate(AXE.read_text(encoding="utf-8"))
    found = page.evaluate("rules => axe.run(document, rules)", RULES)["violations"]
    return [
        f"{one['id']}: {node['target']} {node['failureSummary'][:200]}"
        for one in found
        for node in one["nodes"][:3]
    ]


# An agent's workbench and a machine's outputs are refused to who has none.
SHOWN_TO_FEW = {"apps/agency/pages/workbench", "apps/mining/pages/machine"}


def test_axe_finds_nothing_on_any_page_by_day_and_by_night(open_page, addresses, member_state):
    page = open_page(MOBILE, storage_state=member_state, bypass_csp=True, expected=("404", "ERR_ABORTED"))
    found: dict[str, list[str]] = {}
    for path in each(page, addresses):
        # A page that shows its trouble alone would be clean too easily.
        if by(page, "state-error").count() and path not in SHOWN_TO_FEW:
            found[path] = ["shows its trouble"]
        for colours in ("light", "dark"):
            page.emulate_media(color_scheme=colours)
            if said := violations(page):
                found[f"{path}, {colours}"] = said
    assert found == {}


def test_axe_finds_nothing_for_somebody_who_is_not_signed_in(open_page, addresses):
    page = open_page(MOBILE, bypass_csp=True, expected=("401", "404", "ERR_ABORTED"))
    found = {path: said for path in each(page, addresses) if (said := violations(page))}
    assert found == {}


# A sentence that is missing shows its key: lower case, with a dot and without a space.
KEYS = r"() => document.body.innerText.match(/\b[a-z_]+\.[a-z_]+(?:\.[a-z_]+)*\b/g) || []"


def keys_shown(page: Page, areas: set[str]) -> list[str]:
    """Keys of sentences that stand on a page in place of the sentences."""
    return [key for key in page.evaluate(KEYS) if key.split(".")[0] in areas]


@pytest.mark.parametrize(("locale", "home"), [("zh-CN", "首页"), ("zh-TW", "首頁"), ("en-GB", "Home")])
def test_every_page_fits_every_screen_in_every_language_and_asks_no_other_host(
    open_page, addresses, member_state, shop, locale, home
):
    state = {**member_state, "origins": signed_in(member_state)}
    page = open_page(SMALL, storage_state=state, locale=locale, expected=("404", "ERR_ABORTED"))
    hosts: set[str] = set()
    page.on("request", lambda request: hosts.add(urlsplit(request.url).netloc))
    areas = {path.split("/")[1] for path in addresses if path.startswith("pages/")} | {"kit"}
    wrong: list[str] = []
    for path in each(page, addresses):
        if path == "pages/home/index":
            expect(by(page, "go-home")).to_have_text(home)
        for width, height in SIZES:
            page.set_viewport_size({"width": width, "height": height})
            if overflows(page):
                wrong.append(f"{path} has to be pushed sideways at {width}")
        wrong += [f"{path} shows {key}" for key in keys_shown(page, areas)]
    assert wrong == []
    assert hosts - {""} == {urlsplit(shop.address).netloc}


# What these show needs no answer of the server's: forms, words, and settings of the device.
ASK_NOTHING = {
    *("pages/sign/index", "pages/search/index", "pages/privacy/index", "apps/shares/pages/check"),
    *(f"pages/settings/{name}" for name in ("index", "phone", "password")),
}
QUIET = ("Failed to load", "ERR_", "40", "500")
TROUBLE = "[data-testid^='state-']:visible, [data-testid='skeleton']:visible"


def test_the_mall_s_own_words_at_home_are_written_as_a_reader_of_traditional_characters_writes(
    open_page, addresses, member_state
):
    page = open_page(MOBILE, locale="zh-TW", storage_state={**member_state, "origins": signed_in(member_state)})
    page.goto(addresses["pages/home/index"])
    settled(page)
    said = page.locator(".grid .cell, .shelf .heading").all_inner_texts()
    page.goto(addresses["pages/me/index"])
    settled(page)
    said += page.locator("[data-testid^=app-]").all_inner_texts()
    assert {"區域代理", "優惠券", "大禮包"} <= {words.strip() for words in said}
    assert [words for words in said if traditional(words) != words] == []


def asking_pages(addresses: dict[str, str]) -> dict[str, str]:
    """The pages that can't be shown without an answer."""
    return {path: one for path, one in addresses.items() if path not in ASK_NOTHING and path != "phone"}


def test_every_page_waits_with_bones_says_that_the_line_is_gone_and_tries_again(
    open_page, addresses, member_state
):
    page = open_page(MOBILE, storage_state=member_state, expected=QUIET)
    held: list[Any] = []
    is_gone = [False]
    line = "**/api/v1/**"
    for path, address in asking_pages(addresses).items():
        held.clear()
        is_gone[0] = False
        page.route(line, lambda route: route.abort() if is_gone[0] else held.append(route))
        page.goto(address)
        # The home page shows the shop's own blocks meanwhile: they come with the page.
        expect(by(page, "skeleton" if path != "pages/home/index" else "go-home").first, path).to_be_visible()
        is_gone[0] = True
        for route in held:
            route.abort()
        expect(by(page, "state-offline"), path).to_contain_text("没有网络")
        page.unroute(line)
        by(page, "retry").click()
        expect(by(page, "state-offline"), path).to_have_count(0)


def test_every_page_says_that_the_server_is_in_trouble(open_page, addresses, member_state):
    page = open_page(MOBILE, storage_state=member_state, expected=QUIET)
    page.route("**/api/v1/**", lambda route: route.fulfill(status=500, body="<html>"))
    for path, address in asking_pages(addresses).items():
        page.goto(address)
        expect(by(page, "state-error"), path).to_be_visible()
        expect(by(page, "retry"), path).to_be_visible()


def test_every_page_whose_session_has_ended_leads_to_the_door(open_page, addresses, member_state):
    """To the form, or to a page that says what one sees after signing in."""
    page = open_page(MOBILE, storage_state=member_state, expected=QUIET)
    page.route("**/api/v1/**", lambda route: route.fulfill(status=401, json={}))
    door = "[data-testid='send-code']:visible, [data-testid='sign-in']:visible, [data-testid='state-expired']:visible"
    for path, address in asking_pages(addresses).items():
        page.goto(address)
        expect(
            page.locator(door).or_(page.get_by_role("button", name="登录").locator("visible=true")).first,
            path,
        ).to_be_visible()


def test_pages_that_ask_nothing_are_whole_without_a_line(open_page, addresses, member_state):
    page = open_page(MOBILE, storage_state=member_state, expected=QUIET)
    page.route("**/api/v1/**", lambda route: route.abort())
    for path in ASK_NOTHING:
        page.goto(addresses[path])
        expect(page.get_by_role("heading", level=1).locator("visible=true").first, path).not_to_be_empty()
        expect(page.locator(TROUBLE), path).to_have_count(0)


def test_a_server_in_trouble_is_said_so_and_a_session_that_ended_leads_to_the_door(
    open_page, addresses, member_state
):
    page = open_page(MOBILE, storage_state=member_state, expected=("500", "401", "ERR_ABORTED"))
    page.route("**/api/v1/me/commission", lambda route: route.fulfill(status=500, body="<html>"))
    page.goto(addresses["pages/wallet/index"])
    expect(by(page, "state-error")).to_contain_text("没有任何改动")
    page.unroute("**/api/v1/me/commission")
    page.route("**/api/v1/**", lambda route: route.fulfill(status=401, json={}))
    by(page, "retry").click()
    expect(by(page, "field-phone")).to_be_visible()


def test_a_slow_line_shows_bones_before_it_shows_flesh(open_page, addresses, member_state):
    page = open_page(MOBILE, storage_state=member_state, expected=("ERR_ABORTED",))
    held: list[Any] = []
    page.route("**/api/v1/orders?**", lambda route: held.append(route))
    page.goto(addresses["pages/orders/index"])
    expect(by(page, "skeleton")).to_be_visible()
    while held:
        held.pop().continue_()
    page.unroute("**/api/v1/orders?**")
    expect(by(page, "skeleton")).to_have_count(0)


def test_the_dearest_price_and_nothing_are_shown_whole(open_page, addresses, member_state):
    page = open_page(SMALL, storage_state=member_state)
    page.goto(addresses["a long product"])
    settled(page)
    expect(page.get_by_text("¥999,999.99").filter(visible=True).first).to_be_visible()
    page.goto(addresses["pages/wallet/index"])
    expect(by(page, "cash")).to_have_text("¥0.00")
    rich = {f"{name}_fen": 999_999_999 for name in ("pending", "cash", "held", "withdrawn", "receivable")}
    page.route("**/api/v1/me/commission", lambda route: route.fulfill(json=rich))
    page.reload()
    expect(by(page, "cash")).to_have_text("¥9,999,999.99")
    assert not overflows(page)


def test_everything_can_be_reached_with_the_keyboard(open_page, addresses, member_state):
    page = open_page(DESKTOP, storage_state=member_state)
    page.goto(addresses["pages/product/index"])
    settled(page)
    by(page, "buy").focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("dialog")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog")).to_have_count(0)
    assert page.evaluate("document.activeElement.dataset.testid") == "buy"


MOST_BYTES = 200 * 1024


def test_script_and_style_of_the_first_view_weigh_at_most_200_kilobytes_on_the_line(open_page, shop):
    page = open_page(MOBILE)
    asked: list[Request] = []
    page.on("requestfinished", lambda request: asked.append(request))
    page.goto(f"{shop.address}/")
    settled(page)
    expect(by(page, "product-pack-198")).to_be_visible()
    heavy = [request for request in asked if request.resource_type in ("script", "stylesheet")]
    weights = {urlsplit(one.url).path: one.sizes()["responseBodySize"] for one in heavy}
    assert len(weights) >= 5
    assert 50_000 < sum(weights.values()) <= MOST_BYTES, weights


def test_what_was_seen_before_opens_without_a_line(open_page, addresses, member_state, shop):
    """The worker keeps the build and the public answers; money is never answered from a store."""
    # Workers need https or this machine itself.
    local = shop.address.replace("lotus.test", "lotus.localhost")
    page = open_page(MOBILE, expected=("ERR_", "Failed to load", "404", "401"))
    page.goto(f"{local}/")
    expect(by(page, "product-pack-198")).to_be_visible()
    wait = "Promise.race([navigator.serviceWorker.ready.then(() => true), new Promise(r => setTimeout(r, 15000))])"
    assert page.evaluate(wait), "the worker was not installed"
    page.reload()
    settled(page)
    page.context.set_offline(True)
    page.reload()
    expect(by(page, "product-pack-198")).to_be_visible()
    kept = page.evaluate(
        "async () => (await Promise.all((await caches.keys()).map(async name => (await (await caches.open(name))"
        ".keys()).map(one => new URL(one.url).pathname)))).flat()"
    )
    assert [path for path in kept if path.startswith("/api/v1/me")] == []
    assert "/api/v1/products" in kept
