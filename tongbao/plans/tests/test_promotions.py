"""Promotions by recruits, and what differs between two plans."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tongbao.plans import (
    RecruitRule,
    UnknownRank,
    compare_plans,
    load_plan,
    preset,
    preset_text,
    promotion_sentences,
    rank_by_recruits,
)
from tongbao.plans.tests.people import RANKS

GIFT_PACK = preset("gift-pack")


def rank_after(
    rank: str, *recruits: str, rules: tuple[RecruitRule, ...] = GIFT_PACK.promotions.by_recruits
) -> str:
    return rank_by_recruits(rank=rank, recruit_ranks=recruits, rules=rules, ladder=GIFT_PACK.ranks)


@pytest.mark.parametrize(
    ("rank", "recruits", "after"),
    [
        ("vip", ["vip"] * 4, "vip"),
        ("vip", ["vip"] * 5, "dealer"),
        ("vip", ["vip", "vip", "dealer", "cofounder", "vip"], "dealer"),
        ("vip", ["dealer"] * 5, "cofounder"),
        ("vip", ["vip"] * 4 + ["member"] * 9, "vip"),
        ("member", ["vip"] * 9, "member"),
        ("dealer", ["vip"] * 9, "dealer"),
        ("dealer", ["dealer"] * 5, "cofounder"),
        ("cofounder", ["cofounder"] * 9, "cofounder"),
    ],
)
def test_five_direct_recruits_of_the_own_rank_or_above_promote(rank, recruits, after):
    assert rank_after(rank, *recruits) == after


@given(rank=st.sampled_from(RANKS), recruits=st.lists(st.sampled_from(RANKS), max_size=12))
def test_a_rank_never_falls_and_more_recruits_never_hurt(rank, recruits):
    after = rank_after(rank, *recruits)
    assert RANKS.index(after) >= RANKS.index(rank)
    assert RANKS.index(rank_after(rank, *recruits, "dealer")) >= RANKS.index(after)
    assert rank_after(after, *recruits) == after


def test_of_several_rules_the_highest_rank_counts_and_a_rule_downward_does_nothing():
    rules = (
        RecruitRule(from_rank="vip", recruits=1, recruit_rank="member", to_rank="dealer"),
        RecruitRule(from_rank="vip", recruits=2, recruit_rank="member", to_rank="cofounder"),
        RecruitRule(from_rank="cofounder", recruits=1, recruit_rank="member", to_rank="vip"),
    )
    assert rank_after("vip", "member", "member", rules=rules) == "cofounder"
    assert rank_after("vip", "member", rules=rules) == "dealer"


def test_a_rank_off_the_ladder_is_refused():
    with pytest.raises(UnknownRank):
        rank_after("king")
    with pytest.raises(UnknownRank):
        rank_after("vip", "king")


def test_the_ways_up_are_said_in_both_languages():
    assert promotion_sentences(GIFT_PACK, "en")[-1] == (
        "A Dealer with 5 direct recruits at Dealer or above becomes a Cofounder."
    )
    assert promotion_sentences(GIFT_PACK, "zh")[:1] == ("购买pack-198升级为VIP会员。",)


def changed(*replacements: tuple[str, str]):
    text = preset_text("gift-pack")
    for before, after in replacements:
        assert before in text
        text = text.replace(before, after, 1)
    return compare_plans(GIFT_PACK, load_plan(text))


def test_a_plan_does_not_differ_from_itself():
    assert compare_plans(GIFT_PACK, GIFT_PACK) == ()
    assert changed(("# Gift pack", "# The gift pack")) == ()


def test_a_changed_rate_is_said_with_the_worst_case():
    clause, worst = changed(("rate: 12%", "rate: 10%"))
    assert clause.part == "direct"
    assert clause.en == (
        "direct changes. Before: Direct: the buyer's nearest sponsor, whatever their rank, earns 12%. "
        "After: Direct: the buyer's nearest sponsor, whatever their rank, earns 10%."
    )
    assert worst.sentence("zh") == "单笔最高拨出由55%变为53%。"


def test_a_clause_that_goes_or_comes_is_said():
    region = "  - id: region\n    kind: region\n    rates: {county: 4%, city: 6%, province: 8%}\n"
    gone, worst = changed((region, ""))
    assert gone.en.startswith("region goes. Region: ")
    assert worst.en == "An order's worst case goes from 55% to 47%."
    back, _ = compare_plans(load_plan(preset_text("gift-pack").replace(region, "")), GIFT_PACK)
    assert back.zh.startswith("新增条款region。")


def test_budget_ranks_promotions_and_order_are_said():
    parts = [
        difference.part
        for difference in changed(
            ("budget: 55%", "budget: 60%"),
            ("zh: 特约代理", "zh: 代理商"),
            ("pack-999: cofounder", "pack-1999: cofounder"),
        )
    ]
    assert parts == ["ranks", "promotions", "budget"]
    direct = "  - id: direct\n    kind: direct\n    rate: 12%\n"
    (order,) = changed((direct, ""), ("\npromotions:", f"{direct}\npromotions:"))
    assert order.en == "The order of the clauses becomes tier, peer, region, direct."
