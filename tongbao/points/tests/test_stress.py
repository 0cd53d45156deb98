"""The point economy under stress: what is promised holds in every scenario, and what breaks is named."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tongbao.points.contracts import UNITS_PER_POINT, PointsSettings
from tongbao.points.policy.stress import Economy, Start, as_html, as_json, as_text, economy, stress
from tongbao.points.selectors.stressing import stress_start
from tongbao.points.services import grant_pending, mint
from tongbao.points.tests.people import NOON, put_into_reserve

SMALL = Start(days=20, holders=40, daily_sales_fen=1_000_000)


def outcomes(start: Start) -> dict[str, object]:
    return {outcome.key: outcome for outcome in stress(start)}


def facts(outcome) -> dict[str, str]:
    return {en: value for _, en, value in outcome.facts}


def test_no_promise_breaks_where_the_operator_follows_advice():
    for outcome in stress(SMALL):
        assert outcome.broken is None, outcome
        assert outcome.lowest_coverage_bp is None or outcome.lowest_coverage_bp >= 10_000


def test_after_a_run_by_everybody_all_are_paid_by_the_formula_and_the_rest_of_the_reserve_is_shown():
    found = facts(outcomes(SMALL)["run_100"])
    assert found["worth of the largest part unpaid, in fen"] == "0"
    assert found["days until all were paid"] == "1"
    paid, left = (int(found[name].replace(",", "")) for name in ("paid, in fen", "reserve left, in fen"))
    assert paid > 0
    assert left > 0
    assert paid + left == 20 * 100_000, "a tenth of the sales, and nothing else, is in the reserve"


def test_a_run_to_the_last_point_ends_with_nothing_owed_and_nothing_left_over():
    """The case of the examples: a thousand fen for a hundred points, all of them in circulation."""
    held = [30 * UNITS_PER_POINT, 30 * UNITS_PER_POINT, 40 * UNITS_PER_POINT]
    run = Economy(
        settings=PointsSettings(),
        cap=100 * UNITS_PER_POINT,
        pools={"gift_packs": 0},
        reserve_fen=1_000,
        pledge_fen=0,
        held=held,
    )
    assert [run.redeem_together({holder: run.held[holder]})[holder] for holder in range(3)] == [300, 300, 400]
    assert (run.circulating, run.supply, run.reserve_fen, run.broken) == (0, 0, 0, [])


def test_a_limit_of_the_day_makes_a_run_wait_and_pays_everybody_in_the_end():
    slow = replace(SMALL, settings=PointsSettings(redemption_daily_fen=100))
    found = outcomes(slow)
    for key in ("run_10", "run_100"):
        shown = facts(found[key])
        assert found[key].broken is None
        assert int(shown["days until all were paid"]) > 1
        assert shown["worth of the largest part unpaid, in fen"] == "0"


def test_wash_trading_moves_the_markets_price_and_no_other():
    found = facts(outcomes(SMALL)["wash_trading"])
    before, after = (
        int(text.replace(",", "")) for text in found["price on the market, fen a lot"].split(" → ")
    )
    assert after > 5 * before
    floor_before, floor_after = map(Fraction, found["floor, in fen"].split(" → "))
    assert 1 <= floor_after / floor_before < Fraction(101, 100), "only burned fees lift it"
    assert int(found["points burned as fees"].replace(",", "")) > 0


def test_false_members_get_no_more_than_the_pools_even_pace():
    found = facts(outcomes(SMALL)["sybil_check_ins"])
    assert found["points a month at most"] == "277,777"
    assert found["month in which the pool ended"] == "-"


def test_without_a_monthly_limit_false_members_empty_the_pool_and_the_switch_is_named():
    outcome = outcomes(replace(SMALL, tasks_monthly_units=0))["sybil_check_ins"]
    assert (outcome.broken.promise.key, outcome.broken.promise.switch) == ("tasks", "tasks_monthly_units")
    assert outcome.is_sound, "it breaks by a switch alone"
    # Ten million points at 140 000 a day: on the 72nd day, in the third month.
    assert facts(outcome)["month in which the pool ended"] == "3"


def test_a_pledge_worth_nothing_lowers_the_price_in_goods_and_nothing_that_is_owed_in_cash():
    outcome = outcomes(SMALL)["pledge_worth_nothing"]
    found = facts(outcome)
    _, after = found["price of the day, in fen"].split(" → ")
    assert after == found["floor on that day, in fen"]
    assert outcome.broken is None
    # Whoever has less than a fen's worth keeps it: nothing is burned for nothing.
    last = outcome.days[-1]
    assert last.circulating * last.floor < 40 * UNITS_PER_POINT


def test_a_budget_given_away_whatever_the_mall_earns_breaks_the_promise_in_goods():
    outcome = outcomes(replace(SMALL, daily_sales_fen=300_000, fixed_budget=True))["giveaway"]
    assert (outcome.broken.promise.key, outcome.broken.promise.switch) == ("goods", "daily_budget_fen")
    assert outcome.is_sound
    assert "because of the switch daily_budget_fen" in as_text([outcome], language="en")


@pytest.mark.parametrize(
    ("name", "wrong", "promise"),
    [
        ("payout_of", lambda **said: said["units"] * said["reserve_fen"] // said["supply"] + 1, "formula"),
        (
            "reserve_pays",
            lambda **said: 2 * said["reserve_fen"] * said["units"] // said["supply"] + 2,
            "floor",
        ),
        ("supply_of", lambda cap, burned: cap // 10**6 - burned, "covered"),
    ],
)
def test_a_fault_in_a_rule_is_found(monkeypatch, name, wrong, promise):
    monkeypatch.setattr(economy, name, wrong)
    found = list(stress(SMALL))
    assert promise in {outcome.broken.promise.key for outcome in found if outcome.broken}
    assert not all(outcome.is_sound for outcome in found)


def test_the_same_seed_gives_the_same_stress_and_another_another():
    assert as_json(list(stress(SMALL)), SMALL) == as_json(list(stress(SMALL)), SMALL)
    other = replace(SMALL, seed=8)
    assert as_json(list(stress(SMALL)), SMALL) != as_json(list(stress(other)), other)


@settings(max_examples=15, deadline=None)
@given(
    seed=st.integers(0, 2**32),
    rates=st.tuples(
        st.integers(0, 10_000), st.integers(0, 10_000), st.integers(0, 9_000), st.integers(0, 10_000)
    ),
    daily_fen=st.integers(0, 10**6),
    burns=st.booleans(),
    circulating=st.integers(0, 10**10),
)
def test_whatever_the_settings_no_promise_breaks(seed, rates, daily_fen, burns, circulating):
    reserve_rate, share, market_fee, fee = rates
    chosen = PointsSettings(
        reserve_rate_bp=reserve_rate,
        reserve_share_bp=share,
        market_fee_bp=market_fee,
        redemption_fee_bp=fee,
        redemption_daily_fen=daily_fen,
        market_burns_fee=burns,
    )
    pools = tuple((code, left - (circulating if code == "mining" else 0)) for code, left in Start().pools)
    start = Start(
        settings=chosen,
        seed=seed,
        days=4,
        holders=10,
        daily_sales_fen=500_000,
        margin_bp=10_000,
        circulating=circulating,
        pools=pools,
    )
    for outcome in stress(start):
        assert outcome.broken is None, outcome


def test_the_report_is_one_page_without_a_script_or_a_foreign_host():
    found = list(stress(SMALL))
    for language, title in (("zh", "积分经济压力测试"), ("en", "The point economy under stress")):
        page = as_html(found, SMALL, language=language, made_with="tongbao points stress")
        assert title in page
        assert page.count("<svg role") + page.count("<svg ") >= 2 * len(found)
        assert "<script" not in page
        assert not re.search(r"(src|href)=\"http", page)


def test_a_malls_own_figures_are_where_it_begins(tenant):
    put_into_reserve(300_000_000, now=NOON)
    grant_pending(
        pool="gift_packs", member_id=member(), amount=400 * UNITS_PER_POINT, subject="one", now=NOON
    )
    grant_pending(
        pool="gift_packs", member_id=member(), amount=100 * UNITS_PER_POINT, subject="two", now=NOON
    )
    mint(subject="one", now=NOON)
    start = stress_start()
    assert (start.reserve_fen, start.circulating) == (300_000_000, 500 * UNITS_PER_POINT)
    assert dict(start.pools)["gift_packs"] == (40_000_000 - 500) * UNITS_PER_POINT
    assert all(outcome.broken is None for outcome in stress(replace(start, days=4, holders=10)))
    assert json.dumps(as_json(list(stress(replace(start, days=4, holders=10))), start))


def member() -> int:
    from tongbao.members.services import register

    return register(phone=None, now=NOON)
