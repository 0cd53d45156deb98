"""After-sales claims: money back, with or without the goods."""

from __future__ import annotations

from typing import Annotated, Any

from django.http import HttpRequest
from ninja import Path, Query, Schema, Status
from pydantic import Field

from tongbao.kit import clock
from tongbao.kit.api import router as new_router
from tongbao.mall import selectors
from tongbao.mall.api.fields import Fen, Id, Number, Pieces, PlainText
from tongbao.mall.api.orders import ClaimOut
from tongbao.mall.contracts import MAX_LINES, ClaimKind, ClaimWish
from tongbao.mall.services import claims
from tongbao.members.api import MemberAuth

router = new_router(tag="claims", auth=MemberAuth())


class ClaimLineIn(Schema):
    """Pieces to give back, and the amount asked for; without an amount it is what the pieces cost."""

    position: Annotated[int, Field(strict=True, ge=1, le=MAX_LINES)]
    pieces: Pieces = 0
    amount_fen: Fen | None = None


class ClaimIn(Schema):
    kind: ClaimKind
    reason: Annotated[PlainText, Field(min_length=1, max_length=500)]
    lines: Annotated[list[ClaimLineIn], Field(min_length=1, max_length=MAX_LINES)]


class ParcelIn(Schema):
    carrier: Annotated[PlainText, Field(max_length=40)] = ""
    tracking_number: Annotated[PlainText, Field(min_length=1, max_length=64)]


@router.post("/orders/{number}/claims", response={201: ClaimOut}, summary="Ask for money back")
def open_claim(request: HttpRequest, number: Path[Number], wanted: ClaimIn) -> Any:
    """Before the goods are sent, or without them, ``refund_only``; ``return_goods`` for what was sent."""
    opened = claims.open_claim(
        order_number=number,
        buyer_id=_member(request),
        kind=wanted.kind,
        lines=[
            ClaimWish(position=line.position, pieces=line.pieces, amount_fen=line.amount_fen)
            for line in wanted.lines
        ],
        reason=wanted.reason,
        now=clock.now(),
    )
    return Status(201, selectors.claim(number=opened.number))


class ClaimFilter(Schema):
    before: Id | None = None
    limit: Annotated[int, Field(ge=1, le=100)] = 20


@router.get("/claims", response=list[ClaimOut], summary="My claims, newest first")
def mine(request: HttpRequest, wanted: Query[ClaimFilter]) -> Any:
    return list(selectors.claims_of(buyer_id=_member(request), before_id=wanted.before, limit=wanted.limit))


@router.get("/claims/{number}", response=ClaimOut, summary="One of my claims")
def claim(request: HttpRequest, number: Path[Number]) -> Any:
    return selectors.claim(number=number, buyer_id=_member(request))


@router.post("/claims/{number}/withdraw", response=ClaimOut, summary="Withdraw a claim")
def withdraw(request: HttpRequest, number: Path[Number]) -> Any:
    claims.withdraw_claim(number=number, buyer_id=_member(request), now=clock.now())
    return selectors.claim(number=number)


@router.post("/claims/{number}/sent-back", response=ClaimOut, summary="Say that the goods are on their way")
def sent_back(request: HttpRequest, number: Path[Number], parcel: ParcelIn) -> Any:
    claims.send_goods_back(
        number=number,
        buyer_id=_member(request),
        carrier=parcel.carrier,
        tracking_number=parcel.tracking_number,
        now=clock.now(),
    )
    return selectors.claim(number=number)


def _member(request: HttpRequest) -> int:
    member_id: int = request.auth.member_id  # type: ignore[attr-defined]
    return member_id
