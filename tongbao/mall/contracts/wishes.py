"""What a customer asks for, before anything is checked."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """So many pieces of one variant."""

    sku: str
    quantity: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ClaimWish:
    """Of the line at ``position``: pieces to give back, and the amount asked for.

    Without an amount it is what the pieces cost; without pieces it is money alone.
    """

    position: int
    pieces: int = 0
    amount_fen: int | None = None
