"""What every kind of clause is: typed data, one pure function, two sentences, and its bound."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar, Self

from tongbao.money import Language, floor_share, format_yuan
from tongbao.plans.contracts import Award, AwardKind, Chain, RankName, Sale, SponsorSeat

if TYPE_CHECKING:
    from tongbao.plans.language.document import Fields


@dataclass(frozen=True, slots=True, kw_only=True)
class Situation:
    """What a clause sees: the sale, the chain, and the awards of the clauses that stand above it."""

    sale: Sale
    chain: Chain
    earlier: Mapping[str, Sequence[Award]]
    """By clause; awards of nothing included, since a rate may be closed although no fen came of it."""

    def walk(self) -> Iterator[tuple[int, SponsorSeat]]:
        """The sponsors who can earn by walking up, with their distance from the buyer, nearest first."""
        buyer_key = self.chain.buyer_key
        for distance, seat in enumerate(self.chain.sponsors, start=1):
            if seat.active and (buyer_key is None or seat.member_key != buyer_key):
                yield distance, seat


@dataclass(frozen=True, slots=True, kw_only=True)
class Scope:
    """What a clause may refer to while it is read: the ranks, lowest first, and the clauses above it."""

    ranks: tuple[str, ...]
    above: tuple[Clause, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Names:
    """How ranks are called, for sentences."""

    ranks: tuple[RankName, ...]

    def rank(self, key: str, language: Language) -> str:
        for name in self.ranks:
            if name.key == key:
                return name.zh if language == "zh" else name.en
        return key


@dataclass(frozen=True, slots=True, kw_only=True)
class Clause(ABC):
    """One clause of a plan. ``id`` is its own name in the document."""

    kind: ClassVar[AwardKind]
    keys: ClassVar[tuple[str, ...]]
    """The keys that a document may write for this kind, besides ``id`` and ``kind``."""

    id: str

    @classmethod
    @abstractmethod
    def read(cls, fields: Fields, *, clause_id: str, scope: Scope) -> Self:
        """The clause that a document states; what is wrong is noted in ``fields``."""

    @abstractmethod
    def awards(self, situation: Situation) -> Iterator[Award]:
        """Who earns what, in order of distance from the buyer; awards of nothing included."""

    @property
    @abstractmethod
    def rates_bp(self) -> tuple[int, ...]:
        """Every rate that the clause ever multiplies with."""

    @property
    @abstractmethod
    def maximum_bp(self) -> int:
        """The bound: no chain makes the clause pay more than this rate of the base, and some chain does."""

    def most_fen(self, base_fen: int) -> int:
        """The most that the clause pays for a sale of ``base_fen``, over every chain; exactly reached."""
        return floor_share(amount=base_fen, rate_bp=self.maximum_bp)

    @abstractmethod
    def sentence(self, *, names: Names, language: Language) -> str:
        """The clause as a sentence."""

    @abstractmethod
    def reason(self, award: Award, *, names: Names, language: Language) -> str:
        """Why this award has this amount, as a sentence to the one who got it."""


def yuan(amount_fen: int, language: Language) -> str:
    """An amount as sentences say it."""
    return f"{format_yuan(amount_fen)}元" if language == "zh" else f"{format_yuan(amount_fen)} yuan"
