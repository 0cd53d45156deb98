"""One evaluator: who earns what from one sale."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Final

from tongbao.money import Language, allot, floor_share
from tongbao.plans.algebra import Bound
from tongbao.plans.bounding import most_of_clause
from tongbao.plans.clauses import Emission, Walk
from tongbao.plans.contracts import REGION_LEVELS, Award, Chain, MemberKey, Remainder, Sale, SponsorSeat
from tongbao.plans.plan import Course, Plan, looks_at


def evaluate(
    *, plan: Plan, chain: Chain, sale: Sale, spent: Mapping[tuple[str, MemberKey], int] | None = None
) -> tuple[Award, ...]:
    """The awards of one order line, clause by clause, nearest first; awards of nothing aren't listed.

    Pure: the same plan, chain and sale give the same awards for ever. Clauses that keep books across orders pay
    nothing here. ``spent`` is what members already got of a clause in its period, where a clause limits that.
    Raises UnknownRank.

    >>> from tongbao.plans import SponsorSeat, preset
    >>> chain = Chain(sponsors=(SponsorSeat("Ann", "vip"), SponsorSeat("Bob", "dealer")))
    >>> awards = evaluate(plan=preset("gift-pack"), chain=chain, sale=Sale(base_fen=19_800))
    >>> [(award.beneficiary, award.clause, award.amount_fen) for award in awards]
    [('Ann', 'direct', 2376), ('Ann', 'tier', 1980), ('Bob', 'tier', 1980)]
    """
    known = frozenset(plan.ranks)
    for seat in chain.sponsors:
        if seat.rank not in known:
            plan.require_rank(seat.rank)
    earned: list[list[Award]] = [[] for _ in plan.clauses]
    for course in plan.courses:
        for place, award in _walked(plan, course, chain, sale):
            earned[place].append(award)
    for place, clause in enumerate(plan.clauses):
        if isinstance(clause, Walk) and clause.bound != _NO_BOUND:
            earned[place] = _bounded(clause, earned[place], sale, spent or {})
    awards = [award for awards in earned for award in awards if award.amount_fen]
    if plan.cap_bp is not None:
        awards = _capped(plan, awards, floor_share(amount=sale.base_fen, rate_bp=plan.cap_bp))
    return tuple(awards)


_NO_BOUND: Final = Bound()


def _walked(plan: Plan, course: Course, chain: Chain, sale: Sale) -> Iterator[tuple[int, Award]]:
    """What the walks along one graph give, each clause's awards nearest first."""
    machine = course.machine
    applies = tuple(plan.looks_alike or looks_at(walk, sale) for walk in machine.walks)
    node = machine.begin(applies=applies, buyer_rank=chain.buyer.rank if chain.buyer else None)
    kept: dict[tuple[int, int], tuple[int, SponsorSeat]] = {}
    late: list[tuple[int, int, Award]] = []
    for distance, seat in enumerate(_seats(course, chain), start=1):
        if node.done:
            break
        active = seat.active and (chain.buyer_key is None or seat.member_key != chain.buyer_key)
        if course.graph == "buyer":
            active = seat.active
        facts = machine.facts(
            rank=seat.rank,
            active=active,
            recruits=seat.recruits,
            own_fen=seat.own_fen,
            team_fen=seat.team_fen,
        )
        node, emissions = machine.step(node, facts)
        for emission in emissions:
            if emission.register is None:
                place = course.clauses[emission.clause]
                yield place, _award(course, emission, distance, seat, sale)
            else:
                kept[emission.clause, emission.register] = (distance, seat)
    for emission in node.end:
        assert emission.register is not None
        distance, seat = kept[emission.clause, emission.register]
        late.append((emission.clause, distance, _award(course, emission, distance, seat, sale)))
    for clause, _, award in sorted(late, key=lambda item: item[:2]):
        yield course.clauses[clause], award


