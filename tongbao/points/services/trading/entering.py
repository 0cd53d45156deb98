"""Orders are entered with their escrow, and matched: in one statement where the market is free."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import DatabaseError, connection

from tongbao.kit.transactions import one_statement
from tongbao.ledger.contracts import CASH, POINT, Request, Transfer, member_account
from tongbao.ledger.services import wire
from tongbao.points.contracts import (
    MarketLimitReached,
    MarketOff,
    MarketOrderFacts,
    MarketSide,
    MoneyShort,
    PointsAmountInvalid,
    PointsSettings,
    PointsShort,
    RequestDiffers,
    SelfTrade,
)
from tongbao.points.policy.market import MOST_LOTS, check_price, offer_of
from tongbao.points.policy.prices import day_of
from tongbao.tenancy.selectors import tenant_settings

ENTER = (
    'SELECT id, side, lots, "left", price_fen, fee_units, state, entered_at, expires_at, ended_at'
    " FROM points_market_enter(%s::jsonb, %s, %s, %s, %s::bigint, %s::bigint, %s::bigint, %s::bigint, %s, %s,"
    " %s::bigint, %s::bigint, %s, %s)"
)
ANSWER = (
    'SELECT id, side, lots, "left", price_fen, fee_units, state, entered_at, expires_at, ended_at'
    " FROM points_market_answer(%s, %s, %s, %s)"
)
FIND = (
    'SELECT id, side, lots, "left", price_fen, fee_units, state, entered_at, expires_at, ended_at'
    " FROM points_market_order WHERE member_id = %s AND client_key = %s"
)
KEY_TAKEN = ("23505", "TB004")
"""The order is there already, or the books have booked its escrow with other contents."""
Row = Sequence[Any]


def enter_ask(
    *, member_id: int, units: int, price_fen: int, client_key: str, now: datetime
) -> MarketOrderFacts:
    """Offer points for at least ``price_fen`` a lot; the fee leaves them first, and is burned as they sell.

    The answer says what became of it. The same ``client_key`` with the same contents answers with the same order, as
    it is by then. Locks: the market, and the balances of whom it meets. Raises MarketOff, PointsAmountInvalid,
    AskTooSmall, MarketPriceInvalid, SelfTrade, PointsShort, MarketLimitReached, RequestDiffers.

    >>> enter_ask(member_id=7, units=400_000, price_fen=50, client_key="a-1", now=now).lots       # doctest: +SKIP
    36
    """
    settings = _settings()
    offer = offer_of(units=units, lot_units=settings.market_lot_units, fee_bp=settings.market_fee_bp)
    wish = _Wish(
        member_id=member_id,
        client_key=client_key,
        side="ask",
        lots=offer.lots,
        lot_units=settings.market_lot_units,
        price_fen=price_fen,
        fee_units=offer.fee_units,
    )
    return _enter(wish, settings, now)


def enter_bid(
    *, member_id: int, lots: int, price_fen: int, client_key: str, now: datetime
) -> MarketOrderFacts:
    """Bid at most ``price_fen`` a lot, out of paid-in money. Otherwise as ``enter_ask``; MoneyShort for want of it."""
    settings = _settings()
    if type(lots) is not int or not 0 < lots <= MOST_LOTS:
        raise PointsAmountInvalid(amount=lots)
    wish = _Wish(
        member_id=member_id,
        client_key=client_key,
        side="bid",
        lots=lots,
        lot_units=settings.market_lot_units,
        price_fen=price_fen,
        fee_units=0,
    )
    return _enter(wish, settings, now)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Wish:
    """An order as asked for."""

    member_id: int
    client_key: str
    side: MarketSide
    lots: int
    lot_units: int
    price_fen: int
    fee_units: int

    def escrow(self, *, key: str) -> Request:
        """What is set aside for it: points and their fee, or money."""
        is_ask = self.side == "ask"
        names = ("points", "points_offered") if is_ask else ("paid_in", "paid_in_offered")
        line = Transfer(
            debit=member_account(self.member_id, names[0]),
            credit=member_account(self.member_id, names[1]),
            amount=self.lots * self.lot_units + self.fee_units if is_ask else self.lots * self.price_fen,
            kind="market_offered",
            subject=key,
            asset=POINT if is_ask else CASH,
        )
        return Request(key=key, transfers=(line,))


def _settings() -> PointsSettings:
    settings = tenant_settings(PointsSettings)
    if not settings.market_is_on:
        raise MarketOff()
    return settings


def _enter(wish: _Wish, settings: PointsSettings, now: datetime) -> MarketOrderFacts:
    check_price(price_fen=wish.price_fen, reference_fen=None, jump_bp=0)
    row = _write_down(wish, settings, now)
    order_id, side, lots, _, price_fen, fee_units, state, *_ = row
    if (side, lots, price_fen, fee_units) != (wish.side, wish.lots, wish.price_fen, wish.fee_units):
        raise RequestDiffers(key=wish.client_key)
    if state == "waiting":
        # Somebody else had the market. Inside a caller's transaction nobody is waited for: they may need our locks.
        waits = not connection.in_atomic_block
        row = _row(ANSWER, [order_id, waits, settings.market_burns_fee, now]) or row
    return _facts(wish.member_id, row)


def _write_down(wish: _Wish, settings: PointsSettings, now: datetime) -> Row:
    """The order's row: as it is now entered, or as it is by now when the same key came before."""
    key = f"market:{wish.member_id}:{wish.client_key}"
    parameters: list[Any] = [
        wire(wish.escrow(key=key)),
        wish.member_id,
        wish.client_key,
        wish.side,
        wish.lots,
        wish.lot_units,
        wish.price_fen,
        wish.fee_units,
        day_of(now=now, cut_off_minutes=settings.cut_off_minutes),
        now + timedelta(days=settings.market_order_days),
        settings.market_daily_lots,
        settings.market_jump_bp,
        settings.market_burns_fee,
        now,
    ]
    try:
        row = _row(ENTER, parameters)
    except DatabaseError as error:
        state = getattr(error.__cause__, "sqlstate", None)
        if state == "TB007":
            raise _refusal(json.loads(str(error).splitlines()[0]), wish, settings) from error
        # Somebody with the same key was quicker; our escrow has gone back with our statement.
        row = _row(FIND, [wish.member_id, wish.client_key]) if state in KEY_TAKEN else None
        if row is None:
            raise
    assert row is not None
    return row


