"""A plan as frozen data: ranks, clauses, promotions, budget.

A clause kind is a frozen dataclass here, a function in ``evaluate``, a sentence in ``explain`` and a bound in
``prove``; a new kind adds one of each.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar, Literal

Level = Literal["county", "city", "province"]
LEVELS: tuple[Level, ...] = ("county", "city", "province")


@dataclass(frozen=True, slots=True)
class Text:
    """The same words in both languages."""

    zh: str
    en: str


@dataclass(frozen=True, slots=True)
class Rank:
    """A rank (等级) and what it is called."""

    code: str
    title: Text


@dataclass(frozen=True, slots=True, kw_only=True)
class DirectClause:
    """直推: a rate to the nearest sponsor, whatever their rank."""

    kind: ClassVar[str] = "direct"
    id: str
    rate_bp: int


@dataclass(frozen=True, slots=True, kw_only=True)
class DifferentialClause:
    """级差: each sponsor whose rank's rate is above the cursor earns the gap. ``rates_bp`` rises with rank."""

    kind: ClassVar[str] = "differential"
    id: str
    rates_bp: tuple[tuple[str, int], ...]

    def rate_of(self, rank: str) -> int:
        return dict(self.rates_bp).get(rank, 0)


@dataclass(frozen=True, slots=True, kw_only=True)
class PeerClause:
    """平级: a sponsor above one who closed a gap of clause ``of``, with the same rank.

    ``pairs`` says which pairs are paid: the ``highest`` ranked one of the chain, or ``every`` one.
    """

    kind: ClassVar[str] = "peer"
    id: str
    of: str
    rate_bp: int
    pairs: Literal["highest", "every"] = "highest"


@dataclass(frozen=True, slots=True, kw_only=True)
class RegionClause:
    """区域代理: agents of the delivery address, county → city → province, as a differential."""

    kind: ClassVar[str] = "region"
    id: str
    rates_bp: tuple[tuple[Level, int], ...]

    def rate_of(self, level: Level) -> int:
        return dict(self.rates_bp).get(level, 0)


Clause = DirectClause | DifferentialClause | PeerClause | RegionClause


@dataclass(frozen=True, slots=True, kw_only=True)
class RecruitRule:
    """``recruits`` direct recruits at ``recruit_rank`` or above lift ``from_rank`` to ``to_rank``."""

    from_rank: str
    recruits: int
    recruit_rank: str
    to_rank: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PromotionRules:
    """晋升: by buying a pack, by developing recruits."""

    by_purchase: tuple[tuple[str, str], ...] = ()
    by_recruits: tuple[RecruitRule, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """A distribution plan (分销方案). ``ranks`` lowest first; ``budget_bp`` of the base it may pay at most."""

    key: str
    title: Text
    rule: Text
    ranks: tuple[Rank, ...]
    clauses: tuple[Clause, ...]
    budget_bp: int
    promotions: PromotionRules
    sha256: str

    @property
    def ladder(self) -> tuple[str, ...]:
        """The codes of the ranks, lowest first."""
        return tuple(rank.code for rank in self.ranks)

    def height(self, rank: str) -> int:
        """How high a rank stands; an unknown rank stands below all."""
        return self.ladder.index(rank) if rank in self.ladder else -1

    def rank_title(self, rank: str) -> Text:
        """What a rank is called; its code if the plan doesn't know it."""
        return next((known.title for known in self.ranks if known.code == rank), Text(rank, rank))

    def clause(self, clause_id: str) -> Clause:
        """The clause with this id. Raises KeyError."""
        for clause in self.clauses:
            if clause.id == clause_id:
                return clause
        raise KeyError(clause_id)
