"""Rights cards with their calendars."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _
from unfold.decorators import action, display

from tongbao.kit import clock
from tongbao.kit.admin import ConsoleAdmin, site
from tongbao.members.admin.base import ReasonForm, ShownInline, actor_of, dialog, link, page_of, take_step
from tongbao.points import services
from tongbao.points.admin.base import shown_points
from tongbao.points.models import CardPart, RightsCard

COLOURS = {"running": "success", "finished": "default", "revoked": "danger"}


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
