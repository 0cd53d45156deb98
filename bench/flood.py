"""A flood of a mall's own paid orders: settled, and nine days later released. Everything the services do is done.

    make bench NAME=flood ARGS='--orders 100000 --members 100000'

Members, orders and their payments are put into the tables directly (placing a million orders by HTTP would take
hours); from there on it is the system: ``settle_order`` for whatever waits, ``release_due`` for a day's awards, on the
embedded server (``var/bench``), fsync and synchronous commit on. At the end ``tongbao verify``'s checks of rewards and
points run over it. The last line is one JSON object.
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
os.environ.setdefault("TONGBAO_VAR", str(ROOT / "var" / "bench"))
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tongbao.config.settings")
os.environ.setdefault("TONGBAO_ENVIRONMENT", "demo")
os.environ.setdefault("TONGBAO_LOG_LEVEL", "WARNING")

import django  # noqa: E402

django.setup()

from bench.plans import market  # noqa: E402
from bench.settle import administrator  # noqa: E402
from tongbao.config.provisioning import create_tenant, drop_demo_tenant, migrate_everything  # noqa: E402
from tongbao.kit.postgres.access import DatabaseAccess, resolve  # noqa: E402
from tongbao.ledger.contracts import Request, Transfer, platform_account  # noqa: E402
from tongbao.ledger.services import post  # noqa: E402
from tongbao.plans import preset  # noqa: E402
from tongbao.points.selectors import verify as verify_points  # noqa: E402
from tongbao.rewards import services  # noqa: E402
from tongbao.rewards.selectors import verify as verify_rewards  # noqa: E402
from tongbao.tenancy.contexts import tenant_context  # noqa: E402

SCHEMA = "flood"
PAID_AT = datetime(2026, 1, 5, 4, tzinfo=UTC)
SETTLED_AT = datetime(2026, 1, 10, 4, tzinfo=UTC)
RELEASED_AT = datetime(2026, 1, 20, 4, tzinfo=UTC)
AT_ONCE = 4_000
PRICE_FEN = 19_800
REGION = "440106"

ORDERS = """
INSERT INTO mall_order (id, number, buyer_id, client_key, request_hash, status, has_open_claim, needs_delivery,
    is_imported, recipient, phone, region_code, street, buyer_note, invitation_code, goods_fen, freight_fen,
    freight_promised_fen, freight_refunded_fen, carrier, tracking_number, placed_at, pay_before, paid_at)
SELECT one, 'F' || one, (%(buyers)s::bigint[])[one], 'flood-' || one, md5(one::text), 'paid', false, true, false, 'Ann',
    '13800000000', %(region)s, 'Street 1', '', '', %(price)s, 0, 0, 0, '', '', %(at)s, %(at)s + interval '1 day',
    %(at)s + one * interval '10 ms'
FROM generate_series(1, cardinality(%(buyers)s::bigint[])) AS one
"""
LINES = """
INSERT INTO mall_order_line (order_id, position, product_code, kind, title, variant_title, sku, plan_key, price_fen,
    quantity, base_fen, promised_fen, refunded_fen, pieces_back)
SELECT id, 1, 'pack-198', 'gift_pack', 'Pack', '', 'pack-198', 'gift-pack', %(price)s, 1, %(price)s, 0, 0, 0
FROM mall_order
"""
MEMBERS = """
INSERT INTO members_member (id, number, invite_code, sponsor_id, sponsor_fixed_at, rank, status, name, identity_status,
    language, joined_at)
SELECT one, 'N' || one, 'I' || one, sponsor, CASE WHEN sponsor IS NOT NULL THEN %(at)s::timestamptz END, 'member',
    'active', '', 'none', 'zh-hans', %(at)s
