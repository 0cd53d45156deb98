"""Orders per second over HTTP, and how soon a paid order's awards are there, beside pgbench in the same run.

    make bench NAME=checkout ARGS='--orders 400 --clients 4'

A database of its own is made (``var/bench``), with the web server, the worker and the payment gateway as
processes of their own, as in operation; fsync stays on. Four measures:

- ``orders_per_second``: ``POST /api/v1/orders`` by several clients at once, each order with its stock;
- ``paid_orders_per_second``: from the first payment to the last award, all of them paid at once;
- ``notification_to_awards_ms``: one payment after another, at a steady pace, from the moment the notification
  was received to the moment another connection sees the awards (database time), p50 and p99;
- ``paid_to_settled_ms``: one order a second, from the commit of *paid* to the commit of its settlement, both by the
  server's own time stamps, p50 and p99.

The yardstick is ``pgbench -b simple-update`` on the same server: three statements and a commit. The last line
is one JSON object.
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
os.environ.setdefault("TONGBAO_VAR", str(ROOT / "var" / "bench"))
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tongbao.config.settings")
os.environ.setdefault("TONGBAO_ENVIRONMENT", "demo")
os.environ.setdefault("TONGBAO_HOSTS", "*")
os.environ.setdefault("TONGBAO_LOG_LEVEL", "WARNING")

import django  # noqa: E402

django.setup()

import httpx  # noqa: E402
import psycopg  # noqa: E402
from django.conf import settings  # noqa: E402

from bench._pgbench import pgbench  # noqa: E402
from tongbao.apps.sandbox_pay.services import accounts  # noqa: E402
from tongbao.config.demo import goods, run  # noqa: E402
from tongbao.config.demo.stage import Mall, Stage  # noqa: E402
from tongbao.config.processes import Processes, free_port  # noqa: E402
from tongbao.config.provisioning import create_tenant, drop_demo_tenant, migrate_everything  # noqa: E402
from tongbao.kit.postgres.access import DatabaseAccess, resolve  # noqa: E402
from tongbao.members.services import add_address, grant_opening_rank, register  # noqa: E402
from tongbao.members.services.sessions import open_session  # noqa: E402
from tongbao.plans import preset  # noqa: E402
from tongbao.tenancy.contexts import tenant_context  # noqa: E402

MALL = Mall(
    schema_name="bench", title_zh="测速商城", title_en="Bench Mall", hosts=("bench.localhost", "127.0.0.1")
)
CHAIN = ("cofounder", "dealer", "vip")
# A member may place sixty orders a minute; more buyers than that share the work.
ORDERS_OF_A_BUYER = 40


def main() -> None:
    arguments = _arguments()
    access = resolve()
    print("Making a mall …", flush=True)
    migrate_everything()
    drop_demo_tenant(schema_name=MALL.schema_name)
    create_tenant(schema_name=MALL.schema_name, title=MALL.title_zh, hosts=MALL.hosts, is_demo=True)
    port = free_port()
    with Processes(log_dir=Path(settings.VAR_DIR) / "log") as processes:
        environment = run.gateway_environment(run.start_gateway(processes, port=free_port()))
        os.environ.update(environment)
        run.start_web(processes, port=port, environment=environment)
        with tenant_context(MALL.schema_name):
            stage = Stage(mall=MALL, port=port)
            stage.open()
            goods.stock_lotus(now=stage.now())
            buyers = _buyers(stage, -(-arguments.orders // ORDERS_OF_A_BUYER))
            print(f"{arguments.orders} orders by {arguments.clients} clients …", flush=True)
            numbers, order_seconds = _order(port, buyers, arguments.orders, arguments.clients)
            payments = _open_cashiers(port, buyers, numbers)
            run.start_worker(processes, environment=environment)
            time.sleep(2)
            steady = payments[: arguments.paced]
            print(f"{len(steady)} payments, one every {arguments.pace_ms} ms …", flush=True)
            delays = _pay_steadily(access, steady, arguments.pace_ms)
            lone = payments[arguments.paced : arguments.paced + arguments.lone]
            print(f"{len(lone)} payments, one a second …", flush=True)
            lone_delays = _pay_alone(access, lone, settled_before=len(steady))
            rest = payments[arguments.paced + arguments.lone :]
            print(f"{len(rest)} payments at once …", flush=True)
            flood_seconds = _pay_at_once(access, rest, settled_before=len(steady) + len(lone))
    print("pgbench -b simple-update …", flush=True)
    yardstick = pgbench(access, script="simple-update", clients=arguments.clients, seconds=arguments.seconds)
    _report(arguments, len(numbers), order_seconds, delays, lone_delays, len(rest), flood_seconds, yardstick)


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--orders", type=int, default=600)
    parser.add_argument("--clients", type=int, default=4)
    parser.add_argument("--paced", type=int, default=200, help="payments that are paid one after another")
    parser.add_argument("--pace-ms", type=int, default=100)
    parser.add_argument("--lone", type=int, default=100, help="payments that are paid one a second")
    parser.add_argument("--seconds", type=int, default=10, help="how long pgbench runs")
    return parser.parse_args()


def _buyers(stage: Stage, count: int) -> list[tuple[str, int]]:
    """Buyers, each under a chain of their own: (token, address id)."""
    ladder = preset("gift-pack").ranks
    now = stage.now()
    found = []
    for _ in range(count):
        above: int | None = None
        for rank in CHAIN:
            above = register(phone=None, sponsor_id=above, now=now)
            grant_opening_rank(member_id=above, rank=rank, ladder=ladder, now=now)
        buyer = register(phone=None, sponsor_id=above, now=now)
        address = add_address(
            member_id=buyer,
            recipient="收件人",
            phone="13800000000",
            region_code="440106",
            street="天河路1号",
            now=now,
        )
        found.append((open_session(member_id=buyer, now=now).token, address.address_id))
    return found


def _order(
    port: int, buyers: list[tuple[str, int]], orders: int, clients: int
) -> tuple[list[tuple[int, str]], float]:
    """Place the orders; returns (buyer, order number) in order, and the seconds it took."""
    wanted = [number % len(buyers) for number in range(orders)]

    def place(client: int) -> list[tuple[int, str]]:
        numbers = []
        with _session(port) as session:
            for position in range(client, orders, clients):
                buyer = wanted[position]
                token, address_id = buyers[buyer]
                answer = session.post(
                    "/api/v1/orders",
                    headers=_bearer(token),
                    json={
                        "lines": [{"sku": "pack-198", "quantity": 1}],
                        "client_key": f"bench-{position}",
                        "address_id": address_id,
                    },
                )
                answer.raise_for_status()
                numbers.append((buyer, str(answer.json()["number"])))
        return numbers

    begin = time.perf_counter()
    with ThreadPoolExecutor(clients) as pool:
        placed = [entry for numbers in pool.map(place, range(clients)) for entry in numbers]
    return placed, time.perf_counter() - begin


def _open_cashiers(port: int, buyers: list[tuple[str, int]], numbers: list[tuple[int, str]]) -> list[str]:
    """Open the cashier of every order; returns the payments' numbers."""
    payments = []
    with _session(port) as session:
        for buyer, number in numbers:
            answer = session.post(f"/api/v1/orders/{number}/pay", headers=_bearer(buyers[buyer][0]), json={})
            answer.raise_for_status()
            payments.append(str(answer.json()["number"]))
    return payments


