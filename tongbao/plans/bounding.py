"""The most that walks can pay, exactly: the longest path through everything that their machines can do.

Why this is exact. A machine (``clauses/machine.py``) remembers finitely much, so all that any chain of any length
can make it do is a finite graph: nodes are what is remembered, edges are the seats that differ. No memory ever
comes back except by a seat that changes nothing, so the graph has no cycle but idle ones, and the dearest path is
found by one pass in topological order. Nothing is sampled.

Why one base is enough. Every share is rounded down and gaps telescope, so no base pays a larger part of itself
than the sum of the rates, and a base on which nothing rounds pays exactly that. Only fixed amounts and amounts
that cap a person make small bases differ; ``proving`` then goes through the bases one by one.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from fractions import Fraction
from functools import lru_cache
from graphlib import TopologicalSorter
from itertools import product as every
from math import lcm
from weakref import WeakKeyDictionary

import numpy as np
import numpy.typing as npt

from tongbao.money import WHOLE_BP, StatedError, floor_share
from tongbao.plans.algebra import Base
from tongbao.plans.clauses import Emission, Facts, Machine, Node, Portion, Walk
from tongbao.plans.contracts import REGION_LEVELS, Sale
from tongbao.plans.plan import Course, Plan, looks_at

Weight = Callable[[Walk, tuple[Portion, ...]], int]
"""What one step of a walk counts: all that it gives one seat, so that a person's limit can be seen."""

MOST_STEPS = 400_000


class PlanTooIntertwined(StatedError):
    """So many clauses that look at each other that going through everything they can do takes too long."""

    code = "plan_too_intertwined"
    message_en = (
        "Plan {plan} can't be proven: its clauses together can be in more than {most} situations. "
        "Shorten the levels of one clause, or put clauses into plans of their own."
    )
    message_zh = "方案{plan}无法证明:各条款组合的情形超过{most}种。请减少某条款的层数,或拆分为多个方案。"


@dataclass(frozen=True, slots=True)
class Dearest:
    """The most that a course pays, and the shortest chain of seats that makes it pay that."""

    amount_fen: int
    seats: tuple[Facts, ...]


@dataclass(frozen=True, slots=True)
class Graph:
    """Every situation of a course in topological order, each with its steps: (next, emissions, seat)."""

    order: tuple[Node, ...]
    steps: Mapping[int, tuple[tuple[Node, tuple[Emission, ...], Facts], ...]]


@lru_cache(maxsize=1024)
def bounded_machine(course: Course) -> Machine:
    """The course without the walks that have no end, and without what is paid on those."""
    without = {walk.id for walk in course.machine.walks if not walk.ends}
    while True:
        more = {walk.id for walk in course.machine.walks if walk.of in without} - without
        if not more:
            break
        without |= more
    if not without:
        return course.machine
    return Machine(
        walks=[walk for walk in course.machine.walks if walk.id not in without],
        ladder=course.machine.ladder,
    )


_EXPLORED: WeakKeyDictionary[Machine, dict[int, Graph]] = WeakKeyDictionary()


def explore(*, plan: Plan, machine: Machine, beginning: Node) -> Graph:
    """Everything that can happen from a beginning, looked at once. Raises PlanTooIntertwined."""
    known = _EXPLORED.setdefault(machine, {}).get(id(beginning))
    if known is None:
        known = _EXPLORED[machine][id(beginning)] = _explore(plan, machine, beginning)
    return known


def _explore(plan: Plan, machine: Machine, beginning: Node) -> Graph:
    facts = machine.every_facts()
    steps: dict[int, tuple[tuple[Node, tuple[Emission, ...], Facts], ...]] = {}
    nodes: dict[int, Node] = {id(beginning): beginning}
    waiting = [beginning]
    while waiting:
        node = waiting.pop()
        found: dict[tuple[int, tuple[Emission, ...]], tuple[Node, tuple[Emission, ...], Facts]] = {}
        for seat in () if node.done else facts:
            after, emissions = machine.step(node, seat)
            if after is not node or emissions:
                found.setdefault((id(after), emissions), (after, emissions, seat))
                if id(after) not in nodes:
                    nodes[id(after)] = after
                    waiting.append(after)
        steps[id(node)] = tuple(found.values())
        if len(nodes) * len(facts) > MOST_STEPS:
            raise PlanTooIntertwined(plan=plan.key, most=MOST_STEPS)
    sorter = TopologicalSorter({key: {id(step[0]) for step in found} for key, found in steps.items()})
    # A node comes after the nodes that it leads to; the way up is the reverse.
    order = tuple(nodes[key] for key in sorter.static_order())[::-1]
    return Graph(order=order, steps=steps)


