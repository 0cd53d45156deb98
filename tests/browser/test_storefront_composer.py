"""The storefront's composer as an owner uses it, in a real browser: colour, pictures, order, preview, undo."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from io import BytesIO
from typing import Any

import httpx
import pytest
from PIL import Image, ImageDraw
from playwright.sync_api import Locator, Page, expect

from tests.browser.conftest import DESKTOP, overflows
from tests.browser.test_console import FAVICON, PASSWORD
from tongbao.config.demo import goods, look
from tongbao.config.demo.run import MAIN
from tongbao.config.messages import compile_messages
from tongbao.config.processes import Processes, answers, free_port
from tongbao.config.tests.commands import environment_for
from tongbao.kit import clock
from tongbao.kit.postgres.access import DatabaseAccess
from tongbao.tenancy.contexts import tenant_context
from tongbao.tenancy.contracts import Actor
from tongbao.tenancy.services.operators import create_operator

pytestmark = pytest.mark.browser

BEGINNING = ["banner", "grid", "products", "products"]


@pytest.fixture(scope="module")
def url(
    new_database: Callable[[], AbstractContextManager[DatabaseAccess]],
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[str]:
    """A mall with goods and an owner, served by the real web server."""
    compile_messages()
    with new_database() as access, Processes(tmp_path_factory.mktemp("log")) as children:
        with tenant_context("lotus"):
            create_operator(
                username="owner", password=PASSWORD, role="owner", now=clock.now(), actor=Actor.system()
            )
            goods.stock_lotus(now=clock.now())
        port = free_port()
        children.start(
            "web",
            *MAIN,
            "serve",
            "--port",
            str(port),
            environment=environment_for(access, TONGBAO_HOSTS="*"),
            ready=answers(f"http://127.0.0.1:{port}/healthz"),
        )
        yield f"http://lotus.test:{port}"


@pytest.fixture(scope="module")
def known() -> dict[str, Any]:
    """The owner's session, once somebody has signed in: sign-ins are limited in number."""
    return {}


@pytest.fixture
def composer(open_page, url, known) -> Callable[..., Page]:
    """``composer()``: the page as the owner opens it."""

    def go(**more: object) -> Page:
        page = open_page(DESKTOP, **known, **more)
        page.route(FAVICON, lambda route: route.fulfill(status=204))
        page.goto(f"{url}/console/mall/storefrontversion/")
        if not known:
            page.fill("#id_username", "owner")
            page.fill("#id_password", PASSWORD)
            page.click("button[type=submit]")
        ready(page)
        known["storage_state"] = page.context.storage_state()
        return page

    return go


def ready(page: Page) -> None:
    """Wait until the preview shows the newest look, and for the last font."""
    expect(page.locator("#composer")).to_have_attribute("data-state", "ready")
    page.wait_for_load_state("networkidle")


def kinds(page: Page) -> list[str]:
    return page.locator("#blocks > li").evaluate_all("rows => rows.map(row => row.dataset.kind)")


def previewed(page: Page) -> list[str]:
    ready(page)
    sections = page.locator("#preview > section")
    return [
        name.removeprefix("shop-") for name in sections.evaluate_all("rows => rows.map(row => row.className)")
    ]


def drag(page: Page, block: int, *, onto: int, at: str) -> None:
    """Drag a block by its grip to the upper or lower edge of another, as a hand would: in several moves."""
    rows = page.locator("#blocks > li")
    grip = rows.nth(block).locator(".composer-grip")
    grip.hover()
    here = grip.bounding_box()
    page.mouse.down()
    page.mouse.move(here["x"] + 30, here["y"] + 20)
    page.mouse.move(here["x"] + 40, here["y"] + 25)
    for x in (60, 75, 90):
        height = rows.nth(onto).bounding_box()["height"]
        rows.nth(onto).hover(position={"x": x, "y": 3 if at == "top" else height - 3}, force=True)
    expect(rows.nth(onto)).to_have_class(re.compile("drop-before" if at == "top" else "drop-after"))
    page.mouse.up()