def _bearer(token: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {token}"}


@contextmanager
def _session(port: int) -> Iterator[httpx.Client]:
    headers = {"Host": f"{MALL.hosts[0]}:{port}"}
    with httpx.Client(base_url=f"http://127.0.0.1:{port}", headers=headers, timeout=30) as session:
        yield session


def _watch(access: DatabaseAccess) -> psycopg.Connection:
    connection = psycopg.connect(
        host=access.host,
        port=access.port,
        dbname=access.name,
        user=access.admin_user,
        password=access.admin_password,
        autocommit=True,
    )
    connection.execute(f"SET search_path = {MALL.schema_name}, public")
    return connection


def _pay_steadily(access: DatabaseAccess, payments: list[str], pace_ms: int) -> list[float]:
    """Pay one after another; returns, for each, the milliseconds from notification to visible awards."""
    seen: dict[int, float] = {}
    stop = threading.Event()

    def watch() -> None:
        with _watch(access) as connection:
            while not stop.is_set():
                rows = connection.execute(
                    "SELECT order_id, extract(epoch FROM clock_timestamp()) FROM rewards_settlement"
                    " WHERE NOT order_id = ANY (%s::bigint[])",
                    [list(seen)],
                ).fetchall()
                for order_id, at in rows:
                    seen.setdefault(order_id, float(at))

    watcher = threading.Thread(target=watch)
    watcher.start()
    for payment in payments:
        accounts.pay_at_the_cashier(numbers=[payment])
        time.sleep(pace_ms / 1000)
    deadline = time.monotonic() + 60
    while len(seen) < len(payments) and time.monotonic() < deadline:
        time.sleep(0.05)
    stop.set()
    watcher.join()
    with _watch(access) as connection:
        received = connection.execute(
            "SELECT payment.order_id, extract(epoch FROM min(message.received_at))"
            " FROM mall_gateway_message AS message JOIN mall_payment AS payment ON payment.number = message.number"
            " WHERE message.kind = 'payment' GROUP BY payment.order_id"
        ).fetchall()
    return sorted((seen[order_id] - float(at)) * 1000 for order_id, at in received if order_id in seen)


def _pay_alone(access: DatabaseAccess, payments: list[str], *, settled_before: int) -> list[float]:
    """Pay one a second; returns, for each, the milliseconds between the two commits, sorted."""
    for payment in payments:
        accounts.pay_at_the_cashier(numbers=[payment])
        time.sleep(1)
    with _watch(access) as connection:
        deadline = time.monotonic() + 60
        while time.monotonic() < deadline:
            row = connection.execute("SELECT count(*) FROM rewards_settlement").fetchone()
            if row and row[0] >= settled_before + len(payments):
                break
            time.sleep(0.1)
        rows = connection.execute(
            "SELECT extract(epoch FROM pg_xact_commit_timestamp(settled.xmin) - pg_xact_commit_timestamp(paid.xmin))"
            " FROM rewards_settlement AS settled JOIN mall_order AS paid ON paid.id = settled.order_id"
            " JOIN mall_payment AS payment ON payment.order_id = paid.id WHERE payment.number = ANY (%s::text[])",
            [payments],
        ).fetchall()
    return sorted(float(row[0]) * 1000 for row in rows)


def _percentiles(delays: list[float]) -> dict[str, float]:
    """The median and the 99th of a hundred, in milliseconds, of sorted delays."""
    if not delays:
        return {"samples": 0}
    return {
        "p50": round(statistics.median(delays), 1),
        "p99": round(delays[min(len(delays) - 1, len(delays) * 99 // 100)], 1),
        "samples": len(delays),
    }


def _pay_at_once(access: DatabaseAccess, payments: list[str], *, settled_before: int) -> float:
    """Pay all at once; returns the seconds until the last one is settled."""
    if not payments:
        return 0.0
    begin = time.perf_counter()
    accounts.pay_at_the_cashier(numbers=payments)
    with _watch(access) as connection:
        wanted = settled_before + len(payments)
        deadline = time.monotonic() + 300
        while time.monotonic() < deadline:
            row = connection.execute("SELECT count(*) FROM rewards_settlement").fetchone()
            if row and row[0] >= wanted:
                return time.perf_counter() - begin
            time.sleep(0.02)
    raise TimeoutError("the flood was not settled within five minutes")


def _report(
    arguments: argparse.Namespace,
    orders: int,
    order_seconds: float,
    delays: list[float],
    lone_delays: list[float],
    flood: int,
    flood_seconds: float,
    yardstick: float,
) -> None:
    placed = orders / order_seconds
    settled = flood / flood_seconds if flood_seconds else 0.0
    figures = {
        "orders_per_second": round(placed, 1),
        "paid_orders_per_second": round(settled, 1),
        "notification_to_awards_ms": _percentiles(delays),
        "paid_to_settled_ms": _percentiles(lone_delays),
        "yardstick_pgbench_simple_update_tps": round(yardstick, 1),
        "ratios": {
            "orders_to_pgbench": round(placed / yardstick, 3),
            "paid_orders_to_pgbench": round(settled / yardstick, 3),
        },
        "clients": arguments.clients,
        "orders": orders,
    }
    print(f"placed over HTTP        {placed:8.1f} orders/s   {placed / yardstick:.3f} of pgbench")
    print(f"paid, settled in flood  {settled:8.1f} orders/s   {settled / yardstick:.3f} of pgbench")
    print(f"notification to awards  {figures['notification_to_awards_ms']}")
    print(f"paid to settled, alone  {figures['paid_to_settled_ms']}")
    print(f"pgbench simple-update   {yardstick:8.1f} tps")
    print(json.dumps(figures))


if __name__ == "__main__":
    main()
