"""Documents that are no plan are refused with their place and what to write instead."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tongbao.plans import PlanInvalid, Problem, UnknownPreset, load_plan, preset, preset_text
from tongbao.plans.cases import load_cases

SOUND = """\
plan: shop
title: {zh: 小店, en: Shop}
budget: 55%
ranks:
  - {key: member, zh: 会员, en: Member}
  - {key: vip, zh: 贵宾, en: VIP}
  - {key: dealer, zh: 代理, en: Dealer}
clauses:
  - id: direct
    kind: direct
    rate: 12%
  - id: tier
    kind: differential
    rates: {vip: 10%, dealer: 20%}
  - id: peer
    kind: peer
    of: tier
    rate: 5%
  - id: region
    kind: region
    rates: {county: 4%, city: 6%, province: 8%}
promotions:
  by_purchase: {pack-198: vip}
  by_recruits:
    - {from: vip, recruits: 5, recruit_rank: vip, to: dealer}
"""


def refusal(text: str, source: str = "shop.yaml") -> PlanInvalid:
    with pytest.raises(PlanInvalid) as caught:
        load_plan(text, source=source)
    return caught.value


def test_a_sound_document_is_a_plan():
    plan = load_plan(SOUND)
    assert plan.ranks == ("member", "vip", "dealer")
    assert [clause.kind for clause in plan.clauses] == ["direct", "differential", "peer", "region"]
    assert plan.budget_bp == 5_500
    assert plan.promotions.rank_for("pack-198") == "vip"
    assert plan.promotions.rank_for("soap") is None


@pytest.mark.parametrize(
    ("before", "after", "place", "says"),
    [
        # keys
        ("budget:", "buget:", "3:1", "no key 'buget'; write 'budget'"),
        ("    rate: 12%", "    rates: 12%", "11:5", "no key 'rates'; write 'rate'"),
        ("    of: tier", "    off: tier", "17:5", "no key 'off'; write 'of'"),
        ("budget: 55%\n", "", "1:1", "needs budget; write 'budget: 12%'"),
        ("    rate: 12%\n", "", "9:5", "needs rate; write 'rate: 12%'"),
        (
            "budget: 55%",
            "budget: 55%\nbudget: 60%",
            "4:1",
            "budget is written twice, first on line 3; keep one",
        ),
        ("en: Shop}", "en: Shop, fr: Boutique}", "2:27", "title has no key 'fr'; write one of zh, en"),
        # rates
        ("rate: 12%", "rate: 0.12", "11:11", "'0.12' is no rate: rates are percentages; write 12%"),
        ("rate: 12%", "rate: 12", "11:11", "'12' is no rate: rates are percentages; write 12%"),
        ("rate: 12%", "rate: 1200", "11:11", "'1200' is no rate: rates are percentages; write 12%"),
        ("rate: 12%", "rate: 12.345%", "11:11", "at most two decimals"),
        ("rate: 12%", "rate: 120%", "11:11", "above 100%"),
        ("rate: 12%", "rate: -12%", "11:11", "a rate isn't below 0%; write 12%"),
        ("rate: 12%", "rate: a lot", "11:11", "write a percentage such as 12%"),
        ("rate: 12%", "rate: 0%", "11:11", "rate is 0%"),
        ("rate: 12%", "rate: [12%]", "11:11", "rate must be one value; write 'rate: 12%'"),
        ("rate: 12%", "rate:", "11:10", "rate must be one value"),
        (
            "vip: 10%, dealer: 20%",
            "vip: 20%, dealer: 10%",
            "14:31",
            "dealer stands above vip; write 20% or more",
        ),
        ("vip: 10%, dealer: 20%", "vip: 0%, dealer: 0%", "14:12", "all rates are 0%"),
        ("vip: 10%, dealer: 20%", "vipp: 10%, dealer: 20%", "14:13", "there is no rank 'vipp'; write 'vip'"),
        (
            "{vip: 10%, dealer: 20%}",
            "{member: 1%, dealer: 20%}",
            "14:12",
            "vip stands above member and has no rate",
        ),
        ("{vip: 10%, dealer: 20%}", "10%", "14:12", "rates must be keys with values"),
        ("county: 4%", "contry: 4%", "21:13", "there is no region level 'contry'; write 'county'"),
        ("city: 6%", "city: 3%", "21:31", "city stands above county; write 4% or more"),
        # names
        ("plan: shop", "plan: My Shop", "1:7", "plan 'My Shop' must be small letters"),
        ("kind: direct", "kind: dirct", "10:11", "kind can't be 'dirct'; write 'direct'"),
        (
            "of: tier",
            "of: tear",
            "17:9",
            "there is no differential clause that stands above this one 'tear'; write 'tier'",
        ),
        ("rate: 5%", "rate: 5%\n    pairs: all", "19:12", "pairs can't be 'all'"),
        ("id: tier", "id: direct", "12:9", "clause direct is there twice; rename one"),
        ("- {key: dealer", "- {key: vip", "7:11", "rank vip is listed twice; keep one"),
        # promotions
        (
            "pack-198: vip",
            "pack-198: king",
            "23:27",
            "there is no rank 'king'; write one of member, vip, dealer",
        ),
        ("recruits: 5", "recruits: 5.5", "25:29", "must be a whole number from 1 to 1000000, such as 5"),
        ("recruits: 5", "recruits: 0", "25:29", "must be a whole number from 1"),
        ("to: dealer", "to: member", "25:55", "member doesn't stand above vip; name a higher rank"),
        # shapes
        ("clauses:\n", "clauses: none\nwas:\n", "8:10", "clauses must be a list"),
        (
            "  - id: direct\n    kind: direct\n    rate: 12%\n",
            "  - direct\n",
            "9:5",
            "must be keys with values",
        ),
        ("plan: shop", "plan: &a shop", "1:7", "anchors and aliases"),
        ("plan: shop", "plan: !!python/object:os.system shop", "1:7", "tags (!) aren't used"),
        ("title: {zh: 小店, en: Shop}", "title: {zh: 小店, en: Shop", "3:7", "this is no YAML"),
        ("plan: shop", "plan: shop\n---\nplan: other", "2:1", "a second document starts here"),
        ("plan: shop", "plan: \x07shop", "1:7", "control character"),
        ("plan: shop", "? [a, b]\n: c\nplan: shop", "1:3", "a key must be a word"),
    ],
)
def test_a_mistake_is_named_with_its_place_and_its_cure(before, after, place, says):
    assert before in SOUND
    error = refusal(SOUND.replace(before, after, 1))
    problems = str(error).splitlines()
    matching = [line for line in problems if line.startswith(f"shop.yaml:{place}: ") and says in line]
    assert matching, str(error)


def test_all_mistakes_are_listed_at_once_in_order():
    text = (
        SOUND.replace("rate: 12%", "rate: 0.12")
        .replace("of: tier", "of: tear")
        .replace("to: dealer", "to: king")
    )
    error = refusal(text)
    assert [(problem.line, problem.column) for problem in error.problems] == [(11, 11), (17, 9), (25, 55)]


def test_the_same_is_said_in_chinese():
    error = refusal(SOUND.replace("rate: 12%", "rate: 0.12"))
    assert error.message("zh") == "shop.yaml:11:11: rate:'0.12'不是有效比例:比例须为百分数;请写12%"


def test_a_clause_refers_only_to_one_above_it_so_no_award_is_made_on_itself():
    text = SOUND.replace("  - id: tier\n    kind: differential\n    rates: {vip: 10%, dealer: 20%}\n", "")
    assert "there is no differential clause that stands above this one 'tier'; add one" in str(refusal(text))


@pytest.mark.parametrize("text", ["", "   \n# nothing\n", "- a\n- b\n", "just words"])
def test_what_is_no_mapping_is_no_plan(text):
    assert refusal(text).problems


def test_a_document_as_deep_as_a_well_is_refused():
    assert "nested too deeply" in str(refusal("plan: " + "[" * 50_000))


def test_a_document_as_large_as_a_book_is_refused():
    assert "above 256 KiB" in str(refusal("# " + "x" * 300_000))


def test_json_is_read_too():
    import json

    import yaml

    document = yaml.safe_load(SOUND)
    assert load_plan(json.dumps(document)).clauses == load_plan(SOUND).clauses


def test_a_plan_above_its_budget_still_loads():
    assert load_plan(SOUND.replace("budget: 55%", "budget: 1%")).budget_bp == 100


def test_an_unknown_preset_names_the_nearest():
    with pytest.raises(UnknownPreset) as caught:
        preset("gift-pakc")
    assert "Write 'gift-pack'" in str(caught.value)
    assert "请写'gift-pack'" in caught.value.message("zh")


@settings(max_examples=200, deadline=None)
@given(data=st.data())
def test_a_damaged_document_is_refused_by_name_or_is_still_a_plan(data):
    """Whatever is cut out or put in: PlanInvalid with a place inside the text, or a plan; nothing else."""
    text = preset_text("gift-pack")
    start = data.draw(st.integers(0, len(text)))
    end = data.draw(st.integers(start, min(len(text), start + 40)))
    inserted = data.draw(st.text(max_size=12))
    damaged = text[:start] + inserted + text[end:]
    problems: tuple[Problem, ...] = ()
    clauses: tuple[object, ...] = ()
    try:
        clauses = load_plan(damaged).clauses
    except PlanInvalid as error:
        problems = error.problems
    assert bool(problems) != bool(clauses)
    assert all(1 <= problem.line <= len(damaged.splitlines()) + 1 for problem in problems)


@pytest.mark.parametrize(
    ("case", "place", "says"),
    [
        ("{name: one, base_fen: 1.5}", "2:27", "must be a whole number"),
        ("{name: one, base_fen: -5}", "2:27", "must be a whole number"),
        ("{base_fen: 5}", "2:5", "needs name"),
        ("{name: one, base_fen: 5, sponsor: [vip]}", "2:30", "no key 'sponsor'; write 'sponsors'"),
        ("{name: one, base_fen: 5, sponsors: [vp]}", "2:41", "'vp' isn't known here; write 'vip'"),
        ("{name: one, base_fen: 5, sponsors: [vip asleep]}", "2:41", "'asleep' isn't known behind vip"),
        ("{name: one, base_fen: 5, sponsors: vip}", "2:40", "sponsors must be a list"),
        ("{name: one, base_fen: 5, sponsors: [[vip]]}", "2:41", "each of sponsors must be a word"),
        ("{name: one, base_fen: 5, agents: [county, county]}", "2:47", "two county agents"),
    ],
)
def test_a_case_that_makes_no_sense_is_named(case, place, says):
    with pytest.raises(PlanInvalid) as caught:
        load_cases(f"cases:\n  - {case}\n", plan=preset("gift-pack"), source="cases.yaml")
    assert str(caught.value).startswith(f"cases.yaml:{place}: ")
    assert says in str(caught.value)


@pytest.mark.parametrize(
    ("before", "after", "says"),
    [
        # rates in other ways of writing
        (
            "rate: 12%",
            "rate: 1e1%",
            "11:11: rate: '1e1%' is no rate: it isn't written as digits and %; write 10%",
        ),
        ("rate: 12%", "rate: -5%", "11:11: rate: '-5%' is no rate: a rate isn't below 0%; write 5%"),
        (
            "rate: 12%",
            "rate: 12 percent",
            "11:11: rate: '12 percent' is no rate: rates are percentages; write 12%",
        ),
        (
            "rate: 12%",
            "rate: 12,5%",
            "11:11: rate: '12,5%' is no rate: it isn't written as digits and %; write 12.5%",
        ),
        ("rate: 12%", "rate: \uff11\uff12%", "it isn't written as digits and %; write 12%"),
        ("rate: 12%", "rate: 120%", "11:11: rate: '120%' is no rate: it is above 100%; write 100% or less"),
        (
            "rate: 12%",
            "rate: 12.345%",
            "11:11: rate: '12.345%' is no rate: a percentage has at most two decimals; write for example 12.34%",
        ),
        # the keyboard
        ("rate: 12%", "rate:12%", "11:5: no space stands behind rate: ; write 'rate: ' and then the value"),
        ("    rate: 12%", "\trate: 12%", "11:1: a tab stands here; indent with spaces only"),
        ("    rate: 12%", "\u3000\u3000rate: 12%", "11:1: a wide space stands here; indent with spaces only"),
        ("rate: 12%", "rate\uff1a12%", "11:9: '\uff1a' is a wide character; write ':' and a space"),
        ("小店, en", "小店\uff0c en", "2:15: '\uff0c' is a wide character; write ',' and a space"),
        (
            "{vip: 10%, dealer: 20%}",
            "\uff5bvip: 10%, dealer: 20%\uff5d",
            "14:12: '\uff5b' is a wide character",
        ),
        ("plan: shop", 'plan: "shop', "1:7: a quote is opened here and never closed; write the closing one"),
        # ranks by the names that people use
        (
            "vip: 10%, dealer: 20%",
            "贵宾: 10%, 代理: 20%",
            "14:13: there is no rank '贵宾'; write 'vip'\nshop.yaml:14:22: there is no rank '代理'; write 'dealer'",
        ),
        ("pack-198: vip", "pack-198: 贵宾", "23:27: pack-198: there is no rank '贵宾'; write 'vip'"),
        ("rate: 5%", "rate: 5%\n    ranks: [代理]", "19:13: there is no rank '代理'; write 'dealer'"),
        # names
        (
            "plan: shop",
            "plan: " + "a" * 41,
            "1:7: plan 'aaaaaaaaaaaaaaaaaaaa'… has 41 characters; shorten it to 40",
        ),
        (
            "plan: shop",
            "plan: Tea Shop",
            "1:7: plan 'Tea Shop' must be small letters, digits, '-' and '_'; write 'tea-shop'",
        ),
        (
            "id: direct",
            "id: 1st",
            "9:9: id '1st' must be small letters, digits, '-' and '_', a letter first;",
        ),
        ("of: tier", "of: 级差", "stands above this one '级差'; write 'tier'"),
        # an error is told once, where it was made
        (
            "key: vip",
            "key: 贵宾",
            "6:11: key '贵宾' must be small letters, digits, '-' and '_'; write for example vip",
        ),
        ("key: dealer", "key: vip", "7:11: rank vip is listed twice; keep one"),
        (
            "key: vip",
            "key: " + "v" * 41,
            "6:11: key 'vvvvvvvvvvvvvvvvvvvv'… has 41 characters; shorten it to 40",
        ),
    ],
)
def test_a_slip_is_told_once_with_what_was_meant(before, after, says):
    assert before in SOUND
    text = str(refusal(SOUND.replace(before, after, 1)))
    assert says in text
    assert text.count("shop.yaml:") == says.count("shop.yaml:") + 1


def test_a_missing_list_is_shown_as_a_list_and_what_names_its_entries_is_not_told_as_well():
    start, end = SOUND.index("ranks:"), SOUND.index("clauses:")
    assert str(refusal(SOUND[:start] + SOUND[end:])) == (
        "shop.yaml:1:1: the document needs ranks; write 'ranks: [{key: member, zh: 普通会员, en: Member}]'"
    )
    assert str(refusal(SOUND[:end] + SOUND[SOUND.index("promotions:") :])) == (
        "shop.yaml:1:1: the document needs clauses; write 'clauses: [{id: direct, kind: direct, rate: 12%}]'"
    )


def test_line_ends_of_windows_and_a_byte_order_mark_are_no_mistake():
    assert load_plan("\ufeff" + SOUND.replace("\n", "\r\n")).clauses == load_plan(SOUND).clauses


def test_aliases_that_would_swell_are_refused_at_the_first():
    text = "a: &a [x, x]\nb: &b [*a, *a]\nc: [*b, *b]\n"
    assert str(refusal(text)) == "shop.yaml:1:4: anchors and aliases (& and *) aren't used; write it out"
