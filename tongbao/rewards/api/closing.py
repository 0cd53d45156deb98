"""Closing one's own account: how it stands, and doing it."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any

from django.http import HttpRequest
from ninja import Schema
from pydantic import Field, StringConstraints

from tongbao.kit import clock
from tongbao.kit.api import reader_language
from tongbao.kit.api import router as new_router
from tongbao.members.api.auth import MemberAuth, identity_of
from tongbao.members.selectors.people import phone_of
from tongbao.members.services import request_code
from tongbao.money import LARGEST_AMOUNT
from tongbao.rewards import selectors
from tongbao.rewards.contracts import GivenUp
from tongbao.rewards.contracts.closing import Obstacle
from tongbao.rewards.services import close_own_account

router = new_router(tag="account", auth=MemberAuth())

Amount = Annotated[int, Field(strict=True, ge=0, le=LARGEST_AMOUNT)]


class GivenUpOut(Schema):
    """Cash in fen, points in 1/10 000."""

    cash_fen: Amount
    paid_in_fen: Amount
    points: Amount
    vesting: Amount


class ClosingOut(Schema):
    obstacles: list[Obstacle] = Field(
        description="What must be over first; empty where the account can be closed."
    )
    gives_up: GivenUpOut = Field(description="What would be given up, for ever.")


class ClosingIn(Schema):
    """``code`` was sent to the account's phone; ``gives_up`` is what ``GET /me/closing`` said."""

    code: Annotated[str, StringConstraints(pattern=r"^[0-9]{4,8}$")]
    gives_up: GivenUpOut


class ClosingCodeOut(Schema):
    expires_at: datetime


class ClosedOut(Schema):
    is_closed: bool


@router.get("/me/closing", response=ClosingOut, summary="What closing my account would mean")
def closing(request: HttpRequest) -> Any:
    facts = selectors.closing_facts(member_id=identity_of(request).member_id)
    given = facts.gives_up
    return {
        "obstacles": list(facts.obstacles),
        "gives_up": {
            "cash_fen": given.cash_fen,
            "paid_in_fen": given.paid_in_fen,
            "points": given.points,
            "vesting": given.vesting,
        },
    }


@router.post(
    "/me/closing/code", response=ClosingCodeOut, summary="Send a code to my phone, for closing my account"
)
def send_code(request: HttpRequest) -> Any:
    expires_at = request_code(
        phone=phone_of(member_id=identity_of(request).member_id),
        purpose="enter",
        address=str(request.META.get("REMOTE_ADDR", "")),
        language="en" if reader_language(request) == "en" else "zh-hans",
        now=clock.now(),
    )
    return {"expires_at": expires_at}


@router.post("/me/closing", response=ClosedOut, summary="Close my account, for ever")
def close(request: HttpRequest, wanted: ClosingIn) -> Any:
    given = wanted.gives_up
    close_own_account(
        member_id=identity_of(request).member_id,
        code=wanted.code,
        gives_up=GivenUp(
            cash_fen=given.cash_fen, paid_in_fen=given.paid_in_fen, points=given.points, vesting=given.vesting
        ),
        now=clock.now(),
        address=str(request.META.get("REMOTE_ADDR", "")),
    )
    return {"is_closed": True}
