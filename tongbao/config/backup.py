"""Back up and restore the whole database, all tenants included, with PostgreSQL's own pg_dump and pg_restore.

A backup is one consistent picture, taken while the shop is open. A restore is made beside the database and takes
its place when it is complete, so an interrupted one changes nothing.
"""

from __future__ import annotations

import os
import re
import subprocess
import tempfile
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import psycopg
from django.db.migrations.loader import MigrationLoader
from psycopg import sql

from tongbao.kit.errors import DomainError
from tongbao.kit.postgres.access import DatabaseAccess
from tongbao.kit.postgres.programs import client_environment, client_program
from tongbao.tenancy.services.roles import create_tenant_roles, prepare_database

Say = Callable[[str], None]

# One entry of a dump's table of contents: number; oids; kind; schema, name, owner.
ENTRY = re.compile(r"^\d+; \d+ \d+ (?P<what>.+)$")
SCHEMA = re.compile(r"^SCHEMA - (?P<schema>\S+) (?P<owner>\S+)$")
# Made by prepare_database() already, and not the migrator's to change.
OF_THE_ADMINISTRATOR = re.compile(r"^(ACL|COMMENT) - SCHEMA public |^SCHEMA - public ")
JOBS = 2


class BackupFailed(DomainError):
    code = "backup_failed"
    status = 503
    message_en = "The backup could not be made: {detail}. {path} was not written."
    message_zh = "无法完成备份:{detail}。未写入 {path}。"


class FileExists(DomainError):
    code = "file_exists"
    status = 409
    message_en = "{path} exists. Choose another name, or remove it first."
    message_zh = "{path} 已存在。请换一个文件名,或先将其删除。"


class BackupUnreadable(DomainError):
    code = "backup_unreadable"
    status = 422
    message_en = "{path} is not a backup that can be restored: {detail}. Nothing was changed."
    message_zh = "{path} 不是可恢复的备份:{detail}。未做任何更改。"


class DatabaseNotEmpty(DomainError):
    code = "database_not_empty"
    status = 409
    message_en = (
        "The database {name} has {tables} tables. Restoring would lose them: add --replace if that is meant, or name "
        "another database in DATABASE_URL."
    )
    message_zh = (
        "数据库 {name} 中已有 {tables} 张表,恢复会覆盖它们。如确需覆盖请加 --replace,"
        "或在 DATABASE_URL 中指定其他数据库。"
    )


class RestoreFailed(DomainError):
    code = "restore_failed"
    status = 503
    message_en = "{path} could not be restored: {detail}. The database {name} was not changed."
    message_zh = "无法恢复 {path}:{detail}。数据库 {name} 未被更改。"


@dataclass(frozen=True, slots=True, kw_only=True)
class Contents:
    """What a backup holds, from its table of contents."""

    role_prefix: str
    schemas: tuple[str, ...]
    entries: tuple[str, ...]


def back_up(*, access: DatabaseAccess, path: Path, say: Say) -> int:
    """Write the database to ``path`` in PostgreSQL's custom format; return the file's size in bytes.

    The file is there under its name only when it is complete and could be read again, and its owner alone can read it.
    Raises FileExists, BackupFailed, ClientProgramMissing.
    """
    path = path.absolute()
    if path.exists():
        raise FileExists(path=path)
    program = client_program("pg_dump", access=access)
    say(f"Backing up {access.name} …")
    partial = path.with_name(f".{path.name}.partial-{os.getpid()}")
    try:
        os.close(os.open(partial, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))
        done = subprocess.run(  # noqa: S603  no shell
            [str(program), "--format=custom", f"--file={partial}"],
            # The migrator owns all that is ours, or belongs to the role that does.
            env=client_environment(access, role="migrator"),
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            check=False,
        )
        if done.returncode != 0:
            raise BackupFailed(detail=_reason(done), path=path)
        read_contents(access=access, path=partial)
        with partial.open("rb") as handle:
            os.fsync(handle.fileno())
        partial.rename(path)
    except OSError as error:
        raise BackupFailed(detail=error.strerror or str(error), path=path) from error
    finally:
        partial.unlink(missing_ok=True)
    return path.stat().st_size


