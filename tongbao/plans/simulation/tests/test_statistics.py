"""The figures on a market small enough to count by hand."""

from __future__ import annotations

import doctest
import importlib

import numpy as np
import pytest

from tongbao.plans import preset
from tongbao.plans.simulation import Market, Offer, draw_market, pay
from tongbao.plans.simulation.drawn import NEVER, Drawn
from tongbao.plans.simulation.report import as_json, simulate
from tongbao.plans.simulation.statistics import costs_fen, figures, gini_bp, levels

PACK = Offer(product="pack-198", price_fen=19_800, worth_fen=9_800, share_bp=10_000)
GOODS = Offer(product="soap", price_fen=5_000, worth_fen=6_000, share_bp=10_000)


def small(**changes: object) -> Drawn:
    """Ann brings Bob; Bob brings Cid and opens a fake account; Dora is Cid's customer. All buy on their day."""
    ints = {"dtype": np.int32}
    values: dict[str, object] = {
        "market": Market(packs=(PACK,), goods=(GOODS,), regions=0, contact_cost_fen=300),
        "days": 60,
        "seed": 1,
        "accounts": 5,
        "sponsor": np.array([-1, 0, 1, 1, 2], **ints),
        "owner": np.array([0, 1, 2, 1, 4], **ints),
        "joined_day": np.array([0, 1, 2, 3, 40], **ints),
        "left_day": np.full(5, NEVER, **ints),
        "customer": np.array([False, False, False, False, True]),
        "sybil": np.array([False, False, False, True, False]),
        "contacts": np.array([2, 1, 0, 0, 0], dtype=np.int64),
        "buyer": np.array([0, 1, 2, 3, 4], **ints),
        "day": np.array([0, 1, 2, 3, 40], **ints),
        "offer": np.array([0, 0, 0, 0, 1], dtype=np.int8),
        "base_fen": np.array([19_800, 19_800, 19_800, 19_800, 5_000]),
        "remaining_fen": np.array([19_800, 19_800, 19_800, 19_800, 5_000]),
        "refund_day": np.full(5, NEVER, **ints),
        "region": np.full(5, -1, **ints),
        "agents": np.zeros((0, 3), **ints),
    }
    return Drawn(**(values | changes))  # type: ignore[arg-type]


def test_income_is_what_all_accounts_of_a_person_got_and_cost_what_they_paid_beyond_the_worth():
    drawn = small()
    payouts = pay(preset("gift-pack"), drawn)
    # Bob's pack: Ann is a VIP by then and earns 12 % and 10 %. Cid's and the fake pack: Bob 12 % and 10 %, and Ann
    # the peer award of 5 %. Dora's soap of 50.00: Cid earns 22 %, Bob, a VIP like Cid, 5 %.
    assert payouts.paid_fen.tolist() == [2_376 + 1_980 + 990 + 990, 2 * (2_376 + 1_980) + 250, 1_100, 0, 0]
    # A pack of 198.00 is worth 98.00: 100.00 a pack, two of them Bob's; approaching somebody costs 3.00.
    assert costs_fen(drawn).tolist()[:3] == [10_000 + 600, 20_000 + 300, 10_000]
    found = figures(drawn, payouts)
    assert (found.people, found.sybils, found.customers, found.members) == (3, 1, 1, 4)
    assert found.losing_bp == 10_000
    assert found.median_income_fen == 6_336
    assert found.median_net_fen == 1_100 - 10_000
    assert found.by_depth == {1: 2_376 * 3 + 1_980 * 3 + 1_100, 2: 990 * 2 + 250}


def test_money_adds_up_exactly():
    drawn = small(
        remaining_fen=np.array([19_800, 19_800, 0, 19_800, 5_000]),
        refund_day=np.array([NEVER, NEVER, 9, NEVER, NEVER], dtype=np.int32),
    )
    found = figures(drawn, pay(preset("gift-pack"), drawn))
    money = found.money
    assert (money.paid_in_fen, money.refunded_fen, money.net_sales_fen) == (84_200, 19_800, 64_400)
    assert money.taken_back_fen == 2_376 + 1_980 + 990
    # 45 % of what remained isn't the plan's.
    assert money.platform_fen == 64_400 - (3 * 10_890 + 2_750)
    assert money.difference_fen == 0


def test_cohorts_depth_and_days():
    found = figures(small(), pay(preset("gift-pack"), small()))
    assert [(cohort.month, cohort.people) for cohort in found.cohorts] == [(1, 3)]
    assert found.cohorts[0].recruits_to_break_even is None
    assert levels(small()).tolist() == [1, 2, 3, 3, 4]
    assert found.deepest_level == 3
    assert found.third_level_bp == 10_000
    assert found.by_day.joined[:4] == [1, 1, 1, 1]
    assert found.by_day.paid_in_fen[40] == 5_000
    assert found.saturation_day is None
    assert figures(small(accounts=4), pay(preset("gift-pack"), small())).saturation_day == 3
    # Bob's fake account is no recruit; Cid and it have none.
    assert found.leaves_bp == 5_000


def test_gini_of_one_who_has_all_and_of_all_alike():
    assert gini_bp(np.array([5, 5, 5, 5])) == 0
    assert gini_bp(np.array([0, 0, 0, 0])) == 0
    assert gini_bp(np.concatenate([np.zeros(999, dtype=np.int64), [1_000]])) == 9_990


def test_the_json_holds_whole_numbers_only():
    drawn = draw_market(Market(), members=300, days=90, seed=7)
    content = as_json(simulate([preset("gift-pack")], drawn), drawn)

    def whole(value: object) -> bool:
        if isinstance(value, dict):
            return all(whole(item) for item in value.values())
        if isinstance(value, list | tuple):
            return all(whole(item) for item in value)
        return value is None or isinstance(value, int | str)

    assert whole(content)
    assert content["plans"][0]["difference_fen"] == 0  # type: ignore[index]


@pytest.mark.parametrize("name", ["market", "growth", "payouts", "ranks", "statistics", "charts", "words"])
def test_the_examples_in_the_code_are_true(name):
    result = doctest.testmod(importlib.import_module(f"tongbao.plans.simulation.{name}"))
    assert result.failed == 0
    assert result.attempted > 0
