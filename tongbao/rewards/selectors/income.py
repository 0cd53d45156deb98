"""What members earned, as it was last disclosed."""

from __future__ import annotations

from tongbao.rewards.contracts import DisclosedIncome, IncomeGroup
from tongbao.rewards.models import IncomeDisclosure, IncomeRow
from tongbao.rewards.policy.income import of_hundred

_FIGURES = (
    "members",
    "earned_nothing",
    "quarter_fen",
    "median_fen",
    "three_quarters_fen",
    "ninety_fen",
    "ninety_nine_fen",
    "most_fen",
    "mean_fen",
    "top_hundredth_bp",
    "top_tenth_bp",
    "spent_median_fen",
)


def disclosed_income() -> DisclosedIncome | None:
    """The newest counting; nothing before the first."""
    newest = IncomeDisclosure.objects.order_by("-as_of").first()
    if newest is None:
        return None
    rows = list(newest.rows.order_by("place"))
    return DisclosedIncome(
        as_of=newest.as_of,
        since=newest.since,
        members=newest.members,
        everybody={row.period: _group(row) for row in rows if row.place == 0},  # type: ignore[misc]
        groups={
            period: tuple(_group(row) for row in rows if row.place and row.period == period)
            for period in ("year", "ever")
        },
    )


def _group(row: IncomeRow) -> IncomeGroup:
    return IncomeGroup(
        ranks=tuple(row.ranks),
        nothing_of_hundred=of_hundred(part=row.earned_nothing, whole=row.members),
        **{name: getattr(row, name) for name in _FIGURES},
    )
