"""Orders evaluated together: members as columns, every line by its plan, ranks rising from order to order."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date

import numpy as np
import numpy.typing as npt
from django.utils import timezone

from tongbao.mall.contracts import OrderFacts
from tongbao.members.contracts import RankStep, RegionalSeat
from tongbao.members.selectors import MemberGraph, agents_of_places
from tongbao.plans import AgentSeat, Chain, Plan, RecruitRule, SponsorSeat
from tongbao.plans.columns import AwardColumns, Columns, OrderColumns, RankHistory, promote
from tongbao.plans.contracts import REGION_LEVELS, PromotionRules
from tongbao.rewards.policy import promotes
from tongbao.rewards.services.evaluated import Evaluated, LineAwards, Rests, Waiting
from tongbao.rewards.services.rows import Line, Outcome, Settled

Longs = npt.NDArray[np.int64]
Ints = npt.NDArray[np.int32]
NO_RANK = ""
"""Below every ladder: the height of a rank that the ladder doesn't know."""
MOST_WITNESSES = 1_000
"""Of somebody with thousands of recruits so many are kept as those who counted."""


def evaluate_together(*, orders: Sequence[Waiting], graph: MemberGraph, enough_bp: int) -> Evaluated:
    """Evaluate orders, given in the order of payment, each on the ranks before it; nothing is written.

    Award for award and rank for rank what evaluating and promoting them one after the other gives. The graph is
    being looked at (``MemberGraph.looked_at``); ranks that rise are noted in it.
    """
    evaluated = Evaluated()
    places = {
        (order.facts.region_code, timezone.localdate(order.facts.paid_at))
        for order in orders
        if order.facts.region_code
    }
    agents = agents_of_places(places=places)
    for run in _runs(orders):
        _Run(run, graph, agents, enough_bp).evaluate(into=evaluated)
    return evaluated


def _runs(orders: Sequence[Waiting]) -> Iterator[list[Waiting]]:
    """Orders that can be evaluated together: those of one ladder and of one set of rules for recruits."""
    run: list[Waiting] = []
    seen: tuple[set[tuple[str, ...]], set[tuple[RecruitRule, ...]]] = (set(), set())
    for order in orders:
        rules = {
            line.plan.promotions.by_recruits
            for line in order.lines
            if line.plan is not None and line.plan.promotions.by_purchase
        }
        if run and (len(seen[0] | order.ladders) > 1 or len(seen[1] | rules) > 1):
            yield run
            run, seen = [], (set(), set())
        run.append(order)
        seen = (seen[0] | order.ladders, seen[1] | rules)
    if run:
        yield run


@dataclass(frozen=True, slots=True)
class _Row:
    """A line that has a plan: which order of the run it belongs to, and which of the order's lines it is."""

    place: int
    number: int
    line: Line


