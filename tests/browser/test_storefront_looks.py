"""The storefront at 390×844 looks as it did when somebody last looked at it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from PIL import Image

from tests.browser.conftest import MOBILE
from tests.browser.kept import MOST_SHARE, changed_share, looks_as_kept
from tests.browser.storefront import Shop, by, open_shop, settled

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
