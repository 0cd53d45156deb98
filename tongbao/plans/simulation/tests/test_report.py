"""The report: one file, no foreign host, both languages, readable without the pictures."""

from __future__ import annotations

import json
import re
from html.parser import HTMLParser
from xml.etree import ElementTree

import pytest

from tongbao.plans import load_plan, preset, preset_text
from tongbao.plans.simulation import Market, draw_market, market_preset
from tongbao.plans.simulation.charts import Mark, Series, bars, lines, nice_step, stacked
from tongbao.plans.simulation.report import as_html, as_json, simulate
from tongbao.plans.simulation.words import Speaker

CHINESE = re.compile(r"[\u4e00-\u9fff]")
VOID = {"meta", "br", "hr", "img", "input", "link"}


class Outline(HTMLParser):
    """Tags that were opened, and whether each was closed in turn."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.seen: list[tuple[str, dict[str, str | None]]] = []
        self.words: list[str] = []

    def handle_starttag(self, tag, attrs):
        self.seen.append((tag, dict(attrs)))
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag, attrs):
        self.seen.append((tag, dict(attrs)))

    def handle_endtag(self, tag):
        assert self.open.pop() == tag

    def handle_data(self, data):
        self.words.append(data)


@pytest.fixture(scope="module")
def drawn():
    return draw_market(Market(), members=400, days=120, seed=7)


def outline(page: str) -> Outline:
    found = Outline()
    found.feed(page)
    assert found.open == []
    return found


@pytest.mark.parametrize("language", ["en", "zh"])
@pytest.mark.parametrize("names", [("gift-pack",), ("gift-pack", "two-level"), ("queue-refund",)])
def test_a_report_is_one_sound_file_without_script_or_foreign_host(drawn, language, names):
    outcomes = simulate([preset(name) for name in names], drawn)
    page = as_html(outcomes, drawn, language=language, made_with="tongbao plan simulate")
    found = outline(page)
    assert not {"script", "link", "img", "iframe", "object"} & {tag for tag, _ in found.seen}
    assert "http" not in page
    assert "url(" not in page
    ids = [attributes["id"] for _, attributes in found.seen if attributes.get("id")]
    assert len(ids) == len(set(ids))
    charts = [
        attributes for tag, attributes in found.seen if tag == "svg" and attributes.get("role") == "img"
    ]
    assert len(charts) >= 10
    for chart in charts:
        assert set((chart["aria-labelledby"] or "").split()) <= set(ids)


def test_a_chinese_report_speaks_chinese_and_an_english_one_english(drawn):
    outcomes = simulate([preset("gift-pack")], drawn)
    english = "".join(outline(as_html(outcomes, drawn, language="en")).words)
    assert set(CHINESE.findall(english)) <= set("花生日记")
    chinese = outline(as_html(outcomes, drawn, language="zh")).words
    sentences = [word for word in chinese if re.search(r"[a-z]{4,} [a-z]{3,} [a-z]{3,}", word)]
    assert [word for word in sentences if "{" not in word and "tongbao" not in word] == []


def test_the_same_seed_gives_the_same_report():
    pages = []
    for _ in range(2):
        drawn = draw_market(Market(), members=300, days=90, seed=5)
        outcomes = simulate([preset("gift-pack")], drawn)
        pages.append(as_html(outcomes, drawn, language="en") + json.dumps(as_json(outcomes, drawn)))
    assert pages[0] == pages[1]


def test_what_a_plan_calls_itself_cant_break_the_page(drawn):
    evil = preset_text("two-level").replace("en: Two levels", "en: '<script>alert(1)</script>'")
    assert evil != preset_text("two-level")
    page = as_html(simulate([load_plan(evil)], drawn), drawn, language="en")
    assert "<script" not in page
    assert "&lt;script&gt;" in page


def test_two_plans_of_one_title_are_told_apart(drawn):
    dearer = load_plan(preset_text("gift-pack").replace("rate: 5%", "rate: 4%"))
    page = as_html(simulate([preset("gift-pack"), dearer], drawn), drawn, language="en")
    assert "Gift pack membership A" in page
    assert "Gift pack membership B" in page


def test_every_comparison_has_its_numbers_and_a_reason():
    for name in ("usual", "plain", "plain-preferential"):
        drawn = draw_market(market_preset(name), members=2_000, days=200, seed=7)
        for outcome in simulate([preset("gift-pack"), preset("two-level")], drawn):
            for item in outcome.comparisons:
                for text in (item.published_en, item.published_zh, item.simulated_en, item.simulated_zh):
                    assert re.search(r"\d", text), item
                assert item.why_en
                assert CHINESE.search(item.why_zh)


def test_the_plain_market_agrees_with_every_closed_form():
    drawn = draw_market(market_preset("plain"), members=20_000, days=365, seed=7)
    (outcome,) = simulate([preset("gift-pack")], drawn)
    agrees = {item.key: item.agrees for item in outcome.comparisons}
    for key in (
        "leaves",
        "recruits_by_place",
        "first_37_percent",
        "height",
        "rough_nothing",
        "rough_earned_back",
    ):
        assert agrees[key], key
    assert not agrees["my_daily_choice_2018_costs"]


@pytest.mark.parametrize(
    "clause",
    [
        "{id: own, kind: jar, every: 3}",
        "{id: own, rate: 1%}",
        "{id: own, rate: 1%}, {id: d, kind: direct, rate: 2%}",
    ],
)
def test_a_plan_without_end_has_no_bound(drawn, clause):
    unbounded = load_plan(
        "plan: promise\ntitle: {zh: 承诺, en: Promise}\nbudget: 20%\n"
        f"ranks: [{{key: member, zh: 会员, en: Member}}]\nclauses: [{clause}]\n"
    )
    (outcome,) = simulate([unbounded], drawn)
    assert outcome.figures.bound_bp is None
    assert not outcome.figures.bounded
    assert outcome.figures.money.awarded_fen > 0
    assert outcome.figures.money.difference_fen == 0
    assert outcome.figures.money.unearned_fen >= 0
    assert "promises more than it is given" in as_html([outcome], drawn, language="en")


def test_charts_are_sound_xml_and_show_what_they_are_given():
    def text(value: int) -> str:
        return f"{value} <yuan>"

    drawn = lines(
        key="k",
        title="A & B",
        description="…",
        labels=["a", "", "c"],
        series=[Series("one", [1, None, 3]), Series("two", [-1, 2, 5])],
        text=text,
        marks=[Mark("bound", 4)],
    )
    tree = ElementTree.fromstring(drawn)
    path, _ = tree.iter("path")
    assert path.get("d", "").count("M") == 2
    column = bars(
        key="k", title="t", description="…", labels=["a", "b"], series=[Series("one", [10, -10])], text=text
    )
    heights = [float(node.get("height", "0")) for node in ElementTree.fromstring(column).iter("rect")]
    assert heights[0] == heights[1] > 50
    named = bars(
        key="k",
        title="t",
        description="…",
        labels=["a", "b"],
        series=[Series("", [0, None])],
        text=str,
        nothing="∞",
    )
    above = [
        node.text
        for node in ElementTree.fromstring(named).iter("text")
        if node.get("text-anchor") == "middle"
    ]
    assert above == ["0", "∞", "a", "b"]
    areas = stacked(
        key="k",
        title="t",
        description="…",
        labels=["a", "b"],
        text=text,
        series=[Series("low", [1, 2]), Series("high", [3, 0])],
    )
    assert len(list(ElementTree.fromstring(areas).iter("path"))) == 2


def test_axes_step_in_ones_twos_and_fives():
    assert [nice_step(span) for span in (1, 7, 90, 830, 12_000_000)] == [1, 2, 20, 200, 5_000_000]


def test_numbers_are_written_as_readers_write_them():
    english, chinese = Speaker("en"), Speaker("zh")
    assert english.yuan(-5) == "−0.05 yuan"
    assert chinese.yuan(123_456_789) == "1,234,567.89元"
    assert [english.short(999), english.short(1_500), chinese.short(15_000)] == ["999", "1.5k", "1.5万"]
    assert english.share(3_147) == "31.5 %"
    assert (english.day(0), chinese.day(None)) == ("day 1", "未达到")
