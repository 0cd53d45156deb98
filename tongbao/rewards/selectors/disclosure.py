"""What anyone may read of a mall's plans: every version, what changed, what blocks it, who signed for it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from typing import Any

from tongbao.kit.errors import Language, NotFound
from tongbao.money import format_rate
from tongbao.plans import compare_plans, prove
from tongbao.plans.lint import requires_sign_off
from tongbao.rewards.contracts import PlanFacts, RewardsSettings
from tongbao.rewards.models import PlanVersion
from tongbao.rewards.policy.studio import finding_to_show, proof_to_show
from tongbao.rewards.selectors.plans import facts_of, plan_of
from tongbao.tenancy.selectors import tenant_settings


@dataclass(frozen=True, slots=True, kw_only=True)
class DisclosedVersion:
    """A version as it is disclosed: ``changes`` since the version before it, in sentences."""

    facts: PlanFacts
    changes: tuple[str, ...]
    is_in_force: bool
    is_to_come: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class DisclosedPlan:
    """A plan in force (or the first to come), its proof and what the law finds, and all its versions, newest first."""

    facts: PlanFacts
    title: str
    rule: str
    sentences: tuple[str, ...]
    worst: str
    budget: str
    is_in_force: bool
    proof: dict[str, Any]
    findings: tuple[dict[str, Any], ...]
    """What blocks it in the mall's jurisdiction: as signed for, or as found now if nobody had to sign then."""
    versions: tuple[DisclosedVersion, ...]


def disclosed_plans(*, at: datetime, language: Language) -> tuple[DisclosedPlan, ...]:
    """Every plan that was ever published, by key, as it stands at a moment."""
    by_key: dict[str, list[PlanVersion]] = {}
    for row in PlanVersion.objects.select_related("sign_off").order_by("key", "version"):
        by_key.setdefault(row.key, []).append(row)
    return tuple(_disclosed(rows, at, language) for rows in by_key.values())


def disclosed_document(*, key: str, version: int) -> PlanFacts:
    """One version with its document. Raises NotFound."""
    row = PlanVersion.objects.select_related("sign_off").filter(key=key, version=version).first()
    if row is None:
        raise NotFound(what="plan", key=f"{key} v{version}")
    return facts_of(row)


def disclosure_tag(*, at: datetime) -> str:
    """What changes when the disclosure does: versions, settings of the law, and what has come into force."""
    rows = PlanVersion.objects.values_list("id", "effective_from")
    settings = tenant_settings(RewardsSettings)
    last = max((pk for pk, _ in rows), default=0)
    begun = sum(effective_from <= at for _, effective_from in rows)
    told = repr((settings.jurisdiction, settings.practice, settings.release_days))
    return f"{last}-{begun}-{sha256(told.encode()).hexdigest()[:12]}"


def _disclosed(rows: list[PlanVersion], at: datetime, language: Language) -> DisclosedPlan:
    begun = [row for row in rows if row.effective_from <= at]
    shown = begun[-1] if begun else rows[0]
    plan, facts = plan_of(shown), facts_of(shown)
    return DisclosedPlan(
        facts=facts,
        title=plan.title(language),
        rule=plan.rule_zh if language == "zh" else plan.rule_en,
        sentences=facts.sentences_zh if language == "zh" else facts.sentences_en,
        worst=format_rate(shown.worst_case_bp),
        budget=format_rate(shown.budget_bp),
        is_in_force=bool(begun),
        proof=proof_to_show(plan=plan, proof=prove(plan), language=language),
        findings=_findings(facts, shown, language),
        versions=tuple(reversed(_versions(rows, shown, at, language))),
    )


def _versions(
    rows: list[PlanVersion], shown: PlanVersion, at: datetime, language: Language
) -> list[DisclosedVersion]:
    return [
        DisclosedVersion(
            facts=facts_of(row),
            changes=tuple(
                difference.sentence(language) for difference in compare_plans(plan_of(before), plan_of(row))
            )
            if before
            else (),
            is_in_force=row.pk == shown.pk and row.effective_from <= at,
            is_to_come=row.effective_from > at,
        )
        for before, row in zip([None, *rows], rows, strict=False)
    ]


def _findings(facts: PlanFacts, row: PlanVersion, language: Language) -> tuple[dict[str, Any], ...]:
    if facts.sign_off is not None:
        return tuple(
            {
                "id": finding["id"],
                "title": finding["title"][language],
                "source": finding["source"][language],
                "verified": finding["verified"],
                "reasons": [reason[language] for reason in finding["reasons"]],
            }
            for finding in facts.sign_off.findings
        )
    settings = tenant_settings(RewardsSettings)
    found = requires_sign_off(
        plan=plan_of(row),
        practice=settings.practised(),
        jurisdiction=settings.jurisdiction,  # type: ignore[arg-type]
    )
    shown = (finding_to_show(finding, language) for finding in found)
    return tuple(
        {**finding, "reasons": [reason["text"] for reason in finding["reasons"]]} for finding in shown
    )