def unfold(page: Page, kind: str) -> Locator:
    """Show the fields of the first block of a kind."""
    block = page.locator(f"#blocks > li[data-kind={kind}]").first
    line = block.locator("> header .composer-fold")
    line.click()
    expect(line).to_have_attribute("aria-expanded", "true")
    return block


def saved(page: Page, version: int) -> None:
    page.click("#save")
    expect(page.locator("#composer")).to_have_attribute("data-version", str(version))
    ready(page)


def told(url: str) -> dict[str, Any]:
    """What customers get at this moment."""
    port = url.rpartition(":")[2]
    host = url.removeprefix("http://")
    return httpx.get(f"http://127.0.0.1:{port}/api/v1/storefront", headers={"host": host}).json()


def picture(colour: str, words: str) -> dict[str, Any]:
    out = BytesIO()
    canvas = Image.new("RGB", (800, 400), colour)
    ImageDraw.Draw(canvas).text((300, 190), words, fill="white", font_size=40)
    canvas.save(out, "PNG")
    return {"name": "slide.png", "mimeType": "image/png", "buffer": out.getvalue()}


def test_the_owner_dresses_the_mall_and_customers_see_it(composer, url, shot):
    page = composer()
    assert kinds(page) == BEGINNING
    assert previewed(page) == BEGINNING
    expect(page.locator("#preview")).to_contain_text("小箱酒大礼包")
    # A colour on which white can't be read is refused with one that does.
    page.fill("#colour", "#ffd700")
    expect(page.get_by_test_id("problem")).to_contain_text("4.5:1")
    page.get_by_role("button", name="改用#8b7500").click()
    expect(page.get_by_test_id("problem")).to_be_hidden()
    page.fill("#colour", "#0b6e4f")
    page.fill("#name", "老李茶庄")
    page.fill("#name_en", "Li's Teas")
    page.set_input_files("#logo-file", picture("#0b6e4f", "Li"))
    expect(page.locator("#logo-shown")).to_be_visible()
    # A slide that leads to a pack.
    banner = unfold(page, "banner")
    banner.locator("[data-field=upload]").set_input_files(picture("#1a4f8b", "OPENING"))
    expect(banner.locator(".composer-row")).to_have_count(1)
    banner.locator("[data-field=title]").fill("开业大吉")
    banner.locator("[data-field=target]").select_option("product")
    banner.locator("[data-field=code]").fill("pack-198")
    # Own entries instead of the apps.
    grid = unfold(page, "grid")
    grid.locator("[data-field=mode]").select_option("own")
    grid.locator("[data-field=title]").fill("钱包")
    grid.locator("[data-field=icon]").select_option("wallet")
    # A text with a link.
    page.locator("[data-add=text]").click()
    words = page.locator("#blocks > li[data-kind=text]")
    words.locator("[data-field=text]").fill("**新店**开张,看看[大礼包](product:pack-999)。")
    ready(page)
    expect(page.locator("#preview .shop-bar")).to_have_text("老李茶庄")
    expect(page.locator("#preview .shop-text a")).to_have_text("大礼包")
    expect(page.locator("#preview figcaption")).to_have_text("开业大吉")
    page.get_by_role("button", name="English").click()
    expect(page.locator("#preview .shop-bar")).to_have_text("Li's Teas")
    page.get_by_role("button", name="中文").click()
    expect(page.locator("#preview .shop-bar")).to_have_text("老李茶庄")
    ready(page)
    assert not overflows(page)
    shot(page, "storefront-composer")
    saved(page, 1)
    seen = told(url)
    assert (seen["name"], seen["name_en"], seen["colour"]) == ("老李茶庄", "Li's Teas", "#0b6e4f")
    assert [block["kind"] for block in seen["blocks"]] == [*BEGINNING, "text"]
    slide = seen["blocks"][0]["pictures"][0]
    assert (slide["title"], slide["target"]) == ("开业大吉", {"kind": "product", "code": "pack-198"})
    port = url.rpartition(":")[2]
    file = httpx.get(f"http://127.0.0.1:{port}{slide['url']}", headers={"host": url.removeprefix("http://")})
    assert (file.status_code, file.headers["content-type"]) == (200, "image/jpeg")


