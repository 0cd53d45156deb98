"""The issuance table: the figures that the first plan announces, what is refused, and what always holds."""

from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tongbao.plans.issuance import (
    BatchPlan,
    BurnedTooMuch,
    FixedPoints,
    IssuanceAboveCap,
    IssuanceAbovePool,
    IssuancePoolUnknown,
    Issue,
    Opening,
    PerYuan,
    PlannedPool,
    Seats,
    issuance_preset,
    issuance_table,
    pool_rows,
)

POINT = 10_000
MILLION = 1_000_000 * POINT
CAP = 150 * MILLION
YUAN = 100


def pool(key: str, cap: int, **more: int) -> PlannedPool:
    return PlannedPool(key=key, title_zh=key, title_en=key, cap=cap, **more)


def batch(sales_fen: int, *issues: Issue, rate_bp: int = 1_000, burned: int = 0) -> BatchPlan:
    return BatchPlan(
        title_zh="批", title_en="Batch", sales_fen=sales_fen, rate_bp=rate_bp, issues=issues, burned=burned
    )


PACKS = pool("gift_packs", 40 * MILLION)
AGENTS = pool("regional_agents", 30 * MILLION)
SEATS = (
    Seats(pool="regional_agents", seats=300, units_each=50_000 * POINT),
    Seats(pool="regional_agents", seats=100, units_each=100_000 * POINT),
    Seats(pool="regional_agents", seats=20, units_each=300_000 * POINT),
)


def test_a_hundred_thousand_packs_of_398_yuan_fit_the_pool_of_forty_million():
    row = issuance_preset("brief").rows()[0]
    assert row.sales_fen == 100_000 * 398 * YUAN
    assert row.fund_fen == 3_980_000 * YUAN
    assert row.issued == 39_800_000 * POINT
    assert row.ratio == 1
    assert row.small == row.large == row.ceiling == 10  # 0.10 yuan a point
    assert row.floor == Fraction(398_000_000, 150_000_000)
    assert pool_rows([row.batch], pools=[PACKS])[0].left == 200_000 * POINT


def test_a_hundred_thousand_lottery_orders_of_200_yuan_empty_their_pool_to_the_point():
    plan = issuance_preset("brief")
    row = plan.rows()[1]
    assert (row.sales_fen, row.issued) == (20_000_000 * YUAN, 20 * MILLION)
    assert {one.pool.key: one.left for one in plan.pool_rows()}["lottery_winners"] == 0


