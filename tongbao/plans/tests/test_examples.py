"""The worked cases of the business rules, one test each."""

from __future__ import annotations

import doctest
import hashlib

import pytest
import yaml

from tongbao.plans import (
    Sale,
    bounding,
    cases,
    comparing,
    evaluate,
    evaluating,
    preset,
    preset_names,
    preset_text,
    presets,
    promoting,
    proving,
    rank_by_recruits,
    refund_difference,
)
from tongbao.plans.cases import load_cases, run_cases
from tongbao.plans.language import loading, meant
from tongbao.plans.tests.people import EXAMPLES, chain

FILES = ("gift_pack", "alliance", "lottery_winner")


def _expected(file: str) -> list[tuple[str, str, dict]]:
    content = yaml.safe_load((EXAMPLES / f"{file}.yaml").read_text(encoding="utf-8"))
    return [(file, content["plan"], case) for case in content["cases"]]


@pytest.mark.parametrize(
    ("file", "plan_key", "expected"),
    [case for file in FILES for case in _expected(file)],
    ids=lambda value: value["name"] if isinstance(value, dict) else None,
)
def test_a_worked_case_pays_what_it_says(file, plan_key, expected):
    plan = preset(plan_key)
    written = load_cases((EXAMPLES / f"{file}.yaml").read_text(encoding="utf-8"), plan=plan)
    (case,) = [case for case in written if case.name == expected["name"]]
    (result,) = run_cases(plan=plan, cases=(case,))
    assert result.as_json() == {
        "name": expected["name"],
        "awards": expected["awards"],
        "total_fen": expected["total_fen"],
    }


LIFECYCLE = {
    case["name"]: case for case in yaml.safe_load((EXAMPLES / "lifecycle.yaml").read_text("utf-8"))["cases"]
}
EVERYONE = chain("vip dealer cofounder cofounder", "county city province")


def test_a_partial_refund_recomputes_on_what_remains():
    case = LIFECYCLE["a partial refund recomputes on what remains"]
    difference = refund_difference(
        plan=preset(case["plan"]),
        chain=chain(" ".join(case["sponsors"]), " ".join(case["agents"])),
        sale_before=Sale(case["base_fen"]),
        sale_after=Sale(case["base_fen"] - case["refund_fen"]),
    )
    assert [item.before_fen for item in difference.awards] == case["paid_awards_fen"]
    assert [item.after_fen for item in difference.awards] == case["awards_after_fen"]
    assert difference.clawed_back_fen == case["clawed_back_fen"]


def test_three_partial_refunds_end_at_zero():
    case = LIFECYCLE["refunds of 3333 three times end at zero"]
    plan, base_fen = preset(case["plan"]), case["base_fen"]
    held = {
        (award.clause, award.seat): award.amount_fen
        for award in evaluate(plan=plan, chain=EVERYONE, sale=Sale(base_fen))
    }
    for refund_fen in case["refunds_fen"]:
        difference = refund_difference(
            plan=plan, chain=EVERYONE, sale_before=Sale(base_fen), sale_after=Sale(base_fen - refund_fen)
        )
        for item in difference.awards:
            held[item.clause, item.seat] += item.change_fen
        base_fen -= refund_fen
    assert list(held.values()) == case["awards_after_fen"]


def test_the_fifth_recruit_promotes_but_is_still_paid_out_at_the_old_rank():
    case = LIFECYCLE["the fifth recruit promotes, but is still paid out at the old rank"]
    plan = preset(case["plan"])

    def paid(rank: str) -> list[int]:
        awards = evaluate(plan=plan, chain=chain(rank), sale=Sale(case["order_base_fen"]))
        return [award.amount_fen for award in awards]

    def after(recruits: int) -> str:
        return rank_by_recruits(
            rank=case["sponsor_rank"],
            recruit_ranks=["vip"] * recruits,
            rules=plan.promotions.by_recruits,
            ladder=plan.ranks,
        )

    assert paid(case["sponsor_rank"]) == case["sponsor_awards_fen"]
    assert after(case["direct_vips_before"]) == case["sponsor_rank"]
    assert after(case["direct_vips_before"] + 1) == case["sponsor_rank_after"]
    assert paid(case["sponsor_rank_after"]) == case["next_order_sponsor_awards_fen"]


def test_every_preset_has_its_rule_in_both_languages():
    assert {"compliant", "gift-pack", "lottery-winner", "merchant-alliance"} <= set(preset_names())
    for name in preset_names():
        plan = preset(name)
        assert plan.key == name
        assert plan.rule_zh
        assert plan.rule_en
        assert plan.title("zh") != plan.title("en")
        assert plan.sha256 == hashlib.sha256(preset_text(name).encode()).hexdigest()


@pytest.mark.parametrize(
    "module",
    [cases, comparing, evaluating, presets, promoting, bounding.clauses, proving.proof, loading, meant],
    ids=lambda module: module.__name__,
)
def test_the_examples_in_the_docstrings_hold(module):
    result = doctest.testmod(module)
    assert result.attempted > 0
    assert result.failed == 0
