"""What every book of a kept clause can do."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterable
from dataclasses import dataclass

from tongbao.money import floor_share
from tongbao.plans.clauses.kept import Kept, Reckoning
from tongbao.plans.clauses.kept.base import Cause
from tongbao.plans.contracts import MemberKey
from tongbao.plans.running.contracts import Closing
from tongbao.plans.running.people import People, Person


@dataclass(frozen=True, slots=True, kw_only=True)
class Fact:
    """An order as a kept clause sees it. ``base_fen`` is what remained of the clause's base when it looked."""

    order: str
    buyer: Person
    base_fen: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Payout:
    """What a book pays. ``ticket`` names it within the book, so that it can be taken back."""

    ticket: int
    person: Person
    amount_fen: int
    order: str | None = None
    period: str | None = None
    reckoning: Reckoning


@dataclass(frozen=True, slots=True, kw_only=True)
class Returned:
    """What is taken back because ``order`` was refunded: of a ticket, or, without one, owed by the clause's own
    fund because it was paid out before."""

    ticket: int | None
    amount_fen: int
    order: str
    cause: Cause = "refund"


class Book(ABC):
    """The book of one clause.

    ``held_fen`` is what lies in it, ``put_aside_fen`` what was ever put in, ``paid_fen`` what was ever paid out.
    ``short_fen`` is what refunded orders had put aside and had been paid out before: the next orders' parts make
    up for it first, so nothing is ever paid twice from the same money.
    """

    def __init__(self, clause: Kept, *, people: People) -> None:
        self.kept = clause
        self.people = people
        self.put_aside_fen = 0
        self.paid_fen = 0
        self.short_fen = 0
        self._aside: dict[str, int] = {}
        """By order: what it put aside and what of it wasn't refunded."""
        self._tickets = 0
        self._got: dict[MemberKey, int] = {}

    @property
    @abstractmethod
    def held_fen(self) -> int:
        """What lies in the book now."""

    def joined(self, person: Person) -> None:  # noqa: B027  - most books don't mind
        """Somebody joined."""

    @abstractmethod
    def ordered(self, fact: Fact) -> Iterable[Payout]:
        """An order came in: put its part aside and pay what that makes due."""

    @abstractmethod
    def refunded(self, fact: Fact, *, after_fen: int) -> Iterable[Returned]:
        """An order shrank from ``fact.base_fen`` to ``after_fen``; 0: it is refunded in full."""

    def close(self, closing: Closing, *, period: str, seed: bytes | None) -> Iterable[Payout]:
        """A period ended. What members got counts from zero again where their bound is for that period."""
        yield from self.shared_out(closing, period=period, seed=seed)
        if self.kept.bound.person_period == closing:
            self._got.clear()

    def shared_out(self, closing: Closing, *, period: str, seed: bytes | None) -> Iterable[Payout]:
        """What the end of a period makes due."""
        return ()

    def part_fen(self, base_fen: int) -> int:
        """What an order of that base puts aside."""
        rate_bp = self.kept.accrue_bp
        return 0 if rate_bp is None else floor_share(amount=base_fen, rate_bp=rate_bp)

    @property
    def stays_aside_fen(self) -> int:
        """What orders put aside, without what was refunded of them."""
        return sum(self._aside.values())

    def put_aside(self, fact: Fact) -> int:
        """Take an order's part in. What of it is left after making up for what is short."""
        part_fen = self.part_fen(fact.base_fen)
        self.put_aside_fen += part_fen
        self._aside[fact.order] = part_fen
        made_up_fen = min(self.short_fen, part_fen)
        self.short_fen -= made_up_fen
        return part_fen - made_up_fen

    def leaving(self, fact: Fact, *, after_fen: int) -> int:
        """What an order that shrinks to ``after_fen`` takes out again; nothing, if it put nothing aside here."""
        if fact.order not in self._aside:
            return 0
        before_fen, self._aside[fact.order] = self._aside[fact.order], self.part_fen(after_fen)
        return before_fen - self._aside[fact.order]

    def within_bound(self, person: Person, amount_fen: int) -> int:
        """What of an amount the member's bound lets through."""
        most_fen = self.kept.bound.person_fen
        if most_fen is None:
            return amount_fen
        if self.kept.bound.person_period != "order":
            most_fen -= self._got.get(person.key, 0)
        return max(0, min(amount_fen, most_fen))

    def payout(
        self,
        person: Person,
        amount_fen: int,
        *,
        reckoning: Reckoning,
        order: str | None = None,
        period: str | None = None,
    ) -> Payout:
        """Enter a payment."""
        self._tickets += 1
        self.paid_fen += amount_fen
        self._got[person.key] = self._got.get(person.key, 0) + amount_fen
        return Payout(
            ticket=self._tickets,
            person=person,
            amount_fen=amount_fen,
            order=order,
            period=period,
            reckoning=reckoning,
        )

    def owed_by_fund(self, order: str, amount_fen: int) -> Iterable[Returned]:
        """Enter that a refunded order's part isn't there any more."""
        if amount_fen:
            self.short_fen += amount_fen
            yield Returned(ticket=None, amount_fen=amount_fen, order=order)

    def meets(self, person: Person) -> bool:
        """Whether a member counts, by their volumes so far."""
        needs = self.kept.select.needs
        return self.people.meets(person, needs, own_fen=person.own_fen, team_fen=person.team_fen)
