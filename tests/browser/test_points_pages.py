"""The pages of points in a browser: what they are worth, redeeming them, the calendar of a card, trading them.

The reserve holds 3 million yuan for 150 million points: the floor is 2 fen.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from fractions import Fraction
from itertools import count

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import MOBILE, overflows
from tests.browser.storefront import Shop, by, open_shop, phone_of, settled, sign_in, write
from tests.browser.test_storefront_pages import SIZES, violations
from tests.scenarios.customers import Customer
from tongbao.config.demo.stage import OPERATOR
from tongbao.members.models import Member
from tongbao.points.contracts import PointsSettings
from tongbao.points.policy.prices import day_of
from tongbao.points.services import (
    make_card,
    order_price,
    publish_price,
    record_paid_in,
    release_due_parts,
)
from tongbao.points.tests.people import give_points, points, put_into_reserve
from tongbao.tenancy.services import change_settings

pytestmark = [pytest.mark.browser, pytest.mark.slow]

_slips = count(1)
PATHS = ("index", "redeem", "cards", "market")


@pytest.fixture(scope="module")
def shop(new_database, tmp_path_factory) -> Iterator[Shop]:
    """A mall with a reserve behind its points, and a price for each of the last three days: 40, 50 and 45 fen."""
    with open_shop(new_database, log_dir=tmp_path_factory.mktemp("log")) as opened:
        now = opened.stage.now()
        put_into_reserve(300_000_000, now=now - timedelta(days=2))
        for days, fen in ((2, 40), (1, 50), (0, 45)):
            then = now - timedelta(days=days)
            on = day_of(now=then, cut_off_minutes=0)
            order_price(price=Fraction(fen), from_on=on, actor=OPERATOR, reason="spring", now=then)
            publish_price(now=then)
        yield opened


@pytest.fixture
def wang(shop: Shop) -> Iterator[Customer]:
    """Wang Wei, who has a thousand points."""
    with shop.member(name="王薇") as customer:
        give_points(id_of(customer), points(1_000), now=shop.stage.now())
        yield customer


@pytest.fixture
def li(shop: Shop) -> Iterator[Customer]:
    """Li, who paid in a hundred yuan to trade with."""
    with shop.member(name="李四") as customer:
        record_paid_in(
            key=f"slip-{next(_slips)}",
            member_id=id_of(customer),
            amount_fen=10_000,
            reference="bank slip",
            actor=OPERATOR,
            now=shop.stage.now(),
        )
        yield customer


def id_of(customer: Customer) -> int:
    return int(Member.objects.get(number=customer.done("GET", "/me")["number"]).pk)


def switch(shop: Shop, **values: object) -> None:
    """The operator switches redemption and market off, but for what is named."""
    change_settings(
        settings_class=PointsSettings,
        values={
            "redemption_is_on": False,
            "redemption_daily_fen": 0,
            "redemption_member_daily_units": 0,
            "market_is_on": False,
        }
        | values,
        actor=OPERATOR,
        now=shop.stage.now(),
    )


def enter(page: Page, shop: Shop, customer: Customer, *, path: str = "index") -> None:
    """Sign in, and open a page of points."""
    page.goto(f"{shop.address}/pages/sign/index")
    sign_in(page, phone_of(customer))
    settled(page)
    page.goto(f"{shop.address}/pages/points/{path}")
    settled(page)


def give_card(shop: Shop, customer: Customer) -> str:
    """A card of 1 200 points over a year, whose first part is released."""
    now = shop.stage.now()
    number = make_card(
        pool="regional_agents",
        member_id=id_of(customer),
        total=points(1_200),
        parts=12,
        begins_on=day_of(now=now - timedelta(days=40), cut_off_minutes=0),
        subject=f"agent:{id_of(customer)}",
        now=now,
    )
    release_due_parts(now=now)
    return number


def test_wang_sees_what_points_are_worth_and_what_they_do_not_promise(open_page, shot, shop: Shop, wang):
    switch(shop)
    page = open_page(MOBILE)
    enter(page, shop, wang)
    expect(by(page, "available")).to_have_text("1,000")
    expect(by(page, "price")).to_have_text("¥0.450000")
    expect(by(page, "floor")).to_contain_text("¥0.020000")
    expect(by(page, "ceiling")).to_contain_text("上限参考价")
    drawn = page.get_by_role("img").filter(visible=True)
    assert "从 ¥0.400000 到 ¥0.450000" in str(drawn.first.get_attribute("aria-label"))
    shot(page, "points-index")
    by(page, "chart-turn").click()
    rows = by(page, "chart-table").get_by_role("row")
    expect(rows).to_have_count(4)
    expect(rows.nth(2)).to_contain_text("¥0.500000")
    expect(by(page, "pool-gift_packs")).to_contain_text("40,000,000")
    expect(by(page, "no-promise")).to_contain_text("不承诺当日价上涨")
    by(page, "to-statement").click()
    expect(by(page, "line")).to_have_count(1)
    by(page, "to-points").click()
    expect(by(page, "price")).to_have_text("¥0.450000")


def test_points_are_found_from_me_and_from_the_wallet(open_page, shop: Shop, wang):
    page = open_page(MOBILE)
    enter(page, shop, wang)
    for start in ("me", "wallet"):
        page.goto(f"{shop.address}/pages/{start}/index")
        by(page, "points").click()
        expect(by(page, "available")).to_have_text("1,000")


def test_what_is_switched_off_is_said_calmly(open_page, shop: Shop, wang):
    switch(shop)
    page = open_page(MOBILE)
    enter(page, shop, wang)
    expect(by(page, "to-redeem")).to_contain_text("未开放")
    by(page, "to-redeem").click()
    expect(by(page, "redeem-off")).to_contain_text("本商城未开放积分兑现")
    expect(by(page, "ask")).to_have_count(0)
    by(page, "back").click()
    by(page, "to-market").click()
    expect(by(page, "market-off")).to_contain_text("本商城未开放积分挂卖")
    expect(by(page, "place")).to_have_count(0)


def test_wang_redeems_and_sees_her_cash(open_page, shot, shop: Shop, wang):
    """500 points at 2 fen are 10 yuan; of 600 points a day, 100 are left then, and 200 are refused."""
    switch(shop, redemption_is_on=True, redemption_member_daily_units=points(600))
    page = open_page(MOBILE, expected=("422",))
    enter(page, shop, wang, path="redeem")
    expect(by(page, "redeem-rules")).to_contain_text("每位会员每天最多兑现 600 积分")
    write(page, "quantity", "1000.5")
    expect(by(page, "payout")).to_have_text("¥20.01")
    by(page, "ask").click()
    expect(by(page, "field-quantity")).to_contain_text("超过了可用的积分")
    write(page, "quantity", "500")
    expect(by(page, "payout")).to_have_text("¥10.00")
    expect(by(page, "left-today")).to_have_text("600")
    shot(page, "points-redeem")
    by(page, "ask").click()
    by(page, "sure").click()
    expect(by(page, "redemption")).to_contain_text("+¥10.00")
    expect(by(page, "available")).to_have_text("500")
    assert wang.done("GET", "/me/commission")["cash_fen"] == 1_000

    write(page, "quantity", "200")
    expect(by(page, "left-today")).to_have_text("100")
    by(page, "ask").click()
    by(page, "sure").click()
    expect(by(page, "trouble")).to_contain_text("每位会员每天最多兑现")
    assert wang.done("GET", "/me/points")["available"] == points(500)


def test_a_redemption_that_waits_is_taken_back(open_page, shop: Shop, wang):
    switch(shop, redemption_is_on=True, redemption_daily_fen=100_000)
    page = open_page(MOBILE)
    enter(page, shop, wang, path="redeem")
    expect(by(page, "redeem-rules")).to_contain_text("每天合计最多付 ¥1,000.00")
    by(page, "all").click()
    expect(by(page, "terms")).to_contain_text("按现在底价可得")
    by(page, "ask").click()
    by(page, "sure").click()
    expect(by(page, "redemption")).to_contain_text("排队中")
    expect(by(page, "available")).to_have_text("0")
    by(page, "take-back").click()
    expect(by(page, "redemption")).to_contain_text("已撤回")
    expect(by(page, "available")).to_have_text("1,000")


def test_an_answer_that_was_lost_redeems_once(open_page, shop: Shop, wang):
    """The server's answer gets lost on the way; Wang confirms again, and 10 yuan are paid, not 20."""
    switch(shop, redemption_is_on=True)
    page = open_page(MOBILE, expected=("ERR_FAILED", "Failed to load"))
    enter(page, shop, wang, path="redeem")
    write(page, "quantity", "500")
    expect(by(page, "payout")).to_have_text("¥10.00")
    by(page, "ask").click()

    def lose(route):
        if route.request.method == "POST":
            wang.done("POST", "/me/points/redemptions", route.request.post_data_json)
            route.abort()
        else:
            route.continue_()

    page.route("**/api/v1/me/points/redemptions", lose)
    by(page, "sure").click()
    expect(by(page, "trouble")).to_be_visible()
    page.unroute("**/api/v1/me/points/redemptions")
    by(page, "sure").click()
    expect(by(page, "redemption")).to_have_count(1)
    assert wang.done("GET", "/me/commission")["cash_fen"] == 1_000


