"""What the lint says of a plan's depth and payout, held against what the evaluator pays on any chain."""

from __future__ import annotations

from hypothesis import assume, given, settings
from hypothesis import strategies as st

from tongbao.money import WHOLE_BP
from tongbao.plans import AgentSeat, Chain, Plan, Sale, SponsorSeat, evaluate, preset, prove
from tongbao.plans.lint import JURISDICTIONS, Facts, Practice, lint
from tongbao.plans.tests.any_plan import PRODUCTS, any_plans
from tongbao.plans.tests.people import LEVELS

LONGEST = 8


@st.composite
def active_chains(draw: st.DrawFn, plan: Plan) -> Chain:
    """Up to eight active people above a buyer, keyed by their level; introducers beside them."""

    def seats(graph: str) -> tuple[SponsorSeat, ...]:
        length = draw(st.integers(0, LONGEST))
        return tuple(
            SponsorSeat(
                f"{graph} {level}",
                draw(st.sampled_from(plan.ranks)),
                recruits=draw(st.integers(0, 4)),
                own_fen=10_000,
                team_fen=10_000,
            )
            for level in range(1, length + 1)
        )

    return Chain(
        sponsors=seats("sponsors"),
        introducers=seats("introducers"),
        agents=tuple(AgentSeat(level, f"agent {level}") for level in LEVELS),
        buyer_key="buyer",
        buyer=SponsorSeat("buyer", draw(st.sampled_from(plan.ranks))),
    )


@given(st.data())
@settings(deadline=None)
def test_nobody_is_paid_deeper_than_the_lint_says_nor_more_people(data):
    plan = data.draw(any_plans())
    chain = data.draw(active_chains(plan))
    sale = Sale(data.draw(st.integers(1, 100_000)), product=data.draw(st.sampled_from(("", *PRODUCTS))))
    reaches = {reach.clause: reach for reach in Facts(plan).reaches}
    levels: dict[str, list[int]] = {}
    for award in evaluate(plan=plan, chain=chain, sale=sale):
        graph, _, level = str(award.beneficiary).partition(" ")
        if graph in ("sponsors", "introducers"):
            levels.setdefault(award.clause, []).append(int(level))
    for clause, paid in levels.items():
        reach = reaches[clause]
        assert reach.depth is None or max(paid) <= reach.depth
        assert reach.people is None or len(set(paid)) <= reach.people


@given(st.data())
@settings(deadline=None, max_examples=40)
def test_others_than_the_buyer_never_get_more_than_the_payout_that_the_lint_tells(data):
    plan = data.draw(any_plans())
    chain = data.draw(active_chains(plan))
    sale = Sale(data.draw(st.integers(1, 100_000)), product=data.draw(st.sampled_from(("", *PRODUCTS))))
    payout_bp = Facts(plan).payout_bp
    # None of these plans is endless; a few can't be proven, their limits lie too close to their rates.
    assume(payout_bp is not None)
    assert payout_bp <= prove(plan).worst_case_bp
    others_fen = sum(
        award.amount_fen
        for award in evaluate(plan=plan, chain=chain, sale=sale)
        if award.beneficiary != "buyer"
    )
    assert others_fen * WHOLE_BP <= sale.base_fen * payout_bp


@given(any_plans(with_promotions=True))
@settings(deadline=None, max_examples=40)
def test_any_plan_is_looked_at_in_every_jurisdiction(plan):
    for jurisdiction in JURISDICTIONS:
        for found in lint(plan=plan, practice=Practice(), jurisdiction=jurisdiction):
            assert found.reasons
            assert all(line > 0 for _, line in found.clauses)
            known = {clause.id for clause in plan.clauses}
            assert {clause for clause, _ in found.clauses} <= known


def test_the_differential_of_the_gift_pack_does_pay_at_any_distance():
    """Why a differential has no end: a cofounder nine levels up, above nobody but ordinary members."""
    sponsors = (*(SponsorSeat(level, "member") for level in range(1, 9)), SponsorSeat(9, "cofounder"))
    awards = evaluate(plan=preset("gift-pack"), chain=Chain(sponsors=sponsors), sale=Sale(19_800))
    assert [(award.clause, award.beneficiary, award.amount_fen) for award in awards] == [
        ("direct", 1, 2_376),
        ("tier", 9, 5_940),
    ]
