"""Every preset that keeps books has a story, and it happens as it is written."""

from __future__ import annotations

import doctest
import importlib
import pkgutil

import pytest

import tongbao.plans.clauses.kept
import tongbao.plans.running
from tongbao.plans import PlanInvalid, check_publishable, preset
from tongbao.plans.clauses.kept import Kept
from tongbao.plans.presets import preset_names
from tongbao.plans.running.stories import example_names, example_text, load_story, run_story


@pytest.mark.parametrize("name", example_names())
def test_a_preset_s_story_happens_as_it_is_written(name):
    story = load_story(example_text(name), source=f"{name}.yaml")
    assert story.plan == name
    found = run_story(story, plan=preset(name))
    assert [mismatch.message("en") for mismatch in found] == []


@pytest.mark.parametrize("name", example_names())
def test_a_preset_with_a_story_can_be_published(name):
    check_publishable(preset(name))


def test_every_preset_that_keeps_books_has_a_story():
    keeping = {
        name for name in preset_names() if any(isinstance(clause, Kept) for clause in preset(name).clauses)
    }
    assert len(keeping) >= 9
    assert keeping <= set(example_names())


def test_a_story_that_tells_otherwise_is_told_so_with_its_line():
    text = example_text("queue-refund").replace("fen: 20000", "fen: 20001", 1)
    (mismatch,) = run_story(load_story(text, source="line.yaml"), plan=preset("queue-refund"))
    line = text[: text.index("20001")].count("\n") + 1
    assert mismatch.message("en") == (
        f"line.yaml:{line}: {{to: Bob, clause: line, fen: 20001}} is written and "
        "{to: Bob, clause: line, fen: 20000} is paid"
    )
    assert "实际支付" in mismatch.message("zh")


def test_a_payment_that_a_story_leaves_out_is_missed_and_one_that_it_makes_up_too():
    story = "preset: queue-refund\nmembers: [{id: Ann}]\nstory:\n"
    paid = "  - paid: {order: A1, buyer: Ann, base: 100.00}\n"
    made_up = load_story(story + paid + "    pays: [{to: Ann, clause: line, fen: 1}]\n")
    (mismatch,) = run_story(made_up, plan=preset("queue-refund"))
    assert mismatch.en == "{to: Ann, clause: line, fen: 1} isn't paid"
    group = load_story(
        "preset: linkage\nmembers: [{id: Ann, rank: boss}, {id: Bob, sponsor: Ann}]\nstory:\n"
        "  - paid: {order: A1, buyer: Bob, base: 100.00}\n"
    )
    (mismatch,) = run_story(group, plan=preset("linkage"))
    assert mismatch.en == "this also pays {to: Ann, clause: tier, fen: 4000}; write it under pays"


def test_what_can_t_have_happened_ends_the_story_there():
    story = load_story(
        "preset: queue-refund\nmembers: [{id: Ann}]\nstory:\n  - received: A1\n  - close: day\n"
    )
    (mismatch,) = run_story(story, plan=preset("queue-refund"))
    assert (mismatch.line, mismatch.en) == (
        4,
        "This can't have happened: order A1 was never paid; let it be paid first.",
    )


@pytest.mark.parametrize(
    ("story", "problem"),
    [
        ("- close: fortnight", "4:12: close can't be 'fortnight'; write one of day, week, month"),
        ("- {close: day, paid: {order: 1}}", "4:5: a step is one of join, paid, received"),
        ("- {cloze: day}", "4:6: a step has no key 'cloze'; write 'close'"),
        ("- paid: {order: A1, buyer: Ann}", "4:11: an order needs base; write 'base: 198.00'"),
        ("- paid: {order: A1, buyer: Ann, base: 5%}", "4:41: base: '5%' is no amount: an amount of yuan"),
        ("- {close: day, on: tomorrow}", "4:22: on 'tomorrow' is no day; write 2026-02-01"),
        ("- {close: day, on: 2025-12-31}", "4:22: 2025-12-31 lies before 2026-01-01"),
        (
            "- {close: day, pays: [{to: Ann, clause: a, fen: 0}]}",
            "4:51: fen '0' must be a whole number from 1",
        ),
    ],
)
def test_a_wrong_story_is_refused_with_line_column_and_cure(story, problem):
    text = f"preset: binary\nmembers: [{{id: Ann}}]\nstory:\n  {story}\n"
    with pytest.raises(PlanInvalid) as refusal:
        load_story(text)
    assert f"story.yaml:{problem}" in refusal.value.message("en")


@pytest.mark.parametrize(
    "module",
    [
        name
        for package in (tongbao.plans.running, tongbao.plans.clauses.kept)
        for _, name, _ in pkgutil.walk_packages(package.__path__, f"{package.__name__}.")
        if ".tests" not in name
    ],
)
def test_the_examples_in_the_docstrings_hold(module):
    assert doctest.testmod(importlib.import_module(module)).failed == 0
