"""The API of rewards: my awards with their reasons, my commission, withdrawals, and the plans in force."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any

from django.http import HttpRequest
from ninja import Path, Query, Schema, Status
from pydantic import AfterValidator, Field, StringConstraints

from tongbao.kit import clock
from tongbao.kit.api import reader_language
from tongbao.kit.api import router as new_router
from tongbao.kit.errors import Language
from tongbao.members.api.auth import MemberAuth, identity_of
from tongbao.rewards import selectors, services
from tongbao.rewards.contracts import AwardFacts, AwardState, PlanFacts, WithdrawalState

router = new_router(tag="rewards")

LARGEST_FEN = 10**13
LARGEST_ID = 2**63 - 1


def _printable(text: str) -> str:
    if not text.isprintable():
        raise ValueError("it contains characters that can't be shown")
    return text


# Strict: 1.0, "1" and true are not whole numbers here.
Fen = Annotated[int, Field(strict=True, ge=1, le=LARGEST_FEN)]
Id = Annotated[int, Field(ge=1, le=LARGEST_ID)]
PageSize = Annotated[int, Field(ge=1, le=100)]
ClientKey = Annotated[str, StringConstraints(pattern=r"^[0-9A-Za-z._:-]{1,80}$")]
Number = Annotated[str, StringConstraints(pattern=r"^[0-9A-Za-z._-]{1,64}$")]
Recipient = Annotated[
    str, StringConstraints(strip_whitespace=True, min_length=1, max_length=100), AfterValidator(_printable)
]


class AwardStepOut(Schema):
    kind: str
    delta_fen: int
    amount_fen: int
    at: datetime


class AwardOut(Schema):
    """``amount_fen`` is what it is worth now; ``sentence`` says why. ``award_id`` is the cursor."""

    award_id: int
    order_number: str
    line_position: int
    clause: str
    kind: str
    seat: str
    rank: str
    rate_bp: int = Field(description="What was paid: the gap, where the clause pays gaps.")
    rate_before_bp: int
    base_fen: int
    original_fen: int
    amount_fen: int
    state: AwardState
    settled_at: datetime
    release_at: datetime | None
    plan: str
    sentence: str
    history: list[AwardStepOut]


class AwardFilter(Schema):
    state: AwardState | None = None
    before: Id | None = None
    limit: PageSize = 20


class CommissionOut(Schema):
    pending_fen: int = Field(description="Promised; released when the return window has closed.")
    cash_fen: int = Field(description="Can be withdrawn.")
    held_fen: int = Field(description="Set aside for withdrawals under way.")
    withdrawn_fen: int
    receivable_fen: int = Field(description="Owed after a return; the next awards repay it first.")


class AmountIn(Schema):
    amount_fen: Fen = Field(examples=[4000])


class WithdrawalIn(AmountIn):
    """``client_key`` is new for each withdrawal: sending the same again asks for no second one."""

    recipient: Recipient = Field(examples=["wx-wangwei"])
    client_key: ClientKey


class QuoteOut(Schema):
    amount_fen: int
    fee_fen: int
    tax_fen: int
    payout_fen: int


class WithdrawalOut(QuoteOut):
    number: str
    state: WithdrawalState
    taken_back_fen: int
    recipient_masked: str
    requested_at: datetime
    ended_at: datetime | None
    reason: str


class WithdrawalPage(Schema):
    limit: PageSize = 20


class PlanOut(Schema):
    """``worst_case_bp`` is proven: no order ever pays more."""

    key: str
    version: int
    title: str
    sentences: list[str]
    effective_from: datetime
    worst_case_bp: int
    budget_bp: int
    sha256: str
    document: str


@router.get("/plans", response=list[PlanOut], summary="The plans in force, with what they pay at most")
def plans(request: HttpRequest) -> Any:
    language = reader_language(request)
    return [_plan(facts, language) for facts in selectors.plans_in_force(at=clock.now())]


@router.get("/me/commission", response=CommissionOut, auth=MemberAuth(), summary="My commission")
def commission(request: HttpRequest) -> Any:
    return selectors.commission_of(member_id=identity_of(request).member_id)


@router.get(
    "/me/awards", response=list[AwardOut], auth=MemberAuth(), summary="My awards and why, newest first"
)
def awards(request: HttpRequest, wanted: Query[AwardFilter]) -> Any:
    language = reader_language(request)
    found = selectors.awards_of_member(
        member_id=identity_of(request).member_id,
        state=wanted.state,
        before_id=wanted.before,
        limit=wanted.limit,
    )
    return [_award(facts, language) for facts in found]


@router.post(
    "/withdrawals/quote", response=QuoteOut, auth=MemberAuth(), summary="What a withdrawal costs and pays"
)
def quote(request: HttpRequest, wish: AmountIn) -> Any:
    return selectors.quote(amount_fen=wish.amount_fen)


@router.post("/withdrawals", response={201: WithdrawalOut}, auth=MemberAuth(), summary="Withdraw commission")
def withdraw(request: HttpRequest, wish: WithdrawalIn) -> Any:
    """The money is set aside at once; the shop decides, then the payment company pays."""
    member_id = identity_of(request).member_id
    number = services.request_withdrawal(
        member_id=member_id,
        amount_fen=wish.amount_fen,
        recipient=wish.recipient,
        client_key=wish.client_key,
        now=clock.now(),
    )
    return Status(201, selectors.withdrawal(number=number, member_id=member_id))


@router.get(
    "/withdrawals", response=list[WithdrawalOut], auth=MemberAuth(), summary="My withdrawals, newest first"
)
def withdrawals(request: HttpRequest, wanted: Query[WithdrawalPage]) -> Any:
    return list(selectors.withdrawals_of(member_id=identity_of(request).member_id, limit=wanted.limit))


@router.get(
    "/withdrawals/{number}", response=WithdrawalOut, auth=MemberAuth(), summary="One of my withdrawals"
)
def withdrawal(request: HttpRequest, number: Path[Number]) -> Any:
    return selectors.withdrawal(number=number, member_id=identity_of(request).member_id)


def _award(facts: AwardFacts, language: Language) -> dict[str, Any]:
    said = {
        name: getattr(facts, name) for name in AwardOut.model_fields if name not in ("sentence", "history")
    }
    sentence = facts.sentence_zh if language == "zh" else facts.sentence_en
    return said | {"sentence": sentence, "history": list(facts.history)}


def _plan(facts: PlanFacts, language: Language) -> dict[str, Any]:
    is_zh = language == "zh"
    return {
        "key": facts.key,
        "version": facts.version,
        "title": facts.title_zh if is_zh else facts.title_en,
        "sentences": list(facts.sentences_zh if is_zh else facts.sentences_en),
        "effective_from": facts.effective_from,
        "worst_case_bp": facts.worst_case_bp,
        "budget_bp": facts.budget_bp,
        "sha256": facts.sha256,
        "document": facts.document,
    }
