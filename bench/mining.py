"""A day's output of a million machines, given by the job that gives it.

    make bench NAME=mining ARGS='--machines 1000000'

A mall of its own on the embedded server (``var/bench``), fsync and synchronous commit on. Each machine is of a member
of its own and runs three days; what it gives is one row of its own, one grant, one transfer in the books. The first
day's output is each member's first point ever, so that day opens their accounts too. Afterwards the points and the
books are verified. The last line is one JSON object.
"""

from __future__ import annotations

import argparse
import json
import os
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

import psycopg  # noqa: E402
from django.db import connections  # noqa: E402

from tongbao.apps.mining.services import give_due  # noqa: E402
from tongbao.config.provisioning import create_tenant, drop_demo_tenant, migrate_everything  # noqa: E402
from tongbao.kit.postgres.access import DatabaseAccess, resolve  # noqa: E402
from tongbao.ledger import selectors as books  # noqa: E402
from tongbao.points import selectors as points  # noqa: E402
from tongbao.tenancy.contexts import tenant_context  # noqa: E402

SCHEMA = "bench_mining"
STARTED_AT = datetime(2026, 1, 1, tzinfo=UTC)
PROP = """
INSERT INTO mining_prop (code, title_zh, title_en, daily, days, is_on_offer, created_at)
VALUES ('bench', '矿机', 'Machine', 10, 3, true, %(at)s) RETURNING id
"""
# Members without anything but a number, each with a machine that was started at a moment of its own.
MACHINES = """
WITH people AS (
    INSERT INTO members_member (number, joined_at, status, name, invite_code, rank, identity_status, language)
    SELECT 'B' || n, %(at)s, 'active', '', 'B' || n, 'member', 'none', 'zh-hans'
    FROM generate_series(1, %(number)s) AS n
    RETURNING id
)
INSERT INTO mining_machine (subject, member_id, prop_id, daily, days, state, started_at, next_due_at, given_days, given)
SELECT 'bench:' || id, id, %(prop)s, 10, 3, 'running', started, started + interval '24 hours', 0, 0
FROM (SELECT id, %(at)s + (hashint8(id) & 65535) * interval '1 second' AS started FROM people) AS owned
"""


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--machines", type=int, default=1_000_000)
    arguments = parser.parse_args()
    access = resolve()
    print("Making a mall …", flush=True)
    migrate_everything()
    drop_demo_tenant(schema_name=SCHEMA)
    create_tenant(schema_name=SCHEMA, title="Mining", hosts=("mining.localhost",), is_demo=True)
    print(f"Starting {arguments.machines:,} machines …", flush=True)
    with _administrator(access) as admin:
        found = admin.execute(PROP, {"at": STARTED_AT}).fetchone()
        assert found is not None
        admin.execute(MACHINES, {"at": STARTED_AT, "number": arguments.machines, "prop": found[0]})
        admin.execute("VACUUM ANALYZE")
    figures: dict[str, object] = {"machines": arguments.machines}
    with tenant_context(SCHEMA):
        for day, name in ((1, "first_day"), (2, "second_day")):
            begin = time.perf_counter()
            outputs = give_due(now=STARTED_AT + timedelta(days=day, hours=20))
            seconds = time.perf_counter() - begin
            print(
                f"mining   {outputs:9,} outputs in {seconds:.1f} s: {outputs / seconds:,.0f} a second ({name})"
            )
            figures[name] = {"outputs": outputs, "seconds": round(seconds, 1)}
            with _administrator(access) as admin:
                admin.execute("VACUUM ANALYZE")
        figures["findings"] = len([*points.verify(), *books.verify()])
    connections.close_all()
    drop_demo_tenant(schema_name=SCHEMA)
    print(json.dumps(figures))


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


if __name__ == "__main__":
    main()
