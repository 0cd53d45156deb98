"""Every preset: it loads, says in both languages what it does, pays what its example says, and keeps its proof."""

from __future__ import annotations

import re
from fractions import Fraction
from functools import cache
from importlib import resources
from itertools import product as every

import pytest

from tongbao.money import WHOLE_BP, floor_share
from tongbao.plans import (
    REGION_LEVELS,
    AgentSeat,
    Chain,
    Plan,
    Sale,
    SponsorSeat,
    check_publishable,
    evaluate,
    preset,
    preset_names,
    preset_text,
    prove,
)
from tongbao.plans.algebra import Base
from tongbao.plans.cases import check_case, load_cases
from tongbao.plans.plan import Course, looks_at
from tongbao.plans.running.stories import load_story, run_story

PRESETS = preset_names()
CHAINS = 17_000
"""About how many chains of one graph are gone through for one preset."""


@cache
def example(name: str) -> str:
    """The worked example of a preset."""
    folder = resources.files("tongbao.plans.presets").joinpath("examples")
    return folder.joinpath(f"{name}.yaml").read_text(encoding="utf-8")


def tells_a_story(name: str) -> bool:
    return re.search(r"^story:", example(name), re.MULTILINE) is not None


def test_there_are_at_least_twenty_eight_presets():
    assert len(PRESETS) >= 28


def test_every_example_belongs_to_a_preset():
    folder = resources.files("tongbao.plans.presets").joinpath("examples")
    files = {file.name for file in folder.iterdir() if file.name.endswith(".yaml")}
    assert files == {f"{name}.yaml" for name in PRESETS}


@pytest.mark.parametrize("name", PRESETS)
def test_a_preset_says_in_both_languages_what_it_does(name):
    plan = preset(name)
    assert plan.key == name
    assert re.search(r"[一-鿿]", plan.title_zh)
    assert re.search(r"[一-鿿]", plan.rule_zh)
    for said in (plan.title_en, plan.rule_en, *plan.sentences("en")):
        assert re.search(r"[A-Za-z]", said)
        assert not re.search(r"[一-鿿]", said), said
    for said in plan.sentences("zh"):
        assert re.search(r"[一-鿿]", said), said
    assert preset_text(name).startswith("# "), "a preset begins with a line for its reader"


@pytest.mark.parametrize("name", PRESETS)
def test_a_preset_pays_what_its_worked_example_says(name):
    plan = preset(name)
    if tells_a_story(name):
        story = load_story(example(name), source=f"{name}.yaml")
        assert story.plan == name
        assert story.steps
        assert [found.message("en") for found in run_story(story, plan=plan)] == []
        return
    cases = load_cases(example(name), plan=plan, source=f"{name}.yaml")
    for case in cases:
        assert case.why, case.name
        assert case.awards is not None, case.name
        assert case.total_fen is not None, case.name
        assert [found.message("en") for found in check_case(plan=plan, case=case)] == []


@pytest.mark.parametrize("name", [name for name in PRESETS if not tells_a_story(name)])
def test_an_example_shows_every_clause_that_pays_order_by_order(name):
    plan = preset(name)
    cases = load_cases(example(name), plan=plan)
    shown = {award.clause for case in cases for award in case.awards or ()}
    assert shown == {walk.id for walk in plan.walks}


@pytest.mark.parametrize("name", PRESETS)
def test_a_preset_is_bounded_and_its_budget_is_a_little_above_at_most(name):
    proof = check_publishable(preset(name))
    assert proof.bounded
    assert proof.within_budget
    for part in proof.bases:
        assert part.worst_case_bp <= part.budget_bp <= part.worst_case_bp + 500, part.base


@pytest.mark.parametrize("name", PRESETS)
def test_the_witness_of_a_preset_is_paid_the_bound(name):
    plan = preset(name)
    proof = prove(plan)
    paid_fen = total_fen(plan, proof.witness.chain, proof.witness.sale)
    assert paid_fen == proof.witness.total_fen
    base_fen = proof.witness.sale.of(plan.base)
    sale = proof.witness.sale
    pools = Fraction(
        sum(
            pool.bp
            for pool in proof.pools
            if (clause := plan.clause(pool.clause)).event.base == plan.base and looks_at(clause, sale)
        ),
        WHOLE_BP,
    )
    assert Fraction(paid_fen, base_fen) + pools == proof.worst_case


