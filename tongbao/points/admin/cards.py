"""Rights cards with their calendars."""

from __future__ import annotations

import secrets
from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _
from unfold.decorators import action, display
from unfold.widgets import UnfoldAdminIntegerFieldWidget

from tongbao.kit import clock
from tongbao.kit.admin import ConsoleAdmin, site
from tongbao.members.admin.base import (
    ReasonForm,
    ShownInline,
    actor_of,
    dialog,
    link,
    page_of,
    take_step,
    text_field,
)
from tongbao.members.selectors import member_by_key
from tongbao.points import services
from tongbao.points.admin.base import asked_points, shown_points
from tongbao.points.models import CardPart, RightsCard
from tongbao.points.policy.vesting import MOST_PARTS

COLOURS = {"running": "success", "finished": "default", "revoked": "danger"}


class GiveForm(ReasonForm):
    """A card for one of the founders."""

    member = text_field(_("Member number"), length=64)
    points = text_field(_("Points"), length=20)
    parts = forms.IntegerField(
        label=_("Months, one part each"), min_value=12, max_value=MOST_PARTS, widget=UnfoldAdminIntegerFieldWidget()
    )
    field_order = ("member", "points", "parts", "reason")


class CardPartInline(ShownInline):
    """The calendar of a card."""

    model = CardPart
    fields = ("number", "due_on", "shown_amount", "released_at")
    readonly_fields = fields

    @display(description=_("points"))
    def shown_amount(self, part: CardPart) -> str:
        return shown_points(part.amount)


class RightsCardAdmin(ConsoleAdmin):
    """Points that vest by a calendar."""

    list_display = ("number", "shown_member", "pool", "shown_total", "parts", "begins_on", "shown_state")
    fields = (*list_display, "subject", "made_at", "ended_at")
    readonly_fields = fields
    list_filter = ("state", "pool")
    search_fields = ("number", "member__number", "subject")
    list_select_related = ("member", "pool")
    inlines = (CardPartInline,)
    actions_list = ("give",)
    actions_detail = ("revoke",)

    @display(description=_("member"))
    def shown_member(self, card: RightsCard) -> SafeString | str:
        return link(card.member, card.member.number)

    @display(description=_("points"))
    def shown_total(self, card: RightsCard) -> str:
        return shown_points(card.total)

    @display(description=_("state"), label=COLOURS)
    def shown_state(self, card: RightsCard) -> tuple[str, Any]:
        return card.state, card.get_state_display()

    @action(
        description=_("Give to a founder"),
        url_path="give",
        permissions=["give"],
        icon="card_membership",
        dialog=dialog(
            _("Give a rights card out of the founding team's pool"),
            description=_(
                "All of it leaves the pool now and is released in equal monthly parts, a year at least, from today on. "
                "What the pool has given is public."
            ),
            form_class=GiveForm,
        ),
    )
    def give(self, request: HttpRequest, form: GiveForm) -> HttpResponse:
        said = form.cleaned_data

        def step() -> None:
            services.give_founding_card(
                member_id=member_by_key(key=said["member"].strip()).member_id,
                total=asked_points(said["points"]),
                parts=said["parts"],
                key=secrets.token_hex(8),
                actor=actor_of(request),
                reason=said["reason"],
                now=clock.now(),
            )

        return take_step(request, step, back_to=reverse("admin:points_rightscard_changelist"))

    def has_give_permission(self, request: HttpRequest, object_id: Any = None) -> bool:
        return self.may_act(request)

    @action(
        description=_("Revoke"),
        url_path="revoke",
        permissions=["revoke"],
        icon="block",
        dialog=dialog(
            _("Revoke the card"),
            description=_("What it has not released goes back to its pool; what it has released stays."),
            form_class=ReasonForm,
        ),
    )
    def revoke(self, request: HttpRequest, form: ReasonForm, object_id: int) -> HttpResponse:
        card = RightsCard.objects.get(pk=object_id)

        def step() -> None:
            services.revoke_card(
                number=card.number,
                actor=actor_of(request),
                reason=form.cleaned_data["reason"],
                now=clock.now(),
            )

        return take_step(request, step, back_to=page_of(card))

    def has_revoke_permission(self, request: HttpRequest, object_id: Any = None) -> bool:
        if not self.may_act(request) or not str(object_id).isdigit():
            return False
        return RightsCard.objects.filter(pk=object_id, state=RightsCard.State.RUNNING).exists()


site.register(RightsCard, RightsCardAdmin)
