"""Plans in force."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from functools import lru_cache

from tongbao.kit.errors import NotFound
from tongbao.plans import Plan, load_plan, promotion_sentences
from tongbao.rewards.contracts import PlanFacts, PlanNotInForce, SignOffFacts
from tongbao.rewards.models import PlanSignOff, PlanVersion


@lru_cache(maxsize=256)
def _loaded(document: str) -> Plan:
    # A document is immutable and names its own digest, so what was loaded once stays right for ever.
    return load_plan(document)


def plan_of(version: PlanVersion) -> Plan:
    """The plan that a version's document declares."""
    return _loaded(version.document)


def plan_in_force(*, key: str, at: datetime) -> tuple[PlanVersion, Plan]:
    """The version of a plan in force at a moment, for ever the same answer. Raises PlanNotInForce."""
    version = PlanVersion.objects.filter(key=key, effective_from__lte=at).order_by("-effective_from").first()
    if version is None:
        raise PlanNotInForce(key=key, at=at.isoformat())
    return version, plan_of(version)


def versions_of(*, key: str) -> tuple[PlanVersion, ...]:
    """Every version of a plan, the latest first."""
    return tuple(PlanVersion.objects.filter(key=key).order_by("-effective_from"))


def plan_among(*, versions: Sequence[PlanVersion], key: str, at: datetime) -> tuple[PlanVersion, Plan]:
    """As ``plan_in_force``, among versions that were read before."""
    for version in versions:
        if version.effective_from <= at:
            return version, plan_of(version)
    raise PlanNotInForce(key=key, at=at.isoformat())


def plans_in_force(*, at: datetime) -> tuple[PlanFacts, ...]:
    """Every plan in force, with its sentences and its proven worst case, as anyone may read it."""
    found: dict[str, PlanFacts] = {}
    for version in (
        PlanVersion.objects.select_related("sign_off")
        .filter(effective_from__lte=at)
        .order_by("key", "effective_from")
    ):
        found[version.key] = facts_of(version)
    return tuple(found.values())


def disclosed_plan(*, key: str, at: datetime) -> PlanFacts:
    """One plan in force, as anyone may read it. Raises NotFound."""
    try:
        version, _ = plan_in_force(key=key, at=at)
    except PlanNotInForce as error:
        raise NotFound(what="plan", key=key) from error
    return facts_of(version)


def facts_of(version: PlanVersion) -> PlanFacts:
    """A version as others learn of it, with who signed for it if somebody had to."""
    plan = plan_of(version)
    return PlanFacts(
        key=version.key,
        version=version.version,
        title_zh=plan.title("zh"),
        title_en=plan.title("en"),
        sentences_zh=(*plan.sentences("zh"), *promotion_sentences(plan, "zh")),
        sentences_en=(*plan.sentences("en"), *promotion_sentences(plan, "en")),
        effective_from=version.effective_from,
        worst_case_bp=version.worst_case_bp,
        budget_bp=version.budget_bp,
        sha256=version.sha256,
        document=version.document,
        sign_off=sign_off_of(version),
    )


def sign_off_of(version: PlanVersion) -> SignOffFacts | None:
    """Who signed for a version; None if nobody had to."""
    row: PlanSignOff | None = getattr(version, "sign_off", None)
    if row is None:
        return None
    return SignOffFacts(
        name=row.name,
        statement=row.statement,
        signed_at=row.signed_at,
        jurisdiction=row.jurisdiction,
        sha256=row.sha256,
        findings=tuple(row.findings),
    )
