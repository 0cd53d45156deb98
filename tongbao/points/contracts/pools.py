"""The pools that a tenant starts with, and what a grant is asked for."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from tongbao.money import POINT

UNITS_PER_POINT: Final = POINT.units

GIFT_PACKS: Final = "gift_packs"
LOTTERY_WINNERS: Final = "lottery_winners"
TASKS: Final = "tasks"
FOUNDING_TEAM: Final = "founding_team"


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
    PoolKind(code=TASKS, cap_points=10_000_000, title_zh="任务奖励", title_en="Tasks"),
    PoolKind(code=FOUNDING_TEAM, cap_points=20_000_000, title_zh="创始团队", title_en="Founding team"),
)
TOTAL_CAP_POINTS: Final = 150_000_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Purchase:
    """What a member paid for packs, in fen, and the order that it was paid for."""

    subject: str
    member_id: int
    paid_fen: int