def test_every_column_of_the_table_for_all_five_batches():
    table = [
        (
            *(row.sales_fen // YUAN, row.cumulative_sales_fen // YUAN),
            *(row.fund_fen // YUAN, row.cumulative_fund_fen // YUAN),
            *(row.issued // POINT, row.cumulative_issued // POINT),
            *(row.ratio, row.small, row.large, row.floor),
        )
        for row in issuance_preset("brief").rows()
    ]
    f = Fraction
    assert table == [
        (39_800_000, 39_800_000, 3_980_000, 3_980_000, 39_800_000, 39_800_000, 1, 10, 10, f(199, 75)),
        (20_000_000, 59_800_000, 2_000_000, 5_980_000, 20_000_000, 59_800_000, 1, 10, f(299, 10), f(299, 75)),
        (
            5_600_000,
            65_400_000,
            560_000,
            6_540_000,
            14_000_000,
            73_800_000,
            f(5, 2),
            f(1090, 123),
            f(327, 7),
            f(109, 25),
        ),
        (
            5_000_000,
            70_400_000,
            500_000,
            7_040_000,
            10_000_000,
            83_800_000,
            2,
            f(3520, 419),
            f(352, 5),
            f(352, 75),
        ),
        (
            2_000_000,
            72_400_000,
            200_000,
            7_240_000,
            6_000_000,
            89_800_000,
            3,
            f(3620, 449),
            f(362, 3),
            f(362, 75),
        ),
    ]


def test_the_rights_cards_of_all_agents_need_31_million_of_a_pool_of_30():
    with pytest.raises(IssuanceAbovePool) as refusal:
        issuance_table([batch(13_000_000 * YUAN, *SEATS)], cap=CAP, pools=[AGENTS])
    assert refusal.value.code == "issuance_above_pool"
    assert refusal.value.values["planned"] == "31,000,000"
    assert refusal.value.values["cap"] == "30,000,000"
    assert refusal.value.values["over"] == "1,000,000"


def test_the_plan_as_announced_is_refused_at_the_province_agents():
    with pytest.raises(IssuanceAbovePool) as refusal:
        issuance_preset("brief-as-written").rows()
    assert refusal.value.values["batch"] == 5
    assert refusal.value.message("zh") == (
        "积分池“区域代理”上限为30,000,000,而计划发行31,000,000,超出1,000,000(自第5批起)。"
        "请减少积分或名额,或改从其他积分池发行。"
    )


def test_twenty_county_agents_fewer_fit_to_the_point():
    fewer = Seats(pool="regional_agents", seats=280, units_each=50_000 * POINT)
    (row,) = issuance_table([batch(1_000 * YUAN, fewer, *SEATS[1:])], cap=CAP, pools=[AGENTS])
    assert row.issued == AGENTS.cap


def test_points_out_of_no_pool_are_bounded_by_the_cap():
    much = batch(YUAN, FixedPoints(pool="", amount=80 * MILLION))
    with pytest.raises(IssuanceAboveCap) as refusal:
        issuance_table([much, much], cap=CAP, pools=[])
    assert (refusal.value.values["batch"], refusal.value.values["over"]) == (2, "10,000,000")
    assert len(issuance_table([much], cap=CAP, pools=[])) == 1


def test_what_was_issued_and_retired_before_counts_against_the_pool_and_the_cap():
    old = pool("gift_packs", 40 * MILLION, issued=20 * MILLION, retired=15 * MILLION)
    plan = [batch(YUAN, FixedPoints(pool="gift_packs", amount=5 * MILLION))]
    (row,) = issuance_table(plan, cap=CAP, pools=[old], opening=Opening(reserve_fen=500, burned=MILLION))
    assert row.after.supply == (150 - 15 - 1) * MILLION
    assert row.after.circulating == (20 - 1 + 5) * MILLION
    assert row.cumulative_fund_fen == 510
    with pytest.raises(IssuanceAbovePool):
        issuance_table([*plan, batch(YUAN, FixedPoints(pool="gift_packs", amount=1))], cap=CAP, pools=[old])
    with pytest.raises(IssuanceAboveCap):
        issuance_table([*plan, batch(YUAN, FixedPoints(pool="", amount=111 * MILLION))], cap=CAP, pools=[old])


def test_points_that_do_not_exist_cannot_be_burned():
    with pytest.raises(BurnedTooMuch) as refusal:
        issuance_table([batch(YUAN, FixedPoints(pool="", amount=10), burned=11)], cap=CAP, pools=[])
    assert (
        refusal.value.message("en")
        == "0.0011 points can't be burned in batch 1: 0.001 circulate by then. Burn fewer."
    )
    with pytest.raises(BurnedTooMuch, match="before the first batch"):
        issuance_table([], cap=CAP, pools=[], opening=Opening(burned=1))


def test_a_pool_that_is_not_there_is_named():
    with pytest.raises(IssuancePoolUnknown, match="'nowhere'"):
        issuance_table([batch(YUAN, FixedPoints(pool="nowhere", amount=1))], cap=CAP, pools=[PACKS])


def test_the_fund_and_a_rate_for_each_yuan_are_rounded_down():
    (row,) = issuance_table([batch(199, PerYuan(pool="", units_per_yuan=3))], cap=CAP, pools=[])
    assert row.fund_fen == 19  # 19.9 fen
    assert row.issued == 5  # 5.97 units


def test_where_nothing_is_issued_there_is_no_large_value_and_no_ceiling():
    (row,) = issuance_table([batch(10_000)], cap=CAP, pools=[])
    assert (row.small, row.large, row.ceiling, row.ratio) == (None, None, None, 0)
    assert row.floor == Fraction(1_000, 150_000_000)


def test_where_everything_is_burned_there_is_no_floor():
    everything = batch(10_000, FixedPoints(pool="", amount=50), burned=50)
    (row,) = issuance_table([everything], cap=50, pools=[])
    assert (row.floor, row.ceiling) == (None, None)
    assert row.small == Fraction(1_000 * POINT, 50)


POOL_KEYS = st.sampled_from(["", "gift_packs", "regional_agents"])
ISSUES = st.one_of(
    st.builds(PerYuan, pool=POOL_KEYS, units_per_yuan=st.integers(1, 30_000)),
    st.builds(FixedPoints, pool=POOL_KEYS, amount=st.integers(1, 5 * MILLION)),
    st.builds(Seats, pool=POOL_KEYS, seats=st.integers(1, 50), units_each=st.integers(1, 100_000 * POINT)),
)
BATCHES = st.lists(
    st.builds(
        BatchPlan,
        title_zh=st.just("批"),
        title_en=st.just("batch"),
        sales_fen=st.integers(1, 10**10),
        rate_bp=st.integers(0, 10_000),
        issues=st.lists(ISSUES, max_size=3).map(tuple),
        burned=st.integers(0, 2 * MILLION),
    ),
    min_size=1,
    max_size=6,
)
OPENINGS = st.builds(Opening, reserve_fen=st.integers(0, 10**12))


@given(batches=BATCHES, opening=OPENINGS)
def test_floors_never_fall_sums_are_exact_and_small_is_at_most_large(batches, opening):
    try:
        rows = issuance_table(batches, cap=CAP, pools=[PACKS, AGENTS], opening=opening)
    except (IssuanceAbovePool, IssuanceAboveCap, BurnedTooMuch):
        return
    sales = issued = 0
    fund = opening.reserve_fen
    for row, planned in zip(rows, batches, strict=True):
        sales, fund, issued = sales + planned.sales_fen, fund + planned.fund_fen, issued + planned.issued
        assert (row.cumulative_sales_fen, row.cumulative_fund_fen, row.cumulative_issued) == (
            sales,
            fund,
            issued,
        )
        assert row.before.floor <= row.floor
        if row.large is not None:
            assert row.small <= row.large
        if row.ceiling is not None:
            assert row.floor <= row.ceiling
            assert row.small <= row.ceiling
        if row.after.burned == 0:
            assert row.small == row.ceiling
        assert row.after.circulating >= 0
        assert row.after.supply >= row.after.circulating


@given(batches=BATCHES)
def test_a_plan_is_refused_exactly_if_it_takes_too_much(batches):
    too_much = any(row.left < 0 for row in pool_rows(batches, pools=[PACKS, AGENTS]))
    too_much |= sum(one.issued for one in batches) > CAP
    unburned = [BatchPlan(**{**_fields(one), "burned": 0}) for one in batches]
    try:
        issuance_table(unburned, cap=CAP, pools=[PACKS, AGENTS])
    except (IssuanceAbovePool, IssuanceAboveCap):
        assert too_much
    else:
        assert not too_much


def _fields(one: BatchPlan) -> dict[str, object]:
    return {name: getattr(one, name) for name in BatchPlan.__dataclass_fields__}
