"""What a tenant may set about points."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar, Final

from tongbao.kit.errors import InvalidInput
from tongbao.money import LARGEST_AMOUNT, WHOLE_BP
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
    "expiry_days": 36_500,
    "expiry_warning_days": 365,
}
"""The largest value of each setting that is a number; the least is 0."""


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
    expiry_days: int = 0
    """Points expire so many days after they were credited, oldest first. 0: never."""
    expiry_warning_days: int = 30
    """How long before that a member is told."""

    def __post_init__(self) -> None:
        for name, most in MOST.items():
            value = getattr(self, name)
            if type(value) is not int or not 0 <= value <= most:
                raise InvalidInput(
                    field=name,
                    why_en=f"it must be a whole number from 0 to {most}",
                    why_zh=f"必须是0到{most}之间的整数",
                )
        for name in ("redemption_is_on", "cards_are_transferable"):
            if type(getattr(self, name)) is not bool:
                raise InvalidInput(field=name, why_en="it must be true or false", why_zh="必须为是或否")
