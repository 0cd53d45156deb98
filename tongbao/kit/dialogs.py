"""Console steps that change something: asked for in a dialog, sent as a POST with a token, told how they went."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.db import models
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from unfold.forms import BaseDialogForm

from tongbao.kit.admin import console_language
from tongbao.kit.errors import DomainError
from tongbao.money import StatedError


def dialog(title: Any, *, description: Any = "", form_class: type[BaseDialogForm] | None = None) -> Any:
    """A dialog that asks before a step is taken; the step itself is a POST with a token."""
    return {
        "title": title,
        "description": description,
        "form_class": form_class,
        "form_submit_text": _("Confirm"),
    }


def take_step(
    request: HttpRequest, step: Callable[[], object], *, back_to: models.Model | None
) -> HttpResponse:
    """Call a service, tell the operator how it went, and show the row again."""
    try:
        step()
    except (DomainError, StatedError) as refusal:
        messages.error(request, refusal.message(console_language(request)))
    else:
        messages.success(request, _("Done."))
    if back_to is None:
        return HttpResponse(headers={"HX-Redirect": reverse("admin:index")})
    meta = back_to._meta
    address = reverse(f"admin:{meta.app_label}_{meta.model_name}_change", args=[back_to.pk])
    # The dialog is sent by htmx, which follows this header with the whole page.
    return HttpResponse(headers={"HX-Redirect": address})
