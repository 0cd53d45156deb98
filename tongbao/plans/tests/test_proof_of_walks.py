"""The proof of any walks against brute force over every chain, up to seven sponsors."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from itertools import product as every

import pytest
from hypothesis import given, reject, settings
from hypothesis import strategies as st

from tongbao.money import WHOLE_BP, floor_share
from tongbao.plans import (
    AgentSeat,
    Chain,
    Plan,
    PlanOverBudget,
    PlanTooIntertwined,
    PlanUnbounded,
    Proof,
    Sale,
    SponsorSeat,
    bounding,
    check_publishable,
    evaluate,
    most_of_clause,
    preset,
    preset_text,
    prove,
    remainders,
    worst_case_fen,
)
from tongbao.plans.algebra import Base, Gap
from tongbao.plans.language.loading import load_plan
from tongbao.plans.proving.worst import AmountsTooMany
from tongbao.plans.tests.any_plan import any_plans
from tongbao.plans.tests.people import LEVELS, plan_of

MOST_CHAINS = 2_200


def total_fen(plan: Plan, sale: Sale, chain: Chain) -> int:
    return sum(award.amount_fen for award in evaluate(plan=plan, chain=chain, sale=sale))


def seats_that_differ(plan: Plan, graph: str) -> list[SponsorSeat]:
    """One seat for every facts that the plan can tell apart; all inactive ones are one, unless a gap lapses."""
    for course in plan.courses:
        if course.graph == graph:
            facts = course.machine.every_facts()
            walks = course.machine.walks
            if any(isinstance(walk.rate, Gap) and not walk.select.compress for walk in walks):
                return [SponsorSeat(0, *seat) for seat in facts]
            inactive = next(seat for seat in facts if not seat.active)
            return [SponsorSeat(0, *seat) for seat in (*(seat for seat in facts if seat.active), inactive)]
    return []


def every_chain(seats: list[SponsorSeat], depth: int):
    for length in range(depth + 1):
        for chosen in every(seats, repeat=length):
            yield tuple(replace(seat, member_key=f"{place}") for place, seat in enumerate(chosen))


def depth_for(seats: list[SponsorSeat], most_chains: int) -> int:
    return max(depth for depth in range(1, 8) if depth == 1 or len(seats) ** depth <= most_chains)


def brute_force_fen(plan: Plan, sale: Sale, *, most_chains: int = MOST_CHAINS) -> tuple[int, int]:
    """The most over every chain, and how deep the chains were."""
    sponsors, introducers = seats_that_differ(plan, "sponsors"), seats_that_differ(plan, "introducers")
    depth = depth_for(sponsors or [SponsorSeat(0, "")], most_chains)
    agents = max(
        total_fen(plan, sale, Chain(agents=tuple(AgentSeat(level, level) for level in chosen)))
        for chosen in every(*[[None, level] for level in LEVELS])
        for chosen in [[level for level in chosen if level]]
    )
    buyers: list[SponsorSeat | None] = [None]
    if len(bounding.buyer_ranks(plan)) > 1:
        seats = seats_that_differ(plan, "buyer") or [SponsorSeat(0, rank) for rank in plan.ranks]
        buyers += [replace(seat, member_key="buyer") for seat in seats]
    above = max(
        total_fen(plan, sale, Chain(sponsors=chain, buyer=buyer, buyer_key="buyer"))
        for buyer in buyers
        for chain in every_chain(sponsors, depth)
    )
    depth_there = depth_for(introducers or [SponsorSeat(0, "")], most_chains)
    brought = max(
        total_fen(plan, sale, Chain(introducers=chain)) for chain in every_chain(introducers, depth_there)
    )
    together = agents + above + brought
    if plan.cap_bp is not None and sale.base_fen:
        # Each graph was looked at by itself; the cap is for all of them.
        together = min(together, floor_share(amount=sale.base_fen, rate_bp=plan.cap_bp))
    return together, min(depth, depth_there)


def proven(plan: Plan) -> Proof:
    """The proof of a random plan. About one in five hundred is refused for limits a hair from its rates; a test of
    its own says how."""
    try:
        return prove(plan)
    except AmountsTooMany:
        reject()


@settings(max_examples=12, deadline=None)
@given(plan=any_plans(most_clauses=3, ranks=2), base_fen=st.integers(1, 20_000))
def test_no_chain_of_brute_force_exceeds_the_proof_and_the_witness_reaches_it(plan, base_fen):
    proof = proven(plan)
    witness = proof.witness
    assert total_fen(plan, witness.sale, witness.chain) == witness.total_fen
    assert Fraction(witness.total_fen, witness.base_fen) == proof.worst_case
    rounded, _ = brute_force_fen(plan, Sale(base_fen, product="pack-198"), most_chains=300)
    assert rounded <= proof.worst_case * base_fen
    found, depth = brute_force_fen(plan, witness.sale)
    assert found <= witness.total_fen
    if max(len(witness.sponsors), len(witness.chain.introducers)) <= depth:
        assert found == witness.total_fen


@settings(max_examples=12, deadline=None)
@given(plan=any_plans(most_clauses=3, ranks=2, wide=True), amount_fen=st.integers(1, 20_000))
def test_no_base_of_any_order_pays_above_its_worst_case_whatever_clauses_look_at(plan, amount_fen):
    """Freight, margin and points, volumes asked for, fixed amounts, least amounts and a cap, all together."""
    proof = proven(plan)
    witness = proof.witness
    assert total_fen(plan, witness.sale, witness.chain) == witness.total_fen
    assert Fraction(witness.total_fen, witness.base_fen) == proof.worst_case
    found, depth = brute_force_fen(plan, witness.sale)
    assert found <= witness.total_fen
    if max(len(witness.sponsors), len(witness.chain.introducers)) <= depth:
        assert found == witness.total_fen
    for bound in proof.bases:
        for base_fen in {amount_fen, 50, 500, 5_000, 15_000}:
            sale = sale_of(bound.base, base_fen)
            paid_fen, _ = brute_force_fen(plan, sale, most_chains=40)
            assert paid_fen <= bound.worst_case * base_fen


def sale_of(base: Base, base_fen: int) -> Sale:
    """An order of which one base is all there is."""
    return Sale(
        base_fen if base == "net" else 0,
        freight_fen=base_fen if base == "freight" else 0,
        margin_fen=base_fen if base == "margin" else 0,
        points_fen=base_fen if base == "points" else 0,
        product="pack-198",
    )


@settings(max_examples=30, deadline=None)
@given(plan=any_plans(most_clauses=3, ranks=2), base_fen=st.integers(1, 20_000))
def test_no_clause_ever_pays_above_its_own_maximum(plan, base_fen):
    sale = Sale(base_fen, product="pack-198")
    most = {clause.id: most_of_clause(plan=plan, clause_id=clause.id, sale=sale) for clause in plan.clauses}
    for chain in list(every_chain(seats_that_differ(plan, "sponsors"), 3))[:300]:
        paid: dict[str, int] = {}
        for award in evaluate(plan=plan, chain=Chain(sponsors=chain), sale=sale):
            paid[award.clause] = paid.get(award.clause, 0) + award.amount_fen
        for clause_id, amount_fen in paid.items():
            assert amount_fen <= (most[clause_id] or 0)


@pytest.mark.parametrize("name", ["gift-pack", "lottery-winner", "merchant-alliance"])
def test_brute_force_over_all_chains_of_four_ranks_and_the_inactive_to_depth_seven(name):
    plan = preset(name)
    proof = prove(plan)
    seats = seats_that_differ(plan, "sponsors")
    assert len(seats) == 5
    sale = Sale(proof.witness.base_fen)
    above = max(total_fen(plan, sale, Chain(sponsors=chain)) for chain in every_chain(seats, 7))
    agents = total_fen(plan, sale, Chain(agents=tuple(AgentSeat(level, level) for level in LEVELS)))
    assert above + agents == proof.witness.total_fen


def test_an_amount_on_orders_of_a_hundred_yuan_or_more_is_proven_on_the_smallest_of_them():
    plan = plan_of(
        [
            {"id": "gift", "rate": {"amount": "5.00"}, "select": {"limit": 1}, "event": {"least": "100.00"}},
            {"id": "direct", "kind": "direct", "rate": "10%"},
        ]
    )
    proof = prove(plan)
    assert (proof.worst_case_bp, proof.witness.base_fen, proof.witness.total_fen) == (1_500, 10_000, 1_500)


def test_an_amount_beside_a_rate_that_rounds_finds_the_very_fen():
    """99 fen pay a fixed 10 and floor(33.33 % of 99) = 32; 100 fen pay 10 and 33, which is the larger part."""
    plan = plan_of(
        [
            {"id": "gift", "rate": {"amount": "0.10"}, "select": {"limit": 1}, "event": {"least": "0.99"}},
            {"id": "direct", "kind": "direct", "rate": "33.33%"},
        ]
    )
    proof = prove(plan)
    by_hand = max(Fraction(10 + base_fen * 3_333 // WHOLE_BP, base_fen) for base_fen in range(99, 50_000))
    assert proof.worst_case == by_hand == Fraction(43, 100)


def test_a_person_s_limit_below_the_rate_lowers_the_worst_case():
    """12 % is 1 fen from 9 fen on, and never more than that: 1 of 9 is the largest part."""
    plan = plan_of([{"id": "direct", "kind": "direct", "rate": "12%", "bound": {"person": "0.01"}}])
    assert prove(plan).worst_case == Fraction(1, 9)


def test_a_limit_on_the_order_is_the_worst_case():
    plan = plan_of([{"id": "levels", "rate": {"by_level": ["10%", "10%"]}, "bound": {"order": "15%"}}])
    assert prove(plan).worst_case_bp == 1_500


def test_a_limit_on_all_clauses_together_is_the_worst_case():
    text = preset_text("gift-pack").replace("budget: 55%\n", "budget: 55%\ncap: 40%\n")
    proof = prove(load_plan(text))
    assert proof.worst_case_bp == 4_000
    assert proof.witness.total_fen * WHOLE_BP == 4_000 * proof.witness.base_fen


def test_every_level_without_a_last_one_can_not_be_bounded():
    plan = plan_of([{"id": "direct", "kind": "direct", "rate": "5%"}, {"id": "infinite", "rate": "1%"}])
    proof = prove(plan)
    assert not proof.bounded
    assert not proof.within_budget
    (why,) = proof.unbounded
    assert why.clause == "infinite"
    assert why.line == plan.clause("infinite").line > plan.clause("direct").line
    assert "names no last one" in why.en
    assert proof.as_json()["worst_case_bp"] is None
    with pytest.raises(PlanUnbounded) as refusal:
        check_publishable(plan)
    assert f"line {why.line}" in str(refusal.value)


def test_an_amount_on_any_order_however_small_can_not_be_bounded():
    plan = plan_of([{"id": "gift", "rate": {"amount": "5.00"}, "select": {"limit": 1}}])
    assert [why.clause for why in prove(plan).unbounded] == ["gift"]


def test_freight_has_a_worst_case_and_a_budget_of_its_own():
    text = preset_text("gift-pack").replace("budget: 55%\n", "budget: {net: 55%, freight: 20%}\n")
    text = text.replace(
        "clauses:\n",
        "clauses:\n  - id: postage\n    rate: 30%\n    select: {limit: 1}\n    event: {base: freight}\n",
    )
    plan = load_plan(text)
    proof = prove(plan)
    assert [(part.base, part.worst_case_bp, part.budget_bp) for part in proof.bases] == [
        ("net", 5_500, 5_500),
        ("freight", 3_000, 2_000),
    ]
    with pytest.raises(PlanOverBudget) as refusal:
        check_publishable(plan)
    assert refusal.value.worst_case_bp == 3_000


def test_clauses_for_different_products_are_not_added_up():
    plan = plan_of(
        [
            {"id": "small", "kind": "direct", "rate": "10%", "event": {"products": ["pack-198"]}},
            {"id": "large", "kind": "direct", "rate": "15%", "event": {"products": ["pack-999"]}},
        ]
    )
    proof = prove(plan)
    assert (proof.worst_case_bp, proof.witness.product) == (1_500, "pack-999")


def test_too_many_situations_are_refused_and_not_sampled(monkeypatch):
    monkeypatch.setattr(bounding.exploring, "MOST_STEPS", 10)
    text = preset_text("gift-pack").replace("12%", "11.99%")
    with pytest.raises(PlanTooIntertwined):
        prove(load_plan(text))


def test_a_person_s_limit_counts_all_that_one_order_gives_a_person():
    """The last in line manages three awards and gets a fen for all of them together."""
    plan = plan_of(
        [
            {
                "id": "tier",
                "kind": "differential",
                "rates": {"vip": "10%", "dealer": "20%", "cofounder": "30%"},
            },
            {
                "id": "managers",
                "of": "tier",
                "rate": {"by_level": ["50%", "50%", "50%"]},
                "bound": {"person": "0.01"},
            },
        ]
    )
    proof = prove(plan)
    assert total_fen(plan, proof.witness.sale, proof.witness.chain) == proof.witness.total_fen
    everyone = Chain(
        sponsors=tuple(SponsorSeat(rank, rank) for rank in ("vip", "dealer", "cofounder", "member"))
    )
    awards = evaluate(plan=plan, chain=everyone, sale=Sale(10_000))
    assert [(award.beneficiary, award.amount_fen) for award in awards if award.clause == "managers"] == [
        ("dealer", 1),
        ("cofounder", 1),
        ("member", 1),
    ]


def test_a_limit_that_only_puts_payments_off_bounds_nothing():
    """What a month's limit cuts is paid in later months, so an order of any amount costs its 10 % in the end."""
    clause = {"id": "direct", "kind": "direct", "rate": "10%"}
    carried = plan_of([clause | {"bound": {"person": "0.01", "period": "month", "rest": "carry"}}])
    assert worst_case_fen(plan=carried, base_fen=10_000) == 1_000
    cut = plan_of([clause | {"bound": {"person": "0.01", "period": "month"}}])
    assert worst_case_fen(plan=cut, base_fen=10_000) == 1
    assert prove(carried).worst_case_bp == 1_000


