"""Checkout: prices of the moment, stock that can't be oversold, one order for one client key."""

from __future__ import annotations

import pytest

from tongbao.mall import selectors
from tongbao.mall.contracts import (
    AddressNeeded,
    BadQuantity,
    CartIsEmpty,
    DeliveryAddress,
    IdempotencyConflict,
    OrderUnknown,
    OutOfStock,
    PriceChanged,
    ProductNotForSale,
    ProductUnknown,
    TooManyLines,
    Wish,
)
from tongbao.mall.models import Order
from tongbao.mall.services import carts, catalogue, checkout, orders
from tongbao.mall.tests import shop


def test_an_order_keeps_the_prices_it_was_placed_with(tenant):
    tea, member = shop.product("tea", price_fen=5_000), shop.buyer()
    placed = shop.order(member, (tea, 2))
    catalogue.change_variant(sku=tea, price_fen=9_900, actor=shop.OPERATOR, now=shop.NOON)
    view = selectors.order(number=placed.number, buyer_id=member)
    assert (view.goods_fen, view.freight_fen, view.total_fen) == (10_000, 0, 10_000)
    assert [(line.price_fen, line.quantity, line.base_fen) for line in view.lines] == [(5_000, 2, 10_000)]


def test_checkout_takes_the_pieces_out_of_stock_and_cancelling_puts_them_back(tenant):
    tea, member = shop.product("tea", price_fen=5_000, stock=10), shop.buyer()
    placed = shop.order(member, (tea, 3))
    assert selectors.stock_of(sku=tea) == 7
    orders.cancel_order(number=placed.number, buyer_id=member, now=shop.NOON)
    assert selectors.stock_of(sku=tea) == 10


def test_more_than_there_is_is_refused_and_nothing_is_taken(tenant):
    tea, cup = shop.product("tea", price_fen=5_000, stock=10), shop.product("cup", price_fen=900, stock=1)
    with pytest.raises(OutOfStock) as refused:
        shop.order(shop.buyer(), (tea, 3), (cup, 2))
    assert (refused.value.left, refused.value.asked) == (1, 2)
    assert (selectors.stock_of(sku=tea), selectors.stock_of(sku=cup)) == (10, 1)
    assert not Order.objects.exists()


def test_the_last_item_is_sold_once_to_32_buyers_at_once(committed_tenant, race):
    """The oldest bug of shops: the last item, oversold."""
    tea = shop.product("tea", price_fen=5_000, stock=5)
    buyers = [shop.buyer() for _ in range(32)]
    results = race(*(lambda member=member: shop.order(member, (tea, 1)) for member in buyers))
    sold = [result for result in results if isinstance(result, checkout.PlacedOrder)]
    refused = [result for result in results if isinstance(result, OutOfStock)]
    assert (len(sold), len(refused)) == (5, 27), results
    assert selectors.stock_of(sku=tea) == 0
    assert Order.objects.count() == 5


def test_two_orders_that_take_the_same_goods_in_opposite_order_both_get_through(committed_tenant, race):
    tea, cup = shop.product("tea", price_fen=5_000), shop.product("cup", price_fen=900)
    buyers = [shop.buyer() for _ in range(16)]
    results = race(
        *(
            lambda member=member, at=at: shop.order(
                member, *[((tea, 1), (cup, 1)), ((cup, 1), (tea, 1))][at % 2]
            )
            for at, member in enumerate(buyers)
        )
    )
    assert all(isinstance(result, checkout.PlacedOrder) for result in results), results
    assert selectors.stock_of(sku=tea) == selectors.stock_of(sku=cup) == 84


def test_the_same_client_key_makes_one_order_and_answers_the_same(tenant):
    tea, member = shop.product("tea", price_fen=5_000, stock=10), shop.buyer()
    first = shop.order(member, (tea, 1), client_key="k")
    again = shop.order(member, (tea, 1), client_key="k")
    assert (first.number, first.replayed) == (again.number, False)
    assert again.replayed
    assert selectors.stock_of(sku=tea) == 9


def test_the_same_client_key_for_another_order_is_refused(tenant):
    tea, member = shop.product("tea", price_fen=5_000, stock=10), shop.buyer()
    shop.order(member, (tea, 1), client_key="k")
    with pytest.raises(IdempotencyConflict):
        shop.order(member, (tea, 2), client_key="k")
    assert selectors.stock_of(sku=tea) == 9


def test_the_same_client_key_of_another_member_is_another_order(tenant):
    tea = shop.product("tea", price_fen=5_000, stock=10)
    assert (
        shop.order(shop.buyer(), (tea, 1), client_key="k").number
        != shop.order(shop.buyer(), (tea, 1), client_key="k").number
    )


def test_eight_clicks_at_once_with_one_client_key_make_one_order(committed_tenant, race):
    tea, member = shop.product("tea", price_fen=5_000, stock=10), shop.buyer()
    results = race(*(lambda: shop.order(member, (tea, 1), client_key="k") for _ in range(8)))
    assert len({result.number for result in results}) == 1
    assert sum(not result.replayed for result in results) == 1
    assert selectors.stock_of(sku=tea) == 9


