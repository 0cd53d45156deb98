"""What the members' pages share: links, coloured states, dialogs that call a service."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django import forms
from django.contrib import messages
from django.db import models
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _
from unfold.admin import TabularInline
from unfold.forms import BaseDialogForm
from unfold.widgets import UnfoldAdminTextareaWidget, UnfoldAdminTextInputWidget

from tongbao.kit.admin import console_language
from tongbao.kit.errors import DomainError, Language
from tongbao.tenancy.contracts import Actor

STATE_COLOURS = {
    "active": "success",
    "inactive": "default",
    "frozen": "warning",
    "closed": "danger",
    "none": "default",
    "submitted": "warning",
    "verified": "success",
    "rejected": "danger",
    "standing": "success",
    "future": "info",
    "ended": "default",
    "revoked": "danger",
}
RANK_COLOURS = ("#94a3b8", "#3b82f6", "#8b5cf6", "#f59e0b", "#ef4444", "#10b981")


def reader() -> Language:
    """The language that the page is shown in."""
    return "en" if (get_language() or "").startswith("en") else "zh"


def yuan(amount_fen: int) -> str:
    """An amount for a reader: ``¥20,000.00``."""
    return f"¥{amount_fen // 100:,}.{amount_fen % 100:02d}"


def link(row: models.Model | None, text: str = "") -> SafeString | str:
    """A link to a row's page in the console."""
    if row is None:
        return "—"
    return format_html(
        '<a class="text-primary-600 dark:text-primary-500" href="{}">{}</a>', page_of(row), text or str(row)
    )


def page_of(row: models.Model) -> str:
    """The address of a row's page in the console."""
    meta = row._meta
    return reverse(f"admin:{meta.app_label}_{meta.model_name}_change", args=[row.pk])


def actor_of(request: HttpRequest) -> Actor:
    """The operator behind a console request."""
    return Actor(user_id=request.user.pk, name=request.user.get_username())


def text_field(
    label: Any, *, required: bool = True, length: int = 300, lines: bool = False
) -> forms.CharField:
    """A text input in the console's dress."""
    widget = UnfoldAdminTextareaWidget(attrs={"rows": 3}) if lines else UnfoldAdminTextInputWidget()
    return forms.CharField(label=label, required=required, max_length=length, widget=widget)


class ReasonForm(BaseDialogForm):
    """A step that needs a reason."""

    reason = text_field(_("Reason"), lines=True)


def dialog(title: Any, *, description: Any = "", form_class: type[BaseDialogForm] | None = None) -> Any:
    """A dialog that asks before a step is taken; the step itself is a POST with a token."""
    return {
        "title": title,
        "description": description,
        "form_class": form_class,
        "form_submit_text": _("Confirm"),
    }


def take_step(request: HttpRequest, step: Callable[[], object], *, back_to: str) -> HttpResponse:
    """Call a service, tell the operator how it went, and go back to a page.

    A step that returns a text has it shown.
    """
    try:
        told = step()
    except DomainError as refusal:
        messages.error(request, refusal.message(console_language(request)))
    else:
        messages.success(request, told if isinstance(told, str) else _("Done."))
    # The dialog is sent by htmx, which follows this header with the whole page.
    return HttpResponse(headers={"HX-Redirect": back_to})


class ShownInline(TabularInline):
    """Rows below a page that can be looked at and nothing else."""

    extra = 0
    max_num = 0
    can_delete = False
    show_change_link = False
    tab = True

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return True

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False
