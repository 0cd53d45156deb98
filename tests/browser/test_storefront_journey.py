"""The storefront as people walk it on a phone: invited, joined, bought, paid, rewarded, and checked.

Wang Wei invites Zhang Xin, who buys the 198 yuan pack; Wang sees 23.76 yuan and why, and checks on her own phone
that the mall owes her what it says.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from fractions import Fraction
from pathlib import Path

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from tests.browser.conftest import MOBILE
from tests.browser.storefront import Shop, by, open_shop, phone_of, settled, sign_in, write
from tests.scenarios.customers import Customer, code_for, new_phone
from tongbao.apps.shares import selectors as shares
from tongbao.apps.shares.services import approve_exchange
from tongbao.config.demo.stage import OPERATOR
from tongbao.ledger.services.liabilities import prove_liabilities
from tongbao.ledger.services.seals import seal
from tongbao.mall.models import Claim
from tongbao.mall.services import claims, orders, refunds
from tongbao.members.contracts import MembersSettings
from tongbao.members.models import Member
from tongbao.members.services import submit_identity, verify_identity
from tongbao.points.policy.prices import day_of
from tongbao.points.selectors import member_points
from tongbao.points.services import order_price, publish_price
from tongbao.points.tests.people import give_points, put_into_reserve
from tongbao.rewards.services import approve_withdrawal, ask_for_due_withdrawals, release_due
from tongbao.tenancy.services import change_settings
from tongbao.tenancy.services.changes import switch_app

pytestmark = [pytest.mark.browser, pytest.mark.slow]


@pytest.fixture(scope="module")
def shop(new_database, tmp_path_factory) -> Iterator[Shop]:
    with open_shop(new_database, log_dir=tmp_path_factory.mktemp("log")) as opened:
        yield opened


@pytest.fixture
def wang(shop: Shop) -> Iterator[Customer]:
    with shop.member(name="王薇") as customer:
        yield customer


def test_from_an_invitation_to_a_checked_reward(open_page, shot, shop: Shop, wang: Customer):
    stage = shop.stage
    stage.set_clock(offset=timedelta(0))
    invitation = wang.done("GET", "/me/invitation")
    page = open_page(MOBILE)

    # Zhang Xin opens the link that Wang sent, and joins.
    page.goto(invitation["link"])
    expect(by(page, "inviter")).to_contain_text("王* 邀请您加入莲花商城")
    shot(page, "storefront-join")
    by(page, "join").click()
    zhang = new_phone()
    sign_in(page, zhang)
    expect(by(page, "product-pack-198")).to_be_visible()
    shot(page, "storefront-home")

    # Zhang buys the pack and pays at the cashier.
    by(page, "product-pack-198").click()
    expect(by(page, "gifts")).to_contain_text("VIP会员")
    expect(by(page, "gifts")).to_contain_text("198 积分")
    expect(by(page, "gifts")).to_contain_text("不承诺收入")
    shot(page, "storefront-pack")
    by(page, "buy").click()
    by(page, "confirm").click()
    expect(by(page, "total")).to_have_text("¥198.00")
    shot(page, "storefront-checkout")
    by(page, "address").get_by_role("button").click()
    write(page, "recipient", "张新")
    write(page, "phone", "13900000004")
    by(page, "region").click()
    for code in ("440000", "440100", "440106"):
        by(page, f"division-{code}").click()
    write(page, "street", "天河路385号")
    by(page, "save").click()
    expect(by(page, "address")).to_contain_text("广东省广州市天河区 天河路385号")
    by(page, "order").click()
    expect(by(page, "amount")).to_have_text("¥198.00")
    by(page, "pay").click()
    expect(by(page, "result")).to_have_text("支付成功")
    by(page, "return").click()
    expect(by(page, "result")).to_have_text("支付成功")
    number = by(page, "number").inner_text()
    shot(page, "storefront-paid")
    stage.wait_until_quiet()
    stage.settle()

    # The parcel arrives, and Zhang says so.
    orders.ship_order(number=number, carrier="顺丰", tracking_number="SF1", actor=OPERATOR, now=stage.now())
    by(page, "see-order").click()
    expect(by(page, "logistics")).to_contain_text("顺丰 SF1")
    shot(page, "storefront-order")
    by(page, "receipt").click()
    by(page, "sure").click()
    expect(by(page, "status")).to_have_text("已收货")
    stage.settle()

    # Wang sees what she earned, and why, on a phone of her own.
    hers = open_page(MOBILE)
    hers.goto(f"{shop.address}/pages/wallet/index")
    by(hers, "sign-in").click()
    sign_in(hers, phone_of(wang))
    expect(by(hers, "pending")).to_contain_text("¥23.76")
    expect(by(hers, "cash")).to_have_text("¥0.00")
    shot(hers, "storefront-wallet")
    by(hers, "why").click()
    expect(by(hers, "amount")).to_have_text("+¥23.76")
    expect(by(hers, "why")).to_contain_text("198.00")
    expect(by(hers, "why")).to_contain_text("12%")
    shot(hers, "storefront-why")

    # Eight days later it is hers, and the mall's books of that day are sealed.
    stage.set_clock(offset=timedelta(days=8, minutes=5))
    release_due(now=stage.now())
    seal(now=stage.now())
    prove_liabilities(on=timezone.localdate(stage.now()), now=stage.now())
    seal(now=stage.now())
    by(hers, "back").click()
    expect(by(hers, "cash")).to_have_text("¥23.76")
    by(hers, "prove").click()
    by(hers, "check-balance").click()
    expect(by(hers, "proven-cash")).to_contain_text("其中欠您 ¥23.76")
    expect(by(hers, "none-points")).to_be_visible()
    shot(hers, "storefront-proof")
    hers.get_by_role("button", name="核对").filter(visible=True).last.click()
    expect(by(hers, "proven-booking").first).to_contain_text("无误")

    # She withdraws 20 yuan: once she is known by name, and after the wait.
    by(hers, "back").click()
    by(hers, "withdraw").click()
    by(hers, "identity-first").get_by_role("button").click()
    write(hers, "real-name", "王薇")
    write(hers, "card", "110105194912310021")
    by(hers, "send").click()
    expect(by(hers, "field-card")).to_contain_text("身份证号不正确")
    write(hers, "card", "11010519491231002X")
    by(hers, "send").click()
    expect(by(hers, "identity-status")).to_have_text("正在审核")
    member = Member.objects.get(number=wang.done("GET", "/me")["number"])
    verify_identity(member_id=member.pk, actor=OPERATOR, now=stage.now())
    by(hers, "back").click()
    expect(by(hers, "identity-first")).to_have_count(0)
    write(hers, "amount", "99")
    write(hers, "recipient", "wx-wang")
    by(hers, "ask").click()
    expect(by(hers, "field-amount")).to_contain_text("超过了可提现的金额")
    write(hers, "amount", "20")
    expect(by(hers, "arrives")).to_have_text("¥20.00")
    shot(hers, "storefront-withdraw")
    by(hers, "ask").click()
    expect(by(hers, "cash")).to_have_text("¥3.76")
    (asked,) = wang.done("GET", "/me/withdrawals")
    approve_withdrawal(number=asked["number"], actor=OPERATOR, now=stage.now())
    stage.set_clock(offset=timedelta(days=9, minutes=10))
    ask_for_due_withdrawals(now=stage.now())
    stage.wait_until_quiet()
    stage.settle()
    paid = wang.done("GET", f"/me/withdrawals/{asked['number']}")
    assert (paid["state"], paid["payout_fen"]) == ("paid", 2_000)
    by(hers, "back").click()
    expect(by(hers, "cash")).to_have_text("¥3.76")
    by(hers, "withdraw").click()
    expect(by(hers, f"withdrawal-{asked['number']}")).to_contain_text(paid["state_title"])


def test_half_of_an_order_comes_back_and_half_of_the_reward_with_it(
    open_page, shot, shop: Shop, wang: Customer
):
    stage = shop.stage
    stage.set_clock(offset=timedelta(0))
    code = wang.done("GET", "/me/invitation")["invite_code"]
    page = open_page(MOBILE)
    page.goto(f"{shop.address}/?invite={code}")
    by(page, "join").click()
    phone = new_phone()
    sign_in(page, phone)
    expect(by(page, "product-pack-198")).to_be_visible()
    settled(page)
    li = Member.objects.get(phone=phone)
    number = stage.buy(buyer_id=li.pk, sku="pack-198", key="half")
    stage.settle()
    assert wang.done("GET", "/me/awards")["awards"][0]["amount_fen"] == 2_376

    page.goto(f"{shop.address}/pages/orders/index")
    by(page, f"order-{number}").get_by_test_id("claim").click()
    by(page, "ask").click()
    expect(by(page, "trouble")).to_contain_text("请选择要退的件数或金额")
    write(page, "amount-1", "198.01")
    write(page, "reason", "只用了一半")
    by(page, "ask").click()
    expect(by(page, "trouble")).to_contain_text("超过可退的数")
    write(page, "amount-1", "99")
    expect(by(page, "back-total")).to_have_text("¥99.00")
    by(page, "ask").click()
    expect(by(page, "claim-state")).to_have_text("等待商家处理")
    expect(by(page, "claim-amount")).to_have_text("¥99.00")
    shot(page, "storefront-claim")
    (claim,) = Claim.objects.filter(order__number=number)
    refund = claims.approve_claim(number=claim.number, actor=OPERATOR, now=stage.now(), answer="同意")
    assert refund is not None
    refunds.submit_refund(number=refund, now=stage.now())
    stage.wait_until_quiet()
    stage.settle()
    page.reload()
    expect(by(page, "claim-state")).to_have_text("已退款")

    # She was told of each step; the newest leads back to the order.
    page.goto(f"{shop.address}/pages/me/index")
    expect(by(page, "messages")).to_contain_text("3 条未读")
    by(page, "messages").click()
    expect(by(page, "message")).to_have_count(3)
    expect(by(page, "message").first).to_contain_text(f"订单{number}已退款99.00元。")
    expect(by(page, "message").nth(1)).to_contain_text("同意")
    expect(by(page, "unread")).to_have_count(3)
    shot(page, "storefront-messages")
    by(page, "read-all").click()
    expect(by(page, "unread")).to_have_count(0)
    by(page, "message").first.click()
    expect(page.get_by_role("heading", level=1).filter(visible=True)).to_have_text("订单详情")
    expect(page.get_by_text("等待商家处理").filter(visible=True)).to_be_visible()

    # Half of 198 yuan is left: 12 % of 99 yuan.
    hers = open_page(MOBILE)
    hers.goto(f"{shop.address}/pages/wallet/index")
    by(hers, "sign-in").click()
    sign_in(hers, phone_of(wang))
    expect(by(hers, "pending")).to_contain_text("¥11.88")
    by(hers, "why").first.click()
    expect(by(hers, "amount")).to_have_text("+¥11.88")


def test_what_is_typed_wrong_is_named_where_it_is_wrong(open_page, shop: Shop):
    page = open_page(MOBILE)
    page.goto(f"{shop.address}/pages/sign/index")
    by(page, "send-code").click()
    expect(by(page, "field-phone")).to_contain_text("请输入11位手机号")
    write(page, "phone", "12345678901")
    by(page, "enter").click()
    expect(by(page, "field-phone")).to_contain_text("请输入11位手机号")
    expect(by(page, "field-code")).to_contain_text("请输入短信里的6位数字")
    expect(page.get_by_text("请先阅读并勾选")).to_be_visible()


def test_a_wrong_code_is_refused_in_the_readers_language(open_page, shop: Shop):
    page = open_page(MOBILE, locale="en-GB", expected=("422",))
    page.goto(f"{shop.address}/pages/sign/index")
    write(page, "phone", new_phone())
    by(page, "send-code").click()
    expect(by(page, "code-sent")).to_be_visible()
    write(page, "code", "000000")
    by(page, "agree").click()
    by(page, "enter").click()
    expect(by(page, "trouble")).to_contain_text("The code is wrong or no longer works")


def test_an_order_twice_clicked_is_one_order(open_page, shop: Shop, wang: Customer):
    page = open_page(MOBILE)
    page.goto(f"{shop.address}/pages/sign/index")
    sign_in(page, phone_of(wang))
    settled(page)
    page.goto(f"{shop.address}/pages/checkout/index?lines=tea-tieguanyin:2")
    expect(by(page, "total")).to_have_text("¥256.00")
    by(page, "order").dblclick()
    expect(by(page, "amount")).to_have_text("¥256.00")
    assert len(wang.done("GET", "/orders")) == 1


def test_a_member_pays_half_of_an_order_with_points(open_page, shot, shop: Shop, wang: Customer):
    """A point is worth 50 fen today, and Wang has 300: 64 yuan of the tea's 128 are 128 points."""
    stage = shop.stage
    now = stage.now()
    put_into_reserve(300_000_000, now=now)
    today = day_of(now=now, cut_off_minutes=0)
    order_price(price=Fraction(50), from_on=today, actor=OPERATOR, reason="spring", now=now)
    publish_price(now=now)
    give_points(Member.objects.get(number=wang.done("GET", "/me")["number"]).pk, 3_000_000, now=now)
    page = open_page(MOBILE)
    page.goto(f"{shop.address}/pages/sign/index")
    sign_in(page, phone_of(wang))
    settled(page)
    page.goto(f"{shop.address}/pages/checkout/index?lines=tea-tieguanyin:1")
    expect(by(page, "total")).to_have_text("¥128.00")
    by(page, "use-points").click()
    expect(by(page, "points-cost")).to_contain_text("256 积分")
    expect(by(page, "total")).to_have_text("¥0.00")
    write(page, "points", "64")
    expect(by(page, "points-cost")).to_contain_text("抵扣 ¥64.00,用 128 积分")
    expect(by(page, "points-part")).to_have_text("−¥64.00")
    expect(by(page, "total")).to_have_text("¥64.00")
    shot(page, "storefront-checkout-points")
    by(page, "order").click()
    expect(by(page, "amount")).to_have_text("¥64.00")
    (order,) = wang.done("GET", "/orders")
    assert (order["points_fen"], order["total_fen"]) == (6_400, 6_400)
    assert wang.done("GET", "/me/points")["held"] == 1_280_000


