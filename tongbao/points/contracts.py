"""The vocabulary of points (数字积分): pools, settings, refusals. Amounts in 1/10 000 point unless said otherwise."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import ClassVar

from tongbao.kit.errors import DomainError, InvalidInput
from tongbao.tenancy.contracts import TenantSettings

UNITS_PER_POINT = 10_000

# (code, cap in whole points): 150 million, never more. Source: business rules §4.
POOLS: tuple[tuple[str, int], ...] = (
    ("gift_packs", 40_000_000),
    ("regional_agents", 30_000_000),
    ("lottery_winners", 20_000_000),
    ("mining", 30_000_000),
    ("tasks", 10_000_000),
    ("founding_team", 20_000_000),
)
TOTAL_CAP = 150_000_000


@dataclass(frozen=True, kw_only=True)
class PointsSettings(TenantSettings):
    """What a tenant may set about points."""

    key: ClassVar[str] = "points"

    units_per_fen: int = 100
    """Granted for each fen paid for a pack: 100 units is one point for each yuan."""
    reserve_rate_bp: int = 1_000
    """The share of turnover that goes to the reserve."""

    def __post_init__(self) -> None:
        for name, most in (("units_per_fen", 10_000), ("reserve_rate_bp", 10_000)):
            value = getattr(self, name)
            if type(value) is not int or not 0 <= value <= most:
                raise InvalidInput(
                    field=name,
                    why_en=f"it must be a whole number from 0 to {most}",
                    why_zh=f"必须是0到{most}之间的整数",
                )


@dataclass(frozen=True, slots=True, kw_only=True)
class PoolFacts:
    """One pool: its cap, what was granted out of it (pending or minted), and what is left."""

    code: str
    cap: int
    granted: int
    left: int


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


class PoolUnknown(DomainError):
    code = "pool_unknown"
    status = 404
    message_en = "There is no pool {pool}. Known: {known}."
    message_zh = "没有矿池{pool}。可用:{known}。"


class GrantUnknown(DomainError):
    code = "grant_unknown"
    status = 404
    message_en = "No points were granted for {subject}."
    message_zh = "{subject}没有发放积分。"


class GrantExists(DomainError):
    code = "grant_exists"
    status = 409
    message_en = "Points for {subject} were granted before, with other figures. Look up that grant."
    message_zh = "{subject}此前已按其他数额发放积分。请查询该笔发放。"
