"""The most that one order can make a plan pay, exactly, with a chain that reaches it.

The walks' part is the longest path through everything that they can do (``bounding``); a clause that keeps books
never pays more than it puts aside of each order, so what it puts aside is its bound. What a clause promises
beyond that can't be bounded, and the proof says so, with the clause and its line.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from functools import lru_cache
from itertools import count

import numpy as np

from tongbao.money import WHOLE_BP, floor_share
from tongbao.plans.algebra import Base
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
from tongbao.plans.contracts import (
    REGION_LEVELS,
    AgentSeat,
    Chain,
    PlanOverBudget,
    PlanUnbounded,
    Sale,
    SponsorSeat,
)
from tongbao.plans.evaluating import evaluate
from tongbao.plans.plan import Plan

BASES_AT_ONCE = 4_096


@dataclass(frozen=True, slots=True, kw_only=True)
class Witness:
    """A chain that makes the walks pay their worst case: ranks nearest first, levels of agents.

    ``chain`` is the same with all that the plan asks of the seats: recruits, volumes, who introduced the merchant.
    """

    sponsors: tuple[str, ...]
    agents: tuple[str, ...]
    base_fen: int
    total_fen: int
    product: str
    chain: Chain
    sale: Sale

    def as_json(self) -> dict[str, object]:
        others: dict[str, object] = {
            "introducers": [seat.rank for seat in self.chain.introducers],
            "placement": {
                tree: [seat.rank for seat in seats] for tree, seats in self.chain.placement.items()
            },
            "buyer": self.chain.buyer.rank if self.chain.buyer else None,
            "product": self.product,
        }
        return {
            "sponsors": list(self.sponsors),
            "agents": list(self.agents),
            "base_fen": self.base_fen,
            "total_fen": self.total_fen,
            **{key: value for key, value in others.items() if value},
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class Unbounded:
    """A clause that promises more than it is given."""

    clause: str
    line: int
    en: str
    zh: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PoolBound:
    """What a clause that keeps books puts aside of every order, which it never pays more than."""

    clause: str
    bp: int


@dataclass(frozen=True, slots=True, kw_only=True)
class BaseBound:
    """The worst case on one base (money paid, freight, margin, point value) and its budget."""

    base: Base
    worst_case: Fraction
    budget_bp: int

    @property
    def worst_case_bp(self) -> int:
        """Rounded up, so that it is never told too low."""
        return -(-self.worst_case.numerator * WHOLE_BP // self.worst_case.denominator)


@dataclass(frozen=True, slots=True, kw_only=True)
class Proof:
    """No order of any base pays a larger part of it than ``worst_case``; the witness and the pools reach it.

    Where a clause is ``unbounded`` the figures are those of the others.
    """

    bounded: bool
    worst_case: Fraction
    worst_case_bp: int
    budget_bp: int
    witness: Witness
    bases: tuple[BaseBound, ...]
    pools: tuple[PoolBound, ...] = ()
    unbounded: tuple[Unbounded, ...] = ()

    @property
    def within_budget(self) -> bool:
        return self.bounded and all(part.worst_case * WHOLE_BP <= part.budget_bp for part in self.bases)

    def as_json(self) -> dict[str, object]:
        """As other programs read it; an unbounded plan has no worst case."""
        found: dict[str, object] = {
            "bounded": self.bounded,
            "worst_case_bp": self.worst_case_bp if self.bounded else None,
            "budget_bp": self.budget_bp,
            "witness": self.witness.as_json(),
        }
        if self.pools:
            found["pools"] = {pool.clause: pool.bp for pool in self.pools}
        if len(self.bases) > 1:
            found["bases"] = {
                part.base: {"worst_case_bp": part.worst_case_bp, "budget_bp": part.budget_bp}
                for part in self.bases
            }
        if self.unbounded:
            found["unbounded"] = [
                {"clause": item.clause, "line": item.line, "why": item.en} for item in self.unbounded
            ]
        return found


@lru_cache(maxsize=128)
def prove(plan: Plan) -> Proof:
    """The exact worst case over every chain of sponsors, every set of agents and every base in fen.

    >>> from tongbao.plans import preset
    >>> proof = prove(preset("gift-pack"))
    >>> proof.worst_case_bp, proof.witness.sponsors, proof.witness.agents
    (5500, ('cofounder', 'cofounder'), ('province',))
    """
    plan = plan.in_full
    found = {base: _worst_on(plan, base) for base in plan.budgets}
    bases = tuple(
        BaseBound(base=base, worst_case=worst.part, budget_bp=plan.budgets[base])
        for base, worst in found.items()
    )
    unbounded = (*_endless(plan), *_unfunded(plan))
    first = found[plan.base]
    return Proof(
        bounded=not unbounded,
        worst_case=bases[0].worst_case,
        worst_case_bp=bases[0].worst_case_bp,
        budget_bp=plan.budget_bp,
        witness=_witness(plan, plan.base, first),
        bases=bases,
        pools=tuple(
            PoolBound(clause=clause.id, bp=put_aside)
            for clause in plan.kept
            if (put_aside := getattr(clause, "accrue_bp", None))
        ),
        unbounded=unbounded,
    )


def worst_case_fen(*, plan: Plan, base_fen: int, product: str = "") -> int:
    """The most that the walks pay of a sale of exactly ``base_fen``, over every chain; some chain pays it.

    Never above ``floor(base × worst_case_bp)``; below it where several clauses each round down.

    >>> from tongbao.plans import preset
    >>> worst_case_fen(plan=preset("gift-pack"), base_fen=9_999)
    5496
    """
    return _worst_at(plan.in_full, plan.base, product, base_fen, _in_fen(base_fen)).total_fen


def check_publishable(plan: Plan) -> Proof:
    """The plan's proof, if it can't pay above its budget. Raises PlanOverBudget, PlanUnbounded."""
    proof = prove(plan)
    if not proof.bounded:
        first = proof.unbounded[0]
        raise PlanUnbounded(
            plan=plan.key, clause=first.clause, line=first.line, why_en=first.en, why_zh=first.zh
        )
    for part in proof.bases:
        if part.worst_case * WHOLE_BP > part.budget_bp:
            worst = _witness(plan.in_full, part.base, _worst_on(plan.in_full, part.base))
            chain = " → ".join([*worst.sponsors, *(f"{level} agent" for level in worst.agents)])
            raise PlanOverBudget(
                plan=plan.key, worst_case_bp=part.worst_case_bp, budget_bp=part.budget_bp, chain=chain
            )
    return proof


@dataclass(frozen=True, slots=True)
class _Worst:
    """The worst of one base: the part that walks and pools take together, and how the walks get there."""

    part: Fraction
    base_fen: int
    total_fen: int
    product: str
    buyer_rank: str | None
    seats: tuple[tuple[Facts, ...], ...]
    """By course of the plan."""


def _worst_on(plan: Plan, base: Base) -> _Worst:
    """The worst over every product that clauses tell apart, and every amount."""
    worst: _Worst | None = None
    for product in _products(plan):
        pools = sum(
            Fraction(getattr(clause, "accrue_bp", None) or 0, WHOLE_BP)
            for clause in plan.kept
            if clause.event.base == base and (not clause.event.products or product in clause.event.products)
        )
        here = _worst_of_product(plan, base, product)
        part = here.part + pools
        if worst is None or part > worst.part:
            worst = _Worst(part, here.base_fen, here.total_fen, product, here.buyer_rank, here.seats)
    assert worst is not None
    return worst


def _products(plan: Plan) -> tuple[str, ...]:
    """Every product that a clause names, and one that none names."""
    named = {product for clause in plan.clauses for product in clause.event.products}
    return ("", *sorted(named))


def _worst_of_product(plan: Plan, base: Base, product: str) -> _Worst:
    """The largest part of the base, over all amounts.

    Without fixed amounts and personal caps a base that rounds nothing is the worst. With them, amounts are gone
    through one by one from each least amount on, until no larger one can be worse: an amount ``b`` takes at most
    the rates' sum and the fixed amounts' ``1 / b``.
    """
    least = max(walk.event.least_fen for walk in plan.walks) if plan.walks else 0
    exact = exact_base_fen(plan)
    exact_fen = exact * max(1, -(-least // exact))
    best = _worst_at(plan, base, product, exact_fen, _in_fen(exact_fen))
    fixed_fen = _worst_at(plan, base, product, exact_fen, _fixed).total_fen
    capped = any(walk.bound.person_fen is not None for walk in plan.walks)
    if not fixed_fen and not capped:
        return best
    rates = Fraction(_worst_at(plan, base, product, exact_fen, _rates_only(exact_fen)).total_fen, exact_fen)
    free = Fraction(_worst_at(plan, base, product, exact_fen, _uncapped(exact_fen)).total_fen, exact_fen)
    caps_fen = fixed_fen + _worst_at(plan, base, product, exact_fen, _caps).total_fen
    starts = sorted({max(1, walk.event.least_fen) for walk in plan.walks} | {1})
    for start, following in zip(starts, [*starts[1:], None], strict=True):
        for first in count(start, BASES_AT_ONCE):
            if following is not None and first >= following:
                break
            if min(rates + Fraction(fixed_fen, first), free + Fraction(caps_fen, first)) <= best.part:
                break
            last = first + BASES_AT_ONCE if following is None else min(first + BASES_AT_ONCE, following)
            base_fen, part = _worst_among(plan, base, product, np.arange(first, last, dtype=np.int64))
            if part > best.part:
                best = _worst_at(plan, base, product, base_fen, _in_fen(base_fen))
    return best


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


def _worst_at(plan: Plan, base: Base, product: str, base_fen: int, weight: Weight) -> _Worst:
    """The worst of one product and one amount, by some weighing of what is paid."""
    best: _Worst | None = None
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
        here = _Worst(
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


def _in_fen(base_fen: int) -> Weight:
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


def _endless(plan: Plan) -> tuple[Unbounded, ...]:
    """Walks that pay at every level and name no last one, and fixed amounts on orders of any size."""
    found: list[Unbounded] = []
    for walk in plan.walks:
        if not walk.ends:
            found.append(
                Unbounded(
                    clause=walk.id,
                    line=walk.line,
                    en=f"clause {walk.id} pays at every level and names no last one; "
                    "write a limit, or a list of rates by_level",
                    zh=f"条款{walk.id}对每一层都支付且没有最后一层;请写limit,或用by_level逐层列出比例",
                )
            )
    for walk in plan.walks:
        amount_fen = getattr(walk.rate, "amount_fen", 0)
        if amount_fen and walk.event.least_fen == 0:
            found.append(
                Unbounded(
                    clause=walk.id,
                    line=walk.line,
                    en=f"clause {walk.id} promises a fixed amount on an order however small; "
                    "write event: {least: 100.00}, or a rate",
                    zh=f"条款{walk.id}对再小的订单也支付固定金额;请写event: {{least: 100.00}},或改用比例",
                )
            )
    return tuple(found)


def _unfunded(plan: Plan) -> tuple[Unbounded, ...]:
    """Clauses that keep books and promise something without putting anything aside."""
    return tuple(
        Unbounded(
            clause=clause.id,
            line=clause.line,
            en=f"clause {clause.id} promises more than it is given; write accrue: what part of each order it gets",
            zh=f"条款{clause.id}承诺的超出其所得;请写accrue:每单计提的比例",
        )
        for clause in plan.kept
        if getattr(clause, "accrue_bp", None) is None
    )


def _witness(plan: Plan, base: Base, worst: _Worst) -> Witness:
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
        if _bounded(plan, award.clause)
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


def _bounded(plan: Plan, clause_id: str) -> bool:
    """Whether the clause, and every clause whose awards it is paid on, has an end."""
    clause = plan.clause(clause_id)
    assert isinstance(clause, Walk)
    return clause.ends and (clause.of is None or _bounded(plan, clause.of))


def _sale(base: Base, base_fen: int, product: str) -> Sale:
    return Sale(
        base_fen=base_fen if base == "net" else 0,
        freight_fen=base_fen if base == "freight" else 0,
        margin_fen=base_fen if base == "margin" else 0,
        points_fen=base_fen if base == "points" else 0,
        product=product,
    )
