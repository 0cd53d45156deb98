"""What a lint says of whole plans: the brief's own, the compliant one, and any practice at all."""

from __future__ import annotations

import doctest
import re
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tongbao.plans import bounding, preset, prove
from tongbao.plans.lint import (
    EARNINGS_CLAIMS,
    JURISDICTIONS,
    RULES,
    SETTINGS,
    SEVERITIES,
    Facts,
    Finding,
    Practice,
    blocking,
    contracts,
    facts,
    lint,
    linting,
    load_practice,
    practice,
    reach,
    signoff,
    statement,
    with_cures,
)
from tongbao.plans.lint.tests.shops import (
    EXAMPLES,
    FIRST_CLAUSE_LINE,
    REFERRAL,
    THREE_LEVELS,
    TIER,
    finding,
    plan_of,
    said,
)

BRIEF = load_practice((EXAMPLES / "brief.yaml").read_text(encoding="utf-8"))


def ids(plan, shop, jurisdiction) -> list[str]:
    return [item.id for item in lint(plan=plan, practice=shop, jurisdiction=jurisdiction)]


def test_the_plan_of_the_brief_is_red_in_china():
    assert ids(preset("gift-pack"), BRIEF, "CN") == [
        *("CN4", "CN1", "CN2", "CN3", "CN5", "CN6", "CN9"),
        "CN7b",
    ]


def test_the_plan_of_the_brief_is_red_everywhere_else_too():
    found = {name: ids(preset("gift-pack"), BRIEF, name) for name in JURISDICTIONS if name != "CN"}
    assert found == {
        "US": ["US4", "US5", "US1", "US2"],
        "EU": ["EU1", "EU2"],
        "HK": ["HK1"],
        "SG": ["SG1"],
        "MY": ["MY1"],
    }


def test_paid_entry_of_the_brief_is_told_with_its_packs_and_fees():
    assert said("CN1", preset("gift-pack"), BRIEF) == (
        "buying pack-198 makes a VIP, who earns of other people's orders",
        "buying pack-398 makes a Dealer, who earns of other people's orders",
        "buying pack-999 makes a Cofounder, who earns of other people's orders",
        "becoming a county agent costs 20000.00 yuan",
        "becoming a city agent costs 50000.00 yuan",
        "becoming a province agent costs 100000.00 yuan",
    )


def test_team_pay_of_the_brief_is_told_with_its_clauses_and_their_lines():
    found = finding("CN3", preset("gift-pack"), BRIEF)
    assert found.clauses == (("tier", 28), ("peer", 31))
    assert found.reasons[0].en == (
        "clause tier pays on the sales of people below at any level, up to 3 people of one order"
    )
    assert found.reasons[0].zh == "条款tier按下级的销售支付,不限级数,每单最多3人"


def test_the_payout_share_of_the_brief_is_its_proven_worst_case():
    assert said("CN5", preset("gift-pack"), BRIEF)[1] == "one order can pay 55% of its price, above 30%"
    assert Facts(preset("gift-pack")).payout_bp == prove(preset("gift-pack")).worst_case_bp == 5_500


@pytest.mark.parametrize("jurisdiction", JURISDICTIONS)
def test_the_compliant_preset_is_clean_everywhere(jurisdiction):
    assert lint(plan=preset("compliant"), practice=Practice(), jurisdiction=jurisdiction) == ()


def test_the_compliant_preset_in_the_shop_of_the_brief_is_not_clean():
    assert "CN6" in ids(preset("compliant"), BRIEF, "CN")


def test_the_compliant_preset_pays_one_level_and_asks_nothing():
    found = Facts(preset("compliant"))
    assert [(reach.depth, reach.people) for reach in found.reaches] == [(1, 1)]
    assert (found.paid_entry, found.head_count, found.team_pay, found.payout_bp) == ((), (), (), 1_000)


def test_levels_are_told_with_the_plans_own_numbers():
    assert said("CN3", plan_of(THREE_LEVELS)) == (
        "clause levels pays up to level 3 on the sales of people below",
    )


def test_a_clause_is_told_with_its_line():
    found = finding("CN3", plan_of(f"{REFERRAL}\n{THREE_LEVELS}"))
    assert found.clauses == (("levels", FIRST_CLAUSE_LINE + 1),)
    assert found.cure_keys == ("clauses.levels",)


def test_promotions_are_told_with_their_own_lines():
    lines = {"CN1": {41}, "CN2": {42}}
    for rule_id, expected in lines.items():
        assert {reason.line for reason in finding(rule_id, preset("gift-pack")).reasons} == expected


