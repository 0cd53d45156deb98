"""The same weeks with ``evaluate``, order by order: the meaning that the columns are held against."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from tongbao.plans.contracts import REGION_LEVELS, AgentSeat, Award, Chain, SponsorSeat
from tongbao.plans.evaluating import evaluate
from tongbao.plans.plan import Plan
from tongbao.plans.promoting import rank_by_recruits
from tongbao.plans.simulation.drawn import Drawn, Ints
from tongbao.plans.simulation.products import Products

if TYPE_CHECKING:
    from tongbao.plans.simulation.payouts import Lines, Week


class OneByOne:
    """Settles a week as a shop does: one order, its awards, then the promotions it brings."""

    def __init__(self, plan: Plan, drawn: Drawn, products: Products) -> None:
        self._plan, self._drawn, self._products = plan, drawn, products
        self._place = {clause.id: place for place, clause in enumerate(plan.clauses)}
        self._sponsor: list[int] = drawn.sponsor.tolist()
        self._recruits: list[list[int]] = [[] for _ in self._sponsor]
        self._known = 0

    def settle(self, week: Week, rank: Ints) -> tuple[Lines, Lines, Ints]:
        self._welcome(week.accounts)
        heights: list[int] = rank[: week.accounts].tolist()
        closed: list[bool] = week.closed.tolist()
        drawn, sold, remaining = self._drawn, _Gathered(), _Gathered()
        refunded = set(week.refunded.tolist())
        for row in range(week.last - week.first):
            order = week.first + row
            buyer, offer = int(drawn.buyer[order]), int(drawn.offer[order])
            chain = Chain(
                sponsors=self._above(heights, closed, self._sponsor[buyer]),
                agents=self._agents(week, int(drawn.region[order]), closed),
                buyer_key=buyer,
                buyer=self._seat(heights, closed, buyer),
            )
            sale = self._products.sale(offer, int(drawn.base_fen[order]))
            sold.add(row, evaluate(plan=self._plan, chain=chain, sale=sale), self._place)
            if row in refunded:
                left = self._products.sale(offer, int(drawn.remaining_fen[order]))
                remaining.add(row, evaluate(plan=self._plan, chain=chain, sale=left), self._place)
            self._promote(heights, buyer, self._products.names[offer])
        return sold.lines(), remaining.lines(), np.array(heights, dtype=np.int32)

    def _welcome(self, accounts: int) -> None:
        for account in range(self._known, accounts):
            if self._sponsor[account] >= 0:
                self._recruits[self._sponsor[account]].append(account)
        self._known = accounts

    def _seat(self, heights: list[int], closed: list[bool], who: int) -> SponsorSeat:
        return SponsorSeat(who, self._plan.ranks[heights[who]], not closed[who])

    def _above(self, heights: list[int], closed: list[bool], who: int) -> tuple[SponsorSeat, ...]:
        seats = []
        while who >= 0:
            seats.append(self._seat(heights, closed, who))
            who = self._sponsor[who]
        return tuple(seats)

    def _agents(self, week: Week, region: int, closed: list[bool]) -> tuple[AgentSeat, ...]:
        if region < 0:
            return ()
        return tuple(
            AgentSeat(level, agent, not closed[agent])
            for level, agent in zip(REGION_LEVELS, week.agents[region].tolist(), strict=True)
            if agent >= 0
        )

    def _promote(self, heights: list[int], buyer: int, product: str) -> None:
        given = self._plan.promotions.rank_for(product)
        if given is None:
            return
        heights[buyer] = max(heights[buyer], self._plan.ranks.index(given))
        self._climb(heights, buyer)
        above = self._sponsor[buyer]
        while above >= 0 and self._climb(heights, above):
            above = self._sponsor[above]

    def _climb(self, heights: list[int], who: int) -> bool:
        ranks = self._plan.ranks
        reached = rank_by_recruits(
            rank=ranks[heights[who]],
            recruit_ranks=[ranks[heights[below]] for below in self._recruits[who]],
            rules=self._plan.promotions.by_recruits,
            ladder=ranks,
        )
        before, heights[who] = heights[who], ranks.index(reached)
        return heights[who] != before


class _Gathered:
    """Awards put down one after the other, to become columns."""

    def __init__(self) -> None:
        self._rows: list[tuple[int, int, int, int, int]] = []

    def add(self, order: int, awards: tuple[Award, ...], place: dict[str, int]) -> None:
        for award in awards:
            where, _, far = award.seat.partition(" ")
            depth = int(far) if where == "sponsor" else 0
            self._rows.append((order, int(award.beneficiary), place[award.clause], depth, award.amount_fen))

    def lines(self) -> Lines:
        from tongbao.plans.simulation.payouts import Lines

        table = np.array(self._rows, dtype=np.int64).reshape(-1, 5)
        order, who, clause, depth = (table[:, place].astype(np.int32) for place in range(4))
        return Lines(order=order, beneficiary=who, clause=clause, depth=depth, amount_fen=table[:, 4])
