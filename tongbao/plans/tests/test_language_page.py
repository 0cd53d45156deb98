"""docs/plan-language.md is the whole language: its blocks are executed, and no key is left out."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
import yaml

from tongbao.plans import PlanInvalid, Sale, check_publishable, evaluate, load_plan, preset_names, prove
from tongbao.plans.cases import check_case, load_cases
from tongbao.plans.clauses.kinds import KINDS, keys_of
from tongbao.plans.language.shapes import TOP, Shape, shape_of
from tongbao.plans.running.stories import ACTIONS, load_story, run_story
from tongbao.plans.tests.people import chain

PAGE = Path(__file__).resolve().parents[3] / "docs" / "plan-language.md"
TEXT = PAGE.read_text(encoding="utf-8")
BLOCK = re.compile(
    r"(?:<!-- (?P<remark>[^>]*) -->\n)?```yaml\n(?P<code>.*?)```\n(?:\n```text\n(?P<says>.*?)```)?", re.DOTALL
)
BLOCKS = [
    (TEXT.count("\n", 0, found.start("code")), found["remark"] or "", found["code"], found["says"] or "")
    for found in BLOCK.finditer(TEXT)
]
BEFORE = """\
plan: example
title: {zh: 示例, en: Example}
budget: {net: 100%, freight: 100%, margin: 100%, points: 100%}
ranks:
  - {key: member, zh: 会员, en: Member}
  - {key: vip, zh: 贵宾, en: VIP}
  - {key: dealer, zh: 代理, en: Dealer}
  - {key: director, zh: 总监, en: Director}
clauses:
  - {id: tier, kind: differential, rates: {vip: 10%, dealer: 15%, director: 20%}}
