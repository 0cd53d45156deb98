"""One evaluator for one order line: a plan, the people around the buyer, a sale → awards.

Pure, and the only place where a plan becomes money. Source: business rules §2.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from tongbao.money import floor_share, gap_share
from tongbao.plans.facts import AgentSeat, Award, Chain, Remainder, Sale, SponsorSeat
from tongbao.plans.model import (
    LEVELS,
    Clause,
    DifferentialClause,
    DirectClause,
    PeerClause,
    Plan,
    RegionClause,
)


@dataclass(frozen=True, slots=True)
class _Step:
    """A gap that somebody closed: at which place of the walk, from which rate to which."""

    place: int
    seat: SponsorSeat
    before_bp: int
    upto_bp: int


def evaluate(*, plan: Plan, chain: Chain, sale: Sale) -> tuple[Award, ...]:
    """Every award of one line, in the order of the plan's clauses, then of the walk. Awards of nothing are left out.

    The buyer never earns on their own order. Ranks are those of ``chain``: as they stood before the order.
    Rounding: each step pays the difference of two floors, so a clause's awards add up to the floor of the whole.

    >>> from tongbao.plans import preset
    >>> chain = Chain(buyer_key=0, sponsors=(SponsorSeat(1, "cofounder"), SponsorSeat(2, "cofounder")))
    >>> [award.amount_fen for award in evaluate(plan=preset("gift-pack"), chain=chain, sale=Sale(19_800))]
    [2376, 5940, 990]
    """
    walk = tuple(seat for seat in chain.sponsors if seat.member_key != chain.buyer_key)
    awards: list[Award] = []
    for clause in plan.clauses:
        awards.extend(_awards_of(clause, plan=plan, walk=walk, chain=chain, sale=sale))
    return tuple(award for award in awards if award.amount_fen)


def _awards_of(
    clause: Clause, *, plan: Plan, walk: Sequence[SponsorSeat], chain: Chain, sale: Sale
) -> Iterator[Award]:
    match clause:
        case DirectClause():
            yield from _direct(clause, walk, sale)
        case DifferentialClause():
            yield from _differential(clause, walk, sale)
        case PeerClause():
            yield from _peer(clause, plan, walk, sale)
        case RegionClause():
            yield from _region(clause, chain, sale)


def _direct(clause: DirectClause, walk: Sequence[SponsorSeat], sale: Sale) -> Iterator[Award]:
    if walk and walk[0].active:
        yield _award(clause, walk[0].member_key, "sponsor 1", walk[0].rank, sale, upto_bp=clause.rate_bp)


def steps_of(clause: DifferentialClause, walk: Sequence[SponsorSeat]) -> tuple[_Step, ...]:
    """Who closes which gap of a differential, nearest first; inactive sponsors are passed over."""
    steps: list[_Step] = []
    cursor_bp = 0
    for place, seat in enumerate(walk):
        rate_bp = clause.rate_of(seat.rank) if seat.active else 0
        if rate_bp > cursor_bp:
            steps.append(_Step(place, seat, cursor_bp, rate_bp))
            cursor_bp = rate_bp
    return tuple(steps)


def _differential(clause: DifferentialClause, walk: Sequence[SponsorSeat], sale: Sale) -> Iterator[Award]:
    for step in steps_of(clause, walk):
        yield _award(
            clause,
            step.seat.member_key,
            f"sponsor {step.place + 1}",
            step.seat.rank,
            sale,
            before_bp=step.before_bp,
            upto_bp=step.upto_bp,
        )


def _peer(clause: PeerClause, plan: Plan, walk: Sequence[SponsorSeat], sale: Sale) -> Iterator[Award]:
    gaps = plan.clause(clause.of)
    if not isinstance(gaps, DifferentialClause):
        return
    pairs: list[tuple[int, int]] = []
    for step in steps_of(gaps, walk):
        above = next(
            (
                place
                for place in range(step.place + 1, len(walk))
                if walk[place].active and walk[place].rank == step.seat.rank
            ),
            None,
        )
        if above is not None:
            pairs.append((plan.height(step.seat.rank), above))
    if clause.pairs == "highest" and pairs:
        pairs = [max(pairs)]
    for _height, place in pairs:
        upper = walk[place]
        yield _award(clause, upper.member_key, f"sponsor {place + 1}", upper.rank, sale, upto_bp=clause.rate_bp)


def _region(clause: RegionClause, chain: Chain, sale: Sale) -> Iterator[Award]:
    seated: dict[str, AgentSeat] = {
        agent.level: agent for agent in chain.agents if agent.active and agent.member_key != chain.buyer_key
    }
    cursor_bp = 0
    for level in LEVELS:
        agent = seated.get(level)
        rate_bp = clause.rate_of(level)
        if agent is not None and rate_bp > cursor_bp:
            yield _award(
                clause, agent.member_key, f"{level} agent", level, sale, before_bp=cursor_bp, upto_bp=rate_bp
            )
            cursor_bp = rate_bp


def _award(
    clause: Clause,
    beneficiary: int | str,
    seat: str,
    rank: str,
    sale: Sale,
    *,
    upto_bp: int,
    before_bp: int = 0,
) -> Award:
    return Award(
        beneficiary=beneficiary,
        seat=seat,
        clause=clause.id,
        kind=clause.kind,
        rank=rank,
        rate_bp=upto_bp - before_bp,
        rate_before_bp=before_bp,
        base_fen=sale.base_fen,
        amount_fen=gap_share(amount=sale.base_fen, rate_before_bp=before_bp, rate_bp=upto_bp),
    )


def clause_maximum_bp(clause: Clause, *, plan: Plan) -> int:
    """The most that one clause can pay of a sale, as a rate."""
    match clause:
        case DirectClause():
            return clause.rate_bp
        case DifferentialClause() | RegionClause():
            return max((rate_bp for _, rate_bp in clause.rates_bp), default=0)
        case PeerClause():
            gaps = plan.clause(clause.of)
            ranks = len(gaps.rates_bp) if isinstance(gaps, DifferentialClause) else 0
            return clause.rate_bp * (min(ranks, 1) if clause.pairs == "highest" else ranks)


def remainders(*, plan: Plan, sale: Sale, awards: Sequence[Award]) -> tuple[Remainder, ...]:
    """What stays with the platform, one for each clause: floor(base × the clause's maximum) − awarded.

    >>> from tongbao.plans import preset
    >>> plan = preset("gift-pack")
    >>> [(rest.clause, rest.amount_fen) for rest in remainders(plan=plan, sale=Sale(100), awards=())]
    [('direct', 12), ('tier', 30), ('peer', 5), ('region', 8)]
    """
    return tuple(
        Remainder(
            clause=clause.id,
            kind=clause.kind,
            amount_fen=floor_share(amount=sale.base_fen, rate_bp=clause_maximum_bp(clause, plan=plan))
            - sum(award.amount_fen for award in awards if award.clause == clause.id),
        )
        for clause in plan.clauses
    )


def refund_difference(*, plan: Plan, chain: Chain, before: Sale, after: Sale) -> tuple[tuple[Award, int], ...]:
    """What a refund takes back from each original award: ``(award on the old base, fen to take back)``.

    The same evaluation runs on what remains; a part may come out a fen higher, then the number is negative.

    >>> from tongbao.plans import preset
    >>> chain = Chain(buyer_key=0, sponsors=(SponsorSeat(1, "member"),))
    >>> [(a.clause, fen) for a, fen in refund_difference(
    ...     plan=preset("gift-pack"), chain=chain, before=Sale(19_800), after=Sale(0))]
    [('direct', 2376)]
    """
    kept = {(award.clause, award.seat): award for award in evaluate(plan=plan, chain=chain, sale=after)}
    differences = []
    for award in evaluate(plan=plan, chain=chain, sale=before):
        rest = kept.pop((award.clause, award.seat), None)
        differences.append((award, award.amount_fen - (rest.amount_fen if rest else 0)))
    # A gap that rounded to nothing on the larger base can round to a fen on the smaller one.
    differences.extend((award, -award.amount_fen) for award in kept.values())
    return tuple(differences)
