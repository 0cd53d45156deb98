"""From the coupon to the parcel, and what stands behind an award, at 390×844, as when somebody looked at them.

A mall of its own: what is switched on here would stand on the pictures of the pages everybody sees.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.conftest import MOBILE
from tests.browser.storefront import Shop, by, open_shop, phone_of, settled, sign_in
from tests.browser.test_storefront_looks import steady_look
from tests.scenarios.customers import Customer, sign_up
from tongbao.apps.coupons import services
from tongbao.apps.coupons.contracts import Issue, Terms
from tongbao.config.demo.stage import OPERATOR
from tongbao.mall.models import Order
from tongbao.members.models import Member
from tongbao.points.contracts import PointsSettings
from tongbao.tenancy.services import change_settings
from tongbao.tenancy.services.changes import switch_app

pytestmark = [pytest.mark.browser, pytest.mark.slow]

COUPONS = (
    ("立减10元", Terms(kind="amount_off", amount_fen=1_000)),
    ("满300减50", Terms(kind="amount_off", amount_fen=5_000, least_fen=30_000)),
    ("全场九折", Terms(kind="rate_off", rate_bp=1_000, cap_fen=3_000)),
)


@pytest.fixture(scope="module")
def shop(new_database, tmp_path_factory) -> Iterator[Shop]:
    with open_shop(new_database, log_dir=tmp_path_factory.mktemp("log")) as opened:
        now = opened.stage.now()
        switch_app(app_key="coupons", is_on=True, actor=OPERATOR, now=now)
        for title, terms in COUPONS:
            issue = Issue(
                total=100,
                per_member=1,
                claim_from=now - timedelta(days=1),
                claim_until=now + timedelta(days=30),
                valid_days=7,
            )
            services.set_coupon(
                title_zh=title, title_en="Coupon", terms=terms, issue=issue, actor=OPERATOR, now=now
            )
        yield opened


@pytest.fixture(scope="module")
def wang(shop: Shop) -> Iterator[Customer]:
    """Wang Fang, whose friend Zhang bought a pack."""
    with shop.member(name="王芳") as wang:
        with shop.world.client("lotus.test") as client:
            zhang = sign_up(client, invite_code=wang.done("GET", "/me/invitation")["invite_code"])
            friend = Member.objects.get(number=zhang.done("GET", "/me")["number"])
        shop.stage.buy(buyer_id=friend.pk, sku="pack-198", key="friend")
        shop.stage.settle()
        yield wang


@pytest.fixture(scope="module")
def page(chromium: Browser, shop: Shop, wang: Customer) -> Iterator[Any]:
    """Her phone, signed in."""
    context = chromium.new_context(**MOBILE, locale="zh-CN")
    page = context.new_page()
    page.goto(f"{shop.address}/pages/sign/index")
    sign_in(page, phone_of(wang))
    settled(page)
    yield page
    context.close()


def looks(page: Page, name: str) -> None:
    """Compare with the kept picture."""
    settled(page)
    assert by(page, "state-error").count() == 0
    steady_look(page, f"{name}-light")


def test_from_the_coupon_to_the_parcel_it_looks_as_kept(page, shop: Shop):
    page.goto(f"{shop.address}/apps/coupons/pages/index")
    settled(page)
    for number in range(len(COUPONS)):
        page.locator("[data-testid='claim']").nth(number).click()
        expect(page.get_by_text("已领取")).to_have_count(number + 1)
    page.reload()
    looks(page, "coupons")
    page.goto(f"{shop.address}/apps/coupons/pages/mine")
    expect(by(page, "coupon")).to_have_count(3)
    looks(page, "my-coupons")

    page.goto(f"{shop.address}/pages/checkout/index?lines=tea-tieguanyin:1")
    expect(by(page, "coupon-part")).to_be_visible()
    looks(page, "checkout")
    by(page, "coupons").click()
    expect(by(page, "unusable")).to_be_visible()
    looks(page, "checkout-coupons")
    by(page, "use-coupon").first.click()
    by(page, "order").click()
    by(page, "pay").click()
    expect(by(page, "result")).to_have_text("支付成功")
    page.get_by_role("link", name="返回商家").click()
    expect(by(page, "number")).to_be_visible()
    looks(page, "result")
    shop.stage.wait_until_quiet()
    number = Order.objects.latest("pk").number
    page.goto(f"{shop.address}/pages/orders/detail?number={number}")
    expect(by(page, "by-coupon")).to_be_visible()
    looks(page, "order")


def test_an_award_an_address_the_devices_and_the_market_look_as_kept(page, shop: Shop, wang: Customer):
    award = wang.done("GET", "/me/awards")["awards"][0]
    assert award["amount_fen"] == 2_376
    page.goto(f"{shop.address}/pages/wallet/award?id={award['award_id']}")
    looks(page, "award")
    address = wang.done("GET", "/me/addresses")[0]["address_id"]
    page.goto(f"{shop.address}/pages/addresses/edit?id={address}")
    looks(page, "address")
    page.goto(f"{shop.address}/pages/settings/devices")
    looks(page, "devices")
    change_settings(
        settings_class=PointsSettings, values={"market_is_on": True}, actor=OPERATOR, now=shop.stage.now()
    )
    page.goto(f"{shop.address}/pages/points/market")
    looks(page, "market")
