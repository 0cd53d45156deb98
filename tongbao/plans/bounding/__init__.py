"""The most that walks can pay, exactly: the longest path through everything that their machines can do.

Why this is exact. A machine (``clauses/machine.py``) remembers finitely much, so all that any chain of any length
can make it do is a finite graph: nodes are what is remembered, edges are the seats that differ. No memory ever
comes back except by a seat that changes nothing, so the graph has no cycle but idle ones, and the dearest path is
found by one pass in topological order. Nothing is sampled.

Why one base is enough. Every share is rounded down and gaps telescope, so no base pays a larger part of itself
than the sum of the rates, and a base on which nothing rounds pays exactly that. Only fixed amounts and amounts
that cap a person make small bases differ; ``proving`` then goes through the bases one by one.
"""

from __future__ import annotations

from tongbao.plans.bounding.clauses import (
    applies_to,
    buyer_ranks,
    clause_share,
    exact_base_fen,
    most_of_clause,
)
from tongbao.plans.bounding.exploring import Dearest, PlanTooIntertwined, Weight, course_dearest
from tongbao.plans.bounding.many_bases import Amounts, most_by_base

__all__ = [
    "Amounts",
    "Dearest",
    "PlanTooIntertwined",
    "Weight",
    "applies_to",
    "buyer_ranks",
    "clause_share",
    "course_dearest",
    "exact_base_fen",
    "most_by_base",
    "most_of_clause",
]
