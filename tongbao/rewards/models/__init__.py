"""Plans as published, orders as settled, awards, withdrawals."""

from tongbao.rewards.models.awards import (
    Award,
    AwardChange,
    RefundApplied,
    SettledLine,
    Settlement,
)
from tongbao.rewards.models.closings import AccountClosing
from tongbao.rewards.models.drafts import PlanDraft, PlanDraftText, PlanSignOff
from tongbao.rewards.models.income import IncomeDisclosure, IncomeRow
from tongbao.rewards.models.plans import PlanVersion
from tongbao.rewards.models.purses import MemberAccount
from tongbao.rewards.models.withdrawals import Purse, Withdrawal

__all__ = [
    "AccountClosing",
    "Award",
    "AwardChange",
    "IncomeDisclosure",
    "IncomeRow",
    "MemberAccount",
    "PlanDraft",
    "PlanDraftText",
    "PlanSignOff",
    "PlanVersion",
    "Purse",
    "RefundApplied",
    "SettledLine",
    "Settlement",
    "Withdrawal",
]
