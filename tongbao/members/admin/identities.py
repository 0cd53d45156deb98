"""Real names that wait for somebody to look at them."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _
from unfold.decorators import action, display
from unfold.forms import BaseDialogForm

from tongbao.kit import clock
from tongbao.kit.admin import ConsoleAdmin, site
from tongbao.members import services
from tongbao.members.admin.base import (
    STATE_COLOURS,
    ReasonForm,
    actor_of,
    dialog,
    link,
    page_of,
    take_step,
)
from tongbao.members.models import IdentitySubmission
from tongbao.members.policy.people import mask_name
from tongbao.tenancy.contracts import FINANCE, OWNER, SERVICE


class IdentityAdmin(ConsoleAdmin):
    """Identities, newest first; the name is whole only on the page of one."""

    list_display = (
        "shown_member",
        "shown_name",
        "card_last_four",
        "shown_state",
        "submitted_at",
        "decided_by",
    )
    list_filter = ("state", "submitted_at")
    search_fields = ("=member__number", "=real_name")
    list_select_related = ("member",)
    show_facets = False
    act_roles = (OWNER, FINANCE, SERVICE)
    actions_detail = ("verify", "reject")
    fields = (
        ("shown_member", "state"),
        ("real_name", "card_last_four"),
        "shown_twins",
        ("submitted_at", "decided_at"),
        ("decided_by", "reason"),
    )
    readonly_fields = ("shown_member", "shown_twins")

    @display(description=_("member"))
    def shown_member(self, identity: IdentitySubmission) -> SafeString | str:
        return link(identity.member)

    @display(description=_("real name"))
    def shown_name(self, identity: IdentitySubmission) -> str:
        return mask_name(identity.real_name)

    @display(description=_("state"), label=STATE_COLOURS, ordering="state")
    def shown_state(self, identity: IdentitySubmission) -> tuple[str, Any]:
        return identity.state, identity.get_state_display()

    @display(description=_("others with this card"))
    def shown_twins(self, identity: IdentitySubmission) -> str:
        twins = IdentitySubmission.objects.filter(card_hash=identity.card_hash).exclude(
            member_id=identity.member_id
        )
        return ", ".join(sorted(set(twins.values_list("member__number", flat=True)))) or "—"

    @action(
        description=_("Verify"),
        url_path="verify",
        permissions=["decide"],
        icon="verified_user",
        dialog=dialog(_("The name is theirs"), description=_("The member may withdraw from now on.")),
    )
    def verify(self, request: HttpRequest, form: BaseDialogForm, object_id: int) -> HttpResponse:
        identity = IdentitySubmission.objects.get(pk=object_id)

        def step() -> None:
            services.verify_identity(member_id=identity.member_id, actor=actor_of(request), now=clock.now())

        return take_step(request, step, back_to=page_of(identity))

    @action(
        description=_("Reject"),
        url_path="reject",
        permissions=["decide"],
        icon="close",
        dialog=dialog(_("The name can't be verified"), form_class=ReasonForm),
    )
    def reject(self, request: HttpRequest, form: ReasonForm, object_id: int) -> HttpResponse:
        identity = IdentitySubmission.objects.get(pk=object_id)

        def step() -> None:
            services.reject_identity(
                member_id=identity.member_id,
                reason=form.cleaned_data["reason"],
                actor=actor_of(request),
                now=clock.now(),
            )

        return take_step(request, step, back_to=page_of(identity))

    def has_decide_permission(self, request: HttpRequest, object_id: Any = None) -> bool:
        if not self.may_act(request) or not str(object_id).isdigit():
            return False
        return IdentitySubmission.objects.filter(pk=object_id, state="submitted").exists()


site.register(IdentitySubmission, IdentityAdmin)
