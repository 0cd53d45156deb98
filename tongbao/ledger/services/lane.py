"""The settlement lane: a batch of awards copied into the books in one go.

A row is a transfer from the platform's operating account to a member's pending account. No balance row is touched:
what is pending is derived from the index. One settler a tenant, fenced by an epoch that the database checks.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, fields
from datetime import datetime
from importlib import resources
from typing import Final

import numpy as np
import numpy.typing as npt
from django.db import DatabaseError, connection
from django.db.backends.utils import CursorWrapper
from psycopg import sql

from tongbao.kit.errors import DatabaseBusy
from tongbao.kit.transactions import transaction
from tongbao.ledger.contracts import AwardsMismatch, SettlerOutdated

Longs = npt.NDArray[np.int64]
Shorts = npt.NDArray[np.int16]

# PostgreSQL's binary COPY: a signature, two empty words, then for each row the number of fields and each field
# with its length before it, all in network byte order; -1 ends it. Source: PostgreSQL manual, COPY, file formats.
_HEAD: Final = b"PGCOPY\n\xff\r\n\x00" + bytes(8)
_TAIL: Final = b"\xff\xff"
_COLUMNS: Final = (
    ("batch", 8),
    ("order_id", 8),
    ("beneficiary", 8),
    ("amount", 8),
    ("position", 4),
    ("clause", 2),
    ("seat", 2),
    ("rank", 2),
    ("rate_bp", 2),
    ("rate_before_bp", 2),
    ("line", 2),
)
_ROW: Final = np.dtype(
    [("fields", ">i2")]
    + [part for name, size in _COLUMNS for part in ((f"{name}_length", ">i4"), (name, f">i{size}"))]
)


END_HOLDER: Final = (
    resources.files("tongbao.ledger").joinpath("sql", "end_settlement_holder.sql").read_text(encoding="utf-8")
)

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class AwardRows:
    """Awards as columns. ``beneficiary`` is the id of a member's pending account, ``order_id`` the order's,
    ``amount`` in fen. ``seat`` is the distance from the buyer, below zero the level of a regional agent."""

    order_id: Longs
    beneficiary: Longs
    amount: Longs
    clause: Shorts
    seat: Shorts
    rank: Shorts
    rate_bp: Shorts
    rate_before_bp: Shorts
    line: Shorts

    def __len__(self) -> int:
        return len(self.order_id)

    def by_beneficiary(self) -> AwardRows:
        """The same rows, each member's together: their index entries then fall on few pages."""
        order = np.argsort(self.beneficiary, kind="stable")
        return AwardRows(**{field.name: getattr(self, field.name)[order] for field in fields(self)})


@dataclass(frozen=True, slots=True, kw_only=True)
class EncodedAwards:
    """Awards as PostgreSQL's binary COPY takes them, sorted by beneficiary; the batch is filled in when it is known.

    ``table`` has a row of bytes for each award; ``amount`` is the sum in fen.
    """

    table: npt.NDArray[np.void]
    amount: int

    def __len__(self) -> int:
        return len(self.table)

    def in_batch(self, batch: int) -> Iterator[bytes | memoryview]:
        """The pieces of a COPY, in order. The table itself is handed out, not a copy of it."""
        self.table["batch"] = batch
        yield _HEAD
        yield memoryview(self.table.view(np.uint8).data)
        yield _TAIL


def encode(*, rows: AwardRows, into: memoryview | None = None) -> EncodedAwards:
    """The awards, sorted by beneficiary and ready for COPY; written to ``into`` if there is such a place.

    Needs nothing of the database: another process may do it while the batch before is written.

    >>> encoded = encode(rows=rows)                                            # doctest: +SKIP
    >>> copy_awards(epoch=3, rows=encoded, …)                                  # doctest: +SKIP
    """
    ordered = rows.by_beneficiary()
    table = (
        np.empty(len(ordered), dtype=_ROW)
        if into is None
        else np.frombuffer(into, dtype=_ROW, count=len(ordered))
    )
    table["fields"] = len(_COLUMNS)
    for name, size in _COLUMNS:
        table[f"{name}_length"] = size
        if name == "position":
            table[name] = np.arange(len(ordered))
        elif name != "batch":
            table[name] = getattr(ordered, name)
    return EncodedAwards(table=table, amount=int(ordered.amount.sum()))


def encoded_in(place: memoryview, *, count: int, amount: int) -> EncodedAwards:
    """Awards that another process encoded into a place that both share."""
    return EncodedAwards(table=np.frombuffer(place, dtype=_ROW, count=count), amount=amount)


def bytes_of(*, awards: int) -> int:
    """How large a place so many encoded awards need."""
    return awards * _ROW.itemsize


@dataclass(frozen=True, slots=True, kw_only=True)
class Settlership:
    """The right to settle: the epoch, and how many orders have been settled so far."""

    epoch: int
    settled: int


def take_settlement(*, now: datetime) -> int:
    """Become this tenant's settler; the epoch to settle under. Whoever settled before can't finish anything more.

    Ends the former settler's connection first, so that one that stands still holds up nobody.
    """
    started_at = end_former_settler()
    return _take(started_at, now)


