"""The plan language: a distribution plan as data, evaluated, explained and proven. Pure Python.

>>> plan = preset("gift-pack")
>>> chain = Chain(buyer_key=9, sponsors=(SponsorSeat(1, "vip"), SponsorSeat(2, "dealer")), agents=())
>>> [(award.seat, award.clause, award.amount_fen) for award in evaluate(plan=plan, chain=chain, sale=Sale(19_800))]
[('sponsor 1', 'direct', 2376), ('sponsor 1', 'tier', 1980), ('sponsor 2', 'tier', 1980)]
"""

from tongbao.plans.compare import compare_plans
from tongbao.plans.errors import PlanError, PlanInvalid, PlanOverBudget, PresetUnknown
from tongbao.plans.evaluate import evaluate, refund_difference, remainders
from tongbao.plans.explain import describe_clause, explain
from tongbao.plans.facts import AgentSeat, Award, Chain, Remainder, Sale, SponsorSeat
from tongbao.plans.load import load_plan
from tongbao.plans.model import (
    LEVELS,
    Clause,
    DifferentialClause,
    DirectClause,
    PeerClause,
    Plan,
    PromotionRules,
    Rank,
    RecruitRule,
    RegionClause,
    Text,
)
from tongbao.plans.presets import PRESETS, preset, preset_text
from tongbao.plans.promote import rank_by_purchase, rank_by_recruits
from tongbao.plans.prove import ClauseBound, Proof, Witness, check_publishable, prove

__all__ = [
    "LEVELS",
    "PRESETS",
    "AgentSeat",
    "Award",
    "Chain",
    "Clause",
    "ClauseBound",
    "DifferentialClause",
    "DirectClause",
    "PeerClause",
    "Plan",
    "PlanError",
    "PlanInvalid",
    "PlanOverBudget",
    "PresetUnknown",
    "PromotionRules",
    "Proof",
    "Rank",
    "RecruitRule",
    "RegionClause",
    "Remainder",
    "Sale",
    "SponsorSeat",
    "Text",
    "Witness",
    "check_publishable",
    "compare_plans",
    "describe_clause",
    "evaluate",
    "explain",
    "load_plan",
    "preset",
    "preset_text",
    "prove",
    "rank_by_purchase",
    "rank_by_recruits",
    "refund_difference",
    "remainders",
]
