"""A plan over time: the deterministic book of all its clauses, and stories that are read from documents."""

from __future__ import annotations

from tongbao.plans.clauses.kept import Payment, Reckoning
from tongbao.plans.running.contracts import Closing, RunOrder, RunRefused
from tongbao.plans.running.drawing import draw
from tongbao.plans.running.run import RELEASE_DAYS, Run
from tongbao.plans.running.telling import explain_payment

__all__ = [
    "RELEASE_DAYS",
    "Closing",
    "Payment",
    "Reckoning",
    "Run",
    "RunOrder",
    "RunRefused",
    "draw",
    "explain_payment",
]
