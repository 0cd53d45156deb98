"""Orders paid with points, through the whole stack: a point is worth 50 fen today, and its floor is 2 fen.

Wang has 1 000 points. What points pay earns no commission and no points, and goes back as points while
returns are open.
"""

from __future__ import annotations

from datetime import timedelta
from fractions import Fraction
from itertools import count

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tongbao.config.wiring import wire
from tongbao.kit import events
from tongbao.ledger import selectors as books
from tongbao.ledger.contracts import platform_account
from tongbao.mall import selectors as mall
from tongbao.mall.contracts import ClaimWish, PartWish, PriceChanged, Wish
from tongbao.mall.models import Variant
from tongbao.mall.services import claims, orders
from tongbao.mall.services.checkout import PlacedOrder, place_order
from tongbao.mall.tests import shop
from tongbao.members.selectors.ranks import ranks_of
from tongbao.points import selectors as points
from tongbao.points import services as points_services
from tongbao.points.contracts import PointsShort, SpendingTooLarge
from tongbao.points.tests.people import give_points, put_into_reserve, set_up
from tongbao.points.tests.people import points as units
from tongbao.rewards import selectors as rewards
from tongbao.rewards.contracts import RewardsSettings
from tongbao.rewards.services import release_due
from tongbao.rewards.tests.street import (
    NOON,
    OPERATOR,
    awarded,
    cash,
    memory_gateway,
    pack,
    pending,
    receive,
    refund,
    street,
)
from tongbao.tenancy.services import change_settings

_keys = count(1)
RELEASE = NOON + timedelta(days=9)


@pytest.fixture
def mall_with_points(tenant):
    """A mall whose reserve holds three million yuan, and where a point is sold at 50 fen today."""
    wire()
    put_into_reserve(300_000_000)
    points_services.order_price(
        price=Fraction(50), from_on=NOON.date(), actor=OPERATOR, reason="spring", now=NOON
    )
    points_services.publish_price(now=NOON)
    yield
    assert not list(points.verify())
    assert not list(books.verify())
    assert not list(rewards.verify())


def wang_under_li() -> tuple[int, dict[str, int]]:
    """Wang, who has a thousand points, and her sponsor Li, a co-founder."""
    wang, people = street(["cofounder"], [])
    give_points(wang, units(1_000))
    return wang, people


def part(buyer: int, amount_fen: int, goods_fen: int) -> PartWish:
    """What the buyer was shown."""
    quote = points.quote_spending(amount_fen=amount_fen, goods_fen=goods_fen)
    signed = points_services.sign_quote(quote=quote, member_id=buyer, now=NOON)
    return PartWish(amount_fen=amount_fen, quote=signed)


def order(
    buyer: int,
    *wishes: tuple[str, int],
    points_fen: int,
    total_fen: int,
    key: str = "",
    shown: PartWish | None = None,
) -> PlacedOrder:
    return place_order(
        buyer_id=buyer,
        wishes=[Wish(sku=sku, quantity=pieces) for sku, pieces in wishes],
        address=shop.HOME,
        client_key=key or f"points-{next(_keys)}",
        expected_total_fen=total_fen,
        part=shown or part(buyer, points_fen, points_fen + total_fen) if points_fen else None,
        now=NOON,
    )


def pay(gateway: shop.MemoryGateway, placed: PlacedOrder, buyer: int) -> None:
    started = shop.start(buyer, placed, now=NOON)
    gateway.finish(started.number, at=NOON)
    shop.notify(gateway, started.number, now=NOON)
    events.drain(now=NOON)


def standing(member_id: int) -> tuple[int, int, int]:
    """Points that can be spent, are held, and are spent with their returns open."""
    mine = points.member_points(member_id=member_id)
    return mine.available, mine.held, mine.spent


