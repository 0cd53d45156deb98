"""The books as a child would keep them: dictionaries, one request after the other, no concurrency, no SQL.

What the real books answer under load and under faults is compared with what this says for the same requests in
the same order. Amounts are whole minor units; the balance of an account is its credits less its debits.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

Account = tuple[str, int, str, str]
"""Owner kind, owner's number, kind, detail."""

# Accounts that can be spent from never fall below zero, debts never rise above it; the others may stand anywhere.
SPENDABLE = ("cash", "paid_in")
OWED = ("receivable",)


@dataclass(frozen=True)
class Line:
    """``amount`` from ``debit`` to ``credit``."""

    debit: Account
    credit: Account
    amount: int


@dataclass
class Hold:
    """What is set aside of an account."""

    account: Account
    amount: int
    captured: int = 0
    is_open: bool = True

    @property
    def left(self) -> int:
        return self.amount - self.captured if self.is_open else 0


@dataclass(frozen=True)
class Outcome:
    """How a request ended: ``why`` is empty when it was booked; ``available`` and ``asked`` explain a refusal."""

    why: str = ""
    available: int = 0
    asked: int = 0


@dataclass
class Books:
    """All there is. Every method answers as the books should, and books what they should."""

    balances: dict[Account, int] = field(default_factory=lambda: defaultdict(int))
    holds: dict[int, Hold] = field(default_factory=dict)
    held: dict[Account, int] = field(default_factory=lambda: defaultdict(int))
    transfers: dict[str, tuple[Line, ...]] = field(default_factory=dict)
    outcomes: dict[str, Outcome] = field(default_factory=dict)

    def available(self, account: Account) -> int:
        return self.balances[account] - self.held[account]

    def apply(self, key: str, content: dict[str, Any], hold_id: int | None) -> Outcome:
        """Book one request as the client wrote it down; ``hold_id`` is the number that a new hold was given."""
        if key in self.outcomes:
            raise AssertionError(f"{key} is applied twice")
        do = {"post": self._post, "hold": self._hold, "capture": self._capture, "void": self._void}
        outcome = do[content["do"]](key, content, hold_id)
        self.outcomes[key] = outcome
        return outcome

    def _post(self, key: str, content: dict[str, Any], hold_id: int | None) -> Outcome:
        lines = lines_of(content)
        refusal = self._out_of_bounds(lines, {})
        return refusal or self._book(key, lines)

    def _hold(self, key: str, content: dict[str, Any], hold_id: int | None) -> Outcome:
        account, amount = account_of(content["account"]), content["amount"]
        if self.available(account) < amount:
            return Outcome("insufficient_funds", self.available(account), amount)
        if hold_id is None or hold_id in self.holds:
            raise AssertionError(f"{key} was given the hold {hold_id}, which is none or another's")
        self.holds[hold_id] = Hold(account, amount)
        self.held[account] += amount
        return Outcome()

    def _capture(self, key: str, content: dict[str, Any], hold_id: int | None) -> Outcome:
        lines, hold = lines_of(content), self.holds[content["hold"]]
        spent = sum(line.amount for line in lines if line.debit == hold.account)
        if not hold.is_open or spent > hold.left:
            return Outcome("hold_not_available", hold.amount - hold.captured, spent)
        freed = hold.left if content["is_final"] else spent
        refusal = self._out_of_bounds(lines, {hold.account: freed})
        if refusal:
            return refusal
        self.held[hold.account] -= freed
        hold.captured += spent
        hold.is_open = not content["is_final"] and hold.captured < hold.amount
        return self._book(key, lines)

    def _void(self, key: str, content: dict[str, Any], hold_id: int | None) -> Outcome:
        hold = self.holds[content["hold"]]
        if not hold.is_open:
            return Outcome("hold_not_available", 0, 0)
        self.held[hold.account] -= hold.left
        hold.is_open = False
        return Outcome()

    def _out_of_bounds(self, lines: Iterable[Line], freed: dict[Account, int]) -> Outcome | None:
        """Why not, naming the one account at fault; the workload gives no request two of them."""
        moved: dict[Account, int] = defaultdict(int)
        for line in lines:
            moved[line.debit] -= line.amount
            moved[line.credit] += line.amount
        for account, delta in moved.items():
            if account[2] in SPENDABLE and self.available(account) + delta + freed.get(account, 0) < 0:
                return Outcome("insufficient_funds", self.available(account), abs(delta))
            if account[2] in OWED and self.balances[account] + delta > 0:
                return Outcome("above_most", self.available(account), abs(delta))
        return None

    def _book(self, key: str, lines: tuple[Line, ...]) -> Outcome:
        for line in lines:
            self.balances[line.debit] -= line.amount
            self.balances[line.credit] += line.amount
        self.transfers[key] = lines
        return Outcome()


def account_of(written: Iterable[Any]) -> Account:
    owner_kind, owner_id, kind, detail = written
    return owner_kind, owner_id, kind, detail


def lines_of(content: dict[str, Any]) -> tuple[Line, ...]:
    return tuple(
        Line(account_of(debit), account_of(credit), amount) for debit, credit, amount in content["lines"]
    )
