"""The proof of a plan: its worst case, how it is reached, and what can't be bounded."""

from __future__ import annotations

from tongbao.plans.proving.facts import BaseBound, PoolBound, Proof, Unbounded, Witness
from tongbao.plans.proving.proof import check_publishable, prove, worst_case_fen

__all__ = [
    "BaseBound",
    "PoolBound",
    "Proof",
    "Unbounded",
    "Witness",
    "check_publishable",
    "prove",
    "worst_case_fen",
]