def dearest(
    *, machine: Machine, graph: Graph, weight: Weight, caps: Mapping[int, int] | None = None
) -> Dearest:
    """The path on which ``weight`` adds up to the most; of several, the shortest.

    ``caps`` limits what single walks, by their place in the machine, may add up to.
    """
    capped = tuple(caps or ())
    limits = caps or {}
    beginning = graph.order[0]
    first = (0,) * len(capped)
    # For each situation and each sum of the capped walks: the most of the others, how long, and where from.
    tables: dict[int, dict[tuple[int, ...], tuple[int, int]]] = {id(beginning): {first: (0, 0)}}
    came: dict[tuple[int, tuple[int, ...]], tuple[int, tuple[int, ...], Facts]] = {}
    best: tuple[int, int] = (-1, 0)
    best_at: tuple[int, tuple[int, ...]] = (id(beginning), first)

    def added(sums: tuple[int, ...], emissions: Iterable[Emission]) -> tuple[tuple[int, ...], int]:
        gathered, free = list(sums), 0
        for emission in emissions:
            walk = machine.walks[emission.clause]
            amount = weight(walk, emission.portions)
            if emission.clause in limits:
                place = capped.index(emission.clause)
                gathered[place] = min(limits[emission.clause], gathered[place] + amount)
            else:
                free += amount
        return tuple(gathered), free

    for node in graph.order:
        for sums, (value, length) in tables.get(id(node), {}).items():
            at_end, more = added(sums, node.end)
            if (total := (value + more + sum(at_end), -length)) > best:
                best, best_at = total, (id(node), sums)
            for after, emissions, seat in graph.steps[id(node)]:
                then, gained = added(sums, emissions)
                table = tables.setdefault(id(after), {})
                known = table.get(then)
                if known is None or (value + gained, -length - 1) > (known[0], -known[1]):
                    table[then] = (value + gained, length + 1)
                    came[id(after), then] = (id(node), sums, seat)
    seats: list[Facts] = []
    at = best_at
    while at in came and at != (id(beginning), first):
        previous, sums, seat = came[at]
        seats.append(seat)
        at = (previous, sums)
    return Dearest(best[0], tuple(reversed(seats)))


def dearest_of_few(
    *,
    machine: Machine,
    beginning: Node,
    chains: Iterable[tuple[Facts, ...]],
    weight: Weight,
    caps: Mapping[int, int] | None = None,
) -> Dearest:
    """The same for a graph whose chains can be counted: the levels of a region, the buyer."""
    best = Dearest(-1, ())
    for chain in chains:
        sums: dict[int, int] = {}
        node = beginning
        given: list[Emission] = []
        for seat in chain:
            node, emissions = machine.step(node, seat)
            given += [emission for emission in emissions if emission.register is None]
        for emission in (*given, *node.end):
            walk = machine.walks[emission.clause]
            amount = weight(walk, emission.portions)
            sums[emission.clause] = sums.get(emission.clause, 0) + amount
        total = sum(min(amount, (caps or {}).get(place, amount)) for place, amount in sums.items())
        if (total, -len(chain)) > (best.amount_fen, -len(best.seats)):
            best = Dearest(total, chain)
    return best


def most_by_base(
    *,
    plan: Plan,
    course: Course,
    applies: Callable[[Walk], bool],
    bases_fen: Amounts,
    buyer_rank: str | None = None,
) -> Amounts:
    """For each of many bases the most that a course pays, all of them in one pass.

    The same passage through the same graph as ``dearest``, with a column of amounts in the place of one. Of walks
    that a bound caps, what they have given so far is kept as the list of portions, and capped at the end.
    """
    machine = bounded_machine(course)
    beginning = machine.begin(applies=tuple(applies(walk) for walk in machine.walks), buyer_rank=buyer_rank)
    column = _Columns(machine, bases_fen)
    best: Amounts = np.zeros_like(bases_fen)
    if course.graph in ("regions", "buyer"):
        for chain in counted_chains(course, machine, buyer_rank):
            node, kept, value = beginning, _NOTHING, np.zeros_like(bases_fen)
            for seat in chain:
                node, emissions = machine.step(node, seat)
                kept, value = column.added(kept, value, emissions)
            best = np.maximum(best, column.total(*column.added(kept, value, node.end)))
        return best
    graph = explore(plan=plan, machine=machine, beginning=beginning)
    tables: dict[int, dict[Portions, Amounts]] = {id(beginning): {_NOTHING: np.zeros_like(bases_fen)}}
    for node in graph.order:
        for kept, value in tables.pop(id(node), {}).items():
            best = np.maximum(best, column.total(*column.added(kept, value, node.end)))
            for after, emissions, _ in graph.steps[id(node)]:
                then, gained = column.added(kept, value, emissions)
                table = tables.setdefault(id(after), {})
                table[then] = np.maximum(table[then], gained) if then in table else gained
    return best


Amounts = npt.NDArray[np.int64]
Portions = tuple[tuple[int, tuple[Portion, ...]], ...]
_NOTHING: Portions = ()


