"""The peer-to-peer market: book, candles, my orders; entering and cancelling them."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Annotated, Any, Literal

from django.http import HttpRequest
from ninja import Path, Query, Schema
from pydantic import Field

from tongbao.kit import clock
from tongbao.kit.api import router as new_router
from tongbao.kit.ratelimit import check_rate
from tongbao.members.api.auth import MemberAuth, identity_of
from tongbao.points import selectors, services
from tongbao.points.api.fields import AmountFen, ClientKey, Units
from tongbao.points.contracts import MarketSide, MarketState

router = new_router(tag="points")

ORDERS_A_MINUTE = 60
STRETCHES = {"minute": timedelta(minutes=1), "hour": timedelta(hours=1), "day": timedelta(days=1)}
CANDLES = 200


class PriceLevelOut(Schema):
    price_fen: int
    lots: int


class MarketOut(Schema):
    is_on: bool
    lot_units: int = Field(description="Points are traded in whole lots of so many units.")
    fee_bp: int = Field(description="What leaves the points of an ask before they are offered.")
    fee_is_burned: bool
    last_price_fen: int | None = Field(description="Fen for a lot.")
    asks: list[PriceLevelOut]
    bids: list[PriceLevelOut]


class CandleOut(Schema):
    begins_at: datetime
    open_fen: int
    high_fen: int
    low_fen: int
    close_fen: int
    lots: int


class CandlesQuery(Schema):
    every: Literal["minute", "hour", "day"] = "hour"


class AskIn(Schema):
    """``units`` of points for at least ``price_fen`` a lot; the fee leaves them first."""

    units: Units
    price_fen: AmountFen
    client_key: ClientKey


class BidIn(Schema):
    """``lots`` at ``price_fen`` each at most, out of paid-in money."""

    lots: Annotated[int, Field(strict=True, ge=1, le=10**9)]
    price_fen: AmountFen
    client_key: ClientKey


class MarketOrderOut(Schema):
    order_id: int
    side: MarketSide
    lots: int
    left: int
    price_fen: int
    fee_units: int
    state: MarketState
    entered_at: datetime
    expires_at: datetime
    ended_at: datetime | None


class MarketTradeOut(Schema):
    number: int
    order_id: int = Field(description="The order of yours that was traded.")
    side: MarketSide
    lots: int
    price_fen: int
    amount_fen: int = Field(description="What came in for an ask, or went out for a bid.")
    fee_units: int = Field(description="What left the points of an ask; whoever bought paid none.")
    traded_at: datetime


class TradesQuery(Schema):
    before: Annotated[int, Field(ge=1, le=2**63 - 1)] | None = None
    limit: Annotated[int, Field(ge=1, le=100)] = 30


class MarketPurseOut(Schema):
    points: int = Field(description="Can be offered.")
    points_offered: int
    paid_in_fen: int
    paid_in_offered_fen: int
    orders: list[MarketOrderOut]


@router.get("/points/market", response=MarketOut, summary="The order book")
def book(request: HttpRequest) -> Any:
    standing = selectors.market()
    asks, bids = selectors.order_book(now=clock.now())
    return {
        "is_on": standing.is_on,
        "lot_units": standing.lot_units,
        "fee_bp": standing.fee_bp,
        "fee_is_burned": standing.fee_is_burned,
        "last_price_fen": standing.last_price_fen,
        "asks": list(asks),
        "bids": list(bids),
    }


@router.get("/points/market/candles", response=list[CandleOut], summary="Candles, oldest first")
def candles(request: HttpRequest, query: Query[CandlesQuery]) -> Any:
    every = STRETCHES[query.every]
    return list(selectors.candles(since=clock.now() - every * CANDLES, every=every))


@router.get(
    "/me/market", response=MarketPurseOut, auth=MemberAuth(), summary="My orders, and what I can offer"
)
def mine(request: HttpRequest) -> Any:
    member_id = identity_of(request).member_id
    purse = selectors.market_purse(member_id=member_id)
    return {
        "points": purse.points,
        "points_offered": purse.points_offered,
        "paid_in_fen": purse.paid_in_fen,
        "paid_in_offered_fen": purse.paid_in_offered_fen,
        "orders": list(selectors.member_market_orders(member_id=member_id)),
    }


@router.get(
    "/me/market/trades", response=list[MarketTradeOut], auth=MemberAuth(), summary="My trades, newest first"
)
def my_trades(request: HttpRequest, query: Query[TradesQuery]) -> Any:
    """Send the last one's `number` as `before` for those that are older."""
    member_id = identity_of(request).member_id
    return list(
        selectors.member_market_trades(member_id=member_id, before=query.before, limit=query.limit)
    )


@router.post("/me/market/asks", response=MarketOrderOut, auth=MemberAuth(), summary="Offer points")
def ask(request: HttpRequest, wanted: AskIn) -> Any:
    """The same ``client_key`` with the same contents answers with the same order."""
    now, member_id = clock.now(), _trader(request)
    return services.enter_ask(
        member_id=member_id,
        units=wanted.units,
        price_fen=wanted.price_fen,
        client_key=wanted.client_key,
        now=now,
    )


@router.post("/me/market/bids", response=MarketOrderOut, auth=MemberAuth(), summary="Bid for points")
def bid(request: HttpRequest, wanted: BidIn) -> Any:
    """The same ``client_key`` with the same contents answers with the same order."""
    now, member_id = clock.now(), _trader(request)
    return services.enter_bid(
        member_id=member_id,
        lots=wanted.lots,
        price_fen=wanted.price_fen,
        client_key=wanted.client_key,
        now=now,
    )


@router.post(
    "/me/market/orders/{order_id}/cancel",
    response=MarketOrderOut,
    auth=MemberAuth(),
    summary="Cancel an order that is not filled",
)
def cancel(request: HttpRequest, order_id: Path[Annotated[int, Field(ge=1, le=2**63 - 1)]]) -> Any:
    return services.cancel_order(order_id=order_id, member_id=identity_of(request).member_id, now=clock.now())


def _trader(request: HttpRequest) -> int:
    member_id: int = identity_of(request).member_id
    check_rate(
        what="points.market",
        key=str(member_id),
        limit=ORDERS_A_MINUTE,
        window=timedelta(minutes=1),
        now=clock.now(),
    )
    return member_id
