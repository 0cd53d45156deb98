"""A plan: ranks, clauses, promotions and a budget, read from one document."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property

from tongbao.money import Language
from tongbao.plans.algebra import Base, Graph
from tongbao.plans.clauses import Clause, Machine, Names, Walk
from tongbao.plans.contracts import REGION_LEVELS, PromotionRules, RankName, Sale, UnknownRank


@dataclass(frozen=True, slots=True)
class Course:
    """The walks along one graph, which one machine carries out together.

    ``placement`` is the clause whose tree is walked, for the graph of that name; ``clauses`` are the walks'
    places in the plan.
    """

    graph: Graph
    placement: str
    machine: Machine
    clauses: tuple[int, ...]


@dataclass(frozen=True, kw_only=True)
class Plan:
    """What one document states. ``ranks`` are keys, lowest first; ``sha256`` digests the document.

    ``budgets`` has the budget of every base that a clause pays on, ``budget_bp`` that of the first one, money
    paid as a rule. ``cap_bp`` limits what all clauses together pay of one order; above it all are pro-rated.
    """

    key: str
    title_zh: str
    title_en: str
    rule_zh: str
    rule_en: str
    rank_names: tuple[RankName, ...]
    clauses: tuple[Clause, ...]
    budgets: Mapping[Base, int]
    promotions: PromotionRules
    sha256: str
    cap_bp: int | None = None
    lines: Mapping[str, int] = field(default_factory=dict, compare=False)
    """Where ``budget``, ``promotions`` and the like stand in the document."""

    def __hash__(self) -> int:
        return hash(self.sha256)

    @property
    def budget_bp(self) -> int:
        return next(iter(self.budgets.values()))

    @property
    def base(self) -> Base:
        """The base that the budget and the worst case are told of."""
        return next(iter(self.budgets))

    @cached_property
    def ranks(self) -> tuple[str, ...]:
        return tuple(name.key for name in self.rank_names)

    @property
    def names(self) -> Names:
        return Names(ranks=self.rank_names)

    @cached_property
    def walks(self) -> tuple[Walk, ...]:
        """The clauses that are decided order by order."""
        return tuple(clause for clause in self.clauses if isinstance(clause, Walk))

    @cached_property
    def walks_by_place(self) -> dict[int, Walk]:
        """The walks by their place among all clauses."""
        return {place: clause for place, clause in enumerate(self.clauses) if isinstance(clause, Walk)}

    @cached_property
    def kept(self) -> tuple[Clause, ...]:
        """The clauses that keep books across orders: funds, jars, queues, boards."""
        return tuple(clause for clause in self.clauses if not isinstance(clause, Walk))

    @cached_property
    def courses(self) -> tuple[Course, ...]:
        """The walks by graph, each graph once, in the order of the document."""
        groups: dict[tuple[Graph, str], list[int]] = {}
        for place, clause in enumerate(self.clauses):
            if isinstance(clause, Walk):
                groups.setdefault((clause.graph, self._tree(clause)), []).append(place)
        return tuple(
            Course(
                graph=graph,
                placement=tree,
                machine=Machine(
                    walks=[walk for place in places if isinstance(walk := self.clauses[place], Walk)],
                    ladder=REGION_LEVELS if graph == "regions" else self.ranks,
                ),
                clauses=tuple(places),
            )
            for (graph, tree), places in groups.items()
        )

    def _tree(self, walk: Walk) -> str:
        """Awards on awards walk the same tree as the clause they are paid on."""
        if walk.graph != "placement":
            return ""
        while walk.of is not None:
            below = self.clause(walk.of)
            assert isinstance(below, Walk)
            walk = below
        return walk.id

    @cached_property
    def looks_alike(self) -> bool:
        """Whether every walk looks at every order, so that nothing has to be asked of a sale."""
        return all(not walk.event.products and not walk.event.least_fen for walk in self.walks)

    @cached_property
    def in_full(self) -> Plan:
        """The plan as it pays in the end: without the limits of persons that only put payments off."""
        if not any(walk.defers for walk in self.walks):
            return self
        return replace(
            self,
            clauses=tuple(
                replace(clause, bound=replace(clause.bound, person_fen=None))
                if isinstance(clause, Walk) and clause.defers
                else clause
                for clause in self.clauses
            ),
        )

    def title(self, language: Language) -> str:
        return self.title_zh if language == "zh" else self.title_en

    def clause(self, clause_id: str) -> Clause:
        """The clause of that id. Raises KeyError."""
        for clause in self.clauses:
            if clause.id == clause_id:
                return clause
        raise KeyError(clause_id)

    def require_rank(self, rank: str) -> None:
        """Raises UnknownRank for a rank that the plan doesn't have."""
        if all(name.key != rank for name in self.rank_names):
            raise UnknownRank(rank=rank, known=", ".join(self.ranks))

    def sentences(self, language: Language) -> tuple[str, ...]:
        """The clauses as sentences, in order."""
        return tuple(clause.sentence(names=self.names, language=language) for clause in self.clauses)


def looks_at(walk: Clause, sale: Sale) -> bool:
    """Whether a clause looks at an order: its product and its least base."""
    event = walk.event
    return (not event.products or sale.product in event.products) and sale.of(event.base) >= event.least_fen
