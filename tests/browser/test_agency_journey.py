"""Zhao becomes the agent of Tianhe on a phone: she applies, pays, is approved, and sees what the region orders."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import DESKTOP, MOBILE, overflows
from tests.browser.storefront import AXE, Shop, by, open_shop, phone_of, settled, sign_in
from tongbao.apps.agency import services
from tongbao.apps.agency.models import Application
from tongbao.config.demo.stage import OPERATOR
from tongbao.mall.services import refunds
from tongbao.members.models import Member
from tongbao.members.services import submit_identity, verify_identity
from tongbao.tenancy.services.changes import switch_app
from tongbao.tenancy.services.operators import create_operator

pytestmark = [pytest.mark.browser, pytest.mark.slow]

SMALL: dict[str, Any] = {"viewport": {"width": 320, "height": 568}, "is_mobile": True, "has_touch": True}
RULES = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa"]}
PASSWORD = "correct horse battery"
TIANHE, YUEXIU = "440106", "440104"


@pytest.fixture(scope="module")
def shop(new_database, tmp_path_factory) -> Iterator[Shop]:
    with open_shop(new_database, log_dir=tmp_path_factory.mktemp("log")) as opened:
        switch_app(app_key="agency", is_on=True, actor=OPERATOR, now=opened.stage.now())
        yield opened


def sound(page: Page) -> None:
    """Nothing that axe finds, and nothing wider than the page."""
    settled(page)
    assert not overflows(page)
    page.evaluate(AXE.read_text(encoding="utf-8"))
    found = page.evaluate("rules => axe.run(document, rules)", RULES)["violations"]
    assert [(one["id"], one["nodes"][0]["target"]) for one in found] == []


def pick(page: Page, *codes: str) -> None:
    """Down the regions, and the last one is chosen."""
    by(page, "region").click()
    for code in codes[:-1]:
        by(page, f"below-{code}").click()
    by(page, f"seat-{codes[-1]}").click()


def test_from_the_application_to_the_workbench(open_page, shot, shop: Shop):
    stage = shop.stage
    stage.set_clock(offset=timedelta(0))
    with shop.member(name="赵敏") as zhao:
        phone = phone_of(zhao)
    zhao_id = Member.objects.get(phone=phone).pk
    # Before her first day the workbench has nothing for her, and the server says so.
    page = open_page(MOBILE, expected=("404",))

    # Anybody reads what it costs and what it doesn't promise; nobody applies unknown to the shop by name.
    page.goto(f"{shop.address}/apps/agency/pages/index")
    expect(by(page, "honest")).to_contain_text("没有订单就没有奖励")
    expect(by(page, "level-county")).to_contain_text("¥20,000.00")
    expect(by(page, "level-county")).to_contain_text("剩 300 / 300 个名额")
    sound(page)
    by(page, "sign-in").click()
    sign_in(page, phone)
    settled(page)
    page.goto(f"{shop.address}/apps/agency/pages/index")
    expect(by(page, "identity")).to_be_visible()
    now = stage.now()
    submit_identity(member_id=zhao_id, real_name="赵敏", card_number="11010519491231002X", now=now)
    verify_identity(member_id=zhao_id, actor=OPERATOR, now=now)
    page.reload()

    # Tianhe is free: she applies, and pays 20 000 yuan at the cashier.
    pick(page, "440000", "440100", TIANHE)
    expect(by(page, "region")).to_contain_text("天河区")
    expect(by(page, "fee")).to_have_text("¥20,000.00")
    shot(page, "agency-application")
    by(page, "apply").click()
    expect(by(page, "application")).to_contain_text("待支付")
    sound(page)
    by(page, "pay").click()
    expect(by(page, "amount")).to_have_text("¥20,000.00")
    by(page, "pay").click()
    expect(by(page, "result")).to_have_text("支付成功")
    by(page, "return").click()
    expect(by(page, "result")).to_have_text("支付成功")
    stage.wait_until_quiet()
    stage.settle()
    page.goto(f"{shop.address}/apps/agency/pages/index")
    expect(by(page, "application")).to_contain_text("待审核")

    # A second region is withdrawn before it is paid.
    pick(page, "440000", "440100", YUEXIU)
    by(page, "apply").click()
    expect(by(page, "application")).to_have_count(2)
    by(page, "withdraw").first.click()
    by(page, "really-withdraw").click()
    expect(by(page, "application").first).to_contain_text("已撤回")

    # She is approved today and is the agent from tomorrow on.
    application = Application.objects.get(member_id=zhao_id, state="paid")
    services.approve(application_id=application.pk, actor=OPERATOR, now=stage.now())
    page.goto(f"{shop.address}/apps/agency/pages/workbench")
    expect(by(page, "state-empty")).to_contain_text("没有代理资格")
    stage.set_clock(offset=timedelta(days=1))
    with shop.member(name="陈美丽") as chen:
        buyer = Member.objects.get(number=chen.done("GET", "/me")["number"]).pk
    stage.buy(buyer_id=buyer, sku="pack-198", key="chen-1")
    stage.wait_until_quiet()
    stage.settle()
    by(page, "to-applications").click()
    expect(by(page, "application").last).to_contain_text("已通过")
    by(page, "workbench").click()
    expect(by(page, "region")).to_have_text("广东省广州市天河区")
    expect(by(page, "orders").first).to_have_text("1")
    expect(by(page, "turnover")).to_have_text("¥198.00")
    expect(by(page, "pending")).to_have_text("¥7.92")
    sound(page)
    shot(page, "agency-workbench")
    for tab, row, words in (
        ("orders", "order", "张*"),
        ("awards", "award", "+¥7.92"),
        ("members", "member", "陈**"),
    ):
        by(page, f"tab-{tab}").click()
        expect(by(page, row).first).to_contain_text(words)
        sound(page)
    assert "陈美丽" not in page.content()

    # The same on a small screen.
    page.set_viewport_size(SMALL["viewport"])
    sound(page)
    by(page, "tab-days").click()
    sound(page)


def test_refused_the_reason_is_shown_and_the_money_is_back(open_page, shot, shop: Shop):
    stage = shop.stage
    with shop.member(name="孙丽") as sun:
        phone = phone_of(sun)
        sun_id = Member.objects.get(phone=phone).pk
        submit_identity(member_id=sun_id, real_name="孙丽", card_number="11010519491231002X", now=stage.now())
        verify_identity(member_id=sun_id, actor=OPERATOR, now=stage.now())
        seats = sun.done("GET", "/agency/seats?parent=440100")["seats"]
        taken = {seat["region_code"]: seat["state"] for seat in seats}
        assert (taken[TIANHE], taken[YUEXIU]) == ("taken", "free")
        wish = {"region_code": YUEXIU, "expected_fee_fen": 2_000_000, "client_key": "sun-1"}
        applied = sun.done("POST", "/agency/applications", wish)
        number = sun.done("POST", f"/agency/applications/{applied['application_id']}/order", {})["number"]
        started = sun.done("POST", f"/orders/{number}/pay", {})
        stage.pay([started["number"]])
        stage.wait_until_quiet()
    services.refuse(
        application_id=applied["application_id"],
        reason="该区域暂不开放",
        actor=OPERATOR,
        now=stage.now(),
    )
    page = open_page(MOBILE)
    page.goto(f"{shop.address}/pages/sign/index")
    sign_in(page, phone)
    settled(page)
    page.goto(f"{shop.address}/apps/agency/pages/index")
    expect(by(page, "application")).to_contain_text("该区域暂不开放")
    expect(by(page, "application")).to_contain_text("代理费正在原路退回")
    refunds.submit_due_refunds(now=stage.now())
    stage.wait_until_quiet()
    page.reload()
    expect(by(page, "application")).to_contain_text("代理费已原路退回")
    shot(page, "agency-refused")


def test_the_owner_sets_the_seats_and_approves_in_the_console(open_page, shot, shop: Shop):
    stage = shop.stage
    with shop.member(name="钱多") as qian:
        qian_id = Member.objects.get(number=qian.done("GET", "/me")["number"]).pk
        submit_identity(
            member_id=qian_id, real_name="钱多", card_number="11010519491231002X", now=stage.now()
        )
        verify_identity(member_id=qian_id, actor=OPERATOR, now=stage.now())
        create_operator(username="lao-ban", password=PASSWORD, role="owner", now=stage.now(), actor=OPERATOR)
        page = open_page(DESKTOP)
        page.route("**/favicon.ico", lambda route: route.fulfill(status=204))
        page.goto(f"{shop.address}/console/")
        page.fill("#id_username", "lao-ban")
        page.fill("#id_password", PASSWORD)
        page.click("button[type=submit]")
        page.wait_for_load_state("networkidle")

        # All cards together don't fit their pool, says the page; fewer seats, and a county without a fee, do.
        page.goto(f"{shop.address}/console/agency/seats/")
        expect(by(page, "too-many-cards")).to_contain_text("31000000")
        for name, value in (
            ("county_agent_seats", "200"),
            ("county_agent_fee_fen", "0"),
            ("reason", "先开一半名额,免代理费"),
        ):
            page.fill(f"[name={name}]", value)
        shot(page, "agency-console-seats")
        by(page, "terms").get_by_role("button").click()
        expect(by(page, "too-many-cards")).to_have_count(0)
        page.wait_for_load_state("networkidle")

        wish = {"region_code": "440105", "expected_fee_fen": 0, "client_key": "qian-1"}
        applied = qian.done("POST", "/agency/applications", wish)
        assert applied["state"] == "paid"
    page.goto(f"{shop.address}/console/agency/application/{applied['application_id']}/change/")
    expect(page.get_by_text("广东省广州市海珠区").first).to_be_visible()
    page.wait_for_load_state("networkidle")
    page.locator("[hx-get$='/approve/'], [hx-get$='/approve']").first.click()
    expect(page.locator("#dialog button[type=submit]")).to_be_visible()
    shot(page, "agency-console-approve")
    page.locator("#dialog button[type=submit]").click()
    expect(page.get_by_text("操作成功").first).to_be_visible()
    page.wait_for_load_state("networkidle")
    assert Application.objects.get(pk=applied["application_id"]).state == "approved"
