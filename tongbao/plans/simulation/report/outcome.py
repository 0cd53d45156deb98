"""One or two plans on one market: what a report tells, as data for other programs too."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from tongbao.money import Language
from tongbao.plans.plan import Plan
from tongbao.plans.simulation.drawn import Drawn
from tongbao.plans.simulation.figures import Figures
from tongbao.plans.simulation.growth import Progress, quiet
from tongbao.plans.simulation.payouts import pay
from tongbao.plans.simulation.published import Comparison, compare_with_published
from tongbao.plans.simulation.statistics import figures

FORMAT: Final = "tongbao.simulation/1"


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """A plan on the market: its figures, and what they are held against."""

    plan: Plan
    member_rank: str | None
    figures: Figures
    comparisons: tuple[Comparison, ...]
    tag: str = ""
    """Tells apart two plans of one title: "A" or "B"."""

    def title(self, language: Language) -> str:
        title = self.plan.title(language)
        return f"{title} {self.tag}" if self.tag else title


def simulate(
    plans: Sequence[Plan],
    drawn: Drawn,
    *,
    member_ranks: Mapping[str, str] | None = None,
    progress: Progress = quiet,
) -> tuple[Outcome, ...]:
    """Every plan on the same market, one after the other. ``member_ranks``: by plan, what members join with.

    Raises UnknownRank.
    """
    ranks = member_ranks or {}
    alike = len(plans) > 1 and any(plan.title("zh") == plans[0].title("zh") for plan in plans[1:])
    found = []
    for tag, plan in zip("ABCDEFGH", plans, strict=False):
        payouts = pay(plan, drawn, member_rank=ranks.get(plan.key), progress=progress)
        shown = figures(drawn, payouts)
        found.append(
            Outcome(
                plan=plan,
                member_rank=ranks.get(plan.key),
                figures=shown,
                comparisons=compare_with_published(drawn, shown),
                tag=tag if alike else "",
            )
        )
    return tuple(found)


def as_json(outcomes: Sequence[Outcome], drawn: Drawn) -> dict[str, object]:
    """All figures for other programs: amounts in fen, shares in basis points, days counted from 0."""
    return {
        "format": FORMAT,
        "members": drawn.accounts,
        "days": drawn.days,
        "seed": drawn.seed,
        "market": drawn.market.told(),
        "plans": [
            {
                "plan": outcome.plan.key,
                "sha256": outcome.plan.sha256,
                "member_rank": outcome.member_rank,
                "difference_fen": outcome.figures.money.difference_fen,
                "figures": outcome.figures.as_json(),
                "comparisons": [comparison.as_json() for comparison in outcome.comparisons],
            }
            for outcome in outcomes
        ],
    }