def test_a_price_that_changed_since_the_buyer_looked_is_not_charged(tenant):
    tea, member = shop.product("tea", price_fen=5_000), shop.buyer()
    catalogue.change_variant(sku=tea, price_fen=6_000, actor=shop.OPERATOR, now=shop.NOON)
    with pytest.raises(PriceChanged) as refused:
        checkout.place_order(
            buyer_id=member,
            wishes=[Wish(sku=tea, quantity=1)],
            address=shop.HOME,
            client_key="k",
            expected_total_fen=5_000,
            now=shop.NOON,
        )
    assert (refused.value.total_fen, refused.value.expected_fen) == (6_000, 5_000)
    assert selectors.stock_of(sku=tea) == 100


def test_what_is_off_sale_can_not_be_ordered(tenant):
    tea = shop.product("tea", price_fen=5_000, is_on_sale=False)
    with pytest.raises(ProductNotForSale):
        shop.order(shop.buyer(), (tea, 1))


def test_a_product_that_is_none_can_not_be_ordered(tenant):
    with pytest.raises(ProductUnknown):
        shop.order(shop.buyer(), ("nothing", 1))


@pytest.mark.parametrize("quantity", [0, -1, 1000, 10**12, True, 1.0])
def test_a_quantity_that_is_none_is_refused(tenant, quantity):
    tea = shop.product("tea", price_fen=5_000)
    with pytest.raises(BadQuantity):
        shop.order(shop.buyer(), (tea, quantity))
    assert not Order.objects.exists()


def test_an_empty_order_is_refused(tenant):
    with pytest.raises(CartIsEmpty):
        shop.order(shop.buyer())


def test_goods_need_an_address_and_services_do_not(tenant):
    massage = shop.product("massage", price_fen=8_800, kind="service")
    tea, member = shop.product("tea", price_fen=5_000), shop.buyer()

    def buy(sku: str, address: DeliveryAddress | None) -> checkout.PlacedOrder:
        return checkout.place_order(
            buyer_id=member,
            wishes=[Wish(sku=sku, quantity=1)],
            address=address,
            client_key=f"{sku}{address}"[:80],
            now=shop.NOON,
        )

    assert buy(massage, None).total_fen == 8_800
    province = DeliveryAddress(recipient="王芳", phone="13800000000", region_code="440000", street="x")
    for address in (None, province):
        with pytest.raises(AddressNeeded):
            buy(tea, address)


def test_flat_freight_is_charged_once_for_each_template_and_waived_for_large_orders(tenant):
    template = catalogue.save_freight_template(
        title="标准", fee_fen=1_000, free_above_fen=9_900, actor=shop.OPERATOR, now=shop.NOON
    )
    tea = shop.product("tea", price_fen=4_000, freight_template_id=template)
    cup = shop.product("cup", price_fen=1_000, freight_template_id=template)
    massage = shop.product("massage", price_fen=8_800, kind="service")
    member = shop.buyer()
    assert shop.order(member, (tea, 1), (cup, 1)).total_fen == 5_000 + 1_000
    assert shop.order(member, (tea, 2), (cup, 1), (massage, 1)).total_fen == 17_800 + 1_000
    assert shop.order(member, (tea, 2), (cup, 2)).total_fen == 10_000


def test_checkout_empties_the_cart_of_what_was_ordered(tenant):
    tea, cup = shop.product("tea", price_fen=5_000), shop.product("cup", price_fen=900)
    member = shop.buyer()
    carts.add_to_cart(member_id=member, sku=tea, quantity=2, now=shop.NOON)
    carts.add_to_cart(member_id=member, sku=tea, quantity=1, now=shop.NOON)
    carts.add_to_cart(member_id=member, sku=cup, quantity=1, now=shop.NOON)
    assert [(line.sku, line.quantity) for line in selectors.cart(member_id=member)] == [
        ("tea", 3),
        ("cup", 1),
    ]
    shop.order(member, (tea, 3))
    assert [line.sku for line in selectors.cart(member_id=member)] == ["cup"]


def test_a_cart_holds_a_hundred_different_things_and_no_more(tenant):
    member = shop.buyer()
    for at in range(100):
        sku = shop.product(f"thing-{at}", price_fen=100)
        carts.add_to_cart(member_id=member, sku=sku, quantity=1, now=shop.NOON)
    with pytest.raises(TooManyLines):
        carts.add_to_cart(
            member_id=member, sku=shop.product("thing-100", price_fen=100), quantity=1, now=shop.NOON
        )
    assert len(selectors.cart(member_id=member)) == 100


def test_somebody_elses_order_is_unknown(tenant):
    placed = shop.order(shop.buyer(), (shop.product("tea", price_fen=5_000), 1))
    with pytest.raises(OrderUnknown):
        selectors.order(number=placed.number, buyer_id=shop.buyer())
