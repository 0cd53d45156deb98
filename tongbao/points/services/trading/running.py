"""What happens to orders once they are entered: they are matched, cancelled, or their time is over."""

from __future__ import annotations

from datetime import datetime

from django.db import connection

from tongbao.kit.transactions import one_statement
from tongbao.points.contracts import MarketOrderFacts, MarketOrderUnknown, PointsSettings
from tongbao.points.models import MarketOrder
from tongbao.points.selectors.market import market_order_facts
from tongbao.tenancy.selectors import tenant_settings


def match_waiting(*, now: datetime) -> int:
    """Match the orders that wait; returns how many were taken.

    Waits for whoever has the market, who may have matched them meanwhile. Inside a caller's transaction nobody is
    waited for: they may need what it has locked.
    """
    burns = tenant_settings(PointsSettings).market_burns_fee
    with one_statement(), connection.cursor() as cursor:
        waits = not connection.in_atomic_block
        cursor.execute("SELECT points_market_match(%s, %s, %s)", [waits, burns, now])
        return int(cursor.fetchone()[0])


def cancel_order(*, order_id: int, member_id: int, now: datetime) -> MarketOrderFacts:
    """End an order of one's own that is not filled; what is left of its escrow goes back. Waits for the market.

    Raises MarketOrderUnknown for an order that has ended, or is another's.
    """
    if not _end(order_id, member_id, now):
        raise MarketOrderUnknown(order=order_id)
    return market_order_facts(MarketOrder.objects.get(pk=order_id))


def expire_orders(*, now: datetime) -> int:
    """End the orders whose time is over; returns how many."""
    ended = 0
    while count := _end(None, None, now):
        ended += count
    return ended


def _end(order_id: int | None, member_id: int | None, now: datetime) -> int:
    with one_statement(), connection.cursor() as cursor:
        cursor.execute("SELECT points_market_end(%s::bigint, %s::bigint, %s)", [order_id, member_id, now])
        return int(cursor.fetchone()[0])
