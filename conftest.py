"""Fixtures with a real PostgreSQL: a template database is made once, tests work in copies of it.

- ``tenant``: schema ``lotus`` under its role; everything is rolled back.
- ``committed_tenant``: a database of its own where commits are real; other threads and processes may connect.
- ``two_tenants``: ``lotus`` and ``orchid`` in such a database.
"""

from __future__ import annotations

import dataclasses
import fcntl
import hashlib
import os
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from itertools import count
from pathlib import Path

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tongbao.config.settings")
os.environ["TONGBAO_ROLE_PREFIX"] = "tongbao_test"
os.environ.setdefault("TONGBAO_ENVIRONMENT", "test")

import django
import psycopg
import pytest
from hypothesis import HealthCheck
from hypothesis import settings as hypothesis_settings
from psycopg import sql

django.setup()

from django.conf import settings  # noqa: E402 - Django is set up first
from django.db import connection, transaction  # noqa: E402
from django.test.utils import setup_test_environment  # noqa: E402

from tongbao.kit.postgres.access import DatabaseAccess, resolve  # noqa: E402

setup_test_environment()
hypothesis_settings.register_profile(
    "soak", max_examples=5_000, deadline=None, derandomize=False, suppress_health_check=list(HealthCheck)
)

ROOT = Path(__file__).resolve().parent
TENANTS = (("lotus", "莲花商城", "lotus.test"), ("orchid", "兰花商城", "orchid.test"))
TEMPLATES_KEPT = 8
_numbers = count(1)


@dataclass(frozen=True)
class TenantUnderTest:
    """Where a test works: the schema, its host name, and the database that holds it."""

    schema_name: str
    host: str
    access: DatabaseAccess

    def connect_as_superuser(self) -> psycopg.Connection:
        """An administrator's own connection, in the tenant's schema, committing at once."""
        admin = _admin(self.access, self.access.name)
        admin.execute(f"SET search_path = {self.schema_name}, public")
        return admin


def _admin(access: DatabaseAccess, database: str) -> psycopg.Connection:
    return psycopg.connect(
        host=access.host,
        port=access.port,
        user=access.admin_user,
        password=access.admin_password,
        dbname=database,
        autocommit=True,
    )


def _state_of_the_code() -> str:
    """A digest of all that decides what a fresh database looks like."""
    digest = hashlib.sha256()
    patterns = ("migrations/*.py", "sql/*.sql", "presets/*.yaml", "apps.py", "services.py", "services/*.py")
    files = {path for pattern in patterns for path in (ROOT / "tongbao").rglob(pattern)}
    files |= {ROOT / "tongbao/config/provisioning.py", ROOT / "tongbao/ledger/contracts.py"}
    for path in sorted(files):
        digest.update(str(path.relative_to(ROOT)).encode() + b"\0" + path.read_bytes())
    return digest.hexdigest()[:12]


def _exists(admin: psycopg.Connection, name: str) -> bool:
    return admin.execute("SELECT 1 FROM pg_database WHERE datname = %s", [name]).fetchone() is not None


def _drop(admin: psycopg.Connection, name: str) -> None:
    admin.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name)))


def _copy(admin: psycopg.Connection, template: str, name: str) -> None:
    statement = sql.SQL("CREATE DATABASE {} TEMPLATE {} STRATEGY {}")
    admin.execute(statement.format(sql.Identifier(name), sql.Identifier(template), sql.Identifier("wal_log")))
    # As in production; the rights on a database are not copied with it.
    admin.execute(sql.SQL("REVOKE ALL ON DATABASE {} FROM PUBLIC").format(sql.Identifier(name)))
    for role, rights in (("app", "CONNECT"), ("migrator", "CONNECT, CREATE, TEMPORARY")):
        admin.execute(
            sql.SQL("GRANT {} ON DATABASE {} TO {}").format(
                sql.SQL(rights), sql.Identifier(name), sql.Identifier(f"tongbao_test_{role}")
            )
        )


@contextmanager
def _use(access: DatabaseAccess, name: str) -> Iterator[DatabaseAccess]:
    """Point Django at another database."""
    before = connection.settings_dict["NAME"]
    connection.close()
    connection.settings_dict["NAME"] = name
    settings.DATABASES["default"]["NAME"] = name
    connection.set_schema_to_public()
    try:
        yield dataclasses.replace(access, name=name)
    finally:
        connection.close()
        connection.settings_dict["NAME"] = before
        settings.DATABASES["default"]["NAME"] = before
        connection.set_schema_to_public()


