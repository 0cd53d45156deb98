"""The kinds that a document may name, and who reads each. A new kind is a line here."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final, cast

from tongbao.plans.clauses.base import Clause, Scope
from tongbao.plans.clauses.kept import KEPT_KINDS
from tongbao.plans.clauses.reading import SHORT_FORMS, read_short
from tongbao.plans.clauses.walk import Walk
from tongbao.plans.contracts import AwardKind
from tongbao.plans.language.document import Fields

_CLASSES: Final[Mapping[str, type[Clause]]] = {"walk": Walk, **KEPT_KINDS}

KINDS: Final[tuple[str, ...]] = (*SHORT_FORMS, *_CLASSES)


def keys_of(kind: str) -> tuple[str, ...]:
    """The keys that a clause of that kind may have, besides ``id`` and ``kind``."""
    return SHORT_FORMS[cast(AwardKind, kind)] if kind in SHORT_FORMS else _CLASSES[kind].keys


def read_clause(fields: Fields, *, kind: str, clause_id: str, scope: Scope) -> Clause:
    """The clause that a document states; what is wrong is noted in ``fields``."""
    if kind in SHORT_FORMS:
        return read_short(fields, kind=cast(AwardKind, kind), clause_id=clause_id, scope=scope)
    return _CLASSES[kind].read(fields, clause_id=clause_id, scope=scope)
