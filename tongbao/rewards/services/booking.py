"""The shared ground of settling, releasing and taking back: the lock, the next key, money to and from a member."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime

from django.conf import settings

from tongbao.ledger.contracts import Account, Request, Transfer, member_account, platform_account
from tongbao.ledger.selectors import kept_balances
from tongbao.ledger.services import post
from tongbao.ledger.services.lane import Settlership, hold_settlement, settle_on
from tongbao.mall.contracts import OrderFacts
from tongbao.rewards.models import Settlement

OPERATING = platform_account("operating")


def subject_of(number: str) -> str:
    """The ledger's subject of an order."""
    return f"order:{number}"


def order_subject(facts: OrderFacts) -> str:
    """The ledger's subject of an order's facts."""
    return subject_of(facts.number)


def unallocated(clause: str) -> Account:
    """Where the shares that nobody earned of one clause stay."""
    return platform_account("unallocated", clause)


def take_settlement_lock(*, now: datetime) -> Settlership:
    """Wait for the tenant's settlement lock and hold it to the end of the transaction: from here on we settle.

    Everything that changes awards holds it, so orders settle in the order of payment, and a release, a refund
    and another release of one order come one after the other. Read what others may change only after it.
    Whoever holds it for longer than ``TONGBAO_SETTLER_PATIENCE_SECONDS`` stands still: their connection is ended,
    what they had begun is taken back, and should they wake up, their epoch is over. Raises DatabaseBusy when the
    lock can't be had even then.
    """
    hold_settlement(patience_seconds=settings.SETTLER_PATIENCE_SECONDS)
    return settle_on(now=now)


def next_key(settlement: Settlement, what: str) -> str:
    """The key of this order's next booking; the count is saved with the settlement by the caller."""
    settlement.bookings += 1
    return f"{what}:{settlement.number}:{settlement.bookings}"


def book(*, key: str, transfers: Sequence[Transfer], now: datetime) -> None:
    """Book transfers under one key; none is nothing to book. Raises InsufficientFunds."""
    if transfers:
        post(request=Request(key=key, transfers=tuple(transfers)), now=now).require()


def transfer(debit: Account, credit: Account, amount_fen: int, *, kind: str, facts: str) -> list[Transfer]:
    """One transfer of cash, or none when there is nothing to move."""
    if amount_fen <= 0:
        return []
    return [Transfer(debit=debit, credit=credit, amount=amount_fen, kind=kind, subject=facts)]


class Receivables:
    """What some members still owe, counted down while what they get pays it back."""

    def __init__(self, member_ids: Iterable[int]) -> None:
        kept = kept_balances(owner_kind="member", owner_ids=member_ids, kind="receivable")
        self._owed_fen = {member_id: -posted for member_id, posted in kept.items()}

    def pay(
        self, source: Account, member_id: int, amount_fen: int, *, kind: str, facts: str
    ) -> list[Transfer]:
        """Give a member money: what they owe is repaid first, the rest becomes cash that can be withdrawn."""
        repaid_fen = min(amount_fen, self._owed_fen.get(member_id, 0))
        if repaid_fen:
            self._owed_fen[member_id] -= repaid_fen
        owed, cash = member_account(member_id, "receivable"), member_account(member_id, "cash")
        return [
            *transfer(source, owed, repaid_fen, kind="repayment", facts=facts),
            *transfer(source, cash, amount_fen - repaid_fen, kind=kind, facts=facts),
        ]
