"""A run of the release: thousands of orders in one transaction, each member's money moved once."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from importlib import resources
from typing import Any

from django.db import connection

from tongbao.kit.transactions import transaction
from tongbao.ledger.contracts import Transfer, member_account
from tongbao.points.services import burn_spent, confirm_many, mint_many
from tongbao.rewards import models
from tongbao.rewards.services.booking import Receivables, book, subject_of, take_settlement_lock

ORDERS_AT_ONCE = 5_000
_SQL = resources.files("tongbao.rewards").joinpath("sql")
RELEASABLE = _SQL.joinpath("releasable.sql").read_text(encoding="utf-8")
RELEASED_SUMS = _SQL.joinpath("released_sums.sql").read_text(encoding="utf-8")
RELEASE = _SQL.joinpath("release.sql").read_text(encoding="utf-8")


def release_together(*, settlement_ids: Sequence[int], now: datetime) -> set[int]:
    """Release those of the orders that nothing stands against, for the first time; return which.

    Left to be looked at one by one: orders with an award to somebody frozen, with a refund still to be booked, or with
    people who lost a rank that the order used. Holds the settlement lock. What a member owes is repaid first, as when
    each order is released by itself. Raises InsufficientFunds.

    >>> release_together(settlement_ids=[1, 2, 3], now=now)                    # doctest: +SKIP
    {1, 2, 3}
    """
    with transaction():
        take_settlement_lock(now=now)
        rows = _rows(RELEASABLE, {"settlements": list(settlement_ids), "now": now})
        if not rows:
            return set()
        numbers = {int(settlement_id): str(number) for settlement_id, number in rows}
        _pay(numbers, now)
        subjects = [subject_of(number) for number in numbers.values()]
        mint_many(subjects=subjects, now=now)
        confirm_many(subjects=subjects, now=now)
        burn_spent(subjects=subjects, now=now)
        models.Settlement.objects.filter(id__in=list(numbers)).update(released_at=now, has_waiting=False)
        return set(numbers)


def _pay(numbers: dict[int, str], now: datetime) -> None:
    """Every member's pending awards of these orders in one sum, and the awards' rows."""
    first = next(iter(numbers.values()))
    key = f"releases:{first}"
    sums = _rows(RELEASED_SUMS, {"settlements": list(numbers)})
    owed = Receivables(member_id for member_id, _ in sums)
    transfers: list[Transfer] = []
    for member_id, amount_fen in sums:
        pending = member_account(member_id, "pending")
        transfers += owed.pay(pending, member_id, int(amount_fen), kind="release", facts=key)
    book(key=key, transfers=transfers, now=now)
    with connection.cursor() as cursor:
        cursor.execute(RELEASE, {"settlements": list(numbers), "key": key, "now": now})


def _rows(statement: str, parameters: dict[str, Any]) -> list[tuple[int, Any]]:
    with connection.cursor() as cursor:
        cursor.execute(statement, parameters)
        return list(cursor.fetchall())
