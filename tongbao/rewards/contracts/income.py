"""What members earned, as it is disclosed (收入披露)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Literal


@dataclass(frozen=True, slots=True, kw_only=True)
class IncomeGroup:
    """What the members of some ranks earned in a period, in fen; without ``ranks``: everybody.

    Of n members in order of income, a share stands for the one at the ceiling of n × share.
    """

    ranks: tuple[str, ...]
    members: int
    earned_nothing: int
    nothing_of_hundred: int
    quarter_fen: int
    median_fen: int
    three_quarters_fen: int
    ninety_fen: int
    ninety_nine_fen: int
    most_fen: int
    mean_fen: int
    top_hundredth_bp: int
    top_tenth_bp: int
    spent_median_fen: int


@dataclass(frozen=True, slots=True, kw_only=True)
class DisclosedIncome:
    """The newest counting. ``everybody`` and ``groups`` by period; without groups there are too few members."""

    as_of: datetime
    since: datetime
    members: int
    everybody: dict[Literal["year", "ever"], IncomeGroup]
    groups: dict[Literal["year", "ever"], tuple[IncomeGroup, ...]]
