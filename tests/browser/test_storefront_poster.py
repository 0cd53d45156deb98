"""The invitation poster in a member's hand: seen, saved, in her language, and what stays when it can't be made."""

from __future__ import annotations

from collections.abc import Iterator
from io import BytesIO
from pathlib import Path

import pytest
from PIL import Image
from playwright.sync_api import expect

from tests.browser.conftest import MOBILE
from tests.browser.storefront import Shop, by, open_shop, phone_of, settled, sign_in

pytestmark = [pytest.mark.browser, pytest.mark.slow]


@pytest.fixture(scope="module")
def shop(new_database, tmp_path_factory) -> Iterator[Shop]:
    with open_shop(new_database, log_dir=tmp_path_factory.mktemp("log")) as opened:
        yield opened


def test_wang_saves_her_poster_and_has_her_code_even_without_it(open_page, shot, shop: Shop):
    with shop.member(name="王薇") as wang:
        page = open_page(MOBILE, expected=("429",))
        page.goto(f"{shop.address}/pages/sign/index")
        sign_in(page, phone_of(wang))
        settled(page)

        page.goto(f"{shop.address}/pages/promotion/index")
        expect(by(page, "poster")).to_be_visible()
        expect(by(page, "qr")).to_be_visible()
        shot(page, "storefront-poster")
        with page.expect_download() as saved:
            by(page, "save-poster").click()
        assert saved.value.suggested_filename == "邀请海报.png"
        assert Image.open(BytesIO(Path(saved.value.path()).read_bytes())).size == (750, 1334)

        # The server has drawn enough for now: the QR code and the link stay, and trying again brings it.
        page.route(
            "**/poster.png*",
            lambda route: route.fulfill(status=429, content_type="application/json", body="{}"),
        )
        page.reload()
        expect(by(page, "poster-failed")).to_contain_text("海报没能生成")
        expect(by(page, "code")).to_have_text(wang.done("GET", "/me/invitation")["invite_code"])
        expect(by(page, "qr")).to_be_visible()
        page.unroute("**/poster.png*")
        by(page, "poster-retry").click()
        expect(by(page, "poster")).to_be_visible()
