"""A backup that was never restored is a hope: ours are restored here, and compared to the last row and right."""

from __future__ import annotations

import dataclasses
import re
import subprocess
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
from django.db import connection
from psycopg import sql

from tongbao.config.backup import (
    BackupFailed,
    BackupUnreadable,
    DatabaseNotEmpty,
    FileExists,
    RestoreFailed,
    back_up,
    restore,
)
from tongbao.config.tests.commands import tongbao
from tongbao.kit import clock
from tongbao.kit.postgres.access import DatabaseAccess
from tongbao.kit.postgres.programs import client_environment, client_program
from tongbao.ledger import services
from tongbao.ledger.contracts import Request, Transfer, member_account, platform_account
from tongbao.tenancy.contexts import tenant_context

pytestmark = pytest.mark.slow


def quiet(message: str) -> None:
    """Progress is not what these tests look at."""


def award_wang(amount_fen: int) -> None:
    line = Transfer(
        debit=platform_account("operating"),
        credit=member_account(1, "cash"),
        amount=amount_fen,
        kind="award",
        subject="order:1",
    )
    services.post(request=Request(key=f"award-{amount_fen}", transfers=(line,)), now=clock.now()).require()


def as_admin(access: DatabaseAccess, database: str | None = None) -> psycopg.Connection:
    return psycopg.connect(
        host=access.host,
        port=access.port,
        user=access.admin_user,
        password=access.admin_password,
        dbname=database or access.name,
        autocommit=True,
    )


@pytest.fixture
def shop(two_tenants) -> DatabaseAccess:
    """Two malls; in one of them Wang has 1 200 fen."""
    with tenant_context("lotus"):
        award_wang(1_200)
    return two_tenants[0].access


@pytest.fixture
def elsewhere(shop) -> Iterator[DatabaseAccess]:
    """The name of a database that isn't there yet."""
    access = dataclasses.replace(shop, name=f"{shop.name}_elsewhere")
    yield access
    with as_admin(access, "postgres") as admin:
        for suffix in ("", "_restoring", "_replaced"):
            admin.execute(
                sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(
                    sql.Identifier(access.name + suffix)
                )
            )


def definitions(access: DatabaseAccess) -> Counter[str]:
    """Tables, functions, owners and rights, as pg_dump writes them."""
    done = subprocess.run(
        [str(client_program("pg_dump", access=access)), "--schema-only"],
        env=client_environment(access),
        capture_output=True,
        text=True,
        check=True,
    )
    # A random word that guards the file against the server, and the order of statements of equal rank.
    lines = re.sub(r"^\\(un)?restrict .*$", "", done.stdout, flags=re.MULTILINE).splitlines()
    # PostgreSQL writes a cast of a list as casts of its elements once it has read it back; the meaning is the same.
    casts = re.compile(r"::(character varying|text)(\[\])?|[()]")
    return Counter(casts.sub("", line) for line in lines if line.strip() and not line.startswith("--"))


def rows(access: DatabaseAccess) -> dict[str, list[tuple]]:
    with as_admin(access) as admin:
        tables = admin.execute(
            "SELECT schemaname, tablename FROM pg_tables"
            " WHERE schemaname NOT IN ('pg_catalog', 'information_schema') ORDER BY 1, 2"
        ).fetchall()
        return {
            f"{schema}.{table}": admin.execute(
                sql.SQL("SELECT t::text FROM {} AS t ORDER BY 1").format(sql.Identifier(schema, table))
            ).fetchall()
            for schema, table in tables
        }


def awards_in(access: DatabaseAccess) -> int:
    return sum(",award,order:1" in row for (row,) in rows(access)["lotus.ledger_transfer"])


def test_what_was_backed_up_comes_back_and_goes_on_under_its_own_rights(shop, elsewhere, tmp_path):
    file = tmp_path / "shop.dump"
    made = tongbao("backup", str(file), access=shop)
    assert made.returncode == 0, made.stderr
    assert file.stat().st_mode & 0o777 == 0o600
    assert list(tmp_path.iterdir()) == [file]

    restored = tongbao("restore", str(file), access=elsewhere)
    assert restored.returncode == 0, restored.stderr
    assert "lotus, orchid" in restored.stdout

    before, after = rows(shop), rows(elsewhere)
    assert after.keys() == before.keys()
    assert {table for table in before if before[table] != after[table]} == set()
    assert awards_in(shop) == awards_in(elsewhere) == 1
    assert definitions(elsewhere) - definitions(shop) == Counter()
    assert definitions(shop) - definitions(elsewhere) == Counter()

    as_app = dataclasses.replace(
        elsewhere, admin_user=elsewhere.app_user, admin_password=elsewhere.app_password
    )
    with as_admin(as_app) as app:
        app.execute(f"SET ROLE {elsewhere.role_prefix}_tenant_lotus")
        app.execute("SET search_path = lotus, public")
        assert app.execute("SELECT count(*) FROM ledger_transfer WHERE kind = 'award'").fetchone() == (1,)
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            app.execute("UPDATE ledger_transfer SET amount = 1")
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            app.execute("SELECT 1 FROM orchid.ledger_transfer")


