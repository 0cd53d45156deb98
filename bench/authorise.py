"""Transfers that are authorised one by one, in batches of 1 to 1000, beside a bare transaction in the same run.

    make bench NAME=authorise ARGS='--seconds 5'

A mall of its own on the embedded server (``var/bench``), fsync and synchronous commit on. Several clients, each a
process, call ``ledger.services.post_many``: every request is one transfer from an account that must not go below zero,
under a key of its own, in a batch of 1, 10, 100 or 1000 requests that is one transaction. Twice:

- ``cold``: from any member to any other, each client among members of its own, so that nobody waits for anybody;
- ``hot``: everybody spends from one and the same account, so that all wait for whoever has it.

The yardstick is the least that a transfer costs in PostgreSQL: one statement that changes two rows of balances and adds
one row to a table without constraints, committed by itself; no key, no account looked up, no bound held. It runs before
and after each of the two, with as many clients, on as many rows, hot and cold. The last line is one JSON object.
"""

from __future__ import annotations

import argparse
import json
import multiprocessing
import os
import statistics
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from datetime import datetime
from itertools import count
from multiprocessing.connection import Connection
from multiprocessing.synchronize import Barrier
from pathlib import Path
from random import Random

ROOT = Path(__file__).resolve().parents[1]
os.environ.setdefault("TONGBAO_VAR", str(ROOT / "var" / "bench"))
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tongbao.config.settings")
os.environ.setdefault("TONGBAO_ENVIRONMENT", "demo")
os.environ.setdefault("TONGBAO_LOG_LEVEL", "WARNING")

import django  # noqa: E402

django.setup()

import psycopg  # noqa: E402
from django.db import connections  # noqa: E402

from tongbao.config.provisioning import create_tenant, drop_demo_tenant, migrate_everything  # noqa: E402
from tongbao.kit import clock  # noqa: E402
from tongbao.kit.postgres.access import DatabaseAccess, resolve  # noqa: E402
from tongbao.ledger.contracts import Account, Request, Transfer, member_account, platform_account  # noqa: E402
from tongbao.ledger.services import post_many  # noqa: E402
from tongbao.tenancy.contexts import tenant_context  # noqa: E402

SCHEMA = "authorise"
BATCHES = (1, 10, 100, 1000)
OPERATING = platform_account("operating")
GATEWAY = platform_account("gateway", "bench")
HOT = 1
PURSE_FEN = 10**12
# Children begin with what is imported and set up here, and with no connection of their parent's.
FORK = multiprocessing.get_context("fork")
BARE_TABLES = (
    "DROP TABLE IF EXISTS bench_balance, bench_transfer",
    "CREATE TABLE bench_balance (id bigint PRIMARY KEY, posted bigint NOT NULL) WITH (fillfactor = 50)",
    "CREATE TABLE bench_transfer (debit bigint, credit bigint, amount bigint, kind text, subject text)",
)
BARE_TRANSFER = """
WITH moved AS (
    UPDATE bench_balance SET posted = posted + CASE id WHEN %(debit)s THEN -1 ELSE 1 END
    WHERE id = ANY (ARRAY[%(debit)s, %(credit)s]::bigint[])
)
INSERT INTO bench_transfer VALUES (%(debit)s, %(credit)s, 1, 'spend', 'bench')
"""


