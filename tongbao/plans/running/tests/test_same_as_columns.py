"""A run gives, award for award, what the columns give for the same orders, ranks rising as they go."""

from __future__ import annotations

from datetime import UTC, datetime

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from tongbao.plans.columns.tests.test_same_awards import Town
from tongbao.plans.running import Run, RunOrder
from tongbao.plans.tests.any_plan import any_plans

DAY = datetime(2026, 1, 1, tzinfo=UTC)


@settings(deadline=None, max_examples=100)
@given(plan=any_plans(with_promotions=True), seed=st.integers(0, 2**32), members=st.integers(1, 30))
def test_a_run_pays_award_for_award_what_the_columns_pay(plan, seed, members):
    town = Town(seed, members=members, orders=25, ranks=len(plan.ranks))
    below = town.sponsor[town.sponsor >= 0]
    town.recruits = np.bincount(below, minlength=members)
    run = Run(plan)
    for member in range(members):
        run.join(
            member,
            sponsor=int(town.sponsor[member]) if town.sponsor[member] >= 0 else None,
            rank=plan.ranks[town.rank[member]],
            active=bool(town.active[member]),
            at=DAY,
        )
    columns = town.as_columns(plan)
    awards = columns.settle(town.orders(columns))
    for order in range(len(town.buyer)):
        introducer = int(town.introducer[order])
        payments = run.paid(
            RunOrder(
                key=str(order),
                buyer=int(town.buyer[order]),
                product=town.product_of(order),
                base_fen=int(town.base_fen[order]),
                agents=town.agents_of(order),
                introducer=introducer if introducer >= 0 else None,
                at=DAY,
            )
        )
        assert tuple(pay.award for pay in payments) == awards.of_order(order, plan=plan)
    assert [plan.ranks.index(run.rank(member)) for member in range(members)] == columns.rank.tolist()
