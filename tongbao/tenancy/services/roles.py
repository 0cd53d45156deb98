"""The database's roles: who may do what, set up on any PostgreSQL the operator points at.

========================  ==========  =====================================================================
role                      signs in    may
========================  ==========  =====================================================================
``<prefix>_owner``        no          own the ledger's tables and functions
``<prefix>_migrator``     yes         make and change tables
``<prefix>_app``          yes         read the registry, work the queue, switch to a tenant's role
``<prefix>_tenant_<s>``   no          work in schema ``<s>``; on the ledger only read and call functions
``<prefix>_settler_<s>``  no          the same; copies awards into the ledger's partitions
========================  ==========  =====================================================================
"""

from __future__ import annotations

from contextlib import suppress

import psycopg
from django.apps import apps
from django.db import connection
from psycopg import sql

from tongbao.kit.errors import DomainError
from tongbao.kit.postgres.access import DatabaseAccess, require_suitable


class DatabaseRightsMissing(DomainError):
    code = "database_rights_missing"
    status = 503
    message_en = (
        "The database account {user} may not {what}. Use an account that may create roles and databases in "
        "DATABASE_URL, or let an administrator do it once."
    )
    message_zh = (
        "数据库账号{user}无权{what}。请在 DATABASE_URL 中使用可创建角色和数据库的账号,或请管理员执行一次。"
    )


def _admin(access: DatabaseAccess, *, database: str) -> psycopg.Connection[tuple[object, ...]]:
    return psycopg.connect(
        host=access.host,
        port=access.port,
        user=access.admin_user,
        password=access.admin_password,
        dbname=database,
        autocommit=True,
    )


def prepare_database(*, access: DatabaseAccess, template: str | None = None) -> None:
    """Create the cluster-wide roles and the database, if they are not there; safe to repeat.

    Raises DatabaseUnsuitable, DatabaseRightsMissing when the administrative account may not.
    """
    require_suitable(access)
    prefix = access.role_prefix
    try:
        with _admin(access, database="postgres") as admin:
            _ensure_role(admin, f"{prefix}_owner", "NOLOGIN")
            _ensure_role(admin, f"{prefix}_migrator", "LOGIN", access.migrator_password)
            _ensure_role(admin, f"{prefix}_app", "LOGIN NOINHERIT", access.app_password)
            _grant(admin, f"{prefix}_owner", f"{prefix}_migrator")
            known = admin.execute("SELECT 1 FROM pg_database WHERE datname = %s", [access.name]).fetchone()
            if not known:
                source = sql.SQL(" TEMPLATE {}").format(sql.Identifier(template)) if template else sql.SQL("")
                admin.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(access.name)) + source)
        with _admin(access, database=access.name) as admin:
            for statement in (
                "REVOKE CREATE ON SCHEMA public FROM PUBLIC",
                "REVOKE ALL ON DATABASE {database} FROM PUBLIC",
                "GRANT CONNECT, CREATE, TEMPORARY ON DATABASE {database} TO {migrator}",
                "GRANT CONNECT ON DATABASE {database} TO {app}",
                "GRANT USAGE, CREATE ON SCHEMA public TO {migrator}",
                "GRANT USAGE ON SCHEMA public TO {app}",
            ):
                admin.execute(
                    sql.SQL(statement).format(
                        database=sql.Identifier(access.name),
                        migrator=sql.Identifier(f"{prefix}_migrator"),
                        app=sql.Identifier(f"{prefix}_app"),
                    )
                )
    except psycopg.errors.InsufficientPrivilege as error:
        raise DatabaseRightsMissing(user=access.admin_user, what="create roles or databases") from error


def create_tenant_roles(*, access: DatabaseAccess, schema_name: str) -> None:
    """Create the two roles of one tenant and let the application switch to them."""
    prefix = access.role_prefix
    try:
        with _admin(access, database=access.name) as admin:
            for kind in ("tenant", "settler"):
                role = f"{prefix}_{kind}_{schema_name}"
                _ensure_role(admin, role, "NOLOGIN")
                _grant(admin, role, f"{prefix}_app")
                _grant(admin, role, f"{prefix}_migrator")
    except psycopg.errors.InsufficientPrivilege as error:
        raise DatabaseRightsMissing(user=access.admin_user, what="create roles") from error


def _ensure_role(
    admin: psycopg.Connection[tuple[object, ...]], name: str, attributes: str, password: str | None = None
) -> None:
    with suppress(psycopg.errors.DuplicateObject):
        admin.execute(sql.SQL("CREATE ROLE {} " + attributes).format(sql.Identifier(name)))
    if password:
        admin.execute(
            sql.SQL("ALTER ROLE {} PASSWORD {}").format(sql.Identifier(name), sql.Literal(password))
        )


