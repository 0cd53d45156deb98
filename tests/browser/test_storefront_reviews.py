"""Reviews as people walk them: written on a phone and with keys alone, read by everybody, answered, words hidden."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import MOBILE, overflows
from tests.browser.storefront import Shop, by, open_shop, phone_of, settled, sign_in, write
from tests.browser.test_storefront_pages import SMALL, violations
from tests.scenarios.customers import Customer
from tongbao.config.demo.stage import OPERATOR
from tongbao.mall.contracts import ClaimWish
from tongbao.mall.models import Review
from tongbao.mall.services import claims, refunds, reviews
from tongbao.members.models import Member

pytestmark = [pytest.mark.browser, pytest.mark.slow]

LONG = "长评价没有空格" * 71  # 497 characters


@pytest.fixture(scope="module")
def shop(new_database, tmp_path_factory) -> Iterator[Shop]:
    with open_shop(new_database, log_dir=tmp_path_factory.mktemp("log")) as opened:
        yield opened


def received(shop: Shop, customer: Customer, *, key: str) -> str:
    """An order of tea that arrived."""
    member = Member.objects.get(number=customer.done("GET", "/me")["number"])
    number = shop.stage.buy(buyer_id=member.pk, sku="tea-tieguanyin", key=key)
    shop.stage.receive(number=number, buyer_id=member.pk)
    return number


def enter(page: Page, shop: Shop, customer: Customer) -> None:
    page.goto(f"{shop.address}/pages/sign/index")
    sign_in(page, phone_of(customer))
    settled(page)


def product(page: Page, shop: Shop) -> None:
    page.goto(f"{shop.address}/pages/product/index?code=tea-tieguanyin")
    settled(page)


def sound(page: Page) -> None:
    """Axe finds nothing by day and by night, and nothing has to be pushed sideways."""
    for colours in ("light", "dark"):
        page.emulate_media(color_scheme=colours)
        assert violations(page) == []
    page.emulate_media(color_scheme="light")
    assert not overflows(page)


def test_wang_reviews_her_tea_and_the_shop_answers(open_page, shot, shop: Shop):
    with shop.member(name="王小明") as wang:
        number = received(shop, wang, key="wang")
        page = open_page(MOBILE, bypass_csp=True)
        enter(page, shop, wang)
        product(page, shop)
        expect(by(page, "no-reviews")).to_contain_text("还没有人评价")

        # From the order to the stars, which keys give as well as fingers.
        page.goto(f"{shop.address}/pages/orders/detail?number={number}")
        expect(by(page, "review-1")).to_have_text("评价")
        by(page, "review-1").click()
        by(page, "send").click()
        expect(by(page, "trouble")).to_have_text("请选择星级。")
        by(page, "star-1").focus()
        for _ in range(4):
            page.keyboard.press("ArrowRight")
        expect(by(page, "stars-word")).to_have_text("好")
        expect(by(page, "trouble")).to_have_count(0)
        expect(by(page, "star-4")).to_be_focused()
        write(page, "review", "茶很香,包装一般")
        sound(page)
        shot(page, "storefront-review")
        by(page, "send").click()
        expect(by(page, "own-review")).to_contain_text("茶很香,包装一般")

        # What the shop replies is below it; a later word is said once.
        (row,) = Review.objects.all()
        reviews.reply_to_review(review_id=row.pk, text="谢谢,已换纸箱", actor=OPERATOR, now=shop.stage.now())
        write(page, "follow-up", "喝了一个月,仍然好")
        by(page, "send").click()
        expect(by(page, "own-review")).to_contain_text("喝了一个月,仍然好")
        expect(by(page, "own-review")).to_contain_text("谢谢,已换纸箱")
        expect(by(page, "send")).to_have_count(0)
        by(page, "back").click()
        expect(by(page, "review-1")).to_have_text("查看评价")

        # Somebody who isn't signed in reads it, and of her name one character.
        stranger = open_page(SMALL, bypass_csp=True)
        product(stranger, shop)
        expect(by(stranger, "average")).to_have_text("4.0")
        expect(by(stranger, "review")).to_contain_text("王**")
        expect(by(stranger, "review")).not_to_contain_text("小明")
        sound(stranger)
        shot(stranger, "storefront-product-reviews")


def test_zhao_finds_what_waits_for_a_review_and_it_waits_no_more(open_page, shot, shop: Shop):
    with shop.member(name="赵六") as zhao:
        page = open_page(SMALL, bypass_csp=True)
        enter(page, shop, zhao)
        page.goto(f"{shop.address}/pages/orders/waiting")
        settled(page)
        expect(by(page, "state-empty")).to_contain_text("没有待评价的商品")
        received(shop, zhao, key="zhao")
        page.goto(f"{shop.address}/pages/me/index")
        by(page, "waiting").click()
        expect(by(page, "waiting-tea-tieguanyin")).to_contain_text("评价期到")
        sound(page)
        shot(page, "storefront-waiting-reviews")
        by(page, "write-tea-tieguanyin").click()
        by(page, "star-5").click()
        by(page, "send").click()
        expect(by(page, "own-review")).to_be_visible()
        by(page, "back").click()
        expect(by(page, "state-empty")).to_contain_text("没有待评价的商品")
        expect(by(page, "waiting-tea-tieguanyin")).to_have_count(0)


def test_everybody_sees_what_counts_and_what_was_taken_from_view(open_page, shot, shop: Shop):
    with shop.member(name="欧阳" + "很长的名字" * 3) as long, shop.member(name="李四") as li:
        hers, his = received(shop, long, key="long"), received(shop, li, key="li")
        for customer, number, stars, text in ((long, hers, 1, LONG), (li, his, 5, "刷的好评")):
            customer.done("POST", f"/orders/{number}/reviews", {"position": 1, "stars": stars, "text": text})
    before = Review.objects.filter(order_line__order__number__in=[hers, his])
    assert before.count() == 2

    # Li's money goes back: the review stays, says so, and doesn't count.
    now = shop.stage.now()
    refund = claims.refund_order(
        order_number=his, lines=[ClaimWish(position=1, pieces=1)], reason="退", actor=OPERATOR, now=now
    )
    refunds.submit_refund(number=refund, now=now)
    page = open_page(SMALL, bypass_csp=True)
    page.goto(f"{shop.address}/pages/product/reviews?code=tea-tieguanyin")
    settled(page)
    expect(by(page, "review-refunded")).to_have_count(1)
    expect(by(page, "score")).to_contain_text("另有 1 条评价的商品已全额退款,不计入评分")
    sound(page)
    shot(page, "storefront-reviews")
    by(page, "tab-1").click()
    expect(by(page, "review")).to_have_count(1)
    expect(by(page, "review")).to_contain_text("长评价没有空格")
    by(page, "tab-2").click()
    expect(by(page, "none-of-these")).to_be_visible()

    # The shop hides the words; the star that was given stays in the average.
    average = by(page, "average").inner_text()
    row = Review.objects.get(order_line__order__number=hers)
    reviews.hide_review(review_id=row.pk, reason="辱骂", actor=OPERATOR, now=now)
    page.reload()
    settled(page)
    expect(by(page, "average")).to_have_text(average)
    by(page, "tab-1").click()
    expect(by(page, "review")).to_contain_text("评价文字已被商家隐藏")
    expect(by(page, "review")).not_to_contain_text("长评价")


def test_without_a_network_and_without_a_session_the_pages_say_so(open_page, shop: Shop):
    page = open_page(MOBILE, expected=("Failed to load", "ERR_FAILED", "ERR_ABORTED", "401"))
    page.route("**/api/v1/**", lambda route: route.abort())
    page.goto(f"{shop.address}/pages/product/reviews?code=tea-tieguanyin")
    expect(by(page, "state-offline")).to_contain_text("没有网络")
    page.unroute("**/api/v1/**")
    by(page, "retry").click()
    expect(by(page, "state-offline")).to_have_count(0)
    page.goto(f"{shop.address}/pages/orders/review?number=1&position=1")
    expect(by(page, "send-code")).to_be_visible()


def test_the_pages_speak_english(open_page, shop: Shop):
    page = open_page(SMALL, locale="en-GB", bypass_csp=True)
    page.goto(f"{shop.address}/pages/product/reviews?code=pack-198")
    expect(by(page, "state-empty")).to_contain_text("Nobody has reviewed this yet")
    sound(page)
