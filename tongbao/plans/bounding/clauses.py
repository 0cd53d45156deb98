"""What single clauses pay at most, and what has to be told apart to know it."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from functools import lru_cache
from math import lcm

from tongbao.money import WHOLE_BP, floor_share
from tongbao.plans.algebra import Base
from tongbao.plans.bounding.exploring import Weight, bounded_machine, course_dearest
from tongbao.plans.clauses import Walk
from tongbao.plans.contracts import Sale
from tongbao.plans.plan import Plan, looks_at


@lru_cache(maxsize=256)
def exact_base_fen(plan: Plan) -> int:
    """A base of which every amount that a walk can ever pay is a whole number of fen.

    Every rate, every gap between two and every limit is a whole number of parts of the common denominator; an award
    on awards multiplies by it once more.
    """
    rates = [rate_bp for walk in plan.walks for rate_bp in walk.rates_bp]
    rates += [walk.bound.order_bp for walk in plan.walks if walk.bound.order_bp is not None]
    rates += [plan.cap_bp] if plan.cap_bp is not None else []
    parts = lcm(*(Fraction(rate_bp, WHOLE_BP).denominator for rate_bp in rates), 1)
    return int(parts ** (1 + max((_depth(plan, walk) for walk in plan.walks), default=0)))


def _depth(plan: Plan, walk: Walk) -> int:
    """How many clauses stand between a walk and the order: 0 for one that pays on the base itself."""
    depth = 0
    while walk.of is not None:
        below = plan.clause(walk.of)
        assert isinstance(below, Walk)
        walk, depth = below, depth + 1
    return depth


@lru_cache(maxsize=4096)
def clause_share(plan: Plan, clause_id: str, looking: frozenset[str]) -> tuple[Fraction, int] | None:
    """A clause's own maximum among the walks ``looking`` at an order: the part of the base, and the fixed amount.

    None if there is none. The others matter, because a shared cursor that one has raised is raised for all.
    """
    base_fen = exact_base_fen(plan)
    for course in plan.courses:
        machine = bounded_machine(course)
        walk = next((walk for walk in machine.walks if walk.id == clause_id), None)
        if walk is None:
            continue
        share, fixed = _share_of(clause_id, base_fen), _fixed_of(clause_id)
        most = [
            max(
                course_dearest(
                    plan=plan,
                    course=course,
                    applies=lambda other: other.id in looking,
                    weight=weight,
                    base_fen=base_fen,
                    buyer_rank=rank,
                    within_order=within_order,
                ).amount_fen
                for rank in buyer_ranks(plan)
            )
            for weight, within_order in ((share, True), (fixed, False))
        ]
        return Fraction(most[0], base_fen), most[1]
    return None


def _share_of(clause_id: str, base_fen: int) -> Weight:
    return lambda walk, portions: (
        sum(portion.fen(base_fen) for portion in portions if not portion.is_fixed)
        if walk.id == clause_id
        else 0
    )


def _fixed_of(clause_id: str) -> Weight:
    return lambda walk, portions: (
        sum(portion.fen(0) for portion in portions if portion.is_fixed) if walk.id == clause_id else 0
    )


def buyer_ranks(plan: Plan) -> tuple[str | None, ...]:
    """The buyer's ranks that have to be told apart."""
    asks = any(walk.graph == "buyer" or getattr(walk.rate, "from_buyer", False) for walk in plan.walks)
    return (None, *plan.ranks) if asks else (None,)


def most_of_clause(*, plan: Plan, clause_id: str, sale: Sale) -> int | None:
    """The most that a clause pays of a sale, over every chain: ``floor(base × its maximum)``.

    None for a clause without an end, and for one that keeps books.

    >>> from tongbao.plans import preset
    >>> most_of_clause(plan=preset("gift-pack"), clause_id="tier", sale=Sale(19_800))
    5940
    """
    clause = plan.clause(clause_id)
    if not looks_at(clause, sale):
        return 0
    looking = frozenset(walk.id for walk in plan.walks if looks_at(walk, sale))
    found = clause_share(plan, clause_id, looking)
    if found is None:
        return None
    share, fixed_fen = found
    base_fen = sale.of(clause.event.base)
    most_fen = base_fen * share.numerator // share.denominator + fixed_fen
    if isinstance(clause, Walk) and clause.bound.order_bp is not None:
        most_fen = min(most_fen, floor_share(amount=base_fen, rate_bp=clause.bound.order_bp))
    if not _shares_a_cursor(plan, clause_id):
        return most_fen
    # Gaps of one cursor telescope over all the clauses that share it, so one of them may round a fen up.
    exact_fen = max(
        course_dearest(
            plan=plan,
            course=course,
            applies=lambda other: other.id in looking,
            weight=_share_of(clause_id, base_fen),
            base_fen=base_fen,
            buyer_rank=rank,
        ).amount_fen
        for course in plan.courses
        for rank in buyer_ranks(plan)
    )
    return max(most_fen, exact_fen + fixed_fen)


@lru_cache(maxsize=1024)
def _shares_a_cursor(plan: Plan, clause_id: str) -> bool:
    """Whether the clause moves a cursor that another clause moves too."""
    owners = {
        walk.id: getattr(walk.rate, "cursor", None) or walk.id
        for walk in plan.walks
        if hasattr(walk.rate, "cursor")
    }
    return list(owners.values()).count(owners.get(clause_id, "")) > 1


def applies_to(*, base: Base, product: str, base_fen: int) -> Callable[[Walk], bool]:
    """Whether a walk pays on that base and looks at an order of that product and base amount."""

    def applies(walk: Walk) -> bool:
        event = walk.event
        return (
            event.base == base
            and (not event.products or product in event.products)
            and base_fen >= event.least_fen
        )

    return applies
