"""One transaction for one use case, opened by the outermost service."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager, nullcontext

from django.db import InterfaceError, OperationalError, connection
from django.db import transaction as django_transaction

from tongbao.kit.errors import DatabaseBusy, DatabaseFull, DatabaseLost, DomainError

# PostgreSQL's classes of errors after which the transaction is rolled back whole, and a second try may go through.
BUSY = ("40001", "40P01", "55P03", "57014")
"""Serialization failure, deadlock, lock time-out, cancelled or timed out."""
FULL = "53"
LOST = ("08", "57P")


@contextmanager
def transaction() -> Iterator[None]:
    """Open the use case's transaction, or join the one a caller has opened.

    No network call belongs inside. Constraint violations surface as ``IntegrityError``; the service that
    knows the constraint translates it into a named error. Raises DatabaseBusy and DatabaseFull when nothing was
    booked, and DatabaseLost when the connection broke: then only a second try under the same key can tell.

    >>> with transaction():                                                    # doctest: +SKIP
    ...     post(request=request, now=now)
    """
    with _named_errors(), django_transaction.atomic():
        yield


@contextmanager
def one_statement() -> Iterator[None]:
    """One statement, which is a transaction of its own; inside a caller's transaction it gets a mark to go back to.

    For SQL functions that do a whole use case: it saves two round trips. Errors are named as by ``transaction``.

    >>> with one_statement(), connection.cursor() as cursor:                   # doctest: +SKIP
    ...     cursor.execute("SELECT * FROM points_market_enter(%s, %s)", parameters)
    """
    with _named_errors(), django_transaction.atomic() if connection.in_atomic_block else nullcontext():
        yield


@contextmanager
def _named_errors() -> Iterator[None]:
    try:
        yield
    except (OperationalError, InterfaceError) as error:
        named = _named(error)
        if named is None:
            raise
        raise named from error


def _named(error: Exception) -> DomainError | None:
    """What a failure of the database means to whoever asked; None where it is a fault of ours."""
    state = getattr(error.__cause__, "sqlstate", None)
    why = (str(error).strip().splitlines() or [type(error).__name__])[0]
    if state is None or state.startswith(LOST):
        return DatabaseLost(why=why)
    if state in BUSY:
        return DatabaseBusy(why=why)
    return DatabaseFull(why=why) if state.startswith(FULL) else None
