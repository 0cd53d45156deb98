"""The lint: what the law of six jurisdictions, as far as it was gathered, finds in a plan. No legal advice.

Source: ``docs/lint.md``.
"""

from __future__ import annotations

from tongbao.plans.lint.contracts import (
    BLOCKING,
    JURISDICTIONS,
    SEVERITIES,
    Finding,
    Jurisdiction,
    Reason,
    Rule,
    Severity,
    Source,
    statement,
)
from tongbao.plans.lint.facts import Facts
from tongbao.plans.lint.linting import blocking, lint, with_cures
from tongbao.plans.lint.practice import (
    EARNINGS_CLAIMS,
    SETTINGS,
    EarningsClaims,
    Practice,
    Setting,
    load_practice,
)
from tongbao.plans.lint.reach import Reach
from tongbao.plans.lint.rules import RULES
from tongbao.plans.lint.signoff import SignOffInvalid, SignOffStatement, requires_sign_off

__all__ = [
    "BLOCKING",
    "EARNINGS_CLAIMS",
    "JURISDICTIONS",
    "RULES",
    "SETTINGS",
    "SEVERITIES",
    "EarningsClaims",
    "Facts",
    "Finding",
    "Jurisdiction",
    "Practice",
    "Reach",
    "Reason",
    "Rule",
    "Setting",
    "Severity",
    "SignOffInvalid",
    "SignOffStatement",
    "Source",
    "blocking",
    "lint",
    "load_practice",
    "requires_sign_off",
    "statement",
    "with_cures",
]
