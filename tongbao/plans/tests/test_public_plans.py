"""Plans from public descriptions, written with the language's page alone."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tongbao.plans import check_publishable, load_plan, preset_names
from tongbao.plans.cases import check_case, load_cases

FOLDER = Path(__file__).resolve().parents[3] / "docs" / "plans"
# A clause that nobody can earn by in practice and that only starts a cursor; its plan says why.
NEVER_PAID = {"division-mall": {"start"}}
PLANS = sorted(path.stem for path in FOLDER.glob("*.yaml") if not path.stem.endswith(".cases"))


def test_there_are_three_that_are_no_preset():
    assert len(PLANS) >= 3
    assert not set(PLANS) & set(preset_names())


@pytest.mark.parametrize("name", PLANS)
def test_a_plan_is_exactly_within_its_budget(name):
    proof = check_publishable(load_plan((FOLDER / f"{name}.yaml").read_text(encoding="utf-8")))
    assert [part.worst_case_bp for part in proof.bases] == [part.budget_bp for part in proof.bases]


@pytest.mark.parametrize("name", PLANS)
def test_its_cases_pay_what_they_say(name):
    plan = load_plan((FOLDER / f"{name}.yaml").read_text(encoding="utf-8"))
    assert plan.key == name
    cases = load_cases((FOLDER / f"{name}.cases.yaml").read_text(encoding="utf-8"), plan=plan)
    walks = {clause.id for clause in plan.walks} - NEVER_PAID.get(name, set())
    assert {award.clause for case in cases for award in case.awards or ()} == walks
    for case in cases:
        assert case.why
        assert [found.message("en") for found in check_case(plan=plan, case=case)] == []


def test_the_page_names_them_all():
    page = (FOLDER / "README.md").read_text(encoding="utf-8")
    linked = set(re.findall(r"\]\(([\w.-]+)\)", page)) - {"../plan-language.md"}
    assert linked == {path.name for path in FOLDER.glob("*.yaml")}
