"""``tongbao verify`` over long books: rows a second, and the most memory that it held.

    make bench NAME=verify ARGS='--awards 10000000 --transfers 500000 --members 1000000'

A mall of its own on the embedded server (``var/bench``): awards through the settlement lane, a few members with very
many of them, and ordinary postings of eight transfers each, written set-based with what ``ledger_post`` would store.
All of it sealed, the day's liabilities proven, then verified in a process of its own. Before that, what a member waits
for: balances and pages of statements. The last line is one JSON object.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import time
from collections.abc import Callable
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

from tongbao.config.provisioning import create_tenant, drop_demo_tenant, migrate_everything  # noqa: E402
from tongbao.kit import clock  # noqa: E402
from tongbao.kit.postgres.access import DatabaseAccess, resolve  # noqa: E402
from tongbao.ledger.contracts import Request, Transfer, member_account, platform_account  # noqa: E402
from tongbao.ledger.selectors import balance, statement  # noqa: E402
from tongbao.ledger.selectors.reading import rows_of  # noqa: E402
from tongbao.ledger.services import post  # noqa: E402
from tongbao.ledger.services.lane import AwardRows, copy_awards, settled_up_to, take_settlement  # noqa: E402
from tongbao.ledger.services.liabilities import prove_liabilities  # noqa: E402
from tongbao.ledger.services.seals import seal  # noqa: E402
from tongbao.tenancy.contexts import tenant_context  # noqa: E402

SCHEMA = "verify"
NOW = datetime(2026, 1, 1, tzinfo=UTC)
AWARDS_OF_AN_ORDER = 8
TRANSFERS_OF_A_REQUEST = 8
AGENTS = 400
TRIES = 200

# What ledger_post stores for requests of eight transfers each, all at once: hash, rows, balances.
POSTINGS = """
WITH line AS (
    SELECT 'bench:' || number / %(size)s AS key, number %% %(size)s AS position, operating.id AS debit,
           cash.id AS credit, 1 + number %% 97 AS amount, 'bonus:' || number / %(size)s AS subject
    FROM generate_series(0::bigint, %(transfers)s - 1) AS number
    JOIN ledger_account AS operating ON operating.kind = 'operating'
    JOIN ledger_account AS cash ON cash.kind = 'cash' AND cash.owner_id = 1 + number * 7919 %% %(members)s
), request AS (
    INSERT INTO ledger_request (key, hash, outcome, booked_at)
    SELECT key, sha256(convert_to(string_agg(
        ledger_line(debit, credit, 1::smallint, amount, 'bonus', subject), E'\\n' ORDER BY position), 'UTF8')),
        'posted', now() FROM line GROUP BY key
    RETURNING batch, key
)
INSERT INTO ledger_transfer (batch, position, debit, credit, asset_id, amount, kind, subject)
SELECT request.batch, line.position, line.debit, line.credit, 1, line.amount, 'bonus', line.subject
FROM line JOIN request USING (key)
"""
BALANCES = """
UPDATE ledger_balance AS balance SET posted = balance.posted + moved.amount FROM (
    SELECT credit AS account_id, sum(amount) AS amount FROM ledger_transfer WHERE kind = 'bonus'
    GROUP BY credit) AS moved