@dataclass(frozen=True, slots=True)
class Found:
    """What the clients of one measurement did together."""

    transfers: int
    refused: int
    seconds: float
    calls_ms: list[float]

    @property
    def rate(self) -> float:
        return self.transfers / self.seconds

    def percentile(self, hundredth: int) -> float:
        return self.calls_ms[min(len(self.calls_ms) - 1, len(self.calls_ms) * hundredth // 100)]


Step = Callable[[], tuple[int, int]]
"""Does one call to the database; how many transfers were booked, and how many requests refused."""


def main() -> None:
    arguments = _arguments()
    access = resolve()
    print("Making a mall …", flush=True)
    migrate_everything()
    drop_demo_tenant(schema_name=SCHEMA)
    create_tenant(schema_name=SCHEMA, title="Authorise", hosts=("authorise.localhost",), is_demo=True)
    with tenant_context(SCHEMA):
        now = clock.now()
        _fill_purses(arguments.members, now)
    with _administrator(access) as admin:
        for statement in BARE_TABLES:
            admin.execute(statement)
        admin.execute(
            "INSERT INTO bench_balance SELECT id, 0 FROM generate_series(1, %s) AS id", [arguments.members]
        )
        admin.execute("VACUUM ANALYZE")
    connections.close_all()

    figures: dict[str, object] = {"clients": arguments.clients, "members": arguments.members}
    for name, is_hot in (("cold", False), ("hot", True)):
        before = _measure(arguments, _bare_client(arguments, access, is_hot=is_hot))
        found = {
            size: _measure(arguments, _ledger_client(arguments, size, now, is_hot=is_hot)) for size in BATCHES
        }
        after = _measure(arguments, _bare_client(arguments, access, is_hot=is_hot))
        yardstick = statistics.mean((before.rate, after.rate))
        print(
            f"{name}: bare transaction {yardstick:10,.0f} transfers/s ({before.rate:,.0f}, {after.rate:,.0f})"
        )
        for size, one in found.items():
            print(
                f"{name}: batches of {size:4} {one.rate:10,.0f} transfers/s {one.rate / yardstick:7.2f} of bare"
                f"   a call {one.percentile(50):.1f} ms, p99 {one.percentile(99):.1f} ms   {one.refused} refused",
                flush=True,
            )
        figures[name] = {
            "bare_transfers_per_second": round(yardstick),
            "batches": {
                size: {
                    "transfers_per_second": round(one.rate),
                    "ratio_to_bare": round(one.rate / yardstick, 2),
                    "call_ms_p50": round(one.percentile(50), 2),
                    "call_ms_p99": round(one.percentile(99), 2),
                    "refused": one.refused,
                }
                for size, one in found.items()
            },
        }
    with _administrator(access) as admin:
        for statement in BARE_TABLES[:1]:
            admin.execute(statement)
    drop_demo_tenant(schema_name=SCHEMA)
    print(json.dumps(figures))


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--clients", type=int, default=4)
    parser.add_argument("--members", type=int, default=10_000)
    parser.add_argument("--seconds", type=float, default=5.0, help="how long each measurement runs")
    return parser.parse_args()


@contextmanager
def _administrator(access: DatabaseAccess) -> Iterator[psycopg.Connection]:
    with psycopg.connect(
        host=access.host,
        port=access.port,
        dbname=access.name,
        user=access.admin_user,
        password=access.admin_password,
        autocommit=True,
    ) as admin:
        admin.execute(f"SET search_path = {SCHEMA}, public")
        yield admin


def _transfer(debit: Account, credit: Account, amount: int) -> Transfer:
    return Transfer(debit=debit, credit=credit, amount=amount, kind="spend", subject="bench")


def _fill_purses(members: int, now: datetime) -> None:
    """Every member has more than they will spend."""
    for first in range(1, members + 1, 1_000):
        people = range(first, min(first + 1_000, members + 1))
        lines = tuple(_transfer(OPERATING, member_account(member, "cash"), PURSE_FEN) for member in people)
        for receipt in post_many(requests=(Request(key=f"purses:{first}", transfers=lines),), now=now):
            receipt.require()


def _pair(random: Random, share: range, *, is_hot: bool) -> tuple[int, int]:
    debit, credit = random.sample(share, 2)
    return (HOT, credit if credit != HOT else debit) if is_hot else (debit, credit)


@contextmanager
def _ledger(number: int, share: range, size: int, now: datetime, *, is_hot: bool) -> Iterator[Step]:
    random, names = Random(number), count()
    prefix = f"{'hot' if is_hot else 'cold'}:{size}:{number}"

    def step() -> tuple[int, int]:
        requests = []
        for _ in range(size):
            debit, credit = _pair(random, share, is_hot=is_hot)
            to = GATEWAY if is_hot else member_account(credit, "cash")
            lines = (_transfer(member_account(debit, "cash"), to, 1),)
            requests.append(Request(key=f"{prefix}:{next(names)}", transfers=lines))
        refused = sum(receipt.refusal is not None for receipt in post_many(requests=requests, now=now))
        return size - refused, refused

    with tenant_context(SCHEMA):
        yield step


@contextmanager
def _bare(number: int, access: DatabaseAccess, share: range, *, is_hot: bool) -> Iterator[Step]:
    random = Random(number)
    with _administrator(access) as admin:

        def step() -> tuple[int, int]:
            debit, credit = _pair(random, share, is_hot=is_hot)
            admin.execute(BARE_TRANSFER, {"debit": debit, "credit": credit}, prepare=True)
            return 1, 0

        yield step


Client = Callable[[int], AbstractContextManager[Step]]


def _share(arguments: argparse.Namespace, number: int) -> range:
    """The members whom this client moves money between."""
    return range(number + 1, arguments.members + 1, arguments.clients)


def _ledger_client(arguments: argparse.Namespace, size: int, now: datetime, *, is_hot: bool) -> Client:
    return lambda number: _ledger(number, _share(arguments, number), size, now, is_hot=is_hot)


def _bare_client(arguments: argparse.Namespace, access: DatabaseAccess, *, is_hot: bool) -> Client:
    return lambda number: _bare(number, access, _share(arguments, number), is_hot=is_hot)


def _measure(arguments: argparse.Namespace, client: Client) -> Found:
    """Run as many clients as asked for, all beginning together, each for the same time."""
    together = FORK.Barrier(arguments.clients)
    ends = []
    for number in range(arguments.clients):
        ours, theirs = FORK.Pipe(duplex=False)
        process = FORK.Process(target=_work, args=(theirs, together, client, number, arguments.seconds))
        process.start()
        theirs.close()
        ends.append((ours, process))
    parts = [ours.recv() for ours, _ in ends]
    for _, process in ends:
        process.join()
    return Found(
        transfers=sum(part.transfers for part in parts),
        refused=sum(part.refused for part in parts),
        seconds=max(part.seconds for part in parts),
        calls_ms=sorted(call for part in parts for call in part.calls_ms),
    )


def _work(answer: Connection, together: Barrier, client: Client, number: int, seconds: float) -> None:
    """One client: its first call, which makes the plans, comes before the clock starts."""
    with client(number) as step:
        step()
        together.wait()
        transfers = refused = 0
        calls_ms = []
        begin = last = time.perf_counter()
        while last - begin < seconds:
            done, lost = step()
            transfers, refused = transfers + done, refused + lost
            before, last = last, time.perf_counter()
            calls_ms.append((last - before) * 1000)
        answer.send(Found(transfers=transfers, refused=refused, seconds=last - begin, calls_ms=calls_ms))
    connections.close_all()


if __name__ == "__main__":
    main()
