"""The issuance planner (发行推演): what batches of sales and points do to the worth of a point."""

from tongbao.plans.issuance.batches import (
    BatchPlan,
    BatchRow,
    FixedPoints,
    Issue,
    Opening,
    PerYuan,
    PlannedPool,
    PoolRow,
    Seats,
    Standing,
    issuance_table,
    pool_rows,
)
from tongbao.plans.issuance.contracts import (
    BurnedTooMuch,
    IssuanceAboveCap,
    IssuanceAbovePool,
    IssuancePoolUnknown,
    UnknownIssuancePreset,
)
from tongbao.plans.issuance.plan import IssuancePlan
from tongbao.plans.issuance.presets import issuance_preset, issuance_preset_names
from tongbao.plans.issuance.reading import load_issuance

__all__ = [
    "BatchPlan",
    "BatchRow",
    "BurnedTooMuch",
    "FixedPoints",
    "IssuanceAboveCap",
    "IssuanceAbovePool",
    "IssuancePlan",
    "IssuancePoolUnknown",
    "Issue",
    "Opening",
    "PerYuan",
    "PlannedPool",
    "PoolRow",
    "Seats",
    "Standing",
    "UnknownIssuancePreset",
    "issuance_preset",
    "issuance_preset_names",
    "issuance_table",
    "load_issuance",
    "pool_rows",
]
