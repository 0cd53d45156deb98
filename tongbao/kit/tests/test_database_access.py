"""Which database is used follows from the environment, and an unsuitable one is refused in plain words."""

from __future__ import annotations

import dataclasses
import os
from collections.abc import Iterator

import psycopg
import pytest
from psycopg import sql

from tongbao.kit.postgres import access
from tongbao.kit.postgres.errors import DatabaseUnsuitable, DatabaseUrlInvalid


@pytest.fixture
def plain_environment(monkeypatch: pytest.MonkeyPatch) -> pytest.MonkeyPatch:
    """Only what a test sets decides."""
    for name in ("DATABASE_URL", "TONGBAO_ROLE_PREFIX", "TONGBAO_APP_PASSWORD", "TONGBAO_MIGRATOR_PASSWORD"):
        monkeypatch.delenv(name, raising=False)
    for name in access.URL_OPTIONS.values():
        monkeypatch.setenv(name, "")  # so that what the code sets is undone
        monkeypatch.delenv(name)
    access._address_from_url.cache_clear()
    return monkeypatch


@pytest.fixture
def servers_address() -> access.DatabaseAccess:
    """The server that all tests use, whether embedded or named by DATABASE_URL."""
    return access.resolve()


@pytest.fixture
def modest_account(servers_address) -> Iterator[tuple[psycopg.Connection, access.DatabaseAccess]]:
    """An account that may do nothing, as the administrator of a database that isn't there."""
    name = f"tongbao_modest_{os.getpid()}"
    with psycopg.connect(
        host=servers_address.host,
        port=servers_address.port,
        user=servers_address.admin_user,
        password=servers_address.admin_password,
        dbname="postgres",
        autocommit=True,
    ) as admin:
        role = sql.Identifier(name)
        admin.execute(sql.SQL("CREATE ROLE {} LOGIN PASSWORD 'modest'").format(role))
        try:
            yield (
                admin,
                dataclasses.replace(
                    servers_address, admin_user=name, admin_password="modest", name=f"{name}_database"
                ),
            )
        finally:
            admin.execute(sql.SQL("DROP DATABASE IF EXISTS {}").format(sql.Identifier(f"{name}_database")))
            admin.execute(sql.SQL("DROP ROLE {}").format(role))


def test_without_a_url_the_embedded_server_is_used(plain_environment):
    found = access.resolve()
    assert found.embedded
    assert (found.host, found.name, found.role_prefix) == ("127.0.0.1", "tongbao", "tongbao")
    assert (found.app_user, found.migrator_user) == ("tongbao_app", "tongbao_migrator")
    assert len({found.admin_password, found.app_password, found.migrator_password}) == 3


def test_resolving_twice_gives_the_same_passwords(plain_environment):
    assert access.resolve() == access.resolve()


def test_a_url_names_server_database_and_administrator(plain_environment):
    plain_environment.setenv("DATABASE_URL", "postgresql://chen:p%40ss@db.example:6432/mall?sslmode=require")
    found = access.resolve()
    assert not found.embedded
    assert (found.host, found.port, found.name) == ("db.example", 6432, "mall")
    assert (found.admin_user, found.admin_password) == ("chen", "p@ss")
    assert os.environ["PGSSLMODE"] == "require"


def test_a_url_may_leave_out_port_and_database(plain_environment):
    plain_environment.setenv("DATABASE_URL", "postgres://chen:secret@db.example")
    found = access.resolve()
    assert (found.port, found.name) == (5432, "tongbao")


def test_prefix_and_passwords_come_from_the_environment(plain_environment):
    plain_environment.setenv("TONGBAO_ROLE_PREFIX", "north")
    plain_environment.setenv("TONGBAO_APP_PASSWORD", "one")
    plain_environment.setenv("TONGBAO_MIGRATOR_PASSWORD", "two")
    found = access.resolve()
    assert (found.app_user, found.app_password) == ("north_app", "one")
    assert (found.migrator_user, found.migrator_password) == ("north_migrator", "two")


def test_passwords_are_not_shown_when_printed(plain_environment):
    found = access.resolve()
    assert found.app_password not in repr(found)
    assert found.admin_password not in repr(found)


@pytest.mark.parametrize(
    ("url", "why"),
    [
        ("mysql://chen:secret@db.example/mall", "doesn't begin with postgresql://"),
        ("postgresql://db.example/mall", "names no account"),
        ("postgresql://chen:secret@a,b/mall", "one host and one port"),
        ("postgresql://chen:secret@db.example:port/mall", "invalid|port"),
        ("postgresql://chen:secret@db.example/mall?application_name=x", "application_name isn't among"),
        ("postgresql://chen:secret@db.example/mall?nonsense=1", "nonsense"),
    ],
)
def test_a_url_that_can_not_work_is_refused_with_the_reason(plain_environment, url, why):
    plain_environment.setenv("DATABASE_URL", url)
    with pytest.raises(DatabaseUrlInvalid, match=why):
        access.resolve()


@pytest.mark.parametrize("prefix", ["Tongbao", "tong-bao", "1st", "a" * 21, 'x"; DROP ROLE postgres; --'])
def test_a_prefix_that_would_need_quoting_is_refused(plain_environment, prefix):
    plain_environment.setenv("TONGBAO_ROLE_PREFIX", prefix)
    with pytest.raises(DatabaseUrlInvalid, match="TONGBAO_ROLE_PREFIX"):
        access.resolve()


def test_the_server_in_use_is_suitable(servers_address):
    access.require_suitable(servers_address)


def test_an_older_server_is_refused(servers_address, monkeypatch):
    monkeypatch.setattr(access, "OLDEST_VERSION", 99)
    with pytest.raises(DatabaseUnsuitable, match="99 or newer is needed"):
        access.require_suitable(servers_address)


def test_an_account_without_rights_is_told_which_to_get(modest_account):
    _, theirs = modest_account
    with pytest.raises(DatabaseUnsuitable) as caught:
        access.require_suitable(theirs)
    assert f"ALTER ROLE {theirs.admin_user} CREATEROLE; ALTER ROLE {theirs.admin_user} CREATEDB" in str(
        caught.value
    )


def test_the_right_to_make_databases_is_not_needed_when_it_is_there(modest_account):
    admin, theirs = modest_account
    admin.execute(sql.SQL("ALTER ROLE {} CREATEROLE").format(sql.Identifier(theirs.admin_user)))
    with pytest.raises(DatabaseUnsuitable, match="CREATEDB"):
        access.require_suitable(theirs)
    admin.execute(
        sql.SQL("CREATE DATABASE {} ENCODING 'UTF8' TEMPLATE template0").format(sql.Identifier(theirs.name))
    )
    access.require_suitable(theirs)


def test_a_database_in_another_encoding_is_refused(modest_account):
    admin, theirs = modest_account
    admin.execute(sql.SQL("ALTER ROLE {} CREATEROLE CREATEDB").format(sql.Identifier(theirs.admin_user)))
    admin.execute(
        sql.SQL("CREATE DATABASE {} ENCODING 'SQL_ASCII' LOCALE 'C' TEMPLATE template0").format(
            sql.Identifier(theirs.name)
        )
    )
    with pytest.raises(DatabaseUnsuitable, match="in SQL_ASCII, and UTF8 is needed"):
        access.require_suitable(theirs)


def test_a_server_out_of_reach_is_named(servers_address):
    with pytest.raises(DatabaseUnsuitable, match=r"127\.0\.0\.1:1 can't be used"):
        access.require_suitable(dataclasses.replace(servers_address, host="127.0.0.1", port=1))
