"""What a member can take home and check with docs/verifier/verify.py, without trusting the mall."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Any, Literal

from django.http import HttpRequest
from ninja import Query, Schema

from tongbao.kit.api import router as new_router
from tongbao.kit.errors import NotFound
from tongbao.ledger import selectors
from tongbao.ledger.contracts import CASH, POINT, member_account
from tongbao.ledger.selectors import liabilities, seals
from tongbao.members.api.auth import MemberAuth, identity_of

router = new_router(tag="me", auth=MemberAuth())
LINES_AT_ONCE = 100
MOST = 2**62
MOST_POSITION = 2**31 - 1


class StatementLineOut(Schema):
    batch: int
    position: int
    booked_at: datetime
    amount: int
    balance_after: int
    kind: str
    subject: str


@router.get("/me/statement", response=list[StatementLineOut], summary="My account, transfer by transfer")
def statement(
    request: HttpRequest,
    account: Literal["cash", "paid_in", "pending", "receivable", "points", "points_pending"] = "cash",
    after_batch: Annotated[int, Query(ge=0, le=MOST)] = 0,
    after_position: Annotated[int, Query(ge=-1, le=MOST_POSITION)] = -1,
) -> Any:
    owner = member_account(identity_of(request).member_id, account)
    asset = POINT if account.startswith("points") else CASH
    after = (after_batch, after_position)
    return list(selectors.statement(account=owner, asset=asset, after=after, limit=LINES_AT_ONCE))


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
