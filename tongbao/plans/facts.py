"""What an evaluation is told, and what it answers."""

from __future__ import annotations

from dataclasses import dataclass

from tongbao.plans.model import Level

MemberKey = int | str


@dataclass(frozen=True, slots=True)
class Sale:
    """One line of an order: what the customer paid in real money, in fen, without freight."""

    base_fen: int

    def __post_init__(self) -> None:
        if self.base_fen < 0:
            raise ValueError("a sale has a base of 0 or more")


@dataclass(frozen=True, slots=True)
class SponsorSeat:
    """A sponsor of the buyer, with the rank they had before the order."""

    member_key: MemberKey
    rank: str
    active: bool = True


@dataclass(frozen=True, slots=True)
class AgentSeat:
    """The regional agent of the delivery address at one level."""

    member_key: MemberKey
    level: Level
    active: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Chain:
    """The people around a buyer: sponsors nearest first, agents in any order."""

    buyer_key: MemberKey
    sponsors: tuple[SponsorSeat, ...] = ()
    agents: tuple[AgentSeat, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Award:
    """One payment of one clause to one person, with its arithmetic.

    ``rate_bp`` is the gap that was paid: from ``rate_before_bp`` up to their sum. ``rank`` is the rank (or the
    region level) that earned it. ``amount_fen`` telescopes: floor(base × upper) − floor(base × before).
    """

    beneficiary: MemberKey
    seat: str
    clause: str
    kind: str
    rank: str
    rate_bp: int
    rate_before_bp: int
    base_fen: int
    amount_fen: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Remainder:
    """What nobody earned of one clause: it stays with the platform."""

    clause: str
    kind: str
    amount_fen: int