class _Run:
    """Orders of one go, and the members around them as columns of their own."""

    def __init__(
        self,
        orders: Sequence[Waiting],
        graph: MemberGraph,
        agents: dict[tuple[str, date], tuple[RegionalSeat, ...]],
        enough_bp: int,
    ) -> None:
        self._orders = orders
        self._graph = graph
        self._enough_bp = enough_bp
        self._agents = [self._agents_of(order.facts, agents) for order in orders]
        buyers = np.array([order.facts.buyer_id for order in orders], dtype=np.int64)
        seats = np.array([seat.member_id for of_order in self._agents for seat in of_order], dtype=np.int64)
        above = graph.with_uplines(buyers)
        self._members = np.union1d(above, seats) if len(seats) else above
        sponsors = graph.sponsor[self._members]
        found = np.searchsorted(self._members, sponsors)
        # An agent's own sponsors are nobody's business unless they stand above a buyer.
        there = self._members[np.minimum(found, len(self._members) - 1)] == sponsors
        self._sponsor = np.where((sponsors > 0) & there, found, -1).astype(np.int32)
        self._active = graph.active[self._members]
        self._buyer = np.searchsorted(self._members, buyers).astype(np.int32)
        self._names = [self._name_of(member_id) for member_id in self._members.tolist()]
        # Who rose in this run: at which order, to which rank.
        self._raised: dict[int, list[tuple[int, str]]] = defaultdict(list)
        self._rows = [
            _Row(place, number, line)
            for place, order in enumerate(orders)
            for number, line in enumerate(order.lines)
            if line.plan is not None
        ]

    def _agents_of(
        self, facts: OrderFacts, agents: dict[tuple[str, date], tuple[RegionalSeat, ...]]
    ) -> tuple[RegionalSeat, ...]:
        if not facts.region_code:
            return ()
        return agents[facts.region_code, timezone.localdate(facts.paid_at)]

    def evaluate(self, *, into: Evaluated) -> None:
        """Every line by its plan, then the ranks that the orders bring."""
        promoting = [row for row in self._rows if self._rank_given(row) is not None]
        ladders = {row.line.plan.ranks for row in self._rows if row.line.plan is not None}
        rules = {row.line.plan.promotions.by_recruits for row in promoting if row.line.plan is not None}
        if len(ladders) <= 1 and len(rules) <= 1:
            # Everybody's ranks before each of the orders, worked out once for all of them.
            histories = {ladder: self._promote(ladder, promoting, into) for ladder in ladders}
            outcomes = self._outcomes(histories, into)
        else:
            # A lone order whose lines have plans of several kinds: all see the same ranks, then line after line lifts.
            outcomes = self._outcomes({ladder: self._as_it_stands(ladder) for ladder in ladders}, into)
            for row in promoting:
                assert row.line.plan is not None
                self._promote(row.line.plan.ranks, [row], into)
        for place, order in enumerate(self._orders):
            into.orders.append(
                Settled(
                    facts=order.facts,
                    outcomes=tuple(
                        outcomes.get((place, number)) or Outcome(line=line, chain=self._chain(place, None))
                        for number, line in enumerate(order.lines)
                    ),
                    settled_at=order.moment,
                )
            )

    # Ranks

    def _rank_given(self, row: _Row) -> str | None:
        """The rank that a line's purchase gives, if enough of it was paid in cash."""
        plan, facts = row.line.plan, row.line.facts
        if plan is None or not facts.is_pack:
            return None
        rank = plan.promotions.rank_for(facts.product_code)
        paid_enough = promotes(
            base_fen=facts.base_fen, list_fen=facts.list_fen, promotion_cash_bp=self._enough_bp
        )
        return rank if paid_enough else None

    def _heights(self, ladder: Sequence[str]) -> npt.NDArray[np.int8]:
        """How high everybody stands; 0 is below the ladder, for ranks that it doesn't know."""
        height = {rank: place for place, rank in enumerate(ladder, start=1)}
        by_code = np.array([height.get(rank, 0) for rank in self._graph.ranks] or [0], dtype=np.int8)
        return by_code[self._graph.rank[self._members]]

    def _as_it_stands(self, ladder: tuple[str, ...]) -> RankHistory:
        heights = self._heights(ladder)
        since = np.where(heights[:, None] > np.arange(1, len(ladder))[None, :], -1, np.iinfo(np.int32).max)
        return RankHistory(
            since=since.astype(np.int32), final=np.maximum(heights - 1, 0).astype(np.int8), changes=0
        )

    def _promote(self, ladder: tuple[str, ...], promoting: Sequence[_Row], into: Evaluated) -> RankHistory:
        """The ranks that these lines bring, noted in the graph; the history on the plan's own ladder."""
        if not promoting:
            return self._as_it_stands(ladder)
        plan = promoting[0].line.plan
        assert plan is not None
        below = (NO_RANK, *ladder)
        given = [below.index(self._rank_given(row) or NO_RANK) for row in promoting]
        history = promote(
            sponsor=self._sponsor,
            rank=self._heights(ladder),
            buyer=self._buyer[[row.place for row in promoting]],
            bought_rank=np.array(given, dtype=np.int8),
            rules=PromotionRules(by_recruits=plan.promotions.by_recruits),
            ladder=below,
            place=np.array([row.place for row in promoting], dtype=np.int32),
            recruits_from=lambda height: self._graph.recruits_at(self._members, ranks=below[height:]),
        )
        into.steps += self._steps(below, promoting, given, history)
        lifted = {int(self._members[step.who]): below[step.height] for step in history.raises}
        if lifted:
            self._graph.note_ranks(lifted)
        for step in history.raises:
            self._raised[step.who].append((step.order, below[step.height]))
        return RankHistory(
            since=history.since[:, 1:],
            final=np.maximum(history.final - 1, 0).astype(np.int8),
            changes=history.changes,
            raises=history.raises,
        )

    def _steps(
        self, ladder: tuple[str, ...], promoting: Sequence[_Row], given: Sequence[int], history: RankHistory
    ) -> Iterator[RankStep]:
        """Every rank given, in order: each purchase once, whether it lifts or not, and what follows from it."""
        raises = defaultdict(list)
        for step in history.raises:
            raises[step.order].append(step)
        # The graph has the ranks before all this; what rises on the way is kept here.
        now: dict[int, str] = {}
        for row, height in zip(promoting, given, strict=True):
            moment = self._orders[row.place].moment
            buyer = int(self._buyer[row.place])
            of_order = raises[row.place]
            bought = next(
                (
                    step
                    for step in of_order
                    if step.rule is None and step.who == buyer and step.height == height
                ),
                None,
            )
            member_id = int(self._members[buyer])
            yield RankStep(
                member_id=member_id,
                rank_before=now.get(member_id) or self._name_of(member_id),
                rank=ladder[height],
                granted_at=moment,
                lifts=bought is not None,
                source=f"order_line:{row.line.facts.line_id}",
            )
            if bought is not None:
                now[member_id] = ladder[height]
                of_order.remove(bought)
            # What this line's purchase brought: everything up to the next purchase of the same order.
            while of_order and of_order[0].rule is not None:
                step = of_order.pop(0)
                member_id = int(self._members[step.who])
                rule = step.rule
                assert rule is not None
                yield RankStep(
                    member_id=member_id,
                    rank_before=now.get(member_id) or self._name_of(member_id),
                    rank=ladder[step.height],
                    granted_at=moment,
                    rule=rule,
                    witnesses=self._witnesses(member_id, ladder, rule, now),
                )
                now[member_id] = ladder[step.height]

    def _name_of(self, member_id: int) -> str:
        """The rank that somebody has in the graph."""
        code = int(self._graph.rank[member_id])
        return self._graph.ranks[code] if code >= 0 else NO_RANK

    def _witnesses(
        self,
        member_id: int,
        ladder: tuple[str, ...],
        rule: RecruitRule,
        now: dict[int, str],
    ) -> tuple[int, ...]:
        enough = set(ladder[ladder.index(rule.recruit_rank) :])
        counted = (
            recruit
            for recruit in self._graph.recruits_of(member_id).tolist()
            if (now.get(recruit) or self._name_of(recruit)) in enough
        )
        return tuple(recruit for recruit, _ in zip(counted, range(MOST_WITNESSES), strict=False))

    # Awards

    def _outcomes(
        self, histories: dict[tuple[str, ...], RankHistory], into: Evaluated
    ) -> dict[tuple[int, int], Outcome]:
        by_version: dict[int, list[_Row]] = defaultdict(list)
        for row in self._rows:
            assert row.line.version is not None
            by_version[row.line.version.pk].append(row)
        outcomes = {}
        chains: dict[tuple[int, tuple[str, ...]], Chain] = {}
        for rows in by_version.values():
            plan = rows[0].line.plan
            assert plan is not None
            awards = self._pay(plan, rows, histories[plan.ranks])
            into.awards.append(self._as_columns(plan, rows, awards))
            named = replace(awards, beneficiary=self._members[awards.beneficiary].astype(np.int32))
            firsts = np.searchsorted(awards.order, np.arange(len(rows) + 1))
            rests = Rests(plan)
            for number, row in enumerate(rows):
                paid = named.as_awards(int(firsts[number]), int(firsts[number + 1]), plan=plan)
                key = (row.place, plan.ranks)
                if key not in chains:
                    chains[key] = self._chain(row.place, plan.ranks)
                outcomes[row.place, row.number] = Outcome(
                    line=row.line, chain=chains[key], awards=paid, rests=rests.after(row.line, paid)
                )
        return outcomes

    def _pay(self, plan: Plan, rows: Sequence[_Row], history: RankHistory) -> AwardColumns:
        seats, region = self._regions(rows)
        columns = Columns(
            plan=plan,
            sponsor=self._sponsor,
            rank=history.final,
            active=self._active,
            agents=seats,
            promotes=False,
        )
        products = {product: number for number, product in enumerate(columns.products)}
        places = np.array([row.place for row in rows], dtype=np.int32)
        return columns.settle(
            OrderColumns(
                buyer=self._buyer[places],
                base_fen=np.array([row.line.facts.base_fen for row in rows], dtype=np.int64),
                product=np.array(
                    [products.get(row.line.facts.product_code, -1) for row in rows], dtype=np.int32
                ),
                region=region,
                place=places,
            ),
            history=history,
        )

    def _regions(self, rows: Sequence[_Row]) -> tuple[Ints, Ints]:
        """The agents around each row's order: distinct sets of them, and which one is each row's."""
        known: dict[tuple[RegionalSeat, ...], int] = {}
        region = [known.setdefault(self._agents[row.place], len(known)) for row in rows]
        seats = np.full((len(known), len(REGION_LEVELS)), -1, dtype=np.int32)
        for agents, number in known.items():
            for seat in agents:
                seats[number, REGION_LEVELS.index(seat.level)] = np.searchsorted(self._members, seat.member_id)
        return seats, np.array(region, dtype=np.int32)

    def _as_columns(self, plan: Plan, rows: Sequence[_Row], awards: AwardColumns) -> LineAwards:
        order_ids = np.array([self._orders[row.place].facts.order_id for row in rows], dtype=np.int64)
        positions = np.array([row.line.facts.position for row in rows], dtype=np.int64)
        walks = plan.walks_by_place
        regional = np.array(
            [place in walks and walks[place].graph == "regions" for place in range(len(plan.clauses))],
            dtype=np.bool_,
        )
        return LineAwards(
            awards=awards,
            regional=regional[awards.clause],
            order_ids=order_ids[awards.order],
            positions=positions[awards.order],
            beneficiaries=self._members[awards.beneficiary],
        )

    def _chain(self, place: int, ladder: tuple[str, ...] | None) -> Chain:
        """The people around an order with their ranks before it; a rank that the ladder doesn't know is its lowest."""
        sponsors = []
        at = int(self._sponsor[self._buyer[place]])
        while at >= 0:
            rank = self._rank_before(at, place)
            if ladder is not None and rank not in ladder:
                rank = ladder[0]
            sponsors.append(SponsorSeat(int(self._members[at]), rank, bool(self._active[at])))
            at = int(self._sponsor[at])
        return Chain(
            buyer_key=self._orders[place].facts.buyer_id,
            sponsors=tuple(sponsors),
            agents=tuple(AgentSeat(seat.level, seat.member_id, seat.active) for seat in self._agents[place]),
        )

    def _rank_before(self, member: int, place: int) -> str:
        rank = self._names[member]
        for at, name in self._raised.get(member, ()):
            if at < place:
                rank = name
        return rank
