"""The pages of the rules are executed: what they show is what the code does."""

from __future__ import annotations

import doctest
import re
from pathlib import Path

import pytest

RULES = Path(__file__).resolve().parents[2] / "docs" / "rules"
PAGES = sorted(RULES.glob("*.md"))


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_the_examples_of_a_page_hold(page):
    result = doctest.testfile(str(page), module_relative=False, encoding="utf-8")
    assert result.attempted > 0
    assert result.failed == 0


@pytest.mark.parametrize("page", [*PAGES, RULES.parent / "glossary.md"], ids=lambda page: page.name)
def test_every_link_of_a_page_leads_somewhere(page):
    for target in re.findall(r"\]\(([^)#]+)", page.read_text(encoding="utf-8")):
        assert (page.parent / target).exists(), target


def test_every_kind_of_clause_has_its_page():
    from tongbao.plans.clauses.kinds import KINDS

    assert set(KINDS) <= {page.stem for page in PAGES}


def test_a_word_of_the_glossary_stands_there_once():
    lines = (RULES.parent / "glossary.md").read_text(encoding="utf-8").splitlines()
    words = [
        line.split("|")[1].strip()
        for line in lines
        if line.startswith("| ") and not line.startswith("| word")
    ]
    assert len(words) == len(set(words))
    assert len(words) > 50
