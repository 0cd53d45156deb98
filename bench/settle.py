"""Awards settled by the lane of the ledger, beside the same rows through bare and through indexed COPY.

    make bench NAME=settle ARGS='--members 1000000 --orders 400000'
    make bench NAME=settle ARGS='--tenants 2'

Malls of their own on the embedded server (``var/bench``), fsync and synchronous commit on. Orders of the gift packs
by a million members in a skewed tree, every region with its agents, ranks rising as they go. The next batch is
evaluated, in a process of its own, while the database writes the one before. In the same run, for comparison:

- ``indexed_copy``: the same rows, already encoded and sorted, also go into a table with the lane's columns, key, index
  and constraints by plain COPY, between two of the lane's batches, so that both meet the same machine and an index of
  the same size;
- ``bare_copy``: the same rows into a table without any index;
- ``one_by_one``: orders evaluated and posted singly through ``ledger_post``.

With ``--hours`` the ten billion yuan are settled, sealed and verified, from where the last invocation stopped:
``bench/ten_billion.py``. With ``--tenants 2`` two malls are settled at once, each by processes of its own; nothing is
compared then.

What is measured is the lane: the awards of orders held in memory. ``bench/flood`` measures a mall's own orders.
The last line is one JSON object.
"""

from __future__ import annotations

import argparse
import json
import mmap
import multiprocessing
import os
import resource
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import count
from multiprocessing.connection import Connection
from multiprocessing.synchronize import Barrier
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
os.environ.setdefault("TONGBAO_VAR", str(ROOT / "var" / "bench"))
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tongbao.config.settings")
os.environ.setdefault("TONGBAO_ENVIRONMENT", "demo")
os.environ.setdefault("TONGBAO_LOG_LEVEL", "WARNING")

import django  # noqa: E402

django.setup()

import numpy as np  # noqa: E402
import psycopg  # noqa: E402
from django.db import connections  # noqa: E402

from bench.plans import market  # noqa: E402
from tongbao.config.provisioning import create_tenant, drop_demo_tenant, migrate_everything  # noqa: E402
from tongbao.kit.postgres.access import DatabaseAccess, resolve  # noqa: E402
from tongbao.ledger.contracts import Request, Transfer, member_account, platform_account  # noqa: E402
from tongbao.ledger.services import post  # noqa: E402
from tongbao.ledger.services.lane import (  # noqa: E402
    AwardRows,
    EncodedAwards,
    bytes_of,
    copy_awards,
    encode,
    encoded_in,
    settled_up_to,
    take_settlement,
)
from tongbao.plans import preset  # noqa: E402
from tongbao.plans.columns import AwardColumns, Columns, OrderColumns  # noqa: E402
from tongbao.tenancy.contexts import tenant_context  # noqa: E402

