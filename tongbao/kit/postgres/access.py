"""Which PostgreSQL this installation uses, and as whom it signs in.

DATABASE_URL names an administrator's account on any PostgreSQL 15 or newer; without it the embedded server
is started. Of the three accounts that come out, the administrator only makes roles and databases, the
migrator owns the tables, and the application owns nothing.

>>> access = resolve()                                # doctest: +SKIP
>>> access.app_user, access.embedded                  # doctest: +SKIP
('tongbao_app', True)
"""

from __future__ import annotations

import os
import re
from dataclasses import dataclass
from functools import lru_cache

from tongbao.kit.installation import secret
from tongbao.kit.postgres import server
from tongbao.kit.postgres.errors import DatabaseUnsuitable, DatabaseUrlInvalid

DEFAULT_NAME = "tongbao"
DEFAULT_PREFIX = "tongbao"
OLDEST_VERSION = 15
# Longest role is <prefix>_settler_<tenant>; PostgreSQL cuts names at 63 bytes.
PREFIX = re.compile(r"[a-z][a-z0-9_]{0,19}")

# What a URL may say beside the address. Each becomes the variable that every client of this process honours,
# pg_dump and psql included.
URL_OPTIONS = {
    "sslmode": "PGSSLMODE",
    "sslrootcert": "PGSSLROOTCERT",
    "sslcert": "PGSSLCERT",
    "sslkey": "PGSSLKEY",
    "channel_binding": "PGCHANNELBINDING",
    "connect_timeout": "PGCONNECT_TIMEOUT",
    "target_session_attrs": "PGTARGETSESSIONATTRS",
    "gssencmode": "PGGSSENCMODE",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class DatabaseAccess:
    """An address with the accounts that this installation uses there."""

    host: str
    port: int
    name: str
    admin_user: str
    admin_password: str
    app_user: str
    app_password: str
    migrator_user: str
    migrator_password: str
    role_prefix: str
    embedded: bool

    def __repr__(self) -> str:
        return (
            f"DatabaseAccess({self.app_user}@{self.host}:{self.port}/{self.name}, embedded={self.embedded})"
        )


def resolve() -> DatabaseAccess:
    """The database from the environment; the embedded server is started if it is the one and doesn't run.

    Cheap when the server runs (about a millisecond). A server named by DATABASE_URL is not connected to here:
    see require_suitable().

    Raises DatabaseUrlInvalid, EmbeddedServerMissing, EmbeddedServerFailed, FolderNotWritable.
    """
    url = os.environ.get("DATABASE_URL", "").strip()
    prefix = os.environ.get("TONGBAO_ROLE_PREFIX") or DEFAULT_PREFIX
    if not PREFIX.fullmatch(prefix):
        raise DatabaseUrlInvalid(
            why=f"TONGBAO_ROLE_PREFIX is {prefix!r}; write up to 20 of a-z, 0-9 and underscore"
        )
    roles = {
        "app_user": f"{prefix}_app",
        "app_password": os.environ.get("TONGBAO_APP_PASSWORD") or secret("database_app_password"),
        "migrator_user": f"{prefix}_migrator",
        "migrator_password": os.environ.get("TONGBAO_MIGRATOR_PASSWORD")
        or secret("database_migrator_password"),
        "role_prefix": prefix,
    }
    if url:
        return DatabaseAccess(**_address_from_url(url), **roles, embedded=False)  # type: ignore[arg-type]
    address = server.ensure_running()
    return DatabaseAccess(
        host=address.host,
        port=address.port,
        name=DEFAULT_NAME,
        admin_user=address.superuser,
        admin_password=address.password,
        embedded=True,
        **roles,
    )


@lru_cache(maxsize=4)
def _address_from_url(url: str) -> dict[str, str | int]:
    # Imported here: the embedded server is found without it.
    import psycopg
    from psycopg.conninfo import conninfo_to_dict

    if not url.startswith(("postgresql://", "postgres://")):
        raise DatabaseUrlInvalid(why="it doesn't begin with postgresql://")
    try:
        parts = {key: str(value) for key, value in conninfo_to_dict(url).items() if value is not None}
    except psycopg.ProgrammingError as error:
        raise DatabaseUrlInvalid(why=str(error).strip()) from error
    host, port = parts.pop("host", "127.0.0.1"), parts.pop("port", "5432")
    user, password = parts.pop("user", ""), parts.pop("password", "")
    name = parts.pop("dbname", DEFAULT_NAME)
    if "," in host or not port.isdigit():
        raise DatabaseUrlInvalid(why="it must name one host and one port")
    if not user:
        raise DatabaseUrlInvalid(why="it names no account")
    for option, value in parts.items():
        if option not in URL_OPTIONS:
            raise DatabaseUrlInvalid(why=f"{option} isn't among {', '.join(sorted(URL_OPTIONS))}")
        os.environ[URL_OPTIONS[option]] = value
    return {"host": host, "port": int(port), "name": name, "admin_user": user, "admin_password": password}


def require_suitable(access: DatabaseAccess) -> None:
    """Connect as the administrator and check what this product needs of a server.

    Raises DatabaseUnsuitable: not reachable, older than PostgreSQL 15, not in UTF-8, or an account that may
    not create roles, or the database while it is missing.
    """
    import psycopg

    where = f"{access.host}:{access.port}"
    try:
        connection = psycopg.connect(
            host=access.host,
            port=access.port,
            user=access.admin_user,
            password=access.admin_password,
            dbname="postgres",
            autocommit=True,
            connect_timeout=10,
        )
    except psycopg.OperationalError as error:
        raise DatabaseUnsuitable(
            where=where,
            why=f"{str(error).strip()} — check that it runs, and the account and password in DATABASE_URL",
        ) from error
    with connection:
        version = connection.info.server_version
        if version < OLDEST_VERSION * 10000:
            raise DatabaseUnsuitable(
                where=where,
                why=f"it is version {version // 10000}, and {OLDEST_VERSION} or newer is needed — upgrade, "
                "or unset DATABASE_URL to use the embedded one",
            )
        row = connection.execute(
            """
            SELECT rolsuper OR rolcreaterole, rolsuper OR rolcreatedb,
                   EXISTS (SELECT FROM pg_database WHERE datname = %(name)s),
                   (SELECT pg_encoding_to_char(encoding) FROM pg_database
                    WHERE datname IN (%(name)s, 'template1') ORDER BY datname = %(name)s DESC LIMIT 1)
            FROM pg_roles WHERE rolname = current_user
            """,
            {"name": access.name},
        ).fetchone()
        may_create_roles, may_create_databases, has_database, encoding = row or (False, False, False, "")
        if encoding != "UTF8":
            raise DatabaseUnsuitable(
                where=where,
                why=f"its databases are in {encoding}, and UTF8 is needed — create the database "
                f"{access.name} with ENCODING 'UTF8' TEMPLATE template0",
            )
        missing = []
        if not may_create_roles:
            missing.append(f"ALTER ROLE {access.admin_user} CREATEROLE")
        if not may_create_databases and not has_database:
            missing.append(f"ALTER ROLE {access.admin_user} CREATEDB")
        if missing:
            raise DatabaseUnsuitable(
                where=where,
                why=f"{access.admin_user} may not make what is needed — let its administrator run: "
                + "; ".join(missing),
            )
