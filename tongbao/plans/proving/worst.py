"""The worst of a base: over products, amounts and buyers' ranks."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from fractions import Fraction

import numpy as np

from tongbao.money import WHOLE_BP, floor_share
from tongbao.plans.algebra import Base, Gap
from tongbao.plans.bounding import (
    Amounts,
    Dearest,
    PlanTooIntertwined,
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
PASSES_BEFORE_ROUND = 4
MOST_PASSES = 1_000


class AmountsTooMany(PlanTooIntertwined):
    """Limits in yuan and rates so close to each other that too many amounts would have to be looked at."""

    message_en = (
        "Plan {plan} can't be proven: its limits in yuan and its rates are so close that more than {most} amounts "
        "would have to be gone through. Leave out a limit for a person or a fixed amount, or use rounder rates."
    )
    message_zh = (
        "方案{plan}无法证明:以元计的上限与比例过于接近,需逐一检查的金额超过{most}个。"
        "请去掉某个人上限或固定金额,或使用更整的比例。"
    )


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

    Least amounts cut the amounts into stretches in which the same clauses look at an order; each is judged by
    itself, since a clause that is missing can leave more to another. In a stretch a base that rounds nothing is the
    worst, unless there are fixed amounts or personal limits, or no such base: then amounts are gone through, until
    what no larger one can exceed (``_never_above``) is no more than what was found. Raises PlanTooIntertwined.
    """
    exact = exact_base_fen(plan)
    starts = sorted({max(1, walk.event.least_fen) for walk in plan.walks} | {1})
    worst: Worst | None = None
    for start, following in zip(starts, [*starts[1:], None], strict=True):
        for here in _worst_of_stretch(plan, base, product, exact, range(start, following or sys.maxsize)):
            if worst is None or here.part > worst.part:
                worst = here
    assert worst is not None
    return worst


def _worst_of_stretch(
    plan: Plan, base: Base, product: str, exact: int, amounts_fen: range
) -> Iterator[Worst]:
    """Ever worse ones of the amounts between two least amounts, the worst of them last. Raises AmountsTooMany."""
    worst = Fraction(-1)
    never_above = _never_above(plan, base, product, exact, amounts_fen.start)

    def worse_at(base_fen: int) -> Iterator[Worst]:
        nonlocal worst
        here = worst_at(plan, base, product, base_fen, in_fen(base_fen))
        if here.part > worst:
            worst = here.part
            yield here

    for round_fen in _round_amounts(exact, amounts_fen, smallest=exact):
        yield from worse_at(round_fen)
    for passed, first in enumerate(range(amounts_fen.start, amounts_fen.stop, BASES_AT_ONCE)):
        if passed == PASSES_BEFORE_ROUND:
            for round_fen in _round_amounts(exact, amounts_fen, smallest=1):
                yield from worse_at(round_fen)
        if never_above(first) <= worst:
            return
        if passed == MOST_PASSES:
            raise AmountsTooMany(plan=plan.key, most=MOST_PASSES * BASES_AT_ONCE)
        last = min(first + BASES_AT_ONCE, amounts_fen.stop)
        base_fen, part = _worst_among(plan, base, product, np.arange(first, last, dtype=np.int64))
        if part > worst:
            yield from worse_at(base_fen)


def _round_amounts(exact: int, amounts_fen: range, *, smallest: int) -> Iterator[int]:
    """The least multiples of each divisor of ``exact`` from ``smallest`` on: amounts of which some rates, or all,
    are whole fen. Rates are decimal, so the divisors of two and five will do."""
    for divisor in sorted({exact} | {2**two * 5**five for two in range(40) for five in range(20)}):
        if divisor >= smallest and exact % divisor == 0:
            round_fen = divisor * -(-amounts_fen.start // divisor)
            if round_fen in amounts_fen:
                yield round_fen


def _never_above(
    plan: Plan, base: Base, product: str, exact_fen: int, start: int
) -> Callable[[int], Fraction]:
    """The part that neither an amount nor any larger one of its stretch exceeds.

    Without personal limits it is the worst without any rounding, which is what a base that rounds nothing pays. With
    them, limited walks count as amounts; where limited and other gaps share a cursor, each gap may round up once.
    """
    most = Fraction(plan.cap_bp, WHOLE_BP) if plan.cap_bp is not None and base == "net" else None

    def at(base_fen: int, weight: Weight) -> Worst:
        return worst_at(plan, base, product, base_fen, weight, looking_fen=start)

    if all(walk.bound.person_fen is None for walk in plan.walks):
        return lambda base_fen: at(base_fen * exact_fen, _unrounded(base_fen, exact_fen)).part
    fixed_fen = at(exact_fen, _fixed).total_fen
    rates = Fraction(at(exact_fen, _rates_only(exact_fen)).total_fen, exact_fen)
    free = Fraction(at(exact_fen, _uncapped(exact_fen)).total_fen, exact_fen)
    gaps = sum(isinstance(walk.rate, Gap) for walk in plan.walks)
    rounded_up_fen = gaps * len(plan.ranks) if gaps > 1 else 0
    caps_fen = fixed_fen + at(exact_fen, _caps).total_fen + rounded_up_fen

    def bound(base_fen: int) -> Fraction:
        found = min(rates + Fraction(fixed_fen, base_fen), free + Fraction(caps_fen, base_fen))
        return found if most is None else min(found, most)

    return bound


def _unrounded(base_fen: int, exact_fen: int) -> Weight:
    """What a base pays without rounding, in parts of a fen so small that it is whole: ``exact_fen`` to the fen."""
    return lambda walk, portions: sum(
        portion.fen(0) * exact_fen if portion.is_fixed else portion.fen(exact_fen) * base_fen
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


def worst_at(
    plan: Plan, base: Base, product: str, base_fen: int, weight: Weight, *, looking_fen: int | None = None
) -> Worst:
    """The worst of one product and one amount, by some weighing of what is paid."""
    best: Worst | None = None
    looking_at_fen = base_fen if looking_fen is None else looking_fen
    applies = applies_to(base=base, product=product, base_fen=looking_at_fen)
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
    return lambda walk, portions: sum(portion.fen(base_fen) for portion in portions if not portion.is_fixed)


def _uncapped(base_fen: int) -> Weight:
    return lambda walk, portions: (
        0
        if walk.bound.person_fen is not None
        else sum(portion.fen(base_fen) for portion in portions if not portion.is_fixed)
    )


def _fixed(walk: Walk, portions: tuple[Portion, ...]) -> int:
    return sum(portion.fen(0) for portion in portions if portion.is_fixed)


def _caps(walk: Walk, portions: tuple[Portion, ...]) -> int:
    return walk.bound.person_fen or 0 if portions else 0
