"""Publish a draft from a date: first a dry run of all that would happen, then the act, signed where it must be."""

from __future__ import annotations

from datetime import datetime, time, timedelta
from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from unfold.widgets import UnfoldAdminTextareaWidget, UnfoldAdminTextInputWidget

from tongbao.kit import clock
from tongbao.kit.admin import console_language, operator_roles
from tongbao.kit.errors import DomainError
from tongbao.mall.admin.base import actor_of
from tongbao.money import StatedError
from tongbao.plans.lint.signoff import LONGEST_NAME, LONGEST_TEXT
from tongbao.rewards.contracts import DraftFacts, RewardsSettings, SignOffWords
from tongbao.rewards.models import PlanVersion
from tongbao.rewards.policy.studio import look_at
from tongbao.rewards.selectors import running_plan
from tongbao.rewards.services import publish_draft
from tongbao.tenancy.contracts import OWNER
from tongbao.tenancy.selectors import tenant_settings

MOMENT = "%Y-%m-%dT%H:%M"


class PublishForm(forms.Form):
    """From when, and who answers for what the lint blocks."""

    effective_from = forms.DateTimeField(
        label=_("in force from"),
        input_formats=[MOMENT, "%Y-%m-%dT%H:%M:%S"],
        widget=UnfoldAdminTextInputWidget(attrs={"type": "datetime-local"}),
    )
    name = forms.CharField(
        label=_("Your full name"),
        required=False,
        max_length=LONGEST_NAME,
        widget=UnfoldAdminTextInputWidget(attrs={"autocomplete": "name"}),
    )
    statement = forms.CharField(
        label=_("Your statement: why it is published all the same"),
        required=False,
        max_length=LONGEST_TEXT,
        widget=UnfoldAdminTextareaWidget(attrs={"rows": 4}),
    )
    # What was shown: signed is only what the owner has seen.
    findings = forms.CharField(required=False, max_length=2_000, widget=forms.HiddenInput)


def may_publish(request: HttpRequest) -> bool:
    """Only an owner publishes."""
    return bool(request.user.is_superuser or OWNER in operator_roles(request))


def publish(request: HttpRequest, draft: DraftFacts) -> HttpResponse | dict[str, Any]:
    """The answer to a publication, or what the page of the dry run shows."""
    if not may_publish(request):
        raise PermissionDenied
    now = clock.now()
    seen = _look(request, draft)
    refusal: Any = ""
    if request.method == "POST":
        form = PublishForm(request.POST)
        revision = request.POST.get("revision", "")
        if form.is_valid() and revision.isdigit():
            try:
                key, version = _publish(request, draft, int(revision), form.cleaned_data, now)
            except (DomainError, StatedError) as error:
                refusal = error.message(console_language(request))
            else:
                messages.success(request, _("Published."))
                row = PlanVersion.objects.get(key=key, version=version)
                return HttpResponseRedirect(reverse("admin:rewards_planversion_change", args=[row.pk]))
    else:
        form = PublishForm(
            initial={
                "effective_from": _next_midnight(now).strftime(MOMENT),
                "findings": ",".join(seen.get("sign_off", ())),
            }
        )
        if request.GET.get("revision", str(draft.revision)) != str(draft.revision):
            refusal = _("The draft was saved again since. This is its newest revision.")
    running = running_plan(seen["key"]) if seen["sound"] else None
    return {
        "draft": draft,
        "form": form,
        "seen": seen,
        "version": (running.version if running else 0) + 1,
        "refusal": refusal,
        "jurisdiction": tenant_settings(RewardsSettings).jurisdiction,
        "needs_sign_off": seen.get("state") == "needs_sign_off",
        "can_publish": seen.get("state") in ("publishable", "needs_sign_off"),
    }


def _publish(
    request: HttpRequest, draft: DraftFacts, revision: int, told: dict[str, Any], now: datetime
) -> tuple[str, int]:
    signed = tuple(part for part in told["findings"].split(",") if part)
    has_words = bool(told["name"].strip() or told["statement"].strip())
    return publish_draft(
        draft_id=draft.draft_id,
        revision=revision,
        effective_from=told["effective_from"],
        actor=actor_of(request),
        now=now,
        sign_off=SignOffWords(name=told["name"], statement=told["statement"], findings=signed)
        if has_words
        else None,
    )


def _look(request: HttpRequest, draft: DraftFacts) -> dict[str, Any]:
    """What the editor says of the text, in the mall's own jurisdiction."""
    settings = tenant_settings(RewardsSettings)
    own: Any = settings.jurisdiction
    return look_at(
        document=draft.document,
        practice=settings.practised(),
        jurisdiction=own,
        own_jurisdiction=own,
        running=running_plan,
        language=console_language(request),
    )


def _next_midnight(now: datetime) -> datetime:
    """When the next day begins where the mall is: a date to start from that is never in the past."""
    tomorrow = timezone.localdate(now) + timedelta(days=1)
    return timezone.make_aware(datetime.combine(tomorrow, time()))
