"""Walks out of a document: the general form by its primitives, and the short forms of frequent ones."""

from __future__ import annotations

from tongbao.plans.clauses.reading.general import read_walk
from tongbao.plans.clauses.reading.short import SHORT_FORMS, read_short

__all__ = ["SHORT_FORMS", "read_short", "read_walk"]
