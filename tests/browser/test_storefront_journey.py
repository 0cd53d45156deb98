"""The storefront as people walk it on a phone: invited, joined, bought, paid, rewarded, and checked.

Wang Wei invites Zhang Xin, who buys the 198 yuan pack; Wang sees 23.76 yuan and why, and checks on her own phone
that the mall owes her what it says.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from datetime import timedelta
from pathlib import Path

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from tests.browser.conftest import MOBILE
from tests.scenarios.conftest import LOTUS, World, running_world
from tests.scenarios.customers import Customer, code_for, new_phone, sign_up
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
        yield sign_up(client)


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
    shot(page, "storefront-debug")
    expect(by(page, "inviter")).to_contain_text("邀请您加入")
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
