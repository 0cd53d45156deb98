"""The register of a run: every payment, in parts where a clause says so, and what was taken back of it."""

from __future__ import annotations

import calendar
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from tongbao.plans.algebra import When
from tongbao.plans.clauses import Walk
from tongbao.plans.clauses.kept import Kept, Payment, Reckoning
from tongbao.plans.clauses.kept.base import Cause, Status
from tongbao.plans.contracts import Award, MemberKey


@dataclass(slots=True)
class _Entry:
    """What was entered at once: the numbers of its parts. ``stands_fen`` is what wasn't taken back."""

    when: When
    numbers: tuple[int, ...]
    stands_fen: int
    cut: bool
    """Whether a bound took something off: then a refund never makes it more."""


class Register:
    """The payments of a run, numbered from 1."""

    def __init__(self, *, release_days: int) -> None:
        self._release_days = release_days
        self._payments: list[Payment] = []
        self._entries: list[_Entry] = []
        self._taken: dict[int, int] = {}
        self._tickets: dict[tuple[str, int], int] = {}

    @property
    def payments(self) -> tuple[Payment, ...]:
        return tuple(self._payments)

    def by_ticket(self, clause: str, ticket: int) -> int:
        """The entry of what a book paid under that ticket."""
        return self._tickets[clause, ticket]

    def enter(
        self,
        *,
        clause: Walk | Kept,
        beneficiary: MemberKey,
        amount_fen: int,
        at: datetime,
        drawn_from: datetime | None,
        order: str | None = None,
        period: str | None = None,
        award: Award | None = None,
        reckoning: Reckoning | None = None,
        ticket: int | None = None,
        cause: Cause = "",
    ) -> tuple[int, tuple[Payment, ...]]:
        """A new payment, in its parts. ``drawn_from`` is when its waiting starts; None: not yet."""
        when = clause.when
        parts = tuple(
            self._add(
                Payment(
                    number=len(self._payments) + 1,
                    clause=clause.id,
                    kind=clause.kind,
                    beneficiary=beneficiary,
                    amount_fen=part_fen,
                    at=at,
                    order=order,
                    period=period,
                    due_at=self._due_at(when, drawn_from, part),
                    part=part,
                    parts=when.parts,
                    cause=cause,
                    award=award,
                    reckoning=reckoning or Reckoning(),
                )
            )
            for part in range(1, when.parts + 1)
            if (part_fen := telescoped(amount_fen, part=part, parts=when.parts))
        )
        entry = _Entry(
            when, tuple(part.number for part in parts), amount_fen, cut=bool(award and award.cut_fen)
        )
        self._entries.append(entry)
        number = len(self._entries) - 1
        if ticket is not None:
            self._tickets[clause.id, ticket] = number
        return number, parts

    def received(self, entries: Iterable[int], *, at: datetime) -> None:
        """The order of these entries was received: their waiting starts."""
        for number in entries:
            entry = self._entries[number]
            for part in entry.numbers:
                payment = self._payments[part - 1]
                due_at = self._due_at(entry.when, at, payment.part)
                self._payments[part - 1] = replace(payment, due_at=due_at)

    def stands_fen(self, numbers: Sequence[int]) -> int:
        """What of these entries wasn't taken back."""
        return sum(self._entries[number].stands_fen for number in numbers)

    def correct(
        self, numbers: Sequence[int], *, to_fen: int, order: str, claws_back: bool, at: datetime
    ) -> Iterator[Payment]:
        """Bring entries of one award to another amount after a refund, the last one first. Rounding may move a
        fen upward."""
        less_fen = self.stands_fen(numbers) - to_fen
        for number in reversed(numbers):
            if less_fen > 0:
                part_fen = min(less_fen, self._entries[number].stands_fen)
                less_fen -= part_fen
                yield from self.take_back(
                    number, amount_fen=part_fen, order=order, claws_back=claws_back, cause="refund", at=at
                )
        if less_fen < 0 and numbers and not self._entries[numbers[0]].cut:
            entry = self._entries[numbers[0]]
            last = self._payments[entry.numbers[-1] - 1]
            payment = self._add(
                replace(last, number=len(self._payments) + 1, amount_fen=-less_fen, at=at, cause="refund")
            )
            entry.numbers = (*entry.numbers, payment.number)
            entry.stands_fen -= less_fen
            yield payment

    def take_back(
        self, number: int, *, amount_fen: int, order: str, claws_back: bool, cause: Cause, at: datetime
    ) -> Iterator[Payment]:
        """Take an amount back from an entry, the last parts first: void what couldn't be drawn yet; the rest is
        a receivable, or stays where the clause doesn't claw back."""
        entry = self._entries[number]
        for part in reversed(entry.numbers):
            if not amount_fen:
                return
            payment = self._payments[part - 1]
            back_fen = min(amount_fen, payment.amount_fen - self._taken.get(part, 0))
            if not back_fen:
                continue
            drawable = payment.due_at is not None and payment.due_at <= at
            if drawable and not claws_back:
                continue
            self._taken[part] = self._taken.get(part, 0) + back_fen
            entry.stands_fen -= back_fen
            amount_fen -= back_fen
            status: Status = "receivable" if drawable else "void"
            yield self._add(
                replace(
                    payment,
                    number=len(self._payments) + 1,
                    amount_fen=back_fen,
                    status=status,
                    order=order,
                    at=at,
                    due_at=None,
                    takes_back=part,
                    cause=cause,
                )
            )

    def owed_by_fund(self, *, clause: Kept, amount_fen: int, order: str, at: datetime) -> Payment:
        """A receivable of the clause's own fund."""
        return self._add(
            Payment(
                number=len(self._payments) + 1,
                clause=clause.id,
                kind=clause.kind,
                beneficiary=None,
                amount_fen=amount_fen,
                at=at,
                status="receivable",
                order=order,
                cause="refund",
            )
        )

    def _add(self, payment: Payment) -> Payment:
        self._payments.append(payment)
        return payment

    def _due_at(self, when: When, start: datetime | None, part: int) -> datetime | None:
        if start is None:
            return None
        days = self._release_days if when.release_days is None else when.release_days
        return later(start + timedelta(days=days), when.every, part - 1)


def telescoped(amount_fen: int, *, part: int, parts: int) -> int:
    """The ``part``-th of equal parts; they add up to the amount, the later ones get the fen that are over.

    >>> [telescoped(1_000, part=part, parts=3) for part in (1, 2, 3)]
    [333, 333, 334]
    """
    return amount_fen * part // parts - amount_fen * (part - 1) // parts


def later(start: datetime, every: str, count: int) -> datetime:
    """``count`` days, weeks or months after ``start``; a month that is too short ends with its last day.

    >>> from datetime import UTC
    >>> later(datetime(2026, 1, 31, tzinfo=UTC), "month", 1).date().isoformat()
    '2026-02-28'
    """
    if every != "month":
        return start + timedelta(days=count * (7 if every == "week" else 1))
    years, month = divmod(start.month - 1 + count, 12)
    year = start.year + years
    return start.replace(
        year=year, month=month + 1, day=min(start.day, calendar.monthrange(year, month + 1)[1])
    )
