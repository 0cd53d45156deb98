"""Writes of the books. Every one goes through an SQL function; this module only speaks to them.

A refusal for want of funds is an *answer*: it is stored under the request's key and given again. ``require()``
on the receipt turns it into an error; do that after the transaction, if the stored refusal is to stay.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from importlib import resources
from typing import Any

from django.db import DatabaseError, connection

from tongbao.kit.transactions import transaction
from tongbao.ledger.contracts import (
    CASH,
    Account,
    AccountKind,
    BookingInFuture,
    FloorWouldFall,
    Receipt,
    Refusal,
    Request,
    RequestChanged,
    Transfer,
    TransferAmountInvalid,
    UnknownAccountKind,
)

PAY_OUT = resources.files("tongbao.ledger").joinpath("sql", "pay_out.sql").read_text(encoding="utf-8")


def post(*, request: Request, now: datetime) -> Receipt:
    """Book one request, or give the answer it got before. See ``post_many``."""
    return post_many(requests=(request,), now=now)[0]


def post_many(*, requests: Sequence[Request], now: datetime) -> tuple[Receipt, ...]:
    """Book requests in order, in one round trip; each is booked whole, refused whole, or answered as before.

    A request may spend what an earlier one of the batch brought; one that is refused leaves the others alone. An
    account that many of them name moves once, by the sum. Locks, taken once for the batch: new accounts, then the
    requests' keys, then the balance rows of new requests, each in one order, so that batches can't deadlock. A key
    takes one of the database's locks until the transaction ends: hand in thousands of requests, not a million.
    Raises RequestChanged, UnknownAccountKind, BookingInFuture for the first request at fault; nothing is booked then.

    >>> receipt = post(request=Request(key="payment:1", transfers=(Transfer(
    ...     debit=platform_account("gateway", "sandbox"), credit=platform_account("operating"),
    ...     amount=19_800, kind="payment", subject="order:1"),)), now=now)      # doctest: +SKIP
    """
    if not requests:
        return ()
    answers = _call("SELECT ledger_post(%s::jsonb, %s)", [wire(*requests), now], requests[0].key)
    return tuple(_receipt(answer) for answer in answers)


def wire(*requests: Request) -> str:
    """Requests as the SQL function ``ledger_post`` reads them: for functions of other packages that call it."""
    return json.dumps(
        [
            {"key": request.key, "transfers": [_wire(line) for line in request.transfers]}
            for request in requests
        ]
    )


def pay_out(
    *,
    key: str,
    debit: Account,
    member_ids: Sequence[int],
    amounts: Sequence[int],
    subjects: Sequence[str],
    account_kind: str,
    kind: str,
    asset: str,
    now: datetime,
) -> Receipt:
    """Pay members out of one account, a line each, in one request: all of it or nothing (批量发放).

    The same request as ``post`` with a Transfer for each line, and the same locks and errors; a hundred thousand lines
    cost what booking them costs, and nothing before. Amounts in the asset's minor units; the columns are equally long.
    Raises TransferAmountInvalid, RequestChanged, BookingInFuture, UnknownAccountKind.

    >>> pay_out(key="points:given:1", debit=platform_account("pool", "mining"), member_ids=[7, 8], amounts=[5, 5],
    ...         subjects=["mining:1:7", "mining:1:8"], account_kind="points", kind="points_minted", asset=POINT,
    ...         now=now).outcome                                                # doctest: +SKIP
    False
    """
    if not len(member_ids) == len(amounts) == len(subjects) > 0:
        raise ValueError("each line has a member, an amount and a subject, and there is one at least")
    if min(amounts) <= 0:
        raise TransferAmountInvalid(amount=min(amounts))
    parameters = {
        "key": key,
        "debit": json.dumps(_side(debit)),
        "account_kind": account_kind,
        "asset": asset,
        "kind": kind,
        "members": list(member_ids),
        "amounts": list(amounts),
        "subjects": list(subjects),
        "now": now,
    }
    return _receipt(_call(PAY_OUT, parameters, key)[0])


def place_hold(
    *,
    key: str,
    account: Account,
    amount: int,
    purpose: str,
    now: datetime,
    asset: str = CASH,
    expires_at: datetime | None = None,
) -> Receipt:
    """Set ``amount`` minor units aside; the receipt's ``hold_id`` names the hold, or its refusal says why not."""
    if amount <= 0:
        raise TransferAmountInvalid(amount=amount)
    answer = _call(
        "SELECT ledger_place_hold(%s, %s::jsonb, %s, %s, %s, %s, %s)",
        [key, json.dumps(_side(account)), asset, amount, purpose, expires_at, now],
        key,
    )
    return _receipt(answer)


