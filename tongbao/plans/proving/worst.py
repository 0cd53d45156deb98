"""The worst of a base: over products, amounts and buyers' ranks."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction
from itertools import count

import numpy as np

from tongbao.money import WHOLE_BP, floor_share
from tongbao.plans.algebra import Base, Gap
from tongbao.plans.bounding import (
    Amounts,
    Dearest,
    Weight,
    applies_to,
    buyer_ranks,
    course_dearest,
    exact_base_fen,
    most_by_base,
)
from tongbao.plans.clauses import Facts, Portion, Walk
from tongbao.plans.plan import Plan

BASES_AT_ONCE = 4_096


@dataclass(frozen=True, slots=True)
class Worst:
    """The worst of one base: the part that walks and pools take together, and how the walks get there."""

    part: Fraction
    base_fen: int
    total_fen: int
    product: str
    buyer_rank: str | None
    seats: tuple[tuple[Facts, ...], ...]
    """By course of the plan."""


def worst_on(plan: Plan, base: Base) -> Worst:
    """The worst over every product that clauses tell apart, and every amount."""
    worst: Worst | None = None
    for product in _products(plan):
        pools = sum(
            Fraction(getattr(clause, "accrue_bp", None) or 0, WHOLE_BP)
            for clause in plan.kept
            if clause.event.base == base and (not clause.event.products or product in clause.event.products)
        )
        here = _worst_of_product(plan, base, product)
        part = here.part + pools
        if worst is None or part > worst.part:
            worst = Worst(part, here.base_fen, here.total_fen, product, here.buyer_rank, here.seats)
    assert worst is not None
    return worst


def _products(plan: Plan) -> tuple[str, ...]:
    """Every product that a clause names, and one that none names."""
    named = {product for clause in plan.clauses for product in clause.event.products}
    return ("", *sorted(named))


def _worst_of_product(plan: Plan, base: Base, product: str) -> Worst:
    """The largest part of the base, over all amounts.

    Without fixed amounts and personal limits a base that rounds nothing is the worst. With them, amounts are gone
    through from each least amount on, until what no larger one can exceed (``_never_above``) is no more than what
    was found.
    """
    least = max(walk.event.least_fen for walk in plan.walks) if plan.walks else 0
    exact = exact_base_fen(plan)
    exact_fen = exact * max(1, -(-least // exact))
    best = worst_at(plan, base, product, exact_fen, in_fen(exact_fen))
    never_above = _never_above(plan, base, product, exact_fen)
    if never_above is None:
        return best
    starts = sorted({max(1, walk.event.least_fen) for walk in plan.walks} | {1})
    for start, following in zip(starts, [*starts[1:], None], strict=True):
        for first in count(start, BASES_AT_ONCE):
            if following is not None and first >= following:
                break
            if never_above(first) <= best.part:
                break
            last = first + BASES_AT_ONCE if following is None else min(first + BASES_AT_ONCE, following)
            base_fen, part = _worst_among(plan, base, product, np.arange(first, last, dtype=np.int64))
            if part > best.part:
                best = worst_at(plan, base, product, base_fen, in_fen(base_fen))
    return best


def _never_above(plan: Plan, base: Base, product: str, exact_fen: int) -> Callable[[int], Fraction] | None:
    """The part that neither an amount nor any larger one exceeds; None if amounts make no difference.

    Without personal limits it is the worst without any rounding, which is what a base that rounds nothing pays: the
    search ends there at the latest. With them, limited walks count as amounts; where limited and other gaps share a
    cursor, each gap may round up once.
    """
    fixed_fen = worst_at(plan, base, product, exact_fen, _fixed).total_fen
    if all(walk.bound.person_fen is None for walk in plan.walks):
        if not fixed_fen:
            return None

        def unrounded(base_fen: int) -> Fraction:
            weight = _unrounded(base_fen, exact_fen)
            return worst_at(plan, base, product, base_fen * exact_fen, weight).part

        return unrounded
    rates = Fraction(worst_at(plan, base, product, exact_fen, _rates_only(exact_fen)).total_fen, exact_fen)
    free = Fraction(worst_at(plan, base, product, exact_fen, _uncapped(exact_fen)).total_fen, exact_fen)
    gaps = sum(isinstance(walk.rate, Gap) for walk in plan.walks)
    rounded_up_fen = gaps * len(plan.ranks) if gaps > 1 else 0
    caps_fen = fixed_fen + worst_at(plan, base, product, exact_fen, _caps).total_fen + rounded_up_fen
    return lambda base_fen: min(rates + Fraction(fixed_fen, base_fen), free + Fraction(caps_fen, base_fen))


def _unrounded(base_fen: int, exact_fen: int) -> Weight:
    """What a base pays without rounding, in parts of a fen so small that it is whole: ``exact_fen`` to the fen."""
    return lambda walk, portions: sum(
        portion.fixed_fen * exact_fen if portion.fixed_fen else portion.fen(exact_fen) * base_fen
        for portion in portions
    )


def _worst_among(plan: Plan, base: Base, product: str, bases_fen: Amounts) -> tuple[int, Fraction]:
    """Which of some amounts pays the largest part of itself, and that part. All lie above the same least amounts."""
    applies = applies_to(base=base, product=product, base_fen=int(bases_fen[0]))
    most = np.zeros_like(bases_fen)
    for buyer_rank in buyer_ranks(plan):
        found = np.zeros_like(bases_fen)
        for course in plan.courses:
            found += most_by_base(
                plan=plan, course=course, applies=applies, bases_fen=bases_fen, buyer_rank=buyer_rank
            )
        most = np.maximum(most, found)
    if plan.cap_bp is not None and base == "net":
        most = np.minimum(most, bases_fen * plan.cap_bp // WHOLE_BP)
    parts = zip(most.tolist(), bases_fen.tolist(), strict=True)
    total_fen, base_fen = max(parts, key=lambda item: Fraction(*item))
    return base_fen, Fraction(total_fen, base_fen)


def worst_at(plan: Plan, base: Base, product: str, base_fen: int, weight: Weight) -> Worst:
    """The worst of one product and one amount, by some weighing of what is paid."""
    best: Worst | None = None
    applies = applies_to(base=base, product=product, base_fen=base_fen)
    for buyer_rank in buyer_ranks(plan):
        found: list[Dearest] = [
            course_dearest(
                plan=plan,
                course=course,
                applies=applies,
                weight=weight,
                base_fen=base_fen,
                buyer_rank=buyer_rank,
            )
            for course in plan.courses
        ]
        total_fen = sum(item.amount_fen for item in found)
        if plan.cap_bp is not None and base == "net":
            total_fen = min(total_fen, floor_share(amount=base_fen, rate_bp=plan.cap_bp))
        here = Worst(
            Fraction(total_fen, base_fen) if base_fen else Fraction(0),
            base_fen,
            total_fen,
            product,
            buyer_rank,
            tuple(item.seats for item in found),
        )
        if best is None or here.part > best.part or (not base_fen and here.total_fen > best.total_fen):
            best = here
    assert best is not None
    return best


def in_fen(base_fen: int) -> Weight:
    def weight(walk: Walk, portions: tuple[Portion, ...]) -> int:
        amount_fen = sum(portion.fen(base_fen) for portion in portions)
        return amount_fen if walk.bound.person_fen is None else min(amount_fen, walk.bound.person_fen)

    return weight


def _rates_only(base_fen: int) -> Weight:
    return lambda walk, portions: sum(portion.fen(base_fen) for portion in portions if not portion.fixed_fen)


def _uncapped(base_fen: int) -> Weight:
    return lambda walk, portions: (
        0
        if walk.bound.person_fen is not None
        else sum(portion.fen(base_fen) for portion in portions if not portion.fixed_fen)
    )


def _fixed(walk: Walk, portions: tuple[Portion, ...]) -> int:
    return sum(portion.fixed_fen for portion in portions)


def _caps(walk: Walk, portions: tuple[Portion, ...]) -> int:
    return walk.bound.person_fen or 0 if portions else 0
