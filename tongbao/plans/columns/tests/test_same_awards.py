"""One meaning, two speeds: the columns give, award for award, what ``evaluate`` gives one order after the other."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tongbao.plans import (
    AgentSeat,
    Award,
    Chain,
    Plan,
    Sale,
    SponsorSeat,
    evaluate,
    load_plan,
    preset,
    preset_text,
    rank_by_recruits,
)
from tongbao.plans.columns import Columns, OrderColumns
from tongbao.plans.contracts import ColumnsUnfit
from tongbao.plans.tests.any_plan import PRODUCTS, any_plans

LEVELS = ("county", "city", "province")


class Town:
    """Members and orders drawn at random; settled one by one here, and as columns there."""

    def __init__(self, seed: int, *, members: int, orders: int, ranks: int) -> None:
        draw = np.random.default_rng(seed)
        self.sponsor = np.array(
            [-1, *(draw.integers(-1, place) for place in range(1, members))], dtype=np.int32
        )
        self.rank = draw.integers(0, ranks, members).astype(np.int8)
        self.rank[draw.random(members) < 0.5] = 0
        self.active = draw.random(members) > 0.15
        self.recruits = draw.integers(0, 4, members)
        self.own_fen, self.team_fen = draw.integers(0, 4_000, members), draw.integers(0, 10_000, members)
        self.agents = draw.integers(-1, members, (3, 3)).astype(np.int32)
        self.buyer = draw.integers(0, members, orders).astype(np.int32)
        self.base_fen = draw.integers(0, 30_000, orders)
        self.freight_fen, self.margin_fen, self.points_fen = draw.integers(0, 20_000, (3, orders))
        self.region = draw.integers(-1, 3, orders).astype(np.int32)
        self.introducer = draw.integers(-1, members, orders).astype(np.int32)
        self.product = draw.integers(0, 4, orders)

    def one_by_one(self, plan: Plan) -> tuple[list[tuple[Award, ...]], list[int]]:
        """Every order's awards by the scalar path, and the ranks in the end."""
        ladder, rank = plan.ranks, self.rank.tolist()
        found = []
        for order in range(len(self.buyer)):
            buyer = int(self.buyer[order])
            chain = Chain(
                sponsors=self.above(plan, rank, int(self.sponsor[buyer])),
                agents=self.agents_of(order),
                buyer_key=buyer,
                buyer=self.seat(plan, rank, buyer),
                introducers=self.above(plan, rank, int(self.introducer[order])),
            )
            product = self.product_of(order)
            found.append(evaluate(plan=plan, chain=chain, sale=self.sale(order)))
            given = plan.promotions.rank_for(product)
            if given is not None:
                rank[buyer] = max(rank[buyer], ladder.index(given))
                self.climb(plan, rank, buyer)
                above = int(self.sponsor[buyer])
                while above >= 0 and self.climb(plan, rank, above):
                    above = int(self.sponsor[above])
        return found, rank

    def climb(self, plan: Plan, rank: list[int], who: int) -> bool:
        reached = rank_by_recruits(
            rank=plan.ranks[rank[who]],
            recruit_ranks=[plan.ranks[rank[below]] for below in np.flatnonzero(self.sponsor == who)],
            rules=plan.promotions.by_recruits,
            ladder=plan.ranks,
        )
        before, rank[who] = rank[who], plan.ranks.index(reached)
        return rank[who] != before

    def product_of(self, order: int) -> str:
        place = int(self.product[order])
        return PRODUCTS[place] if place < len(PRODUCTS) else "soap"

    def sale(self, order: int) -> Sale:
        return Sale(
            int(self.base_fen[order]),
            freight_fen=int(self.freight_fen[order]),
            margin_fen=int(self.margin_fen[order]),
            points_fen=int(self.points_fen[order]),
            product=self.product_of(order),
        )

    def seat(self, plan: Plan, rank: list[int], who: int) -> SponsorSeat:
        return SponsorSeat(
            who,
            plan.ranks[rank[who]],
            bool(self.active[who]),
            int(self.recruits[who]),
            own_fen=int(self.own_fen[who]),
            team_fen=int(self.team_fen[who]),
        )

    def above(self, plan: Plan, rank: list[int], who: int) -> tuple[SponsorSeat, ...]:
        seats = []
        while who >= 0:
            seats.append(self.seat(plan, rank, who))
            who = int(self.sponsor[who])
        return tuple(seats)

    def agents_of(self, order: int) -> tuple[AgentSeat, ...]:
        if self.region[order] < 0:
            return ()
        return tuple(
            AgentSeat(level, int(agent), bool(self.active[agent]))
            for level, agent in zip(LEVELS, self.agents[self.region[order]], strict=True)
            if agent >= 0
        )

    def as_columns(self, plan: Plan) -> Columns:
        return Columns(
            plan=plan,
            sponsor=self.sponsor,
            rank=self.rank,
            active=self.active,
            recruits=self.recruits,
            own_fen=self.own_fen,
            team_fen=self.team_fen,
            agents=self.agents,
        )

    def orders(self, columns: Columns, rows: slice = slice(None)) -> OrderColumns:
        named = {product: place for place, product in enumerate(columns.products)}
        codes = [named.get(self.product_of(order), -1) for order in range(len(self.buyer))]
        return OrderColumns(
            buyer=self.buyer[rows],
            base_fen=self.base_fen[rows],
            product=np.array(codes, dtype=np.int32)[rows],
            region=self.region[rows],
            introducer=self.introducer[rows],
            freight_fen=self.freight_fen[rows],
            margin_fen=self.margin_fen[rows],
            points_fen=self.points_fen[rows],
        )


