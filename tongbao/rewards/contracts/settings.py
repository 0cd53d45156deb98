"""What a tenant may set about rewards and withdrawals."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import ClassVar

from tongbao.kit.errors import InvalidInput
from tongbao.tenancy.contracts import TenantSettings

WHOLE_BP = 10_000


@dataclass(frozen=True, kw_only=True)
class RewardsSettings(TenantSettings):
    """Release, promotion and withdrawal, as a tenant sets them."""

    key: ClassVar[str] = "rewards"

    release_days: int = 8
    """Awards are released so many days after receipt: the return window plus one."""
    promotion_cash_bp: int = WHOLE_BP
    """A pack promotes if at least this share of its price was paid in cash."""
    withdrawal_least_fen: int = 10_00
    withdrawal_fee_fen: int = 0
    withdrawal_fee_bp: int = 0
    withdrawal_daily_limit_fen: int = 50_000_00
    tax_brackets: tuple[tuple[int, int], ...] = ()
    """(from fen, rate in bp), rising: the part of a withdrawal above each step is taxed at its rate."""
    payout_gateway: str = ""
    """Code of the gateway that pays withdrawals; empty means the first that is installed."""

    def __post_init__(self) -> None:
        bounds = {
            "release_days": (0, 365),
            "promotion_cash_bp": (0, WHOLE_BP),
            "withdrawal_least_fen": (1, 10**12),
            "withdrawal_fee_fen": (0, 10**9),
            "withdrawal_fee_bp": (0, WHOLE_BP),
            "withdrawal_daily_limit_fen": (1, 10**13),
        }
        for name, (low, high) in bounds.items():
            value = getattr(self, name)
            if type(value) is not int or not low <= value <= high:
                raise InvalidInput(
                    field=name,
                    why_en=f"it must be a whole number from {low} to {high}",
                    why_zh=f"必须是{low}到{high}之间的整数",
                )
        steps = [tuple(step) for step in self.tax_brackets]
        rising = all(low[0] < high[0] for low, high in pairwise(steps))
        if not rising or any(len(step) != 2 or not 0 <= step[1] <= WHOLE_BP for step in steps):
            raise InvalidInput(
                field="tax_brackets",
                why_en="it lists (from fen, rate in bp) with rising steps",
                why_zh="应为递增的(起征金额,税率)列表",
            )