def test_a_member_closes_their_own_account_and_sees_first_what_they_give_up(open_page, shot, shop: Shop):
    stage = shop.stage
    with shop.member(name="赵敏") as zhao:
        phone = phone_of(zhao)
        member = Member.objects.get(phone=phone)
    give_points(member.pk, 2_000_000, now=stage.now())
    page = open_page(MOBILE)
    page.goto(f"{shop.address}/pages/sign/index")
    sign_in(page, phone)
    settled(page)
    page.goto(f"{shop.address}/pages/settings/closing")
    expect(by(page, "gives-up")).to_have_count(1)
    expect(by(page, "gives-up")).to_contain_text("200")
    expect(by(page, "close")).to_be_disabled()
    # One code a minute: the one to sign in with was the last.
    stage.set_clock(offset=timedelta(minutes=2))
    by(page, "send").click()
    expect(page.get_by_role("status").filter(visible=True)).to_be_visible()
    write(page, "code", code_for(phone))
    by(page, "agree").click()
    shot(page, "storefront-closing")
    by(page, "close").click()
    expect(by(page, "product-pack-198")).to_be_visible()
    member.refresh_from_db()
    assert (member.status, member.phone) == ("closed", None)
    assert member_points(member_id=member.pk).available == 0
    page.goto(f"{shop.address}/pages/me/index")
    expect(by(page, "sign-in")).to_be_visible()


