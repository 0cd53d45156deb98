"""The arithmetic of points: exact integers and exact ratios. Source: business rules §4."""

from __future__ import annotations

from fractions import Fraction

from tongbao.points.contracts import UNITS_PER_POINT


def points_for(*, base_fen: int, units_per_fen: int) -> int:
    """Units granted for an amount paid; nothing is rounded.

    >>> points_for(base_fen=39_800, units_per_fen=100)
    3980000
    """
    return base_fen * units_per_fen


def supply_of(*, cap: int, burned: int, retired: int = 0) -> int:
    """Every unit that exists or may still be issued: the cap less what is gone for ever.

    >>> supply_of(cap=1_500_000, burned=500_000)
    1000000
    """
    return cap - burned - retired


def price_of_one_point(*, reserve_fen: int, units: int) -> Fraction | None:
    """Fen for one whole point, exactly; None where there is no point to have a price.

    With the supply this is the floor, with what circulates the ceiling.

    >>> price_of_one_point(reserve_fen=200_000_000, units=150_000_000 * UNITS_PER_POINT)
    Fraction(4, 3)
    """
    return Fraction(reserve_fen * UNITS_PER_POINT, units) if units > 0 else None


def floor_covers(*, reserve_fen: int, supply: int, circulating: int) -> bool:
    """Whether everyone in circulation could be paid the floor: ``reserve / supply × circulating ≤ reserve``.

    >>> floor_covers(reserve_fen=1_000, supply=1_000_000, circulating=1_000_000)
    True
    """
    return reserve_fen == 0 or circulating <= supply
