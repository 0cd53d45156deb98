"""Walks out of a document: the general form by its primitives, and the short forms of frequent ones."""

from __future__ import annotations

from tongbao.plans.clauses.reading.general import read_walk
from tongbao.plans.clauses.reading.rates import RATE_FORMS, RATE_KEYS
from tongbao.plans.clauses.reading.selecting import PAIRS, SELECT_KEYS
from tongbao.plans.clauses.reading.short import SHORT_FORMS, read_short

__all__ = ["PAIRS", "RATE_FORMS", "RATE_KEYS", "SELECT_KEYS", "SHORT_FORMS", "read_short", "read_walk"]
