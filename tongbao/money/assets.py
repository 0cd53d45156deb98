"""What can be owned: cash in fen, points in ten-thousandths."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Asset:
    """A thing counted in integers; ``scale`` decimals of the unit that people say.

    >>> CNY.units_per_whole, POINT.units_per_whole
    (100, 10000)
    """

    code: str
    scale: int

    @property
    def units_per_whole(self) -> int:
        return int(10**self.scale)


CNY = Asset("CNY", 2)
POINT = Asset("POINT", 4)
