"""How points and the reserve are booked: requests under keys of their own."""

from __future__ import annotations

from datetime import datetime

from django.db import connection

from tongbao.ledger.contracts import CASH, Account, Request, Transfer
from tongbao.ledger.services import post


def transfer(
    *, debit: Account, credit: Account, amount: int, kind: str, subject: str, asset: str = CASH
) -> tuple[Transfer, ...]:
    """One transfer; none for an amount of nothing."""
    if amount == 0:
        return ()
    return (Transfer(debit=debit, credit=credit, amount=amount, kind=kind, subject=subject, asset=asset),)


def book(*, key: str, transfers: tuple[Transfer, ...], now: datetime) -> None:
    """Book the transfers or raise why not; nothing to move is nothing to book. Raises InsufficientFunds."""
    if transfers:
        post(request=Request(key=key, transfers=transfers), now=now).require()


def book_up_to(*, key: str, wanted: Transfer, now: datetime) -> int:
    """Book the transfer, or as much of it as its debit side has; return how much.

    The ledger decides: its refusal says what is available and leaves that balance locked until the caller's
    transaction ends, so the second request can't miss.
    """
    receipt = post(request=Request(key=key, transfers=(wanted,)), now=now)
    if receipt.refusal is None:
        return wanted.amount
    if receipt.refusal.code != "insufficient_funds":
        receipt.require()
    available = max(0, receipt.refusal.available)
    rest = transfer(
        debit=wanted.debit,
        credit=wanted.credit,
        amount=available,
        kind=wanted.kind,
        subject=wanted.subject,
        asset=wanted.asset,
    )
    book(key=f"{key}:what_was_left", transfers=rest, now=now)
    return available


def take_economy_lock() -> None:
    """Let what pays out of the reserve at the floor come one after the other, until the transaction ends.

    Taken before any row. Whatever else moves reserve or supply meanwhile only raises the floor, so what is paid by the
    figures read under this lock is never too much.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_advisory_xact_lock(hashtext('points.economy'), 'points_pool'::regclass::oid::int)"
        )
