"""Rights cards with their calendars."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Annotated, Any

from django.http import HttpRequest
from ninja import Path, Schema, Status
from pydantic import Field

from tongbao.kit import clock
from tongbao.kit.api import Said, reader_language
from tongbao.kit.api import router as new_router
from tongbao.kit.ratelimit import check_rate
from tongbao.members.api.auth import MemberAuth, identity_of
from tongbao.members.selectors import member_by_key
from tongbao.points import selectors, services

router = new_router(tag="points", auth=MemberAuth())

TRANSFERS_AN_HOUR = 10
CardNumber = Annotated[str, Field(min_length=1, max_length=64)]


class CardPartOut(Schema):
    number: int
    due_on: date
    amount: int
    released_at: datetime | None


class CardOut(Schema):
    number: str
    pool: str
    pool_title: Said
    total: int
    released: int
    state: str
    begins_on: date
    can_transfer: bool = Field(description="Whether this card may be given to another member now.")
    calendar: list[CardPartOut]


@router.get("/me/points/cards", response=list[CardOut], summary="My rights cards, newest first")
def mine(request: HttpRequest) -> Any:
    chinese = reader_language(request) == "zh"
    cards = selectors.member_cards(member_id=identity_of(request).member_id)
    return [
        {
            "number": card.number,
            "pool": card.pool,
            "pool_title": card.pool_title_zh if chinese else card.pool_title_en,
            "total": card.total,
            "released": card.released,
            "state": card.state,
            "begins_on": card.begins_on,
            "can_transfer": card.can_transfer,
            "calendar": list(card.calendar),
        }
        for card in cards
    ]


class CardTransferIn(Schema):
    to_number: Annotated[str, Field(min_length=1, max_length=40, description="The other member's number.")]


@router.post(
    "/me/points/cards/{number}/transfer", response={204: None}, summary="Give a rights card to another member"
)
def hand_on(request: HttpRequest, number: Path[CardNumber], wish: CardTransferIn) -> Any:
    """All that it has not released, for good; where the mall allows it, and once in a card's life."""
    member_id = identity_of(request).member_id
    check_rate(
        what="card-transfer",
        key=str(member_id),
        limit=TRANSFERS_AN_HOUR,
        window=timedelta(hours=1),
        now=clock.now(),
    )
    services.transfer_card(
        number=number,
        from_member_id=member_id,
        to_member_id=member_by_key(key=wish.to_number.strip()).member_id,
        now=clock.now(),
    )
    return Status(204, None)
