"""A text looked at as somebody types it: what is wrong with it, or what the plan says, proves and is told by law."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from tongbao.kit.errors import Language
from tongbao.money import StatedError
from tongbao.plans import Plan, PlanInvalid, Proof, compare_plans, load_plan, promotion_sentences, prove
from tongbao.plans.lint import Jurisdiction, Practice, lint, statement
from tongbao.rewards.policy.runnable import hindrances
from tongbao.rewards.policy.studio.showing import (
    BASE_TITLES,
    LEVEL_TITLES,
    finding_to_show,
    proof_to_show,
    said,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Running:
    """The latest published version of a plan, which a text is compared with."""

    version: int
    plan: Plan


def look_at(
    *,
    document: str,
    practice: Practice,
    jurisdiction: Jurisdiction,
    own_jurisdiction: Jurisdiction,
    running: Callable[[str], Running | None],
    language: Language,
) -> dict[str, Any]:
    """Everything that the studio says of a text, in the reader's language, as plain data.

    A text that is no plan gives its problems, each with line, column and what to write instead. ``jurisdiction``
    is the one looked at, ``own_jurisdiction`` the mall's: its blocking findings decide on the sign-off.
    ``running`` answers which version of a plan's key is published.

    >>> seen = look_at(document="plan: x", practice=Practice(), jurisdiction="CN", own_jurisdiction="CN",
    ...                running=lambda key: None, language="en")
    >>> seen["sound"], seen["problems"][0]["line"]
    (False, 1)
    """
    try:
        plan = load_plan(document)
    except PlanInvalid as error:
        return {
            "sound": False,
            "problems": [
                {
                    "line": problem.line,
                    "column": problem.column,
                    "text": problem.zh if language == "zh" else problem.en,
                }
                for problem in error.problems
            ],
        }
    try:
        proof = prove(plan)
    except StatedError as error:
        return {"sound": False, "problems": [{"line": 1, "column": 1, "text": error.message(language)}]}
    findings = lint(plan=plan, practice=practice, jurisdiction=jurisdiction)
    at_home = lint(plan=plan, practice=practice, jurisdiction=own_jurisdiction)
    held_up = hindrances(plan=plan, release_days=practice.release_days)
    blocking = [finding for finding in at_home if finding.blocks]
    return {
        "sound": True,
        "problems": [],
        "key": plan.key,
        "title": plan.title(language),
        "rule": plan.rule_zh if language == "zh" else plan.rule_en,
        "sha256": plan.sha256,
        "sentences": [
            {
                "clause": clause.id,
                "line": clause.line,
                "text": clause.sentence(names=plan.names, language=language),
            }
            for clause in plan.clauses
        ],
        "promotions": list(promotion_sentences(plan, language)),
        "proof": proof_to_show(plan=plan, proof=proof, language=language),
        "lint": {
            "statement": statement(language),
            "jurisdiction": jurisdiction,
            "findings": [finding_to_show(finding, language) for finding in findings],
        },
        "hindrances": [
            {"clause": item.clause, "line": item.line, "text": item.reason(language)} for item in held_up
        ],
        "difference": _difference(plan, running(plan.key), language),
        "needs": needs_of(plan),
        "ranks": [{"key": key, "title": plan.names.rank(key, language)} for key in plan.ranks],
        "levels": {level: said(title, language) for level, title in LEVEL_TITLES.items()},
        "products": products_of(plan),
        "bases": [{"key": base, "title": said(BASE_TITLES[base], language)} for base in bases_of(plan)],
        "sign_off": [finding.id for finding in blocking],
        "state": _state(proof, bool(held_up), bool(blocking)),
    }


def products_of(plan: Plan) -> list[str]:
    """Every product that the plan names, in a clause or as a way up."""
    named = {product for clause in plan.clauses for product in clause.event.products}
    return sorted(named | {product for product, _ in plan.promotions.by_purchase})


def bases_of(plan: Plan) -> list[str]:
    """The bases that the plan pays on; money paid always first."""
    return ["net", *(base for base in plan.budgets if base != "net")]


def needs_of(plan: Plan) -> list[str]:
    """What clauses ask of a sponsor besides the rank: recruits, own_fen, team_fen."""
    return sorted({name for walk in plan.walks for name, _ in walk.thresholds()})


def _difference(plan: Plan, running: Running | None, language: Language) -> dict[str, Any] | None:
    if running is None:
        return None
    return {
        "version": running.version,
        "changes": [
            {"part": item.part, "text": item.sentence(language)} for item in compare_plans(running.plan, plan)
        ],
    }


def _state(proof: Proof, is_held_up: bool, is_blocked: bool) -> str:
    """What stands between the text and publishing it, the hardest first."""
    if not proof.bounded:
        return "unbounded"
    if not proof.within_budget:
        return "over_budget"
    if is_held_up:
        return "not_runnable"
    return "needs_sign_off" if is_blocked else "publishable"