def test_what_points_pay_earns_no_commission_and_no_points(mall_with_points):
    wang, people = wang_under_li()
    with memory_gateway() as gateway:
        pack(19_800)
        placed = order(wang, ("pack-198", 1), points_fen=4_000, total_fen=15_800)
        assert standing(wang) == (units(920), units(80), 0)
        pay(gateway, placed, wang)
        assert standing(wang) == (units(920), 0, units(80))
        # 12 % direct and 30 % differential of 158 yuan, not of 198
        assert [award["fen"] for award in awarded(placed, people)] == [1_896, 4_740]
        assert points.member_points(member_id=wang).pending == units(158)
        assert books.balance(account=platform_account("reserve_pending")).posted == 1_580
        receive(placed, wang, now=NOON)
        release_due(now=RELEASE)
        assert standing(wang) == (units(920 + 158), 0, 0)
        assert points.supply().burned == units(80)
        assert cash(people["sponsor 1"]) == 6_636


def test_an_order_that_leaves_nothing_to_pay_is_paid_at_once(mall_with_points):
    wang, people = wang_under_li()
    with memory_gateway() as gateway:
        shop.product("tea", price_fen=10_000, kind="goods", plan_key="gift-pack")
        placed = order(wang, ("tea", 1), points_fen=10_000, total_fen=0)
        again = order(wang, ("tea", 1), points_fen=10_000, total_fen=0, key="the same")
        assert order(wang, ("tea", 1), points_fen=10_000, total_fen=0, key="the same").number == again.number
        events.drain(now=NOON)
        assert mall.order(number=placed.number).status == "paid"
        assert standing(wang) == (units(600), 0, units(400))
        assert awarded(placed, people) == []
        assert pending(people["sponsor 1"]) == 0
        receive(placed, wang, now=NOON)
        release_due(now=RELEASE)
        assert points.supply().burned == units(200)
        assert not gateway.movements


def test_an_order_that_is_cancelled_lets_its_points_go(mall_with_points):
    wang, _ = wang_under_li()
    with memory_gateway():
        pack(19_800)
        placed = order(wang, ("pack-198", 1), points_fen=4_000, total_fen=15_800)
        orders.cancel_order(number=placed.number, buyer_id=wang, now=NOON)
        assert standing(wang) == (units(1_000), 0, 0)
        late = order(wang, ("pack-198", 1), points_fen=4_000, total_fen=15_800)
        orders.time_out_orders(now=late.pay_before)
        assert standing(wang) == (units(1_000), 0, 0)


def test_half_of_the_goods_back_is_half_of_the_points_back(mall_with_points):
    wang, people = wang_under_li()
    with memory_gateway() as gateway:
        pack(19_800)
        placed = order(wang, ("pack-198", 1), points_fen=9_900, total_fen=9_900)
        pay(gateway, placed, wang)
        refund(gateway, placed, amount_fen=4_950, now=NOON)
        assert standing(wang) == (units(1_000 - 99), 0, units(99))
        assert points.member_points(member_id=wang).pending == units(49) + 5_000
        refund(gateway, placed, now=NOON)
        assert standing(wang) == (units(1_000), 0, 0)
        assert mall.order(number=placed.number).status == "refunded"
        assert awarded(placed, people) == []


def test_goods_paid_with_points_alone_go_back_piece_by_piece(mall_with_points):
    wang, _ = wang_under_li()
    with memory_gateway() as gateway:
        shop.product("tea", price_fen=3_333, kind="goods")
        placed = order(wang, ("tea", 3), points_fen=9_999, total_fen=0)
        events.drain(now=NOON)
        held = standing(wang)[2]
        for piece in range(3):
            claims.refund_order(
                order_number=placed.number,
                lines=[ClaimWish(position=1, pieces=1)],
                reason="broken",
                actor=OPERATOR,
                now=NOON,
            )
            events.drain(now=NOON)
            assert standing(wang)[2] == held - held * (piece + 1) // 3
        assert standing(wang) == (units(1_000), 0, 0)
        assert mall.order(number=placed.number).status == "refunded"
        assert not gateway.movements


