"""The kinds of clauses. A new kind is a module like these and a line here."""

from __future__ import annotations

from typing import Final

from tongbao.plans.clauses.base import Clause, Names, Scope, Situation
from tongbao.plans.clauses.differential import Differential
from tongbao.plans.clauses.direct import Direct
from tongbao.plans.clauses.peer import Peer
from tongbao.plans.clauses.region import Region

KINDS: Final[tuple[type[Clause], ...]] = (Direct, Differential, Peer, Region)

__all__ = ["KINDS", "Clause", "Differential", "Direct", "Names", "Peer", "Region", "Scope", "Situation"]
