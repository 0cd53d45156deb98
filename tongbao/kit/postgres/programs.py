"""PostgreSQL's own client programs (psql, pg_dump, pg_restore), for the server in use."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

from tongbao.kit.postgres import server
from tongbao.kit.postgres.access import DatabaseAccess
from tongbao.kit.postgres.errors import ClientProgramMissing, EmbeddedServerMissing

# Where Debian, Red Hat and Homebrew put versions that are not on the path.
ELSEWHERE = (
    "/usr/lib/postgresql/*/bin",
    "/usr/pgsql-*/bin",
    "/opt/homebrew/opt/postgresql@*/bin",
    "/usr/local/opt/postgresql@*/bin",
)


def client_environment(access: DatabaseAccess, *, role: str = "admin") -> dict[str, str]:
    """Environment variables with which a client program reaches the database as ``admin``, ``migrator`` or ``app``.

    The password goes through the environment, which others can't read, and not over the command line.
    """
    user, password = {
        "admin": (access.admin_user, access.admin_password),
        "migrator": (access.migrator_user, access.migrator_password),
        "app": (access.app_user, access.app_password),
    }[role]
    return {
        **os.environ,
        "PGHOST": access.host,
        "PGPORT": str(access.port),
        "PGDATABASE": access.name,
        "PGUSER": user,
        "PGPASSWORD": password,
        "PGAPPNAME": "tongbao",
    }


def client_program(name: str, *, access: DatabaseAccess) -> Path:
    """A client program that is at least as new as the server: the embedded one's, else one of the machine.

    pg_dump refuses a server newer than itself, and reads every older one. Raises ClientProgramMissing.
    """
    needed = server_major(access) if not access.embedded else None
    newest: tuple[int, Path] | None = None
    for program in _candidates(name):
        major = _major(program)
        if major is None:
            continue
        # pg_restore and psql must not write what an older server can't read: the server's own version is best.
        if needed is None or major == needed:
            return program
        if major > needed and (newest is None or major < newest[0]):
            newest = (major, program)
    if newest is None:
        raise ClientProgramMissing(program=name, version=needed or "")
    return newest[1]


def server_major(access: DatabaseAccess) -> int:
    """The main version of the server in use."""
    import psycopg

    with psycopg.connect(
        host=access.host,
        port=access.port,
        user=access.admin_user,
        password=access.admin_password,
        dbname="postgres",
        connect_timeout=10,
    ) as connection:
        return connection.info.server_version // 10000


def _candidates(name: str) -> Iterator[Path]:
    with suppress(EmbeddedServerMissing):
        yield server.client_program(name)
    on_path = shutil.which(name)
    if on_path:
        yield Path(on_path)
    for pattern in ELSEWHERE:
        yield from sorted(Path("/").glob(f"{pattern[1:]}/{name}"))


def _major(program: Path) -> int | None:
    try:
        done = subprocess.run([str(program), "--version"], capture_output=True, text=True, check=False)  # noqa: S603
    except OSError:
        return None
    found = re.search(r"\) (\d+)", done.stdout)
    return int(found[1]) if found else None