def test_a_card_shows_its_calendar(open_page, shot, shop: Shop, wang):
    number = give_card(shop, wang)
    page = open_page(MOBILE)
    enter(page, shop, wang, path="cards")
    card = by(page, f"card-{number}")
    expect(card).to_contain_text("区域代理")
    expect(by(page, "card-released")).to_have_text("已释放 100,未释放 1,100")
    expect(by(page, "card-next")).to_contain_text("100 积分")
    by(page, f"calendar-{number}").click()
    expect(by(page, "calendar").get_by_role("listitem")).to_have_count(12)
    expect(by(page, "part-1")).to_contain_text("已释放")
    expect(by(page, "part-2")).to_contain_text("下一次")
    expect(by(page, "part-12")).to_contain_text("待释放")
    shot(page, "points-cards")


def test_wang_offers_and_li_s_bid_takes_it(open_page, shot, shop: Shop, wang, li):
    """40 points less a tenth are 36 lots at 50 fen; Li bids 55 for ten of them and pays 5 yuan, not 5.50."""
    switch(shop, market_is_on=True)
    hers = open_page(MOBILE)
    enter(hers, shop, wang, path="market")
    expect(by(hers, "last-price")).to_have_text("还没有成交")
    expect(by(hers, "no-candles")).to_be_visible()
    write(hers, "price", "0.50")
    write(hers, "quantity", "40")
    expect(by(hers, "ask_lots")).to_contain_text("36 手 × ¥0.50")
    expect(by(hers, "ask_fee")).to_contain_text("4")
    expect(by(hers, "ask_brings")).to_contain_text("¥18.00")
    by(hers, "look").click()
    by(hers, "sure").click()
    expect(by(hers, "open_orders")).to_contain_text("卖 36 手,¥0.50")
    expect(by(hers, "asks")).to_contain_text("36")
    expect(by(hers, "purse-points")).to_have_text("960")

    his = open_page(MOBILE)
    enter(his, shop, li, path="market")
    expect(by(his, "purse-money")).to_have_text("¥100.00")
    by(his, "tab-bid").click()
    by(his, "asks").get_by_role("button").click()
    write(his, "quantity", "999")
    by(his, "look").click()
    expect(by(his, "field-quantity")).to_contain_text("充值余额不足")
    write(his, "price", "0.55")
    write(his, "quantity", "10")
    expect(by(his, "bid_held")).to_contain_text("¥5.50")
    by(his, "look").click()
    by(his, "sure").click()
    expect(by(his, "ended_orders")).to_contain_text("已成交 10 / 10 手")
    expect(by(his, "last-price")).to_have_text("¥0.50")
    expect(by(his, "purse-money")).to_have_text("¥95.00")
    expect(by(his, "purse-points")).to_have_text("10")
    expect(by(his, "chart")).to_be_visible()
    expect(by(his, "my_trades")).to_contain_text("买入 10 手 × ¥0.50")
    expect(by(his, "my_trades")).not_to_contain_text("手续费")
    shot(his, "points-market")

    # Wang sees ten sold, and takes the rest back with its fee: 26 lots and 2.8889 points of the fee.
    by(hers, "refresh").click()
    expect(by(hers, "open_orders")).to_contain_text("已成交 10 / 36 手")
    shot(hers, "points-market-mine")
    by(hers, "cancel").click()
    expect(by(hers, "ended_orders")).to_contain_text("已撤单")
    expect(by(hers, "my_trades")).to_contain_text("卖出 10 手 × ¥0.50")
    expect(by(hers, "my_trades")).to_contain_text("+¥5.00")
    expect(by(hers, "my_trades")).to_contain_text("手续费 1.1111 积分")
    assert wang.done("GET", "/me/commission")["cash_fen"] == 500
    assert wang.done("GET", "/me/market")["points_offered"] == 0


