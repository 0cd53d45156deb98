"""The random market: who joins under whom, what is bought, what comes back. The same seed, the same bytes."""

from __future__ import annotations

from dataclasses import fields, replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tongbao.plans.simulation import Drawn, Market, draw_market, market_preset
from tongbao.plans.simulation.drawn import NEVER
from tongbao.plans.simulation.statistics import levels, recruits_of

shares = st.integers(0, 10_000)
markets = st.builds(
    Market,
    founders=st.integers(1, 20),
    contacts_per_100_days=st.integers(0, 400),
    success_bp=shares,
    preferential_bp=shares,
    idle_bp=shares,
    equal_effort=st.booleans(),
    effort_half_life_days=st.sampled_from([0, 5, 90]),
    churn_bp=st.integers(0, 500),
    sybil_bp=st.integers(0, 5_000),
    pack_bp=shares,
    member_orders_per_100_days=st.integers(0, 50),
    customers_per_100_members=st.integers(0, 200),
    refund_bp=st.integers(0, 5_000),
    part_refund_bp=st.integers(0, 5_000),
    regions=st.integers(0, 5),
)


def leaves(drawn: Drawn) -> float:
    recruits = recruits_of(drawn)[drawn.member]
    return float((recruits == 0).mean())


@settings(deadline=None, max_examples=60)
@given(market=markets, members=st.integers(20, 300), days=st.integers(1, 120), seed=st.integers(0, 2**32))
def test_what_holds_in_every_market(market, members, days, seed):
    drawn = draw_market(market, members=members, days=days, seed=seed)
    account = np.arange(len(drawn.sponsor))
    below = drawn.sponsor >= 0
    above = drawn.sponsor[below]
    # Nobody is their own sponsor, and everybody joins after theirs: accounts are numbered in that order.
    assert np.all(drawn.sponsor < account)
    assert np.all(drawn.joined_day[below] >= drawn.joined_day[above])
    assert np.all(np.diff(drawn.joined_day) >= 0)
    assert int((~below).sum()) == market.founders
    # Customers and fake accounts never recruit, and nobody does after leaving.
    assert not np.any(drawn.customer[above] | drawn.sybil[above])
    assert np.all(drawn.joined_day[below] < drawn.left_day[above])
    assert int(drawn.member.sum()) <= members
    # A fake account is its sponsor's, everybody else is their own.
    assert np.all(drawn.owner == np.where(drawn.sybil, drawn.sponsor, account))
    # Nobody buys before they join or after they leave.
    assert np.all(drawn.day >= drawn.joined_day[drawn.buyer])
    assert np.all(
        (drawn.day >= 0) & (drawn.day < days) & (drawn.day < np.maximum(drawn.left_day[drawn.buyer], 1))
    )
    assert np.all(np.diff(drawn.day) >= 0)
    # A refund is never above what was paid, and comes after it.
    assert np.all((drawn.remaining_fen >= 0) & (drawn.remaining_fen <= drawn.base_fen))
    back = drawn.refund_day != NEVER
    assert np.all(drawn.remaining_fen[~back] == drawn.base_fen[~back])
    assert np.all((drawn.refund_day[back] > drawn.day[back]) & (drawn.refund_day[back] < days))
    assert np.all(drawn.contacts >= recruits_of(drawn))


def test_the_same_seed_gives_the_same_bytes_and_another_one_doesnt():
    one, same, other = (draw_market(Market(), members=2_000, days=120, seed=seed) for seed in (7, 7, 8))
    for field in fields(Drawn):
        value = getattr(one, field.name)
        if isinstance(value, np.ndarray):
            assert value.tobytes() == getattr(same, field.name).tobytes(), field.name
    assert one.sponsor.tobytes() != other.sponsor.tobytes()