def test_blocks_are_ordered_by_dragging_and_by_the_keyboard_and_an_earlier_look_is_brought_back(
    composer, url, shot
):
    page = composer()
    before = int(page.locator("#composer").get_attribute("data-version"))
    begun_with = kinds(page)
    page.locator("[data-add=text]").click()
    rows = page.locator("#blocks > li")
    here = [*begun_with, "text"]
    assert kinds(page) == here
    last = len(here) - 1
    # The new text is dragged to the top, by the mouse.
    drag(page, last, onto=0, at="top")
    assert kinds(page) == ["text", *begun_with]
    assert previewed(page) == ["text", *begun_with]
    # And two places down again, by the keyboard: the button keeps the focus at the block's new place.
    rows.nth(0).locator("> header [data-step=down]").focus()
    page.keyboard.press("Enter")
    expect(page.get_by_test_id("said")).to_have_text("图文说明已移到第2位")
    expect(rows.nth(1).locator("> header [data-step=down]")).to_be_focused()
    page.keyboard.press("Enter")
    assert kinds(page) == [*begun_with[:2], "text", *begun_with[2:]]
    assert previewed(page) == kinds(page)
    # The banner goes down behind everything, by the mouse.
    drag(page, 0, onto=last, at="bottom")
    assert kinds(page)[-1] == "banner"
    # One product list less, by the keyboard.
    ordered = kinds(page)
    fewer = ordered.index("products")
    rows.nth(fewer).locator("> header [data-step=remove]").focus()
    page.keyboard.press("Enter")
    del ordered[fewer]
    assert kinds(page) == ordered
    assert previewed(page) == ordered
    saved(page, before + 1)
    assert [block["kind"] for block in told(url)["blocks"]] == ordered
    shot(page, "storefront-composer-ordered")
    page.get_by_test_id("versions").locator(f"tr[data-number='{before}'] button").click()
    expect(page.locator("#composer")).to_have_attribute("data-version", str(before + 2))
    ready(page)
    assert kinds(page) == begun_with
    assert [block["kind"] for block in told(url)["blocks"]] == begun_with


def test_a_wrong_text_is_shown_at_its_block_and_is_not_saved(composer, url):
    page = composer()
    version = page.locator("#composer").get_attribute("data-version")
    page.locator("[data-add=text]").click()
    page.locator("#blocks > li").last.locator("[data-field=text]").fill("[点我](https://evil.test)")
    expect(page.get_by_test_id("problem")).to_contain_text("正文无法接受")
    expect(page.locator("#blocks > li").last).to_have_class("composer-block bad")
    expect(page.locator("#composer")).to_have_attribute("data-version", version)
    page.locator("#blocks > li").last.locator("[data-field=text]").fill("好的")
    expect(page.get_by_test_id("problem")).to_be_hidden()
    expect(page.locator("#preview .shop-text").last).to_contain_text("好的")


def test_the_demo_s_look_in_english_and_in_the_dark(composer, shot):
    with tenant_context("lotus"):
        look.dress_lotus(now=clock.now())
    page = composer(locale="en-GB", color_scheme="dark")
    expect(page.locator("#preview .shop-bar")).to_have_text("Lotus Mall")
    assert previewed(page) == ["banner", "grid", "products", "products", "text"]
    expect(page.locator("#add")).to_contain_text("Product list")
    expect(page.get_by_text("Drag the blocks, or use the arrows, to order them.")).to_be_visible()
    unfold(page, "grid")
    expect(page.locator("#blocks > li[data-kind=banner] .composer-fold")).to_contain_text("3 × Picture")
    assert not overflows(page)
    shot(page, "storefront-composer-dark-english")
