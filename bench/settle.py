"""Awards settled by the lane of the ledger, beside the same rows through bare and through indexed COPY.

    make bench NAME=settle ARGS='--members 1000000 --orders 400000'

A mall of its own on the embedded server (``var/bench``), fsync and synchronous commit on. Orders of the gift packs
by a million members in a skewed tree, every region with its agents, ranks rising as they go. While the database
writes one batch the next one is evaluated. In the same run, for comparison:

- ``bare_copy``: the same rows, already encoded, into a table without any index;
- ``indexed_copy``: the same rows, already encoded and sorted, into a table with the lane's key and index;
- ``one_by_one``: orders evaluated and posted singly through ``ledger_post``.

What is measured is the lane: the awards of orders held in memory. The mall's own orders are not settled by it yet.
The last line is one JSON object.
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import UTC, datetime
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

from bench.plans import market  # noqa: E402
from tongbao.config.provisioning import create_tenant, drop_demo_tenant, migrate_everything  # noqa: E402
from tongbao.kit.postgres.access import DatabaseAccess, resolve  # noqa: E402
from tongbao.ledger.contracts import Request, Transfer, member_account, platform_account  # noqa: E402
from tongbao.ledger.services import post  # noqa: E402
from tongbao.ledger.services.lane import (  # noqa: E402
    AwardRows,
    copy_awards,
    encoded,
    settled_up_to,
    take_settlement,
)
from tongbao.plans import preset  # noqa: E402
from tongbao.plans.columns import AwardColumns, Columns, OrderColumns  # noqa: E402
from tongbao.tenancy.contexts import tenant_context  # noqa: E402

SCHEMA = "settle"
NOW = datetime(2026, 1, 1, tzinfo=UTC)
TABLE = """CREATE TABLE {name} (batch bigint NOT NULL, order_id bigint NOT NULL, beneficiary bigint NOT NULL,
    amount bigint NOT NULL, position integer NOT NULL, clause smallint NOT NULL, seat smallint NOT NULL,
    rank smallint NOT NULL, rate_bp smallint NOT NULL, rate_before_bp smallint NOT NULL, line smallint NOT NULL)"""


@dataclass(frozen=True, slots=True)
class Batch:
    """Orders ``first`` to ``last`` (counted from 1) and their awards, sorted by beneficiary."""

    first: int
    last: int
    rows: AwardRows


def main() -> None:
    arguments = _arguments()
    access = resolve()
    print("Making a mall …", flush=True)
    migrate_everything()
    drop_demo_tenant(schema_name=SCHEMA)
    create_tenant(schema_name=SCHEMA, title="Settle", hosts=("settle.localhost",), is_demo=True)
    with _administrator(access) as admin:
        accounts = _open_accounts(admin, arguments.members)
        columns, orders = market(
            preset("gift-pack"), members=arguments.members, orders=arguments.orders, seed=arguments.seed
        )
        batches = _batches(columns, orders, accounts, arguments.batch)
        with tenant_context(SCHEMA):
            print(f"{arguments.orders:,} orders on {arguments.members:,} members …", flush=True)
            found = _settle(batches, keep=arguments.compare)
            stored = _stored(admin)
            single = _one_by_one(columns, orders, arguments.singles)
        bare, indexed = _copies(admin, found.kept)
    _report(arguments, found, stored, single, bare, indexed)


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--members", type=int, default=1_000_000)
    parser.add_argument("--orders", type=int, default=400_000)
    parser.add_argument("--batch", type=int, default=40_000, help="orders in a batch")
    parser.add_argument("--compare", type=int, default=5, help="batches that also go through plain COPY")
    parser.add_argument("--singles", type=int, default=300, help="orders posted one by one")
    parser.add_argument("--seed", type=int, default=7)
    return parser.parse_args()


def _administrator(access: DatabaseAccess) -> psycopg.Connection[tuple[object, ...]]:
    admin = psycopg.connect(
        host=access.host,
        port=access.port,
        user=access.admin_user,
        password=access.admin_password,
        dbname=access.name,
        autocommit=True,
    )
    admin.execute(f"SET search_path = {SCHEMA}, public")
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


def _batches(columns: Columns, orders: OrderColumns, accounts: np.ndarray, size: int) -> Iterator[Batch]:
    for first in range(0, len(orders.buyer), size):
        part = slice(first, min(first + size, len(orders.buyer)))
        assert orders.product is not None
        assert orders.region is not None
        awards = columns.settle(
            OrderColumns(
                buyer=orders.buyer[part],
                base_fen=orders.base_fen[part],
                product=orders.product[part],
                region=orders.region[part],
            )
        )
        yield Batch(part.start + 1, part.stop, _rows(awards, accounts, part.start, columns).by_beneficiary())


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
    """What was settled in how long, and some batches to go through plain COPY."""

    seconds: float = 0.0
    waited: float = 0.0
    orders: int = 0
    awards: int = 0
    amount_fen: int = 0
    kept: list[AwardRows] | None = None


def _settle(batches: Iterator[Batch], *, keep: int) -> Found:
    """Batch by batch into the books; the next one is evaluated while the database writes."""
    # The writer hands its data over in many small pieces; between two of them the evaluator must let go soon.
    sys.setswitchinterval(0.0005)
    found = Found(kept=[])
    epoch, after = take_settlement(now=NOW), settled_up_to()
    with ThreadPoolExecutor(1) as evaluator:
        began = time.perf_counter()
        coming = evaluator.submit(next, batches, None)
        while True:
            waiting = time.perf_counter()
            batch = coming.result()
            found.waited += time.perf_counter() - waiting
            if batch is None:
                break
            coming = evaluator.submit(next, batches, None)
            copy_awards(
                epoch=epoch,
                rows=batch.rows,
                orders=batch.last - batch.first + 1,
                first_order=batch.first,
                last_order=batch.last,
                after_order=after,
                now=NOW,
            )
            after = batch.last
            found.orders += batch.last - batch.first + 1
            found.awards += len(batch.rows)
            found.amount_fen += int(batch.rows.amount.sum())
            if found.kept is not None and len(found.kept) < keep:
                found.kept.append(batch.rows)
            rate = found.awards / (time.perf_counter() - began)
            print(f"  {found.orders:>12,} orders, {found.awards:>14,} awards, {rate:>9,.0f}/s", flush=True)
        found.seconds = time.perf_counter() - began
    return found


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


def _copies(
    admin: psycopg.Connection[tuple[object, ...]], kept: list[AwardRows] | None
) -> tuple[float, float]:
    """Rows a second into a bare table and into one with the lane's key and index, already encoded."""
    rates = []
    for name, indexed in (("bare_copy", False), ("indexed_copy", True)):
        admin.execute(f"DROP TABLE IF EXISTS {name}")
        admin.execute(TABLE.format(name=name))
        if indexed:
            admin.execute(f"ALTER TABLE {name} ADD PRIMARY KEY (batch, position)")
            admin.execute(f"CREATE INDEX ON {name} (beneficiary, batch, position)")
        admin.execute("CHECKPOINT")
        rows, seconds = 0, 0.0
        for number, batch in enumerate(kept or (), start=1):
            data = encoded(number, batch)
            began = time.perf_counter()
            with admin.cursor().copy(f"COPY {name} FROM STDIN (FORMAT binary)") as copy:
                copy.write(data)
            seconds += time.perf_counter() - began
            rows += len(batch)
        admin.execute(f"DROP TABLE {name}")
        rates.append(rows / seconds if seconds else 0.0)
    return rates[0], rates[1]


