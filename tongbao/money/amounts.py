"""Assets and the text of their amounts."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

from tongbao.money.errors import AmountInvalid

LARGEST_AMOUNT: Final = 10**15
"""No single amount is larger: ten trillion yuan, and far inside the database's 64 bits."""

_WRITTEN = re.compile(r"(?P<whole>[0-9]+)(?:\.(?P<fraction>[0-9]+))?", re.ASCII)


@dataclass(frozen=True, slots=True)
class Asset:
    """Something that is counted in whole minor units; ``scale`` decimals make one of it.

    >>> CNY.units
    100
    """

    code: str
    scale: int

    @property
    def units(self) -> int:
        """How many minor units one of this asset has."""
        return int(10**self.scale)


CNY: Final = Asset("CNY", 2)
POINT: Final = Asset("POINT", 4)


def parse_amount(text: str, *, asset: Asset) -> int:
    """The minor units that ``text`` says, exactly. Nothing is rounded.

    Digits with at most ``asset.scale`` decimals behind a point; no sign, no thousands separator, no exponent.
    Raises AmountInvalid for anything else and for more than LARGEST_AMOUNT.

    >>> parse_amount("198", asset=CNY), parse_amount("0.0001", asset=POINT)
    (19800, 1)
    """
    written = text.strip()
    match = _WRITTEN.fullmatch(written)
    if match is None:
        if written[:1] in ("-", "−", "－"):
            raise AmountInvalid(
                text=text, why_en="it is negative; write it without a sign", why_zh="不能为负数"
            )
        raise AmountInvalid(
            text=text,
            why_en="write digits with a point before the decimals, such as 198 or 198.50",
            why_zh="请只写数字和小数点,例如198或198.50",
        )
    whole, fraction = match["whole"], match["fraction"] or ""
    if len(fraction) > asset.scale:
        raise AmountInvalid(
            text=text,
            why_en=f"it has {len(fraction)} decimals and {asset.code} has {asset.scale}",
            why_zh=f"小数位数为{len(fraction)},最多允许{asset.scale}位",
        )
    digits = (whole + fraction.ljust(asset.scale, "0")).lstrip("0") or "0"
    # Compare lengths first: int() of a million digits is slow, and refused by Python itself.
    if len(digits) > len(str(LARGEST_AMOUNT)) or int(digits) > LARGEST_AMOUNT:
        raise AmountInvalid(
            text=text if len(text) <= 40 else f"{text[:40]}…",
            why_en=f"it is above {format_amount(LARGEST_AMOUNT, asset=asset)}",
            why_zh=f"超过上限{format_amount(LARGEST_AMOUNT, asset=asset)}",
        )
    return int(digits)


def parse_yuan(text: str) -> int:
    """The fen that ``text`` says in yuan.

    >>> parse_yuan("23.76")
    2376
    """
    return parse_amount(text, asset=CNY)


def parse_points(text: str) -> int:
    """The ten-thousandths of a point that ``text`` says in points.

    >>> parse_points("4166.6666")
    41666666
    """
    return parse_amount(text, asset=POINT)


def format_amount(amount: int, *, asset: Asset) -> str:
    """``amount`` minor units as decimal text with all decimals of the asset; negative balances carry a minus.

    >>> format_amount(-2000, asset=CNY)
    '-20.00'
    """
    sign = "-" if amount < 0 else ""
    whole, fraction = divmod(abs(amount), asset.units)
    return f"{sign}{whole}.{fraction:0{asset.scale}d}" if asset.scale else f"{sign}{whole}"


def format_yuan(amount_fen: int) -> str:
    """Fen as yuan, always with two decimals.

    >>> format_yuan(2376)
    '23.76'
    """
    return format_amount(amount_fen, asset=CNY)


def format_points(amount: int) -> str:
    """Ten-thousandths as points, without needless zeros.

    >>> format_points(3_000_000), format_points(41_666_666)
    ('300', '4166.6666')
    """
    return format_amount(amount, asset=POINT).rstrip("0").rstrip(".")