@pytest.fixture(scope="session")
def template_database() -> tuple[DatabaseAccess, str]:
    """The name of a database with both tenants, freshly provisioned by this version of the code.

    Beside it lies the one that it was made from, with ``lotus`` alone: it is copied in half the time or little more.
    """
    access = resolve()
    settings.VAR_DIR.mkdir(parents=True, exist_ok=True)
    name = f"tongbao_test_template_{_state_of_the_code()}"
    with (settings.VAR_DIR / "test-template.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        with _admin(access, "postgres") as admin:
            if not (_exists(admin, name) and _exists(admin, one_of(name))):
                for (old,) in admin.execute(
                    "SELECT datname FROM pg_database WHERE datname LIKE 'tongbao\\_test\\_building%'"
                ).fetchall():
                    _drop(admin, old)
                for made in (name, one_of(name)):
                    _drop(admin, made)
                _build(access, admin, name)
            _sweep(admin, keep=name)
    return access, name


def one_of(template: str) -> str:
    """The name of the template with ``lotus`` alone."""
    return f"{template}_one"


def _build(access: DatabaseAccess, admin: psycopg.Connection, name: str) -> None:
    from tongbao.config.provisioning import create_tenant, migrate_everything

    building = f"tongbao_test_building_{os.getpid()}"
    with _use(access, building) as here:
        migrate_everything(access=here)
        for schema_name, title, host in TENANTS:
            create_tenant(schema_name=schema_name, title=title, hosts=(host,), is_demo=True, access=here)
            if schema_name == "lotus":
                connection.close()
                _copy(admin, building, one_of(name))
    admin.execute(
        sql.SQL("ALTER DATABASE {} RENAME TO {}").format(sql.Identifier(building), sql.Identifier(name))
    )


def _sweep(admin: psycopg.Connection, keep: str) -> None:
    """Drop what earlier, interrupted runs left behind."""
    for (name,) in admin.execute(
        "SELECT datname FROM pg_database WHERE datname LIKE 'tongbao\\_test\\_%'"
    ).fetchall():
        owner = name.removeprefix("tongbao_test_").split("_")[0]
        if owner.isdigit() and not Path(f"/proc/{owner}").exists():
            _drop(admin, name)
    # Templates of earlier states of the code; a few are kept for whoever tests another state at this moment.
    templates = admin.execute(
        "SELECT datname FROM pg_database WHERE datname LIKE 'tongbao\\_test\\_template\\_%' ORDER BY oid DESC"
    ).fetchall()
    for (name,) in templates[2 * TEMPLATES_KEPT :]:
        if name not in (keep, one_of(keep)):
            _drop(admin, name)


@pytest.fixture(scope="session")
def rollback_database(template_database: tuple[DatabaseAccess, str]) -> Iterator[DatabaseAccess]:
    """This process's copy for tests that roll back."""
    access, template = template_database
    name = f"tongbao_test_{os.getpid()}"
    with _admin(access, "postgres") as admin:
        _drop(admin, name)
        _copy(admin, template, name)
        yield dataclasses.replace(access, name=name)
        connection.close()
        _drop(admin, name)


@pytest.fixture
def tenant(rollback_database: DatabaseAccess) -> Iterator[TenantUnderTest]:
    """The tenant ``lotus`` inside a transaction that is rolled back."""
    schema_name, _, host = TENANTS[0]
    if connection.settings_dict["NAME"] != rollback_database.name:
        connection.close()
        connection.settings_dict["NAME"] = rollback_database.name
    connection.set_schema(schema_name)
    try:
        outermost = transaction.atomic()
        # As in Django's own TestCase: code that must not run inside a transaction looks through this one.
        outermost._from_testcase = True
        with outermost:
            yield TenantUnderTest(schema_name, host, rollback_database)
            transaction.set_rollback(True)
    finally:
        connection.set_schema_to_public()


@pytest.fixture(scope="session")
def new_database(
    template_database: tuple[DatabaseAccess, str],
) -> Callable[[], AbstractContextManager[DatabaseAccess]]:
    """Databases where commits are real, each for the time of a ``with``; a module may share one."""
    access, template = template_database

    @contextmanager
    def make(*, of: str = template) -> Iterator[DatabaseAccess]:
        name = f"tongbao_test_{os.getpid()}_{next(_numbers)}"
        with _admin(access, "postgres") as admin:
            _copy(admin, of, name)
            try:
                with _use(access, name) as here:
                    yield here
            finally:
                _drop(admin, name)

    return make


@pytest.fixture
def fresh_database(
    new_database: Callable[[], AbstractContextManager[DatabaseAccess]],
) -> Iterator[DatabaseAccess]:
    """A database for one test, where commits are real."""
    with new_database() as here:
        yield here


@pytest.fixture
def committed_tenant(
    template_database: tuple[DatabaseAccess, str],
    new_database: Callable[..., AbstractContextManager[DatabaseAccess]],
) -> Iterator[TenantUnderTest]:
    """The tenant ``lotus`` alone in a database of its own, where commits are real."""
    _, template = template_database
    with new_database(of=one_of(template)) as here:
        connection.set_schema("lotus")
        yield TenantUnderTest("lotus", "lotus.test", here)


@pytest.fixture
def two_tenants(fresh_database: DatabaseAccess) -> tuple[TenantUnderTest, TenantUnderTest]:
    """``lotus`` and ``orchid`` in a database of their own; no tenant is entered yet."""
    return (
        TenantUnderTest("lotus", "lotus.test", fresh_database),
        TenantUnderTest("orchid", "orchid.test", fresh_database),
    )


@pytest.fixture
def race() -> Callable[..., list[object]]:
    """Run functions at once, each in its own thread and connection, in the caller's tenant.

    Returns each one's result, or the exception it raised, in order.
    """
    from concurrent.futures import ThreadPoolExecutor
    from threading import Barrier

    from tongbao.tenancy.contexts import tenant_context

    def run(*functions: Callable[[], object]) -> list[object]:
        schema_name = connection.schema_name
        database = connection.settings_dict["NAME"]
        start = Barrier(len(functions))

        def one(function: Callable[[], object]) -> object:
            connection.settings_dict["NAME"] = database
            try:
                with tenant_context(schema_name):
                    with connection.cursor() as cursor:
                        cursor.execute("SELECT 1")
                    start.wait(timeout=30)
                    return function()
            except Exception as error:  # the caller looks at what each racer got
                return error
            finally:
                connection.close()

        with ThreadPoolExecutor(max_workers=len(functions)) as pool:
            return list(pool.map(one, functions))

    return run
