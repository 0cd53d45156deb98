"""Shapes that several of these endpoints share. Amounts in 1/10 000 point, cash in fen."""

from __future__ import annotations

from fractions import Fraction
from typing import Annotated, Any

from ninja import Schema
from pydantic import Field, StringConstraints

from tongbao.money import LARGEST_AMOUNT

Amount = Field(ge=1, le=LARGEST_AMOUNT)
# In a body a number is a number: a text or a switch where an amount belongs is refused, not understood.
Units = Annotated[int, Field(strict=True), Amount, Field(description="In 1/10 000 point.")]
AmountFen = Annotated[int, Field(strict=True), Amount]
# In an address everything is text.
UnitsAsked = Annotated[int, Amount, Field(description="In 1/10 000 point.")]
AmountFenAsked = Annotated[int, Amount]
ClientKey = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9_.:-]{1,80}$")]
Number = Annotated[str, StringConstraints(pattern=r"^[A-Z][0-9]{24}$")]


class RatioOut(Schema):
    """Fen for one point as an exact ratio."""

    numerator: int
    denominator: int


def ratio(price: Fraction | None) -> dict[str, Any] | None:
    """A price as the two numbers it is made of."""
    return None if price is None else {"numerator": price.numerator, "denominator": price.denominator}
