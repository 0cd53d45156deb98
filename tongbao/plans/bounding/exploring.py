"""Everything that the machine of a course can do, and the dearest path through it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from graphlib import TopologicalSorter
from itertools import product as every
from weakref import WeakKeyDictionary

from tongbao.money import StatedError, floor_share
from tongbao.plans.clauses import Emission, Facts, Machine, Node, Portion, Walk
from tongbao.plans.contracts import REGION_LEVELS
from tongbao.plans.plan import Course, Plan

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
