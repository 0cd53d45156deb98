"""Worst cases that only some amounts reach: least amounts, fixed amounts, personal limits and caps together."""

from __future__ import annotations

from fractions import Fraction
from itertools import product as every

import pytest

from tongbao.plans import Chain, Plan, Sale, SponsorSeat, evaluate, load_plan, preset_text, prove, remainders
from tongbao.plans.proving.worst import AmountsTooMany
from tongbao.plans.tests.people import RANKS, plan_of


def paid_fen(plan: Plan, base_fen: int, ranks: str) -> int:
    chain = Chain(sponsors=tuple(SponsorSeat(place, rank) for place, rank in enumerate(ranks.split())))
    return sum(award.amount_fen for award in evaluate(plan=plan, chain=chain, sale=Sale(base_fen)))


def worst_of_brute_force(plan: Plan, base_fen: int, *, depth: int) -> Fraction:
    chains = (" ".join(chosen) for length in range(depth + 1) for chosen in every(plan.ranks, repeat=length))
    return Fraction(max(paid_fen(plan, base_fen, ranks) for ranks in chains), base_fen)


def reaches_its_witness(plan: Plan) -> bool:
    witness = prove(plan).witness
    paid = sum(award.amount_fen for award in evaluate(plan=plan, chain=witness.chain, sale=witness.sale))
    return paid == witness.total_fen == prove(plan).worst_case * witness.base_fen


def test_a_gap_that_starts_at_a_hundred_yuan_leaves_more_to_the_peers_below_it():
    """From 100 yuan on the second differential lifts the cursor to 20 % at the first VIP, so no dealer closes a gap
    above: 20 % and one pair. Of 50 yuan it takes nothing: two VIPs and two dealers earn 20 % in gaps and two pairs."""
    plan = plan_of(
        [
            {"id": "a", "kind": "differential", "rates": {"vip": "10%", "dealer": "20%"}},
            {
                "id": "a2",
                "rate": {"gap": {"vip": "20%", "dealer": "20%"}, "cursor": "a"},
                "event": {"least": "100.00"},
            },
            {"id": "peers", "kind": "peer", "of": "a", "rate": "50%", "pairs": "every"},
        ],
        ranks=RANKS[:3],
    )
    assert paid_fen(plan, 5_000, "vip vip dealer dealer") == 6_000
    assert worst_of_brute_force(plan, 10_000, depth=6) == Fraction(7, 10)
    assert prove(plan).worst_case == worst_of_brute_force(plan, 5_000, depth=6) == Fraction(6, 5)
    assert reaches_its_witness(plan)


def test_a_limited_differential_from_a_hundred_yuan_on_leaves_small_orders_to_the_other():
    plan = plan_of(
        [
            {
                "id": "a",
                "kind": "differential",
                "rates": {"dealer": "30%"},
                "bound": {"order": "1%"},
                "event": {"least": "100.00"},
            },
            {"id": "b", "rate": {"gap": {"dealer": "30%"}, "cursor": "a"}},
        ],
        ranks=RANKS[:3],
    )
    assert paid_fen(plan, 5_000, "dealer") == 1_500
    assert prove(plan).worst_case == Fraction(30, 100)
    assert reaches_its_witness(plan)


def test_the_peer_of_a_gap_on_a_shared_cursor_is_proven_to_a_thousandth_of_a_per_cent():
    """10 % to the dealer, the gap of 9.99 % counts for the award on it: 10 + 0.9990 + 5 % = 15.999 %."""
    plan = plan_of(
        [
            {"id": "a", "rate": {"gap": {"vip": "0.01%", "dealer": "0.01%"}}},
            {"id": "b", "rate": {"gap": {"dealer": "10%"}, "cursor": "a"}},
            {"id": "peers", "kind": "peer", "of": "a", "rate": "5%", "pairs": "every", "ranks": ["vip"]},
            {"id": "care", "of": "b", "rate": "10%", "select": {"limit": 1}},
        ],
        ranks=RANKS[:3],
    )
    assert prove(plan).worst_case == worst_of_brute_force(plan, 100_000, depth=6) == Fraction(15_999, 100_000)
    assert paid_fen(plan, 100_000, "vip vip dealer dealer") == 15_999
    assert reaches_its_witness(plan)


def test_a_cap_ends_the_search_among_amounts_that_personal_limits_and_fixed_amounts_begin():
    """65 fen twice on 3 yuan and 20 % are far above the cap of 12 %: what it allows is the worst case."""
    text = """
plan: capped
title: {zh: 封顶, en: Capped}
ranks: [{key: member, zh: 会员, en: Member}]
budget: 12%
cap: 12%
clauses:
  - {id: levels, rate: {by_level: [0.33%]}, bound: {person: 0.68}}
  - {id: gift, rate: {amount: 0.65}, select: {limit: 2}, event: {least: 3.00}}
  - {id: direct, kind: direct, rate: 20%}
"""
    plan = load_plan(text)
    assert prove(plan).worst_case == Fraction(12, 100)
    assert reaches_its_witness(plan)


def test_the_cap_on_the_price_leaves_awards_on_the_freight_as_they_are():
    """The cap of 10 % is for the price: of 100 yuan the direct award is cut to 10; 30 % of 10 yuan freight stays."""
    text = preset_text("gift-pack")
    text = text.replace("budget: 55%\n", "budget: {net: 55%, freight: 30%}\ncap: 10%\n")
    text = text.replace(
        "clauses:\n",
        "clauses:\n  - id: postage\n    rate: 30%\n    select: {limit: 1}\n    event: {base: freight}\n",
    )
    plan = load_plan(text)
    sale = Sale(10_000, freight_fen=1_000)
    awards = evaluate(plan=plan, chain=Chain(sponsors=(SponsorSeat("Ann", "member"),)), sale=sale)
    assert [(award.clause, award.amount_fen, award.cut_fen) for award in awards] == [
        ("postage", 300, 0),
        ("direct", 1_000, 200),
    ]
    assert [(part.base, part.worst_case_bp) for part in prove(plan).bases] == [
        ("net", 1_000),
        ("freight", 3_000),
    ]
    assert all(rest.amount_fen >= 0 for rest in remainders(plan=plan, sale=sale, awards=awards))


def test_a_personal_limit_far_out_of_reach_of_tiny_rates_is_refused_and_not_sampled():
    """0.64 % of 0.26 % reaches 3 yuan only at 183 000 yuan, and is whole fen only at 500 000: too far to look."""
    plan = plan_of(
        [
            {"id": "levels", "rate": {"by_level": ["0.26%"]}},
            {
                "id": "care",
                "of": "levels",
                "rate": {"by_level": ["0.01%", "0.63%"]},
                "bound": {"person": "3.00"},
            },
            {"id": "direct", "kind": "direct", "rate": "0.01%"},
        ]
    )
    with pytest.raises(AmountsTooMany, match="Leave out a limit for a person"):
        prove(plan)