def test_goods_that_go_back_after_the_release_are_cash_at_the_orders_own_price(mall_with_points):
    wang, _ = wang_under_li()
    with memory_gateway() as gateway:
        pack(19_800)
        placed = order(wang, ("pack-198", 1), points_fen=9_900, total_fen=9_900)
        pay(gateway, placed, wang)
        receive(placed, wang, now=NOON)
        release_due(now=RELEASE)
        burned = points.supply().burned
        refund(gateway, placed, now=RELEASE)
        assert cash(wang) == 9_900
        assert points.supply().burned == burned == units(198)


def test_a_pack_paid_with_points_alone_gives_its_rank_where_the_tenant_allows_it_and_takes_it_back(
    mall_with_points,
):
    wang, _ = wang_under_li()
    change_settings(settings_class=RewardsSettings, values={"promotion_cash_bp": 0}, actor=OPERATOR, now=NOON)
    with memory_gateway():
        pack(19_800)
        placed = order(wang, ("pack-198", 1), points_fen=19_800, total_fen=0)
        events.drain(now=NOON)
        assert ranks_of(member_ids=[wang])[wang] == "vip"
        claims.refund_order(
            order_number=placed.number,
            lines=[ClaimWish(position=1, pieces=1)],
            reason="changed her mind",
            actor=OPERATOR,
            now=NOON,
        )
        events.drain(now=NOON)
        assert ranks_of(member_ids=[wang])[wang] == "member"


def test_a_pack_paid_with_points_promotes_nobody_by_default(mall_with_points):
    wang, _ = wang_under_li()
    with memory_gateway():
        pack(19_800)
        order(wang, ("pack-198", 1), points_fen=19_800, total_fen=0)
        events.drain(now=NOON)
        assert ranks_of(member_ids=[wang])[wang] == "member"


def test_points_are_spread_over_the_lines_by_what_they_cost(mall_with_points):
    wang, _ = wang_under_li()
    with memory_gateway():
        pack(19_800)
        shop.product("tea", price_fen=10_000, kind="goods")
        placed = order(wang, ("pack-198", 1), ("tea", 1), points_fen=10_001, total_fen=19_799)
        lines = mall.order(number=placed.number).lines
        assert [line.points_fen for line in lines] == [6_644, 3_357]
        assert [line.base_fen for line in lines] == [13_156, 6_643]


def test_a_total_that_the_buyer_did_not_see_is_refused_and_nothing_is_held(mall_with_points):
    wang, _ = wang_under_li()
    with memory_gateway():
        pack(19_800)
        with pytest.raises(PriceChanged):
            order(wang, ("pack-198", 1), points_fen=4_000, total_fen=15_799)
        with pytest.raises(SpendingTooLarge):
            part(wang, 19_801, 19_800)
        assert standing(wang) == (units(1_000), 0, 0)


def test_more_points_than_one_has_buy_nothing(mall_with_points):
    wang, _ = wang_under_li()
    with memory_gateway():
        pack(99_900, code="pack-999")
        with pytest.raises(PointsShort):
            order(wang, ("pack-999", 1), points_fen=60_000, total_fen=39_900)
        assert not mall.orders_of(buyer_id=wang)
        assert Variant.objects.get(sku="pack-999").stock == 100


def statements(run) -> list[str]:
    """What a checkout asks the database; marks of nested transactions don't count."""
    with CaptureQueriesContext(connection) as seen:
        run()
    return [query["sql"] for query in seen if not query["sql"].startswith(("SAVEPOINT", "RELEASE"))]


def test_points_cost_a_checkout_three_queries_and_nothing_where_there_are_none(mall_with_points):
    wang, _ = wang_under_li()
    set_up(daily_budget_fen=10_000_000)
    with memory_gateway():
        pack(19_800)
        order(wang, ("pack-198", 1), points_fen=0, total_fen=19_800)
        without = statements(lambda: order(wang, ("pack-198", 1), points_fen=0, total_fen=19_800))
        shown = part(wang, 4_000, 19_800)
        with_points = statements(
            lambda: order(wang, ("pack-198", 1), points_fen=4_000, total_fen=15_800, shown=shown)
        )
        assert not any("points_spending" in sql or "points_day_price" in sql for sql in without)
        assert not any("ledger_" in sql for sql in without)
        assert len(with_points) <= len(without) + 3
