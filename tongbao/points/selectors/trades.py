"""A member's own trades on the market, whichever side they were on."""

from __future__ import annotations

from django.db.models import Q

from tongbao.points.contracts import MarketTradeFacts
from tongbao.points.models import MarketTrade


def member_market_trades(
    *, member_id: int, before: int | None = None, limit: int = 30
) -> tuple[MarketTradeFacts, ...]:
    """A member's trades (成交), newest first, those before trade ``before``.

    Each side is read by itself, so that both find the member's orders by their index.
    """
    older = Q() if before is None else Q(number__lt=before)
    asked = MarketTrade.objects.filter(older, ask__member_id=member_id).order_by("-number")[:limit]
    bid = MarketTrade.objects.filter(older, bid__member_id=member_id).order_by("-number")[:limit]
    found = [
        MarketTradeFacts(
            number=row.number,
            order_id=row.ask_id if side == "ask" else row.bid_id,
            side="ask" if side == "ask" else "bid",
            lots=row.lots,
            price_fen=row.price_fen,
            amount_fen=row.lots * row.price_fen,
            fee_units=row.fee_units if side == "ask" else 0,
            traded_at=row.traded_at,
        )
        for side, rows in (("ask", asked), ("bid", bid))
        for row in rows
    ]
    return tuple(sorted(found, key=lambda trade: trade.number, reverse=True)[:limit])
