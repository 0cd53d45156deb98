"""What a member can take home and check with docs/verifier/verify.py, without trusting the mall."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any, Literal

from django.http import HttpRequest
from ninja import Query

from tongbao.kit.api import router as new_router
from tongbao.kit.errors import NotFound
from tongbao.ledger.selectors import liabilities, seals
from tongbao.members.api.auth import MemberAuth, identity_of

router = new_router(tag="me", auth=MemberAuth())
MOST = 2**62
MOST_POSITION = 2**31 - 1


@router.get(
    "/me/liability-proof", response=dict[str, Any], summary="That what I am owed was counted on a day"
)
def liability_proof(
    request: HttpRequest, asset: Literal["CNY", "POINT"] = "CNY", on: date | None = None
) -> Any:
    member_id = identity_of(request).member_id
    return liabilities.liability_proof(owner_kind="member", owner_id=member_id, asset=asset, on=on)


@router.get("/me/transfer-proof", response=dict[str, Any], summary="That a transfer of mine is sealed")
def transfer_proof(
    request: HttpRequest,
    batch: Annotated[int, Query(ge=1, le=MOST)],
    position: Annotated[int, Query(ge=0, le=MOST_POSITION)] = 0,
) -> Any:
    member_id = identity_of(request).member_id
    if not seals.concerned(batch=batch, position=position, owner_kind="member", owner_id=member_id):
        raise NotFound(what="transfer", key=f"{batch}/{position}")
    return seals.transfer_proof(batch=batch, position=position)


@router.get("/me/award-proof", response=dict[str, Any], summary="That an award of mine is sealed")
def award_proof(
    request: HttpRequest,
    batch: Annotated[int, Query(ge=1, le=MOST)],
    position: Annotated[int, Query(ge=0, le=MOST_POSITION)] = 0,
) -> Any:
    member_id = identity_of(request).member_id
    if not seals.award_concerns(batch=batch, position=position, owner_kind="member", owner_id=member_id):
        raise NotFound(what="award", key=f"{batch}/{position}")
    return seals.award_proof(batch=batch, position=position)