def _seats(course: Course, chain: Chain) -> Iterable[SponsorSeat]:
    """The seats of a graph, nearest first. An agent's rank is the level."""
    match course.graph:
        case "sponsors":
            return chain.sponsors
        case "regions":
            by_level = {agent.level: agent for agent in chain.agents}
            return (
                SponsorSeat(by_level[level].member_key, level, by_level[level].active)
                for level in REGION_LEVELS
                if level in by_level
            )
        case "buyer":
            return () if chain.buyer is None else (chain.buyer,)
        case "introducers":
            return chain.introducers
        case "placement":
            return chain.placement.get(course.placement, ())


_SEAT_NAMES: Final = {
    "sponsors": "sponsor {distance}",
    "regions": "{rank} agent",
    "buyer": "buyer",
    "introducers": "introducer {distance}",
    "placement": "place {distance}",
}


def _award(course: Course, emission: Emission, distance: int, seat: SponsorSeat, sale: Sale) -> Award:
    walk = course.machine.walks[emission.clause]
    base_fen = sale.of(walk.event.base)
    portions = emission.portions
    return Award(
        beneficiary=seat.member_key,
        seat=_SEAT_NAMES[course.graph].format(distance=distance, rank=seat.rank),
        clause=walk.id,
        kind=walk.kind,
        rank=seat.rank,
        rate_bp=max(portion.rate_bp for portion in portions),
        rate_before_bp=portions[0].before_bp,
        base_fen=sum(portion.whole_fen(base_fen) for portion in portions) if walk.of else base_fen,
        amount_fen=sum(portion.fen(base_fen) for portion in portions),
    )


def _bounded(
    clause: Walk, awards: list[Award], sale: Sale, spent: Mapping[tuple[str, MemberKey], int]
) -> list[Award]:
    """The awards within the clause's own bounds: a person's amount first, then the order's part."""
    bound = clause.bound
    if bound.person_fen is not None:
        left: dict[MemberKey, int] = {}
        within = []
        for award in awards:
            key = award.beneficiary
            left.setdefault(key, max(0, bound.person_fen - spent.get((clause.id, key), 0)))
            amount_fen = min(award.amount_fen, left[key])
            left[key] -= amount_fen
            within.append(_cut(award, amount_fen))
        awards = within
    if bound.order_bp is not None:
        cap_fen = floor_share(amount=sale.of(clause.event.base), rate_bp=bound.order_bp)
        awards = _pro_rated(awards, cap_fen)
    return awards


def _capped(plan: Plan, awards: list[Award], cap_fen: int) -> list[Award]:
    """The awards, those on the net price together at most ``cap_fen``; a part of freight, margin or points isn't
    paid out of the price and has a budget of its own."""
    is_net = [plan.clause(award.clause).event.base == "net" for award in awards]
    on_net = [award for award, net in zip(awards, is_net, strict=True) if net]
    within = {(award.clause, award.seat): award for award in _pro_rated(on_net, cap_fen)}
    found = [
        within.get((award.clause, award.seat)) if net else award
        for award, net in zip(awards, is_net, strict=True)
    ]
    return [award for award in found if award is not None]


def _pro_rated(awards: list[Award], cap_fen: int) -> list[Award]:
    """The awards, together at most ``cap_fen``: each its part rounded down, the fen left to the first ones."""
    total_fen = sum(award.amount_fen for award in awards)
    if total_fen <= cap_fen:
        return awards
    parts = allot(amount=cap_fen, weights=[award.amount_fen for award in awards])
    return [cut for award, part in zip(awards, parts, strict=True) if (cut := _cut(award, part)).amount_fen]


def _cut(award: Award, amount_fen: int) -> Award:
    if amount_fen == award.amount_fen:
        return award
    return replace(award, amount_fen=amount_fen, cut_fen=award.cut_fen + award.amount_fen - amount_fen)


