"""Shares in the console: requests decided, the register, the cap, dividends."""

from __future__ import annotations

from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _
from unfold.decorators import action, display
from unfold.forms import BaseDialogForm
from unfold.widgets import (
    UnfoldAdminIntegerFieldWidget,
    UnfoldAdminTextInputWidget,
)

from tongbao.apps.shares import services
from tongbao.apps.shares.models import Certificate, Dividend, DividendPart, Exchange, Issue
from tongbao.kit import clock
from tongbao.kit.admin import ConsoleAdmin, site
from tongbao.kit.dialogs import dialog, take_step
from tongbao.members.admin.base import ReasonForm, ShownInline, actor_of, link
from tongbao.money import AmountInvalid, format_points, format_yuan, parse_yuan
from tongbao.tenancy.contracts import OWNER

STATE_COLOURS = {
    "waiting": "warning",
    "approved": "success",
    "refused": "danger",
    "withdrawn": "default",
    "drawn_up": "warning",
    "paying": "info",
    "paid": "success",
    "dropped": "default",
}


class CapForm(ReasonForm):
    cap = forms.IntegerField(label=_("Shares at most"), min_value=1, widget=UnfoldAdminIntegerFieldWidget())


class DividendForm(BaseDialogForm):
    total = forms.CharField(
        label=_("Amount in yuan, such as 10000.00"), max_length=20, widget=UnfoldAdminTextInputWidget()
    )
    note = forms.CharField(label=_("What it is for"), max_length=300, widget=UnfoldAdminTextInputWidget())

    def clean_total(self) -> int:
        try:
            return parse_yuan(self.cleaned_data["total"].strip())
        except AmountInvalid as error:
            raise forms.ValidationError(_("Write yuan with at most two decimals.")) from error


class ExchangeAdmin(ConsoleAdmin):
    """Requests, newest first."""

    list_display = (
        *("number", "shown_member", "shares", "shown_units", "shown_state"),
        *("requested_at", "decided_at"),
    )
    list_filter = ("state",)
    search_fields = ("=number", "=member__number")
    list_select_related = ("member",)
    fields = (*list_display, "reason")
    readonly_fields = fields
    act_roles = (OWNER,)
    actions_detail = ("approve", "refuse")

    @display(description=_("member"))
    def shown_member(self, row: Exchange) -> SafeString | str:
        return link(row.member, row.member.number)

    @display(description=_("points"))
    def shown_units(self, row: Exchange) -> str:
        return format_points(row.units)

    @display(description=_("state"), label=STATE_COLOURS)
    def shown_state(self, row: Exchange) -> tuple[str, Any]:
        return row.state, row.get_state_display()

    @action(
        description=_("Approve"),
        url_path="approve",
        permissions=["decide"],
        icon="check_circle",
        dialog=dialog(
            _("Enter these shares in the register"),
            description=_("The points are burned. This can't be taken back."),
        ),
    )
    def approve(self, request: HttpRequest, form: BaseDialogForm, object_id: int) -> HttpResponse:
        row = Exchange.objects.get(pk=object_id)
        return take_step(
            request,
            lambda: services.approve_exchange(number=row.number, actor=actor_of(request), now=clock.now()),
            back_to=row,
        )

    @action(
        description=_("Refuse"),
        url_path="refuse",
        permissions=["decide"],
        icon="cancel",
        dialog=dialog(
            _("Give the points back"),
            description=_("The member reads the reason."),
            form_class=ReasonForm,
        ),
    )
    def refuse(self, request: HttpRequest, form: ReasonForm, object_id: int) -> HttpResponse:
        row = Exchange.objects.get(pk=object_id)
        return take_step(
            request,
            lambda: services.refuse_exchange(
                number=row.number,
                reason=form.cleaned_data["reason"],
                actor=actor_of(request),
                now=clock.now(),
            ),
            back_to=row,
        )

    def has_decide_permission(self, request: HttpRequest, object_id: Any = None) -> bool:
        if not self.may_act(request) or not str(object_id).isdigit():
            return False
        return Exchange.objects.filter(pk=object_id, state=Exchange.State.WAITING).exists()


class CertificateAdmin(ConsoleAdmin):
    """The register, newest entry first."""

    list_display = ("number", "shown_member", "shown_shares", "first_share", "last_share", "issued_at")
    search_fields = ("=number", "=member__number")
    list_select_related = ("member",)
    fields = (*list_display, "exchange")
    readonly_fields = fields

    @display(description=_("holder"))
    def shown_member(self, row: Certificate) -> SafeString | str:
        return link(row.member, row.member.number)

    @display(description=_("shares"))
    def shown_shares(self, row: Certificate) -> int:
        return row.shares


