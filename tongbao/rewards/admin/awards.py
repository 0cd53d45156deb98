"""Awards in the console: what was booked, its arithmetic in a sentence, and what happened to it since."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _
from unfold.decorators import display

from tongbao.kit.admin import ConsoleAdmin, site
from tongbao.ledger.admin import request_link
from tongbao.mall.admin.base import ShownInline, link, yuan
from tongbao.money import format_rate
from tongbao.rewards.admin.base import STATE_COLOURS, reader
from tongbao.rewards.contracts import state_title
from tongbao.rewards.models import Award, AwardChange
from tongbao.rewards.selectors import explain_award


class ChangeInline(ShownInline):
    """What happened to an award, each step with its booking in the ledger."""

    model = AwardChange
    verbose_name_plural = _("history")
    fields = ("at", "kind", "shown_delta", "shown_worth", "shown_rate", "shown_booking")
    readonly_fields = fields
    tab = False

    @display(description=_("change"))
    def shown_delta(self, row: AwardChange) -> str:
        return yuan(row.delta_fen)

    @display(description=_("worth then"))
    def shown_worth(self, row: AwardChange) -> str:
        return yuan(row.amount_fen)

    @display(description=_("rate"))
    def shown_rate(self, row: AwardChange) -> str:
        return format_rate(row.rate_bp)

    @display(description=_("booking"))
    def shown_booking(self, row: AwardChange) -> SafeString | str:
        return request_link(row.request_key)


class AwardAdmin(ConsoleAdmin):
    """Awards, newest first."""

    list_display = (
        "id",
        "shown_order",
        "shown_member",
        "clause",
        "shown_rate",
        "shown_base",
        "shown_amount",
        "shown_state",
        "booked_at",
    )
    list_filter = ("state", "kind", "clause")
    search_fields = ("settlement__number", "beneficiary__number")
    list_select_related = ("settlement__order", "beneficiary")
    view_roles = ("owner", "finance")
    inlines = (ChangeInline,)
    fieldsets = (
        (
            None,
            {
                "fields": (
                    "shown_sentence",
                    ("shown_order", "shown_member"),
                    ("clause", "seat"),
                    ("shown_rate", "shown_base"),
                    ("shown_original", "shown_amount"),
                    ("state_in_words", "booked_at"),
                )
            },
        ),
    )
    readonly_fields = (
        "shown_sentence",
        "shown_order",
        "shown_member",
        "shown_rate",
        "shown_base",
        "shown_original",
        "shown_amount",
        "state_in_words",
    )

    def get_queryset(self, request: HttpRequest) -> QuerySet[Award]:
        rows: QuerySet[Award] = super().get_queryset(request)
        return rows.select_related("settlement__order", "beneficiary")

    @display(description=_("why this amount"))
    def shown_sentence(self, row: Award) -> str:
        return explain_award(award_id=row.pk, language=reader())

    @display(description=_("order"))
    def shown_order(self, row: Award) -> SafeString | str:
        return link(row.settlement.order, row.settlement.number)

    @display(description=_("member"))
    def shown_member(self, row: Award) -> SafeString | str:
        return link(row.beneficiary)

    @display(description=_("rate"), ordering="rate_bp")
    def shown_rate(self, row: Award) -> str:
        return format_rate(row.rate_bp)

    @display(description=_("base"), ordering="base_fen")
    def shown_base(self, row: Award) -> str:
        return yuan(row.base_fen)

    @display(description=_("booked first"))
    def shown_original(self, row: Award) -> str:
        return yuan(row.original_fen)

    @display(description=_("worth now"), ordering="amount_fen")
    def shown_amount(self, row: Award) -> str:
        return yuan(row.amount_fen)

    @display(description=_("state"), label=STATE_COLOURS, ordering="state")
    def shown_state(self, row: Award) -> tuple[str, Any]:
        return row.state, state_title(row.state, language=reader())

    @display(description=_("state"))
    def state_in_words(self, row: Award) -> str:
        return state_title(row.state, language=reader())


site.register(Award, AwardAdmin)
