"""The book of a queue."""

from __future__ import annotations

from collections.abc import Iterable

from tongbao.money import floor_share
from tongbao.plans.clauses.kept import Queue, Reckoning
from tongbao.plans.running.books.base import Book, Fact, Payout, Returned
from tongbao.plans.running.people import People, Person


class QueueBook(Book):
    """The orders that wait, first come first, and what was put aside for them.

    An inactive member's order waits and lets the next one pass. A refunded order shrinks in line or leaves it,
    and its part leaves the fund as far as it is still there; what isn't is a receivable of the fund itself, made
    up by what comes next. An order that was given back and is refunded afterwards: the member returns what
    exceeds the part that is left, to the platform.
    """

    def __init__(self, clause: Queue, *, people: People) -> None:
        super().__init__(clause, people=people)
        self.clause = clause
        self._held_fen = 0
        self._count = 0
        self._line: dict[str, tuple[Person, int]] = {}
        self._gave_back: dict[str, tuple[int, int]] = {}
        """By order: the ticket, and what still stands of its amount."""

    @property
    def held_fen(self) -> int:
        return self._held_fen

    def waiting(self) -> tuple[str, ...]:
        """The orders in line, first one first."""
        return tuple(self._line)

    def ordered(self, fact: Fact) -> Iterable[Payout]:
        if self.meets(fact.buyer):
            self._line[fact.order] = (fact.buyer, fact.base_fen)
        self._held_fen += self.put_aside(fact)
        self._count += 1
        if self.clause.accrue_bp is None:
            if self._count % self.clause.every == 0:
                yield from self._pay_head()
            return
        while self._head_fen() <= self._held_fen and self._head() is not None:
            yield from self._pay_head()

    def _head(self) -> str | None:
        return next((order for order, (person, _) in self._line.items() if person.active), None)

    def _head_fen(self) -> int:
        order = self._head()
        return 0 if order is None else self._back_fen(self._line[order][1])

    def _back_fen(self, base_fen: int) -> int:
        return floor_share(amount=base_fen, rate_bp=self.clause.back_bp)

    def _pay_head(self) -> Iterable[Payout]:
        order = self._head()
        if order is None:
            return
        person, base_fen = self._line.pop(order)
        entitled_fen = self._back_fen(base_fen)
        amount_fen = self.within_bound(person, entitled_fen)
        cut_fen = entitled_fen - amount_fen
        told = Reckoning(held_fen=self._held_fen, own_fen=base_fen, place=1, cut_fen=cut_fen)
        if self.clause.accrue_bp is not None:
            self._held_fen -= amount_fen if self.clause.bound.rest == "carry" else entitled_fen
        if amount_fen:
            payout = self.payout(person, amount_fen, order=order, reckoning=told)
            self._gave_back[order] = (payout.ticket, amount_fen)
            yield payout

    def refunded(self, fact: Fact, *, after_fen: int) -> Iterable[Returned]:
        if fact.order in self._line:
            if after_fen:
                self._line[fact.order] = (fact.buyer, after_fen)
            else:
                del self._line[fact.order]
        leaves_fen = self.leaving(fact, after_fen=after_fen)
        taken_fen = min(leaves_fen, self._held_fen)
        self._held_fen -= taken_fen
        yield from self.owed_by_fund(fact.order, leaves_fen - taken_fen)
        if fact.order in self._gave_back:
            ticket, amount_fen = self._gave_back[fact.order]
            stands_fen = min(amount_fen, self._back_fen(after_fen))
            self._gave_back[fact.order] = (ticket, stands_fen)
            if amount_fen > stands_fen:
                yield Returned(
                    ticket=ticket, amount_fen=amount_fen - stands_fen, order=fact.order, cause="own_refund"
                )
