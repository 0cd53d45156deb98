"""Shares of an amount. All of them are floors, and all of them add up."""

from __future__ import annotations

from collections.abc import Sequence

from tongbao.money.errors import AmountInvalid, RateInvalid, WeightsInvalid
from tongbao.money.rates import WHOLE_BP


def floor_share(*, amount: int, rate_bp: int) -> int:
    """``rate_bp`` of ``amount``, rounded down to a whole minor unit.

    Raises AmountInvalid or RateInvalid for what is negative or no whole number.

    >>> floor_share(amount=19_800, rate_bp=1_200)
    2376
    """
    _require_amount(amount)
    if type(rate_bp) is not int or rate_bp < 0:
        raise RateInvalid(
            text=str(rate_bp),
            why_en="give a whole number of basis points, not below zero",
            why_zh="必须是非负整数(万分之一)",
        )
    return amount * rate_bp // WHOLE_BP


def gap_share(*, amount: int, rate_before_bp: int, rate_bp: int) -> int:
    """What rising from ``rate_before_bp`` to ``rate_bp`` pays: the difference of the two floors.

    Consecutive gaps telescope: they add up to the floor of the whole, whatever the amount. A gap may
    therefore be one minor unit above the floor of its own rate. Raises RateInvalid for a falling gap.

    >>> [gap_share(amount=105, rate_before_bp=low, rate_bp=low + 1_000) for low in (0, 1_000, 2_000)]
    [10, 11, 10]
    >>> floor_share(amount=105, rate_bp=3_000)
    31
    """
    if rate_bp < rate_before_bp:
        raise RateInvalid(
            text=str(rate_bp),
            why_en=f"the gap would fall from {rate_before_bp} bp",
            why_zh=f"级差不能低于之前的{rate_before_bp}",
        )
    return floor_share(amount=amount, rate_bp=rate_bp) - floor_share(amount=amount, rate_bp=rate_before_bp)


def allot(*, amount: int, weights: Sequence[int]) -> tuple[int, ...]:
    """``amount`` in parts by ``weights``: each part is floored, the units left go one each to the first.

    The parts add up to ``amount``. A weight of zero gets nothing. Raises AmountInvalid for a negative amount,
    WeightsInvalid for negative weights or when all are zero.

    >>> allot(amount=100, weights=(1, 1, 1)), allot(amount=5, weights=(0, 2, 2))
    ((34, 33, 33), (0, 3, 2))
    """
    _require_amount(amount)
    if any(type(weight) is not int or weight < 0 for weight in weights):
        raise WeightsInvalid(
            weights=tuple(weights), why_en="each must be a whole number from 0", why_zh="每项须为非负整数"
        )
    total = sum(weights)
    if total == 0:
        raise WeightsInvalid(weights=tuple(weights), why_en="all are zero", why_zh="权重全为零")
    parts = [amount * weight // total for weight in weights]
    # Fewer units are left than there are parts with a weight, so one pass hands them all out.
    left = amount - sum(parts)
    for position, weight in enumerate(weights):
        if left == 0:
            break
        if weight:
            parts[position] += 1
            left -= 1
    return tuple(parts)


def _require_amount(amount: int) -> None:
    # The type is asked for at run time too: a float that slips in here would round somewhere else.
    if type(amount) is not int or amount < 0:
        raise AmountInvalid(
            text=str(amount), why_en="give a whole number of minor units from 0", why_zh="必须是非负整数"
        )