def _row(statement: str, parameters: list[Any]) -> Row | None:
    with one_statement(), connection.cursor() as cursor:
        cursor.execute(statement, parameters)
        row: Row | None = cursor.fetchone()
    return row


def _refusal(why: dict[str, Any], wish: _Wish, settings: PointsSettings) -> Exception:
    """What the database refused, as the error that says why."""
    if why["code"] == "market_limit":
        return MarketLimitReached(asked=wish.lots, most=settings.market_daily_lots)
    if why["code"] == "self_trade":
        return SelfTrade()
    if why["code"] == "market_price":
        check_price(price_fen=wish.price_fen, reference_fen=why["reference"], jump_bp=settings.market_jump_bp)
    short = PointsShort if wish.side == "ask" else MoneyShort
    return short(asked=why["asked"], available=why["available"])


def _facts(member_id: int, row: Row) -> MarketOrderFacts:
    order_id, side, lots, left, price_fen, fee_units, state, entered_at, expires_at, ended_at = row
    return MarketOrderFacts(
        order_id=order_id,
        member_id=member_id,
        side=side,
        lots=lots,
        left=left,
        price_fen=price_fen,
        fee_units=fee_units,
        state=state,
        entered_at=entered_at,
        expires_at=expires_at,
        ended_at=ended_at,
    )
