"""Clauses that keep books across orders: what each order puts aside is all they can ever pay."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from tongbao.plans.clauses.kept.base import Kept, Payment, Reckoning
from tongbao.plans.clauses.kept.board import Board
from tongbao.plans.clauses.kept.fund import Fund
from tongbao.plans.clauses.kept.jar import Jar
from tongbao.plans.clauses.kept.queue import Queue

KEPT_KINDS: Final[Mapping[str, type[Kept]]] = {"fund": Fund, "jar": Jar, "queue": Queue, "board": Board}

__all__ = ["KEPT_KINDS", "Board", "Fund", "Jar", "Kept", "Payment", "Queue", "Reckoning"]
