"""Withdrawals: what one costs, asking for it, and how mine stand."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Annotated, Any

from django.http import HttpRequest
from ninja import Path, Query, Schema, Status
from pydantic import AfterValidator, Field

from tongbao.kit import clock
from tongbao.kit.api import Said, reader_language
from tongbao.kit.api import router as new_router
from tongbao.kit.errors import Language
from tongbao.kit.ratelimit import check_rate
from tongbao.mall.api.fields import ClientKey, Number, PlainText
from tongbao.members.api.auth import MemberAuth, identity_of
from tongbao.rewards import selectors
from tongbao.rewards.contracts import WithdrawalFacts, WithdrawalState, reason_text, state_title
from tongbao.rewards.services import request_withdrawal

router = new_router(tag="withdrawals", auth=MemberAuth())

REQUESTS_A_MINUTE = 60


def _visible(text: str) -> str:
    said = text.strip()
    if not said or not said.isprintable():
        raise ValueError("it must have visible characters")
    return said


# Strict: 1.0, "1" and true are no amounts.
Amount = Annotated[int, Field(strict=True, ge=1, le=10**12)]
Recipient = Annotated[PlainText, Field(min_length=1, max_length=120), AfterValidator(_visible)]


class WithdrawalQuoteIn(Schema):
    amount_fen: Amount


class WithdrawalQuoteOut(Schema):
    amount_fen: int
    fee_fen: int
    tax_fen: int = Field(description="Withheld by the shop's table.")
    payout_fen: int = Field(description="What arrives.")


class WithdrawalIn(WithdrawalQuoteIn):
    """``client_key`` is new for each withdrawal: sending the same again asks for no second one."""

    recipient: Recipient
    client_key: ClientKey


class WithdrawalOut(Schema):
    number: str
    state: WithdrawalState
    state_title: Said
    amount_fen: int
    fee_fen: int
    tax_fen: int
    payout_fen: int
    taken_back_fen: int = Field(description="Cut off by a refund before it was paid.")
    recipient_masked: str
    requested_at: datetime
    ended_at: datetime | None
    reason: str


class WithdrawalsQuery(Schema):
    before: Annotated[str, Field(pattern=r"^[0-9A-Za-z._-]{0,64}$")] = ""
    limit: Annotated[int, Field(ge=1, le=100)] = 50


@router.post("/me/withdrawals/quote", response=WithdrawalQuoteOut, summary="What a withdrawal would cost")
def quote(request: HttpRequest, wanted: WithdrawalQuoteIn) -> Any:
    return selectors.quote(amount_fen=wanted.amount_fen)


@router.post(
    "/me/withdrawals", response={201: WithdrawalOut, 200: WithdrawalOut}, summary="Ask for a withdrawal"
)
def ask(request: HttpRequest, wanted: WithdrawalIn) -> Any:
    """201 for a new withdrawal, 200 for the one that this ``client_key`` asked for before."""
    now, member_id = clock.now(), identity_of(request).member_id
    check_rate(
        what="withdrawal",
        key=str(member_id),
        limit=REQUESTS_A_MINUTE,
        window=timedelta(minutes=1),
        now=now,
    )
    number = request_withdrawal(
        member_id=member_id,
        amount_fen=wanted.amount_fen,
        recipient=wanted.recipient,
        client_key=wanted.client_key,
        now=now,
    )
    facts = selectors.withdrawal(number=number, member_id=member_id)
    return Status(201 if facts.requested_at == now else 200, _withdrawal(facts, reader_language(request)))


@router.get("/me/withdrawals", response=list[WithdrawalOut], summary="My withdrawals, newest first")
def mine(request: HttpRequest, query: Query[WithdrawalsQuery]) -> Any:
    """``before`` is the number of the last one of the page before."""
    language = reader_language(request)
    found = selectors.withdrawals_of(
        member_id=identity_of(request).member_id, before=query.before, limit=query.limit
    )
    return [_withdrawal(facts, language) for facts in found]


@router.get("/me/withdrawals/{number}", response=WithdrawalOut, summary="One of my withdrawals")
def detail(request: HttpRequest, number: Path[Number]) -> Any:
    facts = selectors.withdrawal(number=number, member_id=identity_of(request).member_id)
    return _withdrawal(facts, reader_language(request))


def _withdrawal(facts: WithdrawalFacts, language: Language) -> dict[str, Any]:
    return {
        "number": facts.number,
        "state": facts.state,
        "state_title": state_title(facts.state, language=language),
        "amount_fen": facts.amount_fen,
        "fee_fen": facts.fee_fen,
        "tax_fen": facts.tax_fen,
        "payout_fen": facts.payout_fen,
        "taken_back_fen": facts.taken_back_fen,
        "recipient_masked": facts.recipient_masked,
        "requested_at": facts.requested_at,
        "ended_at": facts.ended_at,
        "reason": reason_text(facts.reason, language=language),
    }