SCHEMAS = ("settle", "settle_too")
# Children are made before they are needed and inherit the market: a million members aren't handed over.
MOST_AWARDS = 16
"""More than any order of the gift-pack plan gives: sixteen places are kept for each."""
FORK = multiprocessing.get_context("fork")
NOW = datetime(2026, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Batch:
    """Orders ``first`` to ``last`` (counted from 1), and where their awards lie, encoded."""

    first: int
    last: int
    place: int
    awards: int
    amount_fen: int
    peak_kib: int
    """The most memory that the evaluator has held so far."""


class Places:
    """Two places that the settler and its evaluator share: one is filled while the other is written."""

    def __init__(self, orders: int) -> None:
        size = bytes_of(awards=orders * MOST_AWARDS)
        self.memory = [memoryview(mmap.mmap(-1, size)) for _ in range(2)]
        self.free = FORK.Semaphore(2)


def main() -> None:
    arguments = _arguments()
    if arguments.hours:
        from bench.ten_billion import run

        run(arguments)
        return
    access = resolve()
    schemas = SCHEMAS[: arguments.tenants]
    print("Making a mall …", flush=True)
    migrate_everything()
    for schema in SCHEMAS:
        drop_demo_tenant(schema_name=schema)
    for schema in schemas:
        create_tenant(schema_name=schema, title="Settle", hosts=(f"{schema}.localhost",), is_demo=True)
    columns, orders = market(
        preset("gift-pack"), members=arguments.members, orders=arguments.orders, seed=arguments.seed
    )
    print(f"{arguments.orders:,} orders on {arguments.members:,} members …", flush=True)
    # No process may use a connection that another one opened.
    connections.close_all()
    found = _settle_malls(access, schemas, columns, orders, arguments)
    with tenant_context(schemas[0]):
        single = _one_by_one(columns, orders, arguments.singles)
    _report(arguments, found, single)


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--members", type=int, default=1_000_000)
    parser.add_argument("--orders", type=int, default=400_000)
    parser.add_argument("--batch", type=int, default=80_000, help="orders in a batch")
    parser.add_argument(
        "--tenants", type=int, choices=(1, 2), default=1, help="malls that are settled at once"
    )
    parser.add_argument(
        "--compare", type=int, default=2, help="each so many batches also go through plain COPY"
    )
    parser.add_argument("--singles", type=int, default=300, help="orders posted one by one")
    parser.add_argument("--seed", type=int, default=7)
    parser.add_argument("--hours", type=float, default=0, help="go on with the ten billion for so long")
    parser.add_argument("--orders-in-all", type=int, default=50_505_051, help="of 198 yuan each")
    parser.add_argument("--disk-gb", type=float, default=55, help="larger, and full partitions become files")
    return parser.parse_args()


def _settle_malls(
    access: DatabaseAccess,
    schemas: Sequence[str],
    columns: Columns,
    orders: OrderColumns,
    arguments: argparse.Namespace,
) -> list[Found]:
    """Settle every mall in processes of its own, all beginning together; what each found."""
    together = FORK.Barrier(len(schemas))
    ends = []
    for schema in schemas:
        ours, theirs = FORK.Pipe()
        settler = FORK.Process(
            target=_settle_mall, args=(theirs, together, access, schema, columns, orders, arguments)
        )
        settler.start()
        theirs.close()
        ends.append((ours, settler))
    found = [ours.recv() for ours, _ in ends]
    for _, settler in ends:
        settler.join()
    return found


def _settle_mall(
    answer: Connection,
    together: Barrier,
    access: DatabaseAccess,
    schema: str,
    columns: Columns,
    orders: OrderColumns,
    arguments: argparse.Namespace,
) -> None:
    """Settle one mall and send what was found."""
    with administrator(access, schema) as admin:
        accounts = _open_accounts(admin, arguments.members)
        yardstick = Yardstick(admin) if arguments.tenants == 1 and arguments.compare else None
        places = Places(arguments.batch)
        with (
            _evaluated(columns, orders, accounts, arguments.batch, places) as batches,
            tenant_context(schema),
        ):
            together.wait()
            found = _settle(batches, places, yardstick, every=arguments.compare)
        found.stored = _stored(admin)
        if yardstick is not None:
            found.indexed, found.bare = yardstick.rates()
        found.peak_kib += resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    answer.send(found)


@contextmanager
def _evaluated(
    columns: Columns, orders: OrderColumns, accounts: np.ndarray, size: int, places: Places
) -> Iterator[Iterator[Batch]]:
    """The batches, evaluated in a process of its own: it works on the next one while this one is written."""
    ours, theirs = FORK.Pipe(duplex=False)
    evaluator = FORK.Process(target=_evaluate, args=(theirs, columns, orders, accounts, size, places))
    evaluator.start()
    theirs.close()
    yield iter(ours.recv, None)
    evaluator.join()


def _evaluate(
    answer: Connection,
    columns: Columns,
    orders: OrderColumns,
    accounts: np.ndarray,
    size: int,
    places: Places,
) -> None:
    assert orders.product is not None
    assert orders.region is not None
    for number, first in enumerate(range(0, len(orders.buyer), size)):
        part = slice(first, min(first + size, len(orders.buyer)))
        awards = columns.settle(
            OrderColumns(
                buyer=orders.buyer[part],
                base_fen=orders.base_fen[part],
                product=orders.product[part],
                region=orders.region[part],
            )
        )
        rows = _rows(awards, accounts, part.start, columns)
        places.free.acquire()
        ready = encode(rows=rows, into=places.memory[number % 2])
        peak_kib = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        answer.send(Batch(part.start + 1, part.stop, number % 2, len(ready), ready.amount, peak_kib))
    answer.send(None)


def administrator(access: DatabaseAccess, schema: str) -> psycopg.Connection[tuple[object, ...]]:
    admin = psycopg.connect(
        host=access.host,
        port=access.port,
        user=access.admin_user,
        password=access.admin_password,
        dbname=access.name,
        autocommit=True,
    )
    admin.execute(f"SET search_path = {schema}, public")
    return admin


def _open_accounts(admin: psycopg.Connection[tuple[object, ...]], members: int) -> np.ndarray:
    """A pending account for every member, as their first award would have opened it; the accounts by member."""
    admin.execute(
        "INSERT INTO ledger_account (owner_kind, owner_id, kind, asset_id, opened_at)"
        " SELECT 'member', member, 'pending', 1, now() FROM generate_series(1, %s) AS member ORDER BY member",
        [members],
    )
    admin.execute("ANALYZE ledger_account")
    rows = admin.execute(
        "SELECT id FROM ledger_account WHERE kind = 'pending' AND owner_kind = 'member' ORDER BY owner_id"
    )
    return np.array([row[0] for row in rows.fetchall()], dtype=np.int64)


def _rows(awards: AwardColumns, accounts: np.ndarray, start: int, columns: Columns) -> AwardRows:
    regional = np.array([clause.graph == "regions" for clause in columns.plan.walks])[awards.clause]
    return AwardRows(
        order_id=awards.order.astype(np.int64) + start + 1,
        beneficiary=accounts[awards.beneficiary],
        amount=awards.amount_fen,
        clause=awards.clause.astype(np.int16),
        seat=np.where(regional, -awards.distance, awards.distance).astype(np.int16),
        rank=awards.rank.astype(np.int16),
        rate_bp=awards.rate_bp.astype(np.int16),
        rate_before_bp=awards.rate_before_bp.astype(np.int16),
        line=np.ones(len(awards), dtype=np.int16),
    )


@dataclass(slots=True)
class Found:
    """What was settled in how long, what stands in the books, and what plain COPY did with the same rows."""

    seconds: float = 0.0
    waited: float = 0.0
    orders: int = 0
    awards: int = 0
    amount_fen: int = 0
    peak_kib: int = 0
    stored: tuple[int, int, int] = (0, 0, 0)
    compared: int = 0
    compared_seconds: float = 0.0
    indexed: float = 0.0
    bare: float = 0.0


def _settle(batches: Iterator[Batch], places: Places, yardstick: Yardstick | None, *, every: int) -> Found:
    """Batch by batch into the books; the yardstick's time isn't counted."""
    found = Found()
    epoch, after = take_settlement(now=NOW), settled_up_to()
    for number in count(1):
        waiting = time.perf_counter()
        batch = next(batches, None)
        if batch is None:
            return found
        began = time.perf_counter()
        rows = encoded_in(places.memory[batch.place], count=batch.awards, amount=batch.amount_fen)
        copy_awards(
            epoch=epoch,
            rows=rows,
            orders=batch.last - batch.first + 1,
            first_order=batch.first,
            last_order=batch.last,
            after_order=after,
            now=NOW,
        )
        ended = time.perf_counter()
        after = batch.last
        found.waited += began - waiting
        found.seconds += ended - waiting
        found.orders += batch.last - batch.first + 1
        found.awards += batch.awards
        found.amount_fen += batch.amount_fen
        found.peak_kib = batch.peak_kib
        print(
            f"  {found.orders:>12,} orders, {found.awards:>14,} awards, {found.awards / found.seconds:>9,.0f}/s",
            flush=True,
        )
        if yardstick is not None and number % every == 0:
            found.compared += batch.awards
            found.compared_seconds += ended - began
            yardstick.measure(number, rows)
        elif yardstick is not None:
            yardstick.fill(number, rows)
        places.free.release()
    return found


class Yardstick:
    """The same rows through plain COPY, into a table like the lane's and into a bare one.

    The table like the lane's gets *every* batch, so that its index is as large as the lane's at each measure.
    """

    def __init__(self, admin: psycopg.Connection[tuple[object, ...]]) -> None:
        self._admin = admin
        self._rows, self._seconds = 0, {"indexed_copy": 0.0, "bare_copy": 0.0}
        admin.execute("CREATE TABLE indexed_copy (LIKE ledger_award INCLUDING ALL)")
        admin.execute("CREATE TABLE bare_copy (LIKE ledger_award)")

    def measure(self, number: int, rows: EncodedAwards) -> None:
        """Copy a batch into both tables and note the time."""
        self._rows += len(rows)
        for name in self._seconds:
            self._seconds[name] += self._copy(name, number, rows)

    def fill(self, number: int, rows: EncodedAwards) -> None:
        """Copy a batch into the table like the lane's, untimed."""
        self._copy("indexed_copy", number, rows)

    def rates(self) -> tuple[float, float]:
        """Rows a second with key and index, and bare."""
        for name in self._seconds:
            self._admin.execute(f"DROP TABLE {name}")
        indexed, bare = self._seconds.values()
        return (self._rows / indexed, self._rows / bare) if self._rows else (0.0, 0.0)

    def _copy(self, name: str, number: int, rows: EncodedAwards) -> float:
        began = time.perf_counter()
        with self._admin.cursor().copy(f"COPY {name} FROM STDIN (FORMAT binary)") as copy:
            for piece in rows.in_batch(number):
                copy.write(piece)
        return time.perf_counter() - began


def _stored(admin: psycopg.Connection[tuple[object, ...]]) -> tuple[int, int, int]:
    """Awards in the books, their fen, and the bytes that they and their indexes take."""
    row = admin.execute("SELECT count(*), coalesce(sum(amount), 0) FROM ledger_award").fetchone()
    size = admin.execute(
        "SELECT sum(pg_total_relation_size(inhrelid)) FROM pg_inherits WHERE inhparent = 'ledger_award'::regclass"
    ).fetchone()
    assert row is not None
    assert size is not None
    return int(str(row[0])), int(str(row[1])), int(str(size[0]))


def _one_by_one(columns: Columns, orders: OrderColumns, count: int) -> float:
    """Orders a second, each evaluated alone and posted as a request of its own."""
    began = time.perf_counter()
    for number in range(count):
        part = slice(number, number + 1)
        assert orders.region is not None
        awards = columns.settle(
            OrderColumns(buyer=orders.buyer[part], base_fen=orders.base_fen[part], region=orders.region[part])
        )
        transfers = tuple(
            Transfer(
                debit=platform_account("operating"),
                credit=member_account(int(member) + 1, "pending"),
                amount=int(amount),
                kind="award",
                subject=f"order:{number}",
            )
            for member, amount in zip(awards.beneficiary, awards.amount_fen, strict=True)
        )
        if transfers:
            post(request=Request(key=f"single:{number}", transfers=transfers), now=NOW)
    return count / (time.perf_counter() - began)


def _report(arguments: argparse.Namespace, malls: list[Found], single: float) -> None:
    for found in malls:
        assert found.stored[:2] == (found.awards, found.amount_fen), (
            "what is in the books is not what was settled"
        )
    seconds = max(found.seconds for found in malls)
    orders, awards = sum(found.orders for found in malls), sum(found.awards for found in malls)
    bytes_per_order = sum(found.stored[2] for found in malls) / orders
    peak_mib = sum(found.peak_kib for found in malls) // 1024
    figures: dict[str, object] = {
        "bench": "settle",
        "tenants": len(malls),
        "members": arguments.members,
        "orders": orders,
        "transfers": awards,
        "seconds": round(seconds, 2),
        "orders_per_second": round(orders / seconds),
        "transfers_per_second": round(awards / seconds),
        "bytes_per_order": round(bytes_per_order),
        "one_by_one_orders_per_second": round(single),
        "peak_mib": peak_mib,
    }
    print(
        f"{orders / seconds:,.0f} orders/s, {awards / seconds:,.0f} transfers/s, {bytes_per_order:,.0f} bytes/order"
    )
    waited = max(found.waited for found in malls)
    print(f"  one by one {single:,.0f} orders/s; waited {waited:.1f} s for the evaluator; {peak_mib:,} MiB")
    first = malls[0]
    if first.indexed:
        lane = first.compared / first.compared_seconds
        print(
            f"  the batches compared: {lane:,.0f}/s, {lane / first.indexed:.2f} of COPY into an equal table"
            f" ({first.indexed:,.0f}/s), bare COPY {first.bare:,.0f}/s"
        )
        figures |= {
            "compared_per_second": round(lane),
            "indexed_copy_per_second": round(first.indexed),
            "bare_copy_per_second": round(first.bare),
            "of_indexed_copy": round(lane / first.indexed, 2),
        }
    print(json.dumps(figures))


if __name__ == "__main__":
    main()
