"""An amount before the order is known: a gap of rates, perhaps on another amount."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

from tongbao.money import WHOLE_BP, gap_share


@dataclass(frozen=True, slots=True)
class Portion:
    """``floor(whole × (before + rate)) − floor(whole × before)``, where the whole is the base or ``of``.

    Gaps that were paid one above the other telescope, so they never add up to more than the floor of their sum.
    ``fixed_fen`` above zero is that amount, whatever the base.
    """

    rate_bp: int
    before_bp: int = 0
    of: Portion | None = None
    fixed_fen: int = 0

    def fen(self, base_fen: int) -> int:
        """The amount of an order with that base.

        >>> Portion(1_000, 0, Portion(3_000)).fen(19_800)
        594
        """
        if self.fixed_fen:
            return self.fixed_fen
        return gap_share(
            amount=self.whole_fen(base_fen),
            rate_before_bp=self.before_bp,
            rate_bp=self.before_bp + self.rate_bp,
        )

    def whole_fen(self, base_fen: int) -> int:
        """What the rate is a part of."""
        return base_fen if self.of is None else self.of.fen(base_fen)

    @property
    def is_fixed(self) -> bool:
        """Whether the amount is the same for every base: fixed, or a part of something fixed."""
        return bool(self.fixed_fen) or (self.of is not None and self.of.is_fixed)

    @property
    def share(self) -> Fraction:
        """The part of the base, without rounding; a fixed amount is no part of anything."""
        if self.fixed_fen:
            return Fraction(0)
        return Fraction(self.rate_bp, WHOLE_BP) * (1 if self.of is None else self.of.share)
