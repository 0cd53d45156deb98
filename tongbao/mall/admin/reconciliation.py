"""The daily reconciliation: what differs, and who settled it."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy as _
from unfold.decorators import action, display

from tongbao.kit import clock
from tongbao.kit.admin import ConsoleAdmin, site
from tongbao.mall.admin.base import STATE_COLOURS, ReasonForm, actor_of, dialog, said, take_step, yuan
from tongbao.mall.models import ReconciliationDifference, ReconciliationRun
from tongbao.mall.services.differences import resolve_difference
from tongbao.tenancy.contracts import FINANCE, OWNER


class DifferenceAdmin(ConsoleAdmin):
    """Differences between a gateway's statement and the ledger."""

    list_display = (
        "number",
        "gateway",
        "shown_movement",
        "kind",
        "shown_there",
        "shown_here",
        "shown_state",
        "found_at",
    )
    list_filter = ("state", "kind", "gateway")
    search_fields = ("number",)
    view_roles = (OWNER, FINANCE)
    act_roles = (OWNER, FINANCE)
    actions_detail = ("resolve",)
    fields = (
        ("number", "state"),
        ("gateway", "shown_movement"),
        ("kind", "found_at"),
        ("shown_there", "shown_here"),
        ("resolved_by", "ended_at"),
        "reason",
    )
    readonly_fields = ("shown_movement", "shown_there", "shown_here")

    @display(description=_("state"), label=STATE_COLOURS, ordering="state")
    def shown_state(self, difference: ReconciliationDifference) -> tuple[str, Any]:
        return difference.state, difference.get_state_display()

    @display(description=_("movement"))
    def shown_movement(self, difference: ReconciliationDifference) -> str:
        return said(difference.movement)

    @display(description=_("gateway says"))
    def shown_there(self, difference: ReconciliationDifference) -> str:
        return yuan(difference.there_fen) if difference.there_fen else "—"

    @display(description=_("ledger says"))
    def shown_here(self, difference: ReconciliationDifference) -> str:
        return yuan(difference.here_fen) if difference.here_fen else "—"

    @action(
        description=_("Resolve"),
        url_path="resolve",
        permissions=["resolve"],
        icon="done_all",
        dialog=dialog(_("What was found out, and what was done"), form_class=ReasonForm),
    )
    def resolve(self, request: HttpRequest, form: ReasonForm, object_id: int) -> HttpResponse:
        row = ReconciliationDifference.objects.get(pk=object_id)
        return take_step(
            request,
            lambda: resolve_difference(
                difference_id=row.pk,
                reason=form.cleaned_data["reason"],
                actor=actor_of(request),
                now=clock.now(),
            ),
            back_to=row,
        )

    def has_resolve_permission(self, request: HttpRequest, object_id: Any = None) -> bool:
        is_open = ReconciliationDifference.objects.filter(pk=object_id, state="open").exists()
        return self.may_act(request) and is_open


class RunAdmin(ConsoleAdmin):
    """The days that were compared."""

    list_display = ("day", "gateway", "stated", "matched", "differing", "ran_at")
    list_filter = ("gateway",)
    view_roles = (OWNER, FINANCE)


site.register(ReconciliationDifference, DifferenceAdmin)
site.register(ReconciliationRun, RunAdmin)
