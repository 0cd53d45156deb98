"""Orders as columns."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from tongbao.plans.algebra import Base

Ints = npt.NDArray[np.int32]
Longs = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderColumns:
    """Orders in order of payment. ``product`` indexes the plan's named products (``Columns.products``), -1 for any
    other; ``region`` indexes ``Columns.agents``, -1 for none; ``introducer`` is a member or -1. Amounts in fen.
    Rows that are lines of one order have the same ``place`` and see the same ranks; without it each row is one."""

    buyer: Ints
    base_fen: Longs
    product: Ints | None = None
    region: Ints | None = None
    introducer: Ints | None = None
    freight_fen: Longs | None = None
    margin_fen: Longs | None = None
    points_fen: Longs | None = None
    place: Ints | None = None

    def places(self, rows: Ints) -> Ints:
        """The order that each of the rows belongs to."""
        return rows if self.place is None else self.place[rows]

    def of(self, base: Base) -> Longs:
        amounts = {
            "net": self.base_fen,
            "freight": self.freight_fen,
            "margin": self.margin_fen,
            "points": self.points_fen,
        }[base]
        return np.zeros(len(self.buyer), dtype=np.int64) if amounts is None else amounts