FROM unnest(%(ids)s::bigint[], %(sponsors)s::bigint[]) AS made (one, sponsor)
"""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--members", type=int, default=100_000)
    parser.add_argument("--orders", type=int, default=100_000)
    parser.add_argument("--seed", type=int, default=7)
    parser.add_argument("--resume", action="store_true", help="go on with the mall of a run that was cut off")
    arguments = parser.parse_args()
    access = resolve()
    migrate_everything()
    if not arguments.resume:
        print("Making a mall …", flush=True)
        drop_demo_tenant(schema_name=SCHEMA)
        create_tenant(schema_name=SCHEMA, title="Flood", hosts=("flood.localhost",), is_demo=True)
        _fill(access, arguments)
    with tenant_context(SCHEMA):
        if not arguments.resume:
            _pay(arguments.orders * PRICE_FEN)
        before = _count(access, "rewards_settlement")
        settled, settle_seconds, most_seconds = _settle(arguments.orders, before=before)
        _receive(access)
        began = time.perf_counter()
        released = services.release_due(now=RELEASED_AT)
        release_seconds = time.perf_counter() - began
        print(f"  released {released:,} in {release_seconds:.1f} s", flush=True)
        wrong = [*verify_rewards(), *verify_points()]
    awards = _count(access, "rewards_award")
    found = {
        "members": arguments.members,
        "orders": settled,
        "awards": awards,
        "settled_before": before,
        "settled_a_second": round((settled - before) / settle_seconds),
        "longest_hold_ms": round(most_seconds * 1000),
        "released": released,
        "released_a_second": round(released / release_seconds),
        "release_seconds": round(release_seconds, 1),
        "findings": len(wrong),
        "peak_mib": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024,
    }
    rate = found["settled_a_second"]
    print(f"settled   {rate:>9,} orders/s; the settlement was held for {most_seconds:.2f} s at most")
    print(f"released  {found['released_a_second']:>9,} orders/s")
    print(f"verified  {len(wrong)} findings")
    print(json.dumps(found))


def _fill(access: DatabaseAccess, arguments: argparse.Namespace) -> None:
    """Members in a skewed tree, and the orders they paid for."""
    columns, orders = market(
        preset("gift-pack"), members=arguments.members, orders=arguments.orders, seed=arguments.seed
    )
    print(f"{arguments.members:,} members, {arguments.orders:,} orders …", flush=True)
    with administrator(access, SCHEMA) as admin:
        # Sponsors come before their recruits here; the trigger that sees to it would look at each one.
        admin.execute("SET session_replication_role = replica")
        sponsors = [place + 1 if place >= 0 else None for place in columns.sponsor.tolist()]
        ids = list(range(1, arguments.members + 1))
        admin.execute(MEMBERS, {"ids": ids, "sponsors": sponsors, "at": PAID_AT - timedelta(days=30)})
        buyers = (orders.buyer + 1).tolist()
        admin.execute(ORDERS, {"buyers": buyers, "region": REGION, "price": PRICE_FEN, "at": PAID_AT})
        admin.execute(LINES, {"price": PRICE_FEN})
        for table in ("members_member", "mall_order", "mall_order_line"):
            admin.execute(f"SELECT setval(pg_get_serial_sequence('{table}', 'id'), (SELECT max(id) FROM {table}))")
            admin.execute(f"ANALYZE {table}")


def _pay(amount_fen: int) -> None:
    payment = Transfer(
        debit=platform_account("gateway", "sandbox"),
        credit=platform_account("operating"),
        amount=amount_fen,
        kind="payment",
        subject="flood",
    )
    post(request=Request(key="flood", transfers=(payment,)), now=PAID_AT + timedelta(days=1)).require()


def _settle(orders: int, *, before: int) -> tuple[int, float, float]:
    """As the worker does it, event after event; those whose orders went with another's cost nothing here.

    Orders are numbered from 1 and settled in that order, so ``before`` of them are those that a former run settled.
    """
    settled, most, began = before, 0.0, time.perf_counter()
    while settled < orders:
        start = time.perf_counter()
        done = services.settle_order(order_id=settled + 1, now=SETTLED_AT)
        most = max(most, time.perf_counter() - start)
        assert done, f"order {settled + 1} was not settled"
        settled += done
        if settled // 20_000 != (settled - done) // 20_000 or settled == orders:
            rate = (settled - before) / (time.perf_counter() - began)
            print(f"  {settled:>11,} orders settled, {rate:>7,.0f}/s", flush=True)
    return settled, time.perf_counter() - began, most


def _receive(access: DatabaseAccess) -> None:
    """All of them were received on one day."""
    with administrator(access, SCHEMA) as admin:
        admin.execute("UPDATE rewards_settlement SET release_at = %s", [RELEASED_AT - timedelta(hours=1)])
        for table in ("rewards_settlement", "rewards_award", "points_grant", "points_contribution"):
            admin.execute(f"VACUUM ANALYZE {table}")


def _count(access: DatabaseAccess, table: str) -> int:
    with administrator(access, SCHEMA) as admin:
        row = admin.execute(f"SELECT count(*) FROM {table}").fetchone()
        assert row is not None
        return int(str(row[0]))


if __name__ == "__main__":
    main()
