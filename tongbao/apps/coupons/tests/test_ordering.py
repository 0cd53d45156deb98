"""Coupons at the checkout: what the order keeps, when the coupon comes back, and what a refund gives."""

from __future__ import annotations

from functools import partial

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from tongbao.apps.coupons import selectors
from tongbao.apps.coupons.contracts import CouponExpired, CouponNotYet, CouponTaken, CouponUnknown
from tongbao.apps.coupons.models import Use
from tongbao.apps.coupons.policy import reduction_by_line
from tongbao.apps.coupons.tests.people import (
    DAY,
    NOON,
    has,
    is_used,
    line,
    lines_of,
    off,
    order,
    pay,
    percent,
    switch,
)
from tongbao.mall import selectors as mall
from tongbao.mall.contracts import ClaimWish, PriceChanged, ReductionOff
from tongbao.mall.models import Order, OrderLine, Variant
from tongbao.mall.policy.amounts import refund_for_pieces
from tongbao.mall.services import claims as after_sales
from tongbao.mall.services import orders, refunds
from tongbao.mall.tests.shop import OPERATOR, MemoryGateway, buyer, notify, only, product


@pytest.fixture
def gateway(on):
    here = MemoryGateway()
    product("tea", price_fen=19_900)
    product("cup", price_fen=10_100)
    with only(here):
        yield here


def refund(gateway, placed, *wishes: ClaimWish, now=NOON) -> None:
    after_sales.refund_order(
        order_number=placed.number, lines=wishes, reason="as asked", actor=OPERATOR, now=now
    )
    refunds.submit_due_refunds(now=now)
    for number, movement in gateway.movements.items():
        if movement.kind == "refund" and movement.state == "pending":
            gateway.finish(number, at=now)
            notify(gateway, number, now=now)


def test_every_fen_of_an_order_with_a_coupon_is_explained(gateway):
    wang = buyer()
    coupon = has(wang, off(10_000, 20_000))
    placed = order(wang, ("tea", 1), ("cup", 1), coupon=coupon, expected_total_fen=20_000)
    assert lines_of(placed) == [(6_633, 0, 13_267), (3_367, 0, 6_733)]
    shown = mall.order(number=placed.number)
    assert (shown.goods_fen, shown.reduction_fen, shown.total_fen) == (20_000, 10_000, 20_000)
    assert shown.reduction_title == "满减券"
    pay(gateway, wang, placed)
    assert {movement.amount_fen for movement in gateway.movements.values()} == {20_000}
    (mine,) = selectors.coupons_of(member_id=wang, state="used", now=NOON)
    assert (mine.order_number, mine.reduction_fen) == (placed.number, 10_000)


def test_a_coupon_comes_back_when_its_order_is_cancelled(gateway):
    wang = buyer()
    coupon = has(wang, off(1_000))
    placed = order(wang, ("tea", 1), coupon=coupon)
    assert is_used(coupon)
    orders.cancel_order(number=placed.number, buyer_id=wang, now=NOON)
    assert not is_used(coupon)
    again = order(wang, ("cup", 1), coupon=coupon)
    assert (again.total_fen, is_used(coupon)) == (9_100, True)
    assert mall.order(number=placed.number).reduction_fen == 1_000


def test_a_coupon_comes_back_when_its_order_times_out_and_keeps_its_time(gateway):
    wang = buyer()
    coupon = has(wang, off(1_000))
    order(wang, ("tea", 1), coupon=coupon)
    orders.time_out_orders(now=NOON + DAY)
    assert not is_used(coupon)
    with pytest.raises(CouponExpired):
        order(wang, ("tea", 1), coupon=coupon, now=NOON + 7 * DAY)


def test_a_coupon_comes_back_with_the_whole_refund_and_not_with_a_part(gateway):
    wang = buyer()
    coupon = has(wang, off(10_000, 20_000))
    placed = order(wang, ("tea", 1), ("cup", 1), coupon=coupon)
    pay(gateway, wang, placed)
    refund(gateway, placed, ClaimWish(position=2, pieces=1))
    assert mall.order(number=placed.number).refunded_fen == 6_733
    assert is_used(coupon)
    refund(gateway, placed, ClaimWish(position=1, pieces=1))
    assert mall.order(number=placed.number).refunded_fen == 20_000
    assert mall.order(number=placed.number).status == "refunded"
    assert not is_used(coupon)


def test_somebody_elses_coupon_one_to_come_and_one_that_ended(gateway):
    wang, li = buyer(), buyer()
    with pytest.raises(CouponUnknown):
        order(wang, ("tea", 1), coupon=has(li, off(1_000)))
    later = has(wang, off(1_000), valid_days=None, valid_from=NOON + DAY, valid_until=NOON + 2 * DAY)
    with pytest.raises(CouponNotYet):
        order(wang, ("tea", 1), coupon=later)
    with pytest.raises(CouponExpired):
        order(wang, ("tea", 1), coupon=later, now=NOON + 2 * DAY)
    assert not Order.objects.exists()
    assert Variant.objects.get(sku="tea").stock == 100


def test_an_order_is_not_placed_at_another_price_than_the_one_shown(gateway):
    wang = buyer()
    coupon = has(wang, off(1_000))
    with pytest.raises(PriceChanged):
        order(wang, ("tea", 1), coupon=coupon, expected_total_fen=19_900)
    assert not is_used(coupon)


def test_the_same_checkout_sent_again_answers_with_its_order(gateway):
    wang = buyer()
    coupon = has(wang, off(1_000))
    first = order(wang, ("tea", 1), coupon=coupon, key="once")
    assert order(wang, ("tea", 1), coupon=coupon, key="once").number == first.number
    with pytest.raises(CouponTaken):
        order(wang, ("tea", 1), coupon=coupon, key="another")