@pytest.fixture
def file(shop, tmp_path) -> Path:
    """A backup of the shop as it is."""
    path = tmp_path / "shop.dump"
    back_up(access=shop, path=path, say=quiet)
    return path


def put_back(access: DatabaseAccess, path: Path, *, replace_existing: bool = False) -> tuple[str, ...]:
    return restore(access=access, path=path, replace_existing=replace_existing, say=quiet)


def test_an_existing_database_is_only_replaced_on_request(shop, file):
    with tenant_context("lotus"):
        award_wang(500)
    with pytest.raises(DatabaseNotEmpty, match="--replace"):
        put_back(shop, file)
    assert awards_in(shop) == 2

    # Someone is still connected: they are sent away, since web and worker should have been stopped.
    connection.close()
    with as_admin(shop):
        assert put_back(shop, file, replace_existing=True) == ("lotus", "orchid")
    assert awards_in(shop) == 1
    with as_admin(shop, "postgres") as admin:
        left = admin.execute(
            "SELECT datname FROM pg_database WHERE datname LIKE %s", [f"{shop.name}\\_re%"]
        ).fetchall()
    assert left == []


@pytest.mark.parametrize("damage", ["cut short", "not a dump", "missing", "another program's"])
def test_an_unreadable_backup_is_refused(shop, file, damage):
    if damage == "cut short":
        file.write_bytes(file.read_bytes()[: file.stat().st_size // 2])
    elif damage == "not a dump":
        file.write_text("SELECT 1;")
    elif damage == "missing":
        file.unlink()
    else:
        environment = client_environment(dataclasses.replace(shop, name="postgres"))
        program = client_program("pg_dump", access=shop)
        subprocess.run([str(program), "--format=custom", f"--file={file}"], env=environment, check=True)
    with pytest.raises((BackupUnreadable, RestoreFailed), match=str(file)):
        put_back(shop, file, replace_existing=True)
    assert awards_in(shop) == 1


def test_a_backup_under_another_prefix_names_the_variable_to_set(shop, file):
    north = dataclasses.replace(shop, role_prefix="north")
    with pytest.raises(BackupUnreadable, match=f"set TONGBAO_ROLE_PREFIX={shop.role_prefix}"):
        put_back(north, file, replace_existing=True)


def test_a_backup_made_by_a_newer_version_is_refused(shop, elsewhere, tmp_path):
    with as_admin(shop) as admin:
        admin.execute(
            "INSERT INTO public.django_migrations (app, name, applied) VALUES ('ledger', '9999_later', now())"
        )
    file = tmp_path / "shop.dump"
    back_up(access=shop, path=file, say=quiet)
    with pytest.raises(RestoreFailed, match=r"ledger\.9999_later is unknown here"):
        put_back(elsewhere, file)
    with as_admin(shop, "postgres") as admin:
        assert not admin.execute("SELECT 1 FROM pg_database WHERE datname = %s", [elsewhere.name]).fetchone()


def test_a_backup_never_overwrites_a_file(shop, tmp_path):
    file = tmp_path / "shop.dump"
    file.write_text("yesterday's")
    with pytest.raises(FileExists):
        back_up(access=shop, path=file, say=quiet)
    assert file.read_text() == "yesterday's"


def test_a_backup_that_can_not_be_written_leaves_nothing(shop, tmp_path):
    with pytest.raises(BackupFailed, match="No such file or directory"):
        back_up(access=shop, path=tmp_path / "no-such-folder" / "shop.dump", say=quiet)
    unreachable = dataclasses.replace(shop, name="tongbao_test_not_there")
    with pytest.raises(BackupFailed, match="does not exist"):
        back_up(access=unreachable, path=tmp_path / "shop.dump", say=quiet)
    assert list(tmp_path.iterdir()) == []
