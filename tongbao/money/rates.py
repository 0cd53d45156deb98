"""Rates in basis points (bp, 1/100 of a per cent), and their text."""

from __future__ import annotations

import re
from typing import Final

from tongbao.money.errors import RateInvalid

WHOLE_BP: Final = 10_000
"""100 per cent."""

_WRITTEN = re.compile(r"(?P<whole>[0-9]{1,3})(?:\.(?P<fraction>[0-9]+))?\s*[%％]", re.ASCII)


def parse_rate(text: str) -> int:
    """The basis points of a percentage, exactly: at most two decimals, from 0% to 100%.

    Raises RateInvalid, also for a bare number: ``0.12``, ``12`` and ``1200`` could each mean 12 per cent.

    >>> parse_rate("12%"), parse_rate("1.5 %")
    (1200, 150)
    """
    match = _WRITTEN.fullmatch(text.strip())
    if match is None:
        raise RateInvalid(
            text=text[:40],
            why_en="write a percentage such as 12% or 1.5%",
            why_zh="请写成百分比,例如12%或1.5%",
        )
    fraction = match["fraction"] or ""
    if len(fraction) > 2:
        raise RateInvalid(
            text=text[:40], why_en="a percentage has at most two decimals", why_zh="百分比最多两位小数"
        )
    rate_bp = int(match["whole"]) * 100 + int(fraction.ljust(2, "0"))
    if rate_bp > WHOLE_BP:
        raise RateInvalid(text=text[:40], why_en="it is above 100%", why_zh="不能超过100%")
    return rate_bp


def format_rate(rate_bp: int) -> str:
    """Basis points as a percentage without needless zeros.

    >>> format_rate(1200), format_rate(150), format_rate(1)
    ('12%', '1.5%', '0.01%')
    """
    whole, fraction = divmod(rate_bp, 100)
    return f"{whole}.{fraction:02d}".rstrip("0").rstrip(".") + "%"
