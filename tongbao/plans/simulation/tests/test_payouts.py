"""What a plan pays on a market: the same by columns, order by order and through the books, to the fen."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from tongbao.plans import PlanInvalid, UnknownRank, preset, preset_names, prove
from tongbao.plans.contracts import ColumnsUnfit
from tongbao.plans.simulation import Market, Payouts, draw_market, market_preset, needs_books, pay
from tongbao.plans.simulation.drawn import NEVER, Drawn
from tongbao.plans.simulation.statistics import figures, money_of
from tongbao.plans.tests.any_plan import any_plans

BY_COLUMNS = [name for name in preset_names() if not needs_books(preset(name))]
SMALL = Market(founders=3, refund_bp=1_500, part_refund_bp=1_500, churn_bp=200, sybil_bp=1_000, regions=5)


def same(one: Payouts, other: Payouts) -> None:
    assert one.paid_fen.tolist() == other.paid_fen.tolist()
    assert one.awarded_by_day.tolist() == other.awarded_by_day.tolist()
    assert one.taken_back_by_day.tolist() == other.taken_back_by_day.tolist()
    assert one.by_clause == other.by_clause
    assert one.by_depth == other.by_depth
    assert one.rank.tolist() == other.rank.tolist()


def adds_up(drawn: Drawn, payouts: Payouts) -> None:
    """Cash in less refunds, awards, what nobody earned and what the plan never touches is nought."""
    money = money_of(drawn, payouts)
    assert money.difference_fen == 0
    assert money.awarded_fen == payouts.awarded_fen == sum(payouts.by_depth.values())
    booked = payouts.awarded_by_day.sum() - payouts.taken_back_by_day.sum()
    assert int(booked) == payouts.awarded_fen


@pytest.fixture(scope="module")
def market() -> Drawn:
    return draw_market(SMALL, members=400, days=150, seed=7)


@pytest.mark.parametrize("name", BY_COLUMNS)
def test_columns_pay_what_one_by_one_pays(name, market):
    plan = preset(name)
    rank = plan.ranks[-1] if not plan.promotions.by_purchase else None
    columns = pay(plan, market, member_rank=rank, route="columns")
    same(columns, pay(plan, market, member_rank=rank, route="one_by_one"))
    adds_up(market, columns)


@settings(deadline=None, max_examples=25, suppress_health_check=[HealthCheck.filter_too_much])
@given(plan=any_plans(with_promotions=True), seed=st.integers(0, 2**32))
def test_columns_pay_what_one_by_one_pays_for_any_plan(plan, seed):
    assume(not needs_books(plan))
    drawn = draw_market(SMALL, members=60, days=60, seed=seed)
    columns = pay(plan, drawn, route="columns")
    same(columns, pay(plan, drawn, route="one_by_one"))
    adds_up(drawn, columns)


def test_the_books_pay_the_same_where_nobody_leaves_and_nothing_comes_back():
    """With refunds the books take ranks back on the day, the weeks at their end; without, there is no difference."""
    calm = replace(SMALL, churn_bp=0, refund_bp=0, part_refund_bp=0)
    drawn = draw_market(calm, members=300, days=150, seed=7)
    same(pay(preset("gift-pack"), drawn, route="books"), pay(preset("gift-pack"), drawn))


@pytest.mark.parametrize("name", preset_names())
def test_every_preset_adds_up_and_stays_below_its_bound(name):
    drawn = draw_market(SMALL, members=120, days=90, seed=7)
    plan = preset(name)
    payouts = pay(plan, drawn)
    adds_up(drawn, payouts)
    assert payouts.unearned_fen >= 0
    proof = prove(plan)
    assert proof.bounded
    net_fen = int(np.where(drawn.refund_day != NEVER, drawn.remaining_fen, drawn.base_fen).sum())
    if set(plan.budgets) == {"net"}:
        assert payouts.awarded_fen * 10_000 <= proof.worst_case_bp * net_fen


def test_half_of_every_pack_sent_back_takes_back_half_of_every_award():
    half = replace(market_preset("plain"), part_refund_bp=10_000)
    drawn = draw_market(half, members=200, days=300, seed=7)
    payouts = pay(preset("gift-pack"), drawn)
    late = drawn.refund_day == NEVER
    assert late.sum() < 5
    whole = pay(preset("gift-pack"), draw_market(market_preset("plain"), members=200, days=300, seed=7))
    # Halves of 198.00 give halves of every award, but for the few orders whose refund falls after the last day.
    assert payouts.awarded_fen < whole.awarded_fen * 52 // 100
    assert payouts.taken_back_by_day.sum() > whole.awarded_fen * 48 // 100


def test_what_is_refunded_in_full_pays_nobody_and_gives_no_rank():
    """Everybody sends their pack back: nothing is left of awards and ranks."""
    regret = replace(market_preset("plain"), refund_bp=10_000)
    drawn = draw_market(regret, members=100, days=400, seed=7)
    assert np.all(drawn.refund_day != NEVER)
    payouts = pay(preset("gift-pack"), drawn)
    assert payouts.awarded_fen == 0
    assert set(payouts.rank.tolist()) == {0}
    same(payouts, pay(preset("gift-pack"), drawn, route="one_by_one"))


def test_two_plans_see_the_same_market(market):
    before = market.buyer.tobytes() + market.base_fen.tobytes() + market.sponsor.tobytes()
    first, second = pay(preset("two-level"), market), pay(preset("gift-pack"), market)
    assert market.buyer.tobytes() + market.base_fen.tobytes() + market.sponsor.tobytes() == before
    assert money_of(market, first).paid_in_fen == money_of(market, second).paid_in_fen
    assert first.awarded_fen < second.awarded_fen


def test_packs_stand_for_products_that_only_the_plan_knows(market):
    payouts = pay(preset("three-level"), market)
    assert payouts.stands_for == {"pack-198": "starter", "pack-398": "starter", "pack-999": "starter"}
    assert pay(preset("gift-pack"), market).stands_for == {}


def test_appointed_ranks_are_joined_with(market):
    plan = preset("differential")
    assert pay(plan, market).awarded_fen == 0
    assert pay(plan, market, member_rank=plan.ranks[-1]).awarded_fen > 0
    with pytest.raises(UnknownRank):
        pay(plan, market, member_rank="emperor")


def test_a_plan_with_books_isnt_settled_by_columns(market):
    with pytest.raises(ColumnsUnfit):
        pay(preset("queue-refund"), market, route="columns")


def test_the_rough_run_of_the_gift_pack_plan():
    """20 000 members, uniform: half earn nothing, 3 % earn 198 yuan back, the top 1 % take about half."""
    drawn = draw_market(market_preset("plain"), members=20_000, days=365, seed=7)
    found = figures(drawn, pay(preset("gift-pack"), drawn))
    assert found.nothing_bp == pytest.approx(5_000, abs=100)
    assert found.earned_back_bp == pytest.approx(310, abs=40)
    assert found.top_hundredth_bp == pytest.approx(5_000, abs=400)
    assert 4_200 <= found.payout_bp <= 4_700


def test_the_rough_run_with_preferential_attachment():
    drawn = draw_market(market_preset("plain-preferential"), members=20_000, days=365, seed=7)
    found = figures(drawn, pay(preset("gift-pack"), drawn))
    assert found.nothing_bp == pytest.approx(6_667, abs=100)
    assert found.earned_back_bp == pytest.approx(470, abs=60)


def test_a_market_document_that_is_no_market_is_refused():
    from tongbao.plans.simulation import load_market

    with pytest.raises(PlanInvalid):
        load_market("plan: gift-pack\n")
