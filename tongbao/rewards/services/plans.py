"""Plans come into force: checked, dated, never changed."""

from __future__ import annotations

from datetime import UTC, datetime

from django.db import IntegrityError

from tongbao.kit.transactions import transaction
from tongbao.plans import check_publishable, load_plan, preset_text
from tongbao.rewards.contracts import PlanVersionTooEarly
from tongbao.rewards.models import PlanVersion, SettlementLock
from tongbao.tenancy.contracts import Actor, AuditFact
from tongbao.tenancy.services import audit

# What a new tenant starts with; the operator publishes other versions later.
FIRST_PLANS = ("gift-pack", "merchant-alliance", "lottery-winner")
# A tenant's first plans also cover the orders that it brings along from another system.
SINCE_EVER = datetime(2000, 1, 1, tzinfo=UTC)


def set_up_tenant(*, now: datetime) -> None:
    """The lock row and the preset plans of a new tenant. Safe to repeat."""
    SettlementLock.objects.get_or_create(id=1)
    install_presets(now=now)


def install_presets(*, now: datetime, names: tuple[str, ...] = FIRST_PLANS) -> None:
    """Publish the presets that this tenant has no version of yet."""
    for name in names:
        if not PlanVersion.objects.filter(key=name).exists():
            publish_plan(document=preset_text(name), effective_from=SINCE_EVER, actor=Actor.system(), now=now)


def publish_plan(*, document: str, effective_from: datetime, actor: Actor, now: datetime) -> int:
    """Add a version of the plan that the document declares; return its number.

    Old orders keep the version they were paid under, for ever. Raises PlanInvalid, PlanOverBudget (the proven
    worst case is above the budget), PlanVersionTooEarly (not after the latest version, or in the past).
    """
    plan = load_plan(document)
    proof = check_publishable(plan)
    with transaction():
        latest = PlanVersion.objects.filter(key=plan.key).order_by("-version").first()
        if latest is not None and (effective_from <= latest.effective_from or effective_from < now):
            raise PlanVersionTooEarly(key=plan.key, latest=latest.effective_from.isoformat())
        try:
            with transaction():
                row = PlanVersion.objects.create(
                    key=plan.key,
                    version=(latest.version if latest else 0) + 1,
                    document=document,
                    sha256=plan.sha256,
                    worst_case_bp=proof.worst_case_bp,
                    budget_bp=plan.budget_bp,
                    effective_from=effective_from,
                    published_at=now,
                    published_by=actor.name,
                )
        except IntegrityError as error:  # somebody published at the same moment
            raise PlanVersionTooEarly(key=plan.key, latest="now") from error
        audit(
            AuditFact(
                actor=actor,
                action="plan.publish",
                subject=f"plan:{plan.key}",
                detail={
                    "version": row.version,
                    "sha256": plan.sha256,
                    "effective_from": effective_from.isoformat(),
                },
            ),
            now=now,
        )
    return int(row.version)
