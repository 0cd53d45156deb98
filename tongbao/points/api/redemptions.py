"""Redemption: what one would get, asking for it, taking it back while it waits."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

from django.http import HttpRequest
from ninja import Path, Query, Schema
from pydantic import Field

from tongbao.kit import clock
from tongbao.kit.api import router as new_router
from tongbao.kit.ratelimit import check_rate
from tongbao.members.api.auth import MemberAuth, identity_of
from tongbao.points import selectors, services
from tongbao.points.api.fields import ClientKey, Number, RatioOut, Units, UnitsAsked, ratio
from tongbao.points.contracts import RedemptionState

router = new_router(tag="points", auth=MemberAuth())

REDEMPTIONS_A_MINUTE = 10


class UnitsQuery(Schema):
    units: UnitsAsked


class RedemptionTermsOut(Schema):
    units: int
    payout_fen: int = Field(description="What would be paid now.")
    fee_fen: int = Field(description="What stays in the reserve.")
    floor: RatioOut
    is_queued: bool = Field(description="Carried out at the next cut-off, and perhaps in part.")
    left_units: int | None = Field(description="What the member may still redeem today; null: no limit.")


class RedemptionIn(Schema):
    units: Units
    client_key: ClientKey


class RedemptionOut(Schema):
    number: str
    on: date
    units: int
    burned_units: int
    payout_fen: int
    fee_bp: int
    state: RedemptionState
    requested_at: datetime
    ended_at: datetime | None


@router.get(
    "/me/points/redemption-terms", response=RedemptionTermsOut, summary="What redeeming would bring now"
)
def terms(request: HttpRequest, query: Query[UnitsQuery]) -> Any:
    found = selectors.quote_redemption(units=query.units)
    left = selectors.redeemable_today(member_id=identity_of(request).member_id, now=clock.now())
    return {
        "units": found.units,
        "payout_fen": found.payout_fen,
        "fee_fen": found.fee_fen,
        "floor": ratio(found.floor),
        "is_queued": found.is_queued,
        "left_units": left,
    }


@router.post("/me/points/redemptions", response=RedemptionOut, summary="Redeem points for cash at the floor")
def redeem(request: HttpRequest, wanted: RedemptionIn) -> Any:
    """The same ``client_key`` with the same units answers with the same redemption."""
    now, member_id = clock.now(), identity_of(request).member_id
    check_rate(
        what="points.redeem",
        key=str(member_id),
        limit=REDEMPTIONS_A_MINUTE,
        window=timedelta(minutes=1),
        now=now,
    )
    return services.redeem(member_id=member_id, units=wanted.units, client_key=wanted.client_key, now=now)


@router.get("/me/points/redemptions", response=list[RedemptionOut], summary="My redemptions, newest first")
def mine(request: HttpRequest) -> Any:
    return list(selectors.member_redemptions(member_id=identity_of(request).member_id))


@router.post(
    "/me/points/redemptions/{number}/withdraw",
    response=RedemptionOut,
    summary="Take back a redemption that waits",
)
def withdraw(request: HttpRequest, number: Path[Number]) -> Any:
    return services.withdraw_redemption(
        number=number, member_id=identity_of(request).member_id, now=clock.now()
    )
