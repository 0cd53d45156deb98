"""Plans come into force: proven, looked at by the lint, signed for where that is needed, dated, never changed."""

from __future__ import annotations

from datetime import UTC, datetime

from django.db import IntegrityError

from tongbao.kit.transactions import transaction
from tongbao.plans import Plan, Proof, check_publishable, load_plan, preset_text
from tongbao.plans.lint import Finding, SignOffStatement, requires_sign_off
from tongbao.rewards.contracts import (
    PlanNeedsSignOff,
    PlanNotRunnable,
    PlanVersionTooEarly,
    RewardsSettings,
    SignOffNotAllowed,
    SignOffWords,
)
from tongbao.rewards.models import PlanSignOff, PlanVersion
from tongbao.rewards.policy import hindrances
from tongbao.tenancy.contracts import OWNER, Actor, AuditFact
from tongbao.tenancy.selectors import roles_of, tenant_settings
from tongbao.tenancy.services import audit

# What a new tenant starts with; the operator publishes other versions later.
FIRST_PLANS = ("gift-pack", "merchant-alliance", "lottery-winner")
# A tenant's first plans also cover the orders that it brings along from another system.
SINCE_EVER = datetime(2000, 1, 1, tzinfo=UTC)
# Whoever makes a mall chooses its first plans; that choice is what stands in the place of an owner's signature.
CREATED_BY = "tongbao tenant create"
CREATED_STATEMENT = (
    "本商城由命令“tongbao tenant create”创建,创建者选用了随附的方案;当时尚无负责人账户。"
    "This mall was created with the shipped plans by the command “tongbao tenant create”; "
    "there was no owner's account yet."
)


def set_up_tenant(*, now: datetime) -> None:
    """The preset plans of a new tenant. Safe to repeat."""
    install_presets(now=now)


def install_presets(*, now: datetime, names: tuple[str, ...] = FIRST_PLANS) -> None:
    """Publish the presets that this tenant has no version of yet, since ever.

    What the lint blocks is signed for in the name of the command that made the mall, and says so.
    """
    for name in names:
        if PlanVersion.objects.filter(key=name).exists():
            continue
        document = preset_text(name)
        plan, proof, blocking = _require_publishable(document)
        words = SignOffWords(
            name=CREATED_BY,
            statement=CREATED_STATEMENT,
            findings=tuple(finding.id for finding in blocking),
        )
        with transaction():
            _publish(
                plan=plan,
                proof=proof,
                document=document,
                effective_from=SINCE_EVER,
                blocking=blocking,
                words=words,
                actor=Actor.system(CREATED_BY),
                now=now,
            )


def publish_plan(
    *,
    document: str,
    effective_from: datetime,
    actor: Actor,
    now: datetime,
    sign_off: SignOffWords | None = None,
) -> int:
    """Add a version of the plan that the document declares; return its number. All of it happens or nothing.

    Old orders keep the version they were paid under, for ever. ``sign_off`` is looked at only if the lint blocks
    the plan in the mall's jurisdiction. Raises PlanInvalid, PlanOverBudget (the proven worst case is above the
    budget), PlanUnbounded, PlanNotRunnable (orders can't be settled by it yet), PlanNeedsSignOff (nobody signed
    for all that blocks), SignOffNotAllowed (the actor is no owner), SignOffInvalid (no name, no statement),
    PlanVersionTooEarly (not after the latest version, or in the past).

    >>> publish_plan(document=text, effective_from=monday, actor=owner, now=now)       # doctest: +SKIP
    2
    """
    plan, proof, blocking = _require_publishable(document)
    if blocking:
        signed = sign_off.findings if sign_off else ()
        missing = tuple(finding for finding in blocking if finding.id not in signed)
        if sign_off is None or missing:
            raise PlanNeedsSignOff(
                plan=plan.key,
                jurisdiction=tenant_settings(RewardsSettings).jurisdiction,
                findings=missing or blocking,
            )
        if actor.user_id is None or OWNER not in roles_of(user_id=actor.user_id):
            raise SignOffNotAllowed(name=actor.name)
    with transaction():
        return _publish(
            plan=plan,
            proof=proof,
            document=document,
            effective_from=effective_from,
            blocking=blocking,
            words=sign_off,
            actor=actor,
            now=now,
        )


def _require_publishable(document: str) -> tuple[Plan, Proof, tuple[Finding, ...]]:
    """The plan, its proof, and what blocks it where the mall does business."""
    plan = load_plan(document)
    proof = check_publishable(plan)
    settings = tenant_settings(RewardsSettings)
    held_up = hindrances(plan=plan, release_days=settings.release_days)
    if held_up:
        raise PlanNotRunnable(
            plan=plan.key,
            clauses=tuple(dict.fromkeys(item.clause for item in held_up)),
            said_en="; ".join(f"{item.clause} (line {item.line}): {item.en}" for item in held_up),
            said_zh=";".join(f"{item.clause}(第{item.line}行):{item.zh}" for item in held_up),
        )
    blocking = requires_sign_off(
        plan=plan,
        practice=settings.practised(),
        jurisdiction=settings.jurisdiction,  # type: ignore[arg-type]
    )
    return plan, proof, blocking


def _publish(
    *,
    plan: Plan,
    proof: Proof,
    document: str,
    effective_from: datetime,
    blocking: tuple[Finding, ...],
    words: SignOffWords | None,
    actor: Actor,
    now: datetime,
) -> int:
    """The rows of a version; the caller holds the transaction."""
    latest = PlanVersion.objects.filter(key=plan.key).order_by("-version").first()
    # A plan's first version may begin earlier: orders that no plan was there for wait until one is.
    if latest is not None and (effective_from <= latest.effective_from or effective_from < now):
        raise PlanVersionTooEarly(
            key=plan.key, version=latest.version, latest=latest.effective_from.isoformat()
        )
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
        raise PlanVersionTooEarly(
            key=plan.key, version=(latest.version if latest else 0) + 1, latest=effective_from.isoformat()
        ) from error
    detail: dict[str, object] = {
        "version": row.version,
        "sha256": plan.sha256,
        "effective_from": effective_from.isoformat(),
    }
    if blocking and words is not None:
        detail["sign_off"] = _sign(row, blocking=blocking, words=words, actor=actor, now=now)
    audit(
        AuditFact(actor=actor, action="plan.publish", subject=f"plan:{plan.key}", detail=detail),
        now=now,
    )
    return int(row.version)


def _sign(
    row: PlanVersion, *, blocking: tuple[Finding, ...], words: SignOffWords, actor: Actor, now: datetime
) -> dict[str, object]:
    """Keep the statement beside the version, with the findings as they were shown. Raises SignOffInvalid."""
    statement = SignOffStatement(
        owner_name=words.name.strip(),
        text=words.statement.strip(),
        findings=tuple(finding.id for finding in blocking),
        plan_sha256=row.sha256,
        jurisdiction=blocking[0].rule.jurisdiction,
        signed_at=now.isoformat(),
    )
    PlanSignOff.objects.create(
        plan_version=row,
        sha256=statement.plan_sha256,
        jurisdiction=statement.jurisdiction,
        findings=[finding.as_json() for finding in blocking],
        name=statement.owner_name,
        statement=statement.text,
        signed_at=now,
        signed_by_id=actor.user_id,
        signed_by=actor.name,
    )
    return {
        "name": statement.owner_name,
        "statement": statement.text,
        "jurisdiction": statement.jurisdiction,
        "findings": list(statement.findings),
    }
