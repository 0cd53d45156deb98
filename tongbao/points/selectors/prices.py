"""What a point is worth: reserve and supply as they are now, and the prices that were published."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from importlib import resources

from django.db import connection

from tongbao.points.contracts import NoPriceYet, PriceFacts
from tongbao.points.models import DayPrice, EquityPledge
from tongbao.points.policy.supply import price_of_one_point

TERMS = resources.files("tongbao.points").joinpath("sql", "terms.sql").read_text(encoding="utf-8")


def economy() -> tuple[int, int]:
    """Fen in the reserve and units of supply, as they are now."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT reserve, supply FROM ledger_economy()")
        reserve_fen, supply = cursor.fetchone()
    return int(reserve_fen), int(supply)


def floor_now() -> Fraction:
    """The floor as it is now, in fen for one point; 0 where nothing stands behind it."""
    reserve_fen, supply = economy()
    return price_of_one_point(reserve_fen=reserve_fen, units=supply) or Fraction(0)


def pledge_fen() -> int:
    """What the equity pledge is stated to be worth now; 0 where none was recorded."""
    return EquityPledge.objects.order_by("-id").values_list("amount_fen", flat=True).first() or 0


@dataclass(frozen=True, slots=True, kw_only=True)
class DayTerms:
    """The latest published price, what its day may still give away, and the floor as it is now."""

    on: date
    price_fen: int
    price_units: int
    published: Fraction
    budget_left_fen: int
    floor: Fraction


def day_terms() -> DayTerms:
    """What a payment with points needs to know, in one query. Raises NoPriceYet before the first price."""
    with connection.cursor() as cursor:
        cursor.execute(TERMS)
        on, price_fen, price_units, budget_left_fen, reserve_fen, supply = cursor.fetchone()
    if on is None:
        raise NoPriceYet()
    return DayTerms(
        on=on,
        price_fen=price_fen,
        price_units=price_units,
        published=price_of_one_point(reserve_fen=price_fen, units=price_units) or Fraction(0),
        budget_left_fen=budget_left_fen,
        floor=price_of_one_point(reserve_fen=int(reserve_fen), units=int(supply)) or Fraction(0),
    )


def price_of_the_day() -> PriceFacts | None:
    """The price in force: the latest that was published."""
    row = DayPrice.objects.order_by("-on").first()
    return _facts(row) if row is not None else None


def price_history(*, days: int = 90) -> tuple[PriceFacts, ...]:
    """The prices of so many last days, oldest first, with the floor and ceiling beside them."""
    rows = list(DayPrice.objects.order_by("-on")[:days])
    return tuple(_facts(row) for row in reversed(rows))


def _facts(row: DayPrice) -> PriceFacts:
    return PriceFacts(
        on=row.on,
        published_at=row.published_at,
        price=row.price,
        floor=row.floor,
        ceiling=price_of_one_point(reserve_fen=row.reserve_fen, units=row.circulating),
        reserve_fen=row.reserve_fen,
        pledge_fen=row.pledge_fen,
        supply=row.supply,
        circulating=row.circulating,
        is_operators=row.is_operators,
        budget_fen=row.budget_fen,
        given_fen=row.given_fen,
    )
