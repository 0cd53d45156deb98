"""The walks of a run: their awards, what a person may earn in a period, and what refunds change."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime

from tongbao.plans.algebra import Occasion
from tongbao.plans.clauses import Walk
from tongbao.plans.clauses.kept import Payment
from tongbao.plans.contracts import Award, Chain, MemberKey, Sale
from tongbao.plans.evaluating import evaluate
from tongbao.plans.plan import Plan
from tongbao.plans.running.contracts import RunOrder
from tongbao.plans.running.people import Person
from tongbao.plans.running.register import Register


@dataclass(slots=True)
class OrderEntry:
    """An order and how it was evaluated. ``entries`` are the register's, by clause and seat."""

    order: RunOrder
    buyer: Person
    remaining_fen: int
    received_at: datetime | None = None
    chains: dict[Occasion, Chain] = field(default_factory=dict)
    entries: dict[tuple[str, str], list[int]] = field(default_factory=dict)
    facts: dict[str, int] = field(default_factory=dict)
    """Of each book that looked at the order, by clause: the base that it stands in there with."""


@dataclass(slots=True)
class _Deferred:
    """What a person's bound cut off an award of an order and is paid in a later period."""

    entry: OrderEntry
    seat: str
    amount_fen: int


class Walks:
    """What the walks of a plan pay in a run."""

    def __init__(self, plan: Plan, *, register: Register) -> None:
        self.plan = plan
        self._register = register
        self._spent: dict[tuple[str, MemberKey], int] = {}
        self._deferred: dict[tuple[str, MemberKey], list[_Deferred]] = {}
        self._evaluated = plan.in_full

    def evaluated(self, entry: OrderEntry, occasion: Occasion, seats: Chain, sale: Sale) -> tuple[Award, ...]:
        """The awards of an order; the chain is kept for refunds."""
        entry.chains[occasion] = seats
        return evaluate(plan=self._evaluated, chain=seats, sale=sale, spent=self._spent)

    def awarded(
        self, entry: OrderEntry, clause: Walk, awards: tuple[Award, ...], at: datetime
    ) -> Iterator[Payment]:
        """Enter the awards of a clause."""
        for award in awards:
            if award.clause != clause.id:
                continue
            if clause.defers:
                award = self._within_period(entry, clause, award)
            if clause.bound.person_fen is not None and clause.bound.person_period != "order":
                key = (clause.id, award.beneficiary)
                self._spent[key] = self._spent.get(key, 0) + award.amount_fen
            if not award.amount_fen:
                continue
            number, payments = self._register.enter(
                clause=clause,
                beneficiary=award.beneficiary,
                amount_fen=award.amount_fen,
                at=at,
                drawn_from=entry.received_at,
                order=entry.order.key,
                award=award,
            )
            entry.entries.setdefault((clause.id, award.seat), []).append(number)
            yield from payments

    def _within_period(self, entry: OrderEntry, clause: Walk, award: Award) -> Award:
        """The award within what its beneficiary may still get in the period; the rest waits for the next."""
        assert clause.bound.person_fen is not None
        key = (clause.id, award.beneficiary)
        left_fen = max(0, clause.bound.person_fen - self._spent.get(key, 0))
        amount_fen = min(award.amount_fen, left_fen)
        cut_fen = award.amount_fen - amount_fen
        if cut_fen:
            entry.entries.setdefault((clause.id, award.seat), [])
            self._deferred.setdefault(key, []).append(_Deferred(entry, award.seat, cut_fen))
        return replace(award, amount_fen=amount_fen, cut_fen=award.cut_fen + cut_fen)

    def next_period(self, clause: Walk, label: str, at: datetime) -> Iterator[Payment]:
        """A person's bound starts anew, and what it deferred is paid as far as it reaches, oldest first."""
        for key in [key for key in self._spent if key[0] == clause.id]:
            del self._spent[key]
        for key in [key for key in self._deferred if key[0] == clause.id]:
            assert clause.bound.person_fen is not None
            left_fen = clause.bound.person_fen
            for deferred in self._deferred[key]:
                amount_fen = min(deferred.amount_fen, left_fen)
                if not amount_fen:
                    continue
                left_fen -= amount_fen
                deferred.amount_fen -= amount_fen
                entry = deferred.entry
                number, payments = self._register.enter(
                    clause=clause,
                    beneficiary=key[1],
                    amount_fen=amount_fen,
                    at=at,
                    drawn_from=None if entry.received_at is None else at,
                    order=entry.order.key,
                    period=label,
                    cause="carried",
                )
                entry.entries.setdefault((clause.id, deferred.seat), []).append(number)
                yield from payments
            self._spent[key] = clause.bound.person_fen - left_fen
            self._deferred[key] = [deferred for deferred in self._deferred[key] if deferred.amount_fen]
            if not self._deferred[key]:
                del self._deferred[key]

    def recomputed(self, entry: OrderEntry, at: datetime) -> Iterator[Payment]:
        """The walks on what remains against what stands, each with the chain as it was."""
        for occasion, seats in entry.chains.items():
            sale = entry.order.sale(remaining_fen=entry.remaining_fen)
            awards = evaluate(plan=self._evaluated, chain=seats, sale=sale)
            after = {(award.clause, award.seat): award for award in awards}
            for clause in self.plan.walks:
                if clause.event.on != occasion:
                    continue
                for place, numbers in entry.entries.items():
                    if place[0] == clause.id:
                        due_fen = after[place].amount_fen if place in after else 0
                        yield from self._register.correct(
                            numbers,
                            to_fen=self._less_deferred(entry, place, due_fen),
                            order=entry.order.key,
                            claws_back=clause.when.claws_back,
                            at=at,
                        )
                for place, award in after.items():
                    if (
                        place[0] == clause.id
                        and place not in entry.entries
                        and clause.bound.person_fen is None
                    ):
                        yield from self.awarded(entry, clause, (award,), at)

    def _less_deferred(self, entry: OrderEntry, place: tuple[str, str], due_fen: int) -> int:
        """What of an amount is to stand now, the other part being deferred; what is deferred shrinks first."""
        for (clause, _), waiting in self._deferred.items():
            for deferred in waiting:
                if deferred.entry is entry and (clause, deferred.seat) == place:
                    stands_fen = self._register.stands_fen(entry.entries[place])
                    deferred.amount_fen = max(0, min(deferred.amount_fen, due_fen - stands_fen))
                    return due_fen - deferred.amount_fen
        return due_fen
