"""The PostgreSQL that comes with the install: found, made, started and stopped. Pure Python.

Only the package's programs are used. The server listens on 127.0.0.1 and on a Unix socket, asks for a
password on both, keeps fsync on, and goes on running when the command that started it ends.

>>> address = ensure_running()                       # doctest: +SKIP
>>> address.port                                     # doctest: +SKIP
54812
"""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterable
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path

from tongbao.kit.installation import known_secret, locked, make_var_dir, secret, var_dir
from tongbao.kit.postgres.errors import EmbeddedDataOfAnotherVersion, EmbeddedServerFailed
from tongbao.kit.postgres.place import (
    Place,
    choose_place,
    free_port,
    installed_binaries,
    port_is_free,
    refresh,
    remembered_place,
)

HOST = "127.0.0.1"
SUPERUSER = "postgres"
PASSWORD_NAME = "postgres_superuser_password"  # noqa: S105  the name of a secret
LOCK = "postgres"
LOG_FILE = "postgres.log"
# After a crash the server replays its journal before it answers.
START_SECONDS = 300
STOP_SECONDS = 60
START_TRIES = 5
LONGEST_LOG_BYTES = 50 * 1024 * 1024
IS_LINUX = sys.platform.startswith("linux")

OPTIONS = {
    "listen_addresses": HOST,
    "max_connections": "200",
    "shared_buffers": "256MB",
    "fsync": "on",
    "timezone": "UTC",
    "log_timezone": "UTC",
    "lc_messages": "C",
    "jit": "off",
    "log_line_prefix": "%m [%p] %q%u@%d ",
    "log_lock_waits": "on",
    # When a row was committed can be asked afterwards: how long a settlement really took, and what came in which order.
    "track_commit_timestamp": "on",
}

