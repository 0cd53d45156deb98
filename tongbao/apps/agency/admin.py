"""Agencies in the console: applications decided, seats looked at, fees and numbers of seats set."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, reverse
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _
from unfold.decorators import action, display
from unfold.forms import BaseDialogForm
from unfold.widgets import UnfoldAdminIntegerFieldWidget, UnfoldAdminSingleDateWidget

from tongbao.apps.agency import selectors, services
from tongbao.apps.agency.contracts import LEVELS, OPEN_STATES, AgencySettings
from tongbao.apps.agency.models import Application
from tongbao.kit import clock
from tongbao.kit.admin import ConsoleAdmin, ConsolePage, console_language, site
from tongbao.kit.dialogs import dialog, take_step
from tongbao.kit.errors import DomainError
from tongbao.mall.admin.base import ReasonForm, YuanField, actor_of, link, text_field, yuan
from tongbao.members.contracts import MembersSettings
from tongbao.members.policy.divisions import full_name
from tongbao.tenancy.contracts import OWNER
from tongbao.tenancy.selectors import tenant_settings

TITLES = {"province": _("Province"), "city": _("City"), "county": _("County")}
STATE_COLOURS = {
    "applied": "default",
    "paid": "warning",
    "approved": "success",
    "refused": "danger",
    "withdrawn": "default",
    "ended": "default",
}


class ApproveForm(BaseDialogForm):
    """From when, and until when."""

    starts_on = forms.DateField(
        label=_("First day (empty: tomorrow)"), required=False, widget=UnfoldAdminSingleDateWidget()
    )
    ends_on = forms.DateField(
        label=_("Last day (empty: open)"), required=False, widget=UnfoldAdminSingleDateWidget()
    )


class ApplicationAdmin(ConsoleAdmin):
    """Applications, newest first: who wants which region, what they paid, what was decided."""

    list_display = ("id", "shown_region", "level", "shown_member", "shown_fee", "shown_state", "applied_at")
    list_filter = ("state", "level")
    search_fields = ("^region_code", "=member__number")
    list_select_related = ("member", "order", "agent")
    show_facets = False
    fields = (
        ("shown_region", "level"),
        ("shown_member", "shown_identity"),
        ("shown_fee", "shown_order"),
        ("said_state", "reason"),
        ("applied_at", "paid_at"),
        ("decided_at", "decided_by"),
        "shown_agent",
    )
    readonly_fields = (
        *("shown_region", "shown_member", "shown_identity", "shown_fee", "shown_order"),
        *("said_state", "shown_agent"),
    )
    act_roles = (OWNER,)
    actions_detail = ("approve", "refuse")

    @display(description=_("region"), ordering="region_code")
    def shown_region(self, row: Application) -> str:
        return full_name(row.region_code)

    @display(description=_("member"))
    def shown_member(self, row: Application) -> SafeString | str:
        return link(row.member)

    @display(description=_("identity"))
    def shown_identity(self, row: Application) -> str:
        return str(row.member.get_identity_status_display())

    @display(description=_("agency fee"), ordering="fee_fen")
    def shown_fee(self, row: Application) -> str:
        return yuan(row.fee_fen)

    @display(description=_("order of the fee"))
    def shown_order(self, row: Application) -> SafeString | str:
        return link(row.order)

    @display(description=_("appointment"))
    def shown_agent(self, row: Application) -> SafeString | str:
        return link(row.agent, f"{row.agent.starts_on} – {row.agent.ends_on or ''}") if row.agent else "—"

    @display(description=_("state"), label=STATE_COLOURS)
    def shown_state(self, row: Application) -> tuple[str, Any]:
        state = selectors.state_of(row, clock.now())
        return state, _("ended") if state == "ended" else Application.State(state).label

    @display(description=_("state"))
    def said_state(self, row: Application) -> Any:
        return self.shown_state(row)[1]

    @action(
        description=_("Approve"),
        url_path="approve",
        permissions=["approve"],
        icon="how_to_reg",
        dialog=dialog(
            _("Appoint the applicant"),
            description=_("From tomorrow at the earliest: orders of today and before stay as they are."),
            form_class=ApproveForm,
        ),
    )
    def approve(self, request: HttpRequest, form: ApproveForm, object_id: int) -> HttpResponse:
        row = Application.objects.get(pk=object_id)
        return take_step(
            request,
            lambda: services.approve(
                application_id=row.pk,
                starts_on=form.cleaned_data["starts_on"],
                ends_on=form.cleaned_data["ends_on"],
                actor=actor_of(request),
                now=clock.now(),
            ),
            back_to=row,
        )

    @action(
        description=_("Refuse"),
        url_path="refuse",
        permissions=["refuse"],
        icon="person_off",
        dialog=dialog(
            _("Turn the application down"),
            description=_("The member reads the reason; what was paid goes back the way it came."),
            form_class=ReasonForm,
        ),
    )
    def refuse(self, request: HttpRequest, form: ReasonForm, object_id: int) -> HttpResponse:
        row = Application.objects.get(pk=object_id)
        return take_step(
            request,
            lambda: services.refuse(
                application_id=row.pk,
                reason=form.cleaned_data["reason"],
                actor=actor_of(request),
                now=clock.now(),
            ),
            back_to=row,
        )

    def has_approve_permission(self, request: HttpRequest, object_id: Any = None) -> bool:
        return self._may_decide(request, object_id, ("paid", "applied"))

    def has_refuse_permission(self, request: HttpRequest, object_id: Any = None) -> bool:
        return self._may_decide(request, object_id, OPEN_STATES)

    def _may_decide(self, request: HttpRequest, object_id: Any, states: tuple[str, ...]) -> bool:
        if not self.may_act(request) or not str(object_id).isdigit():
            return False
        return Application.objects.filter(pk=object_id, state__in=states).exists()


class TermsForm(forms.Form):
    """Fee, seats and rights card of each level, and over how many months the cards vest."""

    def __init__(self, *values: Any, **options: Any) -> None:
        super().__init__(*values, **options)
        for level in LEVELS:
            title = TITLES[level]
            self.fields[f"{level}_agent_fee_fen"] = YuanField(label=_("%s: fee, yuan") % title)
            self.fields[f"{level}_agent_seats"] = _whole(_("%s: seats") % title)
            self.fields[f"{level}_card_points"] = _whole(_("%s: points of the rights card") % title)
        self.fields["card_months"] = _whole(_("Months over which a card vests"))
        self.fields["reason"] = text_field(_("Reason"), lines=True)


class SeatsPage(ConsolePage):
    """How many seats there are, how many are taken, and what they cost; the owner sets it."""

    key = "agency_seats"
    act_roles = (OWNER,)

    def get_urls(self) -> list[URLPattern]:
        return [self.at("agency/seats/", self.seats, self.key)]

    def seats(self, request: HttpRequest) -> HttpResponse:
        """The table and, for the owner, the form."""
        now = clock.now()
        form = TermsForm(request.POST or None, initial=_terms())
        if request.method == "POST":
            if not self.may_act(request):
                raise PermissionDenied
            if form.is_valid():
                told = _change(request, form.cleaned_data)
                if told is None:
                    messages.success(request, _("Done."))
                    return HttpResponseRedirect(reverse("admin:agency_seats"))
                messages.error(request, told)
        levels = [
            {
                "facts": facts,
                "title": TITLES[facts.level],
                "fee": yuan(facts.fee_fen),
                "taken": facts.seats - facts.left,
            }
            for facts in selectors.levels(now=now)
        ]
        context = {
            **site.each_context(request),
            "title": _("Seats and fees"),
            "levels": levels,
            "cards": selectors.cards_needed(now=now),
            "waiting": selectors.waiting_count(),
            "form": form if self.may_act(request) else None,
        }
        return TemplateResponse(request, "agency/seats.html", context)


def _change(request: HttpRequest, said: dict[str, Any]) -> str | None:
    """Set the terms; what was refused, in the operator's language."""
    try:
        services.change_terms(
            members={name: said[name] for name in said if name.endswith(("_agent_fee_fen", "_agent_seats"))},
            own={name: said[name] for name in said if name.endswith("_card_points") or name == "card_months"},
            reason=said["reason"],
            actor=actor_of(request),
            now=clock.now(),
        )
    except DomainError as refusal:
        return refusal.message(console_language(request))
    return None


def _terms() -> dict[str, int]:
    settings, own = tenant_settings(MembersSettings), tenant_settings(AgencySettings)
    found = {"card_months": own.card_months}
    for level in LEVELS:
        for name in (f"{level}_agent_fee_fen", f"{level}_agent_seats"):
            found[name] = int(getattr(settings, name))
        found[f"{level}_card_points"] = own.card_points(level)
    return found


def _whole(label: Any) -> forms.IntegerField:
    return forms.IntegerField(label=label, min_value=0, widget=UnfoldAdminIntegerFieldWidget())


site.register(Application, ApplicationAdmin)
site.add_page(SeatsPage())
