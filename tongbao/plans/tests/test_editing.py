"""One value of a document changes and nothing else does."""

from __future__ import annotations

import doctest

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from tongbao.money import format_rate
from tongbao.plans import PlanInvalid, load_plan, preset_names, preset_text
from tongbao.plans.language import editing
from tongbao.plans.language.document import Document
from tongbao.plans.language.editing import PathUnknown, ValueUnfit, paths, set_value

GIFT_PACK = preset_text("gift-pack")


def changed_lines(before: str, after: str) -> list[tuple[str, str]]:
    pairs = zip(before.splitlines(), after.splitlines(), strict=True)
    return [(old, new) for old, new in pairs if old != new]


def comments(text: str) -> list[str]:
    return [line.partition("#")[2] for line in text.splitlines() if "#" in line]


def test_a_rate_changes_and_its_neighbours_stay():
    after = set_value(GIFT_PACK, "clauses.direct.rate", "10%")
    assert changed_lines(GIFT_PACK, after) == [("    rate: 12%", "    rate: 10%")]
    assert load_plan(after).clause("direct").rates_bp == (1_000,)


def test_a_value_inside_a_line_changes_and_the_rest_of_the_line_stays():
    after = set_value(GIFT_PACK, "clauses.tier.rates.dealer", "25%")
    assert changed_lines(GIFT_PACK, after) == [
        (
            "    rates: {vip: 10%, dealer: 20%, cofounder: 30%}",
            "    rates: {vip: 10%, dealer: 25%, cofounder: 30%}",
        )
    ]


def test_a_comment_behind_a_value_stays():
    text = preset_text("cloud-shop")
    after = set_value(text, "clauses.mentor.select.skip", "2")
    assert changed_lines(text, after) == [
        (
            "    select: {rank: owner, skip: 1, limit: 1} # the first owner earns nothing here, the second does",
            "    select: {rank: owner, skip: 2, limit: 1} # the first owner earns nothing here, the second does",
        )
    ]
    assert comments(after) == comments(text)


@pytest.mark.parametrize(
    ("text", "value", "after"),
    [
        ("title: 'Shop'  # name\n", "Wei's shop", "title: 'Wei''s shop'  # name\n"),
        ('title: "Shop"\n', 'The "Shop"', 'title: "The \\"Shop\\""\n'),
        ("title: Shop\n", "Shop: two", 'title: "Shop: two"\n'),
        ("title: Shop\n", "# one", 'title: "# one"\n'),
        ("title: Shop\n", "a, b", 'title: "a, b"\n'),
        ("title: Shop\n", "小店", "title: 小店\n"),
        ("{title: Shop, plan: shop}\n", "10%", "{title: 10%, plan: shop}\n"),
    ],
)
def test_quotes_stay_and_are_added_only_where_they_are_needed(text, value, after):
    assert set_value(text, "title", value) == after
    assert yaml.safe_load(after)["title"] == value


def test_an_item_of_a_list_is_named_by_its_id_its_key_or_its_number():
    assert "cofounder: 31%" in set_value(GIFT_PACK, "clauses.2.rates.cofounder", "31%")
    assert "zh: 董事" in set_value(GIFT_PACK, "ranks.cofounder.zh", "董事")
    assert "recruits: 6, recruit_rank: vip" in set_value(GIFT_PACK, "promotions.by_recruits.1.recruits", "6")


def test_a_clause_can_be_renamed():
    assert "- id: nearest" in set_value(GIFT_PACK, "clauses.direct.id", "nearest")


def test_line_endings_of_windows_stay():
    text = GIFT_PACK.replace("\n", "\r\n")
    after = set_value(text, "budget", "60%")
    assert after == text.replace("budget: 55%", "budget: 60%")
    assert set_value("\ufeff" + GIFT_PACK, "budget", "60%").startswith("\ufeff#")


