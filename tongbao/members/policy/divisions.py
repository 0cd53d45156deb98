"""The administrative divisions of China (GB/T 2260): six digits, two for each of province, city and county.

The tree is ``divisions/divisions.csv``, read once. Four peculiarities of the standard are kept:

- the districts of Beijing, Tianjin, Shanghai and Chongqing, and counties directly under a province
  (419001 Jiyuan), stand under a *heading* where others have a city; headings are left out of full names;
- Dongguan, Zhongshan, Danzhou and Jiayuguan have no counties: the city itself is where somebody lives;
- Taiwan, Hong Kong and Macao have one code each;
- a code that has been abolished is unknown here, but still tells its city and province by its digits.
"""

from __future__ import annotations

import csv
import re
from dataclasses import dataclass
from functools import cache
from importlib import resources

from tongbao.members.contracts import (
    DivisionIsHeading,
    DivisionTooBroad,
    DivisionUnknown,
    RegionLevel,
)

CODE = re.compile(r"[1-9][0-9]{5}")
MUNICIPALITIES = ("11", "12", "31", "50")


@dataclass(frozen=True, slots=True, kw_only=True)
class Division:
    """One line of the standard."""

    code: str
    name: str
    level: RegionLevel
    is_heading: bool


def level_of(code: str) -> RegionLevel:
    """The level that the digits tell.

    >>> level_of("440000"), level_of("440100"), level_of("440106")
    ('province', 'city', 'county')
    """
    if code.endswith("0000"):
        return "province"
    return "city" if code.endswith("00") else "county"


def seats_of(code: str) -> tuple[tuple[RegionLevel, str], ...]:
    """The levels at which an address can have an agent, nearest first, by its digits alone.

    Also for a code that has been abolished since: old orders keep the code they were placed with.

    >>> seats_of("440106")
    (('county', '440106'), ('city', '440100'), ('province', '440000'))
    >>> seats_of("441900")
    (('city', '441900'), ('province', '440000'))
    """
    if not CODE.fullmatch(code):
        return ()
    codes = {"county": code, "city": code[:4] + "00", "province": code[:2] + "0000"}
    levels: tuple[RegionLevel, ...] = ("county", "city", "province")
    return tuple((level, codes[level]) for level in levels[levels.index(level_of(code)) :])


def codes_within(code: str) -> tuple[str, str]:
    """The first and the last code that lie in a region, itself included, by its digits alone.

    >>> codes_within("440000"), codes_within("440100"), codes_within("440106")
    (('440000', '449999'), ('440100', '440199'), ('440106', '440106'))
    """
    kept = {"province": 2, "city": 4, "county": 6}[level_of(code)]
    return code[:kept].ljust(6, "0"), code[:kept].ljust(6, "9")


def division(code: str) -> Division:
    """The division with this code. Raises DivisionUnknown.

    >>> division("440106").name
    '天河区'
    """
    known = _tree().get(code)
    if known is None:
        raise DivisionUnknown(key=code)
    return known


def children(code: str = "") -> tuple[Division, ...]:
    """The divisions one level below, for a picker; of "" the provinces. Raises DivisionUnknown.

    >>> [county.name for county in children("460300")]
    ['西沙区', '南沙区']
    """
    if not code:
        return _by_parent()[""]
    division(code)
    return _by_parent().get(code, ())


def parents(code: str) -> tuple[Division, ...]:
    """The division itself and those above it, nearest first. Raises DivisionUnknown.

    >>> [above.code for above in parents("419001")]
    ['419001', '419000', '410000']
    """
    division(code)
    return tuple(_tree()[seat] for _, seat in seats_of(code))


def full_name(code: str) -> str:
    """The name as on a parcel, headings left out; a code that is unknown stays a code.

    >>> full_name("440106"), full_name("110101"), full_name("419001"), full_name("999999")
    ('广东省广州市天河区', '北京市东城区', '河南省济源市', '999999')
    """
    if code not in _tree():
        return code
    named = [above for above in parents(code) if not above.is_heading or above.code == code]
    return "".join(above.name for above in reversed(named))


def check_delivery(code: str) -> Division:
    """The division of a delivery address: one with nothing below it.

    Raises DivisionUnknown, DivisionTooBroad.

    >>> check_delivery("441900").name
    '东莞市'
    """
    place = division(code)
    if _by_parent().get(code):
        raise DivisionTooBroad(name=full_name(code))
    return place


def check_agency(code: str) -> Division:
    """A division that can have an agent: a county, a city or a province.

    The districts of a municipality count as its city (110100). A heading of scattered counties (429000) is
    nobody's region. Raises DivisionUnknown, DivisionIsHeading.

    >>> check_agency("110100").level
    'city'
    """
    place = division(code)
    if place.is_heading and not (code.startswith(MUNICIPALITIES) and code.endswith("0100")):
        raise DivisionIsHeading(region_code=code)
    return place


@cache
def _tree() -> dict[str, Division]:
    source = resources.files("tongbao.members").joinpath("divisions", "divisions.csv")
    with source.open(encoding="utf-8") as lines:
        return {
            row["code"]: Division(
                code=row["code"],
                name=row["name"],
                level=level_of(row["code"]),
                is_heading=_is_heading(row["code"]),
            )
            for row in csv.DictReader(lines)
        }


@cache
def _by_parent() -> dict[str, tuple[Division, ...]]:
    found: dict[str, list[Division]] = {}
    for place in _tree().values():
        above = {"province": "", "city": place.code[:2] + "0000", "county": place.code[:4] + "00"}
        found.setdefault(above[place.level], []).append(place)
    return {code: tuple(places) for code, places in found.items()}


def _is_heading(code: str) -> bool:
    if level_of(code) != "city":
        return False
    return code[2:4] == "90" or code.startswith(MUNICIPALITIES)
