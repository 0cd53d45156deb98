"""A PostgreSQL of the test's own: started by the project's own hand, killed without a warning, filled to the brim."""

from __future__ import annotations

import os
import shutil
import signal
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from pathlib import Path

import psycopg
from django.db import connection

from tongbao.kit.installation import read_json
from tongbao.kit.postgres import server
from tongbao.kit.postgres.access import DatabaseAccess
from tongbao.kit.postgres.place import PLACE_FILE

DATABASE = "tongbao_faults"
PREFIX = "tongbao_test"
PASSWORD = "for faults alone"


@dataclass
class OwnServer:
    """A server with its own folder, port and data; the tests may do with it what they like."""

    var: Path
    access: DatabaseAccess

    def kill(self) -> None:
        """SIGKILL the server and all its processes, as a power cut does, and wait until they are gone."""
        with self._installation():
            pid = server.status().pid
        assert pid is not None
        children = [int(text) for text in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]
        for process in (pid, *children):
            with suppress(ProcessLookupError):
                os.kill(process, signal.SIGKILL)
        deadline = time.monotonic() + 20
        while any(
            Path(f"/proc/{process}").exists() and not is_zombie(process) for process in (pid, *children)
        ):
            assert time.monotonic() < deadline
            time.sleep(0.005)

    def start(self) -> None:
        """Start it again on the same port; it replays its journal first."""
        with self._installation():
            address = server.ensure_running(say=lambda message: None)
        assert address.port == self.access.port, "another program has taken the port meanwhile"

    def stop(self) -> None:
        with self._installation():
            server.stop(say=lambda message: None)

    def is_running(self) -> bool:
        with self._installation():
            return server.status().is_running

    def data(self) -> Path:
        with self._installation():
            found = server.status().data
        assert found is not None
        return found

    def connect(self, database: str = DATABASE) -> psycopg.Connection:
        return administrator(self.access, database)

    @contextmanager
    def _installation(self) -> Iterator[None]:
        """The folder that the embedded server is looked for in, for a moment."""
        before = os.environ.get("TONGBAO_VAR")
        os.environ["TONGBAO_VAR"] = str(self.var)
        try:
            yield
        finally:
            if before is None:
                del os.environ["TONGBAO_VAR"]
            else:
                os.environ["TONGBAO_VAR"] = before


def administrator(access: DatabaseAccess, database: str) -> psycopg.Connection:
    return psycopg.connect(
        host=access.host,
        port=access.port,
        user=access.admin_user,
        password=access.admin_password,
        dbname=database,
        autocommit=True,
    )


def is_zombie(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] == "Z"
    except (FileNotFoundError, ProcessLookupError):
        return True


@contextmanager
def own_server(parent: Path | None = None) -> Iterator[OwnServer]:
    """A new server with the mall ``lotus`` in it, for the time of a ``with``; nothing of it is left."""
    var = Path(tempfile.mkdtemp(prefix="tongbao-faults-", dir=parent))
    var.chmod(0o755)
    itself = OwnServer(var=var, access=None)  # type: ignore[arg-type]
    try:
        with itself._installation():
            address = server.ensure_running(say=lambda message: None)
        itself.access = DatabaseAccess(
            host=address.host,
            port=address.port,
            name=DATABASE,
            admin_user=address.superuser,
            admin_password=address.password,
            app_user=f"{PREFIX}_app",
            app_password=PASSWORD,
            migrator_user=f"{PREFIX}_migrator",
            migrator_password=PASSWORD,
            role_prefix=PREFIX,
            embedded=False,
        )
        provision(itself.access)
        yield itself
    finally:
        itself.stop()
        place = read_json(var / PLACE_FILE)
        for folder in (place.get("folder"), place.get("socket_dir"), str(var)):
            if folder:
                shutil.rmtree(folder, ignore_errors=True)


def provision(access: DatabaseAccess) -> None:
    """The roles, the tables and the mall, by the project's own hand."""
    from tongbao.config.provisioning import create_tenant, migrate_everything

    with pointed_at(access):
        migrate_everything(access=access)
        create_tenant(
            schema_name="lotus", title="莲花商城", hosts=("lotus.test",), is_demo=True, access=access
        )


@contextmanager
def as_administrator(access: DatabaseAccess) -> Iterator[None]:
    """Django's connections of this process go there with the rights of a superuser, in a tenant too."""
    with pointed_at(replace(access, app_user=access.admin_user, app_password=access.admin_password)):
        connection.settings_dict["TENANT_ROLE_PREFIX"] = None
        yield


@contextmanager
def pointed_at(access: DatabaseAccess) -> Iterator[None]:
    """Django's connections of this process go there, in every thread that opens one."""
    settings_dict = connection.settings_dict
    before = dict(settings_dict)
    connection.close()
    settings_dict.update(
        HOST=access.host,
        PORT=str(access.port),
        NAME=access.name,
        USER=access.app_user,
        PASSWORD=access.app_password,
        ROLE_PREFIX=access.role_prefix,
        TENANT_ROLE_PREFIX=access.role_prefix,
    )
    connection.set_schema_to_public()
    try:
        yield
    finally:
        connection.close()
        settings_dict.clear()
        settings_dict.update(before)
        connection.set_schema_to_public()


@contextmanager
def copy_of(own: OwnServer, name: str, *, options: str = "") -> Iterator[DatabaseAccess]:
    """A fresh copy of the mall on its own server; Django works in it meanwhile."""
    with own.connect("postgres") as admin:
        # Not the strategy wal_log: the copy's sequences run on numbers that its journal doesn't have, and a crash
        # would give them out again.
        admin.execute(f"CREATE DATABASE {name} TEMPLATE {DATABASE} STRATEGY file_copy {options}")
        admin.execute(f"REVOKE ALL ON DATABASE {name} FROM PUBLIC")
        admin.execute(f"GRANT CONNECT ON DATABASE {name} TO {PREFIX}_app")
    access = replace(own.access, name=name)
    try:
        with pointed_at(access):
            yield access
    finally:
        with own.connect("postgres") as admin:
            admin.execute(f"DROP DATABASE {name} WITH (FORCE)")
