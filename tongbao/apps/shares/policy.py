"""The rules of shares without a database: what a request costs, and how a dividend is divided."""

from __future__ import annotations

from collections.abc import Mapping

from tongbao.apps.shares.contracts import MOST_SHARES, DividendInvalid, SharesInvalid
from tongbao.money import LARGEST_AMOUNT


def cost_of(*, shares: int, units_per_share: int) -> int:
    """What so many shares cost, in 1/10 000 point. Raises SharesInvalid.

    >>> cost_of(shares=2, units_per_share=75_000)
    150000
    """
    if type(shares) is not int or not 0 < shares <= MOST_SHARES:
        raise SharesInvalid(asked=shares)
    units = shares * units_per_share
    if units > LARGEST_AMOUNT:
        raise SharesInvalid(asked=shares)
    return units


def divide(*, total_fen: int, held: Mapping[int, int]) -> dict[int, int]:
    """Divide a dividend by shares held; the parts add up to ``total_fen`` exactly.

    Each holder gets ``floor(total × held / all)``; the fen that are left go one each to the largest remainders, among
    equals to whoever joined earlier (the lower number). Raises DividendInvalid.

    >>> divide(total_fen=100, held={7: 1, 8: 1, 9: 1})
    {7: 34, 8: 33, 9: 33}
    """
    if type(total_fen) is not int or not 0 < total_fen <= LARGEST_AMOUNT:
        raise DividendInvalid(why_en="the amount is not a sum above zero", why_zh="金额应大于零")
    everything = sum(held.values())
    if everything <= 0:
        raise DividendInvalid(why_en="nobody holds a share", why_zh="尚无持股人")
    parts = {member: total_fen * shares // everything for member, shares in held.items()}
    left = total_fen - sum(parts.values())
    by_remainder = sorted(held, key=lambda member: (-(total_fen * held[member] % everything), member))
    for member in by_remainder[:left]:
        parts[member] += 1
    return parts
