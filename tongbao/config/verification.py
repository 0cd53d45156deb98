"""Everything recomputed: balances, awards, points, ranks, the tree. The first row that disagrees is named."""

from __future__ import annotations

from collections.abc import Iterator
from importlib import import_module

from tongbao.kit.findings import Finding

# In this order the books come first: what others follow from.
PACKAGES = ("tongbao.ledger", "tongbao.members", "tongbao.points", "tongbao.rewards")


def findings() -> Iterator[Finding]:
    """What disagrees in the current tenant, package by package; nothing when every row follows from the facts."""
    for package in PACKAGES:
        verify = getattr(import_module(f"{package}.selectors"), "verify", None)
        if verify is not None:
            yield from verify()
