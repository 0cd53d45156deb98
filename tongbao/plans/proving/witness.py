"""The chain that reaches the worst case, evaluated by the evaluator that pays."""

from __future__ import annotations

from tongbao.plans.algebra import Base
from tongbao.plans.clauses import Walk
from tongbao.plans.contracts import (
    REGION_LEVELS,
    AgentSeat,
    Chain,
    Sale,
    SponsorSeat,
)
from tongbao.plans.evaluating import evaluate
from tongbao.plans.plan import Plan
from tongbao.plans.proving.facts import Witness
from tongbao.plans.proving.worst import Worst


def witness_of(plan: Plan, base: Base, worst: Worst) -> Witness:
    """The chain of the worst case, evaluated by the evaluator that pays: it must come to the same fen."""
    by_graph: dict[str, tuple[SponsorSeat, ...]] = {}
    placement: dict[str, tuple[SponsorSeat, ...]] = {}
    for course, facts in zip(plan.courses, worst.seats, strict=True):
        word = {"sponsors": "sponsor", "introducers": "introducer", "placement": f"{course.placement} place"}
        seats = tuple(
            SponsorSeat(
                f"{word.get(course.graph, course.graph)} {number}",
                seat.rank,
                seat.active,
                seat.recruits,
                seat.own_fen,
                seat.team_fen,
            )
            for number, seat in enumerate(facts, start=1)
        )
        if course.graph == "placement":
            placement[course.placement] = seats
        else:
            by_graph[course.graph] = seats
    buyer = by_graph.get("buyer", ())
    chain = Chain(
        sponsors=by_graph.get("sponsors", ()),
        agents=tuple(
            AgentSeat(level, f"{level} agent", seat.active)
            for level in REGION_LEVELS
            for seat in by_graph.get("regions", ())
            if seat.rank == level
        ),
        buyer_key="buyer",
        buyer=buyer[0]
        if buyer
        else SponsorSeat("buyer", worst.buyer_rank)
        if worst.buyer_rank is not None
        else None,
        introducers=by_graph.get("introducers", ()),
        placement=placement,
    )
    sale = _sale(base, worst.base_fen, worst.product)
    paid_fen = sum(
        award.amount_fen
        for award in evaluate(plan=plan, chain=chain, sale=sale)
        if has_an_end(plan, award.clause)
    )
    if paid_fen != worst.total_fen:
        raise AssertionError(
            f"{plan.key}: the bound is {worst.total_fen} fen and the witness reaches {paid_fen}"
        )
    return Witness(
        sponsors=tuple(seat.rank for seat in chain.sponsors),
        agents=tuple(agent.level for agent in chain.agents),
        base_fen=worst.base_fen,
        total_fen=worst.total_fen,
        product=worst.product,
        chain=chain,
        sale=sale,
    )


def has_an_end(plan: Plan, clause_id: str) -> bool:
    """Whether the clause, and every clause whose awards it is paid on, has an end."""
    clause = plan.clause(clause_id)
    assert isinstance(clause, Walk)
    return clause.ends and (clause.of is None or has_an_end(plan, clause.of))


def _sale(base: Base, base_fen: int, product: str) -> Sale:
    return Sale(
        base_fen=base_fen if base == "net" else 0,
        freight_fen=base_fen if base == "freight" else 0,
        margin_fen=base_fen if base == "margin" else 0,
        points_fen=base_fen if base == "points" else 0,
        product=product,
    )
