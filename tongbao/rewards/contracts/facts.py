"""What others learn about awards and withdrawals."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from tongbao.points.contracts import PoolFacts

AwardState = Literal["pending", "released", "voided", "clawed_back"]
WithdrawalState = Literal["requested", "approved", "sending", "paid", "failed", "rejected"]


@dataclass(frozen=True, slots=True, kw_only=True)
class AwardStep:
    """One line of an award's history: what happened, by how much, what it was worth from there."""

    kind: str
    delta_fen: int
    amount_fen: int
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class AwardFacts:
    """One award as it stands. ``amount_fen`` is what it is worth now, ``original_fen`` what was booked first.

    ``region_code`` is where the order went; ``plan`` names the plan's key and version.
    """

    award_id: int
    order_id: int
    order_number: str
    region_code: str
    line_position: int
    beneficiary_id: int
    beneficiary_number: str
    seat: str
    clause: str
    kind: str
    rank: str
    rate_bp: int
    rate_before_bp: int
    base_fen: int
    original_fen: int
    amount_fen: int
    state: AwardState
    settled_at: datetime
    release_at: datetime | None
    plan: str
    sentence_zh: str
    sentence_en: str
    history: tuple[AwardStep, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class CommissionSummary:
    """A member's commission in fen: promised, spendable, held for withdrawals, withdrawn, owed."""

    pending_fen: int
    cash_fen: int
    held_fen: int
    withdrawn_fen: int
    receivable_fen: int


@dataclass(frozen=True, slots=True, kw_only=True)
class WithdrawalQuote:
    """What a withdrawal of ``amount_fen`` costs and pays, shown before asking."""

    amount_fen: int
    fee_fen: int
    tax_fen: int
    payout_fen: int


@dataclass(frozen=True, slots=True, kw_only=True)
class WithdrawalFacts:
    """One withdrawal as it stands. ``taken_back_fen`` is what claw-backs have cut off what was asked for."""

    number: str
    member_id: int
    state: WithdrawalState
    amount_fen: int
    fee_fen: int
    tax_fen: int
    payout_fen: int
    taken_back_fen: int
    recipient_masked: str
    requested_at: datetime
    ended_at: datetime | None
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class VariantGifts:
    """What one piece of a variant gives in points, in 1/10 000 point, as long as the pool has them."""

    sku: str
    points: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ProductGifts:
    """What buying a product gives its buyer (礼包权益). ``rank`` None: no rank; ``pool`` None: no points.

    ``return_days``: so many days after receipt points and awards become final.
    """

    code: str
    plan_key: str
    rank: str | None
    pool: PoolFacts | None
    return_days: int
    variants: tuple[VariantGifts, ...]
