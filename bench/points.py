"""The market beside pgbench, and a day's release of a million vesting parts.

    make bench NAME=points ARGS='--seconds 10 --parts 1000000'

A mall of its own on the embedded server (``var/bench``), fsync and synchronous commit on. Two measures:

- ``market``: several clients, each a process, call ``points.services.enter_ask`` and ``enter_bid``, one order a
  transaction, prices around one another so that about half of the lots trade at once; matching is done by whoever
  holds the market, inside those calls. Before and after it ``pgbench -b tpcb-like -s 10`` with as many clients is the
  yardstick. Everybody has entered one order before, so that the accounts are there. Afterwards every order has been
  matched, its trades are replayed by the rule, and the books are verified;
- ``release``: rights cards of two parts, each of a member of its own. All first parts fall due on one day, all second
  ones on another, and each day's are released by ``release_due_parts``. The first is each member's first point ever, so
  that day opens their accounts too.

The last line is one JSON object.
"""

from __future__ import annotations

import argparse
import json
import multiprocessing
import os
import statistics
import time
from datetime import UTC, datetime
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
from django.db import connection, connections  # noqa: E402

from bench._pgbench import pgbench  # noqa: E402
from tongbao.config.provisioning import create_tenant, drop_demo_tenant, migrate_everything  # noqa: E402
from tongbao.kit import clock  # noqa: E402
from tongbao.kit.postgres.access import DatabaseAccess, resolve  # noqa: E402
from tongbao.ledger import selectors as books  # noqa: E402
from tongbao.ledger.contracts import POINT, Account, Request, Transfer, member_account, platform_account  # noqa: E402
from tongbao.ledger.services import post  # noqa: E402
from tongbao.points import selectors, services  # noqa: E402
from tongbao.points.contracts import UNITS_PER_POINT, PointsSettings  # noqa: E402
from tongbao.points.models import MarketOrder, MarketTrade  # noqa: E402
from tongbao.tenancy.contexts import tenant_context  # noqa: E402
from tongbao.tenancy.contracts import Actor  # noqa: E402
from tongbao.tenancy.services import change_settings  # noqa: E402

SCHEMA = "bench_points"
ROWS_AT_ONCE = 5_000
BEGINS_ON = datetime(2026, 1, 1, tzinfo=UTC)
BENCH = Actor.system("bench")
# Children begin with what is imported and set up here, and with no connection of their parent's.
FORK = multiprocessing.get_context("fork")
PEOPLE = """
INSERT INTO members_member (number, joined_at, status, name, invite_code, rank, identity_status, language)
SELECT 'B' || n, %s, 'active', '', 'B' || n, 'member', 'none', 'zh-hans' FROM generate_series(1, %s) AS n RETURNING id
"""
CARDS = """
WITH made AS (
    INSERT INTO points_rights_card
        (number, subject, pool_id, member_id, total, parts, begins_on, transfers, state, made_at)
    SELECT 'C' || id, 'bench:' || id, 'mining', id, 2, 2, %(begins)s, 0, 'running', %(begins)s
    FROM members_member WHERE id = ANY (%(members)s) RETURNING id
)
INSERT INTO points_card_part (card_id, number, due_on, amount)
SELECT made.id, part, %(begins)s::date + 31 * (part - 1), 1 FROM made, generate_series(1, 2) AS part
"""


def main() -> None:
    arguments = _arguments()
    access = resolve()
    print("Making a mall …", flush=True)
    migrate_everything()
    drop_demo_tenant(schema_name=SCHEMA)
    create_tenant(schema_name=SCHEMA, title="Points", hosts=("points.localhost",), is_demo=True)
    figures: dict[str, object] = {"clients": arguments.clients}
    with tenant_context(SCHEMA):
        members = _people(access, max(arguments.members, arguments.parts))
    if arguments.seconds:
        figures["market"] = _market(arguments, access, members[: arguments.members])
    if arguments.parts:
        with tenant_context(SCHEMA):
            figures["release"] = _release(access, members[: arguments.parts])
    with tenant_context(SCHEMA):
        findings = [*selectors.verify(), *books.verify()]
        figures["findings"] = len(findings)
    connections.close_all()
    drop_demo_tenant(schema_name=SCHEMA)
    print(json.dumps(figures))


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--clients", type=int, default=4)
    parser.add_argument("--members", type=int, default=2_000, help="who trade")
    parser.add_argument("--seconds", type=int, default=10, help="how long the market and pgbench run each")
    parser.add_argument("--parts", type=int, default=1_000_000, help="parts that fall due on one day")
    return parser.parse_args()


