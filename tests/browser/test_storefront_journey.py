"""The storefront as people walk it on a phone: invited, joined, bought, paid, rewarded, and checked.

Wang Wei invites Zhang Xin, who buys the 198 yuan pack; Wang sees 23.76 yuan and why, and checks on her own phone
that the mall owes her what it says.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from datetime import timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from tests.browser.conftest import MOBILE
from tests.scenarios.conftest import LOTUS, World, running_world
from tests.scenarios.customers import Customer, code_for, join, new_phone
from tongbao.config.demo import goods
from tongbao.config.demo.stage import OPERATOR, Stage
from tongbao.kit.postgres.access import DatabaseAccess
from tongbao.ledger.services.liabilities import prove_liabilities
from tongbao.ledger.services.seals import seal
from tongbao.mall.services import orders
from tongbao.rewards.services import release_due

pytestmark = [pytest.mark.browser, pytest.mark.slow]


@pytest.fixture(scope="module")
def world(
    new_database: Callable[[], AbstractContextManager[DatabaseAccess]],
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[World]:
    with new_database() as access, running_world(access, log_dir=tmp_path_factory.mktemp("log")) as running:
        yield running


@pytest.fixture(scope="module")
def stage(world: World) -> Iterator[Stage]:
    with world.open(LOTUS) as opened:
        goods.stock_lotus(now=opened.now())
        yield opened


@pytest.fixture
def wang(world: World, stage: Stage) -> Iterator[Customer]:
    with world.client(LOTUS.hosts[0]) as client:
        yield join(client, name="王薇")


@pytest.fixture
def shop(world: World, stage: Stage) -> str:
    """Where the storefront is."""
    return f"http://{LOTUS.hosts[0]}:{world.port}"


def by(page: Page, name: str):
    """The one that is shown: pages that were left stay in the document, hidden."""
    return page.locator(f"[data-testid='{name}']:visible")


def write(page: Page, field: str, text: str) -> None:
    by(page, f"field-{field}").locator("input,textarea").fill(text)


def sign_in(page: Page, phone: str) -> None:
    """A phone number, the code that was sent to it, the tick, in."""
    write(page, "phone", phone)
    by(page, "send-code").tap()
    expect(by(page, "code-sent")).to_be_visible()
    write(page, "code", code_for(phone))
    by(page, "agree").tap()
    by(page, "enter").tap()


def phone_of(customer: Customer) -> str:
    """The number that a customer signed up with."""
    from tongbao.members.models import Member

    return str(Member.objects.get(number=customer.done("GET", "/me")["number"]).phone)


def test_from_an_invitation_to_a_checked_reward(open_page, shot, stage: Stage, shop: str, wang: Customer):
    stage.set_clock(offset=timedelta(0))
    invitation = wang.done("GET", "/me/invitation")
    page = open_page(MOBILE)

    # Zhang Xin opens the link that Wang sent, and joins.
    page.goto(invitation["link"])
    expect(by(page, "inviter")).to_contain_text("王* 邀请您加入莲花商城")
    shot(page, "storefront-join")
    by(page, "join").tap()
    zhang = new_phone()
    sign_in(page, zhang)
    expect(by(page, "product-pack-198")).to_be_visible()
    shot(page, "storefront-home")

    # Zhang buys the pack and pays at the cashier.
    by(page, "product-pack-198").tap()
    expect(by(page, "gifts")).to_contain_text("VIP会员")
    expect(by(page, "gifts")).to_contain_text("198 积分")
    expect(by(page, "gifts")).to_contain_text("不承诺收入")
    shot(page, "storefront-pack")
    by(page, "buy").tap()
    by(page, "confirm").tap()
    expect(by(page, "total")).to_have_text("¥198.00")
    shot(page, "storefront-checkout")
    by(page, "address").get_by_role("button").tap()
    write(page, "recipient", "张新")
    write(page, "phone", "13900000004")
    by(page, "region").tap()
    for code in ("440000", "440100", "440106"):
        by(page, f"division-{code}").tap()
    write(page, "street", "天河路385号")
    by(page, "save").tap()
    expect(by(page, "address")).to_contain_text("广东省广州市天河区 天河路385号")
    by(page, "order").tap()
    expect(by(page, "amount")).to_have_text("¥198.00")
    by(page, "pay").tap()
    expect(by(page, "result")).to_have_text("支付成功")
    by(page, "return").tap()
    expect(by(page, "result")).to_have_text("支付成功")
    number = by(page, "number").inner_text()
    shot(page, "storefront-paid")
    stage.wait_until_quiet()
    stage.settle()

    # The parcel arrives, and Zhang says so.
    orders.ship_order(number=number, carrier="顺丰", tracking_number="SF1", actor=OPERATOR, now=stage.now())
    by(page, "see-order").tap()
    expect(by(page, "logistics")).to_contain_text("顺丰 SF1")
    shot(page, "storefront-order")
    by(page, "receipt").tap()
    by(page, "sure").tap()
    expect(by(page, "status")).to_have_text("已收货")
    stage.settle()

    # Wang sees what she earned, and why, on a phone of her own.
    hers = open_page(MOBILE)
    hers.goto(f"{shop}/pages/wallet/index")
    by(hers, "sign-in").tap()
    sign_in(hers, phone_of(wang))
    expect(by(hers, "pending")).to_contain_text("¥23.76")
    expect(by(hers, "cash")).to_have_text("¥0.00")
    shot(hers, "storefront-wallet")
    by(hers, "why").tap()
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
    by(hers, "back").tap()
    expect(by(hers, "cash")).to_have_text("¥23.76")
    by(hers, "prove").tap()
    by(hers, "check-balance").tap()
    expect(by(hers, "proven-cash")).to_contain_text("其中欠您 ¥23.76")
    expect(by(hers, "none-points")).to_be_visible()
    shot(hers, "storefront-proof")
    hers.get_by_role("button", name="核对").filter(visible=True).last.tap()
    expect(by(hers, "proven-booking").first).to_contain_text("无误")
