"""Nobody but the books' own functions writes the books: whatever the application's roles try is refused.

The tables come from the database's catalog, so that a table which is added tomorrow is tried as well.
"""

from __future__ import annotations

import psycopg
import pytest
from django.apps import apps
from django.db import DatabaseError, connection, transaction

TABLES = """
SELECT relname, coalesce((SELECT parent.relname FROM pg_inherits JOIN pg_class AS parent ON parent.oid = inhparent
                          WHERE inhrelid = this.oid), '')
FROM pg_class AS this
WHERE relnamespace = 'lotus'::regnamespace AND relkind IN ('r', 'p') AND relname LIKE 'ledger\\_%'
ORDER BY relname
"""
COLUMN = """
SELECT attname FROM pg_attribute WHERE attrelid = to_regclass('lotus.' || %s) AND attnum > 0 AND NOT attisdropped
  AND attidentity = '' ORDER BY attnum LIMIT 1
"""
WRITES = {
    "insert": "INSERT INTO {table} DEFAULT VALUES",
    "copy": "COPY {table} FROM STDIN",
    "update": "UPDATE {table} SET {column} = {column}",
    "delete": "DELETE FROM {table}",
    "merge": "MERGE INTO {table} USING (SELECT 1) AS one ON false WHEN NOT MATCHED THEN INSERT DEFAULT VALUES",
    "truncate": "TRUNCATE {table} CASCADE",
    "lock rows": "SELECT 1 FROM {table} FOR UPDATE",
    "lock the table": "LOCK TABLE {table} IN EXCLUSIVE MODE",
    "add a column": "ALTER TABLE {table} ADD COLUMN extra integer",
    "drop a column": "ALTER TABLE {table} DROP COLUMN {column}",
    "disable triggers": "ALTER TABLE {table} DISABLE TRIGGER ALL",
    "become its owner": "ALTER TABLE {table} OWNER TO CURRENT_USER",
    "rename": "ALTER TABLE {table} RENAME TO renamed",
    "move": "ALTER TABLE {table} SET SCHEMA public",
    "drop": "DROP TABLE {table} CASCADE",
    "rule": "CREATE RULE quietly AS ON INSERT TO {table} DO INSTEAD NOTHING",
    "trigger": "CREATE TRIGGER quietly BEFORE INSERT ON {table} FOR EACH ROW"
    " EXECUTE FUNCTION suppress_redundant_updates_trigger()",
    "index": "CREATE INDEX quietly ON {table} ({column})",
    "policy": "CREATE POLICY quietly ON {table} USING (false)",
    "comment": "COMMENT ON TABLE {table} IS 'mine'",
    "refer": "CREATE TABLE public.refers (n {table})",
    "inherit": "CREATE TABLE lotus.heir () INHERITS ({table})",
    "shadow": "CREATE TEMPORARY TABLE {name} (n integer)",
}
POWERS = {
    "no triggers in this session": "SET session_replication_role = replica",
    "be the owner of the books": "SET ROLE {prefix}_owner",
    "be the migrator": "SET ROLE {prefix}_migrator",
    "be an administrator": "SET SESSION AUTHORIZATION postgres",
    "raise one's rights": "ALTER ROLE {prefix}_app SUPERUSER",
    "join the owner": "GRANT {prefix}_owner TO {prefix}_app",
    "be given the tables": "ALTER DEFAULT PRIVILEGES FOR ROLE {prefix}_owner GRANT ALL ON TABLES TO {prefix}_app",
    "turn the numbers back": "SELECT setval(pg_get_serial_sequence('lotus.ledger_request', 'batch'), 1)",
    "make a function": "CREATE FUNCTION lotus.mine() RETURNS integer LANGUAGE sql AS 'SELECT 1'",
    "replace a function": "CREATE OR REPLACE FUNCTION lotus.ledger_check_time(at timestamptz) RETURNS void"
    " LANGUAGE sql AS ''",
    "drop a function": "DROP FUNCTION lotus.ledger_check_time(timestamptz)",
    "make a schema": "CREATE SCHEMA mine",
    "drop the schema": "DROP SCHEMA lotus CASCADE",
    "write a file": "COPY (SELECT 1) TO '/tmp/out'",
    "run a program": "COPY (SELECT 1) TO PROGRAM 'true'",
}
REFUSED = ("42501", "0A000", "22023")
"""Insufficient privilege; and what PostgreSQL can't do for anybody with such a table, refused before rights matter."""


