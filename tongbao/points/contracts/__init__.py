"""The vocabulary of points (数字积分): pools, settings, facts, refusals.

Amounts are in 1/10 000 point unless the name says otherwise. Source: business rules §4.
"""

from __future__ import annotations

from tongbao.points.contracts.facts import (
    GrantFacts,
    MemberPoints,
    PoolFacts,
    PriceFacts,
    RedemptionFacts,
    RedemptionState,
    RedemptionTerms,
    SpendingFacts,
    SpendingQuote,
    SpendingState,
    Supply,
)
from tongbao.points.contracts.pools import (
    GIFT_PACKS,
    LOTTERY_WINNERS,
    POOLS,
    TOTAL_CAP_POINTS,
    UNITS_PER_POINT,
    PoolKind,
    Purchase,
)
from tongbao.points.contracts.refusals import (
    CardNotTransferable,
    CardUnknown,
    GrantExists,
    NoPriceYet,
    PointsAmountInvalid,
    PointsPriceChanged,
    PointsShort,
    PoolUnknown,
    PriceBelowFloor,
    PriceInvalid,
    RedemptionOff,
    RedemptionTooLarge,
    RedemptionTooSmall,
    RedemptionUnknown,
    RequestDiffers,
    RetirementTooLarge,
    ScheduleBeyondPool,
    ScheduleInvalid,
    SpendingTooLarge,
)
from tongbao.points.contracts.settings import (
    PointsSettings,
)

__all__ = [
    "GIFT_PACKS",
    "LOTTERY_WINNERS",
    "POOLS",
    "TOTAL_CAP_POINTS",
    "UNITS_PER_POINT",
    "CardNotTransferable",
    "CardUnknown",
    "GrantExists",
    "GrantFacts",
    "MemberPoints",
    "NoPriceYet",
    "PointsAmountInvalid",
    "PointsPriceChanged",
    "PointsSettings",
    "PointsShort",
    "PoolFacts",
    "PoolKind",
    "PoolUnknown",
    "PriceBelowFloor",
    "PriceFacts",
    "PriceInvalid",
    "Purchase",
    "RedemptionFacts",
    "RedemptionOff",
    "RedemptionState",
    "RedemptionTerms",
    "RedemptionTooLarge",
    "RedemptionTooSmall",
    "RedemptionUnknown",
    "RequestDiffers",
    "RetirementTooLarge",
    "ScheduleBeyondPool",
    "ScheduleInvalid",
    "SpendingFacts",
    "SpendingQuote",
    "SpendingState",
    "SpendingTooLarge",
    "Supply",
]
