"""Ten billion yuan: 50.5 million packs of 198 yuan, settled, sealed and verified.

    make bench NAME=settle ARGS='--hours 2'

Goes on where the last invocation stopped, for so many hours at most; what is done is what the database says (the
lane's cursor, the log, the archive), and a file beside it keeps the ranks that the orders before had brought. A million
members in a skewed tree, every region with its agents, everybody buys the same pack; ranks rise as they go.

One transaction books a batch: what was paid for it, what nobody earned, what is set aside for the reserve, each netted
for the batch, and every award as a transfer of its own. The next batch is evaluated, in a process of its own, while the
database writes the one before. Then everything is sealed, and verified as ``tongbao verify`` does it. Full partitions
become files while the database is larger than ``--disk-gb``.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import resource
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from multiprocessing.connection import Connection
from pathlib import Path

import numpy as np
import psycopg
from django.db import connection, connections

from bench.plans import market
from bench.settle import FORK, NOW, Batch, Places, _open_accounts, _rows, administrator
from tongbao.config.provisioning import create_tenant, migrate_everything
from tongbao.kit.postgres.access import resolve
from tongbao.kit.transactions import transaction
from tongbao.ledger.contracts import Request, Transfer, platform_account
from tongbao.ledger.selectors import verify
from tongbao.ledger.services import post
from tongbao.ledger.services.lane import copy_awards, encode, encoded_in, settled_up_to, take_settlement
from tongbao.ledger.services.seals import seal_some
from tongbao.money import floor_share
from tongbao.plans import Sale, preset, remainders
from tongbao.plans.columns import Columns, OrderColumns
from tongbao.tenancy.contexts import tenant_context
from tongbao.tenancy.registry.models import Tenant

SCHEMA = "billions"
PACK, PRICE_FEN = "pack-198", 19_800
RESERVE_BP = 1_000
MEMBERS = 1_000_000
RANKS_EVERY = 25
ROOM_GB = 6
"""Of a database that is too large so much becomes files before settling goes on."""
LOG = Path(__file__).resolve().parent / "results" / "ten-billion.log"
OPERATING = platform_account("operating")


@dataclass(slots=True)
class State:
    """What was measured so far, over all invocations. ``orders`` is what the books have."""

    wanted: int
    batch: int
    settle_seconds: float = 0.0
    seal_seconds: float = 0.0
    archive_seconds: float = 0.0
    verify_seconds: float = 0.0
    findings: int = -1
    peak_mib: int = 0
    peak_disk_gb: float = 0.0
    rates: list[tuple[int, int]] = field(default_factory=list)
    """(orders settled, transfers a second since the one before)."""


def run(arguments: argparse.Namespace) -> None:
    """Go on for at most ``arguments.hours``."""
    deadline = time.monotonic() + arguments.hours * 3600
    access = resolve()
    folder = Path(os.environ["TONGBAO_VAR"]) / "ten-billion"
    folder.mkdir(parents=True, exist_ok=True)
    migrate_everything()
    if not Tenant.objects.filter(schema_name=SCHEMA).exists():
        for old in folder.iterdir():
            old.unlink()
        create_tenant(schema_name=SCHEMA, title="Billions", hosts=("billions.localhost",), is_demo=True)
    with administrator(access, SCHEMA) as admin:
        run_of = _Run(folder, admin, arguments, deadline)
        run_of.say(_machine(admin))
        accounts = _accounts(admin)
        while True:
            connections.close_all()
            run_of.settle(accounts)
            with tenant_context(SCHEMA):
                run_of.seal()
                run_of.archive()
                if run_of.is_settled() or run_of.is_over():
                    break
        with tenant_context(SCHEMA):
            run_of.verify()
        run_of.report()


def _accounts(admin: psycopg.Connection[tuple[object, ...]]) -> np.ndarray:
    found = admin.execute(
        "SELECT id FROM ledger_account WHERE kind = 'pending' AND owner_kind = 'member' ORDER BY owner_id"
    ).fetchall()
    if not found:
        return _open_accounts(admin, MEMBERS)
    return np.array([row[0] for row in found], dtype=np.int64)


def _machine(admin: psycopg.Connection[tuple[object, ...]]) -> str:
    cpu = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
    model = next((line.split(":", 1)[1].strip() for line in cpu if "model name" in line), platform.machine())
    memory_gb = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 1e9
    rows = admin.execute(
        "SELECT name, current_setting(name) FROM unnest(%s::text[]) AS name",
        [["server_version", "fsync", "synchronous_commit", "shared_buffers", "max_wal_size", "full_page_writes"]],
    ).fetchall()
    shown = [f"{name} {value}" for name, value in rows]
    return (
        f"machine: {os.cpu_count()} × {model}, {memory_gb:.0f} GB memory, {platform.system()} {platform.release()},"
        f" Python {platform.python_version()}; PostgreSQL: {', '.join(shown)}"
    )


class _Run:
    """One invocation."""

    def __init__(
        self,
        folder: Path,
        admin: psycopg.Connection[tuple[object, ...]],
        arguments: argparse.Namespace,
        deadline: float,
    ) -> None:
        self._folder = folder
        self._admin = admin
        self._deadline = deadline
        self._disk_gb = arguments.disk_gb
        self._file = folder / "state.json"
        if self._file.exists():
            self.state = State(**json.loads(self._file.read_text()))
        else:
            self.state = State(wanted=arguments.orders_in_all, batch=arguments.batch)
        self._seed = arguments.seed

    def say(self, text: str) -> None:
        LOG.parent.mkdir(exist_ok=True)
        line = f"{datetime.now(UTC):%Y-%m-%d %H:%M:%S} {text}"
        print(line, flush=True)
        with LOG.open("a", encoding="utf-8") as log:
            log.write(line + "\n")

    def keep(self) -> None:
        self.state.peak_mib = max(
            self.state.peak_mib, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
        )
        used = shutil.disk_usage(self._folder)
        self.state.peak_disk_gb = max(self.state.peak_disk_gb, round(self._database_gb(), 1))
        if used.free < 3e9:
            raise SystemExit("less than 3 GB are left on the disk; run again with --disk-gb")
        partial = self._file.with_suffix(".partial")
        partial.write_text(json.dumps(asdict(self.state)))
        partial.replace(self._file)

    def _database_gb(self) -> float:
        row = self._admin.execute("SELECT pg_database_size(current_database())").fetchone()
        assert row is not None
        return int(str(row[0])) / 1e9

    def is_over(self) -> bool:
        return time.monotonic() > self._deadline

    def is_full(self) -> bool:
        return self._database_gb() > self._disk_gb

    def is_settled(self) -> bool:
        return settled_up_to() >= self.state.wanted

    # Settling

    def settle(self, accounts: np.ndarray) -> None:
        with tenant_context(SCHEMA):
            done = settled_up_to()
        connections.close_all()
        if done >= self.state.wanted or self.is_over() or self.is_full():
            return
        self.say(f"settling from order {done + 1:,} on")
        places = Places(self.state.batch)
        with self._evaluated(accounts, done, places) as batches, tenant_context(SCHEMA):
            self._book(batches, places, done)
        self.keep()

    @contextmanager
    def _evaluated(self, accounts: np.ndarray, done: int, places: Places) -> Iterator[Iterator[Batch]]:
        ours, theirs = FORK.Pipe(duplex=False)
        evaluator = FORK.Process(target=self._evaluate, args=(theirs, accounts, done, places), daemon=True)
        evaluator.start()
        theirs.close()
        try:
            yield iter(ours.recv, None)
        finally:
            evaluator.kill()
            evaluator.join()

    def _evaluate(self, answer: Connection, accounts: np.ndarray, done: int, places: Places) -> None:
        size = self.state.batch
        columns, _ = market(preset("gift-pack"), members=MEMBERS, orders=1, seed=self._seed)
        assert columns.agents is not None
        number = self._ranks_before(columns, done // size)
        for batch in range(number, -(-self.state.wanted // size)):
            if batch % RANKS_EVERY == 0 and batch > number:
                np.save(self._folder / f"ranks-{batch:06d}.npy", columns.rank)
            first = batch * size
            orders = self._orders(columns, batch, min(size, self.state.wanted - first))
            awards = columns.settle(orders)
            rows = _rows(awards, accounts, first, columns)
            places.free.acquire()
            ready = encode(rows=rows, into=places.memory[batch % 2])
            by_clause = np.zeros(len(columns.plan.clauses), dtype=np.int64)
            np.add.at(by_clause, awards.clause, awards.amount_fen)
            peak_kib = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
            last = first + len(orders.buyer)
            answer.send((Batch(first + 1, last, batch % 2, len(ready), ready.amount, peak_kib), by_clause))
        answer.send(None)

    def _ranks_before(self, columns: Columns, batch: int) -> int:
        """Bring the ranks to where they stood before a batch: from the last ones kept, and the orders since."""
        kept = [path for path in sorted(self._folder.glob("ranks-*.npy")) if int(path.stem[6:]) <= batch]
        start = 0
        if kept:
            start = int(kept[-1].stem[6:])
            columns.rank = np.load(kept[-1])
        nobody = np.zeros(0, dtype=np.int32)
        for number in range(start, batch):
            columns.settle(self._orders(columns, number, self.state.batch), only=nobody)
        return batch

    def _orders(self, columns: Columns, batch: int, size: int) -> OrderColumns:
        """The orders of a batch: the same ones whenever they are asked for."""
        assert columns.agents is not None
        draw = np.random.default_rng((self._seed, batch))
        return OrderColumns(
            buyer=draw.integers(0, MEMBERS, size).astype(np.int32),
            base_fen=np.full(size, PRICE_FEN, dtype=np.int64),
            product=np.full(size, columns.products.index(PACK), dtype=np.int32),
            region=draw.integers(0, len(columns.agents), size).astype(np.int32),
        )

    def _book(self, batches: Iterator[tuple[Batch, np.ndarray]], places: Places, done: int) -> None:
        plan = preset("gift-pack")
        most = remainders(plan=plan, sale=Sale(base_fen=PRICE_FEN, product=PACK), awards=())
        clauses = [clause.id for clause in plan.clauses]
        epoch, after = take_settlement(now=NOW), done
        marked, marked_at, awards = done, time.perf_counter(), 0
        while not self.is_over():
            began = time.perf_counter()
            found = next(batches, None)
            if found is None:
                break
            batch, by_clause = found
            orders = batch.last - batch.first + 1
            with transaction():
                paid = dict(zip(clauses, by_clause.tolist(), strict=True))
                shares = [(rest.clause, rest.amount_fen * orders - paid[rest.clause]) for rest in most]
                post(request=_netted(batch, shares), now=NOW).require()
                copy_awards(
                    epoch=epoch,
                    rows=encoded_in(places.memory[batch.place], count=batch.awards, amount=batch.amount_fen),
                    orders=orders,
                    first_order=batch.first,
                    last_order=batch.last,
                    after_order=after,
                    now=NOW,
                )
            places.free.release()
            after = batch.last
            awards += batch.awards
            self.state.settle_seconds += time.perf_counter() - began
            self.state.peak_mib = max(self.state.peak_mib, batch.peak_kib // 1024)
            if after // 1_000_000 != marked // 1_000_000 or after == self.state.wanted:
                rate = round(awards / (time.perf_counter() - marked_at))
                self.state.rates.append((after, rate))
                self.say(f"settled {after:>11,} orders, {rate:>8,} transfers/s, {self._database_gb():.1f} GB")
                self.keep()
                marked, marked_at, awards = after, time.perf_counter(), 0
                if self.is_full():
                    # Partitions become files before it goes on; what is evaluated already is evaluated again.
                    return

    # Sealing, archiving, verifying

    def seal(self) -> None:
        if self.is_over():
            return
        began, before, told = time.perf_counter(), _sealed(), 0
        is_more = True
        while is_more and not self.is_over():
            is_more = seal_some(now=NOW)
            rows, seconds = _sealed() - before, time.perf_counter() - began
            if rows - told > 5_000_000 or not is_more:
                self.say(f"sealed {before + rows:,} rows, {rows / seconds:,.0f}/s")
                told = rows
        if _sealed() > before:
            self.state.seal_seconds += time.perf_counter() - began
            self.keep()

    def archive(self) -> None:
        """Full partitions become files, oldest first, while the database is larger than it may be."""
        began = time.perf_counter()
        while self._database_gb() > self._disk_gb - ROOM_GB and not self.is_over():
            before = self._database_gb()
            command = [sys.executable, "-m", "tongbao.config.command_line", "ledger", "archive", "--tenant", SCHEMA]
            subprocess.run([*command, "--before", "2026-06-01", "--most", "2", "--yes"], check=True)
            seconds = time.perf_counter() - began
            self.say(f"archived, {seconds:,.0f} s; {before:.1f} GB became {self._database_gb():.1f} GB")
            if before - self._database_gb() < 1:
                break
        self.state.archive_seconds += time.perf_counter() - began
        self.keep()

    def verify(self) -> None:
        if not self.is_settled() or self.state.findings >= 0 or self.is_over():
            return
        began = time.perf_counter()
        found = list(verify())
        self.state.verify_seconds = time.perf_counter() - began
        self.state.findings = len(found)
        self.say(f"verified in {self.state.verify_seconds:,.0f} s: {len(found)} findings {found[:5]}")
        self.keep()

    def report(self) -> None:
        self.keep()
        row = self._admin.execute(
            "SELECT coalesce(sum(orders), 0), coalesce(sum(awards), 0), coalesce(sum(amount), 0)"
            " FROM ledger_award_batch"
        ).fetchone()
        assert row is not None
        orders, awards, amount = (int(str(value)) for value in row)
        found = {
            "orders": orders,
            "yuan": orders * PRICE_FEN // 100,
            "awards": awards,
            "awarded_yuan": amount // 100,
            "transfers_a_second": round(awards / self.state.settle_seconds) if self.state.settle_seconds else 0,
            **{name: value for name, value in asdict(self.state).items() if name != "rates"},
        }
        self.say(json.dumps(found))


def _netted(batch: Batch, shares: list[tuple[str, int]]) -> Request:
    """What a batch moves besides awards: payments in, shares of the platform, the reserve's part."""
    orders, subject = batch.last - batch.first + 1, f"orders:{batch.first}-{batch.last}"
    reserve_fen = floor_share(amount=PRICE_FEN, rate_bp=RESERVE_BP) * orders
    moves = [
        (platform_account("gateway", "sandbox"), OPERATING, PRICE_FEN * orders, "payment"),
        (OPERATING, platform_account("reserve_pending"), reserve_fen, "reserve_pending"),
        *((OPERATING, platform_account("unallocated", clause), amount, "unallocated") for clause, amount in shares),
    ]
    return Request(
        key=subject,
        transfers=tuple(
            Transfer(debit=debit, credit=credit, amount=amount, kind=kind, subject=subject)
            for debit, credit, amount, kind in moves
            if amount
        ),
    )


def _sealed() -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT coalesce(sum(transfers), 0) FROM ledger_seal")
        return int(cursor.fetchone()[0])