class _Columns:
    """What emissions come to for each of many bases."""

    def __init__(self, machine: Machine, bases_fen: Amounts) -> None:
        self._walks = machine.walks
        self._bases_fen = bases_fen
        self._known: dict[tuple[int, tuple[Portion, ...]], Amounts] = {}

    def added(
        self, kept: Portions, value: Amounts, emissions: Iterable[Emission]
    ) -> tuple[Portions, Amounts]:
        """What was given so far and what a step adds: portions of capped walks apart from the rest."""
        for emission in emissions:
            if not emission.portions:
                continue
            if self._walks[emission.clause].bound.order_bp is not None:
                given = (emission.clause, emission.portions)
                kept = tuple(sorted((*kept, given), key=lambda item: (item[0], repr(item[1]))))
            else:
                value = value + self._amount(emission.clause, emission.portions)
        return kept, value

    def total(self, kept: Portions, value: Amounts) -> Amounts:
        """The amounts with every capped walk at its cap at most."""
        for clause in {clause for clause, _ in kept}:
            order_bp = self._walks[clause].bound.order_bp
            assert order_bp is not None
            given = sum(
                (self._amount(place, portions) for place, portions in kept if place == clause),
                np.zeros_like(self._bases_fen),
            )
            value = value + np.minimum(given, self._bases_fen * order_bp // WHOLE_BP)
        return value

    def _amount(self, clause: int, portions: tuple[Portion, ...]) -> Amounts:
        known = self._known.get((clause, portions))
        if known is None:
            known = sum(
                (fen_of(portion, self._bases_fen) for portion in portions), np.zeros_like(self._bases_fen)
            )
            person_fen = self._walks[clause].bound.person_fen
            if person_fen is not None:
                known = np.minimum(known, person_fen)
            self._known[clause, portions] = known
        return known


def fen_of(portion: Portion, bases_fen: Amounts) -> Amounts:
    """``portion.fen`` for a column of bases."""
    if portion.fixed_fen:
        return np.full_like(bases_fen, portion.fixed_fen)
    whole = bases_fen if portion.of is None else fen_of(portion.of, bases_fen)
    return whole * (portion.before_bp + portion.rate_bp) // WHOLE_BP - whole * portion.before_bp // WHOLE_BP


def counted_chains(course: Course, machine: Machine, buyer_rank: str | None) -> tuple[tuple[Facts, ...], ...]:
    """Every chain of a graph that has few: the levels of a region, or the buyer."""
    if course.graph == "regions":
        return region_chains(machine)
    # A buyer of no rank is nobody's seat: who has one has a rank, and clauses above may start at it.
    return ((), *((seat,) for seat in machine.every_facts() if seat.rank == buyer_rank))


def region_chains(machine: Machine) -> tuple[tuple[Facts, ...], ...]:
    """Every set of agents, each there, inactive or missing; the smallest sets first."""
    options = [
        (None, *(seat for seat in machine.every_facts() if seat.rank == level)) for level in REGION_LEVELS
    ]
    chains = (tuple(seat for seat in chosen if seat is not None) for chosen in every(*options))
    return tuple(sorted(chains, key=len))


def course_dearest(
    *,
    plan: Plan,
    course: Course,
    applies: Callable[[Walk], bool],
    weight: Weight,
    base_fen: int,
    buyer_rank: str | None = None,
    within_order: bool = True,
) -> Dearest:
    """The most that the walks of one course pay of an order. Walks without an end are left out.

    ``within_order``: whether each walk keeps within its own limit on the order.
    """
    machine = bounded_machine(course)
    beginning = machine.begin(applies=tuple(applies(walk) for walk in machine.walks), buyer_rank=buyer_rank)
    caps = {
        place: floor_share(amount=base_fen, rate_bp=walk.bound.order_bp)
        for place, walk in enumerate(machine.walks)
        if walk.bound.order_bp is not None and within_order
    }
    if course.graph in ("regions", "buyer"):
        chains = counted_chains(course, machine, buyer_rank)
        return dearest_of_few(machine=machine, beginning=beginning, chains=chains, weight=weight, caps=caps)
    return dearest(
        machine=machine,
        graph=explore(plan=plan, machine=machine, beginning=beginning),
        weight=weight,
        caps=caps,
    )


@lru_cache(maxsize=256)
def exact_base_fen(plan: Plan) -> int:
    """The smallest base of which every rate that a walk can ever multiply with is a whole number of fen."""
    scale = 1
    for clause in plan.walks:
        rates = [Fraction(rate_bp, WHOLE_BP) for rate_bp in clause.rates_bp]
        share = Fraction(1)
        below = clause
        denominators = [rate.denominator for rate in rates]
        while below.of is not None:
            below = plan.clause(below.of)  # type: ignore[assignment]
            share *= lcm(*(Fraction(rate, WHOLE_BP).denominator for rate in below.rates_bp), 1)
        if clause.bound.order_bp is not None:
            denominators.append(Fraction(clause.bound.order_bp, WHOLE_BP).denominator)
        scale = lcm(scale, int(share) * lcm(*denominators, 1))
    if plan.cap_bp is not None:
        scale = lcm(scale, Fraction(plan.cap_bp, WHOLE_BP).denominator)
    return scale


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
        sum(portion.fen(base_fen) for portion in portions if not portion.fixed_fen)
        if walk.id == clause_id
        else 0
    )


def _fixed_of(clause_id: str) -> Weight:
    return lambda walk, portions: (
        sum(portion.fixed_fen for portion in portions) if walk.id == clause_id else 0
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