@pytest.mark.parametrize(
    ("clause", "depth", "people"),
    [
        (REFERRAL, 1, 1),
        ("id: a, rate: {by_level: [5%, 3%]}", 2, 2),
        ("id: a, select: {skip: 2, limit: 1}, rate: 5%", 3, 1),
        ("id: a, select: {limit: 9}, rate: 5%", 9, 9),
        ("id: a, rate: 1%", None, None),
        (TIER, None, 2),
        ("id: a, select: {limit: 1}, rate: {gap: {vip: 10%, dealer: 20%}}", None, 1),
        ("id: a, select: {limit: 2, compress: no}, rate: {gap: {vip: 10%, dealer: 20%}}", 2, 2),
        ("id: a, select: {rank: vip, limit: 1}, rate: 5%", None, 1),
        ("id: a, select: {rank: vip, limit: 1, compress: no}, rate: 5%", 1, 1),
        ("id: a, select: {limit: 2}, rate: {by_rank: {vip: 5%, dealer: 6%}}", None, 2),
        ("id: a, select: {limit: 2}, rate: {by_rank: {member: 1%, vip: 5%, dealer: 6%}}", 2, 2),
        ("id: a, rate: {by_rank_and_level: {vip: [5%], dealer: [5%, 3%]}}", None, 2),
        ("id: a, select: {limit: 3, unlock_recruits: 1}, rate: 1%", None, 3),
        ("id: a, graph: introducers, select: {limit: 2}, rate: 1%", 2, 2),
        ("id: a, graph: placement, placement: {width: 3, fill: breadth}, select: {limit: 9}, rate: 1%", 9, 9),
        ("id: j, kind: jar, accrue: 5%, every: 3", 1, 1),
        ("id: j, kind: jar, accrue: 5%, every: 3, select: {rank: vip}", None, 1),
        ("id: j, kind: jar, accrue: 5%, every: 3, select: {rank: vip, compress: no}", 1, 1),
        ("id: b, kind: board, accrue: 5%, width: 2, depth: 2", 2, 1),
        (
            "id: f, kind: fund, accrue: 5%, close: day, select: {team: 100.00}, split: {equal: yes}",
            None,
            None,
        ),
    ],
)
def test_how_deep_a_clause_pays(clause, depth, people):
    (reach,) = Facts(plan_of(clause)).reaches
    assert (reach.depth, reach.people) == (depth, people)


@pytest.mark.parametrize(
    "clause",
    [
        "id: a, graph: buyer, rate: 5%",
        "id: a, kind: region, rates: {county: 4%}",
        "id: q, kind: queue, accrue: 5%",
        "id: f, kind: fund, accrue: 5%, close: day, split: {equal: yes}",
        "id: f, kind: fund, accrue: 5%, close: day, split: {pro_rata: holding}, holding: {times: 3}",
    ],
)
def test_a_clause_that_pays_nobody_for_people_below_has_no_depth(clause):
    assert Facts(plan_of(clause)).reaches == ()


def test_awards_on_awards_reach_as_deep_as_both_together():
    plan = plan_of("id: a, rate: {by_level: [5%, 3%]}\nid: b, of: a, select: {limit: 3}, rate: 10%")
    assert [(reach.depth, reach.people) for reach in Facts(plan).reaches] == [(2, 2), (5, 6)]


def test_the_peers_of_a_differential_have_no_end():
    plan = plan_of(
        f"{TIER}\nid: a, kind: peer, of: tier, rate: 5%\nid: b, kind: peer, of: tier, pairs: every, rate: 1%"
    )
    assert [(reach.depth, reach.people) for reach in Facts(plan).reaches] == [(None, 2), (None, 1), (None, 2)]


def test_what_a_buyer_gets_back_is_no_payout_to_others():
    plan = plan_of(
        f"id: own, graph: buyer, rate: 40%\n{REFERRAL}\n"
        "id: f, kind: fund, accrue: 5%, close: day, split: {equal: yes}"
    )
    assert Facts(plan).payout_bp == 1_500


def test_a_plan_that_pays_nobody_but_the_buyer_pays_out_nothing():
    assert Facts(plan_of("id: own, graph: buyer, rate: 40%")).payout_bp == 0


def test_the_payout_is_told_of_the_money_paid_whatever_the_plan_names_first():
    clauses = f"{REFERRAL}\nid: post, event: {{base: freight}}, select: {{limit: 1}}, rate: 45%"
    assert Facts(plan_of(clauses, budget="{freight: 45%, net: 10%}")).payout_bp == 1_000


def test_a_payout_without_a_bound_is_told_so():
    assert Facts(plan_of("id: all, rate: 1%")).payout_bp is None
    assert said("CN5", plan_of("id: all, rate: 1%"), Practice(direct_selling_licence=True)) == (
        "pay has no bound and may be above 30% of the sales",
    )


def test_a_plan_that_cannot_be_proven_is_looked_at_all_the_same(monkeypatch):
    monkeypatch.setattr(bounding.exploring, "MOST_STEPS", 1)
    plan = plan_of("id: a, rate: {by_level: [4%, 3%, 2%]}")
    assert said("CN5", plan, Practice(direct_selling_licence=True)) == (
        "the plan is too intertwined to prove that one order pays no more than 30%",
    )
    assert said("CN10", plan) == ()


def test_a_promise_beyond_a_pool_is_told_with_its_line():
    found = finding("CN10", plan_of(f"{REFERRAL}\nid: back, kind: queue, every: 3"))
    assert found.clauses == (("back", FIRST_CLAUSE_LINE + 1),)
    assert "clause back promises more than it is given" in found.reasons[0].en