@pytest.mark.parametrize("name", PRESETS)
def test_no_chain_that_brute_force_finds_is_paid_above_the_bound(name):
    """Graph by graph, since they don't see each other: every chain of every seat that the plan tells apart."""
    plan = preset(name)
    proof = prove(plan)
    for part in proof.bases:
        sale = proof.witness.sale if part.base == plan.base else a_sale(part.base, WHOLE_BP * WHOLE_BP)
        found, complete = 0, True
        for buyer in buyers(plan):
            graphs = [most_of_course(plan, course, sale, buyer) for course in plan.courses]
            found = max(found, sum(most for most, _ in graphs))
            complete = complete and all(deep for _, deep in graphs)
        if plan.cap_bp is not None:
            found = min(found, floor_share(amount=sale.of(part.base), rate_bp=plan.cap_bp))
        pools = sum(
            Fraction(getattr(clause, "accrue_bp", None) or 0, WHOLE_BP)
            for clause in plan.kept
            if clause.event.base == part.base and looks_at(clause, sale)
        )
        bound_fen = (part.worst_case - pools) * sale.of(part.base)
        assert found <= bound_fen
        if complete:
            assert found == bound_fen


def total_fen(plan: Plan, chain: Chain, sale: Sale) -> int:
    return sum(award.amount_fen for award in evaluate(plan=plan, chain=chain, sale=sale))


def a_sale(base: Base, amount_fen: int) -> Sale:
    amounts = {"net": 0, "freight": 0, "margin": 0, "points": 0, base: amount_fen}
    return Sale(amounts["net"], amounts["freight"], amounts["margin"], amounts["points"])


def buyers(plan: Plan) -> list[SponsorSeat | None]:
    """Every buyer whom the plan tells apart."""
    asks = any(walk.graph == "buyer" or getattr(walk.rate, "from_buyer", False) for walk in plan.walks)
    return [None, *(SponsorSeat("buyer", rank) for rank in plan.ranks)] if asks else [None]


def most_of_course(plan: Plan, course: Course, sale: Sale, buyer: SponsorSeat | None) -> tuple[int, bool]:
    """The most that the chains of one graph are paid, and whether the proof's own chain was short enough."""
    clauses = {walk.id for walk in course.machine.walks}

    def paid(chain: Chain) -> int:
        awards = evaluate(plan=plan, chain=chain, sale=sale)
        return sum(award.amount_fen for award in awards if award.clause in clauses)

    if course.graph == "buyer":
        return paid(Chain(buyer_key="buyer", buyer=buyer)), True
    if course.graph == "regions":
        sets = every(
            *((None, AgentSeat(level, level), AgentSeat(level, level, False)) for level in REGION_LEVELS)
        )
        return max(paid(Chain(agents=tuple(seat for seat in seats if seat))) for seats in sets), True
    facts = course.machine.every_facts()
    seats = [*(seat for seat in facts if seat.active), next(seat for seat in facts if not seat.active)]
    depth = max((deep for deep in range(4, 8) if len(seats) ** deep <= CHAINS), default=4)
    most = 0
    for length in range(depth + 1):
        for chosen in every(seats, repeat=length):
            chain = tuple(SponsorSeat(place, *seat) for place, seat in enumerate(chosen))
            most = max(most, paid(on_graph(course, chain, buyer)))
    needed = len(seats_of(course, prove(plan).witness.chain))
    return most, needed <= depth


def on_graph(course: Course, seats: tuple[SponsorSeat, ...], buyer: SponsorSeat | None) -> Chain:
    match course.graph:
        case "sponsors":
            return Chain(sponsors=seats, buyer_key="buyer", buyer=buyer)
        case "introducers":
            return Chain(introducers=seats, buyer_key="buyer", buyer=buyer)
        case _:
            return Chain(placement={course.placement: seats}, buyer_key="buyer", buyer=buyer)


def seats_of(course: Course, chain: Chain) -> tuple[SponsorSeat, ...]:
    match course.graph:
        case "sponsors":
            return chain.sponsors
        case "introducers":
            return chain.introducers
        case _:
            return chain.placement.get(course.placement, ())