@pytest.mark.parametrize("locale", ["zh-CN", "en-GB"])
def test_pages_with_much_on_them_fit_every_screen_and_can_be_read_aloud(
    open_page, shot, shop: Shop, wang, li, locale
):
    switch(shop, redemption_is_on=True, redemption_member_daily_units=points(600), market_is_on=True)
    give_card(shop, wang)
    wang.done("POST", "/me/points/redemptions", {"units": points(100), "client_key": "seen"})
    ask = {"units": points(300), "price_fen": 50, "client_key": "ask"}
    wang.done("POST", "/me/market/asks", ask)
    li.done("POST", "/me/market/bids", {"lots": 30, "price_fen": 50, "client_key": "bid"})
    li.done("POST", "/me/market/bids", {"lots": 40, "price_fen": 45, "client_key": "low"})
    page = open_page(MOBILE, bypass_csp=True, locale=locale)
    enter(page, shop, wang)
    wrong: list[str] = []
    for path in PATHS:
        page.goto(f"{shop.address}/pages/points/{path}")
        settled(page)
        if path == "redeem":
            write(page, "quantity", "100")
            expect(by(page, "payout")).to_have_text("¥2.00")
        if path == "cards":
            page.locator("[data-testid^='calendar-']:visible").click()
        if path == "market":
            write(page, "price", "0.50")
            write(page, "quantity", "40")
        for table in (False, True):
            if table and by(page, "chart-turn").count():
                by(page, "chart-turn").click()
            for colours in ("light", "dark"):
                page.emulate_media(color_scheme=colours)
                wrong += [f"{path}, {colours}, {said}" for said in violations(page)]
            for width, height in SIZES:
                page.set_viewport_size({"width": width, "height": height})
                if overflows(page):
                    wrong.append(f"{path} has to be pushed sideways at {width}")
            if not table:
                page.set_viewport_size({"width": 320, "height": 568})
                shot(page, f"points-{path}-{locale}-small-dark")
            page.set_viewport_size(MOBILE["viewport"])
    assert wrong == []
