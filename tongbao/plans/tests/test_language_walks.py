"""What a walk or a base can have wrong: named with line, column and what to write, in both languages."""

from __future__ import annotations

import pytest

from tongbao.plans import PlanInvalid, Sale, evaluate, load_plan
from tongbao.plans.tests.people import chain
from tongbao.plans.tests.walk_mistakes import FIRST, WALKS, below


def refused(text: str) -> PlanInvalid:
    with pytest.raises(PlanInvalid) as caught:
        load_plan(text, source="shop.yaml")
    return caught.value


def problem(text: str, *, line: int, column: int) -> tuple[str, str]:
    error = refused(text)
    for found in error.problems:
        if (found.line, found.column) == (line, column):
            return found.en, found.zh
    raise AssertionError(f"nothing at {line}:{column}:\n{error}")


@pytest.mark.parametrize(("extra", "line", "column", "en", "zh"), WALKS, ids=[case[0] for case in WALKS])
def test_a_mistake_in_a_walk_is_named_with_its_place_and_its_cure(extra, line, column, en, zh):
    said_en, said_zh = problem(below(extra), line=FIRST + line, column=column)
    assert en in said_en
    assert zh in said_zh


@pytest.mark.parametrize(("extra", "line", "column", "en", "zh"), WALKS, ids=[case[0] for case in WALKS])
def test_every_refusal_says_what_to_do(extra, line, column, en, zh):
    cure_en = (
        "write",
        "delete",
        "keep",
        "give",
        "list",
        "move",
        "let",
        "end",
        "the most",
        "must be",
        "needs",
        "say",
    )
    cure_zh = ("请", "应为", "最多", "须", "可选")
    for found in refused(below(extra)).problems:
        assert any(word in found.en for word in cure_en), found.en
        assert any(word in found.zh for word in cure_zh), found.zh


@pytest.mark.parametrize(
    ("before", "after", "line", "column", "en", "zh"),
    [
        (
            "budget: 100%",
            "budget: {margin: 30%}",
            3,
            9,
            "clause tier pays on net, which has no budget; write 'budget: {net: 30%}' or add it",
            "条款tier以net为基数,但没有预算",
        ),
        (
            "budget: 100%",
            "budget: {net: 30%, fright: 5%}",
            3,
            20,
            "budget has no key 'fright'; write 'freight'",
            "budget没有键'fright';请写'freight'",
        ),
        ("budget: 100%", "budget: {}", 3, 9, "budget is empty; write 'budget: 55%'", "budget为空"),
        ("budget: 100%", "budget: {net: 0.3}", 3, 15, "net: '0.3' is no rate", "请写30%"),
        ("budget: 100%", "budget: 0.55", 3, 9, "rates are percentages; write 55%", "请写55%"),
        ("budget: 100%", "budget: 0%", 3, 9, "budget is 0%", "budget为0%"),
        ("budget: 100%", "budget: 100%\ncap: 0.4", 4, 6, "cap: '0.4' is no rate", "请写40%"),
        (
            "budget: 100%",
            "budget: 100%\ncapp: 40%",
            4,
            1,
            "the document has no key 'capp'; write 'cap'",
            "请写'cap'",
        ),
        ("budget: 100%\n", "", 1, 1, "the document needs budget; write 'budget: 12%'", "文档缺少budget"),
    ],
)
def test_a_mistake_in_the_budget_is_named(before, after, line, column, en, zh):
    said_en, said_zh = problem(below("rate: 5%").replace(before, after, 1), line=line, column=column)
    assert en in said_en
    assert zh in said_zh


def test_words_for_people_have_a_length():
    said_en, said_zh = problem(below("rate: 5%").replace("zh: 小店", "zh: " + "店" * 61), line=2, column=13)
    assert said_en == "zh is above 60 characters; shorten it"
    assert said_zh == "zh超过60字,请缩短"


def test_a_base_without_a_budget_is_refused_at_the_budget():
    text = below("rate: 5%\nselect: {limit: 1}\nevent: {base: freight}")
    said_en, said_zh = problem(text, line=3, column=9)
    assert said_en == (
        "clause levels pays on freight, which has no budget; write 'budget: {freight: 30%}' or add it"
    )
    assert "条款levels以freight为基数" in said_zh


def test_a_walk_that_is_sound_loads():
    plan = load_plan(below("rate: {by_level: [5%, 3%]}\nselect: {rank: vip, unlock_recruits: 2}"))
    assert [clause.id for clause in plan.clauses] == ["tier", "levels"]


@pytest.mark.parametrize(
    ("county", "city", "province"),
    [("4%", "", "8%"), ("4%", "6%", ""), ("4%", "", ""), ("", "6%", ""), ("", "", "8%")],
)
def test_any_level_of_a_region_may_be_left_out_because_agents_are_no_ladder(county, city, province):
    named = {"county": county, "city": city, "province": province}
    rates = "{" + ", ".join(f"{level}: {rate}" for level, rate in named.items() if rate) + "}"
    for clause in (f"kind: region\nrates: {rates}", f"graph: regions\nrate: {{by_rank: {rates}}}"):
        plan = load_plan(below(clause))
        assert dict(plan.clause("levels").rate.rates).keys() == {
            level for level, rate in named.items() if rate
        }
        sale = Sale(10_000)
        paid = {
            award.seat: award.amount_fen
            for award in evaluate(plan=plan, chain=chain("", " ".join(named)), sale=sale)
        }
        assert set(paid) == {f"{level} agent" for level, rate in named.items() if rate}


def test_ranks_below_the_first_that_earns_may_be_left_out():
    plan = load_plan(below("rate: {by_rank: {boss: 5%}}\nselect: {limit: 1}"))
    assert dict(plan.clause("levels").rate.rates) == {"boss": 500}


def test_a_peer_award_looks_at_the_orders_of_its_differential():
    text = below(
        "kind: differential\nrates: {boss: 5%}\nevent: {base: margin, least: 10.00}\n"
        "- id: peer\n  kind: peer\n  of: levels\n  rate: 1%"
    ).replace("budget: 100%", "budget: {net: 50%, margin: 50%}")
    plan = load_plan(text)
    assert plan.clause("peer").event == plan.clause("levels").event


def test_an_award_on_awards_looks_at_the_same_orders_unless_it_says_less():
    text = below(
        "rate: {by_level: [5%]}\nevent: {on: received, base: margin, products: [a, b]}\n"
        "- id: bonus\n  of: levels\n  rate: 10%\n  select: {limit: 1}\n"
        "- id: less\n  of: levels\n  rate: 10%\n  select: {limit: 1}\n  event: {on: received, products: [a]}"
    ).replace("budget: 100%", "budget: {net: 50%, margin: 50%}")
    plan = load_plan(text)
    assert plan.clause("bonus").event == plan.clause("levels").event
    assert plan.clause("less").event.products == ("a",)
    assert plan.clause("less").event.base == "margin"
