"""The kinds of clauses: walks, decided order by order, and those that keep books across orders."""

from __future__ import annotations

from tongbao.plans.clauses.base import Clause, Names, Scope
from tongbao.plans.clauses.machine import Emission, Facts, Machine, Node
from tongbao.plans.clauses.portion import Portion
from tongbao.plans.clauses.walk import Walk

__all__ = ["Clause", "Emission", "Facts", "Machine", "Names", "Node", "Portion", "Scope", "Walk"]