def _administrator(access: DatabaseAccess) -> psycopg.Connection:
    return psycopg.connect(
        host=access.host,
        port=access.port,
        dbname=access.name,
        user=access.admin_user,
        password=access.admin_password,
        autocommit=True,
        options=f"-c search_path={SCHEMA},public",
    )


def _people(access: DatabaseAccess, number: int) -> list[int]:
    """Members without anything but a number, put straight into the table."""
    with _administrator(access) as admin:
        return sorted(row[0] for row in admin.execute(PEOPLE, [BEGINS_ON, number]).fetchall())


def _line(debit: Account, credit: Account, amount: int, asset: str = "CNY") -> Transfer:
    return Transfer(debit=debit, credit=credit, amount=amount, kind="bench", subject="bench", asset=asset)


def _fund(members: list[int]) -> None:
    """Everybody has points of an earlier grant, and money that they paid in."""
    now = clock.now()
    for first in range(0, len(members), ROWS_AT_ONCE):
        people = members[first : first + ROWS_AT_ONCE]
        for member in people:
            subject = f"bench:{member}"
            services.grant_pending(
                pool="gift_packs", member_id=member, amount=10_000 * UNITS_PER_POINT, subject=subject, now=now
            )
        services.mint_many(subjects=[f"bench:{member}" for member in people], now=now)
        lines = tuple(
            _line(platform_account("gateway", "bench"), member_account(member, "paid_in"), 10**9)
            for member in people
        )
        post(request=Request(key=f"bench:money:{first}", transfers=lines), now=now).require()


