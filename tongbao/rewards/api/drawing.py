"""The income disclosure as the public page shows it: words, amounts, and how long each bar is."""

from __future__ import annotations

from typing import Any

from tongbao.kit.errors import Language
from tongbao.members.selectors import rank_name
from tongbao.money import format_rate, format_yuan
from tongbao.rewards.contracts import DisclosedIncome, IncomeGroup
from tongbao.rewards.policy.income import SMALLEST_GROUP

# Of the picture, in its own units.
ROW = 30
LEFT = 170
PER_HUNDREDTH = 4


def group_title(ranks: tuple[str, ...], *, language: Language) -> str:
    """The ranks of a group in words; nothing for everybody."""
    return ("、" if language == "zh" else ", ").join(rank_name(rank, language=language) for rank in ranks)


def income_to_show(income: DisclosedIncome, *, language: Language) -> dict[str, Any]:
    """Both periods with a row and a bar for everybody and for each group; the bars show the last twelve months."""
    periods = [
        {
            "period": period,
            "everybody": income.everybody[period],
            "rows": [
                _row(group, at=at, language=language)
                for at, group in enumerate((income.everybody[period], *income.groups[period]))
            ],
        }
        for period in ("year", "ever")
        if period in income.everybody
    ]
    height = ROW * len(periods[0]["rows"]) if periods else 0  # type: ignore[arg-type]
    return {
        "as_of": income.as_of,
        "members": income.members,
        "smallest_group": SMALLEST_GROUP,
        "periods": periods,
        "height": height,
    }


def _row(group: IncomeGroup, *, at: int, language: Language) -> dict[str, Any]:
    nothing = group.nothing_of_hundred * PER_HUNDREDTH
    return {
        "title": group_title(group.ranks, language=language),
        "members": group.members,
        "nothing": group.nothing_of_hundred,
        "amounts": [
            format_yuan(fen)
            for fen in (
                group.quarter_fen,
                group.median_fen,
                group.three_quarters_fen,
                group.ninety_fen,
                group.ninety_nine_fen,
                group.most_fen,
                group.mean_fen,
                group.spent_median_fen,
            )
        ],
        "top_hundredth": format_rate(group.top_hundredth_bp),
        "top_tenth": format_rate(group.top_tenth_bp),
        "y": at * ROW + 4,
        "text_y": at * ROW + 19,
        "nothing_width": nothing,
        "earned_x": LEFT + nothing,
        "earned_width": 100 * PER_HUNDREDTH - nothing,
    }