def test_what_was_seen_at_run_time_is_told_with_its_numbers():
    shop = Practice(levels_seen=51, people_seen=21_500_000)
    assert said("CN4", plan_of(THREE_LEVELS), shop)[-1] == "21500000 people on 51 levels were seen"


@pytest.mark.parametrize("jurisdiction", JURISDICTIONS)
def test_findings_come_worst_first_and_then_as_the_law_is_listed(jurisdiction):
    found = lint(plan=preset("gift-pack"), practice=BRIEF, jurisdiction=jurisdiction)
    order = [(SEVERITIES.index(item.severity), RULES.index(item.rule)) for item in found]
    assert order == sorted(order)
    assert all(item.rule.jurisdiction == jurisdiction for item in found)


def test_only_critical_and_blocking_findings_block():
    found = lint(plan=preset("gift-pack"), practice=BRIEF, jurisdiction="CN")
    assert [item.id for item in blocking(found)] == ["CN4", "CN1", "CN2", "CN3", "CN5", "CN6", "CN9"]


def all_findings(shop: Practice) -> list[Finding]:
    return [
        item
        for plan in (preset("gift-pack"), preset("compliant"), plan_of("id: q, kind: queue, every: 3"))
        for name in JURISDICTIONS
        for item in lint(plan=plan, practice=shop, jurisdiction=name)
    ]


def values_of(setting) -> st.SearchStrategy[object]:
    match setting.kind:
        case "yes":
            return st.booleans()
        case "claims":
            return st.sampled_from(EARNINGS_CLAIMS)
        case _:
            return st.sampled_from((0, 1, 7, 8, 29, 30, 5_000_000, 5_000_001))


practices = st.fixed_dictionaries({setting.name: values_of(setting) for setting in SETTINGS}).map(
    lambda values: Practice(**values)
)


@given(practices)
def test_whatever_the_practice_a_reason_speaks_both_languages_and_names_a_known_cure(shop):
    keys = {f"practice.{setting.key}" for setting in SETTINGS}
    for item in all_findings(shop):
        assert item.reasons
        for reason in item.reasons:
            assert re.search(r"[\u4e00-\u9fff]", reason.zh)
            assert not re.search(r"[\u4e00-\u9fff]", reason.en)
            assert "{" not in reason.zh + reason.en
            if reason.cure_key.startswith("practice."):
                assert reason.cure_key in keys
                assert reason.cure_value


@given(practices)
def test_settings_changed_as_the_findings_say_make_the_compliant_preset_clean(shop):
    plan = preset("compliant")
    for name in JURISDICTIONS:
        cured = with_cures(practice=shop, findings=lint(plan=plan, practice=shop, jurisdiction=name))
        assert lint(plan=plan, practice=cured, jurisdiction=name) == ()


@given(practices)
def test_the_same_plan_and_practice_are_found_the_same(shop):
    assert [item.as_json() for item in all_findings(shop)] == [item.as_json() for item in all_findings(shop)]


def test_a_cure_changes_only_what_it_names():
    shop = Practice(points_cashable=True, points_sold=True, release_days=3)
    found = lint(plan=plan_of(REFERRAL), practice=shop, jurisdiction="CN")
    assert with_cures(practice=shop, findings=found) == replace(shop, points_cashable=False, release_days=8)


def test_a_finding_as_other_programs_read_it():
    found = finding("CN8", preset("compliant"), Practice(release_days=0))
    assert found is None  # the preset's own clause waits for eight days, whatever the shop does
    found = finding("CN8", plan_of(REFERRAL), Practice(release_days=7))
    assert found.as_json() == {
        "id": "CN8",
        "jurisdiction": "CN",
        "severity": "error",
        "blocks": False,
        "title": {
            "zh": "退货期:佣金在收货后七天退货期内结算",
            "en": "Returns: commission is released before receipt + 7 days have passed",
        },
        "source": {
            "zh": "《消费者权益保护法》第二十五条(未核实:细节)",
            "en": "消费者权益保护法 (Consumer Rights Law) art. 25 (unverified: detail)",
        },
        "verified": False,
        "cure": {
            "zh": "收货后满8天结算,退货时追回",
            "en": "hold awards for 8 days, and claw back what is returned",
        },
        "clauses": [],
        "reasons": [
            {
                "zh": "奖励在收货后7天即可提现,早于退货期结束",
                "en": "awards may be drawn 7 days after receipt, before the return window has closed",
                "clause": None,
                "line": None,
                "cure_key": "practice.release_days",
                "cure_value": "8",
            }
        ],
    }


def test_every_lint_says_that_it_is_no_legal_advice():
    assert "not legal advice" in statement("en")
    assert "不构成法律意见" in statement("zh")


@pytest.mark.parametrize(
    "module", [contracts, facts, linting, practice, reach, signoff], ids=lambda module: module.__name__
)
def test_examples_in_docstrings_hold(module):
    assert doctest.testmod(module).failed == 0
