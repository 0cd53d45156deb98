"""Looks at a plan and a shop's practice with the eyes of one jurisdiction."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from tongbao.money import parse_yuan
from tongbao.plans.lint.contracts import SEVERITIES, Finding, Jurisdiction
from tongbao.plans.lint.facts import Facts
from tongbao.plans.lint.practice import SETTINGS, Practice
from tongbao.plans.lint.rules import RULES
from tongbao.plans.plan import Plan


def lint(*, plan: Plan, practice: Practice, jurisdiction: Jurisdiction) -> tuple[Finding, ...]:
    """What the law of a jurisdiction, as far as it was gathered, finds wrong; worst first, then as the law is listed.

    It informs and is no legal advice: show ``statement(language)`` beside it.

    >>> from tongbao.plans import preset
    >>> [finding.id for finding in lint(plan=preset("gift-pack"), practice=Practice(), jurisdiction="HK")]
    ['HK1']
    """
    facts = Facts(plan)
    found = [
        Finding(rule=rule, reasons=reasons)
        for rule in RULES
        if rule.jurisdiction == jurisdiction
        and (reasons := tuple(rule.check(facts=facts, practice=practice)))
    ]
    return tuple(sorted(found, key=lambda finding: SEVERITIES.index(finding.severity)))


def blocking(findings: Iterable[Finding]) -> tuple[Finding, ...]:
    """Those with which a plan is published only after an owner's written sign-off."""
    return tuple(finding for finding in findings if finding.blocks)


def with_cures(*, practice: Practice, findings: Iterable[Finding]) -> Practice:
    """The practice after every setting that the findings name was changed as they say.

    What only a change of the plan cures, stays.

    >>> from tongbao.plans import preset
    >>> practice = Practice(points_cashable=True)
    >>> found = lint(plan=preset("gift-pack"), practice=practice, jurisdiction="CN")
    >>> with_cures(practice=practice, findings=found).points_cashable
    False
    """
    changes: dict[str, object] = {}
    by_key = {f"practice.{setting.key}": setting for setting in SETTINGS}
    for finding in findings:
        for reason in finding.reasons:
            setting = by_key.get(reason.cure_key)
            if setting is None:
                continue
            match setting.kind:
                case "yes":
                    changes[setting.name] = reason.cure_value == "yes"
                case "amount":
                    changes[setting.name] = parse_yuan(reason.cure_value)
                case "count":
                    changes[setting.name] = int(reason.cure_value)
                case _:
                    changes[setting.name] = reason.cure_value
    return replace(practice, **changes)  # type: ignore[arg-type]
