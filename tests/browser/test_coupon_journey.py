"""Wang claims two coupons on a phone, orders with the better one, pays, and gets back what she really paid."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import MOBILE, overflows
from tests.browser.storefront import AXE, Shop, by, open_shop, phone_of, settled, sign_in
from tongbao.apps.coupons import services
from tongbao.apps.coupons.contracts import Issue, Terms
from tongbao.apps.coupons.models import Coupon
from tongbao.config.demo.stage import OPERATOR
from tongbao.mall.contracts import ClaimWish
from tongbao.mall.models import Order, Variant
from tongbao.mall.services import claims, refunds
from tongbao.tenancy.services.changes import switch_app

pytestmark = [pytest.mark.browser, pytest.mark.slow]

SMALL = {"width": 320, "height": 568}
RULES = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa"]}


@pytest.fixture(scope="module")
def shop(new_database, tmp_path_factory) -> Iterator[Shop]:
    with open_shop(new_database, log_dir=tmp_path_factory.mktemp("log")) as opened:
        switch_app(app_key="coupons", is_on=True, actor=OPERATOR, now=opened.stage.now())
        yield opened


def sound(page: Page) -> None:
    """Nothing that axe finds, and nothing wider than the page, on a small screen either."""
    settled(page)
    wide = page.viewport_size
    for size in (wide, SMALL):
        page.set_viewport_size(size)
        assert not overflows(page)
        page.evaluate(AXE.read_text(encoding="utf-8"))
        found = page.evaluate("rules => axe.run(document, rules)", RULES)["violations"]
        assert [(one["id"], one["nodes"][0]["target"]) for one in found] == []
    page.set_viewport_size(wide)


def kind(shop: Shop, title_zh: str, terms: Terms) -> int:
    now = shop.stage.now()
    issue = Issue(
        total=100,
        per_member=1,
        claim_from=now - timedelta(days=1),
        claim_until=now + timedelta(days=30),
        valid_days=7,
    )
    return services.set_coupon(
        title_zh=title_zh, title_en="Coupon", terms=terms, issue=issue, actor=OPERATOR, now=now
    )


def test_from_the_claim_to_the_refund(open_page, shot, shop: Shop):
    stage = shop.stage
    stage.set_clock(offset=timedelta(0))
    goods = Variant.objects.filter(product__kind="goods", price_fen__gte=2_000).order_by("price_fen")[0]
    small = kind(shop, "立减5元", Terms(kind="amount_off", amount_fen=500))
    best = kind(shop, "立减10元", Terms(kind="amount_off", amount_fen=1_000))
    far = kind(shop, "满一万减五百", Terms(kind="amount_off", amount_fen=50_000, least_fen=1_000_000))
    with shop.member(name="王芳") as wang:
        phone = phone_of(wang)
    page = open_page(MOBILE)
    page.goto(f"{shop.address}/apps/coupons/pages/index")
    sign_in(page, phone)
    settled(page)

    # The centre: she claims all three.
    page.goto(f"{shop.address}/apps/coupons/pages/index")
    sound(page)
    for template_id in (small, best, far):
        by(page, f"offer-{template_id}").locator("[data-testid='claim']").click()
        expect(by(page, f"offer-{template_id}")).to_contain_text("已领取")
    shot(page, "coupon-centre")
    page.goto(f"{shop.address}/apps/coupons/pages/mine")
    expect(by(page, "coupon")).to_have_count(3)
    sound(page)

    # The checkout proposes the best; the others are there, and the one that can't be used says why.
    page.goto(f"{shop.address}/pages/checkout/index?lines={goods.sku}:1")
    expect(by(page, "coupon-part")).to_have_text("−¥10.00")
    settled(page)
    total_with_best = by(page, "total").inner_text()
    by(page, "coupons").click()
    expect(by(page, "usable")).to_have_count(2)
    expect(by(page, "unusable")).to_contain_text("还差")
    sound(page)
    shot(page, "coupon-sheet")
    by(page, "no-coupon").click()
    expect(by(page, "coupon-part")).to_have_count(0)
    by(page, "coupons").click()
    by(page, "use-coupon").first.click()
    expect(by(page, "coupon-part")).to_have_text("−¥10.00")
    expect(by(page, "total")).to_have_text(total_with_best)
    sound(page)

    # She pays, at the cashier, the price after the coupon.
    by(page, "order").click()
    expect(by(page, "amount")).to_have_text(total_with_best)
    by(page, "pay").click()
    expect(by(page, "result")).to_have_text("支付成功")
    stage.wait_until_quiet()
    order = Order.objects.get(buyer__phone=phone)
    paid_fen = order.goods_fen
    assert (order.reduction_fen, paid_fen) == (1_000, goods.price_fen - 1_000)
    page.goto(f"{shop.address}/pages/orders/detail?number={order.number}")
    expect(by(page, "by-coupon")).to_contain_text("立减10元")
    expect(by(page, "by-coupon")).to_contain_text("¥10.00")
    sound(page)
    shot(page, "coupon-order")
    page.goto(f"{shop.address}/apps/coupons/pages/mine")
    by(page, "tab-used").click()
    expect(by(page, "coupon")).to_contain_text("已减 ¥10.00")

    # All of it goes back: what was paid, and the coupon.
    number = claims.refund_order(
        order_number=order.number,
        lines=[ClaimWish(position=1, pieces=1)],
        freight_fen=order.freight_fen,
        reason="不想要了",
        actor=OPERATOR,
        now=stage.now(),
    )
    refunds.submit_refund(number=number, now=stage.now())
    stage.wait_until_quiet()
    page.goto(f"{shop.address}/pages/orders/detail?number={order.number}")
    expect(by(page, "status")).to_have_text("已退款")
    assert Order.objects.get(pk=order.pk).lines.get().refunded_fen == paid_fen
    assert not Coupon.objects.get(template_id=best).is_used
    page.goto(f"{shop.address}/apps/coupons/pages/mine")
    expect(by(page, "coupon")).to_have_count(3)


def test_in_the_dark(open_page, shop: Shop):
    kind(shop, "九折券", Terms(kind="rate_off", rate_bp=1_000, cap_fen=5_000))
    with shop.member(name="李丽") as li:
        phone = phone_of(li)
    page = open_page({**MOBILE, "color_scheme": "dark"})
    page.goto(f"{shop.address}/apps/coupons/pages/index")
    sign_in(page, phone)
    settled(page)
    page.goto(f"{shop.address}/apps/coupons/pages/index")
    expect(page.get_by_text("9折").first).to_be_visible()
    sound(page)
    page.goto(f"{shop.address}/apps/coupons/pages/mine")
    expect(by(page, "state-empty")).to_contain_text("没有可用的优惠券")
    sound(page)
