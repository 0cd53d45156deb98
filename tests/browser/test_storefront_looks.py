"""The storefront at 390×844 looks as it did when somebody last looked at it.

An order's pages, from the coupon to the parcel, have a mall of their own: ``test_storefront_order_looks``.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from PIL import Image
from playwright.sync_api import Browser, Page, expect

from tests.browser.conftest import MOBILE
from tests.browser.kept import MOST_SHARE, changed_share, looks_as_kept
from tests.browser.storefront import Shop, by, open_shop, phone_of, settled, sign_in
from tests.scenarios.customers import Customer, sign_up
from tongbao.config.demo.stage import OPERATOR
from tongbao.members.models import Member
from tongbao.tenancy.services.changes import switch_app

pytestmark = [pytest.mark.browser, pytest.mark.slow]

PAGES = {
    "home": "pages/home/index",
    "category": "pages/category/index",
    "pack": "pages/product/index?code=pack-198",
    "goods": "pages/product/index?code=tea-tieguanyin",
    "search": "pages/search/index",
    "sign": "pages/sign/index",
    "me": "pages/me/index",
    "wallet": "pages/wallet/index",
    "cart": "pages/cart/index",
    "settings": "pages/settings/index",
    "privacy": "pages/privacy/index",
}


@pytest.fixture(scope="module")
def shop(new_database, tmp_path_factory) -> Iterator[Shop]:
    with open_shop(new_database, log_dir=tmp_path_factory.mktemp("log")) as opened:
        yield opened


@pytest.mark.parametrize("colours", ["light", "dark"])
def test_pages_look_as_kept(open_page, shop, colours):
    page = open_page(MOBILE, color_scheme=colours, expected=("ERR_ABORTED",))
    for name, path in PAGES.items():
        if colours == "dark" and name not in ("home", "pack", "sign"):
            continue
        page.goto(f"{shop.address}/{path}")
        settled(page)
        looks_as_kept(page, f"{name}-{colours}")


def test_an_invitation_looks_as_kept(open_page, shop):
    with shop.member(name="王薇") as wang:
        code = wang.done("GET", "/me/invitation")["invite_code"]
    page = open_page(MOBILE)
    page.goto(f"{shop.address}/pages/join/index?code={code}")
    settled(page)
    looks_as_kept(page, "join-light", mask=[page.get_by_text(code)])
    assert by(page, "inviter").count() == 1


MINE = {
    "my-cart": "pages/cart/index",
    "my-home": "pages/me/index",
    "my-wallet": "pages/wallet/index",
    "my-statement": "pages/wallet/statement?account=pending",
    "my-withdrawals": "pages/withdraw/index",
    "my-orders": "pages/orders/index",
    "my-waiting-reviews": "pages/orders/waiting",
    "my-team": "pages/team/index",
    "my-promotion": "pages/promotion/index",
    "my-identity": "pages/identity/index",
    "my-addresses": "pages/addresses/index",
    "my-messages": "pages/messages/index",
    "my-phone": "pages/settings/phone",
    "my-password": "pages/settings/password",
    "my-closing": "pages/settings/closing",
    "trust": "pages/trust/index",
    "proof": "pages/trust/proof",
    "points": "pages/points/index",
    "my-redeeming": "pages/points/redeem",
    "my-cards": "pages/points/cards",
    "agency": "apps/agency/pages/index",
    "shares": "apps/shares/pages/index",
    "check-shares": "apps/shares/pages/check",
    "mining": "apps/mining/pages/index",
    "tasks": "apps/member_tasks/pages/index",
    "hand-in": "apps/member_tasks/pages/hand-in",
}
# What is another at every run: days, minutes, numbers and codes.
STEADY = r"""() => {
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT)
  while (walker.nextNode()) {
    const node = walker.currentNode
    const text = node.textContent
      .replace(/\d{4}-\d\d-\d\d/g, '2026-01-01').replace(/\b\d{1,2}:\d\d(:\d\d)?\b/g, '08:00')
      .replace(/\+[0-9a-f]{8}\+\S+/, '+key')
      .replace(/\b[0-9a-f]{12,}\b|\d{8,}|\b[A-Z0-9]{8}\b/g, (found) => '0'.repeat(found.length))
    if (text !== node.textContent) node.textContent = text
  }
}"""


@pytest.fixture(scope="module")
def wang(shop: Shop) -> Iterator[Customer]:
    """Wang Wei, whose name is long, with a friend's pack, an order that arrived, and apps that are on."""
    now = shop.stage.now()
    # Only the apps that are looked at: one that is added later stands on no picture.
    for key in sorted({path.split("/")[1] for path in MINE.values() if path.startswith("apps/")}):
        switch_app(app_key=key, is_on=True, actor=OPERATOR, now=now)
    with shop.member(name="欧阳王薇很长很长的名字啊") as wang:
        member = Member.objects.get(number=wang.done("GET", "/me")["number"])
        with shop.world.client("lotus.test") as client:
            zhang = sign_up(client, invite_code=wang.done("GET", "/me/invitation")["invite_code"])
            friend = Member.objects.get(number=zhang.done("GET", "/me")["number"])
        shop.stage.buy(buyer_id=friend.pk, sku="pack-198", key="friend")
        number = shop.stage.buy(buyer_id=member.pk, sku="tea-tieguanyin", key="tea")
        shop.stage.receive(number=number, buyer_id=member.pk)
        shop.stage.settle()
        assert wang.done("GET", "/me/awards")["awards"][0]["amount_fen"] == 2_376
        wang.done("POST", "/cart", {"sku": "pack-198", "quantity": 1})
        yield wang


