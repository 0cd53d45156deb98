"""The mall's pages in the console, in a real browser: dialogs open, send, and lead back to the page."""

from __future__ import annotations

import re
import threading
from collections.abc import Iterator
from socketserver import ThreadingMixIn
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer, make_server

import pytest
from django.core.wsgi import get_wsgi_application
from django.db import connection
from django.test import override_settings
from playwright.sync_api import Locator, Page, expect

from tests.browser.conftest import DESKTOP
from tongbao.mall import selectors
from tongbao.mall.tests import shop
from tongbao.tenancy.contexts import tenant_context
from tongbao.tenancy.contracts import Actor
from tongbao.tenancy.services.operators import create_operator

pytestmark = pytest.mark.browser

PASSWORD = "correct horse battery"


class Quiet(WSGIRequestHandler):
    def log_message(self, *arguments: object) -> None:
        """Not in the tests' output."""


class Threads(ThreadingMixIn, WSGIServer):
    daemon_threads = True


@pytest.fixture
def site(committed_tenant) -> Iterator[str]:
    """The console, served by threads over the test's own database."""
    # A browser trusts plain http only on loopback, and complains of headers that need trust elsewhere.
    with override_settings(SECURE_CROSS_ORIGIN_OPENER_POLICY=None):
        application = get_wsgi_application()
    server = make_server("127.0.0.1", 0, application, server_class=Threads, handler_class=Quiet)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://{committed_tenant.host}:{server.server_port}"
    server.shutdown()
    server.server_close()
    connection.set_schema("lotus")


@pytest.fixture
def gateway(committed_tenant):
    gateway = shop.MemoryGateway()
    with shop.only(gateway):
        yield gateway


@pytest.fixture
def console(site, open_page) -> Page:
    create_operator(username="lao-ban", password=PASSWORD, role="owner", now=shop.NOON, actor=Actor.system())
    page = open_page(DESKTOP)
    page.route("**/favicon.ico", lambda route: route.fulfill(status=204))
    page.goto(f"{site}/console/")
    page.fill("#id_username", "lao-ban")
    page.fill("#id_password", PASSWORD)
    page.click("button[type=submit]")
    expect(page).to_have_url(f"{site}/console/")
    settle(page)
    return page


def settle(page: Page) -> None:
    """Let everything arrive: what a click interrupts counts as a failed request."""
    page.wait_for_load_state("networkidle")


def action(page: Page, path: str) -> Locator:
    """The button of the page that opens a dialog: the menu has links with the same words."""
    return page.locator(f"[hx-get$='/{path}'], [hx-get$='/{path}/']").first


def order_of(number: str):
    with tenant_context("lotus"):
        return selectors.order(number=number)


def test_an_order_is_shipped_and_refunded_in_dialogs(console, site, gateway, shot):
    with tenant_context("lotus"):
        placed = shop.paid(gateway, shop.buyer(), (shop.pack_198(), 1))
    console.goto(f"{site}/console/mall/order/")
    settle(console)
    shot(console, "console-orders")
    console.get_by_role("link", name=placed.number).click()
    expect(console.get_by_text("¥198.00").first).to_be_visible()
    settle(console)
    shot(console, "console-order")
    action(console, "ship").click()
    console.fill("[name=carrier]", "顺丰")
    console.fill("[name=tracking_number]", "SF1")
    expect(console.locator("#dialog button[type=submit]")).to_be_visible()
    shot(console, "console-order-ship")
    console.locator("#dialog button[type=submit]").click()
    expect(console.get_by_text("SF1")).to_be_visible()
    settle(console)
    assert order_of(placed.number).status == "shipped"

    action(console, "refund").click()
    console.fill("[name=line_1]", "1.999")
    console.fill("[name=reason]", "补偿")
    console.locator("#dialog button[type=submit]").click()
    # The refused form has been swapped in once this is said; what is typed before it would be lost.
    expect(console.get_by_text(re.compile("以元为单位|amount in yuan"))).to_be_visible()
    console.fill("[name=line_1]", "50.00")
    shot(console, "console-order-refund")
    console.locator("#dialog button[type=submit]").click()
    expect(console.get_by_text("¥50.00").or_(console.get_by_text("C2")).first).to_be_visible()
    settle(console)
    assert order_of(placed.number).claims[0].amount_fen == 5_000


def test_a_product_is_made_in_the_console(console, site, gateway, shot):
    console.goto(f"{site}/console/mall/product/add/")
    settle(console)
    console.fill("#id_code", "longjing")
    console.fill("#id_title", "西湖龙井")
    console.locator("text=/添加另一个|添加|Add another/").first.click()
    console.fill("[name=variants-0-sku]", "longjing-250g")
    console.fill("[name=variants-0-price_fen]", "128.00")
    console.fill("[name=variants-0-first_stock]", "20")
    shot(console, "console-product-add")
    console.locator("button[name=_save], input[name=_save]").first.click()
    expect(console).to_have_url(f"{site}/console/mall/product/")
    settle(console)
    shot(console, "console-products")
    with tenant_context("lotus"):
        view = selectors.product(code="longjing")
    assert (view.variants[0].price_fen, view.variants[0].stock) == (12_800, 20)
