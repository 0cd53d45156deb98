"""The yardstick of several measurements: pgbench on the same server, in a database of its own, in the same run."""

from __future__ import annotations

import re
import subprocess

import psycopg
from psycopg import sql

from tongbao.kit.postgres import programs
from tongbao.kit.postgres.access import DatabaseAccess


def pgbench(access: DatabaseAccess, *, script: str, clients: int, seconds: int) -> float:
    """Transactions per second of one of pgbench's own scripts at scale 10."""
    program = str(programs.client_program("pgbench", access=access))
    environment = {**programs.client_environment(access), "PGDATABASE": "bench_yardstick"}
    name = sql.Identifier("bench_yardstick")
    with psycopg.connect(
        host=access.host,
        port=access.port,
        dbname="postgres",
        user=access.admin_user,
        password=access.admin_password,
        autocommit=True,
    ) as admin:
        admin.execute(sql.SQL("DROP DATABASE IF EXISTS {}").format(name))
        admin.execute(sql.SQL("CREATE DATABASE {}").format(name))
        subprocess.run([program, "-i", "-q", "-s", "10"], env=environment, check=True, capture_output=True)
        answer = subprocess.run(
            [program, "-b", script, "-c", str(clients), "-j", "2", "-T", str(seconds)],
            env=environment,
            check=True,
            capture_output=True,
            text=True,
        )
        admin.execute(sql.SQL("DROP DATABASE {}").format(name))
    found = re.search(r"tps = ([0-9.]+)", answer.stdout)
    if found is None:
        raise RuntimeError(f"pgbench said: {answer.stdout}")
    return float(found.group(1))
