"""What the mall's pages share: amounts, coloured states, links, and dialogs that call a service."""

from __future__ import annotations

from typing import Any

from django import forms
from django.db import models
from django.http import HttpRequest
from django.urls import NoReverseMatch, reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _
from unfold.admin import TabularInline
from unfold.decorators import display
from unfold.forms import BaseDialogForm
from unfold.widgets import UnfoldAdminTextareaWidget, UnfoldAdminTextInputWidget, UnfoldBooleanSwitchWidget

from tongbao.kit.dialogs import dialog, take_step
from tongbao.mall.contracts import word
from tongbao.mall.models import Transition
from tongbao.money import AmountInvalid, format_yuan, parse_yuan
from tongbao.tenancy.contracts import Actor

__all__ = [
    "STATE_COLOURS",
    "ReasonForm",
    "ShownInline",
    "YuanField",
    "actor_of",
    "dialog",
    "link",
    "switch_field",
    "take_step",
    "text_field",
    "yuan",
]

STATE_COLOURS = {
    "unpaid": "warning",
    "paid": "info",
    "shipped": "info",
    "received": "success",
    "closed": "success",
    "cancelled": "default",
    "timed_out": "default",
    "refunded": "danger",
    "requested": "warning",
    "approved": "info",
    "rejected": "danger",
    "withdrawn": "default",
    "sent_back": "info",
    "goods_received": "info",
    "refunding": "warning",
    "created": "default",
    "open": "warning",
    "failed": "danger",
    "submitted": "warning",
    "succeeded": "success",
    "abandoned": "default",
    "cleared": "success",
    "resolved": "success",
}


def yuan(amount_fen: int) -> str:
    """An amount for a reader: ``¥1,234.50``."""
    whole, _point, decimals = format_yuan(amount_fen).partition(".")
    sign = "−" if whole.startswith("-") else ""
    return f"{sign}¥{int(whole.lstrip('-')):,}.{decimals}"


def link(row: models.Model | None, text: str = "") -> SafeString | str:
    """A link to a row's page in the console."""
    if row is None:
        return "—"
    meta = row._meta
    try:
        address = reverse(f"admin:{meta.app_label}_{meta.model_name}_change", args=[row.pk])
    except NoReverseMatch:
        return text or str(row)  # a page of a package that has none
    return format_html(
        '<a class="text-primary-600 dark:text-primary-500" href="{}">{}</a>', address, text or str(row)
    )


def actor_of(request: HttpRequest) -> Actor:
    """The operator behind a console request."""
    return Actor(user_id=request.user.pk, name=request.user.get_username())


class YuanField(forms.CharField):
    """An amount in yuan with at most two decimals, read into whole fen."""

    def __init__(self, **options: Any) -> None:
        options.setdefault("widget", UnfoldAdminTextInputWidget)
        super().__init__(**options)

    def prepare_value(self, value: Any) -> Any:
        return format_yuan(value) if type(value) is int else value

    def to_python(self, value: Any) -> Any:
        text = super().to_python(value)
        if not text:
            return None
        try:
            return parse_yuan(text)
        except AmountInvalid as error:
            raise forms.ValidationError(_("Write an amount in yuan, such as 198 or 198.00.")) from error

    def has_changed(self, initial: Any, data: Any) -> bool:
        try:
            return bool(self.to_python(data) != initial)
        except forms.ValidationError:
            return True


def text_field(
    label: Any, *, required: bool = True, length: int = 500, lines: bool = False
) -> forms.CharField:
    """A text input in the console's dress."""
    widget = UnfoldAdminTextareaWidget(attrs={"rows": 3}) if lines else UnfoldAdminTextInputWidget()
    return forms.CharField(label=label, required=required, max_length=length, widget=widget)


def switch_field(label: Any, *, initial: bool = False) -> forms.BooleanField:
    """A yes or no in the console's dress."""
    return forms.BooleanField(
        label=label, required=False, initial=initial, widget=UnfoldBooleanSwitchWidget()
    )


class ReasonForm(BaseDialogForm):
    """A step that needs a reason."""

    reason = text_field(_("Reason"), lines=True)


class ShownInline(TabularInline):
    """Rows below a page that can be looked at and nothing else."""

    extra = 0
    max_num = 0
    can_delete = False
    show_change_link = False
    hide_title = True

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return True

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


class StepInline(ShownInline):
    """The log of steps, in the reader's words."""

    model = Transition
    verbose_name_plural = _("steps")
    fields = ("at", "shown_step", "shown_from", "shown_to", "shown_taker", "reason")
    readonly_fields = fields

    @display(description=_("step"))
    def shown_step(self, row: Transition) -> str:
        return said(row.step)

    @display(description=_("from state"))
    def shown_from(self, row: Transition) -> str:
        return said(row.from_state) or "—"

    @display(description=_("to state"))
    def shown_to(self, row: Transition) -> str:
        return said(row.to_state)

    @display(description=_("who"))
    def shown_taker(self, row: Transition) -> str:
        return f"{said(row.actor_kind)} · {row.actor_name}"


def said(code: str) -> str:
    """A fixed word in the operator's language."""
    return word(code, language="en" if (get_language() or "").startswith("en") else "zh")