def test_a_member_sets_a_password_and_comes_back_with_it(open_page, shot, shop: Shop):
    stage = shop.stage
    change_settings(
        settings_class=MembersSettings,
        values={"password_sign_in_is_on": True},
        actor=OPERATOR,
        now=stage.now(),
    )
    with shop.member(name="钱芳") as qian:
        phone = phone_of(qian)
    page = open_page(MOBILE, expected=("422",))
    page.goto(f"{shop.address}/pages/sign/index")
    sign_in(page, phone)
    settled(page)
    page.goto(f"{shop.address}/pages/settings/index")
    by(page, "password").click()
    write(page, "password", "lotus in the morning")
    by(page, "send").click()
    expect(by(page, "code-sent")).to_be_visible()
    write(page, "code", code_for(phone))
    shot(page, "storefront-password")
    by(page, "save").click()
    expect(by(page, "sign-out")).to_be_visible()
    by(page, "sign-out").click()
    # The page goes home once the session has ended; left before that, it would not know.
    expect(by(page, "product-pack-198")).to_be_visible()
    page.goto(f"{shop.address}/pages/sign/index")
    by(page, "by-password").click()
    write(page, "phone", phone)
    write(page, "password", "not this one")
    by(page, "agree").click()
    by(page, "enter").click()
    expect(by(page, "trouble")).to_contain_text("手机号或密码错误")
    write(page, "password", "lotus in the morning")
    by(page, "enter").click()
    expect(by(page, "enter")).to_have_count(0)
    page.goto(f"{shop.address}/pages/settings/index")
    expect(by(page, "sign-out")).to_be_visible()