class IssueAdmin(ConsoleAdmin):
    """How many there may be, and how many there are."""

    list_display = ("cap", "issued", "certificates")
    fields = list_display
    readonly_fields = list_display
    act_roles = (OWNER,)
    actions_detail = ("set_cap",)

    @action(
        description=_("Change the cap"),
        url_path="set-cap",
        permissions=["set_cap"],
        icon="vertical_align_top",
        dialog=dialog(
            _("Change the cap"),
            description=_("More shares mean a smaller part for those who hold some. The reason is kept."),
            form_class=CapForm,
        ),
    )
    def set_cap(self, request: HttpRequest, form: CapForm, object_id: int) -> HttpResponse:
        said = form.cleaned_data
        return take_step(
            request,
            lambda: services.set_cap(
                cap=said["cap"], reason=said["reason"], actor=actor_of(request), now=clock.now()
            ),
            back_to=Issue.objects.get(pk=object_id),
        )

    def has_set_cap_permission(self, request: HttpRequest, object_id: Any = None) -> bool:
        return self.may_act(request)


class PartInline(ShownInline):
    """Who gets what of a dividend: looked at, never written."""

    model = DividendPart
    fields = ("shown_member", "shares", "shown_amount", "paid_at")
    readonly_fields = fields
    per_page = 50

    @display(description=_("holder"))
    def shown_member(self, row: DividendPart) -> SafeString | str:
        return link(row.member, row.member.number)

    @display(description=_("amount"))
    def shown_amount(self, row: DividendPart) -> str:
        return format_yuan(row.amount_fen)


class DividendAdmin(ConsoleAdmin):
    """Dividends, newest first: drawn up, looked at, then paid or dropped."""

    list_display = ("number", "shown_total", "total_shares", "shown_state", "note", "drawn_up_at", "paid_at")
    list_filter = ("state",)
    fields = list_display
    readonly_fields = list_display
    inlines = (PartInline,)
    act_roles = (OWNER,)
    actions_list = ("draw_up",)
    actions_detail = ("pay", "drop")

    @display(description=_("amount"))
    def shown_total(self, row: Dividend) -> str:
        return format_yuan(row.total_fen)

    @display(description=_("state"), label=STATE_COLOURS)
    def shown_state(self, row: Dividend) -> tuple[str, Any]:
        return row.state, row.get_state_display()

    @action(
        description=_("Draw up a dividend"),
        url_path="draw-up",
        permissions=["draw_up"],
        icon="add",
        dialog=dialog(
            _("Draw up a dividend"),
            description=_("It is divided by the register as it stands now. Nothing is paid yet."),
            form_class=DividendForm,
        ),
    )
    def draw_up(self, request: HttpRequest, form: DividendForm) -> HttpResponse:
        said = form.cleaned_data
        response = take_step(
            request,
            lambda: services.draw_up_dividend(
                total_fen=said["total"], note=said["note"], actor=actor_of(request), now=clock.now()
            ),
            back_to=None,
        )
        response.headers["HX-Redirect"] = reverse("admin:shares_dividend_changelist")
        return response

    @action(
        description=_("Pay"),
        url_path="pay",
        permissions=["pay"],
        icon="payments",
        dialog=dialog(
            _("Pay this dividend"),
            description=_("Out of the operating account, to every holder below. This can't be taken back."),
        ),
    )
    def pay(self, request: HttpRequest, form: BaseDialogForm, object_id: int) -> HttpResponse:
        row = Dividend.objects.get(pk=object_id)
        return take_step(
            request,
            lambda: services.pay_dividend(number=row.number, actor=actor_of(request), now=clock.now()),
            back_to=row,
        )

    @action(
        description=_("Drop"),
        url_path="drop",
        permissions=["drop"],
        icon="delete",
        dialog=dialog(_("Don't pay this dividend")),
    )
    def drop(self, request: HttpRequest, form: BaseDialogForm, object_id: int) -> HttpResponse:
        row = Dividend.objects.get(pk=object_id)
        return take_step(
            request,
            lambda: services.drop_dividend(number=row.number, actor=actor_of(request), now=clock.now()),
            back_to=row,
        )

    def has_draw_up_permission(self, request: HttpRequest, object_id: Any = None) -> bool:
        return self.may_act(request)

    def has_pay_permission(self, request: HttpRequest, object_id: Any = None) -> bool:
        return self._may_in(request, object_id, ("drawn_up", "paying"))

    def has_drop_permission(self, request: HttpRequest, object_id: Any = None) -> bool:
        return self._may_in(request, object_id, ("drawn_up",))

    def _may_in(self, request: HttpRequest, object_id: Any, states: tuple[str, ...]) -> bool:
        if not self.may_act(request) or not str(object_id).isdigit():
            return False
        return Dividend.objects.filter(pk=object_id, state__in=states).exists()


site.register(Exchange, ExchangeAdmin)
site.register(Certificate, CertificateAdmin)
site.register(Issue, IssueAdmin)
site.register(Dividend, DividendAdmin)