def settle_on(*, now: datetime) -> Settlership:
    """Go on as this tenant's settler, or become it; the caller holds a lock that keeps others from settling now.

    A connection that has the settlement keeps it without writing anything. Another one's epoch ends here: what it may
    still have begun can't be finished any more.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT epoch, last_order, backend_pid IS NOT DISTINCT FROM pg_backend_pid() FROM ledger_settler"
        )
        epoch, settled, is_ours = cursor.fetchone()
    if not is_ours:
        epoch = _take(_started_at(), now)
    return Settlership(epoch=int(epoch), settled=int(settled))


def _take(started_at: datetime, now: datetime) -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT ledger_take_settlement(%s, %s)", [started_at, now])
        return int(cursor.fetchone()[0])


def hold_settlement(*, patience_seconds: int) -> None:
    """Keep everybody else from settling until the transaction ends.

    Waits for whoever does; who holds it for longer than that stands still, and their connection is ended: what they had
    begun is taken back. Raises DatabaseBusy when it can't be had even then.
    """
    try:
        with transaction():
            _hold(patience_seconds)
    except DatabaseBusy:
        logger.warning("the settlement has been held for %s s; its holder is ended", patience_seconds)
        with _login_role() as cursor:
            cursor.execute(END_HOLDER, {"name": _settlement_name()})
        _hold(patience_seconds)


def _hold(patience_seconds: int) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_setting('lock_timeout')")
        (before,) = cursor.fetchone()
        cursor.execute("SELECT set_config('lock_timeout', %s, true)", [f"{patience_seconds}s"])
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 20260102))", [_settlement_name()])
        cursor.execute("SELECT set_config('lock_timeout', %s, true)", [before])


def _settlement_name() -> str:
    return f"{connection.schema_name}:settlement"  # type: ignore[attr-defined]


def pending_accounts(*, member_ids: Longs, now: datetime) -> Longs:
    """The pending account of each of these members (each named once, in order of id); missing ones are opened."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT member_id, account_id FROM ledger_pending_accounts(%s, %s) ORDER BY member_id",
            [member_ids.tolist(), now],
        )
        return np.array([account for _, account in cursor.fetchall()], dtype=np.int64)


def settled_up_to() -> int:
    """The last order that the lane has settled."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT last_order FROM ledger_settler")
        return int(cursor.fetchone()[0])


def copy_awards(
    *,
    epoch: int,
    rows: AwardRows | EncodedAwards,
    orders: int,
    first_order: int,
    last_order: int,
    after_order: int,
    now: datetime,
) -> int:
    """Book the awards of a batch of orders and move the cursor from ``after_order`` to ``last_order``, in one
    transaction; return the batch. Rows go in sorted by beneficiary.

    Raises SettlerOutdated when another settler has taken over or the cursor stands elsewhere, AwardsMismatch when a
    row names no pending account. Nothing of the batch stays then.

    >>> batch = copy_awards(epoch=3, rows=rows, orders=40_000, first_order=1, last_order=40_000, after_order=0,
    ...     now=now)                                                          # doctest: +SKIP
    """
    ready = encode(rows=rows) if isinstance(rows, AwardRows) else rows
    try:
        with transaction():
            batch, leaf = _begin(epoch, ready, orders, first_order, last_order, now)
            if len(ready):
                _copy(leaf, ready.in_batch(batch))
            with connection.cursor() as cursor:
                cursor.execute("SELECT ledger_finish_awards(%s, %s, %s)", [epoch, batch, after_order])
    except DatabaseError as error:
        state = getattr(error.__cause__, "sqlstate", None)
        if state == "TB006":
            raise SettlerOutdated(epoch=epoch) from error
        if state == "TB007":
            raise AwardsMismatch(why=str(error).splitlines()[0]) from error
        raise
    return batch


def _begin(
    epoch: int, rows: EncodedAwards, orders: int, first_order: int, last_order: int, now: datetime
) -> tuple[int, str]:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT batch, leaf FROM ledger_begin_awards(%s, %s, %s, %s, %s, %s, %s)",
            [epoch, first_order, last_order, orders, len(rows), rows.amount, now],
        )
        batch, leaf = cursor.fetchone()
        return int(batch), str(leaf)


def _copy(leaf: str, pieces: Iterator[bytes | memoryview]) -> None:
    """Copy into a partition, which only the settler's role may."""
    columns = sql.SQL(", ").join(sql.Identifier(name) for name, _ in _COLUMNS)
    statement = sql.SQL("COPY {} ({}) FROM STDIN (FORMAT binary)").format(sql.Identifier(leaf), columns)
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_setting('role')")
        (role,) = cursor.fetchone()
        cursor.execute("SELECT set_config('role', %s, true)", [_settler_role()])
        # Django hands the driver's COPY through as it is; its errors are wrapped here like those of other statements.
        with connection.wrap_database_errors, cursor.copy(statement) as copy:
            for piece in pieces:
                copy.write(piece)
        # what else the transaction writes, it writes as whoever it was
        cursor.execute("SELECT set_config('role', %s, true)", [role])


def _settler_role() -> str:
    schema_name = connection.schema_name  # type: ignore[attr-defined]
    return f"{connection.settings_dict['TENANT_ROLE_PREFIX']}_settler_{schema_name}"


def end_former_settler() -> datetime:
    """End the connection of whoever settled last, if it is still the same one; when this connection started."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT backend_pid, backend_started_at FROM ledger_settler")
        pid, former_started_at = cursor.fetchone()
    with _login_role() as cursor:
        cursor.execute(
            "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity"
            " WHERE pid = %s AND backend_start = %s AND pid <> pg_backend_pid()",
            [pid, former_started_at],
        )
    return _started_at()


def _started_at() -> datetime:
    with _login_role() as cursor:
        cursor.execute("SELECT backend_start FROM pg_stat_activity WHERE pid = pg_backend_pid()")
        started_at: datetime = cursor.fetchone()[0]
    return started_at


@contextmanager
def _login_role() -> Iterator[CursorWrapper]:
    """The login role for a moment, which may see and end its own connections and nobody else's."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_setting('role')")
        (role,) = cursor.fetchone()
        cursor.execute("SET ROLE NONE")
        try:
            yield cursor
        finally:
            cursor.execute("SELECT set_config('role', %s, false)", [role])
