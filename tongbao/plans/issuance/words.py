"""What each batch does to those who came earlier, in words, Chinese or English."""

from __future__ import annotations

from fractions import Fraction
from typing import Final

from tongbao.money import Language, format_yuan
from tongbao.plans.issuance.batches import FEN_PER_YUAN, BatchRow
from tongbao.plans.issuance.contracts import points_text

DECIMALS: Final = 6
"""Values of a point are shown in yuan with six decimals, rounded down; the exact ratio stands beside them."""
RATIO_DECIMALS: Final = 4
HOLDING_POINTS: Final = 10_000
NOTHING: Final = "—"


def shown(value: Fraction | None, *, decimals: int) -> str:
    """A ratio as decimals, rounded down; a dash where there is none.

    >>> shown(Fraction(2, 3), decimals=4), shown(None, decimals=4)
    ('0.6666', '—')
    """
    if value is None:
        return NOTHING
    whole, rest = divmod(value.numerator * 10**decimals // value.denominator, 10**decimals)
    return f"{whole:,}.{rest:0{decimals}d}"


def yuan_for_a_point(value: Fraction | None) -> str:
    """Fen for a point as yuan, rounded down to a millionth.

    >>> yuan_for_a_point(Fraction(199, 75))
    '0.026533'
    """
    return shown(None if value is None else value * Fraction(1, FEN_PER_YUAN), decimals=DECIMALS)


def points_for_a_yuan(value: Fraction | None) -> str:
    """The ratio of points to yuan, rounded down to 1/10 000.

    >>> points_for_a_yuan(Fraction(19, 24))
    '0.7916'
    """
    return shown(value, decimals=RATIO_DECIMALS)


def yuan_text(amount_fen: int) -> str:
    """Yuan with thousands apart.

    >>> yuan_text(3_980_000_000)
    '39,800,000.00'
    """
    whole, _point, fraction = format_yuan(amount_fen).partition(".")
    return f"{int(whole):,}.{fraction}"


def sentences(row: BatchRow, *, language: Language) -> tuple[str, ...]:
    """What a batch brings, what it does to the ceiling and to the floor, and who redeems now against who waits."""
    said = [_what(row), _ceiling(row), _floor(row), *_now_or_later(row), *_large(row)]
    return tuple(zh if language == "zh" else en for zh, en in said)


def _what(row: BatchRow) -> tuple[str, str]:
    sold, fund, issued = yuan_text(row.sales_fen), yuan_text(row.fund_fen), points_text(row.issued)
    burned = points_text(row.batch.burned)
    burned_zh, burned_en = (f",销毁{burned}积分", f" and burns {burned}") if row.batch.burned else ("", "")
    return (
        f"销售{sold}元,其中{fund}元进入储备金;发行{issued}积分{burned_zh}。",
        f"Sells {sold} yuan, of which {fund} enter the reserve; issues {issued} points{burned_en}.",
    )


def _ceiling(row: BatchRow) -> tuple[str, str]:
    before, after = row.before.ceiling, row.ceiling
    x, y = yuan_for_a_point(before), yuan_for_a_point(after)
    if after is None:
        return "没有流通积分,因此没有天花板价。", "No point circulates, so there is no ceiling."
    if before is None:
        return (
            f"此前无人持有积分;天花板价从{y}元/个开始。",
            f"Nobody held points before; the ceiling begins at {y} yuan a point.",
        )
    if after == before:
        return f"天花板价不变,仍为{y}元/个。", f"The ceiling stays at {y} yuan a point."
    if after < before:
        return (
            f"先来者的天花板价由{x}元/个稀释到{y}元/个。",
            f"For those who came earlier the ceiling is diluted from {x} to {y} yuan a point.",
        )
    return (
        f"先来者的天花板价由{x}元/个升到{y}元/个。",
        f"For those who came earlier the ceiling rises from {x} to {y} yuan a point.",
    )


def _floor(row: BatchRow) -> tuple[str, str]:
    before, after = row.before.floor, row.floor
    a, b = yuan_for_a_point(before), yuan_for_a_point(after)
    if after is None or before is None:
        return "总供应量为零,因此没有底价。", "The supply is zero, so there is no floor."
    if after == before:
        return f"底价不变,仍为{b}元/个。", f"The floor stays at {b} yuan a point."
    return f"底价由{a}元/个升到{b}元/个。", f"The floor rises from {a} to {b} yuan a point."


def _now_or_later(row: BatchRow) -> tuple[tuple[str, str], ...]:
    before, after = row.before.floor, row.floor
    if row.before.circulating <= 0 or before is None or after is None:
        return ()
    now, later = (int(HOLDING_POINTS * price) for price in (before, after))
    held = f"{HOLDING_POINTS:,}"
    more = f"{yuan_text(later - now)}"
    return (
        (
            f"持有{held}积分者,本批之前按底价兑换得{yuan_text(now)}元,等到本批之后得{yuan_text(later)}元:"
            f"等待多得{more}元。按底价兑换不会拉低其他人的底价。",
            f"Who redeems {held} points at the floor before this batch gets {yuan_text(now)} yuan; who waits until "
            f"after it, {yuan_text(later)}: waiting earns {more}. Redeeming at the floor doesn't lower it for others.",
        ),
    )


def _large(row: BatchRow) -> tuple[tuple[str, str], ...]:
    if row.large is None or row.before.circulating <= 0:
        return ()
    value = yuan_for_a_point(row.large)
    return (
        (
            f"大值{value}元/个只在此前的积分全部销毁且储备金分文未付时成立,不是承诺。",
            f"The large value, {value} yuan a point, holds only if every earlier point is burned and the reserve pays "
            "nothing for it; it is no promise.",
        ),
    )


def exact(value: Fraction | None) -> str:
    """A ratio as ``numerator/denominator``; empty where there is none."""
    return "" if value is None else f"{value.numerator}/{value.denominator}"


__all__ = [
    "exact",
    "points_for_a_yuan",
    "sentences",
    "shown",
    "yuan_for_a_point",
    "yuan_text",
]
