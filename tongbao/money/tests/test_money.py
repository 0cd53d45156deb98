"""Exact amounts: shares add up, text goes in and out without loss, the rest is refused."""

from __future__ import annotations

import doctest

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tongbao.money import (
    CNY,
    LARGEST_AMOUNT,
    POINT,
    AmountInvalid,
    RateInvalid,
    WeightsInvalid,
    allot,
    amounts,
    errors,
    floor_share,
    format_amount,
    format_points,
    format_rate,
    format_yuan,
    gap_share,
    parse_amount,
    parse_points,
    parse_rate,
    parse_yuan,
    rates,
    shares,
)

AMOUNTS = st.integers(0, LARGEST_AMOUNT)
RATES = st.integers(0, 10_000)


@pytest.mark.parametrize("module", [amounts, errors, rates, shares], ids=lambda module: module.__name__)
def test_the_examples_in_the_docstrings_hold(module):
    result = doctest.testmod(module)
    assert result.attempted > 0
    assert result.failed == 0


@pytest.mark.parametrize(
    ("amount", "rate_bp", "share"),
    [(19_800, 1_200, 2_376), (9_999, 1_200, 1_199), (1, 3_000, 0), (0, 10_000, 0), (8_888, 50, 44)],
)
def test_a_share_is_rounded_down(amount, rate_bp, share):
    assert floor_share(amount=amount, rate_bp=rate_bp) == share


@given(amount=AMOUNTS, steps=st.lists(RATES, min_size=1).map(sorted))
def test_gaps_add_up_to_the_floor_of_the_whole(amount, steps):
    befores = [0, *steps[:-1]]
    gaps = [
        gap_share(amount=amount, rate_before_bp=before, rate_bp=after)
        for before, after in zip(befores, steps, strict=True)
    ]
    assert sum(gaps) == floor_share(amount=amount, rate_bp=steps[-1])
    assert min(gaps) >= 0


@given(amount=AMOUNTS, rate_bp=RATES)
def test_a_share_is_never_above_its_rate_and_less_than_a_unit_below(amount, rate_bp):
    share = floor_share(amount=amount, rate_bp=rate_bp)
    assert share * 10_000 <= amount * rate_bp < (share + 1) * 10_000


@given(amount=AMOUNTS, weights=st.lists(st.integers(0, 10**9), min_size=1).filter(any))
def test_allotted_parts_add_up_and_are_within_a_unit_of_fair(amount, weights):
    parts = allot(amount=amount, weights=weights)
    assert sum(parts) == amount
    for part, weight in zip(parts, weights, strict=True):
        assert 0 <= part - amount * weight // sum(weights) <= (1 if weight else 0)


def test_what_is_left_after_the_floors_goes_to_the_first_parts():
    assert allot(amount=11, weights=(1, 1, 1)) == (4, 4, 3)
    assert allot(amount=1, weights=(0, 0, 5)) == (0, 0, 1)


@pytest.mark.parametrize("amount", [-1, 1.0, True, "1", None])
def test_only_whole_amounts_from_zero_up_have_shares(amount):
    with pytest.raises(AmountInvalid):
        floor_share(amount=amount, rate_bp=100)
    with pytest.raises(AmountInvalid):
        allot(amount=amount, weights=(1,))


@pytest.mark.parametrize("rate_bp", [-1, 12.0, "12"])
def test_only_whole_rates_from_zero_up_give_shares(rate_bp):
    with pytest.raises(RateInvalid):
        floor_share(amount=100, rate_bp=rate_bp)


def test_a_gap_does_not_fall():
    with pytest.raises(RateInvalid):
        gap_share(amount=100, rate_before_bp=2_000, rate_bp=1_000)


@pytest.mark.parametrize("weights", [(), (0, 0), (1, -1), (1.0,)])
def test_weights_that_share_nothing_are_refused(weights):
    with pytest.raises(WeightsInvalid):
        allot(amount=10, weights=weights)


@pytest.mark.parametrize(
    ("text", "fen"),
    [("0", 0), ("198", 19_800), ("198.5", 19_850), ("23.76", 2_376), (" 0.01 ", 1), ("00012.30", 1_230)],
)
def test_yuan_are_read_exactly(text, fen):
    assert parse_yuan(text) == fen


@pytest.mark.parametrize(
    "text",
    [
        "",
        " ",
        ".5",
        "1.",
        "1.234",
        "1.000",
        "-1",
        "−1",
        "+1",
        "1e3",
        "1,000",
        "0x10",
        "NaN",
        "∞",
        "１２",
        "1 000",
        "1_000",
    ],
)
def test_anything_else_is_no_amount(text):
    with pytest.raises(AmountInvalid):
        parse_yuan(text)


def test_the_largest_amount_is_still_read_and_the_next_is_not():
    assert parse_yuan("10000000000000.00") == LARGEST_AMOUNT
    with pytest.raises(AmountInvalid):
        parse_yuan("10000000000000.01")
    with pytest.raises(AmountInvalid) as refusal:
        parse_yuan("9" * 1_000_000)
    assert len(str(refusal.value)) < 200


def test_points_have_four_decimals():
    assert parse_points("4166.6666") == 41_666_666
    with pytest.raises(AmountInvalid):
        parse_points("0.00001")
    assert format_points(0) == "0"
    assert format_points(-5_000) == "-0.5"
    assert format_points(1_500_000_000_000) == "150000000"


@given(amount=AMOUNTS, asset=st.sampled_from([CNY, POINT]))
def test_text_and_amount_are_one(amount, asset):
    assert parse_amount(format_amount(amount, asset=asset), asset=asset) == amount


def test_a_debt_is_shown_with_a_minus():
    assert format_yuan(-2_000) == "-20.00"
    assert format_yuan(-1) == "-0.01"


@pytest.mark.parametrize(
    ("text", "bp"), [("12%", 1_200), ("1.5%", 150), ("0.01 %", 1), ("100%", 10_000), ("5％", 500)]
)
def test_percentages_are_read_exactly(text, bp):
    assert parse_rate(text) == bp


@pytest.mark.parametrize("text", ["0.12", "12", "1200", "1.234%", "100.01%", "101%", "-1%", "%", "", "1e1%"])
def test_anything_else_is_no_rate(text):
    with pytest.raises(RateInvalid):
        parse_rate(text)


@given(rate_bp=RATES)
def test_text_and_rate_are_one(rate_bp):
    assert parse_rate(format_rate(rate_bp)) == rate_bp


def test_a_refusal_is_said_in_both_languages():
    with pytest.raises(AmountInvalid) as refusal:
        parse_yuan("1.234")
    assert "3 decimals" in refusal.value.message("en")
    assert "小数位数为3" in refusal.value.message("zh")
