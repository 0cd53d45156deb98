"""A plan: ranks, clauses, promotions and a budget, read from one document."""

from __future__ import annotations

from dataclasses import dataclass

from tongbao.money import Language
from tongbao.plans.clauses import Clause, Names
from tongbao.plans.contracts import PromotionRules, RankName, UnknownRank


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """What one document states. ``ranks`` are keys, lowest first; ``sha256`` digests the document."""

    key: str
    title_zh: str
    title_en: str
    rule_zh: str
    rule_en: str
    rank_names: tuple[RankName, ...]
    clauses: tuple[Clause, ...]
    budget_bp: int
    promotions: PromotionRules
    sha256: str

    @property
    def ranks(self) -> tuple[str, ...]:
        return tuple(name.key for name in self.rank_names)

    @property
    def names(self) -> Names:
        return Names(ranks=self.rank_names)

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
