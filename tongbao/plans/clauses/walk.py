"""A clause that pays while one order walks up a graph: event, graph, select, rate, bound and when in one."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, ClassVar, Self

from tongbao.money import Language
from tongbao.plans.algebra import (
    Bound,
    ByLevel,
    ByRank,
    ByRankAndLevel,
    Fixed,
    Flat,
    Gap,
    Graph,
    Placement,
    Rate,
    Select,
    When,
)
from tongbao.plans.clauses.base import Clause, Names, Scope
from tongbao.plans.contracts import Award

if TYPE_CHECKING:
    from tongbao.plans.language.document import Fields


@dataclass(frozen=True, kw_only=True)
class Walk(Clause):
    """Pays the members whom ``select`` picks on the way up ``graph``, each by ``rate``.

    ``of`` names another clause: the rate is then a part of its awards, to those who stand above their earners
    (管理奖). Without it the rate is a part of the order's base. What the primitives mean is told in
    ``tongbao.plans.algebra``; how they are carried out, in ``tongbao.plans.clauses.machine``.
    """

    keys: ClassVar[tuple[str, ...]] = (
        "event",
        "graph",
        "placement",
        "select",
        "rate",
        "of",
        "bound",
        "when",
    )

    graph: Graph = "sponsors"
    placement: Placement | None = None
    select: Select = field(default_factory=Select)
    rate: Rate
    of: str | None = None
    bound: Bound = field(default_factory=Bound)
    when: When = field(default_factory=When)

    @classmethod
    def read(cls, fields: Fields, *, clause_id: str, scope: Scope) -> Self:
        from tongbao.plans.clauses.reading import read_walk

        walk = read_walk(fields, clause_id=clause_id, scope=scope)
        assert isinstance(walk, cls)
        return walk

    @property
    def levels(self) -> int | None:
        """How many levels are paid at most; None: no end is written."""
        match self.rate:
            case ByLevel(rates_bp=rates):
                listed: int | None = len(rates)
            case ByRankAndLevel(rates=table):
                listed = max(len(rates) for _, rates in table)
            case _:
                listed = None
        if listed is None or self.select.limit is None:
            return listed if self.select.limit is None else self.select.limit
        return min(listed, self.select.limit)

    @property
    def defers(self) -> bool:
        """Whether what a person's limit cuts is only put off to the next period, and so paid in full in the end."""
        bound = self.bound
        return bound.person_fen is not None and bound.person_period != "order" and bound.rest == "carry"

    @property
    def ends(self) -> bool:
        """Whether the walk ends by itself, however long the chain: levels, a cursor, or a graph with few seats."""
        if self.graph in ("buyer", "regions") or self.levels is not None or self.select.peers is not None:
            return True
        if isinstance(self.rate, Gap):
            return True
        return self.of is None and not any(self._pays_rank(rank) for rank, _ in self.rates_by_rank())

    def _pays_rank(self, rank: str) -> bool:
        return bool(dict(self.rates_by_rank()).get(rank))

    def rates_by_rank(self) -> tuple[tuple[str, int], ...]:
        """For a rate by rank or a gap, its table; for others one entry that stands for every rank."""
        match self.rate:
            case ByRank(rates=rates) | Gap(rates=rates):
                return rates
            case Flat(rate_bp=rate_bp):
                return (("", rate_bp),)
            case Fixed(amount_fen=amount_fen):
                return (("", amount_fen),)
            case _:
                return ()

    @property
    def rates_bp(self) -> tuple[int, ...]:
        """Every rate that the clause ever multiplies with."""
        match self.rate:
            case Flat(rate_bp=rate_bp):
                return (rate_bp,)
            case ByLevel(rates_bp=rates):
                return rates
            case ByRank(rates=table) | Gap(rates=table):
                return tuple(rate_bp for _, rate_bp in table)
            case ByRankAndLevel(rates=lists):
                return tuple(rate_bp for _, rates in lists for rate_bp in rates)
            case Fixed():
                return ()

    def rate_for(self, *, rank: str, level: int) -> int | None:
        """The rate at a level (from 1) for a rank; None: that rank has none there. Not for gaps or amounts."""
        match self.rate:
            case Flat(rate_bp=rate_bp):
                return rate_bp
            case ByLevel(rates_bp=rates):
                return rates[level - 1] if level <= len(rates) else None
            case ByRank(rates=table):
                return dict(table).get(rank) or None
            case ByRankAndLevel(rates=lists):
                listed = dict(lists).get(rank, ())
                return listed[level - 1] if level <= len(listed) else None
            case _:
                return None

    def thresholds(self) -> Iterator[tuple[str, int]]:
        """The facts about a member that the clause asks for: ("recruits", 3), ("own_fen", 10_000) …"""
        needs = self.select.needs
        for name in ("recruits", "own_fen", "team_fen"):
            if least := getattr(needs, name):
                yield name, least
        if self.select.unlock_recruits:
            for level in range(1, (self.levels or 0) + 1):
                yield "recruits", level * self.select.unlock_recruits

    def sentence(self, *, names: Names, language: Language) -> str:
        from tongbao.plans.clauses.wording import sentence

        return sentence(self, names=names, language=language)

    def reason(self, award: Award, *, names: Names, language: Language) -> str:
        from tongbao.plans.clauses.reasons import reason

        return reason(self, award, names=names, language=language)
