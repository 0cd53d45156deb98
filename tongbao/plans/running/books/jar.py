"""The book of a jar."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from tongbao.plans.clauses.kept import Jar, Reckoning
from tongbao.plans.clauses.kept.base import Cause
from tongbao.plans.running.books.base import Book, Fact, Payout, Returned
from tongbao.plans.running.people import People, Person


@dataclass(slots=True)
class _OneJar:
    """What one sponsor has gathered: by order, and what earlier breaks left in it."""

    owner: Person
    parts: dict[str, int] = field(default_factory=dict)
    carried_fen: int = 0


@dataclass(slots=True)
class _Break:
    """A jar that was broken. ``left_fen`` is what the payment left of it, ``returned_fen`` what its owner had to
    return because the own order was refunded, which covers parts that leave later."""

    owner: Person
    orders: set[str]
    own_order: str | None
    amount_fen: int
    left_fen: int
    returned_fen: int = 0


class JarBook(Book):
    """A jar for each sponsor, and each member's own orders that wait to be given back.

    A refund before the break takes the order's part, and, if all is refunded, its count, out of the jar. After
    it, what the break left covers the part first; the rest is taken back from the jar's owner. If the own order
    that was given back is refunded itself, the owner returns what exceeds what is left of it. What is taken back
    is the platform's.
    """

    def __init__(self, clause: Jar, *, people: People) -> None:
        super().__init__(clause, people=people)
        self.clause = clause
        self._jars: dict[int, _OneJar] = {}
        self._waiting: dict[int, list[str]] = {}
        self._own_fen: dict[str, int] = {}
        self._breaks: dict[int, _Break] = {}
        self._place_of: dict[str, _OneJar | int] = {}
        """Where an order's part lies: in a jar, or in the break of that ticket."""
        self._gave_back: dict[str, int] = {}

    @property
    def held_fen(self) -> int:
        return sum(jar.carried_fen + sum(jar.parts.values()) for jar in self._jars.values())

    def ordered(self, fact: Fact) -> Iterable[Payout]:
        self._own_fen[fact.order] = fact.base_fen
        self._waiting.setdefault(fact.buyer.number, []).append(fact.order)
        owner = self._owner(fact.buyer)
        if owner is None:
            return
        jar = self._jars.setdefault(owner.number, _OneJar(owner))
        jar.parts[fact.order] = self.put_aside(fact)
        self._place_of[fact.order] = jar
        if len(jar.parts) >= self.clause.every:
            yield from self._broken(jar, fact.order)

    def _owner(self, buyer: Person) -> Person | None:
        if self.clause.select.compress:
            return next((sponsor for sponsor in buyer.above() if self.meets(sponsor)), None)
        return buyer.sponsor if buyer.sponsor is not None and self.meets(buyer.sponsor) else None

    def _broken(self, jar: _OneJar, order: str) -> Iterable[Payout]:
        held_fen = jar.carried_fen + sum(jar.parts.values())
        owner, own_order, own_fen = jar.owner, None, 0
        entitled_fen = held_fen
        if self.clause.up_to_own:
            own_order = next(iter(self._waiting.get(owner.number, ())), None)
            own_fen = 0 if own_order is None else self._own_fen[own_order]
            entitled_fen = own_fen if self.clause.accrue_bp is None else min(held_fen, own_fen)
        amount_fen = self.within_bound(owner, entitled_fen)
        left_fen = max(0, held_fen - amount_fen)
        ticket = None
        if amount_fen:
            if own_order is not None:
                self._waiting[owner.number].remove(own_order)
            payout = self.payout(
                owner,
                amount_fen,
                order=order,
                reckoning=Reckoning(
                    held_fen=held_fen,
                    orders=len(jar.parts),
                    own_fen=own_fen,
                    cut_fen=entitled_fen - amount_fen,
                ),
            )
            ticket = payout.ticket
            self._breaks[ticket] = _Break(owner, set(jar.parts), own_order, amount_fen, left_fen)
            if own_order is not None:
                self._gave_back[own_order] = ticket
            yield payout
        for part_order in jar.parts:
            if ticket is not None:
                self._place_of[part_order] = ticket
            elif self.clause.bound.rest == "platform":
                del self._place_of[part_order]
        jar.parts = {}
        jar.carried_fen = left_fen if self.clause.bound.rest == "carry" else 0

    def refunded(self, fact: Fact, *, after_fen: int) -> Iterable[Returned]:
        self._own_fen[fact.order] = after_fen
        waiting = self._waiting.get(fact.buyer.number, [])
        if after_fen == 0 and fact.order in waiting:
            waiting.remove(fact.order)
        less_fen = self.leaving(fact, after_fen=after_fen)
        place = self._place_of.get(fact.order)
        if isinstance(place, _OneJar):
            yield from self._out_of_jar(place, fact.order, less_fen, gone=after_fen == 0)
        elif place is not None:
            yield from self._unbroken(place, fact.order, less_fen, gone=after_fen == 0)
        ticket = self._gave_back.get(fact.order)
        if ticket is not None:
            gave = self._breaks[ticket]
            for returned in self._taken_back(ticket, gave.amount_fen - after_fen, fact.order, "own_refund"):
                gave.returned_fen += returned.amount_fen
                yield returned

    def _out_of_jar(self, jar: _OneJar, order: str, less_fen: int, *, gone: bool) -> Iterable[Returned]:
        """A part leaves a jar that lies unbroken, or in which a break that paid nothing has left it."""
        counted = order in jar.parts
        taken_fen = min(less_fen, jar.parts[order] if counted else jar.carried_fen)
        if counted:
            jar.parts[order] -= taken_fen
        else:
            jar.carried_fen -= taken_fen
        if gone:
            jar.parts.pop(order, None)
            del self._place_of[order]
        yield from self.owed_by_fund(order, less_fen - taken_fen)

    def _unbroken(self, ticket: int, order: str, less_fen: int, *, gone: bool) -> Iterable[Returned]:
        """A part leaves a jar that was broken before."""
        gave = self._breaks[ticket]
        if self.clause.accrue_bp is None:
            # Without this order the count wasn't full, so nothing was due.
            if gone:
                yield from self._taken_back(ticket, gave.amount_fen, order, "refund")
            return
        covered_fen = min(less_fen, gave.left_fen)
        if self.clause.bound.rest == "carry":
            jar = self._jars[gave.owner.number]
            covered_fen = min(covered_fen, jar.carried_fen)
            jar.carried_fen -= covered_fen
        gave.left_fen -= covered_fen
        returned_fen = min(less_fen - covered_fen, gave.returned_fen)
        gave.returned_fen -= returned_fen
        back_fen = min(less_fen - covered_fen - returned_fen, gave.amount_fen)
        yield from self._taken_back(ticket, back_fen, order, "refund")
        # What was carried from this break into a later one was paid there.
        yield from self.owed_by_fund(order, less_fen - covered_fen - returned_fen - back_fen)

    def _taken_back(self, ticket: int, amount_fen: int, order: str, cause: Cause) -> Iterable[Returned]:
        gave = self._breaks[ticket]
        amount_fen = min(amount_fen, gave.amount_fen)
        if amount_fen > 0:
            gave.amount_fen -= amount_fen
            yield Returned(ticket=ticket, amount_fen=amount_fen, order=order, cause=cause)