def test_a_plan_that_only_puts_payments_off_is_held_to_its_budget():
    bound = {"person": "0.01", "period": "month", "rest": "carry"}
    plan = plan_of([{"id": "direct", "kind": "direct", "rate": "10%", "bound": bound}], budget="9%")
    with pytest.raises(PlanOverBudget) as refusal:
        check_publishable(plan)
    assert refusal.value.worst_case_bp == 1_000


def test_an_award_on_awards_for_one_product_is_not_paid_on_another():
    plan = plan_of(
        [
            {"id": "direct", "kind": "direct", "rate": "10%"},
            {
                "id": "care",
                "of": "direct",
                "rate": "50%",
                "select": {"limit": 1},
                "event": {"products": ["tea"]},
            },
        ]
    )
    chain = Chain(sponsors=(SponsorSeat("Ann", "vip"), SponsorSeat("Bob", "vip")))
    assert total_fen(plan, Sale(10_000, product="tea"), chain) == 1_500
    assert total_fen(plan, Sale(10_000, product="soap"), chain) == 1_000
    assert (prove(plan).worst_case_bp, prove(plan).witness.product) == (1_500, "tea")


def test_what_nobody_earned_of_a_fixed_amount_within_an_order_s_limit():
    """Up to 3 × 1 yuan, and 5 % of the order at most: of 20 yuan 1.00, of 100 yuan 3.00."""
    clause = {"id": "gift", "rate": {"amount": "1.00"}, "select": {"limit": 3}, "bound": {"order": "5%"}}
    plan = plan_of([clause | {"event": {"least": "10.00"}}])
    most = [
        most_of_clause(plan=plan, clause_id="gift", sale=Sale(base_fen)) for base_fen in (999, 2_000, 10_000)
    ]
    assert most == [0, 100, 300]
    chain = Chain(sponsors=tuple(SponsorSeat(name, "vip") for name in ("Ann", "Bob", "Cai")))
    assert [total_fen(plan, Sale(base_fen), chain) for base_fen in (999, 2_000, 10_000)] == most


