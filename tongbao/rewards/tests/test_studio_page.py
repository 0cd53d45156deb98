"""docs/plan-studio.md says what is so: its examples hold, its refusals exist."""

from __future__ import annotations

import doctest
import re
from pathlib import Path

from tongbao.money import StatedError
from tongbao.plans.lint import SignOffInvalid
from tongbao.rewards.contracts import plan_refusals, refusals

PAGE = Path(__file__).resolve().parents[3] / "docs" / "plan-studio.md"


def test_the_examples_of_the_page_hold():
    outcome = doctest.testfile(str(PAGE), module_relative=False, encoding="utf-8")
    assert outcome.attempted > 3
    assert outcome.failed == 0


def test_every_refusal_that_the_page_names_is_one():
    from tongbao.plans import contracts

    told = re.findall(r"^\| (`[a-z_`, ]+`) \|", PAGE.read_text(encoding="utf-8"), re.MULTILINE)
    named = {code for cell in told for code in re.findall(r"`([a-z_]+)`", cell)}
    known = {
        found.code
        for module in (refusals, plan_refusals, contracts)
        for found in vars(module).values()
        if isinstance(found, type) and issubclass(found, Exception) and hasattr(found, "code")
    } | {SignOffInvalid.code, StatedError.code}
    assert len(named) >= 10
    assert named <= known
