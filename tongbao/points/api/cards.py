"""Rights cards with their calendars."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from django.http import HttpRequest
from ninja import Schema

from tongbao.kit.api import reader_language
from tongbao.kit.api import router as new_router
from tongbao.members.api.auth import MemberAuth, identity_of
from tongbao.points import selectors

router = new_router(tag="points", auth=MemberAuth())


class CardPartOut(Schema):
    number: int
    due_on: date
    amount: int
    released_at: datetime | None


class CardOut(Schema):
    number: str
    pool: str
    pool_title: str
    total: int
    released: int
    state: str
    begins_on: date
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
            "calendar": list(card.calendar),
        }
        for card in cards
    ]