@pytest.mark.parametrize(
    ("path", "en", "zh"),
    [
        (
            "claues.direct.rate",
            "the document has no 'claues'; write 'clauses'",
            "文档没有'claues';请写'clauses'",
        ),
        ("clauses.drect.rate", "clauses has no 'drect'; write 'direct'", "请写'direct'"),
        ("clauses.direct.rates", "clauses.direct has no 'rates'; write 'rate'", "请写'rate'"),
        (
            "clauses.direct",
            "it is no single value; go on to one of id, kind, rate",
            "请继续写到id、kind、rate之一",
        ),
        ("clauses.9.rate", "clauses has no '9'", "clauses没有'9'"),
        ("budget.net", "budget has no 'net'; it is a single value", "它是单个值"),
    ],
)
def test_a_path_that_leads_nowhere_names_the_nearest(path, en, zh):
    with pytest.raises(PathUnknown) as refusal:
        set_value(GIFT_PACK, path, "1%")
    assert en in str(refusal.value)
    assert zh in refusal.value.message("zh")


@pytest.mark.parametrize("value", ["", " 5%", "a\nb", "\x07"])
def test_a_value_that_is_no_line_of_text_is_refused(value):
    with pytest.raises(ValueUnfit, match="one line of text"):
        set_value(GIFT_PACK, "budget", value)


def test_a_text_of_several_lines_is_left_to_its_writer():
    with pytest.raises(ValueUnfit, match="several lines"):
        set_value(GIFT_PACK, "rule.zh", "短")


def test_a_key_without_a_value_is_told_so():
    with pytest.raises(ValueUnfit, match="nothing stands there yet"):
        set_value("budget:\nplan: shop\n", "budget", "5%")


def test_what_is_no_yaml_is_refused():
    with pytest.raises(PlanInvalid):
        set_value("plan: [", "plan", "shop")


VALUES = st.text(
    st.characters(blacklist_categories=("Cs", "Cc", "Zl", "Zp")), min_size=1, max_size=20
).filter(lambda value: value == value.strip() and "\ufeff" not in value and value.isprintable())


@settings(max_examples=200, deadline=None)
@given(
    data=st.data(), name=st.sampled_from(preset_names()), value=VALUES | st.sampled_from(["10%", "vip", "3"])
)
def test_only_the_value_s_own_characters_change(data, name, value):
    text = preset_text(name)
    path = data.draw(st.sampled_from([path for path in paths(text) if not path.startswith("rule.")]))
    node = editing._find(Document(text, source="plan.yaml").root, path)
    after = set_value(text, path, value)
    before_it, behind_it = text[: node.start_mark.index], text[node.end_mark.index :]
    assert after.startswith(before_it)
    assert after.endswith(behind_it)
    written = after[len(before_it) : len(after) - len(behind_it)]
    assert yaml.compose(written).value == value
    if path.rpartition(".")[2] not in ("id", "key"):
        assert _value_at(after, path) == value


@settings(max_examples=50, deadline=None)
@given(
    rate_bp=st.integers(1, 10_000),
    path=st.sampled_from(["budget", "clauses.direct.rate", "clauses.peer.rate"]),
)
def test_a_plan_with_another_rate_is_a_plan_again(rate_bp, path):
    after = load_plan(set_value(GIFT_PACK, path, format_rate(rate_bp)))
    found = {"budget": after.budget_bp, "clauses.direct.rate": after.clause("direct").rates_bp[0]}
    found["clauses.peer.rate"] = after.clause("peer").rates_bp[0]
    assert found[path] == rate_bp


def _value_at(text: str, path: str) -> str:
    node = editing._find(Document(text, source="plan.yaml").root, path)
    assert isinstance(node, yaml.ScalarNode)
    return node.value


@pytest.mark.parametrize("name", preset_names())
def test_every_value_of_a_preset_has_a_path_and_writing_it_again_changes_nothing(name):
    text = preset_text(name)
    for path in paths(text):
        if path.startswith("rule."):
            continue
        assert set_value(text, path, _value_at(text, path)) == text, path


def test_the_examples_in_the_docstrings_hold():
    result = doctest.testmod(editing)
    assert result.attempted > 0
    assert result.failed == 0