@settings(deadline=None, max_examples=300)
@given(plan=any_plans(with_promotions=True), seed=st.integers(0, 2**32), members=st.integers(1, 30))
def test_columns_pay_award_for_award_what_one_by_one_pays(plan, seed, members):
    town = Town(seed, members=members, orders=25, ranks=len(plan.ranks))
    expected, ranks = town.one_by_one(plan)
    columns = town.as_columns(plan)
    awards = columns.settle(town.orders(columns))
    for order, wanted in enumerate(expected):
        assert awards.of_order(order, plan=plan) == wanted, order
    assert len(awards) == sum(len(wanted) for wanted in expected)
    assert columns.rank.tolist() == ranks


@settings(deadline=None, max_examples=150)
@given(plan=any_plans(wide=True), seed=st.integers(0, 2**32), members=st.integers(1, 30))
def test_columns_pay_the_same_on_freight_margin_and_points_with_volumes_amounts_and_caps(plan, seed, members):
    town = Town(seed, members=members, orders=15, ranks=len(plan.ranks))
    expected, _ = town.one_by_one(plan)
    columns = town.as_columns(plan)
    awards = columns.settle(town.orders(columns))
    for order, wanted in enumerate(expected):
        assert awards.of_order(order, plan=plan) == wanted, order
    assert len(awards) == sum(len(wanted) for wanted in expected)


@settings(deadline=None, max_examples=50)
@given(seed=st.integers(0, 2**32), cut=st.integers(0, 60))
def test_a_batch_cut_in_two_pays_the_same(seed, cut):
    plan = preset("gift-pack")
    town = Town(seed, members=25, orders=60, ranks=4)
    whole = town.as_columns(plan)
    expected = whole.settle(town.orders(whole))
    columns = town.as_columns(plan)
    first = columns.settle(town.orders(columns, slice(None, cut)))
    second = columns.settle(town.orders(columns, slice(cut, None)))
    together = [*first.amount_fen.tolist(), *second.amount_fen.tolist()]
    assert together == expected.amount_fen.tolist()
    assert columns.rank.tolist() == whole.rank.tolist()


def test_a_promotion_counts_from_the_next_order_on():
    plan = preset("gift-pack")
    columns = Columns(
        plan=plan, sponsor=np.array([-1, 0, 1], dtype=np.int32), rank=np.zeros(3, dtype=np.int8)
    )
    vip = columns.products.index("pack-198")
    orders = OrderColumns(
        buyer=np.array([1, 2, 2], dtype=np.int32),
        base_fen=np.array([19_800, 19_800, 19_800]),
        product=np.array([vip, vip, vip], dtype=np.int32),
    )
    awards = columns.settle(orders)
    # The first pack makes member 1 a VIP: their own sponsor earns 12 %, they earn 12 % and 10 % from then on.
    assert list(
        zip(awards.order.tolist(), awards.beneficiary.tolist(), awards.amount_fen.tolist(), strict=True)
    ) == [
        (0, 0, 2_376),
        (1, 1, 2_376),
        (1, 1, 1_980),
        (2, 1, 2_376),
        (2, 1, 1_980),
    ]
    assert columns.rank.tolist() == [0, 1, 1]
    assert columns.changes == 2


def test_nobody_bought_anything():
    columns = Columns(
        plan=preset("gift-pack"), sponsor=np.array([-1], dtype=np.int32), rank=np.zeros(1, dtype=np.int8)
    )
    awards = columns.settle(
        OrderColumns(buyer=np.array([], dtype=np.int32), base_fen=np.array([], dtype=np.int64))
    )
    assert len(awards) == 0
    assert awards.total_fen == 0


def test_an_amount_that_would_leave_64_bits_is_refused():
    columns = Columns(
        plan=preset("gift-pack"), sponsor=np.array([-1, 0], dtype=np.int32), rank=np.zeros(2, dtype=np.int8)
    )
    with pytest.raises(OverflowError):
        columns.settle(OrderColumns(buyer=np.array([1], dtype=np.int32), base_fen=np.array([10**15])))


def test_a_limit_over_a_month_is_not_settled_in_one_batch():
    text = preset_text("gift-pack").replace(
        "    rate: 12%\n", "    rate: 12%\n    bound: {person: 100.00, period: month}\n"
    )
    with pytest.raises(ColumnsUnfit) as refusal:
        Columns(plan=load_plan(text), sponsor=np.array([-1], dtype=np.int32), rank=np.zeros(1, dtype=np.int8))
    assert refusal.value.values["clause"] == "direct"


def test_promotions_by_volume_are_not_settled_in_one_batch():
    text = preset_text("gift-pack").replace(
        "promotions:\n", "promotions:\n  by_volume:\n    - {from: member, team: 10000.00, to: vip}\n"
    )
    with pytest.raises(ColumnsUnfit):
        Columns(plan=load_plan(text), sponsor=np.array([-1], dtype=np.int32), rank=np.zeros(1, dtype=np.int8))