def _market(arguments: argparse.Namespace, access: DatabaseAccess, members: list[int]) -> dict[str, object]:
    with tenant_context(SCHEMA):
        change_settings(
            settings_class=PointsSettings,
            values={"market_is_on": True, "market_jump_bp": 0},
            actor=BENCH,
            now=clock.now(),
        )
        _fund(members)
    with _administrator(access) as admin:
        admin.execute("VACUUM ANALYZE")
    connections.close_all()
    print("pgbench -b tpcb-like …", flush=True)
    bare = [pgbench(access, script="tpcb-like", clients=arguments.clients, seconds=arguments.seconds)]
    print("The market …", flush=True)
    parts = _clients(arguments, members)
    bare.append(pgbench(access, script="tpcb-like", clients=arguments.clients, seconds=arguments.seconds))
    entered = sum(count for count, _, _ in parts)
    seconds = max(seconds for _, seconds, _ in parts)
    calls_ms = sorted(call for _, _, calls in parts for call in calls)
    with tenant_context(SCHEMA):
        services.match_waiting(now=clock.now())
        waiting = MarketOrder.objects.filter(state="waiting").count()
        trades = MarketTrade.objects.count()
    connections.close_all()
    yardstick = statistics.mean(bare)
    rate = entered / seconds
    print(
        f"market   {rate:9,.0f} orders/s   pgbench tpcb-like {yardstick:9,.0f} tps ({bare[0]:,.0f}, {bare[1]:,.0f})"
        f"   ratio {rate / yardstick:.2f}   {trades:,} trades   {waiting} not matched"
    )
    return {
        "orders_per_second": round(rate),
        "orders": entered,
        "trades": trades,
        "not_matched": waiting,
        "call_ms_p50": round(calls_ms[len(calls_ms) // 2], 2),
        "call_ms_p99": round(calls_ms[len(calls_ms) * 99 // 100], 2),
        "yardstick_pgbench_tpcb_like_tps": round(yardstick),
        "ratio_to_pgbench": round(rate / yardstick, 2),
    }


def _clients(arguments: argparse.Namespace, members: list[int]) -> list[tuple[int, float, list[float]]]:
    together = FORK.Barrier(arguments.clients)
    ends = []
    for number in range(arguments.clients):
        ours, theirs = FORK.Pipe(duplex=False)
        share = members[number :: arguments.clients]
        process = FORK.Process(target=_trade, args=(theirs, together, share, number, arguments.seconds))
        process.start()
        theirs.close()
        ends.append((ours, process))
    parts = [ours.recv() for ours, _ in ends]
    for _, process in ends:
        process.join()
    return parts


def _trade(answer: Connection, together: Barrier, members: list[int], number: int, seconds: float) -> None:
    """One client: orders of its own members, sellers and buyers apart so that nobody meets themselves."""
    random = Random(number)
    half = len(members) // 2
    sellers, buyers = members[:half], members[half:]
    with tenant_context(SCHEMA):
        entered, calls_ms = 0, []
        now = clock.now()
        for seller, buyer in zip(sellers, buyers, strict=False):
            _ask(seller, random.randint(48, 52), 2, f"first:{seller}", now)
            services.enter_bid(member_id=buyer, lots=2, price_fen=50, client_key=f"first:{buyer}", now=now)
        together.wait()
        begin = last = time.perf_counter()
        while last - begin < seconds:
            _enter(random, sellers, buyers, f"{number}:{entered}", now)
            entered += 1
            before, last = last, time.perf_counter()
            calls_ms.append((last - before) * 1000)
        answer.send((entered, last - begin, calls_ms))
    connections.close_all()


def _enter(random: Random, sellers: list[int], buyers: list[int], key: str, now: datetime) -> None:
    price_fen, lots = random.randint(48, 52), 2 * random.randint(1, 5)
    if random.random() < 0.5:
        _ask(random.choice(sellers), price_fen, lots, key, now)
    else:
        services.enter_bid(
            member_id=random.choice(buyers), lots=lots, price_fen=price_fen, client_key=key, now=now
        )


def _ask(seller: int, price_fen: int, points: int, key: str, now: datetime) -> None:
    services.enter_ask(
        member_id=seller, units=points * UNITS_PER_POINT, price_fen=price_fen, client_key=key, now=now
    )


def _release(access: DatabaseAccess, members: list[int]) -> dict[str, object]:
    print(f"Making {len(members):,} cards …", flush=True)
    now = clock.now()
    pool = platform_account("pool", "mining")
    for first in range(0, len(members), ROWS_AT_ONCE):
        people = members[first : first + ROWS_AT_ONCE]
        lines = tuple(
            Transfer(
                debit=pool,
                credit=member_account(member, "points_vesting"),
                amount=2,
                kind="card_made",
                subject=f"card:C{member}",
                asset=POINT,
            )
            for member in people
        )
        post(request=Request(key=f"bench:cards:{first}", transfers=lines), now=now).require()
    with _administrator(access) as admin:
        for first in range(0, len(members), 100_000):
            admin.execute(CARDS, {"begins": BEGINS_ON, "members": members[first : first + 100_000]})
        admin.execute("VACUUM ANALYZE")
    connection.close()
    connection.set_schema(SCHEMA)
    figures: dict[str, object] = {}
    for day, moment in (("first_day", BEGINS_ON), ("second_day", now)):
        begin = time.perf_counter()
        released = services.release_due_parts(now=moment)
        seconds = time.perf_counter() - begin
        print(
            f"release  {released:9,} parts in {seconds:.1f} s: {released / seconds:,.0f} parts/s ({day})",
            flush=True,
        )
        figures[day] = {
            "parts": released,
            "seconds": round(seconds, 1),
            "parts_per_second": round(released / seconds),
        }
        with _administrator(access) as admin:
            admin.execute("VACUUM ANALYZE")
    return figures


if __name__ == "__main__":
    main()
