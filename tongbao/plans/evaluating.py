"""One evaluator: who earns what from one sale."""

from __future__ import annotations

from dataclasses import dataclass

from tongbao.money import Language, floor_share
from tongbao.plans.clauses import Situation
from tongbao.plans.contracts import Award, Chain, MemberKey, Remainder, Sale
from tongbao.plans.plan import Plan


def evaluate(*, plan: Plan, chain: Chain, sale: Sale) -> tuple[Award, ...]:
    """The awards of one order line, clause by clause, nearest first; awards of nothing aren't listed.

    Pure: the same plan, chain and sale give the same awards for ever. Raises UnknownRank.

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
    earlier: dict[str, tuple[Award, ...]] = {}
    for clause in plan.clauses:
        earlier[clause.id] = tuple(clause.awards(Situation(sale=sale, chain=chain, earlier=earlier)))
    return tuple(award for awards in earlier.values() for award in awards if award.amount_fen)


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
            amount_fen=floor_share(amount=sale.base_fen, rate_bp=clause.maximum_bp)
            - sum(award.amount_fen for award in awards if award.clause == clause.id),
        )
        for clause in plan.clauses
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