@pytest.fixture(scope="module")
def hers(chromium: Browser, shop: Shop, wang: Customer) -> Any:
    """A browser's cookies and storage after Wang Wei signed in: a code is sent once in half a minute."""
    context = chromium.new_context(**MOBILE, locale="zh-CN")
    page = context.new_page()
    page.goto(f"{shop.address}/pages/sign/index")
    sign_in(page, phone_of(wang))
    settled(page)
    state = context.storage_state()
    context.close()
    return state


def steady_look(page: Page, name: str) -> None:
    """Compare a page with its kept picture, its days and numbers put aside."""
    page.evaluate(STEADY)
    looks_as_kept(page, name, mask=[by(page, "poster"), by(page, "qr"), page.locator("canvas:visible")])


def test_a_member_s_pages_look_as_kept(open_page, shop, hers):
    page = open_page(MOBILE, storage_state=hers, expected=("ERR_ABORTED", "404"))
    changed: list[str] = []
    for name, path in MINE.items():
        page.goto(f"{shop.address}/{path}")
        settled(page)
        assert by(page, "state-error").count() == 0, f"{path} shows its trouble"
        for colours in ("light", "dark") if name in ("my-wallet", "my-team", "trust") else ("light",):
            page.emulate_media(color_scheme=colours)
            try:
                steady_look(page, f"{name}-{colours}")
            except pytest.fail.Exception as failure:
                changed.append(str(failure))
        page.emulate_media(color_scheme="light")
    assert changed == []


def test_nothing_and_the_most_that_a_wallet_shows_look_as_kept(open_page, shop, hers):
    page = open_page(MOBILE, storage_state=hers, expected=("ERR_ABORTED", "404"))
    for name, fen in (("nothing", 0), ("most", 999_999_999)):
        kinds = ("pending", "cash", "held", "withdrawn", "receivable")
        told = {f"{kind}_fen": fen for kind in kinds}
        page.route("**/api/v1/me/commission", lambda route, _, told=told: route.fulfill(json=told))
        page.goto(f"{shop.address}/pages/wallet/index")
        settled(page)
        expect(by(page, "cash")).to_have_text("¥0.00" if fen == 0 else "¥9,999,999.99")
        steady_look(page, f"wallet-{name}-light")


def test_a_picture_that_changed_by_more_than_a_hair_is_found():
    white = Image.new("RGB", (100, 100), "white")
    touched = white.copy()
    touched.paste("black", (0, 0, 11, 10))
    assert changed_share(white, touched) == 0.011
    assert changed_share(white, touched) > MOST_SHARE
    touched.paste("white", (0, 0, 11, 10))
    touched.paste((230, 230, 230), (0, 0, 100, 100))
    assert changed_share(white, touched) == 0
    assert changed_share(white, Image.new("RGB", (100, 101), "white")) == 1.0
