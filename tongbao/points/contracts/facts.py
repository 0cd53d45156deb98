"""Facts about points, as other packages see them. Amounts in 1/10 000 point, cash in fen."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from fractions import Fraction
from typing import Literal


@dataclass(frozen=True, slots=True, kw_only=True)
class PoolFacts:
    """One pool: ``left`` may still be granted; ``pending`` waits for its return window; ``minted`` stands.

    ``vesting`` lies on rights cards; ``retired`` was given up for ever.
    """

    code: str
    title_zh: str
    title_en: str
    cap: int
    left: int
    pending: int
    vesting: int
    minted: int
    retired: int

    @property
    def granted(self) -> int:
        """What has gone out of the pool to members: pending, vesting or minted."""
        return self.cap - self.left - self.retired


@dataclass(frozen=True, slots=True, kw_only=True)
class MemberPoints:
    """A member's points: can be spent, held, waiting, and to be given back out of the next ones.

    ``vesting`` lies on rights cards, ``spent`` was paid for orders whose returns are open.
    """

    available: int
    held: int
    pending: int
    vesting: int
    spent: int
    owed: int


@dataclass(frozen=True, slots=True, kw_only=True)
class GrantFacts:
    """One promise of points: ``granted`` at first, ``amount`` now, ``owed`` of what was taken back.

    ``vests_at``: it can't be spent before.
    """

    subject: str
    pool: str
    member_id: int
    asked: int
    granted: int
    amount: int
    owed: int
    state: str
    granted_at: datetime
    ended_at: datetime | None
    vests_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Supply:
    """The whole economy in integers. ``floor`` and ``ceiling`` are fen for one point, as exact ratios."""

    supply: int
    circulating: int
    pending: int
    vesting: int
    burned: int
    retired: int
    reserve_fen: int
    reserve_pending_fen: int
    floor: Fraction | None
    ceiling: Fraction | None


@dataclass(frozen=True, slots=True, kw_only=True)
class PriceFacts:
    """The price of a day (当日价) as published: ``price`` and ``floor`` are fen for one point, exactly.

    ``pledge_fen`` counts in the default price and never as cash. ``budget_fen`` is what the day may give away above
    the floor, ``given_fen`` what it has.
    """

    on: date
    published_at: datetime
    price: Fraction
    floor: Fraction
    ceiling: Fraction | None
    reserve_fen: int
    pledge_fen: int
    supply: int
    circulating: int
    is_operators: bool
    budget_fen: int
    given_fen: int

    @property
    def budget_left_fen(self) -> int:
        """What may still be given away above the floor on this day."""
        return self.budget_fen - self.given_fen


@dataclass(frozen=True, slots=True, kw_only=True)
class SpendingQuote:
    """What points would pay: ``units`` cover ``amount_fen`` at ``price``, fen for one point, of the day ``on``.

    ``is_floor``: the day's budget doesn't reach for its price, so the floor applies until the next cut-off.
    """

    on: date
    units: int
    amount_fen: int
    goods_fen: int
    price: Fraction
    above_floor_fen: int
    is_floor: bool


RedemptionState = Literal["waiting", "paid", "withdrawn"]


@dataclass(frozen=True, slots=True, kw_only=True)
class RedemptionFacts:
    """One redemption: ``units`` asked for, ``burned_units`` of them paid with ``payout_fen``."""

    number: str
    member_id: int
    on: date
    units: int
    burned_units: int
    payout_fen: int
    fee_bp: int
    state: RedemptionState
    requested_at: datetime
    ended_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class RedemptionTerms:
    """What redeeming would bring now, after ``fee_fen``.

    ``is_queued``: it is carried out at the next cut-off, and perhaps in part.
    """

    units: int
    payout_fen: int
    fee_fen: int
    floor: Fraction
    is_queued: bool


SpendingState = Literal["held", "paid", "burned", "let_go", "returned"]


@dataclass(frozen=True, slots=True, kw_only=True)
class SpendingFacts:
    """Points that pay for an order: ``units`` for ``amount_fen``, of which ``returned_units`` went back."""

    subject: str
    member_id: int
    units: int
    amount_fen: int
    returned_units: int
    returned_fen: int
    refunded_cash_fen: int
    price: Fraction
    state: SpendingState
    placed_at: datetime
    ended_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class CardPartFacts:
    """One part of a rights card's calendar."""

    number: int
    due_on: date
    amount: int
    released_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class CardFacts:
    """A rights card (权益卡): ``total`` points of which ``released`` can be spent, and its calendar."""

    number: str
    pool: str
    pool_title_zh: str
    pool_title_en: str
    total: int
    released: int
    state: str
    begins_on: date
    can_transfer: bool
    calendar: tuple[CardPartFacts, ...]


MarketSide = Literal["ask", "bid"]
MarketState = Literal["waiting", "open", "filled", "cancelled", "expired", "met_itself"]


@dataclass(frozen=True, slots=True, kw_only=True)
class MarketOrderFacts:
    """An order on the market: ``lots`` at ``price_fen`` each, of which ``left`` are not traded."""

    order_id: int
    member_id: int
    side: MarketSide
    lots: int
    left: int
    price_fen: int
    fee_units: int
    state: MarketState
    entered_at: datetime
    expires_at: datetime
    ended_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class MarketTradeFacts:
    """One trade as one of its two members sees it: ``amount_fen`` came in for an ask, or went out for a bid.

    ``fee_units`` left the points of an ask; whoever bought paid none.
    """

    number: int
    order_id: int
    side: MarketSide
    lots: int
    price_fen: int
    amount_fen: int
    fee_units: int
    traded_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class PriceLevel:
    """One price of the order book, and how many lots wait there."""

    price_fen: int
    lots: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Candle:
    """The trades of a stretch of time: prices in fen for a lot, lots traded."""

    begins_at: datetime
    open_fen: int
    high_fen: int
    low_fen: int
    close_fen: int
    lots: int


@dataclass(frozen=True, slots=True, kw_only=True)
class MarketFacts:
    """How the market stands; ``last_price_fen`` for a lot, None before the first trade."""

    is_on: bool
    lot_units: int
    fee_bp: int
    fee_is_burned: bool
    last_price_fen: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class MarketPurse:
    """What a member can offer, and what they have offered."""

    points: int
    points_offered: int
    paid_in_fen: int
    paid_in_offered_fen: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ReserveDay:
    """The reserve at the end of a day: what the books say, what the bank says, and what the bank has more."""

    on: date
    ledger_fen: int
    bank_fen: int

    @property
    def difference_fen(self) -> int:
        """Below zero: the bank has less than the books say."""
        return self.bank_fen - self.ledger_fen


@dataclass(frozen=True, slots=True, kw_only=True)
class Attestation:
    """The reserve against the bank's newest statement, day by day; deposits and the pledge are stated apart."""

    uploaded_at: datetime
    sha256: str
    days: tuple[ReserveDay, ...]
    deposits_fen: int
    pledge_fen: int
