"""The market as everybody sees it: book, trades, candles; and one's own orders."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from importlib import resources
from itertools import zip_longest
from operator import itemgetter
from typing import Any

from django.db import connection
from django.db.models import F

from tongbao.kit.findings import Finding
from tongbao.ledger.contracts import POINT, member_account
from tongbao.ledger.selectors import balance
from tongbao.points.contracts import (
    Candle,
    MarketFacts,
    MarketOrderFacts,
    MarketPurse,
    PointsSettings,
    PriceLevel,
)
from tongbao.points.models import MarketOrder, MarketTape, MarketTrade
from tongbao.points.policy.market import BookOrder, Trade, replay
from tongbao.tenancy.selectors import tenant_settings

_SQL = resources.files("tongbao.points").joinpath("sql")
BOOK = _SQL.joinpath("market_book.sql").read_text(encoding="utf-8")
CANDLES = _SQL.joinpath("market_candles.sql").read_text(encoding="utf-8")
LEVELS = 20


def market() -> MarketFacts:
    """How the market stands."""
    settings = tenant_settings(PointsSettings)
    last = MarketTape.objects.filter(pk=1).values_list("last_price_fen", flat=True).first()
    return MarketFacts(
        is_on=settings.market_is_on,
        lot_units=settings.market_lot_units,
        fee_bp=settings.market_fee_bp,
        fee_is_burned=settings.market_burns_fee,
        last_price_fen=last,
    )


def market_purse(*, member_id: int) -> MarketPurse:
    """What a member can offer on the market, and what they have offered."""
    return MarketPurse(
        points=balance(account=member_account(member_id, "points"), asset=POINT).available,
        points_offered=balance(account=member_account(member_id, "points_offered"), asset=POINT).posted,
        paid_in_fen=balance(account=member_account(member_id, "paid_in")).available,
        paid_in_offered_fen=balance(account=member_account(member_id, "paid_in_offered")).posted,
    )


def order_book(*, now: datetime) -> tuple[tuple[PriceLevel, ...], tuple[PriceLevel, ...]]:
    """The best prices asked and bid, best first, with the lots that wait at each."""
    with connection.cursor() as cursor:
        cursor.execute(BOOK, {"now": now, "levels": LEVELS})
        rows = cursor.fetchall()
    asks = tuple(PriceLevel(price_fen=price, lots=int(lots)) for side, price, lots in rows if side == "ask")
    bids = tuple(PriceLevel(price_fen=price, lots=int(lots)) for side, price, lots in rows if side == "bid")
    return asks, bids[::-1]


def candles(*, since: datetime, every: timedelta) -> tuple[Candle, ...]:
    """Open, high, low, close and lots of each stretch of time that has trades, oldest first."""
    with connection.cursor() as cursor:
        parameters: dict[str, Any] = {"since": since, "every": every}
        cursor.execute(CANDLES, parameters)
        rows = cursor.fetchall()
    return tuple(
        Candle(
            begins_at=row[0],
            open_fen=row[1],
            high_fen=row[2],
            low_fen=row[3],
            close_fen=row[4],
            lots=int(row[5]),
        )
        for row in rows
    )


def member_market_orders(*, member_id: int, limit: int = 50) -> tuple[MarketOrderFacts, ...]:
    """A member's orders, newest first."""
    rows = MarketOrder.objects.filter(member_id=member_id).order_by("-id")[:limit]
    return tuple(market_order_facts(row) for row in rows)


def market_order_facts(row: MarketOrder) -> MarketOrderFacts:
    """One order as others see it."""
    return MarketOrderFacts(
        order_id=row.pk,
        member_id=row.member_id,
        side=row.side,  # type: ignore[arg-type]
        lots=row.lots,
        left=row.left,
        price_fen=row.price_fen,
        fee_units=row.fee_units,
        state=row.state,  # type: ignore[arg-type]
        entered_at=row.entered_at,
        expires_at=row.expires_at,
        ended_at=row.ended_at,
    )


def verify_market() -> Iterator[Finding]:
    """Trades that the market's orders don't give by the rule: the first that differs. See ``policy.market.replay``."""
    orders = MarketOrder.objects.filter(sequence__isnull=False)
    numbers: dict[int, Any] = dict(orders.values_list("id", "sequence"))
    # Cancelled and over: each has its own place in the sequence. What met itself never came into the book.
    ended = orders.filter(ended_sequence__gt=F("sequence"))
    happened: list[tuple[Any, BookOrder | Any]] = [*ended.values_list("ended_sequence", "sequence").iterator()]
    entries: Iterator[tuple[Any, ...]] = orders.values_list(
        "sequence", "member_id", "side", "price_fen", "lots"
    ).iterator()
    for number, member_id, side, price_fen, lots in entries:
        order = BookOrder(number=number, member_id=member_id, side=side, price_fen=price_fen, left=lots)
        happened.append((number, order))
    happened.sort(key=itemgetter(0))
    written = MarketTrade.objects.order_by("number").values_list("number", "ask_id", "bid_id", "lots", "price_fen")
    by_rule = replay(one for _, one in happened)
    for row, trade in zip_longest(written.iterator(), by_rule):
        number, says = None, "no trade"
        if row is not None:
            number, ask_id, bid_id, lots, price_fen = row
            says = str(Trade(ask=numbers[ask_id], bid=numbers[bid_id], lots=lots, price_fen=price_fen))
        if says != str(trade):
            yield Finding(
                table="points_market_trade",
                key=str(number or "after the last"),
                says=says,
                should=f"{trade or 'no trade'}, as the orders give it",
            )
            return
