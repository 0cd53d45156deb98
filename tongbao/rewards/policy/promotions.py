"""Whether a pack lifts its buyer."""

from __future__ import annotations

from tongbao.money import WHOLE_BP


def promotes(*, base_fen: int, list_fen: int, promotion_cash_bp: int) -> bool:
    """Whether enough of a pack's price was paid in cash. Exact: nothing is rounded. Source: business rules §1.

    >>> promotes(base_fen=19_799, list_fen=19_800, promotion_cash_bp=10_000)
    False
    >>> promotes(base_fen=9_900, list_fen=19_800, promotion_cash_bp=5_000)
    True
    """
    return base_fen * WHOLE_BP >= list_fen * promotion_cash_bp
