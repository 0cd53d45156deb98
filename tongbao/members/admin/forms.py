"""What the dialogs of the members' pages ask."""

from __future__ import annotations

from typing import Any

from django import forms
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from unfold.forms import BaseDialogForm
from unfold.widgets import (
    UnfoldAdminDateWidget,
    UnfoldAdminIntegerFieldWidget,
    UnfoldAdminSelectWidget,
)

from tongbao.members import selectors
from tongbao.members.admin.base import ReasonForm, reader, text_field
from tongbao.members.contracts import MOST_FEE_FEN


class RankForm(ReasonForm):
    """A rank of this mall, and why."""

    def __init__(self, request: HttpRequest, object_id: Any = None, *args: Any, **options: Any) -> None:
        super().__init__(request, object_id, *args, **options)
        choices = [(rank, selectors.rank_name(rank, language=reader())) for rank in selectors.ladder()]
        self.fields["rank"] = forms.ChoiceField(
            label=_("Rank"), choices=choices, widget=UnfoldAdminSelectWidget()
        )
        self.order_fields(["rank", "reason"])


class MoveForm(ReasonForm):
    """Another sponsor, and why."""

    sponsor = text_field(_("Number of the new sponsor (empty: nobody)"), required=False, length=64)
    field_order = ("sponsor", "reason")


class PhoneForm(ReasonForm):
    """A phone, and how it is known to be theirs."""

    phone = text_field(_("Phone"), length=20)
    field_order = ("phone", "reason")


class AppointForm(BaseDialogForm):
    """A region, a member, a term, a fee."""

    region_code = text_field(_("Region (six digits, GB/T 2260)"), length=6)
    member = text_field(_("Member number"), length=64)
    starts_on = forms.DateField(
        label=_("First day (empty: tomorrow)"), required=False, widget=UnfoldAdminDateWidget()
    )
    ends_on = forms.DateField(
        label=_("Last day (empty: open)"), required=False, widget=UnfoldAdminDateWidget()
    )
    fee_yuan = forms.IntegerField(
        label=_("Fee in yuan (empty: the level's)"),
        required=False,
        min_value=0,
        max_value=MOST_FEE_FEN // 100,
        widget=UnfoldAdminIntegerFieldWidget(),
    )
