"""Distribution plans as data: one language, one evaluator, one proof. Pure: no Django, no clock."""

from __future__ import annotations

from tongbao.plans.bounding import PlanTooIntertwined, most_of_clause
from tongbao.plans.clauses import Clause, Walk
from tongbao.plans.comparing import PlanDifference, compare_plans, promotion_sentences
from tongbao.plans.contracts import (
    REGION_LEVELS,
    AgentSeat,
    Award,
    Chain,
    ChainInvalid,
    MemberKey,
    PlanInvalid,
    PlanOverBudget,
    PlanUnbounded,
    Problem,
    PromotionRules,
    RankName,
    RecruitRule,
    Remainder,
    Sale,
    SponsorSeat,
    UnknownPreset,
    UnknownRank,
    VolumeRule,
)
from tongbao.plans.evaluating import (
    AwardDifference,
    RefundDifference,
    RemainderDifference,
    evaluate,
    explain,
    refund_difference,
    remainders,
)
from tongbao.plans.language.loading import load_plan
from tongbao.plans.plan import Plan
from tongbao.plans.presets import preset, preset_names, preset_text
from tongbao.plans.promoting import rank_by_recruits
from tongbao.plans.proof_words import proof_sentences
from tongbao.plans.proving import (
    PoolBound,
    Proof,
    Unbounded,
    Witness,
    check_publishable,
    prove,
    worst_case_fen,
)

__all__ = [
    "REGION_LEVELS",
    "AgentSeat",
    "Award",
    "AwardDifference",
    "Chain",
    "ChainInvalid",
    "Clause",
    "MemberKey",
    "Plan",
    "PlanDifference",
    "PlanInvalid",
    "PlanOverBudget",
    "PlanTooIntertwined",
    "PlanUnbounded",
    "PoolBound",
    "Problem",
    "PromotionRules",
    "Proof",
    "RankName",
    "RecruitRule",
    "RefundDifference",
    "Remainder",
    "RemainderDifference",
    "Sale",
    "SponsorSeat",
    "Unbounded",
    "UnknownPreset",
    "UnknownRank",
    "VolumeRule",
    "Walk",
    "Witness",
    "check_publishable",
    "compare_plans",
    "evaluate",
    "explain",
    "load_plan",
    "most_of_clause",
    "preset",
    "preset_names",
    "preset_text",
    "promotion_sentences",
    "proof_sentences",
    "prove",
    "rank_by_recruits",
    "refund_difference",
    "remainders",
    "worst_case_fen",
]