def test_points_become_shares_and_the_paper_is_checked_by_a_stranger(open_page, shot, shop: Shop):
    stage = shop.stage
    switch_app(app_key="shares", is_on=True, actor=OPERATOR, now=stage.now())
    with shop.member(name="孙丽") as sun:
        phone = phone_of(sun)
    member_id = Member.objects.get(phone=phone).pk
    submit_identity(member_id=member_id, real_name="孙丽", card_number="440524188001010014", now=stage.now())
    verify_identity(member_id=member_id, actor=OPERATOR, now=stage.now())
    give_points(member_id, 1_000_000, now=stage.now())
    page = open_page(MOBILE)
    page.goto(f"{shop.address}/pages/sign/index")
    sign_in(page, phone)
    settled(page)
    page.goto(f"{shop.address}/apps/shares/pages/index")
    write(page, "shares", "14")
    by(page, "ask").click()
    expect(by(page, "field-shares")).to_contain_text("积分不足或超出余量")
    write(page, "shares", "10")
    expect(by(page, "field-shares")).to_contain_text("需 75 积分")
    by(page, "ask").click()
    by(page, "sure").click()
    expect(by(page, "request")).to_contain_text("待审核")
    number = approved(member_id)
    page.reload()
    expect(by(page, "held")).to_have_text("持有 10 股")
    shot(page, "storefront-shares")
    with page.expect_download() as paper:
        by(page, "paper").click()
    assert paper.value.suggested_filename == f"{number}.pdf"
    assert Path(paper.value.path()).read_bytes().startswith(b"%PDF-")
    by(page, "to-check").click()
    expect(by(page, "genuine")).to_be_visible()
    stranger = open_page(MOBILE)
    stranger.goto(page.url)
    expect(by(stranger, "genuine")).to_be_visible()
    expect(stranger.get_by_text("孙*")).to_be_visible()
    shot(stranger, "storefront-shares-check")


def approved(member_id: int) -> str:
    """An operator approves what waits; the certificate's number."""
    (asked,) = shares.exchanges_of(member_id=member_id)
    return approve_exchange(number=asked.number, actor=OPERATOR, now=timezone.now()).number


def test_three_languages_switch_while_the_page_is_open(open_page, shot, shop: Shop):
    page = open_page(MOBILE)
    page.goto(f"{shop.address}/pages/settings/index")
    heading = page.get_by_role("heading", level=1).filter(visible=True)
    expect(heading).to_have_text("设置")
    by(page, "language-zh-Hant").click()
    expect(heading).to_have_text("設定")
    assert page.evaluate("document.documentElement.lang") == "zh-Hant"
    by(page, "language-en").click()
    expect(heading).to_have_text("Settings")
    page.goto(f"{shop.address}/pages/product/index?code=pack-198")
    expect(by(page, "gifts")).to_contain_text("198 points")
    expect(by(page, "gifts")).to_contain_text("No income")
    shot(page, "storefront-pack-en")
    page.reload()
    expect(by(page, "gifts")).to_contain_text("No income")
