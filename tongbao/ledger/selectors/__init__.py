"""Reads of the books."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, datetime
from importlib import resources

from django.db import connection
from django.db.models import Q, Sum
from django.db.models.functions import TruncDate

from tongbao.ledger.contracts import (
    CASH,
    MANY_PENDING,
    Account,
    Balance,
    BookedTransfer,
    OwnerKind,
    StatementLine,
)
from tongbao.ledger.models import AwardBatchRow, BalanceRow, LedgerAccount, RequestRow, TransferRow
from tongbao.ledger.selectors.subjects import named
from tongbao.ledger.selectors.verification import verify as verify

AWARD = "award"
_SQL = resources.files("tongbao.ledger").joinpath("sql")
STATEMENT = _SQL.joinpath("statement.sql").read_text(encoding="utf-8")
KIND_BALANCE = _SQL.joinpath("kind_balance.sql").read_text(encoding="utf-8")


def account_id(*, account: Account, asset: str = CASH) -> int | None:
    """The number of an account, or None if nothing was ever booked on it."""
    return (
        LedgerAccount.objects.filter(
            owner_kind=account.owner_kind,
            owner_id=account.owner_id,
            kind=account.kind,
            detail=account.detail,
            asset__code=asset,
        )
        .values_list("id", flat=True)
        .first()
    )


def balance(*, account: Account, asset: str = CASH) -> Balance:
    """The balance of an account in minor units: kept where it can be spent, added up elsewhere."""
    number = account_id(account=account, asset=asset)
    if number is None:
        return Balance(posted=0)
    kept = BalanceRow.objects.filter(account_id=number).values_list("posted", "held").first()
    if kept is not None:
        return Balance(posted=kept[0], held=kept[1])
    return Balance(posted=derived_balance(number=number))


def kept_balances(
    *, owner_kind: OwnerKind, owner_ids: Iterable[int], kind: str, asset: str = CASH
) -> dict[int, int]:
    """What is booked on one kind of account of some owners, in one query; only where a balance is kept."""
    rows = BalanceRow.objects.filter(
        account__owner_kind=owner_kind,
        account__owner_id__in=set(owner_ids),
        account__kind=kind,
        account__asset__code=asset,
    )
    return {owner_id: int(posted) for owner_id, posted in rows.values_list("account__owner_id", "posted")}


def balance_for_all(*, owner_kind: OwnerKind, kind: str, asset: str = CASH) -> int:
    """The sum over all accounts of one kind, from the transfers themselves, the settlement lane's included."""
    with connection.cursor() as cursor:
        cursor.execute(KIND_BALANCE, {"owner_kind": owner_kind, "kind": kind, "asset": asset})
        return int(cursor.fetchone()[0])


def transfers_between(*, debit: Account, credit: Account, asset: str = CASH) -> int:
    """All that ever went from one account to another; for platform accounts between which little moves."""
    numbers = [account_id(account=account, asset=asset) for account in (debit, credit)]
    if None in numbers:
        return 0
    rows = TransferRow.objects.filter(debit_id=numbers[0], credit_id=numbers[1])
    return int(rows.aggregate(total=Sum("amount"))["total"] or 0)


def kept_by_owners(*, asset: str) -> int:
    """What members and merchants have of an asset on accounts that can be spent from, all together."""
    rows = BalanceRow.objects.filter(account__asset__code=asset).exclude(account__owner_kind="platform")
    return int(rows.aggregate(total=Sum("posted"))["total"] or 0)


def derived_balance(*, number: int) -> int:
    """Credits less debits of one account, from the transfers themselves, the settlement lane's included."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT coalesce(sum(amount), 0)::bigint FROM ledger_movement WHERE account_id = %s", [number]
        )
        return int(cursor.fetchone()[0])


def statement(
    *, account: Account, asset: str = CASH, after: tuple[int, int] = (0, -1), limit: int = 100
) -> tuple[StatementLine, ...]:
    """Up to ``limit`` transfers of an account after the cursor ``(batch, position)``, with running balances.

    The settlement lane's awards stand among them, each batch after the requests that were there before it. Of a batch
    the account ``operating`` has one line, its counterparty is MANY_PENDING; what lies in a partition that has become a
    file is one line, ``awards_archived``.
    """
    number = account_id(account=account, asset=asset)
    if number is None:
        return ()
    parameters = {"account": number, "after_batch": after[0], "after_position": after[1], "limit": limit}
    with connection.cursor() as cursor:
        cursor.execute(STATEMENT, parameters)
        rows = cursor.fetchall()
    subjects = named([row[10] for row in rows])
    return tuple(
        StatementLine(
            batch=row[0],
            position=row[1],
            booked_at=row[2],
            counterparty=MANY_PENDING if row[3] is None else Account(row[3], row[4], row[5], row[6]),
            amount=row[7],
            balance_after=row[8],
            kind=row[9],
            subject=subjects[row[10]],
        )
        for row in rows
    )


def transfers_of(*, subject: str) -> tuple[BookedTransfer, ...]:
    """Every transfer for one subject, in order of booking."""
    return _booked(Q(subject=subject))


def transfers_in(*, batch: int) -> tuple[BookedTransfer, ...]:
    """The transfers of one request."""
    return _booked(Q(batch_id=batch))


def was_requested(*, key: str) -> bool:
    """Whether a request with this key has been answered."""
    return RequestRow.objects.filter(key=key).exists()


def _booked(condition: Q) -> tuple[BookedTransfer, ...]:
    rows = (
        TransferRow.objects.filter(condition)
        .select_related("batch", "debit", "credit", "asset")
        .order_by("batch_id", "position")
    )
    return tuple(
        BookedTransfer(
            batch=row.batch_id,
            position=row.position,
            booked_at=row.batch.booked_at,
            debit=account_of(row.debit),
            credit=account_of(row.credit),
            asset=row.asset.code,
            amount=row.amount,
            kind=row.kind,
            subject=row.subject,
        )
        for row in rows
    )


def account_of(row: LedgerAccount) -> Account:
    """The account that a row stands for."""
    return Account(row.owner_kind, row.owner_id, row.kind, row.detail)  # type: ignore[arg-type]


def daily_sums(*, kinds: Sequence[str], since: datetime, until: datetime) -> dict[tuple[date, str], int]:
    """Minor units of cash moved on each day (in the tenant's time zone) by transfers of these kinds.

    The settlement lane's awards are of the kind ``award``.
    """
    rows = (
        TransferRow.objects.filter(
            kind__in=kinds, asset__code=CASH, batch__booked_at__gte=since, batch__booked_at__lt=until
        )
        .annotate(day=TruncDate("batch__booked_at"))
        .values("day", "kind")
        .annotate(total=Sum("amount"))
    )
    sums = {(row["day"], row["kind"]): int(row["total"]) for row in rows}
    if AWARD in kinds:
        batches = (
            AwardBatchRow.objects.filter(booked_at__gte=since, booked_at__lt=until)
            .annotate(day=TruncDate("booked_at"))
            .values("day")
            .annotate(total=Sum("amount"))
        )
        for row in batches:
            sums[row["day"], AWARD] = sums.get((row["day"], AWARD), 0) + int(row["total"])
    return sums