def test_a_coupon_never_takes_all(gateway):
    wang = buyer()
    placed = order(wang, ("tea", 1), coupon=has(wang, off(1_000_000)))
    assert (placed.total_fen, lines_of(placed)) == (1, [(19_899, 0, 1)])


def test_the_best_comes_first_and_the_others_say_why(gateway):
    wang = buyer()
    small, best = has(wang, off(1_000)), has(wang, percent(1_000, 5_000))
    has(wang, off(5_000, 30_000))
    usable, others = selectors.choices(member_id=wang, lines=[line(19_900)], now=NOON)
    assert [(one.coupon.coupon_id, one.reduction_fen) for one in usable] == [(best, 1_990), (small, 1_000)]
    assert [one.why_not.code for one in others if one.why_not] == ["coupon_below_least"]


def test_where_the_app_is_off_the_checkout_goes_on_without_it_and_coupons_still_come_back(gateway):
    wang = buyer()
    coupon, other = has(wang, off(1_000)), has(wang, off(500))
    placed, kept = order(wang, ("tea", 1), coupon=coupon), order(wang, ("cup", 2), coupon=other)
    pay(gateway, wang, kept)
    switch(False)
    with pytest.raises(ReductionOff):
        order(wang, ("tea", 1), coupon=coupon)
    assert order(wang, ("tea", 1), coupon=None).total_fen == 19_900
    orders.cancel_order(number=placed.number, buyer_id=wang, now=NOON)
    assert not is_used(coupon)
    refund(gateway, kept, ClaimWish(position=1, pieces=1))
    refund(gateway, kept, ClaimWish(position=1, pieces=1))
    assert mall.order(number=kept.number).refunded_fen == 19_700
    assert not is_used(other)


def test_orders_with_a_coupon_still_end_where_the_app_was_taken_out_of_the_mall(gateway, monkeypatch):
    wang = buyer()
    placed = order(wang, ("tea", 1), coupon=has(wang, off(1_000)))
    kept = order(wang, ("cup", 1), coupon=has(wang, off(500)))
    pay(gateway, wang, kept)
    monkeypatch.setattr("tongbao.mall.services.reductions._reductions", [])
    orders.cancel_order(number=placed.number, buyer_id=wang, now=NOON)
    refund(gateway, kept, ClaimWish(position=1, pieces=1))
    assert mall.order(number=placed.number).status == "cancelled"
    assert mall.order(number=kept.number).refunded_fen == 9_600


def test_an_order_without_a_coupon_asks_nothing_of_coupons(gateway):
    wang = buyer()
    with CaptureQueriesContext(connection) as asked:
        order(wang, ("tea", 1), coupon=None)
    assert not [query for query in asked.captured_queries if "coupons_" in query["sql"]]


def test_the_database_itself_refuses_a_line_that_is_not_explained(gateway):
    wang = buyer()
    placed = order(wang, ("tea", 1), coupon=has(wang, off(1_000)))
    row = OrderLine.objects.get(order__number=placed.number)
    row.pk, row.position, row.base_fen = None, 2, row.base_fen + 1
    with pytest.raises(IntegrityError, match="mall_order_line_every_fen_explained"), transaction.atomic():
        row.save(force_insert=True)


def test_of_two_devices_with_one_coupon_exactly_one_order_gets_it(committed_on, race):
    product("tea", price_fen=19_900)
    product("cup", price_fen=10_100)
    for _ in range(4):
        wang = buyer()
        coupon = has(wang, off(1_000))
        skus = ["tea", "cup"] * 4
        before = {row.sku: row.stock for row in Variant.objects.all()}
        answers = race(*[partial(order, wang, (sku, 1), coupon=coupon) for sku in skus])
        refused = [answer for answer in answers if isinstance(answer, Exception)]
        assert [type(one) for one in refused] == [CouponTaken] * 7
        placed = Order.objects.get(buyer_id=wang)
        assert Use.objects.get(coupon_id=coupon).subject == f"order:{placed.number}"
        # Nothing happened for the others: one piece of one thing is gone.
        left = {row.sku: row.stock for row in Variant.objects.all()}
        assert sum(before.values()) - sum(left.values()) == 1


def test_the_same_checkout_many_times_at_once_is_one_order(committed_on, race):
    product("tea", price_fen=19_900)
    wang = buyer()
    coupon = has(wang, off(1_000))
    answers = race(*[partial(order, wang, ("tea", 1), coupon=coupon, key="the same") for _ in range(8)])
    assert {answer.number for answer in answers} == {Order.objects.get().number}


@hypothesis_settings(max_examples=200)
@given(
    costs=st.lists(st.tuples(st.integers(1, 50_000), st.integers(1, 5)), min_size=1, max_size=5),
    amount_fen=st.integers(1, 100_000),
    data=st.data(),
)
def test_piece_by_piece_in_any_order_a_refund_reaches_what_was_paid_and_never_more(costs, amount_fen, data):
    lines = [line(price * pieces) for price, pieces in costs]
    if sum(one.cost_fen for one in lines) == len(lines):
        return
    parts = reduction_by_line(terms=off(amount_fen), lines=lines)
    paid = [one.cost_fen - part for one, part in zip(lines, parts, strict=True)]
    pieces = [at for at, (_price, quantity) in enumerate(costs) for _ in range(quantity)]
    back, taken = [0] * len(lines), [0] * len(lines)
    for at in data.draw(st.permutations(pieces)):
        back[at] += refund_for_pieces(
            base_fen=paid[at], quantity=costs[at][1], already_back=taken[at], pieces=1
        )
        taken[at] += 1
        assert back[at] <= paid[at]
    assert back == paid
