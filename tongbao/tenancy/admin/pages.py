"""What operators did, and what waits for a second person."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy as _
from unfold.decorators import action, display
from unfold.forms import BaseDialogForm

from tongbao.kit import clock
from tongbao.kit.admin import ConsoleAdmin, site
from tongbao.kit.dialogs import dialog, take_step
from tongbao.tenancy import services
from tongbao.tenancy.contracts import FINANCE, OWNER, Actor
from tongbao.tenancy.models import AuditEntry, Proposal


def actor_of(request: HttpRequest) -> Actor:
    """The operator behind a console request."""
    return Actor(user_id=request.user.pk, name=request.user.get_username())


class AuditEntryAdmin(ConsoleAdmin):
    list_display = ("at", "actor_name", "action", "subject", "reason")
    list_filter = ("action", "actor_name")
    search_fields = ("subject", "action", "actor_name")
    date_hierarchy = "at"
    view_roles = (OWNER, FINANCE)


class ProposalAdmin(ConsoleAdmin):
    """Adjustments, write-offs and moves of a sponsor: one proposes, another decides."""

    list_display = ("summary", "kind", "shown_state", "proposed_by", "proposed_at", "decided_by", "decided_at")
    list_filter = ("state", "kind")
    view_roles = (OWNER, FINANCE)
    act_roles = (OWNER, FINANCE)
    actions_detail = ("approve", "reject")

    @display(description=_("state"), label={"open": "warning", "approved": "success", "rejected": "danger"})
    def shown_state(self, proposal: Proposal) -> tuple[str, str]:
        return proposal.state, proposal.get_state_display()

    @action(
        description=_("Approve and carry out"),
        url_path="approve",
        permissions=["decide"],
        icon="check",
        dialog=dialog(_("Approve and carry out"), description=_("The change is carried out at once.")),
    )
    def approve(self, request: HttpRequest, form: BaseDialogForm, object_id: int) -> HttpResponse:
        return self._decide(request, object_id, approve=True)

    @action(
        description=_("Reject"),
        url_path="reject",
        permissions=["decide"],
        icon="close",
        dialog=dialog(_("Reject"), description=_("Nothing is changed.")),
    )
    def reject(self, request: HttpRequest, form: BaseDialogForm, object_id: int) -> HttpResponse:
        return self._decide(request, object_id, approve=False)

    def has_decide_permission(self, request: HttpRequest, object_id: object = None) -> bool:
        if not self.may_act(request):
            return False
        return object_id is None or Proposal.objects.filter(pk=object_id, state=Proposal.State.OPEN).exists()

    def _decide(self, request: HttpRequest, proposal_id: int, *, approve: bool) -> HttpResponse:
        return take_step(
            request,
            lambda: services.decide(
                proposal_id=int(proposal_id), approve=approve, actor=actor_of(request), now=clock.now()
            ),
            back_to=Proposal.objects.get(pk=proposal_id),
        )


site.register(AuditEntry, AuditEntryAdmin)
site.register(Proposal, ProposalAdmin)