def _report(
    arguments: argparse.Namespace,
    found: Found,
    stored: tuple[int, int, int],
    single: float,
    bare: float,
    indexed: float,
) -> None:
    awards, amount_fen, size = stored
    assert (awards, amount_fen) == (found.awards, found.amount_fen), (
        "what is in the books is not what was settled"
    )
    rate = found.awards / found.seconds
    peak_mib = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    print(
        f"{found.orders / found.seconds:,.0f} orders/s, {rate:,.0f} transfers/s, {size / found.orders:,.0f} bytes/order"
    )
    print(
        f"  {rate / indexed:.2f} of COPY into the same indexed table ({indexed:,.0f}/s), bare COPY {bare:,.0f}/s"
    )
    print(
        f"  one by one {single:,.0f} orders/s; waited {found.waited:.1f} s for the evaluator; {peak_mib:,} MiB"
    )
    print(
        json.dumps(
            {
                "bench": "settle",
                "members": arguments.members,
                "orders": found.orders,
                "transfers": found.awards,
                "seconds": round(found.seconds, 2),
                "orders_per_second": round(found.orders / found.seconds),
                "transfers_per_second": round(rate),
                "bytes_per_order": round(size / found.orders),
                "bare_copy_per_second": round(bare),
                "indexed_copy_per_second": round(indexed),
                "of_indexed_copy": round(rate / indexed, 2),
                "one_by_one_orders_per_second": round(single),
                "peak_mib": peak_mib,
            }
        )
    )


if __name__ == "__main__":
    main()