def roles() -> list[str]:
    prefix = connection.settings_dict["ROLE_PREFIX"]
    return [f"{prefix}_tenant_lotus", f"{prefix}_settler_lotus", f"{prefix}_app"]


def outcome(statement: str, *, role: str) -> str:
    """How the database answers a role: ``done``, or the state of its error."""
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(
                "SELECT set_config('role', %s, true)", [role if not role.endswith("_app") else "none"]
            )
            if statement.startswith("COPY") and "STDIN" in statement:
                with cursor.copy(statement):
                    pass
            else:
                cursor.execute(statement)
    except psycopg.Error as error:  # a COPY is not translated by Django
        return str(error.sqlstate)
    except DatabaseError as error:
        return str(error.__cause__.sqlstate)
    return "done"


def all_tables() -> list[tuple[str, str]]:
    with connection.cursor() as cursor:
        cursor.execute(TABLES)
        return list(cursor.fetchall())


def a_column_of(table: str) -> str:
    with connection.cursor() as cursor:
        cursor.execute(COLUMN, [table])
        return str(cursor.fetchone()[0])


def is_allowed(role: str, parent: str, what: str) -> bool:
    """The one exception: the settler copies awards into a partition, where a trigger looks at every one."""
    rights = getattr(apps.get_app_config("ledger"), "protected_partitions", {}).get(parent, {})
    return "_settler_" in role and what in ("insert", "copy") and "INSERT" in rights.get("settler", "")


def test_the_catalog_knows_the_books(tenant):
    names = {name for name, _ in all_tables()}
    assert {"ledger_account", "ledger_balance", "ledger_request", "ledger_transfer", "ledger_hold"} <= names


@pytest.mark.parametrize("what", WRITES)
def test_no_role_of_the_application_writes_a_table_of_the_books(tenant, what):
    answers = {}
    for table, parent in all_tables():
        statement = WRITES[what].format(table=f"lotus.{table}", name=table, column=a_column_of(table))
        for role in roles():
            if not is_allowed(role, parent, what):
                answers[f"{role}: {statement}"] = outcome(statement, role=role)
    assert len(answers) > 20
    assert {statement: said for statement, said in answers.items() if said not in REFUSED} == {}


@pytest.mark.parametrize("what", POWERS)
def test_no_role_of_the_application_takes_a_power_that_it_was_not_given(tenant, what):
    statement = POWERS[what].format(prefix=connection.settings_dict["ROLE_PREFIX"])
    answers = {role: outcome(statement, role=role) for role in roles()}
    assert set(answers.values()) == {"42501"}, answers


def test_nobody_grants_rights_on_the_books_to_themselves(tenant):
    for table, _parent in all_tables():
        for role in roles():
            outcome(f"GRANT ALL ON lotus.{table} TO {role}", role=role)
            with connection.cursor() as cursor:
                cursor.execute(
                    "SELECT has_table_privilege(%s, %s, 'UPDATE') OR has_table_privilege(%s, %s, 'DELETE')"
                    " OR has_table_privilege(%s, %s, 'TRUNCATE')",
                    [role, f"lotus.{table}"] * 3,
                )
                assert cursor.fetchone() == (False,), (role, table)


def test_one_mall_cannot_read_the_books_of_another(two_tenants):
    connection.set_schema("lotus")
    assert {outcome("SELECT 1 FROM orchid.ledger_transfer", role=role) for role in roles()} == {"42501"}
