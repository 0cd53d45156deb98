"""What every kind of clause is: frozen data from a document, two sentences, and a bound."""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, ClassVar, Self

from tongbao.money import Language, format_yuan
from tongbao.plans.algebra import Event
from tongbao.plans.contracts import Award, AwardKind, RankName

if TYPE_CHECKING:
    from tongbao.plans.language.document import Fields


@dataclass(frozen=True, slots=True, kw_only=True)
class Scope:
    """What a clause may refer to while it is read: the ranks, lowest first, and the clauses above it.

    ``below`` maps the ids that stand further down to the clause each of them pays on, if any, so that a wrong
    reference can be told from one that goes round in a circle.
    """

    ranks: tuple[str, ...]
    above: tuple[Clause, ...]
    below: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Names:
    """How ranks are called, for sentences."""

    ranks: tuple[RankName, ...]

    def rank(self, key: str, language: Language) -> str:
        for name in self.ranks:
            if name.key == key:
                return name.zh if language == "zh" else name.en
        return key


@dataclass(frozen=True, kw_only=True)
class Clause(ABC):
    """One clause of a plan. ``id`` is its own name in the document, ``line`` where it starts there."""

    keys: ClassVar[tuple[str, ...]]
    """The keys that a document may write for this kind, besides ``id`` and ``kind``."""

    id: str
    kind: AwardKind
    event: Event
    line: int = field(default=0, compare=False)

    @classmethod
    @abstractmethod
    def read(cls, fields: Fields, *, clause_id: str, scope: Scope) -> Self:
        """The clause that a document states; what is wrong is noted in ``fields``."""

    @abstractmethod
    def sentence(self, *, names: Names, language: Language) -> str:
        """The clause as a sentence."""

    @abstractmethod
    def reason(self, award: Award, *, names: Names, language: Language) -> str:
        """Why this award has this amount, as a sentence to the one who got it."""


def yuan(amount_fen: int, language: Language) -> str:
    """An amount as sentences say it."""
    return f"{format_yuan(amount_fen)}元" if language == "zh" else f"{format_yuan(amount_fen)} yuan"


def ordinal(number: int) -> str:
    """A number as English counts.

    >>> [ordinal(number) for number in (1, 2, 3, 11, 22)]
    ['1st', '2nd', '3rd', '11th', '22nd']
    """
    if number % 100 in (11, 12, 13):
        return f"{number}th"
    return f"{number}{ {1: 'st', 2: 'nd', 3: 'rd'}.get(number % 10, 'th') }"
