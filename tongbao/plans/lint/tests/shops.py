"""Plans and practices for the tests, written shortly."""

from __future__ import annotations

from pathlib import Path

from tongbao.plans import Plan, load_plan
from tongbao.plans.lint import RULES, Finding, Jurisdiction, Practice, lint

EXAMPLES = Path(__file__).parent / "examples"

HEAD = """\
plan: made-up
title: {zh: 测试, en: Made up}
ranks:
  - {key: member, zh: 会员, en: Member}
  - {key: vip, zh: 贵宾, en: VIP}
  - {key: dealer, zh: 代理, en: Dealer}
"""
FIRST_CLAUSE_LINE = 9


def plan_of(clauses: str, *, promotions: str = "", budget: str = "100%") -> Plan:
    """A plan with these clauses (one a line, as YAML flow mappings; the first stands on FIRST_CLAUSE_LINE)."""
    listed = "".join(f"  - {{{line.strip()}}}\n" for line in clauses.strip().splitlines())
    return load_plan(
        f"{HEAD}budget: {budget}\nclauses:\n{listed}" + (f"promotions: {promotions}\n" if promotions else "")
    )


REFERRAL = "id: referral, kind: direct, rate: 10%"
TWO_LEVELS = "id: levels, rate: {by_level: [6%, 3%]}"
THREE_LEVELS = "id: levels, rate: {by_level: [6%, 3%, 1%]}"
TIER = "id: tier, kind: differential, rates: {vip: 10%, dealer: 20%}"


def rule(rule_id: str):
    (found,) = [item for item in RULES if item.id == rule_id]
    return found


def finding(rule_id: str, plan: Plan, practice: Practice | None = None) -> Finding | None:
    """The finding of one rule, if it fires."""
    jurisdiction: Jurisdiction = rule(rule_id).jurisdiction
    found = lint(plan=plan, practice=practice or Practice(), jurisdiction=jurisdiction)
    return next((item for item in found if item.id == rule_id), None)


def said(rule_id: str, plan: Plan, practice: Practice | None = None) -> tuple[str, ...]:
    """Why a rule fires, in English; empty if it doesn't."""
    found = finding(rule_id, plan, practice)
    return tuple(reason.en for reason in found.reasons) if found else ()
