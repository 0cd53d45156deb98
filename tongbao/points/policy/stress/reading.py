"""A mall's own figures for a stress, read from YAML or JSON: every name known, every amount a whole number."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import fields, replace
from typing import Any, Final, NoReturn

import yaml

from tongbao.kit.errors import InvalidInput
from tongbao.money import LARGEST_AMOUNT, WHOLE_BP
from tongbao.points.contracts import TOTAL_CAP_POINTS, UNITS_PER_POINT, PointsSettings
from tongbao.points.policy.prices import check_price, parse_price
from tongbao.points.policy.stress.scenarios import Start
from tongbao.points.policy.supply import price_of_one_point, supply_of

MOST_CHARACTERS: Final = 100_000
MOST_POINTS: Final = TOTAL_CAP_POINTS
BOUNDS: Final = {
    "seed": (0, 2**63 - 1),
    "days": (2, 3_650),
    "holders": (2, 100_000),
    "daily_sales_fen": (0, LARGEST_AMOUNT),
    "margin_bp": (0, WHOLE_BP),
    "reserve_fen": (0, LARGEST_AMOUNT),
    "pledge_fen": (0, LARGEST_AMOUNT),
    "operating_fen": (0, LARGEST_AMOUNT),
    "sybils": (0, 10**9),
    "tasks_months": (1, 1_200),
}
"""What is taken as it is written: the least and the most of each."""
POINTS: Final = {
    "circulating_points": "circulating",
    "burned_points": "burned",
    "tasks_monthly_points": "tasks_monthly_units",
}
"""Whole points, and the name of what they become in 1/10 000."""
OTHERS: Final = ("settings", "pools", "cap_points", "price_yuan", "fixed_budget")


def read_start(text: str, *, begun: Start) -> Start:
    """Where a stress begins, with what a document says in place of what stood there. Raises InvalidInput.

    ``settings`` are those of points, by their names; ``pools`` what each has left, in whole points; points that exist
    and those that are left must fit under the cap. A price is written in yuan, in quotes, and not below the floor.

    >>> start = read_start('reserve_fen: 500\\nprice_yuan: "0.50"', begun=Start())
    >>> start.reserve_fen, start.own_price
    (500, Fraction(50, 1))
    """
    said = _document(text)
    known = sorted((*BOUNDS, *POINTS, *OTHERS))
    for name in said:
        if name not in known:
            _refuse(str(name), en=f"known are {', '.join(known)}", zh=f"可用名称:{'、'.join(known)}")
    values: dict[str, Any] = {}
    for name, (least, most) in BOUNDS.items():
        if name in said:
            values[name] = _whole(name, said[name], least, most)
    for name, becomes in POINTS.items():
        if name in said:
            values[becomes] = _whole(name, said[name], 0, MOST_POINTS) * UNITS_PER_POINT
    readers: dict[str, Callable[[Any, Start], dict[str, Any]]] = {
        "settings": _settings,
        "pools": _pools,
        "cap_points": lambda value, _: {"cap": _whole("cap_points", value, 1, MOST_POINTS) * UNITS_PER_POINT},
        "price_yuan": _price,
        "fixed_budget": _switch,
    }
    for name, read in readers.items():
        if name in said:
            values |= read(said[name], begun)
    return checked(replace(begun, **values))


def checked(start: Start) -> Start:
    """A beginning that can be: points under the cap, a price that is none below the floor. Raises InvalidInput and,
    of the price, PriceBelowFloor and PriceInvalid."""
    left = sum(units for _, units in start.pools)
    if start.circulating + start.burned + left > start.cap:
        figures = [one // UNITS_PER_POINT for one in (start.circulating, start.burned, left, start.cap)]
        exist, burned, pools, cap = (f"{one:,}" for one in figures)
        _refuse(
            "pools",
            en=f"{exist} points in circulation, {burned} burned and {pools} left in pools are more than {cap}",
            zh=f"流通 {exist}、已销毁 {burned}、池内剩余 {pools} 积分,合计超过总量 {cap}",
        )
    if start.own_price is not None:
        supply = supply_of(cap=start.cap, burned=start.burned)
        check_price(
            price=start.own_price, floor=price_of_one_point(reserve_fen=start.reserve_fen, units=supply)
        )
    return start


def _document(text: str) -> Mapping[str, Any]:
    if len(text) > MOST_CHARACTERS:
        _refuse(
            "file", en=f"it is longer than {MOST_CHARACTERS} characters", zh=f"超过{MOST_CHARACTERS}个字符"
        )
    try:
        said = yaml.safe_load(text)
    except (yaml.YAMLError, ValueError, RecursionError) as error:
        mark = getattr(error, "problem_mark", None)
        line = mark.line + 1 if mark is not None else 1
        _refuse("file", en=f"line {line} is neither YAML nor JSON", zh=f"第{line}行不是有效的YAML或JSON")
    if not isinstance(said, dict):
        _refuse(
            "file",
            en="write names with values, such as reserve_fen: 500",
            zh="请写“名称: 值”,例如 reserve_fen: 500",
        )
    return said


def _whole(name: str, value: object, least: int, most: int) -> int:
    if type(value) is not int or not least <= value <= most:
        _refuse(
            name,
            en=f"it must be a whole number from {least} to {most}",
            zh=f"必须是{least}到{most}之间的整数",
        )
    return value


def _settings(value: object, begun: Start) -> dict[str, Any]:
    known = {field.name for field in fields(PointsSettings)}
    if not isinstance(value, dict) or not all(name in known for name in value):
        names = ", ".join(sorted(known))
        _refuse("settings", en=f"known are {names}", zh=f"可用名称:{names}")
    return {"settings": replace(begun.settings, **value)}


def _pools(value: object, begun: Start) -> dict[str, Any]:
    left = dict(begun.pools)
    if not isinstance(value, dict) or not all(code in left for code in value):
        _refuse("pools", en=f"known are {', '.join(left)}", zh=f"可用名称:{'、'.join(left)}")
    for code, points in value.items():
        left[code] = _whole(f"pools.{code}", points, 0, MOST_POINTS) * UNITS_PER_POINT
    return {"pools": tuple(left.items())}


def _price(value: object, begun: Start) -> dict[str, Any]:
    if not isinstance(value, str):
        _refuse("price_yuan", en='write it in quotes, such as "0.50"', zh='请加引号,例如 "0.50"')
    return {"own_price": parse_price(value)}


def _switch(value: object, begun: Start) -> dict[str, Any]:
    if type(value) is not bool:
        _refuse("fixed_budget", en="it must be true or false", zh="必须为 true 或 false")
    return {"fixed_budget": value}


def _refuse(field: str, *, en: str, zh: str) -> NoReturn:
    raise InvalidInput(field=field, why_en=en, why_zh=zh)
