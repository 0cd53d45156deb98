"""What a coupon takes off, to the fen."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tongbao.apps.coupons.contracts import (
    CouponBelowLeast,
    CouponNotForThese,
    CouponNotYet,
    CouponTakesNothing,
    CouponTermsInvalid,
)
from tongbao.apps.coupons.policy import (
    by_largest_remainder,
    check_terms,
    check_time,
    reduction_by_line,
)
from tongbao.apps.coupons.tests.people import DAY, NOON, issue, line, off, percent

ALL_SORTS = [
    ("10 off 100, the one line", off(1_000, 10_000), [10_000], (1_000,)),
    ("exactly the minimum of two lines", off(1_000, 10_000), [4_000, 6_000], (400, 600)),
    ("shared by largest remainder", off(10_000, 20_000), [19_900, 10_100], (6_633, 3_367)),
    ("three equal lines", off(100), [1_000, 1_000, 1_000], (34, 33, 33)),
    ("10 % off", percent(1_000, 5_000), [12_345], (1_234,)),
    ("10 % off, at most 5 yuan", percent(1_000, 500), [12_345], (500,)),
    ("as much as the price: 1 fen is left", off(10_000), [10_000], (9_999,)),
    ("more than the price: 1 fen of each line is left", off(99_999), [500, 3], (499, 2)),
    ("a line of 1 fen gives nothing", off(50), [1, 100], (0, 50)),
]


@pytest.mark.parametrize(("story", "terms", "costs", "parts"), ALL_SORTS, ids=lambda one: str(one)[:50])
def test_what_is_taken_off_each_line(story, terms, costs, parts):
    assert reduction_by_line(terms=terms, lines=[line(cost) for cost in costs]) == parts


def test_one_fen_below_the_minimum_is_refused_with_what_is_missing():
    with pytest.raises(CouponBelowLeast) as refused:
        reduction_by_line(terms=off(1_000, 10_000), lines=[line(9_999)])
    assert refused.value.message("zh") == "还差0.01元可用(适用商品满100.00元)。请再选购一些。"


def test_only_goods_of_its_categories_count_for_the_minimum_and_get_a_part():
    terms = off(1_000, 10_000, scope_kind="categories", scope=("7",))
    tea, cup = line(10_000, category=8), line(50_000, category=9)
    assert reduction_by_line(terms=terms, lines=[tea, cup], categories={7, 8}) == (1_000, 0)
    with pytest.raises(CouponBelowLeast):
        reduction_by_line(terms=terms, lines=[replace(tea, cost_fen=9_999), cup], categories={7, 8})
    with pytest.raises(CouponNotForThese):
        reduction_by_line(terms=terms, lines=[cup, line(10_000)], categories={7, 8})


def test_only_the_products_named():
    terms = off(1_000, scope_kind="products", scope=("tea",))
    assert reduction_by_line(terms=terms, lines=[line(5_000, code="cup"), line(5_000)]) == (0, 1_000)


def test_gift_packs_only_where_the_operator_said_so():
    pack = line(19_800, kind="gift_pack")
    with pytest.raises(CouponNotForThese):
        reduction_by_line(terms=off(1_800), lines=[pack])
    assert reduction_by_line(terms=off(1_800, allows_packs=True), lines=[pack]) == (1_800,)


def test_goods_of_one_fen_have_nothing_to_give():
    with pytest.raises(CouponTakesNothing):
        reduction_by_line(terms=off(100), lines=[line(1), line(1)])
    with pytest.raises(CouponTakesNothing):
        reduction_by_line(terms=percent(1, 100), lines=[line(9_999)])


@pytest.mark.parametrize(
    ("terms", "when"),
    [
        (off(0), {}),
        (percent(10_000, 100), {}),
        (percent(1_000, 0), {}),
        (off(1, scope_kind="products"), {}),
        (off(1, scope=("tea",)), {}),
        (off(1, scope_kind="categories", scope=("tea",)), {}),
        (off(1), {"total": 0}),
        (off(1), {"per_member": 0}),
        (off(1), {"claim_until": NOON - DAY}),
        (off(1), {"valid_days": None}),
        (off(1), {"valid_from": NOON, "valid_until": NOON + DAY}),
        (off(1), {"valid_days": None, "valid_from": NOON, "valid_until": NOON}),
    ],
)
def test_terms_that_cannot_hold_are_refused(terms, when):
    with pytest.raises(CouponTermsInvalid):
        check_terms(title_zh="券", title_en="Coupon", terms=terms, issue=issue(**when))


def test_the_time_of_a_refusal_is_beijings():
    with pytest.raises(CouponNotYet) as refused:
        check_time(valid_from=NOON, valid_until=NOON + DAY, now=NOON - DAY)
    assert refused.value.message("zh") == "该优惠券从2026-03-02 12:00起可用。请先选择其他优惠券。"


amounts = st.integers(1, 1_000_000)


@given(
    terms=st.one_of(st.builds(off, amounts), st.builds(percent, st.integers(1, 9_999), amounts)),
    costs=st.lists(amounts, min_size=1, max_size=8),
)
def test_the_parts_are_the_whole_and_every_line_keeps_a_fen(terms, costs):
    try:
        parts = reduction_by_line(terms=terms, lines=[line(cost) for cost in costs])
    except CouponTakesNothing:
        assert all(cost == 1 for cost in costs) or sum(costs) * terms.rate_bp < 10_000
        return
    wanted = terms.amount_fen or min(sum(costs) * terms.rate_bp // 10_000, terms.cap_fen)
    assert sum(parts) == min(wanted, sum(costs) - len(costs))
    assert all(0 <= part < cost for part, cost in zip(parts, costs, strict=True))


@given(weights=st.lists(st.integers(0, 10**6), min_size=1, max_size=9).filter(any), data=st.data())
def test_no_part_is_a_fen_from_its_exact_share(weights, data):
    amount = data.draw(st.integers(0, sum(weights)))
    parts = by_largest_remainder(amount=amount, weights=weights)
    assert sum(parts) == amount
    for part, weight in zip(parts, weights, strict=True):
        assert abs(part * sum(weights) - amount * weight) < sum(weights)
