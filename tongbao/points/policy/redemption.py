"""Redemption (兑现) and burning: what the reserve pays, always at the floor. Exact integers, rounded down.

Source: business rules §4: ``payout = floor(q × reserve × (1 − fee) / supply)``.
"""

from __future__ import annotations

from collections.abc import Mapping

from tongbao.money import WHOLE_BP


def payout_of(*, units: int, reserve_fen: int, supply: int, fee_bp: int) -> int:
    """Fen for burning some points at the floor, less the fee, which stays in the reserve.

    Since it is rounded down, ``payout × supply ≤ units × reserve``: what remains behind each point is no less.

    >>> payout_of(units=15_000_000, reserve_fen=1_500_000_000, supply=150_000_000, fee_bp=1_000)
    135000000
    """
    return units * reserve_fen * (WHOLE_BP - fee_bp) // (supply * WHOLE_BP) if supply > 0 else 0


def reserve_pays(*, units: int, reserve_fen: int, supply: int, share_bp: int) -> int:
    """What the reserve pays for points that were spent: a share of their floor value.

    >>> reserve_pays(units=40, reserve_fen=300_000_000, supply=150_000_000, share_bp=10_000)
    80
    """
    return payout_of(units=units, reserve_fen=reserve_fen, supply=supply, fee_bp=WHOLE_BP - share_bp)


def share_out(
    *, asked: Mapping[str, int], limit_fen: int, reserve_fen: int, supply: int, fee_bp: int
) -> dict[str, int]:
    """The units that are redeemed of each request on a day that pays ``limit_fen`` at most (0: no limit).

    All at the floor of one moment. Where that is worth more than the limit, everyone gets the same part, rounded
    down; the rest goes back to them.

    >>> share_out(asked={"a": 30, "b": 70}, limit_fen=500, reserve_fen=1_000, supply=100, fee_bp=0)
    {'a': 15, 'b': 35}
    >>> share_out(asked={"a": 30, "b": 70}, limit_fen=1_000, reserve_fen=1_000, supply=100, fee_bp=0)
    {'a': 30, 'b': 70}
    """
    total = sum(asked.values())
    worth_fen = payout_of(units=total, reserve_fen=reserve_fen, supply=supply, fee_bp=fee_bp)
    if not limit_fen or worth_fen <= limit_fen:
        return dict(asked)
    affordable = limit_fen * supply * WHOLE_BP // (reserve_fen * (WHOLE_BP - fee_bp))
    return {key: units * affordable // total for key, units in asked.items()}
