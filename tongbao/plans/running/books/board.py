"""The book of boards."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from tongbao.money import allot
from tongbao.plans.clauses.kept import Board, Reckoning
from tongbao.plans.clauses.kept.base import Cause
from tongbao.plans.running.books.base import Book, Fact, Payout, Returned
from tongbao.plans.running.people import People, Person


@dataclass(slots=True, eq=False)
class _OneBoard:
    """An open board: its seats level by level, the top first; what was put aside on it."""

    seats: list[Person]
    held_fen: int = 0
    orders: set[str] = field(default_factory=set)


@dataclass(slots=True, eq=False)
class _Full:
    """A board that was full: what its top got, what was left, and where that went. ``returned_fen`` is what the
    top had to return because of refunds of their own, which covers parts that leave later."""

    top: Person
    ticket: int | None
    amount_fen: int
    left_fen: int
    heirs: tuple[_OneBoard, ...]
    returned_fen: int = 0


class BoardBook(Book):
    """The open boards, oldest first, and who sits where.

    A refund takes the order's part off the board; if the board was full before, what it left covers the part
    first and the rest is taken back from its top. Who had all orders since taking the seat refunded keeps the
    seat and gets nothing at the top; who is refunded after being paid returns the payment.
    """

    def __init__(self, clause: Board, *, people: People) -> None:
        super().__init__(clause, people=people)
        self.clause = clause
        self._boards: list[_OneBoard] = []
        self._seated: dict[int, _OneBoard] = {}
        self._bought: dict[int, dict[str, int]] = {}
        """By member: the orders since taking the seat, and what remains of each."""
        self._place_of: dict[str, _OneBoard | _Full] = {}
        self._paid_tops: dict[str, _Full] = {}

    @property
    def held_fen(self) -> int:
        return sum(board.held_fen for board in self._boards)

    def boards(self) -> tuple[tuple[Person, ...], ...]:
        """Who sits on the open boards, oldest board first, the top first."""
        return tuple(tuple(board.seats) for board in self._boards)

    def ordered(self, fact: Fact) -> Iterable[Payout]:
        buyer = fact.buyer
        board = self._seated.get(buyer.number)
        if board is None:
            if not self.meets(buyer):
                return
            board = self._seat(buyer)
        self._bought.setdefault(buyer.number, {})[fact.order] = fact.base_fen
        board.held_fen += self.put_aside(fact)
        board.orders.add(fact.order)
        self._place_of[fact.order] = board
        while board is not None and len(board.seats) >= self.clause.seats:
            top = board.seats[0]
            yield from self._full(board, fact.order)
            board = self._seat(top) if self.clause.again and top.active else None

    def _seat(self, person: Person) -> _OneBoard:
        for sponsor in person.above():
            board = self._seated.get(sponsor.number)
            if board is not None:
                break
        else:
            if not self._boards:
                self._boards.append(_OneBoard([]))
            board = self._boards[0]
        board.seats.append(person)
        self._seated[person.number] = board
        return board

    def _full(self, board: _OneBoard, order: str) -> Iterable[Payout]:
        top, width = board.seats[0], self.clause.width
        heirs = tuple(_OneBoard(self._leg(board, leg)) for leg in range(width))
        self._boards.remove(board)
        self._boards += heirs
        for heir in heirs:
            for person in heir.seats:
                self._seated[person.number] = heir
        del self._seated[top.number]
        bought = self._bought.pop(top.number, {})
        entitled_fen = self.clause.amount_fen if self.clause.accrue_bp is None else board.held_fen
        if self.clause.accrue_bp is not None and self.clause.amount_fen:
            entitled_fen = min(entitled_fen, self.clause.amount_fen)
        # A seat that was taken again was paid for by the orders before.
        stands = top.active and (any(bought.values()) or not bought)
        amount_fen = self.within_bound(top, entitled_fen) if stands else 0
        full = _Full(top, None, amount_fen, max(0, board.held_fen - amount_fen), heirs)
        if self.clause.bound.rest == "carry" and full.left_fen:
            for heir, part_fen in zip(heirs, allot(amount=full.left_fen, weights=[1] * width), strict=True):
                heir.held_fen += part_fen
        for part_order in board.orders:
            self._place_of[part_order] = full
        if amount_fen:
            payout = self.payout(
                top,
                amount_fen,
                order=order,
                reckoning=Reckoning(
                    held_fen=board.held_fen, people=len(board.seats), cut_fen=entitled_fen - amount_fen
                ),
            )
            full.ticket = payout.ticket
            self._paid_tops |= dict.fromkeys(bought, full)
            yield payout

    def _leg(self, board: _OneBoard, leg: int) -> list[Person]:
        """The seats of one of the boards that a full one splits into, level by level."""
        width, seats = self.clause.width, []
        level = [1 + leg]
        while level[0] < len(board.seats):
            seats += [board.seats[place] for place in level]
            level = [place * width + below for place in level for below in range(1, width + 1)]
        return seats

    def refunded(self, fact: Fact, *, after_fen: int) -> Iterable[Returned]:
        bought = self._bought.get(fact.buyer.number, {})
        if fact.order in bought:
            bought[fact.order] = after_fen
        less_fen = self.leaving(fact, after_fen=after_fen)
        place = self._place_of.get(fact.order)
        if isinstance(place, _OneBoard):
            taken_fen = min(less_fen, place.held_fen)
            place.held_fen -= taken_fen
            yield from self.owed_by_fund(fact.order, less_fen - taken_fen)
        elif place is not None:
            yield from self._reopened(place, fact.order, less_fen)
        top = self._paid_tops.get(fact.order)
        if top is not None and after_fen == 0:
            for returned in self._taken_back(top, top.amount_fen, fact.order, "own_refund"):
                top.returned_fen += returned.amount_fen
                yield returned

    def _reopened(self, full: _Full, order: str, less_fen: int) -> Iterable[Returned]:
        """A part leaves a board that was full before."""
        if self.clause.bound.rest == "carry":
            covered_fen = 0
            for heir in full.heirs:
                part_fen = min(less_fen - covered_fen, full.left_fen, heir.held_fen)
                if any(heir is board for board in self._boards):
                    heir.held_fen -= part_fen
                    full.left_fen -= part_fen
                    covered_fen += part_fen
        else:
            covered_fen = min(less_fen, full.left_fen)
            full.left_fen -= covered_fen
        returned_fen = min(less_fen - covered_fen, full.returned_fen)
        full.returned_fen -= returned_fen
        back_fen = min(less_fen - covered_fen - returned_fen, full.amount_fen)
        yield from self._taken_back(full, back_fen, order, "refund")
        yield from self.owed_by_fund(order, less_fen - covered_fen - returned_fen - back_fen)

    def _taken_back(self, full: _Full, amount_fen: int, order: str, cause: Cause) -> Iterable[Returned]:
        amount_fen = min(amount_fen, full.amount_fen)
        if amount_fen > 0 and full.ticket is not None:
            full.amount_fen -= amount_fen
            yield Returned(ticket=full.ticket, amount_fen=amount_fen, order=order, cause=cause)