def capture_hold(
    *, key: str, hold_id: int, transfers: Iterable[Transfer], now: datetime, is_final: bool = True
) -> Receipt:
    """Spend from a hold. With ``is_final`` what the transfers leave of it goes back to the account."""
    lines = [_wire(line) for line in transfers]
    answer = _call(
        "SELECT ledger_capture_hold(%s, %s, %s::jsonb, %s, %s)",
        [key, hold_id, json.dumps(lines), is_final, now],
        key,
    )
    return _receipt(answer)


def void_hold(*, key: str, hold_id: int, now: datetime) -> Receipt:
    """Let the rest of a hold go back to its account."""
    return _receipt(_call("SELECT ledger_void_hold(%s, %s, %s)", [key, hold_id, now], key))


def reduce_hold(*, key: str, hold_id: int, amount: int, now: datetime) -> Receipt:
    """Let a part of a hold go back to its account. More than is left of it is refused: HoldNotAvailable."""
    return _receipt(_call("SELECT ledger_reduce_hold(%s, %s, %s, %s)", [key, hold_id, amount, now], key))


def expire_holds(*, now: datetime) -> int:
    """End the holds whose time has come and return how many."""
    return int(_call("SELECT ledger_expire_holds(%s)", [now], "expire"))


def declare_account_kinds(kinds: Iterable[AccountKind]) -> None:
    """Make kinds of accounts known to the books; run by the migrator alone, while nothing else writes.

    A kind that has no bounds yet takes those declared, and its accounts get their balance rows; bounds stay.
    """
    with transaction(), connection.cursor() as cursor:
        for kind in kinds:
            cursor.execute(
                "INSERT INTO ledger_account_kind AS known"
                " (owner_kind, kind, asset_id, has_balance, least, most, guarded)"
                " SELECT %s, %s, id, %s, %s, %s, %s FROM ledger_asset WHERE code = %s"
                " ON CONFLICT (owner_kind, kind, asset_id) DO UPDATE SET has_balance = excluded.has_balance,"
                " least = excluded.least, most = excluded.most, guarded = excluded.guarded"
                " WHERE NOT known.has_balance AND excluded.has_balance",
                [
                    kind.owner_kind,
                    kind.kind,
                    kind.has_balance,
                    kind.least,
                    kind.most,
                    kind.guarded,
                    kind.asset,
                ],
            )
        cursor.execute("SELECT ledger_adopt_balances()")


def _side(account: Account) -> list[Any]:
    return [account.owner_kind, account.owner_id, account.kind, account.detail]


def _wire(line: Transfer) -> dict[str, Any]:
    return {
        "debit": _side(line.debit),
        "credit": _side(line.credit),
        "asset": line.asset,
        "amount": line.amount,
        "kind": line.kind,
        "subject": line.subject,
    }


def _receipt(answer: dict[str, Any]) -> Receipt:
    why = answer["refusal"]
    refusal = None
    if why is not None:
        refusal = Refusal(
            code=why["code"],
            owner_kind=why.get("owner_kind", ""),
            owner_id=why.get("owner_id", 0),
            account_kind=why.get("account_kind", "hold"),
            available=why["available"],
            asked=why["asked"],
        )
    return Receipt(
        key=answer["key"],
        batch=answer["batch"],
        refusal=refusal,
        hold_id=answer["hold"],
        replayed=answer["replayed"],
    )


def _call(statement: str, parameters: list[Any] | dict[str, Any], key: str) -> Any:
    with _named_errors(key), transaction(), connection.cursor() as cursor:
        cursor.execute(statement, parameters)
        row = cursor.fetchone()
    answer = row[0] if row else None
    return json.loads(answer) if isinstance(answer, str) else answer


@contextmanager
def _named_errors(key: str) -> Iterator[None]:
    """Translate what the SQL functions raise into errors with names."""
    try:
        yield
    except DatabaseError as error:
        state = getattr(error.__cause__, "sqlstate", None)
        if state == "TB004":
            raise RequestChanged(key=key) from error
        if state == "TB003":
            raise BookingInFuture(at=str(error)) from error
        if state == "TB006":
            raise FloorWouldFall(why=str(error).splitlines()[0]) from error
        if state == "23503" and "ledger_account_kind_known" in str(error):
            detail = next(
                (line for line in str(error).splitlines() if line.startswith("DETAIL:")), str(error)
            )
            raise UnknownAccountKind(kind=detail.removeprefix("DETAIL:").strip()) from error
        raise