def _grant(admin: psycopg.Connection[tuple[object, ...]], role: str, member: str) -> None:
    admin.execute(sql.SQL("GRANT {} TO {}").format(sql.Identifier(role), sql.Identifier(member)))


def grant_public() -> None:
    """What the signed-in application may do outside any tenant; run by the migrator after migrating."""
    app = f"{connection.settings_dict['ROLE_PREFIX']}_app"
    _run(
        "GRANT SELECT ON registry_tenant, registry_domain, django_migrations TO {app}",
        "GRANT SELECT, INSERT, UPDATE, DELETE ON procrastinate_jobs, procrastinate_periodic_defers,"
        " procrastinate_events, procrastinate_workers TO {app}",
        "GRANT USAGE ON ALL SEQUENCES IN SCHEMA public TO {app}",
        "REVOKE ALL ON FUNCTION public.tongbao_wake(text) FROM PUBLIC",
        app=app,
    )


def grant_tenant(*, schema_name: str) -> None:
    """Give a tenant's roles exactly their rights; run by the migrator after every migration of the schema.

    Packages name the tables that are not open to writing as ``protected_tables`` of their AppConfig, and what each
    role may do with the partitions of a table as ``protected_partitions``.
    """
    prefix = connection.settings_dict["ROLE_PREFIX"]
    for kind in ("tenant", "settler"):
        names = {"schema": schema_name, "role": f"{prefix}_{kind}_{schema_name}"}
        _run(
            "REVOKE ALL ON SCHEMA {schema} FROM PUBLIC",
            "GRANT USAGE ON SCHEMA {schema} TO {role}",
            "GRANT USAGE ON SCHEMA public TO {role}",
            "REVOKE ALL ON ALL TABLES IN SCHEMA {schema} FROM {role}",
            "GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA {schema} TO {role}",
            "GRANT USAGE ON ALL SEQUENCES IN SCHEMA {schema} TO {role}",
            "REVOKE ALL ON ALL FUNCTIONS IN SCHEMA {schema} FROM PUBLIC",
            "GRANT EXECUTE ON ALL FUNCTIONS IN SCHEMA {schema} TO {role}",
            "GRANT EXECUTE ON FUNCTION public.tongbao_wake(text) TO {role}",
            "REVOKE ALL ON {schema}.kit_clock FROM {role}",
            "REVOKE INSERT, UPDATE, DELETE ON {schema}.django_migrations FROM {role}",
            **names,
        )
        for app in apps.get_app_configs():
            for table, rights in getattr(app, "protected_tables", {}).items():
                if not _table_exists(schema_name=schema_name, table=table):
                    continue
                _run(
                    "REVOKE ALL ON {schema}.{table} FROM {role}",
                    f"GRANT {rights} ON {{schema}}.{{table}} TO {{role}}" if rights else "SELECT 1",
                    table=table,
                    **names,
                )
            for table, rights_of in getattr(app, "protected_partitions", {}).items():
                for partition in _partitions(schema_name=schema_name, table=table):
                    _run(
                        "REVOKE ALL ON {schema}.{table} FROM {role}",
                        f"GRANT {rights_of[kind]} ON {{schema}}.{{table}} TO {{role}}",
                        table=partition,
                        **names,
                    )


def _partitions(*, schema_name: str, table: str) -> list[str]:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT child.relname FROM pg_inherits JOIN pg_class AS child ON child.oid = inhrelid"
            " WHERE inhparent = to_regclass(format('%%I.%%I', %s::text, %s::text))",
            [schema_name, table],
        )
        return [str(name) for (name,) in cursor.fetchall()]


def _table_exists(*, schema_name: str, table: str) -> bool:
    with connection.cursor() as cursor:
        # views too: what is granted on all tables is granted on them
        cursor.execute(
            "SELECT 1 FROM pg_class WHERE relnamespace = to_regnamespace(quote_ident(%s)) AND relname = %s"
            " AND relkind IN ('r', 'p', 'v')",
            [schema_name, table],
        )
        return cursor.fetchone() is not None


def _run(*statements: str, **names: str) -> None:
    with connection.cursor() as cursor:
        for statement in statements:
            identifiers = {key: sql.Identifier(value) for key, value in names.items()}
            cursor.execute(sql.SQL(statement).format(**identifiers))  # type: ignore[arg-type]
