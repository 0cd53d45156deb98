"""Regional agents: appointed and revoked by the owner."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _
from unfold.decorators import action, display

from tongbao.kit import clock
from tongbao.kit.admin import ConsoleAdmin, site
from tongbao.members import selectors, services
from tongbao.members.admin.base import (
    STATE_COLOURS,
    ReasonForm,
    actor_of,
    dialog,
    link,
    page_of,
    take_step,
    yuan,
)
from tongbao.members.admin.forms import AppointForm
from tongbao.members.models import RegionalAgent
from tongbao.members.policy.divisions import full_name


class RegionalAgentAdmin(ConsoleAdmin):
    """Appointments, newest first."""

    list_display = (
        "region_code",
        "shown_region",
        "level",
        "shown_member",
        "shown_fee",
        "starts_on",
        "ends_on",
        "shown_state",
    )
    list_filter = ("level", "starts_on")
    search_fields = ("^region_code", "=member__number")
    list_select_related = ("member",)
    show_facets = False
    actions_list = ("appoint",)
    actions_detail = ("revoke",)
    fields = (
        ("region_code", "shown_region"),
        ("level", "said_state"),
        ("shown_member", "shown_fee"),
        ("starts_on", "ends_on"),
        ("appointed_at", "appointed_by"),
        ("revoked_at", "revoked_by"),
        "reason",
    )
    readonly_fields = ("shown_region", "said_state", "shown_member", "shown_fee")

    @display(description=_("region"))
    def shown_region(self, agent: RegionalAgent) -> str:
        return full_name(agent.region_code)

    @display(description=_("member"))
    def shown_member(self, agent: RegionalAgent) -> SafeString | str:
        return link(agent.member)

    @display(description=_("agency fee"), ordering="fee_fen")
    def shown_fee(self, agent: RegionalAgent) -> str:
        return yuan(agent.fee_fen)

    @display(description=_("state"), label=STATE_COLOURS)
    def shown_state(self, agent: RegionalAgent) -> tuple[str, Any]:
        today = timezone.localdate(clock.now())
        if agent.revoked_at is not None:
            return "revoked", _("revoked")
        if agent.until_on is not None and agent.until_on <= today:
            return "ended", _("ended")
        return ("future", _("to come")) if agent.starts_on > today else ("standing", _("in office"))

    @display(description=_("state"))
    def said_state(self, agent: RegionalAgent) -> Any:
        return self.shown_state(agent)[1]

    @action(
        description=_("Appoint"),
        url_path="appoint",
        permissions=["appoint"],
        icon="add_location_alt",
        dialog=dialog(
            _("Appoint a regional agent"),
            description=_(
                "A region has one agent on any day, from tomorrow at the earliest; the level follows from the code."
            ),
            form_class=AppointForm,
        ),
    )
    def appoint(self, request: HttpRequest, form: AppointForm) -> HttpResponse:
        said = form.cleaned_data

        def step() -> str:
            fee_yuan = said["fee_yuan"]
            agent = services.appoint_from_a_day_to_come(
                region_code=said["region_code"].strip(),
                member_id=selectors.member_by_key(key=said["member"].strip()).member_id,
                starts_on=said["starts_on"],
                ends_on=said["ends_on"],
                fee_fen=None if fee_yuan is None else fee_yuan * 100,
                actor=actor_of(request),
                now=clock.now(),
            )
            return str(_("%(region)s has an agent.") % {"region": agent.region_name})

        return take_step(request, step, back_to=reverse("admin:members_regionalagent_changelist"))

    @action(
        description=_("Revoke"),
        url_path="revoke",
        permissions=["revoke"],
        icon="location_off",
        dialog=dialog(
            _("Revoke the appointment"),
            description=_("The seat is free from today on; what was awarded stays."),
            form_class=ReasonForm,
        ),
    )
    def revoke(self, request: HttpRequest, form: ReasonForm, object_id: int) -> HttpResponse:
        agent = RegionalAgent.objects.get(pk=object_id)

        def step() -> None:
            services.revoke_agent(
                agent_id=agent.pk,
                reason=form.cleaned_data["reason"],
                actor=actor_of(request),
                now=clock.now(),
            )

        return take_step(request, step, back_to=page_of(agent))

    def has_appoint_permission(self, request: HttpRequest, object_id: Any = None) -> bool:
        return self.may_act(request)

    def has_revoke_permission(self, request: HttpRequest, object_id: Any = None) -> bool:
        if not self.may_act(request) or not str(object_id).isdigit():
            return False
        return RegionalAgent.objects.filter(pk=object_id, revoked_at__isnull=True).exists()


site.register(RegionalAgent, RegionalAgentAdmin)
