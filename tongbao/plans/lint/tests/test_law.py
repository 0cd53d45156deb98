"""The rules beside the law as it was gathered: every row is a rule, with its severity, its source and its doubts."""

from __future__ import annotations

import doctest
import re
from pathlib import Path
from typing import NamedTuple

import pytest

from tongbao.plans.lint import BLOCKING, JURISDICTIONS, RULES, SETTINGS
from tongbao.plans.lint.tests.shops import EXAMPLES, rule

PAGE = Path(__file__).resolve().parents[4] / "docs" / "lint.md"


class Row(NamedTuple):
    id: str
    jurisdiction: str
    severity: str
    source: str
    unverified: bool


def rows() -> list[Row]:
    found = []
    for line in (EXAMPLES / "law.md").read_text(encoding="utf-8").splitlines():
        cells = [cell.strip() for cell in line.strip("|").split("|")]
        if len(cells) == 6 and cells[0] != "id" and not set(cells[0]) <= {"-"}:
            name, jurisdiction, _, severity, source, _ = cells
            found.append(
                Row(name.split()[0], jurisdiction, severity.split()[0], source, "unverified" in source)
            )
    return found


def test_every_row_of_the_law_is_a_rule_and_every_rule_a_row_in_its_order():
    assert [item.id for item in RULES] == [row.id for row in rows()]
    assert len(rows()) == 22


@pytest.mark.parametrize("row", rows(), ids=lambda row: row.id)
def test_a_rule_has_its_rows_jurisdiction_and_severity(row):
    found = rule(row.id)
    assert (found.jurisdiction, found.severity) == (row.jurisdiction, row.severity)


@pytest.mark.parametrize("row", rows(), ids=lambda row: row.id)
def test_what_the_law_page_calls_unverified_is_shown_as_unverified(row):
    found = rule(row.id)
    assert found.source.verified is not row.unverified
    if row.unverified:
        assert "unverified" in found.source.text("en")
        assert "未核实" in found.source.text("zh")


@pytest.mark.parametrize("row", rows(), ids=lambda row: row.id)
def test_a_rule_names_its_rows_source(row):
    told = rule(row.id).source.text("en").lower()
    words = re.findall(r"[\w〔〕/-]+", re.sub(r"\([^)]*unverified[^)]*\)|unverified", "", row.source).lower())
    assert [word for word in words if word not in told] == []


@pytest.mark.parametrize("found", RULES, ids=lambda found: found.id)
def test_a_rule_speaks_chinese_and_english(found):
    chinese = (found.title_zh, found.source.zh, found.cure_zh)
    english = (found.title_en, found.source.en, found.cure_en)
    assert all(re.search(r"[\u4e00-\u9fff]", text) for text in chinese)
    assert all(re.search(r"[A-Za-z]{3}", text) for text in english)
    assert bool(found.source.unverified_zh) is bool(found.source.unverified_en)


def test_every_jurisdiction_has_rules_and_only_china_has_a_crime():
    assert {item.jurisdiction for item in RULES} == set(JURISDICTIONS)
    assert [item.id for item in RULES if item.severity == "critical"] == ["CN4"]
    assert frozenset({"critical", "block"}) == BLOCKING


def test_the_page_about_the_lint_tells_every_rule_and_every_setting():
    page = PAGE.read_text(encoding="utf-8")
    told = dict(re.findall(r"^\| \*\*(\w+)\*\* .* \| (\w+) \| .+ \| .+ \|$", page, re.MULTILINE))
    assert told == {found.id: found.severity for found in RULES}
    assert re.findall(r"^\| `(\w+)` \|", page, re.MULTILINE) == [setting.key for setting in SETTINGS]
    assert "not legal advice" in page


def test_the_examples_of_the_page_hold_and_its_links_lead_somewhere():
    result = doctest.testfile(str(PAGE), module_relative=False, encoding="utf-8")
    assert result.attempted > 3
    assert result.failed == 0
    for target in re.findall(r"\]\(([^)#]+)", PAGE.read_text(encoding="utf-8")):
        assert (PAGE.parent / target).exists(), target