def remainders(*, plan: Plan, sale: Sale, awards: tuple[Award, ...]) -> tuple[Remainder, ...]:
    """What of each clause's maximum stays with the platform: ``floor(base × maximum) − awarded``.

    >>> from tongbao.plans import preset
    >>> rests = remainders(plan=preset("gift-pack"), sale=Sale(base_fen=19_800), awards=())
    >>> [rest.amount_fen for rest in rests]
    [2376, 5940, 990, 1584]
    """
    return tuple(
        Remainder(
            clause=clause.id,
            kind=clause.kind,
            amount_fen=most_fen - sum(award.amount_fen for award in awards if award.clause == clause.id),
        )
        for clause in plan.clauses
        if (most_fen := most_of_clause(plan=plan, clause_id=clause.id, sale=sale)) is not None
    )


def explain(award: Award, *, plan: Plan, language: Language) -> str:
    """Why this award has this amount, in one sentence to the one who got it.

    >>> from tongbao.plans import SponsorSeat, preset
    >>> chain = Chain(sponsors=(SponsorSeat("Ann", "member"),))
    >>> award, = evaluate(plan=preset("gift-pack"), chain=chain, sale=Sale(base_fen=19_800))
    >>> explain(award, plan=preset("gift-pack"), language="zh")
    '一级分销:您是买家的直接推荐人,198.00元的12%,舍去不足一分的部分,为23.76元。'
    """
    return plan.clause(award.clause).reason(award, names=plan.names, language=language)


@dataclass(frozen=True, slots=True, kw_only=True)
class AwardDifference:
    """One person's award of one clause before and after; ``change_fen`` may be a fen above zero."""

    beneficiary: MemberKey
    seat: str
    clause: str
    before_fen: int
    after_fen: int

    @property
    def change_fen(self) -> int:
        return self.after_fen - self.before_fen


@dataclass(frozen=True, slots=True, kw_only=True)
class RemainderDifference:
    """The platform's remainder of one clause before and after."""

    clause: str
    before_fen: int
    after_fen: int

    @property
    def change_fen(self) -> int:
        return self.after_fen - self.before_fen


@dataclass(frozen=True, slots=True, kw_only=True)
class RefundDifference:
    """What a partial refund changes. All changes together are the change of the plan's maximum."""

    awards: tuple[AwardDifference, ...]
    remainders: tuple[RemainderDifference, ...]

    @property
    def clawed_back_fen(self) -> int:
        """What the beneficiaries give back, together."""
        return -sum(item.change_fen for item in self.awards)


def refund_difference(*, plan: Plan, chain: Chain, sale_before: Sale, sale_after: Sale) -> RefundDifference:
    """The plan on what remains, against what was paid, with the chain as it was.

    Telescoping can make a single award rise by a fen; many refunds still end exactly at zero.

    >>> from tongbao.plans import SponsorSeat, preset
    >>> chain = Chain(sponsors=(SponsorSeat("Ann", "member"),))
    >>> difference = refund_difference(
    ...     plan=preset("gift-pack"), chain=chain, sale_before=Sale(19_800), sale_after=Sale(9_900))
    >>> difference.clawed_back_fen
    1188
    """
    before = evaluate(plan=plan, chain=chain, sale=sale_before)
    after = evaluate(plan=plan, chain=chain, sale=sale_after)
    amount_after = {(award.clause, award.seat): award for award in after}
    awards = [
        AwardDifference(
            beneficiary=award.beneficiary,
            seat=award.seat,
            clause=award.clause,
            before_fen=award.amount_fen,
            after_fen=amount_after[award.clause, award.seat].amount_fen
            if (award.clause, award.seat) in amount_after
            else 0,
        )
        for award in before
    ]
    paid = {(award.clause, award.seat) for award in before}
    awards += [
        AwardDifference(
            beneficiary=award.beneficiary,
            seat=award.seat,
            clause=award.clause,
            before_fen=0,
            after_fen=award.amount_fen,
        )
        for award in after
        if (award.clause, award.seat) not in paid
    ]
    rests = zip(
        remainders(plan=plan, sale=sale_before, awards=before),
        remainders(plan=plan, sale=sale_after, awards=after),
        strict=True,
    )
    return RefundDifference(
        awards=tuple(awards),
        remainders=tuple(
            RemainderDifference(clause=old.clause, before_fen=old.amount_fen, after_fen=new.amount_fen)
            for old, new in rests
        ),
    )
