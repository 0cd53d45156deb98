"""The proof against brute force: every chain, every set of agents, many bases."""

from __future__ import annotations

from itertools import chain as chained
from itertools import combinations, product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tongbao.money import WHOLE_BP, floor_share
from tongbao.plans import (
    AgentSeat,
    Chain,
    PlanOverBudget,
    Sale,
    SponsorSeat,
    check_publishable,
    evaluate,
    preset,
    prove,
    worst_case_fen,
)
from tongbao.plans.tests.people import LEVELS, RANKS, gift_pack_with, plan_of, plans

EVERY_SET_OF_AGENTS = [set(levels) for size in range(4) for levels in combinations(LEVELS, size)]


def total_fen(plan, sponsors, agents, base_fen) -> int:
    people = Chain(
        sponsors=tuple(SponsorSeat(place, rank, active) for place, (rank, active) in enumerate(sponsors)),
        agents=tuple(AgentSeat(level, level) for level in LEVELS if level in agents),
    )
    return sum(award.amount_fen for award in evaluate(plan=plan, chain=people, sale=Sale(base_fen)))


def every_chain(ranks, depth, *, with_inactive=True):
    """Every chain up to ``depth``; an inactive sponsor's rank matters to nobody, so one stands for all."""
    seats = [(rank, True) for rank in ranks] + ([(ranks[0], False)] if with_inactive else [])
    return chained.from_iterable(product(seats, repeat=length) for length in range(depth + 1))


def brute_force_fen(plan, base_fen, *, depth, agents=EVERY_SET_OF_AGENTS, with_inactive=True) -> int:
    return max(
        total_fen(plan, sponsors, levels, base_fen)
        for sponsors in every_chain(plan.ranks, depth, with_inactive=with_inactive)
        for levels in agents
    )


@pytest.mark.parametrize(
    ("plan", "worst_case_bp"),
    [
        (preset("gift-pack"), 5_500),
        (preset("merchant-alliance"), 500),
        (preset("lottery-winner"), 2_800),
        (gift_pack_with(pairs="every"), 6_500),
    ],
    ids=["gift-pack", "merchant-alliance", "lottery-winner", "every pair"],
)
def test_the_worst_case_is_what_the_rules_say_and_the_witness_reaches_it(plan, worst_case_bp):
    proof = prove(plan)
    assert proof.bounded
    assert proof.worst_case_bp == worst_case_bp
    sponsors = [(rank, True) for rank in proof.witness.sponsors]
    reached = total_fen(plan, sponsors, proof.witness.agents, proof.witness.base_fen)
    assert reached == proof.witness.total_fen
    assert reached * WHOLE_BP == worst_case_bp * proof.witness.base_fen


def test_a_witness_has_nobody_who_is_not_needed():
    proof = prove(preset("gift-pack"))
    assert proof.witness.sponsors == ("cofounder", "cofounder")
    assert proof.witness.agents == ("province",)
    assert tuple(sorted(prove(gift_pack_with(pairs="every")).witness.sponsors, key=RANKS.index)) == (
        "vip",
        "vip",
        "dealer",
        "dealer",
        "cofounder",
        "cofounder",
    )


@pytest.mark.parametrize("name", ["gift-pack", "merchant-alliance", "lottery-winner"])
def test_brute_force_over_all_chains_to_depth_five_finds_the_same_worst_case(name):
    plan = preset(name)
    assert brute_force_fen(plan, 10_000, depth=5) == prove(plan).worst_case_bp


def test_brute_force_to_depth_seven_finds_the_same_for_gift_pack_and_every_pair():
    """At six sponsors every rank can have its pair; the seventh adds nothing."""
    for plan in (preset("gift-pack"), gift_pack_with(pairs="every")):
        found = brute_force_fen(plan, 10_000, depth=7, agents=[set(LEVELS)], with_inactive=False)
        assert found == prove(plan).worst_case_bp


@pytest.mark.parametrize("base_fen", [1, 7, 19, 105, 199, 9_999, 19_800])
def test_for_a_base_that_rounds_brute_force_finds_the_exact_fen(base_fen):
    plan = preset("gift-pack")
    exact = worst_case_fen(plan=plan, base_fen=base_fen)
    assert brute_force_fen(plan, base_fen, depth=3) == exact
    assert exact <= floor_share(amount=base_fen, rate_bp=5_500)


def test_rounding_can_keep_the_worst_case_below_the_rate():
    """105 fen: 12 + 31 + 5 + 8 = 56 of floor(57.75) = 57."""
    assert worst_case_fen(plan=preset("gift-pack"), base_fen=105) == 56
    assert floor_share(amount=105, rate_bp=5_500) == 57


@settings(max_examples=30, deadline=None)
@given(plan=plans(), base_fen=st.integers(1, 20_000))
def test_for_any_plan_the_proof_equals_brute_force(plan, base_fen):
    depth = 2 * len(plan.ranks) if len(plan.ranks) < 3 else 6
    agents = [set(), set(LEVELS)]
    found = brute_force_fen(plan, base_fen, depth=depth, agents=agents, with_inactive=False)
    assert found == worst_case_fen(plan=plan, base_fen=base_fen)
    assert (
        brute_force_fen(plan, WHOLE_BP, depth=depth, agents=agents, with_inactive=False)
        == prove(plan).worst_case_bp
    )


def test_the_plan_that_pays_every_pair_is_refused():
    with pytest.raises(PlanOverBudget) as refusal:
        check_publishable(gift_pack_with(pairs="every"))
    assert refusal.value.worst_case_bp == 6_500
    assert "can pay 65% of an order and its budget is 55%" in str(refusal.value)
    assert "最多会拨出订单金额的65%,超过预算55%" in refusal.value.message("zh")


def test_a_plan_at_its_budget_may_be_published_and_a_basis_point_above_not():
    clauses = [{"id": "direct", "kind": "direct", "rate": "10%"}]
    assert check_publishable(plan_of(clauses, budget="10%")).worst_case_bp == 1_000
    with pytest.raises(PlanOverBudget):
        check_publishable(plan_of(clauses, budget="9.99%"))


def test_a_proof_is_one_json_object():
    assert prove(preset("gift-pack")).as_json() == {
        "bounded": True,
        "worst_case_bp": 5_500,
        "budget_bp": 5_500,
        "witness": {
            "sponsors": ["cofounder", "cofounder"],
            "agents": ["province"],
            "base_fen": 100,
            "total_fen": 55,
        },
    }


def test_a_refusal_names_everybody_whom_the_worst_order_pays():
    """Places, introducers, agents and the buyer too, by the names that the plan gives the ranks."""
    limit = {"limit": 1}
    plan = plan_of(
        [
            {"id": "own", "graph": "buyer", "rate": "10%"},
            {"id": "merchant", "graph": "introducers", "rate": "10%", "select": dict(limit)},
            {
                "id": "matrix",
                "graph": "placement",
                "placement": {"width": "3", "fill": "breadth"},
                "rate": "10%",
                "select": dict(limit),
            },
            {"id": "region", "kind": "region", "rates": {"city": "5%"}},
        ],
        budget="1%",
    )
    with pytest.raises(PlanOverBudget) as refusal:
        check_publishable(plan)
    lowest = plan.rank_names[0]
    assert (
        f"it pays that much to city agent, introducer {lowest.en}, placed {lowest.en}, the buyer as {lowest.en} "
        "(nearest first)."
    ) in str(refusal.value)
    assert f"市代、引荐人{lowest.zh}、排位上级{lowest.zh}、买家{lowest.zh}" in refusal.value.message("zh")