Say = Callable[[str], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class ServerAddress:
    """How to reach the server as its administrator."""

    host: str
    port: int
    superuser: str
    password: str
    socket_dir: Path


@dataclass(frozen=True, slots=True, kw_only=True)
class ServerStatus:
    """What there is of the embedded server right now."""

    is_running: bool
    pid: int | None
    port: int | None
    data: Path | None
    socket_dir: Path | None
    log: Path


def ensure_running(*, say: Say | None = None) -> ServerAddress:
    """Start the server unless it runs, and say how to reach it.

    A server that runs is found in about a millisecond. Of several callers at once one starts it and the
    others wait. What a crash left behind (a half-made data folder, a stale lock file) is cleared away.
    ``say`` hears of steps that take seconds; by default they go to standard error.

    Raises EmbeddedServerMissing, EmbeddedServerFailed, EmbeddedDataOfAnotherVersion, FolderNotWritable.
    """
    place = remembered_place()
    if place is not None and known_secret(PASSWORD_NAME) and _is_answering(place):
        return _address(place)
    say = say or _say_on_stderr
    with locked(LOCK):
        place = remembered_place()
        if place is None:
            place, notice = choose_place()
            if notice:
                say(notice)
        elif not _is_answering(place):
            place = refresh(place)
        password = secret(PASSWORD_NAME)
        if not _is_answering(place):
            if not _is_made(place):
                _make_data(place, password=password, say=say)
            _check_version(place)
            place = _start(place, say=say)
        place.remember()
        if not _password_is_right(place, password):
            place = _set_password(place, password=password, say=say)
        return _address(place)


def stop(*, say: Say | None = None) -> bool:
    """Stop the server and wait for it: connections are closed, what was committed is on disk.

    Returns whether there was one to stop. Raises EmbeddedServerFailed.
    """
    with locked(LOCK):
        place = remembered_place()
        if place is None or _server_pid(place) is None:
            return False
        (say or _say_on_stderr)("Stopping the embedded PostgreSQL …")
        _stop(place)
        return True


def status() -> ServerStatus:
    """What there is of the embedded server; starts nothing."""
    place = remembered_place()
    log = var_dir() / LOG_FILE
    if place is None:
        return ServerStatus(is_running=False, pid=None, port=None, data=None, socket_dir=None, log=log)
    pid = _server_pid(place)
    return ServerStatus(
        is_running=pid is not None and _is_answering(place),
        pid=pid,
        port=place.port,
        data=place.data,
        socket_dir=place.socket_dir,
        log=log,
    )


def client_program(name: str) -> Path:
    """A client program that came with the install (``psql``, ``pg_dump`` …). Raises EmbeddedServerMissing."""
    return installed_binaries() / name


def _say_on_stderr(message: str) -> None:
    print(message, file=sys.stderr, flush=True)  # noqa: T201  before any logging is set up


def _address(place: Place) -> ServerAddress:
    return ServerAddress(
        host=HOST,
        port=place.port,
        superuser=SUPERUSER,
        password=secret(PASSWORD_NAME),
        socket_dir=place.socket_dir,
    )


# --- Is it there? -------------------------------------------------------------------------------------------


def _is_made(place: Place) -> bool:
    """Whether there is a finished data folder; a half-made one has another name."""
    return (place.data / "PG_VERSION").exists()


def _server_pid(place: Place) -> int | None:
    """The pid of the running server of this data folder, or None.

    The lock file may be stale and its number may belong to anyone by now.
    """
    lines = _lock_file(place)
    try:
        pid = int(lines[0])
    except (IndexError, ValueError):
        return None
    return pid if _is_server_of(pid, place.data) else None


def _lock_file(place: Place) -> list[str]:
    try:
        return (place.data / "postmaster.pid").read_text().splitlines()
    except (FileNotFoundError, NotADirectoryError, PermissionError):
        return []


def _is_server_of(pid: int, data: Path) -> bool:
    """Whether a process works in the data folder, as every process of its server does."""
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        pass
    if not IS_LINUX:
        return True
    try:
        return Path(f"/proc/{pid}/cwd").samefile(data)
    except OSError:
        return False


def _is_answering(place: Place) -> bool:
    """Whether the server of this place has finished starting and takes connections on its port."""
    lines = _lock_file(place)
    ready = len(lines) >= 8 and lines[7].strip() == "ready" and lines[3].strip() == str(place.port)
    if not ready or _server_pid(place) is None:
        return False
    try:
        with socket.create_connection((HOST, place.port), timeout=2):
            return True
    except OSError:
        return False


def _password_is_right(place: Place, password: str) -> bool:
    import psycopg

    try:
        psycopg.connect(
            host=HOST,
            port=place.port,
            user=SUPERUSER,
            password=password,
            dbname="postgres",
            connect_timeout=10,
        ).close()
    except psycopg.OperationalError as error:
        if "password authentication failed" in str(error):
            return False
        raise EmbeddedServerFailed(
            step_en="take a connection",
            step_zh="接受连接",
            detail=str(error).strip(),
            log=var_dir() / LOG_FILE,
        ) from error
    return True


# --- Make, start, stop --------------------------------------------------------------------------------------


def _make_data(place: Place, *, password: str, say: Say) -> None:
    """initdb beside the final name, then rename: a crash in between leaves nothing that looks finished."""
    say("Making the embedded PostgreSQL's data folder (once) …")
    building = place.folder / "data.building"
    password_file = place.folder / "password.building"
    if place.data.exists():  # a folder without PG_VERSION was never a database
        place.data.rename(place.folder / f"data.unfinished-{time.time_ns()}")
    shutil.rmtree(building, ignore_errors=True)
    password_file.unlink(missing_ok=True)
    building.mkdir(mode=0o700)
    descriptor = os.open(password_file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(descriptor, "w") as handle:
            handle.write(password + "\n")
        if not place.account.is_me:
            os.chown(building, place.account.uid, place.account.gid)
            os.chown(password_file, place.account.uid, place.account.gid)
        _run(
            place,
            [
                *(
                    "initdb",
                    "--pgdata",
                    str(building),
                    "--username",
                    SUPERUSER,
                    "--pwfile",
                    str(password_file),
                ),
                *("--auth-host", "scram-sha-256", "--auth-local", "scram-sha-256", "--encoding", "UTF8"),
                # The built-in C.UTF-8 sorts alike on every machine and never changes under an index.
                *("--locale", "C", "--locale-provider", "builtin", "--builtin-locale", "C.UTF-8"),
                "--no-instructions",
            ],
            step=("make its data folder", "创建数据目录"),
        )
    finally:
        password_file.unlink(missing_ok=True)
    with (building / "postgresql.conf").open("a") as handle:
        handle.write(
            "\n# Written at each start; what stands below this line wins over it.\ninclude 'tongbao.conf'\n"
        )
    _write_options(place, building)
    building.rename(place.data)


def _check_version(place: Place) -> None:
    made_by = (place.data / "PG_VERSION").read_text().strip()
    answer = place.account.run([str(place.program("postgres")), "--version"], capture_output=True)
    installed = answer.stdout.strip().rpartition(" ")[2].partition(".")[0]
    if installed and made_by != installed:
        raise EmbeddedDataOfAnotherVersion(path=place.data, made_by=made_by, installed=installed)


def _write_options(place: Place, data: Path) -> None:
    def quoted(value: str) -> str:
        return "'" + value.replace("'", "''") + "'"

    folder = '"' + str(place.socket_dir).replace('"', '""') + '"'
    options = {**OPTIONS, "port": str(place.port), "unix_socket_directories": folder}
    path = data / "tongbao.conf"
    path.unlink(missing_ok=True)
    path.write_text("".join(f"{name} = {quoted(value)}\n" for name, value in options.items()))
    if not place.account.is_me:
        os.chown(path, place.account.uid, place.account.gid)


def _start(place: Place, *, say: Say) -> Place:
    """Start the server of this place, on another port if the remembered one was taken meanwhile."""
    say("Starting the embedded PostgreSQL …")
    if _server_pid(place) is not None:  # alive, but hung, or its port is not the remembered one
        _stop(place)
    for attempt in range(1, START_TRIES + 1):
        _clear_stale_lock(place)
        if not port_is_free(place.port):
            place = replace(place, port=free_port(var_dir(), not_this=place.port))
        _write_options(place, place.data)
        log = _open_log()
        begin = log.stat().st_size
        with log.open("a") as handle:
            # Not -l: the log lies where the server's account may not be able to open it.
            started = place.account.run(
                [
                    *(str(place.program("pg_ctl")), "start", "--pgdata", str(place.data)),
                    *("--wait", "--timeout", str(START_SECONDS)),
                ],
                stdout=handle,
                stderr=subprocess.STDOUT,
            )
        if started.returncode == 0 and _is_answering(place):
            return place
        if attempt == START_TRIES:
            raise EmbeddedServerFailed(
                step_en="start", step_zh="启动", detail=_last_words(log, begin=begin), log=log
            )
        # A predecessor's last processes may still hold its memory, or another program took the port.
        time.sleep(attempt)
    raise AssertionError("unreachable")


def _open_log() -> Path:
    log = make_var_dir() / LOG_FILE
    with suppress(FileNotFoundError):
        if log.stat().st_size > LONGEST_LOG_BYTES:
            log.replace(log.with_name(f"{LOG_FILE}.1"))
    log.touch(mode=0o600)
    return log


def _clear_stale_lock(place: Place) -> None:
    """Remove the lock file of a server that is gone, if its number now belongs to another program.

    PostgreSQL clears a stale file by itself, unless some process of the same account bears that number. While
    any process of the old server lives the file stays, since it guards the shared memory.
    """
    if not _lock_file(place) or _server_pid(place) is not None or not IS_LINUX:
        return
    if not any(_is_server_of(pid, place.data) for pid in _all_pids()):
        (place.data / "postmaster.pid").unlink(missing_ok=True)


def _all_pids() -> Iterable[int]:
    return (int(entry.name) for entry in Path("/proc").iterdir() if entry.name.isdigit())


def _stop(place: Place) -> None:
    _run(
        place,
        [
            *("pg_ctl", "stop", "--pgdata", str(place.data), "--mode", "fast"),
            *("--wait", "--timeout", str(STOP_SECONDS)),
        ],
        step=("stop", "停止"),
    )


def _set_password(place: Place, *, password: str, say: Say) -> Place:
    """Give the administrator the password in our file, which was lost and made anew.

    Done in single-user mode, which only the owner of the data can enter.
    """
    say("The embedded PostgreSQL's password was lost; setting a new one …")
    if _server_pid(place) is not None:
        _stop(place)
    command = f"ALTER ROLE {SUPERUSER} PASSWORD '{password}'\n"
    done = place.account.run(
        [str(place.program("postgres")), "--single", "-D", str(place.data), "postgres"],
        stdin=None,
        input=command,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
    )
    if done.returncode != 0 or "ERROR" in done.stdout:
        raise EmbeddedServerFailed(
            step_en="set a new password",
            step_zh="设置新密码",
            detail=done.stdout[-500:],
            log=var_dir() / LOG_FILE,
        )
    place = _start(place, say=say)
    place.remember()
    return place


def _run(place: Place, command: list[str], *, step: tuple[str, str]) -> None:
    done = place.account.run(
        [str(place.program(command[0])), *command[1:]], stdout=subprocess.PIPE, stderr=subprocess.STDOUT
    )
    if done.returncode != 0:
        log = _open_log()
        with log.open("a") as handle:
            handle.write(done.stdout)
        raise EmbeddedServerFailed(
            step_en=step[0], step_zh=step[1], detail=done.stdout.strip()[-500:], log=log
        )


def _last_words(log: Path, *, begin: int) -> str:
    """What the server said while it failed, without what pg_ctl says around it."""
    with log.open(errors="replace") as handle:
        handle.seek(begin)
        lines = [line.strip() for line in handle.read().splitlines() if "[" in line and "]" in line]
    return " ".join(lines[-4:])
