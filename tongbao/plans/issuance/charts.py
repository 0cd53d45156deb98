"""Three charts of a table: what the reserve holds, the small and the large value, the floor and the ceiling."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from typing import Final

from tongbao.money import Language
from tongbao.plans.issuance.batches import BatchRow
from tongbao.plans.simulation.charts import Series, bars, lines

MILLIONTHS: Final = 10**6

_WORDS: Final[dict[Language, dict[str, str]]] = {
    "zh": {
        "fund": "累计资金池(元)",
        "fund_said": "每批之后储备金的累计金额,数值见表格。",
        "values": "小值与大值(元/个)",
        "values_said": "每批之后的小值与大值,数值见表格。",
        "prices": "底价与天花板价(元/个)",
        "prices_said": "每批之后的底价与天花板价,数值见表格。",
        "small": "小值(不兑换)",
        "large": "大值(全部兑换)",
        "floor": "底价",
        "ceiling": "天花板价",
    },
    "en": {
        "fund": "Cumulative fund, yuan",
        "fund_said": "The reserve after each batch; the figures are in the table.",
        "values": "Small and large value, yuan a point",
        "values_said": "Small and large value after each batch; the figures are in the table.",
        "prices": "Floor and ceiling, yuan a point",
        "prices_said": "Floor and ceiling after each batch; the figures are in the table.",
        "small": "Small value (nothing redeemed)",
        "large": "Large value (all earlier redeemed)",
        "floor": "Floor",
        "ceiling": "Ceiling",
    },
}


def drawings(rows: Sequence[BatchRow], *, language: Language) -> tuple[str, ...]:
    """The charts as SVG text; coordinates are the only fractions in them.

    The large value is often ten times the floor, so that both on one scale would hide what the floor does.
    """
    said = _WORDS[language]
    labels = [str(row.number) if len(rows) <= 16 or row.number % 10 == 0 else "" for row in rows]
    fund = bars(
        key="issuance-fund",
        title=said["fund"],
        description=said["fund_said"],
        labels=labels,
        series=[Series(said["fund"], [row.cumulative_fund_fen for row in rows])],
        text=_short_yuan,
    )
    small = Series(said["small"], [_place(row.small) for row in rows])
    large = Series(said["large"], [_place(row.large) for row in rows])
    floor = Series(said["floor"], [_place(row.floor) for row in rows])
    ceiling = Series(said["ceiling"], [_place(row.ceiling) for row in rows])
    return (
        fund,
        _values("values", (small, large), labels, said),
        _values("prices", (floor, ceiling), labels, said),
    )


def _values(key: str, series: Sequence[Series], labels: Sequence[str], said: dict[str, str]) -> str:
    draw = lines if len(labels) > 1 else bars  # one place makes no line
    return draw(
        key=f"issuance-{key}",
        title=said[key],
        description=said[f"{key}_said"],
        labels=labels,
        series=series,
        text=_decimals,
    )


def _place(value: Fraction | None) -> int | None:
    """Fen for a point in millionths of a yuan, rounded down: good enough to draw."""
    return None if value is None else value.numerator * MILLIONTHS // (value.denominator * 100)


def _short_yuan(amount_fen: int) -> str:
    whole = amount_fen // 100
    for size, letter in ((10**9, "G"), (10**6, "M"), (10**3, "k")):
        if whole >= size:
            tenths = whole * 10 // size
            return f"{tenths // 10}.{tenths % 10}{letter}".replace(".0", "")
    return str(whole)


def _decimals(millionths: int) -> str:
    whole, rest = divmod(millionths, MILLIONTHS)
    return f"{whole:,}.{rest:06d}".rstrip("0").rstrip(".")
