"""My awards, each with its reason; my commission; my statement with a running balance."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any, Literal

from django.http import HttpRequest
from ninja import Query, Schema
from pydantic import Field, StringConstraints

from tongbao.kit.api import Said, reader_language
from tongbao.kit.api import router as new_router
from tongbao.mall.api.fields import Id
from tongbao.members.api.auth import MemberAuth, identity_of
from tongbao.rewards import selectors
from tongbao.rewards.contracts import AwardState, state_title, transfer_title

router = new_router(tag="commission", auth=MemberAuth())

Cursor = Annotated[str, StringConstraints(pattern=r"^([1-9][0-9]{0,17}\.[0-9]{1,9})?$")]
PageSize = Annotated[int, Field(ge=1, le=200)]


class AwardOut(Schema):
    award_id: int
    order_number: str
    clause: str
    kind: str
    rank: str
    rate_bp: int
    amount_fen: int = Field(description="What it is worth now, after refunds.")
    original_fen: int
    state: AwardState
    state_title: Said
    why: Said = Field(description="One sentence: plan version, clause, rank and arithmetic.")
    region_code: str
    settled_at: datetime
    release_at: datetime | None


class AwardsOut(Schema):
    awards: list[AwardOut]
    next_before: int | None = Field(description="Send it as `before` for what follows; null at the end.")


class AwardsQuery(Schema):
    state: AwardState | None = None
    before: Id | None = None
    limit: PageSize = 50


class CommissionOut(Schema):
    pending_fen: int = Field(description="Waits until the return windows close.")
    cash_fen: int = Field(description="Can be withdrawn.")
    held_fen: int = Field(description="Held for withdrawals under way.")
    withdrawn_fen: int
    receivable_fen: int = Field(description="Owed after refunds; the next awards repay it first.")


class StatementQuery(Schema):
    account: Literal["cash", "pending", "receivable"] = "cash"
    cursor: Cursor = ""
    limit: PageSize = 50


class CommissionLineOut(Schema):
    booked_at: datetime
    amount_fen: int
    balance_after_fen: int
    kind: str
    title: Said
    subject: str


class CommissionStatementOut(Schema):
    lines: list[CommissionLineOut]
    next_cursor: str = Field(description="Send it as `cursor` for what follows; empty at the end.")


@router.get("/me/awards", response=AwardsOut, summary="My awards and why, newest first")
def my_awards(request: HttpRequest, query: Query[AwardsQuery]) -> Any:
    language = reader_language(request)
    found = selectors.awards_of_member(
        member_id=identity_of(request).member_id,
        state=query.state,
        before_id=query.before,
        limit=query.limit + 1,
    )
    shown = found[: query.limit]
    return {
        "awards": [
            {
                "award_id": award.award_id,
                "order_number": award.order_number,
                "clause": award.clause,
                "kind": award.kind,
                "rank": award.rank,
                "rate_bp": award.rate_bp,
                "amount_fen": award.amount_fen,
                "original_fen": award.original_fen,
                "state": award.state,
                "state_title": state_title(award.state, language=language),
                "why": award.sentence_zh if language == "zh" else award.sentence_en,
                "region_code": award.region_code,
                "settled_at": award.settled_at,
                "release_at": award.release_at,
            }
            for award in shown
        ],
        "next_before": shown[-1].award_id if len(found) > query.limit else None,
    }


@router.get("/me/commission", response=CommissionOut, summary="My commission in figures")
def my_commission(request: HttpRequest) -> Any:
    return selectors.commission_of(member_id=identity_of(request).member_id)


@router.get(
    "/me/commission/statement",
    response=CommissionStatementOut,
    summary="My money, line by line, oldest first",
)
def my_statement(request: HttpRequest, query: Query[StatementQuery]) -> Any:
    language = reader_language(request)
    after = (0, -1)
    if query.cursor:
        batch, _, position = query.cursor.partition(".")
        after = (int(batch), int(position))
    member_id = identity_of(request).member_id
    lines = selectors.money_statement(
        member_id=member_id, account=query.account, after=after, limit=query.limit + 1
    )
    shown = lines[: query.limit]
    return {
        "lines": [
            {
                "booked_at": line.booked_at,
                "amount_fen": line.amount,
                "balance_after_fen": line.balance_after,
                "kind": line.kind,
                "title": transfer_title(line.kind, language=language),
                "subject": line.subject,
            }
            for line in shown
        ],
        "next_cursor": f"{shown[-1].batch}.{shown[-1].position}" if len(lines) > query.limit else "",
    }
