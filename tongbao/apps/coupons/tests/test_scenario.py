"""A coupon through the whole economy: who is rewarded is rewarded on what was really paid, to the fen."""

from __future__ import annotations

from datetime import timedelta
from fractions import Fraction

import pytest

from tongbao.apps.coupons.tests.people import NOON, has, is_used, lines_of, off, order, pay
from tongbao.kit import events
from tongbao.ledger import selectors as books
from tongbao.ledger.contracts import platform_account
from tongbao.mall.contracts import PartWish
from tongbao.mall.tests import shop
from tongbao.members.selectors.ranks import ranks_of
from tongbao.points import selectors as points
from tongbao.points import services as points_services
from tongbao.points.tests.people import give_points, put_into_reserve
from tongbao.points.tests.people import points as units
from tongbao.rewards.services import release_due
from tongbao.rewards.tests.street import (
    OPERATOR,
    all_is_right,
    awarded,
    cash,
    memory_gateway,
    pack,
    receive,
    refund,
    street,
)

RELEASE = NOON + timedelta(days=9)


@pytest.fixture
def economy(on):
    """A mall whose points are sold at 50 fen today."""
    put_into_reserve(300_000_000)
    points_services.order_price(
        price=Fraction(50), from_on=NOON.date(), actor=OPERATOR, reason="spring", now=NOON
    )
    points_services.publish_price(now=NOON)
    yield
    assert all_is_right()


def test_awards_points_and_reserve_follow_what_was_paid_after_the_coupon(economy):
    wang, people = street(["cofounder"], [])
    give_points(wang, units(1_000))
    coupon = has(wang, off(1_800, allows_packs=True))
    with memory_gateway() as gateway:
        pack(19_800)
        # 198 less 18 with the coupon; of the 180 points pay 40.
        quote = points.quote_spending(amount_fen=4_000, goods_fen=18_000)
        part = PartWish(
            amount_fen=4_000, quote=points_services.sign_quote(quote=quote, member_id=wang, now=NOON)
        )
        placed = order(wang, ("pack-198", 1), coupon=coupon, part=part, expected_total_fen=14_000)
        assert lines_of(placed) == [(1_800, 4_000, 14_000)]
        pay(gateway, wang, placed)
        events.drain(now=NOON)
        # 12 % direct and 30 % differential of 140 yuan
        assert [award["fen"] for award in awarded(placed, people)] == [1_680, 4_200]
        assert points.member_points(member_id=wang).pending == units(140)
        assert books.balance(account=platform_account("reserve_pending")).posted == 1_400
        assert books.balance(account=platform_account("gateway", "memory")).posted == -14_000
        # Less than the pack's price in money makes nobody a VIP.
        assert ranks_of(member_ids=[wang]) in ({}, {wang: "member"})
        receive(placed, wang, now=NOON)
        release_due(now=RELEASE)
        assert cash(people["sponsor 1"]) == 5_880
        assert is_used(coupon)


def test_a_whole_refund_takes_all_back_and_the_coupon_is_there_again(economy):
    wang, people = street(["cofounder"], [])
    coupon = has(wang, off(1_000, 10_000))
    with memory_gateway() as gateway:
        shop.product("tea", price_fen=10_000, plan_key="gift-pack")
        placed = order(wang, ("tea", 2), coupon=coupon)
        pay(gateway, wang, placed)
        events.drain(now=NOON)
        # Of 190 yuan.
        assert [award["fen"] for award in awarded(placed, people)] == [2_280, 5_700]
        refund(gateway, placed, amount_fen=9_500, now=NOON)
        assert is_used(coupon)
        refund(gateway, placed, now=NOON)
        assert not is_used(coupon)
        assert books.balance(account=platform_account("gateway", "memory")).posted == 0
        assert books.balance(account=platform_account("reserve_pending")).posted == 0
