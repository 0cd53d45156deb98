"""What a tenant may set about rewards and withdrawals."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any, ClassVar

from tongbao.kit.errors import InvalidInput
from tongbao.plans import PlanInvalid
from tongbao.plans.lint import JURISDICTIONS, Practice, load_practice
from tongbao.tenancy.contracts import TenantSettings

WHOLE_BP = 10_000
LARGEST_FEN = 10**13


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
    jurisdiction: str = "CN"
    """Where the mall does business: plans are looked at with the law of this place before they are published."""
    practice: str = ""
    """How the mall works besides its plans, as the lint reads it (``docs/lint.md``); empty: a plain mall."""

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
        if not _are_steps(self.tax_brackets):
            raise InvalidInput(
                field="tax_brackets",
                why_en="it lists (from fen, rate in bp) in whole numbers with rising steps",
                why_zh="应为递增的(起征金额,税率)整数列表",
            )
        if not isinstance(self.payout_gateway, str):
            raise InvalidInput(
                field="payout_gateway", why_en="it must be the code of a gateway", why_zh="必须是支付渠道代码"
            )
        if self.jurisdiction not in JURISDICTIONS:
            known = ", ".join(JURISDICTIONS)
            raise InvalidInput(field="jurisdiction", why_en=f"use one of {known}", why_zh=f"可选:{known}")
        if not isinstance(self.practice, str):
            raise InvalidInput(field="practice", why_en="it must be a document", why_zh="必须是文档")
        self.practised()

    def practised(self) -> Practice:
        """The practice that the lint looks at; the days until release are those of this mall. Raises InvalidInput."""
        try:
            stated = load_practice(self.practice) if self.practice else Practice()
        except PlanInvalid as error:
            raise InvalidInput(
                field="practice", why_en=error.message("en"), why_zh=error.message("zh")
            ) from error
        return replace(stated, release_days=self.release_days)


def _are_steps(brackets: Any) -> bool:
    """Whether these are pairs of whole numbers, each step above the one before."""
    if not isinstance(brackets, list | tuple):
        return False
    before_fen = -1
    for step in brackets:
        if not isinstance(step, list | tuple) or [type(part) for part in step] != [int, int]:
            return False
        from_fen, rate_bp = step
        if not before_fen < from_fen <= LARGEST_FEN or not 0 <= rate_bp <= WHOLE_BP:
            return False
        before_fen = from_fen
    return True