"""
LINES = BEFORE.count("\n")


def as_plan(code: str) -> str:
    """A block as a document: as it stands, or below ranks and a differential named tier."""
    content = yaml.safe_load(code)
    if isinstance(content, list):
        return BEFORE + "".join(f"  {line}\n" for line in code.splitlines())
    if "plan" in content:
        return code
    if set(content) <= set(TOP):
        kept = re.sub(r"^budget: .*\n", "", BEFORE, flags=re.MULTILINE) if "budget" in content else BEFORE
        return kept + code
    return (
        BEFORE
        + "  - id: shown\n    rate: 1%\n    select: {limit: 1}\n"
        + "".join(f"    {line}\n" for line in code.splitlines())
    )


def plan_above(line: int) -> str:
    """The nearest whole plan above a line of the page."""
    return [code for at, _, code, _ in BLOCKS if at < line and code.startswith("plan: ")][-1]


@pytest.mark.parametrize(
    ("line", "remark", "code", "says"), BLOCKS, ids=[f"line {line}" for line, *_ in BLOCKS]
)
def test_a_block_of_the_page_is_what_the_page_says(line, remark, code, says):
    if "\ncases:" in code:
        plan = load_plan(BEFORE)
        for case in load_cases(code, plan=plan):
            assert check_case(plan=plan, case=case) == ()
    elif "\nstory:" in code:
        story, plan = load_story(code), load_plan(plan_above(line))
        assert story.plan == plan.key
        assert [found.message("en") for found in run_story(story, plan=plan)] == []
    elif remark == "refused":
        with pytest.raises(PlanInvalid) as refusal:
            load_plan(as_plan(code))
        told = [(found.line - LINES, found.column - 2, found.en) for found in refusal.value.problems]
        assert "".join(f"{at}:{column}: {said}\n" for at, column, said in told) == says
    elif remark.startswith("unbounded: "):
        (why,) = prove(load_plan(as_plan(code))).unbounded
        assert why.en == remark.removeprefix("unbounded: ")
    else:
        plan = load_plan(as_plan(code))
        assert prove(plan).bounded
        if "plan" in yaml.safe_load(code):
            assert check_publishable(plan).within_budget


def test_a_part_of_the_order_is_proven_where_the_walk_has_an_end_besides():
    (ends,) = [code for _, _, code, _ in BLOCKS if "with-both" in code]
    clause = next(line for line in ends.splitlines() if "with-both" in line)
    plan = load_plan(f"{BEFORE.partition('clauses:')[0]}clauses:\n  {clause}\n")
    assert "bound: {order: 3%}" in clause
    assert prove(plan).worst_case_bp == 300


def test_the_page_has_blocks_of_every_sort():
    remarks = [remark.partition(":")[0] for _, remark, _, _ in BLOCKS]
    assert len(BLOCKS) >= 18
    assert remarks.count("refused") >= 3
    assert "unbounded" in remarks


COUNTED = re.findall(
    r"^\| `(\{.*?\})` \| `(\{.*?\})` \| (.*) \|$",
    TEXT.partition("### Who counts\n")[2].partition("\n```")[0],
    re.MULTILINE,
)


@pytest.mark.parametrize(("rate", "select", "cells"), COUNTED, ids=[f"{row[0]} {row[1]}" for row in COUNTED])
def test_the_chain_of_who_counts_is_paid_what_its_row_says(rate, select, cells):
    (seats,) = re.findall(r"^\| `rate` \| `select` \| (.*) \|$", TEXT, re.MULTILINE)
    sponsors = " ".join(seat.replace(" inactive", "!") for seat in seats.split(" | "))
    ranks = BEFORE.partition("clauses:\n")[0]
    plan = load_plan(f"{ranks}clauses:\n  - {{id: shown, rate: {rate}, select: {select}}}\n")
    paid = {
        award.seat: f"{award.amount_fen // 100}.{award.amount_fen % 100:02d}"
        for award in evaluate(plan=plan, chain=chain(sponsors), sale=Sale(10_000))
    }
    said = {f"sponsor {place}": cell for place, cell in enumerate(cells.split(" | "), start=1)}
    assert paid == {seat: cell for seat, cell in said.items() if cell[0].isdigit()}
    assert {cell for cell in said.values() if not cell[0].isdigit()} <= {
        "passed",
        "lapses",
        "skip",
        "end",
        "–",
    }


def test_who_counts_is_shown_on_chains_of_every_sort():
    assert len(COUNTED) >= 9
    together = " ".join(rate + select for rate, select, _ in COUNTED)
    for word in ("by_level", "by_rank", "by_rank_and_level", "gap", "skip", "limit", "compress: no"):
        assert word in together


def test_every_step_of_a_story_stands_on_the_page():
    assert {action for action in ACTIONS if not shown(action)} == set()


def shown(word: str) -> bool:
    """Whether the word stands on the page as code, by itself or in a block."""
    return re.search(rf"(?<![\w-]){re.escape(word)}(?![\w-])", CODE) is not None


CODE = "\n".join(re.findall(r"`([^`\n]+)`", TEXT) + [code for _, _, code, _ in BLOCKS])


def words_of(shape: Shape) -> set[str]:
    found = set(shape.options)
    for key, inside in shape.inside.items():
        found |= {key, *words_of(inside)}
    for option in shape.of:
        found |= words_of(option)
    return found


def test_every_key_and_word_of_the_language_stands_on_the_page():
    missing = {key for key in TOP if not shown(key)} | {kind for kind in KINDS if not shown(kind)}
    for shape in TOP.values():
        missing |= {word for word in words_of(shape) if not shown(word)}
    for kind in KINDS:
        for key in keys_of(kind):
            missing |= {word for word in {key, *words_of(shape_of(kind, key))} if not shown(word)}
    assert missing == set()


def test_every_link_of_the_page_leads_somewhere():
    for target in re.findall(r"\]\(([^)#]+)", TEXT):
        assert (PAGE.parent / target).exists(), target
    for anchor in re.findall(r"\]\(#([^)]+)\)", TEXT):
        headings = [
            re.sub(r"[^\w\s-]", "", line.lower()).strip() for line in re.findall(r"^#+ (.*)$", TEXT, re.M)
        ]
        assert anchor in {heading.replace(" ", "-") for heading in headings}, anchor


def test_the_recipes_name_presets_that_exist():
    named = set(re.findall(r"presets/([\w-]+)\.yaml", TEXT))
    assert named <= set(preset_names())
    assert len(named) >= 25
