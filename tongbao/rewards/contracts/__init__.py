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
    OpeningBalanceKnown,
    PlanNotInForce,
    PlanVersionTooEarly,
    PoolTooSmall,
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
    "OpeningBalanceKnown",
    "PlanFacts",
    "PlanNotInForce",
    "PlanVersionTooEarly",
    "PoolTooSmall",
    "RewardsSettings",
    "SettlementMissing",
    "WithdrawalFacts",
    "WithdrawalKeyReused",
    "WithdrawalNotInState",
    "WithdrawalQuote",
    "WithdrawalState",
    "WithdrawalUnknown",
]
