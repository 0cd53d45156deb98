"""What a tenant may set about points."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar, Final

from tongbao.kit.errors import InvalidInput
from tongbao.money import LARGEST_AMOUNT, WHOLE_BP
from tongbao.points.contracts.pools import FOUNDING_TEAM, TASKS
from tongbao.tenancy.contracts import TenantSettings

MOST: Final = {
    "units_per_fen": 10_000,
    "reserve_rate_bp": WHOLE_BP,
    "cut_off_minutes": 24 * 60 - 1,
    "daily_budget_fen": LARGEST_AMOUNT,
    "spending_share_bp": WHOLE_BP,
    "reserve_share_bp": WHOLE_BP,
    "redemption_fee_bp": WHOLE_BP,
    "redemption_daily_fen": LARGEST_AMOUNT,
    "redemption_member_daily_units": LARGEST_AMOUNT,
    "market_lot_units": 10**10,
    "market_fee_bp": 9_000,
    "market_daily_lots": 10**9,
    "market_jump_bp": 1_000_000,
    "market_order_days": 365,
    "tasks_vesting_days": 3_650,
    "founding_vesting_days": 3_650,
    "expiry_days": 36_500,
    "expiry_warning_days": 365,
}
"""The largest value of each setting that is a number."""
LEAST: Final = {"market_lot_units": 1, "market_order_days": 1}
"""The least of those where it isn't 0."""


@dataclass(frozen=True, kw_only=True)
class PointsSettings(TenantSettings):
    """What a tenant may set about points. A change concerns later orders only."""

    key: ClassVar[str] = "points"

    units_per_fen: int = 100
    """Granted for each fen paid for a pack: 100 units is one point for each yuan."""
    reserve_rate_bp: int = 1_000
    """The share of turnover that goes to the reserve."""

    cut_off_minutes: int = 0
    """When a day of prices begins, in minutes after midnight in Asia/Shanghai."""
    daily_budget_fen: int = 1_000_000
    """What may be given away in a day by prices above the floor, counted in fen above the floor."""
    spending_share_bp: int = WHOLE_BP
    """How much of the goods of an order may be paid with points; freight never."""
    reserve_share_bp: int = 0
    """What the reserve pays of the floor value of points that were spent and are burned. 0: every purchase lifts it."""
    redemption_is_on: bool = False
    """Whether members may redeem points for cash at the floor."""
    redemption_fee_bp: int = 0
    """What stays in the reserve of a redemption's floor value."""
    redemption_daily_fen: int = 0
    """What redemptions of a day are paid, shared out at the cut-off where more is asked for. 0: no limit, at once."""
    redemption_member_daily_units: int = 0
    """What a member may redeem in a day. 0: no limit."""
    cards_are_transferable: bool = False
    """Whether a rights card may be given to another member, once."""
    market_is_on: bool = False
    """Whether members may offer points to each other for money."""
    market_lot_units: int = 10_000
    """Points are traded in whole lots of so many units; a price is whole fen for one lot. Not changed once traded."""
    market_fee_bp: int = 1_000
    """What leaves the points of an ask before they are offered."""
    market_burns_fee: bool = True
    """Whether that fee is burned; otherwise the platform keeps it."""
    market_daily_lots: int = 0
    """What a member may ask for, and what they may bid for, in a day. 0: no limit."""
    market_jump_bp: int = 2_000
    """How far from the last price an order may be. 0: as far as it likes."""
    market_order_days: int = 7
    """How long an order waits before it ends by itself."""
    tasks_vesting_days: int = 30
    """Points out of the pool of tasks can be spent and redeemed so many days after they were earned. 0: at once."""
    founding_vesting_days: int = 365
    """The same of the founding team's pool; a rights card vests by its own calendar."""
    expiry_days: int = 0
    """Points expire so many days after they were credited, oldest first. 0: never."""
    expiry_warning_days: int = 30
    """How long before that a member is told."""

    def vesting_days(self, *, pool: str) -> int:
        """How long points of a pool vest (归属期) before they can be spent or redeemed.

        >>> PointsSettings().vesting_days(pool="tasks"), PointsSettings().vesting_days(pool="gift_packs")
        (30, 0)
        """
        return {TASKS: self.tasks_vesting_days, FOUNDING_TEAM: self.founding_vesting_days}.get(pool, 0)

    def __post_init__(self) -> None:
        for name, most in MOST.items():
            value = getattr(self, name)
            least = LEAST.get(name, 0)
            if type(value) is not int or not least <= value <= most:
                raise InvalidInput(
                    field=name,
                    why_en=f"it must be a whole number from {least} to {most}",
                    why_zh=f"必须是{least}到{most}之间的整数",
                )
        for name in ("redemption_is_on", "cards_are_transferable", "market_is_on", "market_burns_fee"):
            if type(getattr(self, name)) is not bool:
                raise InvalidInput(field=name, why_en="it must be true or false", why_zh="必须为是或否")