WHERE moved.account_id = balance.account_id
"""


def main() -> None:
    arguments = _arguments()
    access = resolve()
    print("Making a mall …", flush=True)
    migrate_everything()
    drop_demo_tenant(schema_name=SCHEMA)
    create_tenant(schema_name=SCHEMA, title="Verify", hosts=("verify.localhost",), is_demo=True)
    with _administrator(access) as admin, tenant_context(SCHEMA):
        admin.execute("UPDATE ledger_settler SET partition_limit = %s", [arguments.partition])
        accounts = _open_accounts(admin, arguments.members)
        booked = _timed("awards", lambda: _settle(accounts, arguments))
        _timed("transfers", lambda: _post(admin, arguments))
        reads = _reads(arguments.members)
        sealed = _timed("sealing", lambda: seal(now=clock.now()))
        proven = _timed(
            "proof of liabilities", lambda: prove_liabilities(on=clock.now().date(), now=clock.now())
        )
    rows = arguments.awards + arguments.transfers
    seconds, peak_mib = _verify()
    print(
        f"verified {rows:,} rows in {seconds:.0f} s: {rows / seconds:,.0f} rows/s, at most {peak_mib} MiB",
        flush=True,
    )
    print(
        json.dumps(
            {
                "bench": "verify",
                "awards": arguments.awards,
                "transfers": arguments.transfers,
                "members": arguments.members,
                "awards_per_second": round(arguments.awards / booked),
                "sealing_seconds": round(sealed, 1),
                "liabilities_seconds": round(proven, 1),
                "verify_seconds": round(seconds, 1),
                "verify_rows_per_second": round(rows / seconds),
                "verify_peak_mib": peak_mib,
                **reads,
            }
        )
    )


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--awards", type=int, default=2_000_000)
    parser.add_argument("--transfers", type=int, default=200_000)
    parser.add_argument("--members", type=int, default=200_000)
    parser.add_argument("--batch", type=int, default=200_000, help="awards in a batch")
    parser.add_argument("--partition", type=int, default=20_000_000, help="awards in a partition")
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


def _timed(what: str, work: Callable[[], object]) -> float:
    began = time.perf_counter()
    work()
    seconds = time.perf_counter() - began
    print(f"  {what}: {seconds:.1f} s", flush=True)
    return seconds


def _open_accounts(admin: psycopg.Connection[tuple[object, ...]], members: int) -> np.ndarray:
    """Cash and pending accounts for every member; the pending ones by member."""
    first = Transfer(
        debit=platform_account("operating"),
        credit=member_account(1, "cash"),
        amount=1,
        kind="award",
        subject="opening:1",
    )
    post(request=Request(key="opening", transfers=(first,)), now=NOW)
    for kind in ("cash", "pending"):
        admin.execute(
            "INSERT INTO ledger_account (owner_kind, owner_id, kind, asset_id, opened_at)"
            " SELECT 'member', member, %s, 1, now() FROM generate_series(1, %s) AS member"
            " ON CONFLICT ON CONSTRAINT ledger_account_once DO NOTHING",
            [kind, members],
        )
    admin.execute(
        "INSERT INTO ledger_balance (account_id, least) SELECT id, 0 FROM ledger_account WHERE kind = 'cash'"
        " ON CONFLICT DO NOTHING"
    )
    admin.execute("ANALYZE ledger_account, ledger_balance")
    rows = admin.execute("SELECT id FROM ledger_account WHERE kind = 'pending' ORDER BY owner_id")
    return np.array([row[0] for row in rows.fetchall()], dtype=np.int64)


def _settle(accounts: np.ndarray, arguments: argparse.Namespace) -> None:
    """Three awards of eight go to a few hundred agents, the rest to everybody, to the early ones more."""
    draw = np.random.default_rng(arguments.seed)
    epoch, after = take_settlement(now=NOW), settled_up_to()
    left = arguments.awards
    while left:
        count = min(left, arguments.batch)
        left -= count
        orders = after + 1 + np.arange(count, dtype=np.int64) // AWARDS_OF_AN_ORDER
        members = (len(accounts) * draw.random(count) ** 2).astype(np.int64)
        is_agent = np.arange(count) % AWARDS_OF_AN_ORDER >= 5
        members[is_agent] = draw.integers(0, min(AGENTS, len(accounts)), int(is_agent.sum()))
        small = np.ones(count, dtype=np.int16)
        rows = AwardRows(
            order_id=orders,
            beneficiary=accounts[members],
            amount=draw.integers(1, 5_000, count),
            clause=small,
            seat=small,
            rank=small,
            rate_bp=small * 1_200,
            rate_before_bp=small * 0,
            line=small,
        )
        last = int(orders[-1])
        copy_awards(
            epoch=epoch,
            rows=rows,
            orders=last - after,
            first_order=after + 1,
            last_order=last,
            after_order=after,
            now=NOW,
        )
        after = last


def _post(admin: psycopg.Connection[tuple[object, ...]], arguments: argparse.Namespace) -> None:
    sizes = {
        "transfers": arguments.transfers,
        "members": arguments.members,
        "size": TRANSFERS_OF_A_REQUEST,
    }
    admin.execute(POSTINGS, sizes)
    admin.execute(BALANCES)
    admin.execute("ANALYZE ledger_transfer, ledger_request, ledger_award, ledger_award_batch")


def _reads(members: int) -> dict[str, float]:
    """Milliseconds that a member waits, in the middle and in the worst of a few tries (the first to read is cold)."""
    draw = np.random.default_rng(1)
    ordinary = [member_account(int(member), "pending") for member in draw.integers(AGENTS, members, TRIES)]
    agents = [member_account(member, "pending") for member in range(1, 21)]
    operating = [platform_account("operating")] * 5

    def timed(who: list, read: Callable[..., object]) -> tuple[float, float]:
        took = []
        for account in who:
            began = time.perf_counter()
            read(account)
            took.append((time.perf_counter() - began) * 1000)
        return round(float(np.median(took)), 2), round(max(took), 2)

    def page(account: object) -> object:
        return statement(account=account, limit=100)  # type: ignore[arg-type]

    batches = rows_of("SELECT batch FROM ledger_award_batch ORDER BY batch")
    middle = batches[len(batches) // 2][0]

    def later(account: object) -> object:
        return statement(account=account, after=(middle, 0), limit=100)  # type: ignore[arg-type]

    found = {}
    for name, who in (("member", ordinary), ("agent", agents), ("operating", operating)):
        for what, read in (
            ("balance", lambda account: balance(account=account)),
            ("page", page),
            ("page_in_the_middle", later),
        ):
            median, worst = timed(who, read)
            found |= {f"{name}_{what}_ms": median, f"{name}_{what}_worst_ms": worst}
            print(f"  {name} {what}: {median} ms, at worst {worst} ms", flush=True)
    return found


def _verify() -> tuple[float, int]:
    """In a process of its own, so that the memory is its own."""
    code = (
        "import time, resource\n"
        "from tongbao.config.commands._django import with_django\n"
        "with_django()\n"
        "from tongbao.config.commands import _progress\n"
        "from tongbao.config.verification import findings\n"
        "from tongbao.tenancy.contexts import tenant_context\n"
        "began = time.perf_counter()\n"
        f"with tenant_context({SCHEMA!r}), _progress.shown():\n"
        "    found = list(findings())\n"
        "assert found == [], found[:10]\n"
        "print(time.perf_counter() - began, _progress.peak_mib())\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, check=True, stdout=subprocess.PIPE, text=True
    )
    seconds, peak_mib = done.stdout.split()
    return float(seconds), int(peak_mib)


if __name__ == "__main__":
    main()
