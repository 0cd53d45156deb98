"""The console as operators use it, in a real browser over a real web server: the owner, finance, the service desk."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import timedelta

import httpx
import pyotp
import pytest
from django.db import connection
from playwright.sync_api import Page, expect

from tests.browser.conftest import DESKTOP, overflows
from tongbao.config.demo.run import MAIN
from tongbao.config.messages import compile_messages
from tongbao.config.processes import Processes, answers, free_port
from tongbao.config.tests.commands import environment_for
from tongbao.kit import clock
from tongbao.kit.postgres.access import DatabaseAccess
from tongbao.members.services import register, request_code
from tongbao.rewards.selectors import withdrawal
from tongbao.rewards.services import release_due
from tongbao.rewards.tests.street import ask, buy, memory_gateway, pack, receive, street, verified
from tongbao.tenancy.contexts import tenant_context
from tongbao.tenancy.contracts import Actor
from tongbao.tenancy.services.operators import create_operator, enrol_second_factor

pytestmark = pytest.mark.browser

PASSWORD = "correct horse battery"
PHONE = "13900000009"
# Browsers ask for it by themselves.
FAVICON = "**/favicon.ico"


@dataclass(frozen=True, kw_only=True)
class Mall:
    """A mall with one settled order, one released one, and a withdrawal that waits."""

    url: str
    order_number: str
    sponsor_number: str
    withdrawal_number: str
    secret: str


@pytest.fixture(scope="module")
def mall(
    new_database: Callable[[], AbstractContextManager[DatabaseAccess]],
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[Mall]:
    """A cofounder, a dealer and a VIP above a buyer, with agents around, served by the real web server."""
    compile_messages()
    log_dir = tmp_path_factory.mktemp("log")
    with new_database() as access, Processes(log_dir) as children:
        with tenant_context("lotus"):
            facts = _play()
        connection.close()
        port = free_port()
        children.start(
            "web",
            *MAIN,
            "serve",
            "--port",
            str(port),
            environment=environment_for(access, TONGBAO_HOSTS="*"),
            ready=answers(f"http://127.0.0.1:{port}/healthz"),
        )
        yield Mall(url=f"http://lotus.test:{port}", **facts)


def _play() -> dict[str, str]:
    now = clock.now()
    long_ago = now - timedelta(days=12)
    with memory_gateway() as gateway:
        pack(19_800)
        buyer, people = street(["vip", "dealer", "cofounder"], ["county", "city", "province"])
        receive(buy(gateway, buyer, ("pack-198", 1), now=long_ago), buyer, now=long_ago)
        release_due(now=long_ago + timedelta(days=9))
        placed = buy(gateway, buyer, ("pack-198", 1), now=now)
    vip = verified(people["sponsor 1"])
    number = ask(vip, 2_000, now=now)
    register(phone=PHONE, name="李芳", now=now)
    request_code(phone=PHONE, purpose="sign_in", address="127.0.0.1", now=now)
    secret = ""
    for role in ("owner", "finance", "service"):
        user_id = create_operator(username=role, password=PASSWORD, role=role, now=now, actor=Actor.system())
        if role == "finance":
            secret = enrol_second_factor(user_id=user_id)
    return {
        "order_number": placed.number,
        "sponsor_number": f"M{vip:07d}",
        "withdrawal_number": number,
        "secret": secret,
    }


@pytest.fixture
def sign_in(open_page, mall) -> Callable[..., Page]:
    """``sign_in("owner")``: the console's first page, signed in with a password."""

    def go(username: str, **more: object) -> Page:
        page = open_page(DESKTOP, **more)
        page.route(FAVICON, lambda route: route.fulfill(status=204))
        page.goto(f"{mall.url}/console/")
        page.fill("#id_username", username)
        page.fill("#id_password", PASSWORD)
        page.click("button[type=submit]")
        page.wait_for_load_state()
        return page

    return go


def menu(page: Page) -> set[str]:
    """The addresses that the menu leads to."""
    links = page.eval_on_selector_all(
        "a[href^='/console/']", "found => found.map(a => a.getAttribute('href'))"
    )
    return set(links)


def open_in_menu(page: Page, title: str, address: str) -> None:
    """Click an entry of the menu by what it says."""
    page.locator(f"a[href='{address}']").filter(has_text=title).first.click()
    page.wait_for_load_state()


