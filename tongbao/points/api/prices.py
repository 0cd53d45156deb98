"""The price of the day and its history, and what an amount costs in points."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Annotated, Any

from django.http import HttpRequest
from ninja import Query, Schema
from pydantic import Field

from tongbao.kit import clock
from tongbao.kit.api import router as new_router
from tongbao.kit.ratelimit import check_rate
from tongbao.members.api.auth import MemberAuth, identity_of
from tongbao.points import selectors, services
from tongbao.points.api.fields import AmountFen, AmountFenAsked, RatioOut, ratio
from tongbao.points.contracts import PriceFacts

router = new_router(tag="points")

QUOTES_A_MINUTE = 60


class PriceOut(Schema):
    """The price of a day. It is a promise in goods; the reserve pays at the floor alone."""

    on: date
    published_at: datetime
    price: RatioOut
    floor: RatioOut
    ceiling: RatioOut | None = Field(description="Reserve / circulating: shown, never promised.")
    reserve_fen: int
    pledge_fen: int = Field(description="The stated worth of the equity pledge, never counted as cash.")
    supply: int
    circulating: int
    is_operators: bool
    budget_fen: int = Field(description="What the day may give away above the floor.")
    given_fen: int


class PriceNowOut(Schema):
    today: PriceOut | None
    floor: RatioOut = Field(description="As it is at this moment.")


class ReserveDayOut(Schema):
    on: date
    ledger_fen: int
    bank_fen: int
    difference_fen: int = Field(description="Below zero: the bank has less than the books say.")


class AttestationOut(Schema):
    """The reserve in the books beside the bank's newest statement, newest day first."""

    uploaded_at: datetime
    sha256: str = Field(description="Of the statement as it was uploaded.")
    days: list[ReserveDayOut]
    deposits_fen: int = Field(description="What the operator put in beside the shares of turnover, ever.")
    pledge_fen: int = Field(description="The stated worth of the equity pledge, never counted as cash.")


class AttestationNowOut(Schema):
    newest: AttestationOut | None = Field(description="Null until the operator has uploaded a statement.")


class DaysQuery(Schema):
    days: Annotated[int, Field(ge=1, le=1_000)] = 90


class PointsQuoteIn(Schema):
    amount_fen: AmountFen
    goods_fen: AmountFen = Field(
        description="What the goods of the order cost, of which points may pay a share."
    )


class PointsQuoteOut(Schema):
    """Send ``amount_fen`` and ``quote`` with the order within the minute."""

    amount_fen: int
    units: int
    price: RatioOut
    is_floor: bool = Field(
        description="The day's budget is used up: the floor applies until the next cut-off."
    )
    quote: str
    good_until: datetime


class GoodsQuery(Schema):
    goods_fen: AmountFenAsked


class SpendableOut(Schema):
    available: int
    most_fen: int = Field(description="What of these goods the member's points can pay now.")


@router.get("/points/price", response=PriceNowOut, summary="The price of the day, and the floor")
def price(request: HttpRequest) -> Any:
    today = selectors.price_of_the_day()
    return {
        "today": _price(today) if today is not None else None,
        "floor": ratio(selectors.floor_now()),
    }


@router.get("/points/prices", response=list[PriceOut], summary="The prices of the last days, oldest first")
def prices(request: HttpRequest, query: Query[DaysQuery]) -> Any:
    return [_price(facts) for facts in selectors.price_history(days=query.days)]


@router.get(
    "/me/points/spendable",
    response=SpendableOut,
    auth=MemberAuth(),
    summary="How much of an order my points can pay",
)
def spendable(request: HttpRequest, query: Query[GoodsQuery]) -> Any:
    member_id = identity_of(request).member_id
    return {
        "available": selectors.member_points(member_id=member_id).available,
        "most_fen": selectors.most_spendable_fen(member_id=member_id, goods_fen=query.goods_fen),
    }


@router.post(
    "/points/quote",
    response=PointsQuoteOut,
    auth=MemberAuth(),
    summary="What an amount costs in points; holds for a minute",
)
def quote(request: HttpRequest, wanted: PointsQuoteIn) -> Any:
    now, member_id = clock.now(), identity_of(request).member_id
    check_rate(
        what="points.quote", key=str(member_id), limit=QUOTES_A_MINUTE, window=timedelta(minutes=1), now=now
    )
    found = selectors.quote_spending(amount_fen=wanted.amount_fen, goods_fen=wanted.goods_fen)
    return {
        "amount_fen": found.amount_fen,
        "units": found.units,
        "price": ratio(found.price),
        "is_floor": found.is_floor,
        "quote": services.sign_quote(quote=found, member_id=member_id, now=now),
        "good_until": now + services.QUOTE_HOLDS,
    }


def _price(facts: PriceFacts) -> dict[str, Any]:
    return {
        "on": facts.on,
        "published_at": facts.published_at,
        "price": ratio(facts.price),
        "floor": ratio(facts.floor),
        "ceiling": ratio(facts.ceiling),
        "reserve_fen": facts.reserve_fen,
        "pledge_fen": facts.pledge_fen,
        "supply": facts.supply,
        "circulating": facts.circulating,
        "is_operators": facts.is_operators,
        "budget_fen": facts.budget_fen,
        "given_fen": facts.given_fen,
    }


@router.get(
    "/points/attestation", response=AttestationNowOut, summary="The reserve beside the bank's statement"
)
def reserve_attestation(request: HttpRequest) -> Any:
    return {"newest": selectors.attestation()}
