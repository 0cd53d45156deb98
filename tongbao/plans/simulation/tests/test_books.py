"""A market through the books: what a refund takes back is all that can fall."""

from __future__ import annotations

import pytest

from tongbao.plans import preset
from tongbao.plans.running import Run
from tongbao.plans.simulation import Market, draw_market, pay

REGRET = Market(founders=2, refund_bp=3_000, part_refund_bp=2_000, regions=0)


@pytest.mark.parametrize("name", ["gift-pack", "rank-bonus", "stairstep-breakaway", "linkage", "subsidy"])
def test_after_a_year_of_refunds_no_rank_stands_that_shouldnt(name, monkeypatch):
    runs: list[Run] = []

    def remembered(self: Run, *arguments: object, **named: object) -> None:
        began(self, *arguments, **named)
        runs.append(self)

    began = Run.__init__
    monkeypatch.setattr(Run, "__init__", remembered)
    drawn = draw_market(REGRET, members=200, days=120, seed=7)
    pay(preset(name), drawn, route="books")
    (run,) = runs
    assert any(person.height for person in run.people.everybody)
    # From the newest member up everybody is looked at again, and nobody falls.
    for person in reversed(run.people.everybody):
        assert run.people.review(person) == []