def test_the_owner_walks_from_the_dashboard_to_an_order_its_awards_and_the_books(sign_in, mall, shot):
    page = sign_in("owner")
    expect(page.get_by_test_id("tiles")).to_contain_text("成交额")
    expect(page.get_by_test_id("tiles")).to_contain_text("¥198.00")
    expect(page.get_by_test_id("chart")).to_be_visible()
    expect(page.get_by_test_id("todo")).to_contain_text("待审核提现")
    assert not overflows(page)
    shot(page, "console-dashboard")

    open_in_menu(page, "订单", "/console/mall/order/")
    page.get_by_role("link", name=mall.order_number).click()
    awards = page.get_by_test_id("awards")
    # 12 % and 10 % for the VIP, 10 % each for the gaps of dealer and cofounder, 4 + 2 + 2 % for the region
    expect(awards.locator("tbody tr")).to_have_count(7)
    expect(awards.locator("tfoot")).to_contain_text("¥99.00")
    expect(awards).to_contain_text("198.00元的12%")
    shot(page, "console-order-with-awards")

    awards.get_by_role("link", name="详情").first.click()
    expect(page.get_by_text("¥23.76").first).to_be_visible()
    shot(page, "console-award")
    page.get_by_role("link", name=re.compile(r"^awards:\d+$")).click()
    batch = page.get_by_test_id("awards")
    expect(batch).to_contain_text("23.76")
    expect(batch).to_contain_text(mall.order_number)
    expect(page.get_by_text("已完成")).to_be_visible()
    shot(page, "console-award-batch")

    page.get_by_role("link", name="运营账户").first.click()
    expect(page.get_by_test_id("account")).to_have_text("运营账户")
    statement = page.get_by_test_id("statement")
    expect(statement).to_contain_text("支付")
    shot(page, "console-ledger-statement")
    # the last line's running balance is the balance itself
    last = statement.locator("tbody tr").last.locator("td").nth(5)
    assert last.inner_text() == page.get_by_test_id("posted").inner_text()
    statement.locator("tbody tr").last.locator("td").last.get_by_role("link").click()
    expect(page.get_by_test_id("transfers")).to_be_visible()


def test_a_member_has_a_tree_and_a_commission(sign_in, mall, shot):
    page = sign_in("owner")
    open_in_menu(page, "会员", "/console/members/member/")
    page.get_by_role("link", name=mall.sponsor_number).first.click()
    expect(page.get_by_test_id("upline")).to_contain_text("联合创始人")
    expect(page.get_by_test_id("commission")).to_contain_text("¥43.56")
    shot(page, "console-member-tree")
    assert not overflows(page)


def test_finance_passes_the_second_step_and_approves_a_withdrawal_once(sign_in, mall, shot):
    page = sign_in("finance")
    expect(page).to_have_url(f"{mall.url}/console/second-factor/")
    shot(page, "console-second-factor")
    page.fill("[name=code]", pyotp.TOTP(mall.secret).now())
    page.keyboard.press("Enter")
    expect(page).to_have_url(f"{mall.url}/console/")
    page.get_by_test_id("todo").get_by_role("link", name="待审核提现").click()
    page.get_by_role("link", name=mall.withdrawal_number).click()
    expect(page.get_by_text("¥20.00").first).to_be_visible()
    shot(page, "console-withdrawal")
    page.get_by_role("link", name="同意").or_(page.get_by_text("同意", exact=True)).first.click()
    expect(page.locator("#dialog button[type=submit]")).to_be_visible()
    shot(page, "console-withdrawal-approve")
    page.locator("#dialog button[type=submit]").click()
    expect(page.get_by_text("已批准").first).to_be_visible()
    expect(page.get_by_text("同意", exact=True)).to_have_count(0)
    with tenant_context("lotus"):
        assert withdrawal(number=mall.withdrawal_number).state == "approved"


def refused(page: Page, mall: Mall, address: str) -> bool:
    """Whether the page's operator is refused an address that no menu shows them."""
    site = httpx.URL(mall.url)
    cookies = {str(cookie["name"]): str(cookie["value"]) for cookie in page.context.cookies()}
    return (
        httpx.get(
            f"http://127.0.0.1:{site.port}{address}",
            headers={"Host": f"{site.host}:{site.port}"},
            cookies=cookies,
            trust_env=False,
        ).status_code
        == 403
    )


def test_the_service_desk_finds_the_code_in_the_outbox_and_no_books(sign_in, mall, shot):
    page = sign_in("service")
    found = menu(page)
    assert "/console/members/smsmessage/" in found
    assert not [address for address in found if "/ledger/" in address or "/rewards/award/" in address]
    assert "/console/rewards/withdrawal/" not in found
    expect(page.get_by_text("应付会员")).to_have_count(0)
    open_in_menu(page, "短信发件箱", "/console/members/smsmessage/")
    expect(page.locator("#result_list")).to_contain_text("139")
    shot(page, "console-sms-outbox")
    for address in ("/console/ledger/ledgeraccount/", "/console/rewards/withdrawal/"):
        assert refused(page, mall, address)


def test_an_english_reader_switches_the_language_and_back(sign_in, mall, shot):
    page = sign_in("owner")
    for language, title, menu_title in (("en", "Turnover", "Orders"), ("zh-hans", "成交额", "订单")):
        page.get_by_text("unfold_more").click()
        page.locator(f"form:has(input[name=language][value={language}]) button").first.click()
        expect(page.get_by_test_id("tiles")).to_contain_text(title)
        expect(page.locator("a[href='/console/mall/order/']").first).to_contain_text(menu_title)
        shot(page, f"console-dashboard-{language}")


def test_the_keyboard_signs_in(open_page, mall, shot):
    page = open_page(DESKTOP)
    page.route(FAVICON, lambda route: route.fulfill(status=204))
    page.goto(f"{mall.url}/console/")
    reached: list[str] = []
    while "id_username" not in reached and len(reached) < 10:
        page.keyboard.press("Tab")
        reached.append(page.evaluate("document.activeElement.id"))
    assert reached[-1] == "id_username", reached
    page.keyboard.type("owner")
    page.keyboard.press("Tab")
    page.wait_for_function("document.activeElement.id === 'id_password'")
    page.keyboard.type(PASSWORD)
    shot(page, "console-sign-in")
    page.keyboard.press("Enter")
    expect(page.get_by_test_id("tiles")).to_be_visible()
