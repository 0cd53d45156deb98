"""The vocabulary of rewards: settings, facts, refusals."""

from tongbao.rewards.contracts.facts import (
    AwardFacts,
    AwardState,
    CommissionSummary,
    PlanFacts,
    WithdrawalFacts,
    WithdrawalQuote,
    WithdrawalState,
)
from tongbao.rewards.contracts.refusals import (
    AmountTooSmall,
    DailyLimitReached,
    IdentityNotVerified,
    MemberMayNotWithdraw,
    NothingLeftAfterCosts,
    PlanNotInForce,
    PlanVersionTooEarly,
    SettlementMissing,
    WithdrawalKeyReused,
    WithdrawalNotInState,
    WithdrawalUnknown,
)
from tongbao.rewards.contracts.settings import RewardsSettings

__all__ = [
    "AmountTooSmall",
    "AwardFacts",
    "AwardState",
    "CommissionSummary",
    "DailyLimitReached",
    "IdentityNotVerified",
    "MemberMayNotWithdraw",
    "NothingLeftAfterCosts",
    "PlanFacts",
    "PlanNotInForce",
    "PlanVersionTooEarly",
    "RewardsSettings",
    "SettlementMissing",
    "WithdrawalFacts",
    "WithdrawalKeyReused",
    "WithdrawalNotInState",
    "WithdrawalQuote",
    "WithdrawalState",
    "WithdrawalUnknown",
]
