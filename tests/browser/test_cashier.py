"""The cashier as a customer meets it: thumb, keyboard, English, the dark, without scripts, on a small screen."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import count

import pytest
from playwright.sync_api import Page, expect

from sandbox_gateway.client import MerchantClient
from sandbox_gateway.testing import Receiver, RunningGateway, running_gateway
from tests.browser.conftest import DESKTOP, MOBILE, overflows

pytestmark = pytest.mark.browser

_merchants = count(1)


@pytest.fixture(scope="module")
def gateway() -> Iterator[RunningGateway]:
    with running_gateway() as running:
        yield running


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    listening = Receiver()
    yield listening
    listening.close()


@pytest.fixture
def lotus(gateway, receiver) -> MerchantClient:
    return gateway.merchant(
        f"lotus-{next(_merchants)}",
        name="莲花商城",
        name_en="Lotus Mall",
        hosts=[receiver.host],
        notify_url=receiver.url,
        slow_payment_ms=2_000,
    )


@pytest.fixture
def cashier_url(lotus, receiver) -> str:
    return open_payment(lotus, receiver)


def open_payment(lotus, receiver, amount_fen: int = 39_800, **more) -> str:
    said = {"subject": "订单 202603021200000012345678", **more}
    return lotus.pay("P1", amount_fen, return_url=f"http://{receiver.host}/orders/1", **said)["cashier_url"]


def by(page: Page, name: str):
    return page.get_by_test_id(name)


def test_a_customer_pays_with_a_thumb_and_goes_back_to_the_shop(
    open_page, shot, lotus, receiver, cashier_url
):
    page = open_page(MOBILE)
    page.goto(cashier_url)
    expect(by(page, "merchant")).to_have_text("莲花商城")
    expect(by(page, "amount")).to_have_text("¥398.00")
    expect(by(page, "test-mode")).to_contain_text("不会产生真实扣款")
    shot(page, "cashier-open-mobile-zh")
    by(page, "pay").tap()
    expect(by(page, "result")).to_have_text("支付成功")
    expect(by(page, "amount")).to_have_text("¥398.00")
    shot(page, "cashier-paid-mobile-zh")
    (notice,) = receiver.wait_for(1)
    assert notice.is_signed_with(lotus.key)
    assert lotus.payment("P1")["state"] == "succeeded"
    by(page, "return").tap()
    page.wait_for_url(f"http://{receiver.host}/orders/1")
    assert page.evaluate("document.referrer") == ""


def test_the_time_left_counts_down(open_page, cashier_url):
    page = open_page(MOBILE)
    page.goto(cashier_url)
    first = by(page, "countdown").inner_text()
    page.wait_for_function(
        "before => document.querySelector('[data-testid=countdown]').innerText !== before", arg=first
    )
    assert by(page, "countdown").inner_text().startswith("剩余支付时间")


def test_when_the_time_is_up_the_page_says_so_by_itself(open_page, shot, gateway, lotus, receiver):
    url = open_payment(lotus, receiver, expires_in_seconds=10)
    page = open_page(MOBILE)
    page.goto(url)
    expect(by(page, "countdown")).to_have_class("countdown soon")
    shot(page, "cashier-last-seconds-mobile-zh")
    expect(by(page, "result")).to_have_text("支付已关闭")
    shot(page, "cashier-closed-mobile-zh")
    assert lotus.payment("P1")["state"] == "closed"


def test_a_slow_payment_is_followed_until_it_succeeds(open_page, shot, lotus, receiver, cashier_url):
    page = open_page(MOBILE)
    page.goto(cashier_url)
    by(page, "pay-slowly").tap()
    expect(by(page, "result")).to_have_text("支付处理中")
    shot(page, "cashier-processing-mobile-zh")
    expect(by(page, "result")).to_have_text("支付成功")
    receiver.wait_for(1)


@pytest.mark.parametrize(
    ("button", "result", "state"), [("fail", "支付失败", "failed"), ("cancel", "支付已关闭", "closed")]
)
def test_a_payment_that_comes_to_nothing_leads_back_to_the_shop(
    open_page, shot, lotus, receiver, cashier_url, button, result, state
):
    page = open_page(MOBILE)
    page.goto(cashier_url)
    by(page, button).tap()
    expect(by(page, "result")).to_have_text(result)
    shot(page, f"cashier-{state}-mobile-zh")
    assert lotus.payment("P1")["state"] == state
    by(page, "return").tap()
    page.wait_for_url(f"http://{receiver.host}/orders/1")


def test_the_keyboard_reaches_everything_in_order_and_pays(open_page, shot, lotus, cashier_url):
    page = open_page(DESKTOP)
    page.goto(cashier_url)
    reached = []
    for _ in range(5):
        page.keyboard.press("Tab")
        reached.append(page.evaluate("document.activeElement.dataset.testid"))
    assert reached == ["language", "pay", "pay-slowly", "fail", "cancel"]
    for _ in range(3):
        page.keyboard.press("Shift+Tab")
    assert page.evaluate("getComputedStyle(document.activeElement).outlineStyle") == "solid"
    shot(page, "cashier-focus-desktop-zh")
    page.keyboard.press("Enter")
    expect(by(page, "result")).to_have_text("支付成功")
    assert lotus.payment("P1")["state"] == "succeeded"


def test_an_english_reader_finds_english_and_can_switch(open_page, shot, cashier_url):
    page = open_page(DESKTOP, locale="en-GB")
    page.goto(cashier_url)
    expect(by(page, "merchant")).to_have_text("Lotus Mall")
    expect(by(page, "pay")).to_have_text("Pay now ¥398.00")
    shot(page, "cashier-open-desktop-en")
    by(page, "language").click()
    expect(by(page, "pay")).to_have_text("立即支付 ¥398.00")
    by(page, "language").click()
    by(page, "pay").click()
    expect(by(page, "result")).to_have_text("Paid")
    shot(page, "cashier-paid-desktop-en")


def test_in_the_dark_it_is_dark(open_page, shot, cashier_url):
    page = open_page(MOBILE, color_scheme="dark")
    page.goto(cashier_url)
    assert page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(13, 20, 18)"
    shot(page, "cashier-open-mobile-dark-zh")
    by(page, "pay").tap()
    expect(by(page, "result")).to_have_text("支付成功")
    shot(page, "cashier-paid-mobile-dark-zh")


def test_it_works_without_scripts(open_page, lotus, cashier_url):
    page = open_page(MOBILE, java_script_enabled=False)
    page.goto(cashier_url)
    by(page, "pay-slowly").tap()
    expect(by(page, "result")).to_have_text("支付处理中")
    expect(by(page, "result")).to_have_text("支付成功")


def test_a_double_click_pays_once(open_page, gateway, lotus, receiver, cashier_url):
    page = open_page(DESKTOP)
    page.goto(cashier_url)
    by(page, "pay").dblclick()
    expect(by(page, "result")).to_have_text("支付成功")
    gateway.admin.wait_until_quiet(lotus.merchant_id)
    assert len(receiver.received) == 1


def test_what_was_paid_in_another_window_is_not_paid_again(open_page, gateway, lotus, receiver, cashier_url):
    page = open_page(MOBILE)
    page.goto(cashier_url)
    gateway.admin.pay(lotus.merchant_id, "P1")
    by(page, "cancel").tap()
    expect(by(page, "result")).to_have_text("支付成功")


@pytest.mark.parametrize("width", [320, 390, 768])
@pytest.mark.parametrize("locale", ["zh-CN", "en-GB"])
def test_long_names_and_large_amounts_fit(open_page, shot, gateway, lotus, receiver, width, locale):
    name = "广州天河莲花新零售数字资产股份有限公司第一百货旗舰店"
    gateway.admin.merchant(lotus.merchant_id, name=name, name_en="A" * 60)
    url = open_payment(lotus, receiver, 9_999_999_999_99, subject="超长订单" * 30)
    page = open_page(MOBILE, locale=locale, viewport={"width": width, "height": 700})
    page.goto(url)
    expect(by(page, "amount")).to_have_text("¥9,999,999,999.99")
    assert not overflows(page)
    # An amount is one word: broken over two lines it is misread.
    lines = "e => e.getBoundingClientRect().height / parseFloat(getComputedStyle(e).lineHeight)"
    assert by(page, "amount").evaluate(lines) < 1.5
    if width == 320:
        shot(page, f"cashier-long-320-{locale[:2]}")
    by(page, "pay").tap()
    expect(by(page, "return")).to_be_visible()
    assert not overflows(page)


def test_buttons_are_large_enough_for_a_thumb(open_page, cashier_url):
    page = open_page(MOBILE)
    page.goto(cashier_url)
    for name in ("pay", "pay-slowly", "fail", "cancel"):
        box = by(page, name).bounding_box()
        assert box["height"] >= 44, name
    # The main button is seen without scrolling on a small telephone.
    assert by(page, "pay").bounding_box()["y"] < 568


def test_strange_words_are_shown_and_not_obeyed(open_page, gateway, lotus, receiver):
    evil = "<img src=x onerror=alert(1)>"
    gateway.admin.merchant(lotus.merchant_id, name=evil)
    url = open_payment(lotus, receiver, subject=evil)
    page = open_page(MOBILE)
    page.goto(url)
    expect(by(page, "merchant")).to_have_text(evil)
    expect(by(page, "subject")).to_have_text(evil)


def test_a_link_that_leads_nowhere_says_so(open_page, shot, gateway):
    page = open_page(MOBILE)
    response = page.request.get(f"{gateway.url}/cashier/{'a' * 32}")
    assert response.status == 404
    page.set_content(response.text())
    expect(by(page, "result")).to_have_text("找不到这笔支付")
