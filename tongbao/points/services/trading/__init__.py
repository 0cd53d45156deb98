"""The peer-to-peer market: orders entered with their escrow, matched by whoever holds the market, cancelled, expired.

Who finds the market free enters an order and matches it, with all that wait, in one statement. Who finds it held enters
without waiting, then waits for it, and finds the order matched or matches it. The matcher stands in the database
(``sql/market_matching.sql``, docs/decisions/0011); the rule that it is held to is ``policy.market.Book``.
"""

from tongbao.points.services.trading.entering import enter_ask, enter_bid
from tongbao.points.services.trading.running import cancel_order, expire_orders, match_waiting

__all__ = ["cancel_order", "enter_ask", "enter_bid", "expire_orders", "match_waiting"]
