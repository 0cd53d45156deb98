"""A plan over time: who joined, what was ordered, refunded and closed, and every payment that follows from it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime
from itertools import chain
from typing import Final

from tongbao.plans.algebra import Occasion, Placement
from tongbao.plans.clauses import Clause, Walk
from tongbao.plans.clauses.kept import Fund, Kept, Payment
from tongbao.plans.contracts import Award, Chain, MemberKey
from tongbao.plans.plan import Plan, looks_at
from tongbao.plans.running.books import Book, Fact, Payout, Returned, book_for
from tongbao.plans.running.contracts import Closing, RunOrder, RunRefused
from tongbao.plans.running.people import People, Person
from tongbao.plans.running.register import Register
from tongbao.plans.running.trees import Tree
from tongbao.plans.running.walking import OrderEntry, Walks

RELEASE_DAYS: Final = 7
"""How long a payment waits if neither the clause nor the caller says."""


class Run:
    """The book of one plan over time, all its clauses together. Deterministic: no clock, no chance.

    An order sees ranks, volumes and places as they stood before it; clauses follow in the order of the document,
    promotions after the last one. Walks are decided by ``evaluate``; here they also get what a person may earn
    in a period. Periods are closed by the caller and counted from 1 ("month 1").

    A refund of a part recomputes the walks on what remains, with the chain as it was: the difference is void if
    it couldn't be drawn yet, else a receivable, unless the clause doesn't claw back. Of kept clauses, what the
    order put aside leaves its fund again as far as it is still there; else it is a receivable, which the payment
    list states: of the one who got it where that can be told (jars, boards, an own order given back), of the
    fund itself where it can't, and then the next orders make up for it. A full refund takes back the rank that
    the order gave and every promotion that only stood because of it; nobody is moved back in a placement tree.

    >>> from datetime import UTC, datetime
    >>> from tongbao.plans import preset
    >>> run, day = Run(preset("gift-pack")), datetime(2026, 1, 1, tzinfo=UTC)
    >>> run.join("Ann", at=day); run.join("Bob", sponsor="Ann", at=day)
    >>> [(pay.beneficiary, pay.clause, pay.amount_fen)
    ...  for pay in run.paid(RunOrder(key="1", buyer="Bob", base_fen=19_800, at=day))]
    [('Ann', 'direct', 2376)]
    """

    def __init__(self, plan: Plan, *, release_days: int = RELEASE_DAYS) -> None:
        self.plan = plan
        self.people = People(ranks=plan.ranks, rules=plan.promotions)
        self._register = Register(release_days=release_days)
        self._orders: dict[str, OrderEntry] = {}
        self._closed: dict[Closing, int] = {"day": 0, "week": 0, "month": 0}
        self._trees: dict[Placement, Tree] = {}
        self._tree_of: dict[str, Tree] = {}
        for clause in plan.clauses:
            placement = clause.placement if isinstance(clause, Walk | Fund) else None
            if placement is not None:
                self._tree_of[clause.id] = self._trees.setdefault(placement, Tree(placement))
        self._books: dict[str, Book] = {
            clause.id: book_for(clause, people=self.people, tree=self._tree_of.get(clause.id))
            for clause in plan.clauses
            if isinstance(clause, Kept)
        }
        self._walks = Walks(plan, register=self._register)
        self._graphs = frozenset(walk.graph for walk in plan.walks)

    @property
    def payments(self) -> tuple[Payment, ...]:
        """All payments so far, each as it stands now."""
        return self._register.payments

    def book(self, clause: str) -> Book:
        """The book of a kept clause. Raises KeyError."""
        return self._books[clause]

    def rank(self, member: MemberKey) -> str:
        """A member's rank now. Raises RunRefused."""
        return self.plan.ranks[self.people.person(member).height]

    def seats_above(self, member: MemberKey, *, clause: str) -> tuple[MemberKey, ...]:
        """Who stands above a member in the placement tree of a clause, nearest first. Raises KeyError."""
        return tuple(person.key for person in self._tree_of[clause].seats_above(self.people.person(member)))

    def join(
        self,
        member: MemberKey,
        *,
        at: datetime,
        sponsor: MemberKey | None = None,
        rank: str | None = None,
        active: bool = True,
    ) -> None:
        """A member joins and gets their places. ``rank`` is one they bring along. Raises RunRefused."""
        person = self.people.join(key=member, sponsor=sponsor, rank=rank, at=at, active=active)
        for tree in self._trees.values():
            tree.add(person)
        for book in self._books.values():
            book.joined(person)

    def set_active(self, member: MemberKey, *, active: bool) -> None:
        """Freeze a member or make them active again. Raises RunRefused."""
        self.people.person(member).active = active

    def paid(self, order: RunOrder) -> tuple[Payment, ...]:
        """An order is paid. The payments that it brings about. Raises RunRefused for one paid before."""
        if order.key in self._orders:
            raise RunRefused(why_en=f"order {order.key} was paid before", why_zh=f"订单{order.key}已经付款")
        buyer = self.people.person(order.buyer)
        entry = OrderEntry(order=order, buyer=buyer, remaining_fen=order.base_fen)
        self._orders[order.key] = entry
        found = tuple(self._looked_at(entry, "paid", order.at))
        self._add_volume(buyer, order.base_fen)
        self._rose(self.people.promote(buyer, order=order.key, product=order.product))
        return found

    def received(self, key: str, *, at: datetime) -> tuple[Payment, ...]:
        """An order is received: its payments get the day from which they may be drawn; clauses that wait for
        the receipt look at what remains of it. The new payments. Raises RunRefused."""
        entry = self._order(key)
        if entry.received_at is not None:
            raise RunRefused(why_en=f"order {key} was received before", why_zh=f"订单{key}已经收货")
        entry.received_at = at
        self._register.received(chain.from_iterable(entry.entries.values()), at=at)
        if entry.remaining_fen == 0 and entry.order.base_fen:
            return ()
        return tuple(self._looked_at(entry, "received", at))

    def refunded(self, key: str, *, amount_fen: int, at: datetime) -> tuple[Payment, ...]:
        """A part of an order, or all that is left of it, is refunded. What is taken back, and now and then a fen
        that rounding moves to somebody. Raises RunRefused for more than is left."""
        entry = self._order(key)
        if not 0 < amount_fen <= entry.remaining_fen:
            left = entry.remaining_fen
            raise RunRefused(
                why_en=f"order {key} has {left} fen left and {amount_fen} were to be refunded",
                why_zh=f"订单{key}可退{left}分,申请退{amount_fen}分",
            )
        entry.remaining_fen -= amount_fen
        found = [*self._walks.recomputed(entry, at), *self._out_of_books(entry, at)]
        self._add_volume(entry.buyer, -amount_fen)
        if entry.remaining_fen == 0:
            self.people.take_back(entry.buyer, order=key)
        elif self.plan.promotions.by_volume:
            self.people.review(entry.buyer)
        return tuple(found)

    def close(self, period: Closing, *, at: datetime, seed: bytes | None = None) -> tuple[Payment, ...]:
        """A day, week or month ends: funds are shared out, what bounds deferred is paid. ``seed`` is for draws;
        its SHA-256 is to be published before. Raises RunRefused if a draw has none."""
        label = f"{period} {self._closed[period] + 1}"
        found: list[Payment] = []
        for clause in self.plan.clauses:
            book = self._books.get(clause.id)
            if book is not None:
                payouts = tuple(book.close(period, period=label, seed=seed))
                found += self._paid_out(clause, payouts, at)
            elif isinstance(clause, Walk) and clause.bound.person_period == period:
                found += self._walks.next_period(clause, label, at)
        self._closed[period] += 1
        return tuple(found)

    def _order(self, key: str) -> OrderEntry:
        try:
            return self._orders[key]
        except KeyError:
            raise RunRefused(
                why_en=f"order {key} was never paid; let it be paid first",
                why_zh=f"订单{key}尚未付款,请先付款",
            ) from None

    def _looked_at(self, entry: OrderEntry, occasion: Occasion, at: datetime) -> Iterator[Payment]:
        """All clauses that wait for this occasion, in the order of the document."""
        order = entry.order
        sale = order.sale(remaining_fen=entry.remaining_fen)
        awards: tuple[Award, ...] = ()
        if any(walk.event.on == occasion for walk in self.plan.walks):
            awards = self._walks.evaluated(entry, occasion, self._chain(entry), sale)
        for clause in self.plan.clauses:
            if clause.event.on != occasion:
                continue
            if isinstance(clause, Walk):
                yield from self._walks.awarded(entry, clause, awards, at)
            elif looks_at(clause, sale):
                base_fen = sale.of(clause.event.base)
                entry.facts[clause.id] = base_fen
                fact = Fact(order=order.key, buyer=entry.buyer, base_fen=base_fen)
                yield from self._paid_out(clause, tuple(self._books[clause.id].ordered(fact)), at)

    def _chain(self, entry: OrderEntry) -> Chain:
        order, buyer, seat = entry.order, entry.buyer, self.people.seat
        introducers: tuple[Person, ...] = ()
        if order.introducer is not None:
            introducer = self.people.person(order.introducer)
            introducers = (introducer, *introducer.above())
        return Chain(
            # Only the seats that some clause walks: building them is most of the work of an order.
            sponsors=tuple(seat(person) for person in buyer.above()) if "sponsors" in self._graphs else (),
            agents=order.agents,
            buyer_key=buyer.key,
            buyer=seat(buyer),
            introducers=tuple(seat(person) for person in introducers),
            placement={
                clause: tuple(seat(person) for person in tree.seats_above(buyer))
                for clause, tree in self._tree_of.items()
                if "placement" in self._graphs
            },
        )

    def _paid_out(self, clause: Clause, payouts: Iterable[Payout], at: datetime) -> Iterator[Payment]:
        assert isinstance(clause, Kept)
        for payout in payouts:
            _, payments = self._register.enter(
                clause=clause,
                beneficiary=payout.person.key,
                amount_fen=payout.amount_fen,
                at=at,
                drawn_from=at,
                order=payout.order,
                period=payout.period,
                reckoning=payout.reckoning,
                ticket=payout.ticket,
            )
            yield from payments

    def _out_of_books(self, entry: OrderEntry, at: datetime) -> Iterator[Payment]:
        sale = entry.order.sale(remaining_fen=entry.remaining_fen)
        for clause in self.plan.clauses:
            if clause.id not in entry.facts:
                continue
            before_fen = entry.facts[clause.id]
            # An order that falls below the least amount stays counted with what remains of it.
            entry.facts[clause.id] = after_fen = sale.of(clause.event.base)
            fact = Fact(order=entry.order.key, buyer=entry.buyer, base_fen=before_fen)
            for returned in tuple(self._books[clause.id].refunded(fact, after_fen=after_fen)):
                yield from self._returned(clause, returned, at)

    def _returned(self, clause: Clause, returned: Returned, at: datetime) -> Iterator[Payment]:
        assert isinstance(clause, Kept)
        if returned.ticket is None:
            yield self._register.owed_by_fund(
                clause=clause, amount_fen=returned.amount_fen, order=returned.order, at=at
            )
            return
        yield from self._register.take_back(
            self._register.by_ticket(clause.id, returned.ticket),
            amount_fen=returned.amount_fen,
            order=returned.order,
            claws_back=clause.when.claws_back,
            cause=returned.cause,
            at=at,
        )

    def _add_volume(self, person: Person, amount_fen: int) -> None:
        self.people.add_volume(person, amount_fen)
        for placement, tree in self._trees.items():
            if placement.fill == "weak_leg":
                tree.add_volume(person, amount_fen)

    def _rose(self, risen: Iterable[Person]) -> None:
        for person in risen:
            for placement, tree in self._trees.items():
                if placement.leaves_at is not None:
                    least = self.people.heights[placement.leaves_at]
                    if person.height >= least:
                        tree.rose(person, least_height=least)
