"""What a point is worth on a day, and what points pay. Exact ratios; points round up, fen round down.

A price is fen for one whole point. Source: business rules §4, price of the day (当日价).
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from fractions import Fraction

from tongbao.kit.errors import InvalidInput
from tongbao.money import LARGEST_AMOUNT
from tongbao.points.contracts import NoPriceYet, PriceBelowFloor, PriceInvalid
from tongbao.points.contracts.pools import UNITS_PER_POINT

SHANGHAI = timedelta(hours=8)
"""Asia/Shanghai has been eight hours ahead of UTC since 1991, without summer time."""


def day_of(*, now: datetime, cut_off_minutes: int) -> date:
    """The day of prices that a moment belongs to: it begins at the cut-off, in Asia/Shanghai.

    >>> from datetime import UTC
    >>> day_of(now=datetime(2026, 3, 1, 16, 0, tzinfo=UTC), cut_off_minutes=0)
    datetime.date(2026, 3, 2)
    """
    offset = now.utcoffset()
    if offset is None:
        raise ValueError("a moment needs its time zone")
    local = now.replace(tzinfo=None) - offset + SHANGHAI
    return (local - timedelta(minutes=cut_off_minutes)).date()


def beginning_of(*, on: date, cut_off_minutes: int) -> datetime:
    """The first moment of a day of prices.

    >>> beginning_of(on=date(2026, 3, 2), cut_off_minutes=0)
    datetime.datetime(2026, 3, 1, 16, 0, tzinfo=datetime.timezone.utc)
    """
    return datetime(on.year, on.month, on.day, tzinfo=UTC) + timedelta(minutes=cut_off_minutes) - SHANGHAI


def default_price(*, reserve_fen: int, pledge_fen: int, supply: int) -> Fraction | None:
    """(reserve + equity pledge) / supply: on the first day 20 million yuan for 150 million points.

    >>> default_price(reserve_fen=0, pledge_fen=2_000_000_000, supply=150_000_000 * UNITS_PER_POINT)
    Fraction(40, 3)
    """
    return Fraction((reserve_fen + pledge_fen) * UNITS_PER_POINT, supply) if supply > 0 else None


def check_price(*, price: Fraction, floor: Fraction | None) -> Fraction:
    """A price that an operator may set. Raises PriceInvalid for nothing or absurdly much, PriceBelowFloor.

    >>> check_price(price=Fraction(50), floor=Fraction(2))
    Fraction(50, 1)
    """
    if not 0 < price < LARGEST_AMOUNT or price.denominator > UNITS_PER_POINT:
        raise PriceInvalid(asked=yuan_text(price), most=yuan_text(Fraction(LARGEST_AMOUNT)))
    if floor is not None and price < floor:
        raise PriceBelowFloor(asked=yuan_text(price), floor=yuan_text(floor, rounds_up=True))
    return price


def yuan_text(price: Fraction, *, rounds_up: bool = False) -> str:
    """Fen for one point as yuan with six decimals, as prices are written; rounded down, or up for the least to be set.

    >>> yuan_text(Fraction(40, 3)), yuan_text(Fraction(40, 3), rounds_up=True), yuan_text(Fraction(-50))
    ('0.133333', '0.133334', '-0.500000')
    """
    exact = price * 10_000
    millionths = math.ceil(exact) if rounds_up else math.floor(exact)
    sign = "-" if millionths < 0 else ""
    return f"{sign}{abs(millionths) // 1_000_000}.{abs(millionths) % 1_000_000:06d}"


def parse_price(text: str) -> Fraction:
    """Fen for one point out of yuan with up to six decimals. Raises InvalidInput.

    >>> parse_price("0.133333")
    Fraction(133333, 10000)
    """
    whole, _, decimals = text.strip().partition(".")
    if not text.isascii() or not whole.isdigit() or not (decimals == "" or decimals.isdigit()):
        raise InvalidInput(
            field="price", why_en="write yuan such as 0.5 or 0.133333", why_zh="请填写元,例如0.5或0.133333"
        )
    if len(decimals) > 6 or len(whole) > 9:
        raise InvalidInput(field="price", why_en="at most six decimals", why_zh="最多六位小数")
    return Fraction(int(whole + decimals.ljust(6, "0")) * 100, 1_000_000)


def units_for(*, amount_fen: int, price: Fraction) -> int:
    """Points that pay an amount, rounded up. Raises NoPriceYet where a point is worth nothing.

    >>> units_for(amount_fen=2_000, price=Fraction(50))
    400000
    """
    if price <= 0:
        raise NoPriceYet()
    return -(-amount_fen * UNITS_PER_POINT * price.denominator // price.numerator)


def fen_for(*, units: int, price: Fraction) -> int:
    """What points are worth, rounded down.

    >>> fen_for(units=400_000, price=Fraction(50))
    2000
    """
    return units * price.numerator // (price.denominator * UNITS_PER_POINT)


@dataclass(frozen=True, slots=True, kw_only=True)
class Terms:
    """How an amount would be paid with points: at which price, and what of it is given away above the floor."""

    units: int
    price: Fraction
    above_floor_fen: int
    is_floor: bool


def spending_terms(*, amount_fen: int, published: Fraction, floor: Fraction, budget_left_fen: int) -> Terms:
    """Points for an amount at the price of the day, or at the floor where the day's budget doesn't reach.

    The published price is never below the floor; where the floor has risen above it since, the floor counts. What is
    given away is the amount less what the points are worth at the floor, so it is rounded up.

    >>> spending_terms(
    ...     amount_fen=2_000, published=Fraction(50), floor=Fraction(2), budget_left_fen=1_920
    ... ).above_floor_fen
    1920
    >>> spending_terms(
    ...     amount_fen=2_000, published=Fraction(50), floor=Fraction(2), budget_left_fen=1_919
    ... ).units // UNITS_PER_POINT
    1000
    """
    price = max(published, floor)
    units = units_for(amount_fen=amount_fen, price=price)
    above_fen = max(0, amount_fen - fen_for(units=units, price=floor))
    if price > floor and above_fen > budget_left_fen:
        units = units_for(amount_fen=amount_fen, price=floor)
        return Terms(units=units, price=floor, above_floor_fen=0, is_floor=True)
    return Terms(
        units=units, price=price, above_floor_fen=above_fen if price > floor else 0, is_floor=price == floor
    )


def most_payable_fen(*, goods_fen: int, share_bp: int) -> int:
    """How much of an order's goods may be paid with points, rounded down.

    >>> most_payable_fen(goods_fen=10_000, share_bp=2_000)
    2000
    """
    return goods_fen * share_bp // 10_000


def returned_share(*, whole: int, returned_before: int, part: int, of: int, part_before: int) -> int:
    """What goes back of ``whole`` when ``part`` more of ``of`` is returned, after ``part_before`` of it.

    Telescopes: however many partial returns, the parts add up to the whole.

    >>> [returned_share(whole=100, returned_before=given, part=1, of=3, part_before=before)
    ...  for before, given in ((0, 0), (1, 33), (2, 66))]
    [33, 33, 34]
    """
    return whole * (part_before + part) // of - returned_before
