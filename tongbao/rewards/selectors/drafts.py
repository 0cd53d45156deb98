"""Drafts of plans, and the published version that a text is compared with."""

from __future__ import annotations

from tongbao.rewards.contracts import DraftFacts, DraftTextFacts, DraftUnknown
from tongbao.rewards.models import PlanDraft, PlanDraftText, PlanVersion
from tongbao.rewards.policy.studio import Running
from tongbao.rewards.selectors.plans import plan_of

TEXTS_SHOWN = 50


def drafts() -> tuple[DraftFacts, ...]:
    """Every draft, the last saved first; discarded ones after the others."""
    rows = list(PlanDraft.objects.order_by("-updated_at", "-id"))
    return tuple(_facts(row) for row in sorted(rows, key=lambda row: row.discarded_at is not None))


def draft(*, draft_id: int) -> DraftFacts:
    """One draft. Raises DraftUnknown."""
    row = PlanDraft.objects.filter(pk=draft_id).first()
    if row is None:
        raise DraftUnknown(draft_id=draft_id)
    return _facts(row)


def draft_texts(*, draft_id: int) -> tuple[DraftTextFacts, ...]:
    """The last saved texts of a draft, newest first."""
    rows = PlanDraftText.objects.filter(draft_id=draft_id).order_by("-revision")[:TEXTS_SHOWN]
    return tuple(
        DraftTextFacts(
            revision=row.revision, document=row.document, saved_at=row.saved_at, saved_by=row.saved_by
        )
        for row in rows
    )


def running_plan(key: str) -> Running | None:
    """The latest published version of a plan: what another version would follow."""
    row = PlanVersion.objects.filter(key=key).order_by("-version").first()
    return None if row is None else Running(version=row.version, plan=plan_of(row))


def _facts(row: PlanDraft) -> DraftFacts:
    return DraftFacts(
        draft_id=row.pk,
        key=row.key,
        title=row.title,
        document=row.document,
        base=row.base,
        revision=row.revision,
        updated_at=row.updated_at,
        updated_by=row.updated_by,
        is_discarded=row.discarded_at is not None,
        published=row.published_revision == row.revision,
    )
