"""The vocabulary of points (数字积分): pools, settings, facts, refusals.

Amounts are in 1/10 000 point unless the name says otherwise. Source: business rules §4.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from fractions import Fraction
from typing import ClassVar, Final

from tongbao.kit.errors import DomainError, InvalidInput, NotFound
from tongbao.money import POINT, WHOLE_BP
from tongbao.tenancy.contracts import TenantSettings

UNITS_PER_POINT: Final = POINT.units

GIFT_PACKS: Final = "gift_packs"
LOTTERY_WINNERS: Final = "lottery_winners"


@dataclass(frozen=True, slots=True, kw_only=True)
class PoolKind:
    """One of the pools that a tenant starts with."""

    code: str
    cap_points: int
    title_zh: str
    title_en: str


# 150 million, never more.
POOLS: Final = (
    PoolKind(code=GIFT_PACKS, cap_points=40_000_000, title_zh="大礼包", title_en="Gift packs"),
    PoolKind(code="regional_agents", cap_points=30_000_000, title_zh="区域代理", title_en="Regional agents"),
    PoolKind(code=LOTTERY_WINNERS, cap_points=20_000_000, title_zh="拼团中奖", title_en="Lottery winners"),
    PoolKind(code="mining", cap_points=30_000_000, title_zh="矿机产出", title_en="Mining"),
    PoolKind(code="tasks", cap_points=10_000_000, title_zh="任务奖励", title_en="Tasks"),
    PoolKind(code="founding_team", cap_points=20_000_000, title_zh="创始团队", title_en="Founding team"),
)
TOTAL_CAP_POINTS: Final = 150_000_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Purchase:
    """What a member paid for packs, in fen, and the order that it was paid for."""

    subject: str
    member_id: int
    paid_fen: int


@dataclass(frozen=True, kw_only=True)
class PointsSettings(TenantSettings):
    """What a tenant may set about points. A change concerns later orders only."""

    key: ClassVar[str] = "points"

    units_per_fen: int = 100
    """Granted for each fen paid for a pack: 100 units is one point for each yuan."""
    reserve_rate_bp: int = 1_000
    """The share of turnover that goes to the reserve."""

    def __post_init__(self) -> None:
        for name, most in (("units_per_fen", 10_000), ("reserve_rate_bp", WHOLE_BP)):
            value = getattr(self, name)
            if type(value) is not int or not 0 <= value <= most:
                raise InvalidInput(
                    field=name,
                    why_en=f"it must be a whole number from 0 to {most}",
                    why_zh=f"必须是0到{most}之间的整数",
                )


@dataclass(frozen=True, slots=True, kw_only=True)
class PoolFacts:
    """One pool: ``left`` may still be granted; ``pending`` waits for its return window; ``minted`` stands."""

    code: str
    title_zh: str
    title_en: str
    cap: int
    left: int
    pending: int
    minted: int

    @property
    def granted(self) -> int:
        """What has gone out of the pool, pending or minted."""
        return self.cap - self.left


@dataclass(frozen=True, slots=True, kw_only=True)
class MemberPoints:
    """A member's points: can be spent, held, waiting, and to be given back out of the next ones."""

    available: int
    held: int
    pending: int
    owed: int


@dataclass(frozen=True, slots=True, kw_only=True)
class GrantFacts:
    """One promise of points: ``granted`` at first, ``amount`` now, ``owed`` of what was taken back."""

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


@dataclass(frozen=True, slots=True, kw_only=True)
class Supply:
    """The whole economy in integers. ``floor`` and ``ceiling`` are fen for one point, as exact ratios."""

    supply: int
    circulating: int
    pending: int
    burned: int
    reserve_fen: int
    reserve_pending_fen: int
    floor: Fraction | None
    ceiling: Fraction | None


class PoolUnknown(NotFound):
    code = "pool_unknown"
    message_en = "There is no pool {pool}. Known: {known}."
    message_zh = "没有积分池{pool}。可用:{known}。"


class GrantExists(DomainError):
    code = "grant_exists"
    status = 409
    message_en = "Points for {subject} were granted before, with other figures. Look up that grant."
    message_zh = "{subject}此前已按其他数额发放积分。请查询该笔发放。"


class PointsAmountInvalid(DomainError):
    code = "points_amount_invalid"
    status = 422
    message_en = "{amount} can't be granted. Give a whole number of 1/10 000 points, not below zero."
    message_zh = "无法发放{amount}。请填写非负整数(单位:万分之一积分)。"
