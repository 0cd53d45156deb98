"""The vocabulary of rewards: settings, facts, refusals."""

from tongbao.rewards.contracts.facts import (
    AwardFacts,
    AwardState,
    AwardStep,
    CommissionSummary,
    PlanFacts,
    WithdrawalFacts,
    WithdrawalQuote,
    WithdrawalState,
)
from tongbao.rewards.contracts.refusals import (
    AdjustmentNotValid,
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
from tongbao.rewards.contracts.words import reason_text, state_title, transfer_title

__all__ = [
    "AdjustmentNotValid",
    "AmountTooSmall",
    "AwardFacts",
    "AwardState",
    "AwardStep",
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
    "reason_text",
    "state_title",
    "transfer_title",
]
