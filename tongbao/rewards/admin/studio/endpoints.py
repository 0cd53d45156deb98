"""What the studio's scripts ask while somebody types. Small JSON, for signed-in operators, with a token."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from datetime import timedelta
from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.urls import reverse

from tongbao.kit import clock
from tongbao.kit.admin import console_language
from tongbao.kit.errors import DomainError, InvalidInput
from tongbao.kit.ratelimit import check_rate
from tongbao.mall.admin.base import actor_of
from tongbao.money import StatedError
from tongbao.plans.lint import JURISDICTIONS
from tongbao.rewards.contracts import DocumentTooLarge, RewardsSettings
from tongbao.rewards.policy.studio import look_at, what_if
from tongbao.rewards.selectors import draft, running_plan
from tongbao.rewards.services import restore_draft, save_draft, sound_text
from tongbao.rewards.services.drafts import MOST_KIB
from tongbao.tenancy.selectors import tenant_settings

ASKED_AT_MOST = 240
ASKED_WITHIN = timedelta(minutes=1)

Told = Mapping[str, Any]
Answer = Callable[..., dict[str, Any]]


def answered(request: HttpRequest, answer: Answer, **more: Any) -> HttpResponse:
    """Read the body, answer it, and say a refusal as JSON. The caller has looked at the operator's role."""
    language = console_language(request)
    if request.method != "POST":
        return HttpResponse(status=405, headers={"Allow": "POST"})
    try:
        check_rate(
            what="plan-studio",
            key=str(request.user.pk),
            limit=ASKED_AT_MOST,
            window=ASKED_WITHIN,
            now=clock.now(),
        )
        return JsonResponse(answer(request, _told(request), **more))
    except (DomainError, StatedError) as refusal:
        return JsonResponse(
            {"error": {"code": refusal.code, "message": refusal.message(language)}}, status=refusal.status
        )


def check(request: HttpRequest, told: Told) -> dict[str, Any]:
    """All that the studio says of a text; a text that is no plan is an answer too."""
    settings = tenant_settings(RewardsSettings)
    wanted = told.get("jurisdiction")
    own: Any = settings.jurisdiction
    return look_at(
        document=_document(told),
        practice=settings.practised(),
        jurisdiction=wanted if wanted in JURISDICTIONS else own,
        own_jurisdiction=own,
        running=running_plan,
        language=console_language(request),
    )


def try_out(request: HttpRequest, told: Told) -> dict[str, Any]:
    """Who gets what on the chain that was drawn; what can't be paid is said in ``refused``."""
    language = console_language(request)
    chain = told.get("chain")
    if not isinstance(chain, Mapping):
        raise InvalidInput(field="chain", why_en="draw a chain", why_zh="请给出推荐链")
    try:
        return what_if(document=_document(told), told=chain, language=language)
    except (InvalidInput, StatedError) as refusal:
        return {"refused": refusal.message(language)}


def save(request: HttpRequest, told: Told, *, draft_id: int) -> dict[str, Any]:
    """Save a text as the next revision."""
    revision = save_draft(
        draft_id=draft_id,
        revision=_revision(told),
        title=str(told.get("title", "")),
        document=_document(told),
        actor=actor_of(request),
        now=clock.now(),
    )
    return _saved(draft_id, revision)


def restore(request: HttpRequest, told: Told, *, draft_id: int) -> dict[str, Any]:
    """Bring back an earlier text."""
    text = told.get("text")
    revision = restore_draft(
        draft_id=draft_id,
        revision=_revision(told),
        text=text if type(text) is int else 0,
        actor=actor_of(request),
        now=clock.now(),
    )
    return _saved(draft_id, revision)


def _saved(draft_id: int, revision: int) -> dict[str, Any]:
    found = draft(draft_id=draft_id)
    return {
        "revision": revision,
        "document": found.document,
        "publish": f"{reverse('admin:rewards_plandraft_publish', args=[draft_id])}?revision={revision}",
    }


def _told(request: HttpRequest) -> Told:
    """The body as an object. Raises DocumentTooLarge, InvalidInput."""
    most = MOST_KIB * 1024
    length = request.META.get("CONTENT_LENGTH") or "0"
    # JSON writes a line's end as two characters; the text itself is measured when it is read.
    if not length.isdigit() or int(length) > 2 * most or len(request.body) > 2 * most:
        raise DocumentTooLarge(most_kib=MOST_KIB)
    try:
        told = json.loads(request.body)
    except (ValueError, RecursionError) as error:
        raise InvalidInput(field="body", why_en="send a JSON object", why_zh="请发送JSON对象") from error
    if not isinstance(told, Mapping):
        raise InvalidInput(field="body", why_en="send a JSON object", why_zh="请发送JSON对象")
    return told


def _document(told: Told) -> str:
    document = told.get("document")
    if not isinstance(document, str):
        raise InvalidInput(field="document", why_en="send the text", why_zh="请发送文本")
    return sound_text(document)


def _revision(told: Told) -> int:
    revision = told.get("revision")
    if type(revision) is not int or revision < 1:
        raise InvalidInput(
            field="revision", why_en="name the revision that you opened", why_zh="请给出打开时的版次"
        )
    return revision
