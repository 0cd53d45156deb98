"""Drafts of plans: written, brought back, thrown away, published. Nothing typed is lost, nothing overwritten unseen."""

from __future__ import annotations

from datetime import datetime

from tongbao.kit.errors import InvalidInput
from tongbao.kit.transactions import transaction
from tongbao.plans import PlanInvalid, load_plan
from tongbao.rewards.contracts import (
    DocumentTooLarge,
    DraftChanged,
    DraftDiscarded,
    DraftPublished,
    DraftUnknown,
    SignOffWords,
)
from tongbao.rewards.models import PlanDraft, PlanDraftText
from tongbao.rewards.services.plans import publish_plan
from tongbao.tenancy.contracts import Actor, AuditFact
from tongbao.tenancy.services import audit

MOST_KIB = 256
LONGEST_TITLE = 120


def start_draft(*, title: str, document: str, base: str, actor: Actor, now: datetime) -> int:
    """Begin a draft with a first text; return its number. ``base`` says what it was begun from, for a reader.

    Raises DocumentTooLarge, InvalidInput (no title, or a text that no database keeps).
    """
    document, title = sound_text(document), _sound_title(title)
    with transaction():
        draft = PlanDraft.objects.create(
            key=_key_of(document, otherwise=""),
            title=title,
            document=document,
            base=base,
            updated_at=now,
            updated_by=actor.name,
        )
        _keep_text(draft.pk, 1, document, actor, now)
        _note(draft.pk, "start", 1, actor, now)
    return int(draft.pk)


def save_draft(
    *, draft_id: int, revision: int, title: str, document: str, actor: Actor, now: datetime
) -> int:
    """Save the text as the next revision and return its number; a text that is the same makes no new one.

    ``revision`` is the one that the writer opened: one conditional update decides between two who save at once.
    Raises DraftUnknown, DraftChanged, DraftDiscarded, DocumentTooLarge, InvalidInput.
    """
    document, title = sound_text(document), _sound_title(title)
    with transaction():
        draft = PlanDraft.objects.filter(pk=draft_id).first()
        if draft is None:
            raise DraftUnknown(draft_id=draft_id)
        same = (draft.title, draft.document) == (title, document) and draft.discarded_at is None
        if same and draft.revision == revision:
            return revision
        return _advance(draft, revision, title=title, document=document, step="save", actor=actor, now=now)


def restore_draft(*, draft_id: int, revision: int, text: int, actor: Actor, now: datetime) -> int:
    """Bring back the text of an earlier revision as the newest one; a discarded draft lives again.

    Raises DraftUnknown (also for a text that was never saved), DraftChanged.
    """
    with transaction():
        draft = PlanDraft.objects.filter(pk=draft_id).first()
        kept = PlanDraftText.objects.filter(draft_id=draft_id, revision=text).first()
        if draft is None or kept is None:
            raise DraftUnknown(draft_id=draft_id)
        return _advance(
            draft, revision, title=draft.title, document=kept.document, step="restore", actor=actor, now=now
        )


def discard_draft(*, draft_id: int, revision: int, actor: Actor, now: datetime) -> None:
    """Put a draft away; its texts stay and any of them can be restored. Raises DraftUnknown, DraftChanged."""
    with transaction():
        changed = PlanDraft.objects.filter(pk=draft_id, revision=revision).update(
            discarded_at=now, updated_at=now, updated_by=actor.name
        )
        if not changed:
            raise _refusal(draft_id, revision)
        _note(draft_id, "discard", revision, actor, now)


def publish_draft(
    *,
    draft_id: int,
    revision: int,
    effective_from: datetime,
    actor: Actor,
    now: datetime,
    sign_off: SignOffWords | None = None,
) -> tuple[str, int]:
    """Publish a revision of a draft, once; return the plan's key and the new version.

    The draft's row is locked meanwhile, so of two who publish it at once one is refused. Raises DraftUnknown,
    DraftChanged, DraftDiscarded, DraftPublished, and all that ``publish_plan`` raises.
    """
    with transaction():
        draft = PlanDraft.objects.select_for_update().filter(pk=draft_id).first()
        if draft is None or draft.revision != revision:
            raise _refusal(draft_id, revision)
        if draft.discarded_at is not None:
            raise DraftDiscarded(draft_id=draft_id)
        if draft.published_revision == revision:
            raise DraftPublished(revision=revision)
        version = publish_plan(
            document=draft.document,
            effective_from=effective_from,
            actor=actor,
            now=now,
            sign_off=sign_off,
        )
        draft.published_revision = revision
        draft.save(update_fields=["published_revision"])
        _note(draft_id, "publish", revision, actor, now)
    return load_plan(draft.document).key, version


def sound_text(document: str) -> str:
    """The text as it is kept: line ends of one kind. Raises DocumentTooLarge, InvalidInput."""
    document = document.replace("\r\n", "\n").replace("\r", "\n")
    try:
        size = len(document.encode())
    except UnicodeEncodeError as error:
        raise _no_text() from error
    if "\0" in document:
        raise _no_text()
    if size > MOST_KIB * 1024:
        raise DocumentTooLarge(most_kib=MOST_KIB)
    return document


def _no_text() -> InvalidInput:
    return InvalidInput(
        field="document", why_en="it contains characters that are no text", why_zh="包含无法识别的字符"
    )


def _sound_title(title: str) -> str:
    title = title.strip()
    if not title or len(title) > LONGEST_TITLE or not title.isprintable():
        raise InvalidInput(
            field="title",
            why_en=f"write 1 to {LONGEST_TITLE} characters",
            why_zh=f"请填写1至{LONGEST_TITLE}字",
        )
    return title


def _key_of(document: str, *, otherwise: str) -> str:
    """The plan that a text declares, as long as it can be read; the one it declared before otherwise."""
    try:
        return load_plan(document).key
    except PlanInvalid:
        return otherwise


def _advance(
    draft: PlanDraft,
    revision: int,
    *,
    title: str,
    document: str,
    step: str,
    actor: Actor,
    now: datetime,
) -> int:
    following = revision + 1
    open_rows = PlanDraft.objects.filter(pk=draft.pk, revision=revision)
    if step == "save":
        open_rows = open_rows.filter(discarded_at__isnull=True)
    changed = open_rows.update(
        key=_key_of(document, otherwise=draft.key),
        title=title,
        document=document,
        revision=following,
        updated_at=now,
        updated_by=actor.name,
        discarded_at=None,
    )
    if not changed:
        raise _refusal(draft.pk, revision)
    _keep_text(draft.pk, following, document, actor, now)
    _note(draft.pk, step, following, actor, now)
    return following


def _refusal(draft_id: int, revision: int) -> DraftUnknown | DraftChanged | DraftDiscarded:
    """Why a draft couldn't be changed at that revision."""
    row = PlanDraft.objects.filter(pk=draft_id).first()
    if row is None:
        return DraftUnknown(draft_id=draft_id)
    if row.revision == revision and row.discarded_at is not None:
        return DraftDiscarded(draft_id=draft_id)
    return DraftChanged(revision=revision, latest=row.revision, by=row.updated_by)


def _keep_text(draft_id: int, revision: int, document: str, actor: Actor, now: datetime) -> None:
    PlanDraftText.objects.create(
        draft_id=draft_id, revision=revision, document=document, saved_at=now, saved_by=actor.name
    )


def _note(draft_id: int, step: str, revision: int, actor: Actor, now: datetime) -> None:
    audit(
        AuditFact(
            actor=actor,
            action=f"plan_draft.{step}",
            subject=f"plan_draft:{draft_id}",
            detail={"revision": revision},
        ),
        now=now,
    )
