"""A newcomer joins, buys and pays; a friend finds out why she earned something: in English, by keyboard alone."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from tests.browser.conftest import DESKTOP
from tests.browser.storefront import Shop, by, open_shop, phone_of, settled
from tests.scenarios.customers import Customer, code_for, new_phone
from tongbao.ledger.services.liabilities import prove_liabilities
from tongbao.ledger.services.seals import seal
from tongbao.mall.models import Order
from tongbao.rewards.services import release_due

pytestmark = [pytest.mark.browser, pytest.mark.slow]

MOST_STEPS = 80
# Where the keyboard is: in the part that is named, shown, and marked so that one sees it.
IS_THERE = """name => {
  const part = document.activeElement?.closest(`[data-testid='${name}']`)
  return Boolean(part?.offsetParent) && (!name.startsWith('field-') || document.activeElement.matches('input,textarea'))
}"""
OUTLINE = "() => getComputedStyle(document.activeElement).outlineStyle"


@pytest.fixture(scope="module")
def shop(new_database, tmp_path_factory) -> Iterator[Shop]:
    with open_shop(new_database, log_dir=tmp_path_factory.mktemp("log")) as opened:
        yield opened


@pytest.fixture
def wang(shop: Shop) -> Iterator[Customer]:
    with shop.member(name="王薇") as customer:
        yield customer


def reach(page: Page, name: str) -> None:
    """Go on with Tab until the keyboard is there; not further than once around the page."""
    expect(by(page, name).first).to_be_visible()
    settled(page)
    for _ in range(MOST_STEPS):
        if page.evaluate(IS_THERE, name):
            return
        page.keyboard.press("Tab")
    pytest.fail(f"Tab doesn't lead to {name}")


def press(page: Page, name: str, *, key: str = "Enter") -> None:
    reach(page, name)
    assert page.evaluate(OUTLINE) in ("solid", "auto"), f"nobody sees that {name} is next"
    page.keyboard.press(key)


def type_into(page: Page, field: str, text: str) -> None:
    reach(page, f"field-{field}")
    page.keyboard.type(text)
    # uni's fields tell the page what was typed once in a tenth of a second
    page.wait_for_timeout(150)


def sign_in(page: Page, phone: str) -> None:
    type_into(page, "phone", phone)
    press(page, "send-code")
    # The code is what is typed next: the keyboard is there already.
    expect(by(page, "field-code").locator("input")).to_be_focused()
    type_into(page, "code", code_for(phone))
    press(page, "agree", key="Space")
    expect(by(page, "agree")).to_have_attribute("aria-checked", "true")
    press(page, "enter")
    expect(by(page, "enter")).to_have_count(0)


def test_a_newcomer_buys_and_her_friend_checks_the_reward_in_english_by_keyboard_alone(
    open_page, shop: Shop, wang: Customer
):
    shop.stage.set_clock(offset=timedelta(0))
    page = open_page(DESKTOP, locale="en-GB")
    page.goto(wang.done("GET", "/me/invitation")["link"])
    expect(by(page, "inviter")).to_contain_text("invites you")
    press(page, "join")
    sign_in(page, new_phone())
    press(page, "product-pack-198")
    expect(by(page, "gifts")).to_contain_text("No income")
    press(page, "buy")
    press(page, "confirm")
    expect(by(page, "total")).to_have_text("¥198.00")
    press(page, "address")
    type_into(page, "recipient", "Zhang Xin")
    type_into(page, "phone", "13900000004")
    press(page, "region")
    for code in ("440000", "440100", "440106"):
        press(page, f"division-{code}")
    type_into(page, "street", "Tianhe Road 385")
    press(page, "save")
    expect(by(page, "address")).to_contain_text("Tianhe Road 385")
    press(page, "order")
    expect(by(page, "amount")).to_have_text("¥198.00")
    press(page, "pay")
    expect(by(page, "result")).to_have_text("Paid")
    press(page, "return")
    expect(by(page, "number")).to_be_visible()
    press(page, "see-order")
    expect(by(page, "status")).to_contain_text("Paid")
    shop.stage.wait_until_quiet()
    shop.stage.settle()
    order = Order.objects.latest("pk")
    shop.stage.receive(number=order.number, buyer_id=order.buyer_id)
    shop.stage.settle()

    shop.stage.set_clock(offset=timedelta(days=8, minutes=5))
    release_due(now=shop.stage.now())
    seal(now=shop.stage.now())
    prove_liabilities(on=timezone.localdate(shop.stage.now()), now=shop.stage.now())
    seal(now=shop.stage.now())
    hers = open_page(DESKTOP, locale="en-GB")
    hers.goto(f"{shop.address}/pages/wallet/index")
    press(hers, "sign-in")
    sign_in(hers, phone_of(wang))
    expect(by(hers, "cash")).to_have_text("¥23.76")
    award = wang.done("GET", "/me/awards")["awards"][0]["award_id"]
    press(hers, f"award-{award}")
    expect(by(hers, "amount")).to_have_text("+¥23.76")
    expect(by(hers, "why")).to_contain_text("12%")
    press(hers, "back")
    press(hers, "prove")
    press(hers, "check-balance")
    expect(by(hers, "proven-cash")).to_contain_text("¥23.76")