def read_contents(*, access: DatabaseAccess, path: Path) -> Contents:
    """The table of contents of a backup. Raises BackupUnreadable for anything else."""
    if not path.is_file():
        raise BackupUnreadable(path=path, detail="there is no such file")
    done = subprocess.run(  # noqa: S603  no shell
        [str(client_program("pg_restore", access=access)), "--list", str(path)],
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode != 0:
        raise BackupUnreadable(path=path, detail=_reason(done))
    entries = tuple(line for line in done.stdout.splitlines() if ENTRY.match(line))
    found = [ENTRY.match(line) for line in entries]
    what = [match["what"] for match in found if match]
    owners = {entry.split()[-1] for entry in what if entry.startswith("TABLE public registry_tenant ")}
    if len(owners) != 1:
        raise BackupUnreadable(path=path, detail="it holds no installation of Tongbao")
    schemas = tuple(
        match["schema"] for match in map(SCHEMA.match, what) if match and match["schema"] != "public"
    )
    return Contents(role_prefix=owners.pop().removesuffix("_migrator"), schemas=schemas, entries=entries)


def restore(*, access: DatabaseAccess, path: Path, replace_existing: bool, say: Say) -> tuple[str, ...]:
    """Put a backup in place of the database; return the schemas of the tenants that it holds.

    Raises BackupUnreadable, DatabaseNotEmpty, RestoreFailed, DatabaseUnsuitable, ClientProgramMissing. The database is
    as it was after each of them.
    """
    path = path.absolute()
    contents = read_contents(access=access, path=path)
    if contents.role_prefix != access.role_prefix:
        raise BackupUnreadable(
            path=path,
            detail=f"its roles begin with {contents.role_prefix}, ours with {access.role_prefix} — set "
            f"TONGBAO_ROLE_PREFIX={contents.role_prefix}",
        )
    tables = _tables_in(access)
    if tables and not replace_existing:
        raise DatabaseNotEmpty(name=access.name, tables=tables)
    beside = replace(access, name=f"{access.name}_restoring")
    _drop(access, beside.name)
    try:
        prepare_database(access=beside)
        _make_schemas(beside, contents.schemas)
        say(f"Restoring {len(contents.schemas)} malls …")
        _pg_restore(beside, path=path, contents=contents)
        _refuse_what_is_newer(beside, path=path)
        say("Collecting statistics …")
        with _connect_as_migrator(beside) as connection:
            connection.execute("ANALYZE")
        _exchange(access, beside)
    except psycopg.Error as error:
        raise RestoreFailed(path=path, name=access.name, detail=str(error).strip()) from error
    finally:
        _drop(access, beside.name)
    return contents.schemas


def _pg_restore(beside: DatabaseAccess, *, path: Path, contents: Contents) -> None:
    kept = []
    for line in contents.entries:
        match = ENTRY.match(line)
        what = match["what"] if match else ""
        if not SCHEMA.match(what) and not OF_THE_ADMINISTRATOR.match(what):
            kept.append(line)
    with tempfile.NamedTemporaryFile("w", suffix=".list", encoding="utf-8") as listed:
        listed.write("\n".join(kept) + "\n")
        listed.flush()
        done = subprocess.run(  # noqa: S603  no shell
            [
                str(client_program("pg_restore", access=beside)),
                *("--exit-on-error", f"--jobs={JOBS}", f"--use-list={listed.name}"),
                *(f"--dbname={beside.name}", str(path)),
            ],
            env=client_environment(beside, role="migrator"),
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            check=False,
        )
    if done.returncode != 0:
        raise RestoreFailed(path=path, name=beside.name.removesuffix("_restoring"), detail=_reason(done))


def _make_schemas(beside: DatabaseAccess, schemas: tuple[str, ...]) -> None:
    """Roles and schemas first: a table can only be given to a role that may create in its schema."""
    for schema_name in schemas:
        create_tenant_roles(access=beside, schema_name=schema_name)
    with _connect_as_migrator(beside) as migrator:
        for schema_name in schemas:
            schema, owner = sql.Identifier(schema_name), sql.Identifier(f"{beside.role_prefix}_owner")
            migrator.execute(sql.SQL("CREATE SCHEMA {}").format(schema))
            migrator.execute(sql.SQL("GRANT USAGE, CREATE ON SCHEMA {} TO {}").format(schema, owner))


def _refuse_what_is_newer(beside: DatabaseAccess, *, path: Path) -> None:
    known = set(MigrationLoader(None, ignore_no_migrations=True).disk_migrations)
    with _connect_as_migrator(beside) as connection:
        applied = set(connection.execute("SELECT app, name FROM public.django_migrations").fetchall())
    unknown = sorted(f"{app}.{name}" for app, name in applied - known)
    if unknown:
        raise RestoreFailed(
            path=path,
            name=beside.name.removesuffix("_restoring"),
            detail=f"it was made by a newer version of this program ({unknown[0]} is unknown here) — install that one",
        )


def _exchange(access: DatabaseAccess, beside: DatabaseAccess) -> None:
    """Give the restored database the name. At every moment one of the two bears it, or can be given it back."""
    before = f"{access.name}_replaced"
    _drop(access, before)
    with _connect(access, "postgres") as admin:
        here, there = sql.Identifier(access.name), sql.Identifier(before)
        if admin.execute("SELECT 1 FROM pg_database WHERE datname = %s", [access.name]).fetchone():
            admin.execute(sql.SQL("ALTER DATABASE {} ALLOW_CONNECTIONS false").format(here))
            try:
                admin.execute(
                    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s", [access.name]
                )
                admin.execute(sql.SQL("ALTER DATABASE {} RENAME TO {}").format(here, there))
            except psycopg.Error:
                admin.execute(sql.SQL("ALTER DATABASE {} ALLOW_CONNECTIONS true").format(here))
                raise
        admin.execute(sql.SQL("ALTER DATABASE {} RENAME TO {}").format(sql.Identifier(beside.name), here))
    _drop(access, before)


def _tables_in(access: DatabaseAccess) -> int:
    try:
        with _connect(access, access.name) as connection:
            row = connection.execute(
                "SELECT count(*) FROM pg_tables WHERE schemaname NOT IN ('pg_catalog', 'information_schema')"
            ).fetchone()
            return int(row[0]) if row else 0
    except psycopg.OperationalError as error:
        if error.sqlstate == "3D000" or "does not exist" in str(error):
            return 0
        raise


def _connect(access: DatabaseAccess, database: str) -> psycopg.Connection[tuple[Any, ...]]:
    return psycopg.connect(
        host=access.host,
        port=access.port,
        user=access.admin_user,
        password=access.admin_password,
        dbname=database,
        autocommit=True,
    )


def _connect_as_migrator(access: DatabaseAccess) -> psycopg.Connection[tuple[Any, ...]]:
    """As the one who owns the tables: an administrator who is no superuser may not read them."""
    return _connect(
        replace(access, admin_user=access.migrator_user, admin_password=access.migrator_password), access.name
    )


def _drop(access: DatabaseAccess, name: str) -> None:
    with _connect(access, "postgres") as admin:
        admin.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name)))


def _reason(done: subprocess.CompletedProcess[str]) -> str:
    """The first complaint of a client program, on one line."""
    lines = [line.strip() for line in done.stderr.splitlines() if line.strip()]
    said = [line for line in lines if "error:" in line] or lines or [f"exit code {done.returncode}"]
    return said[0].split("error: ", 1)[-1].rstrip(".")
