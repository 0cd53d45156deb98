"""Payments with points, and redemptions."""

from __future__ import annotations

from typing import Any

from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _
from unfold.decorators import display

from tongbao.kit.admin import ConsoleAdmin, site
from tongbao.members.admin.base import link
from tongbao.points.admin.base import shown_points, shown_price, shown_yuan
from tongbao.points.models import Redemption, Spending

COLOURS = {
    "held": "warning",
    "paid": "info",
    "burned": "success",
    "let_go": "default",
    "returned": "danger",
    "waiting": "warning",
    "withdrawn": "default",
}


class SpendingAdmin(ConsoleAdmin):
    """Orders that points pay for."""

    list_display = (
        "subject",
        "shown_member",
        "shown_points",
        "shown_amount",
        "shown_price",
        "shown_state",
        "placed_at",
    )
    fields = (
        *list_display,
        "shown_above_floor",
        "shown_returned",
        "shown_refunded",
        "shown_reserve_paid",
        "ended_at",
    )
    readonly_fields = fields
    list_filter = ("state",)
    search_fields = ("subject", "member__number")
    list_select_related = ("member",)

    @display(description=_("member"))
    def shown_member(self, row: Spending) -> SafeString | str:
        return link(row.member, row.member.number)

    @display(description=_("points"))
    def shown_points(self, row: Spending) -> str:
        return shown_points(row.units)

    @display(description=_("paid for"))
    def shown_amount(self, row: Spending) -> str:
        return shown_yuan(row.amount_fen)

    @display(description=_("price of a point"))
    def shown_price(self, row: Spending) -> str:
        return shown_price(row.price)

    @display(description=_("given above the floor"))
    def shown_above_floor(self, row: Spending) -> str:
        return shown_yuan(row.above_floor_fen)

    @display(description=_("returned"))
    def shown_returned(self, row: Spending) -> str:
        return f"{shown_points(row.returned_units)} ({shown_yuan(row.returned_fen)})"

    @display(description=_("refunded in cash"))
    def shown_refunded(self, row: Spending) -> str:
        return shown_yuan(row.refunded_cash_fen)

    @display(description=_("paid by the reserve"))
    def shown_reserve_paid(self, row: Spending) -> str:
        return shown_yuan(row.reserve_paid_fen)

    @display(description=_("state"), label=COLOURS)
    def shown_state(self, row: Spending) -> tuple[str, Any]:
        return row.state, row.get_state_display()


class RedemptionAdmin(ConsoleAdmin):
    """Points burned for cash at the floor."""

    list_display = (
        "number",
        "shown_member",
        "on",
        "shown_points",
        "shown_burned",
        "shown_payout",
        "shown_state",
    )
    fields = (*list_display, "fee_bp", "requested_at", "ended_at")
    readonly_fields = fields
    list_filter = ("state",)
    search_fields = ("number", "member__number")
    list_select_related = ("member",)
    view_roles = ("owner", "finance")

    @display(description=_("member"))
    def shown_member(self, row: Redemption) -> SafeString | str:
        return link(row.member, row.member.number)

    @display(description=_("points"))
    def shown_points(self, row: Redemption) -> str:
        return shown_points(row.units)

    @display(description=_("burned"))
    def shown_burned(self, row: Redemption) -> str:
        return shown_points(row.burned_units)

    @display(description=_("paid"))
    def shown_payout(self, row: Redemption) -> str:
        return shown_yuan(row.payout_fen)

    @display(description=_("state"), label=COLOURS)
    def shown_state(self, row: Redemption) -> tuple[str, Any]:
        return row.state, row.get_state_display()


site.register(Spending, SpendingAdmin)
site.register(Redemption, RedemptionAdmin)
