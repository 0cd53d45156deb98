"""The market: orders, trades, and what an operator should look at."""

from __future__ import annotations

from typing import Any

from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _
from unfold.decorators import display

from tongbao.kit.admin import ConsoleAdmin, site
from tongbao.members.admin.base import link
from tongbao.points.admin.base import shown_points, shown_yuan
from tongbao.points.models import MarketAlert, MarketOrder, MarketTrade

COLOURS = {
    "waiting": "warning",
    "open": "info",
    "filled": "success",
    "cancelled": "default",
    "expired": "default",
    "met_itself": "danger",
}


class MarketOrderAdmin(ConsoleAdmin):
    """Limit orders, newest first."""

    list_display = ("id", "shown_member", "side", "lots", "left", "shown_price", "shown_state", "entered_at")
    fields = (*list_display, "shown_fee", "sequence", "ended_sequence", "expires_at", "ended_at")
    readonly_fields = fields
    list_filter = ("state", "side")
    search_fields = ("member__number",)
    list_select_related = ("member",)

    @display(description=_("member"))
    def shown_member(self, order: MarketOrder) -> SafeString | str:
        return link(order.member, order.member.number)

    @display(description=_("price of a lot"))
    def shown_price(self, order: MarketOrder) -> str:
        return shown_yuan(order.price_fen)

    @display(description=_("fee"))
    def shown_fee(self, order: MarketOrder) -> str:
        return shown_points(order.fee_units)

    @display(description=_("state"), label=COLOURS)
    def shown_state(self, order: MarketOrder) -> tuple[str, Any]:
        return order.state, order.get_state_display()


class MarketTradeAdmin(ConsoleAdmin):
    """Trades in their order."""

    list_display = ("number", "ask", "bid", "lots", "shown_price", "shown_fee", "traded_at")
    fields = list_display
    readonly_fields = list_display
    date_hierarchy = "traded_at"

    @display(description=_("price of a lot"))
    def shown_price(self, trade: MarketTrade) -> str:
        return shown_yuan(trade.price_fen)

    @display(description=_("fee"))
    def shown_fee(self, trade: MarketTrade) -> str:
        return shown_points(trade.fee_units)


class MarketAlertAdmin(ConsoleAdmin):
    """The same two trading to and fro, and prices that jump."""

    list_display = ("on", "kind", "subject", "lots", "noticed_at")
    fields = list_display
    readonly_fields = list_display
    list_filter = ("kind",)


site.register(MarketOrder, MarketOrderAdmin)
site.register(MarketTrade, MarketTradeAdmin)
site.register(MarketAlert, MarketAlertAdmin)
