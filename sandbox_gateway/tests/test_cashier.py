"""The cashier without a browser: what counts as a press of a button, and what is shown of strange words."""

from __future__ import annotations

import re
from urllib.parse import urlencode, urlsplit

import pytest

from sandbox_gateway.client import send


class Browser:
    """Just enough of one: a cookie and a form."""

    def __init__(self, cashier_url: str) -> None:
        parts = urlsplit(cashier_url)
        self.url, self.path = f"http://{parts.netloc}", parts.path
        self.cookie = self.form_token = ""
        self.status, self.headers, self.html = 0, {}, ""

    def look(self, language: str = "zh") -> str:
        headers = {"Cookie": self.cookie} if self.cookie else {}
        self.status, self.headers, body = send(
            self.url, "GET", f"{self.path}?lang={language}", headers=headers
        )
        self.html = body.decode()
        if "set-cookie" in self.headers:
            self.cookie = self.headers["set-cookie"].partition(";")[0]
        found = re.search(r'name="form_token" value="([0-9a-f]+)"', self.html)
        self.form_token = found.group(1) if found else ""
        return self.html

    def press(self, action: str, *, form_token: str | None = None, **headers: str) -> int:
        body = urlencode({"form_token": self.form_token if form_token is None else form_token}).encode()
        sent = {"Content-Type": "application/x-www-form-urlencoded", "Cookie": self.cookie, **headers}
        status, _, _ = send(self.url, "POST", f"{self.path}/{action}", body=body, headers=sent)
        return status


@pytest.fixture
def browser(lotus) -> Browser:
    return Browser(lotus.pay("P1", 1_234_567)["cashier_url"])


def state(lotus) -> str:
    return lotus.payment("P1")["state"]


@pytest.mark.parametrize(
    ("action", "expected"),
    [("pay", "succeeded"), ("pay-slowly", "processing"), ("fail", "failed"), ("cancel", "closed")],
)
def test_each_button_does_what_it_says(lotus, browser, action, expected):
    browser.look()
    assert browser.press(action) == 303
    assert state(lotus) == expected


def test_a_slow_payment_succeeds_after_a_while(gateway, open_account, receiver):
    lotus = open_account(slow_payment_ms=300)
    browser = Browser(lotus.pay("P1", 100)["cashier_url"])
    browser.look()
    browser.press("pay-slowly")
    assert "支付处理中" in browser.look()
    receiver.wait_for(1)
    assert state(lotus) == "succeeded"
    assert "支付成功" in browser.look()


def test_of_two_buttons_the_first_counts(lotus, browser):
    browser.look()
    assert (browser.press("pay"), browser.press("cancel"), browser.press("pay")) == (303, 303, 303)
    assert state(lotus) == "succeeded"


def test_a_button_on_another_sites_page_does_nothing(lotus, browser):
    browser.look()
    assert browser.press("pay", form_token="") == 403
    assert browser.press("pay", form_token="0" * 64) == 403
    assert browser.press("pay", **{"Sec-Fetch-Site": "cross-site"}) == 403
    assert browser.press("pay", Origin="http://elsewhere.test") == 403
    assert browser.press("pay", Cookie="") == 403
    assert state(lotus) == "open"


def test_a_form_of_one_payment_does_not_pay_another(lotus, browser):
    browser.look()
    other = Browser(lotus.pay("P2", 100)["cashier_url"])
    other.cookie, other.form_token = browser.cookie, browser.form_token
    assert other.press("pay") == 403
    assert lotus.payment("P2")["state"] == "open"


def test_nothing_is_paid_by_looking(lotus, browser):
    for action in ("pay", "fail", "cancel"):
        assert send(browser.url, "GET", f"{browser.path}/{action}")[0] == 404
    assert state(lotus) == "open"


def test_a_payment_that_ran_out_can_not_be_pressed(gateway, lotus, browser):
    browser.look()
    gateway.admin.move_clock(lotus.merchant_id, offset_seconds=86_400)
    browser.press("pay")
    assert state(lotus) == "closed"
    assert "支付已关闭" in browser.look()


def test_the_amount_is_shown_as_people_write_it(browser):
    assert "12,345.67" in browser.look()


def test_chinese_is_the_default_and_english_is_a_link_away(browser):
    assert "立即支付" in browser.look(language="")
    assert "Pay now" in browser.look(language="en")
    assert 'lang="en"' in browser.html
    _, _, body = send(browser.url, "GET", browser.path, headers={"Accept-Language": "en-GB,zh;q=0.5"})
    assert "Pay now" in body.decode()


def test_strange_words_are_shown_and_not_obeyed(open_account):
    evil = '"><script>alert(1)</script>'
    lotus = open_account(name=evil, name_en=evil)
    browser = Browser(lotus.pay("P1", 100, subject=evil)["cashier_url"])
    assert "<script>alert" not in browser.look()
    assert browser.html.count("&lt;script&gt;alert(1)&lt;/script&gt;") == 2


def test_the_page_allows_no_script_but_its_own_and_no_frame(browser):
    browser.look()
    policy = browser.headers["content-security-policy"]
    assert "default-src 'none'" in policy
    assert "script-src 'self'" in policy
    assert "frame-ancestors 'none'" in policy
    assert browser.headers["referrer-policy"] == "same-origin"
    assert browser.headers["cache-control"] == "no-store"


@pytest.mark.parametrize("token", ["x", "a" * 32, "%3Cscript%3E", "..%2f..%2fetc"])
def test_a_link_that_leads_nowhere_says_so(gateway, token):
    status, _, body = send(gateway.url, "GET", f"/cashier/{token}")
    assert status == 404
    assert "找不到这笔支付" in body.decode()
    assert "<script>" not in body.decode()


def test_the_way_back_is_the_shops_own_address(gateway, lotus, receiver):
    address = f"http://{receiver.host}/orders/1?a=1&b=2"
    browser = Browser(lotus.pay("P1", 100, return_url=address)["cashier_url"])
    browser.look()
    browser.press("pay")
    assert f'href="http://{receiver.host}/orders/1?a=1&amp;b=2"' in browser.look()
