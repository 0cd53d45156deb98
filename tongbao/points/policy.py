"""The arithmetic of points: exact integers and ratios."""

from __future__ import annotations

from fractions import Fraction

from tongbao.points.contracts import UNITS_PER_POINT


def points_for(*, base_fen: int, units_per_fen: int) -> int:
    """Units granted for an amount paid.

    >>> points_for(base_fen=39_800, units_per_fen=100)
    3980000
    """
    return base_fen * units_per_fen


def price_of_one_point(*, reserve_fen: int, units: int) -> Fraction | None:
    """Fen for one whole point, exactly; None where there is no point to have a price.

    >>> price_of_one_point(reserve_fen=200_000_000, units=150_000_000 * UNITS_PER_POINT)
    Fraction(4, 3)
    """
    return Fraction(reserve_fen * UNITS_PER_POINT, units) if units > 0 else None