def test_more_customers_dont_change_who_joined():
    few = draw_market(Market(), members=1_000, days=120, seed=7)
    many = draw_market(Market(customers_per_100_members=200), members=1_000, days=120, seed=7)
    assert few.joined_day[few.member].tolist() == many.joined_day[many.member].tolist()
    assert recruits_of(few)[few.member].tolist() == recruits_of(many)[many.member].tolist()
    assert many.customer.sum() > 3 * few.customer.sum()


def test_half_of_a_uniform_random_recursive_tree_are_leaves():
    drawn = draw_market(market_preset("plain"), members=20_000, days=365, seed=7)
    assert int(drawn.member.sum()) == 20_000
    assert leaves(drawn) == pytest.approx(1 / 2, abs=0.01)


@pytest.mark.parametrize(("preferential_bp", "expected"), [(10_000, 2 / 3), (5_000, 4 / 7), (0, 1 / 2)])
def test_leaves_by_attachment(preferential_bp, expected):
    """Following a chosen member to their sponsor half of p of the times leaves 1 / (2 − p/2) without recruits."""
    market = replace(market_preset("plain"), preferential_bp=preferential_bp)
    assert leaves(draw_market(market, members=20_000, days=365, seed=3)) == pytest.approx(expected, abs=0.01)


def test_the_kth_of_n_expects_the_logarithm_of_n_over_k_recruits():
    found = np.zeros(5_000)
    for seed in range(20):
        drawn = draw_market(market_preset("plain"), members=5_000, days=365, seed=seed)
        assert int(drawn.member.sum()) == 5_000
        found += recruits_of(drawn)
    mean = found / 20
    for first, last in ((0, 250), (500, 1_000), (2_000, 3_000), (4_000, 5_000)):
        expected = np.log(5_000 / (np.arange(first, last) + 1)).mean()
        assert mean[first:last].mean() == pytest.approx(expected, rel=0.06)


def test_a_uniform_tree_is_about_e_times_the_logarithm_deep():
    drawn = draw_market(market_preset("plain"), members=20_000, days=365, seed=7)
    # e × ln 20 000 = 26.9, less 3/2 × ln ln 20 000 = 3.4.
    assert 20 <= levels(drawn).max() <= 27


def test_members_who_leave_stop_recruiting_and_buying():
    market = Market(churn_bp=500, effort_half_life_days=0, idle_bp=0)
    drawn = draw_market(market, members=3_000, days=200, seed=7)
    gone = drawn.left_day[drawn.member] < 200
    assert gone.mean() > 0.8


def test_efforts_that_wear_off_end_growth_before_the_market_is_full():
    quick = Market(effort_half_life_days=5, contacts_per_100_days=50, success_bp=1_400)
    drawn = draw_market(quick, members=5_000, days=365, seed=7)
    assert drawn.member.sum() < 100
    lasting = draw_market(replace(quick, effort_half_life_days=0), members=5_000, days=365, seed=7)
    assert lasting.member.sum() > 4_500


def test_a_higher_price_sells_less_to_customers_and_changes_no_member():
    cheap = Market()
    dear = replace(cheap, goods=tuple(replace(offer, price_fen=offer.price_fen * 2) for offer in cheap.goods))
    orders = []
    for market in (cheap, dear):
        drawn = draw_market(market, members=2_000, days=200, seed=7)
        orders.append(int(drawn.customer[drawn.buyer].sum()))
    assert orders[1] < orders[0]


def test_fake_accounts_buy_the_cheapest_pack_and_keep_it():
    drawn = draw_market(Market(sybil_bp=3_000), members=2_000, days=200, seed=7)
    of_fakes = drawn.sybil[drawn.buyer]
    assert of_fakes.sum() == drawn.sybil.sum() > 300
    assert set(drawn.offer[of_fakes].tolist()) == {0}
    assert np.all(drawn.refund_day[of_fakes] == NEVER)


@pytest.mark.parametrize(("members", "days"), [(5, 100), (100, 0), (100, 4_000), (20_000_000, 10)])
def test_numbers_out_of_range_are_refused(members, days):
    with pytest.raises(ValueError, match="must be from"):
        draw_market(Market(), members=members, days=days, seed=1)
