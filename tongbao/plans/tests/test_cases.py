"""What a case can have wrong, and what it says when the plan pays something else."""

from __future__ import annotations

import pytest

from tongbao.plans import AgentSeat, Chain, PlanInvalid, Sale, SponsorSeat, preset
from tongbao.plans.cases import check_case, load_cases

CASES = [
    (
        "{name: one, base_fen: 5, sponsors: [{rank: vpi}]}",
        48,
        "there is no rank 'vpi'; write 'vip'",
        "请写'vip'",
    ),
    (
        "{name: one, base_fen: 5, sponsors: [{rnk: vip}]}",
        42,
        "a seat has no key 'rnk'; write 'rank'",
        "请写'rank'",
    ),
    ("{name: one, base_fen: 5, sponsors: [{recruits: 3}]}", 41, "a seat needs rank", "席位缺少rank"),
    (
        "{name: one, base_fen: 5, sponsors: [{rank: vip, recruits: many}]}",
        63,
        "recruits 'many' must be a whole number",
        "recruits应为",
    ),
    (
        "{name: one, base_fen: 5, sponsors: [{rank: vip, active: maybe}]}",
        61,
        "active can't be 'maybe'; write one of yes, no",
        "可选:yes、no",
    ),
    (
        "{name: one, base_fen: 5, sponsors: [{rank: vip, own: 5%}]}",
        58,
        "an amount of yuan stands here",
        "金额",
    ),
    ("{name: one, base_fen: 5, buyer: vp}", 37, "'vp' isn't known here; write 'vip'", "请写'vip'"),
    ("{name: one, base_fen: 5, buyer: [vip]}", 37, "buyer must be a word such as vip", "buyer应为等级"),
    ("{name: one, base_fen: 5, introducers: vip}", 43, "introducers must be a list", "introducers应为列表"),
    (
        "{name: one, base_fen: 5, freight_fen: 1.5}",
        43,
        "freight_fen '1.5' must be a whole number",
        "freight_fen应为",
    ),
    ("{name: one, base_fen: 5, product: a b}", 39, "product 'a b' must be letters", "product应为"),
    ("{name: one, base_fen: 5, placement: {tier: [vip]}}", 42, "placement has no key 'tier'", "没有键'tier'"),
    ("{name: one, base_fen: 5, awards: none}", 38, "awards must be a list", "awards应为列表"),
    (
        "{name: one, base_fen: 5, awards: [{to: sponsor 1, clause: drect, fen: 1}]}",
        63,
        "'drect'; write 'direct'",
        "请写'direct'",
    ),
    (
        "{name: one, base_fen: 5, awards: [{to: sponsor 1, clause: direct, fen: 0}]}",
        76,
        "fen '0' must be a whole number from 1",
        "fen应为1",
    ),
]


@pytest.mark.parametrize(("case", "column", "en", "zh"), CASES, ids=[case[0] for case in CASES])
def test_a_mistake_in_a_case_is_named(case, column, en, zh):
    with pytest.raises(PlanInvalid) as caught:
        load_cases(f"cases:\n  - {case}\n", plan=preset("gift-pack"), source="cases.yaml")
    places = [(found.line, found.column, found.en, found.zh) for found in caught.value.problems]
    (said,) = [(said_en, said_zh) for line, at, said_en, said_zh in places if (line, at) == (2, column)]
    assert en in said[0]
    assert zh in said[1]


@pytest.mark.parametrize(
    ("says", "line", "en", "zh"),
    [
        ("total_fen: 2377", 2, "total_fen is 2377 and 2376 are paid", "total_fen为2377,实际支付2376"),
        (
            "awards: [{to: sponsor 1, clause: direct, fen: 1}]",
            3,
            "fen: 1} is written and {to: sponsor 1, clause: direct, fen: 2376} is paid",
            "实际支付{to: sponsor 1, clause: direct, fen: 2376}",
        ),
        ("awards: []", 2, "fen: 2376} is paid too; write it", "请补充"),
        (
            "awards: [{to: sponsor 1, clause: direct, fen: 2376}, {to: sponsor 1, clause: tier, fen: 1}]",
            3,
            "{to: sponsor 1, clause: tier, fen: 1} isn't paid; delete it",
            "请删除",
        ),
    ],
)
def test_a_case_that_says_something_else_than_the_plan_pays_is_told_so(says, line, en, zh):
    plan = preset("gift-pack")
    text = f"cases:\n  - {{name: one, base_fen: 19800, sponsors: [member],\n     {says}}}\n"
    (case,) = load_cases(text, plan=plan)
    (found,) = check_case(plan=plan, case=case)
    assert found.line == line
    assert en in found.message("en")
    assert zh in found.message("zh")


def test_a_case_places_people_in_a_tree():
    """5, 4 and 3 % of 198 yuan to the three seats above; the second is inactive and passed over."""
    plan = preset("forced-matrix")
    text = """\
cases:
  - name: three places above
    base_fen: 19800
    sponsors: [member]
    placement: {matrix: [member, member inactive, {rank: member, recruits: 2}, member]}
    awards:
      - {to: place 1, clause: matrix, fen: 990}
      - {to: place 3, clause: matrix, fen: 792}
      - {to: place 4, clause: matrix, fen: 594}
    total_fen: 2376
"""
    (case,) = load_cases(text, plan=plan)
    assert check_case(plan=plan, case=case) == ()


def test_everything_that_a_case_states_reaches_the_chain_and_the_sale():
    text = """\
cases:
  - name: all of it
    base_fen: 19800
    freight_fen: 1200
    margin_fen: 6000
    points_fen: 500
    product: pack-198
    buyer: {rank: vip, own: 12.50}
    sponsors: [vip inactive, {rank: dealer, recruits: 3, own: 100.00, team: 5000.00, active: no}]
    introducers: [member]
    agents: [county inactive, city buyer]
"""
    (case,) = load_cases(text, plan=preset("gift-pack"))
    assert case.sale == Sale(19_800, 1_200, 6_000, 500, "pack-198")
    assert case.chain == Chain(
        sponsors=(
            SponsorSeat("sponsor 1", "vip", False),
            SponsorSeat("sponsor 2", "dealer", False, 3, 10_000, 500_000),
        ),
        agents=(AgentSeat("county", "county agent", False), AgentSeat("city", "buyer")),
        buyer_key="buyer",
        buyer=SponsorSeat("buyer", "vip", own_fen=1_250),
        introducers=(SponsorSeat("introducer 1", "member"),),
    )
    assert (case.awards, case.total_fen) == (None, None)
