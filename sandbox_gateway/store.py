"""The gateway's state: one SQLite file with a write-ahead log, one connection, one writer at a time.

What was answered is committed: a killed process loses nothing that anybody was told. A second process on the
same directory is refused, since each would deliver the other's notifications.
"""

from __future__ import annotations

import fcntl
import secrets
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import RLock

SHORTEST_TOKEN = 16
SCHEMA = Path(__file__).with_name("schema.sql")


class DirectoryInUse(Exception):
    """Another gateway works in this directory."""


class Store:
    """Open the state under ``directory``, making it if need be (readable by its owner alone)."""

    def __init__(self, directory: Path) -> None:
        directory.mkdir(parents=True, exist_ok=True, mode=0o700)
        self.directory = directory
        self._lock_file = (directory / "lock").open("w")
        try:
            fcntl.flock(self._lock_file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            self._lock_file.close()
            raise DirectoryInUse(
                f"Another sandbox gateway works in {directory}. Stop it, or name another directory."
            ) from error
        self._lock = RLock()
        path = directory / "gateway.sqlite3"
        path.touch(mode=0o600)
        self._connection = sqlite3.connect(path, isolation_level=None, check_same_thread=False)
        self._connection.row_factory = sqlite3.Row
        self._connection.execute("PRAGMA journal_mode = WAL")
        # In WAL mode this survives a killed process; only a power cut could take back the last moments.
        self._connection.execute("PRAGMA synchronous = NORMAL")
        self._connection.execute("PRAGMA foreign_keys = ON")
        self._connection.executescript(SCHEMA.read_text(encoding="utf-8"))

    @contextmanager
    def transaction(self) -> Iterator[sqlite3.Connection]:
        """All or nothing, one at a time. Nested use joins the outer one."""
        with self._lock:
            if self._connection.in_transaction:
                yield self._connection
                return
            self._connection.execute("BEGIN IMMEDIATE")
            try:
                yield self._connection
            except BaseException:
                self._connection.execute("ROLLBACK")
                raise
            self._connection.execute("COMMIT")

    def secret(self, name: str) -> str:
        """A random secret of this installation, made when it is first asked for."""
        with self.transaction() as db:
            db.execute(
                "INSERT INTO secret (name, value) VALUES (?, ?) ON CONFLICT DO NOTHING",
                (name, secrets.token_hex(32)),
            )
            return str(db.execute("SELECT value FROM secret WHERE name = ?", (name,)).fetchone()["value"])

    def close(self) -> None:
        """Put the file away."""
        with self._lock:
            self._connection.close()
            self._lock_file.close()


def admin_token(directory: Path, given: str | None) -> str:
    """The token of the admin calls: what was given, or what lies in ``admin.token``, made if it is missing.

    Called with the directory's lock held. Raises ValueError for a token that could be guessed.
    """
    path = directory / "admin.token"
    token = given or (path.read_text(encoding="ascii").strip() if path.exists() else "")
    # A file that was cut short by a crash is made anew.
    if not given and len(token) < SHORTEST_TOKEN:
        token = secrets.token_hex(32)
        fresh = path.with_suffix(".new")
        fresh.touch(mode=0o600)
        fresh.write_text(token, encoding="ascii")
        fresh.replace(path)
    if len(token) < SHORTEST_TOKEN:
        raise ValueError(f"The admin token has {len(token)} characters; give {SHORTEST_TOKEN} or more.")
    return token