@settings(max_examples=60, deadline=None)
@given(plan=any_plans(), data=st.data())
def test_no_remainder_is_ever_below_nothing_and_no_base_pays_above_its_worst_case(plan, data):
    """Every graph at once, any amounts of every base."""
    seats = st.lists(st.tuples(st.sampled_from(plan.ranks), st.booleans(), st.integers(0, 3)), max_size=5)

    def drawn(called: str) -> tuple[SponsorSeat, ...]:
        return tuple(SponsorSeat(f"{called} {place}", *seat) for place, seat in enumerate(data.draw(seats)))

    chain = Chain(
        sponsors=drawn("sponsor"),
        introducers=drawn("introducer"),
        agents=tuple(AgentSeat(level, level, data.draw(st.booleans())) for level in LEVELS),
        buyer_key="buyer",
        buyer=SponsorSeat("buyer", data.draw(st.sampled_from(plan.ranks))),
    )
    product = data.draw(st.sampled_from(["", "pack-198", "pack-398"]))
    sale = Sale(data.draw(st.sampled_from([0, 1, 99, 1_000, 9_999, 10_000, 123_457])), product=product)
    awards = evaluate(plan=plan, chain=chain, sale=sale)
    assert all(rest.amount_fen >= 0 for rest in remainders(plan=plan, sale=sale, awards=awards))
    assert sum(award.amount_fen for award in awards) <= proven(plan).worst_case * sale.base_fen
