"""The embedded server survives what happens to it: crashes, lost files, closed folders, taken ports."""

from __future__ import annotations

import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import psycopg
import pytest

from tongbao.kit.postgres import server
from tongbao.kit.postgres.errors import EmbeddedDataOfAnotherVersion, EmbeddedServerFailed

IS_ROOT = os.geteuid() == 0


def forget(var: Path) -> None:
    server.stop(say=quiet)
    state = json.loads((var / "postgres.json").read_text()) if (var / "postgres.json").exists() else {}
    for folder in (state.get("folder"), state.get("socket_dir"), str(var)):
        if folder:
            shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture
def var(monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """An installation's folder that every account may enter."""
    folder = Path(tempfile.mkdtemp(prefix="tongbao-var-"))
    folder.chmod(0o755)
    monkeypatch.setenv("TONGBAO_VAR", str(folder))
    yield folder
    monkeypatch.setenv("TONGBAO_VAR", str(folder))
    forget(folder)


def quiet(message: str) -> None:
    """Progress is not what these tests look at."""


def connect(address: server.ServerAddress, **changes: str) -> psycopg.Connection:
    where = {"host": address.host, "user": address.superuser, "password": address.password, **changes}
    return psycopg.connect(port=address.port, dbname="postgres", autocommit=True, **where)


def ask(address: server.ServerAddress, statement: str) -> object:
    with connect(address) as connection:
        row = connection.execute(statement).fetchone()
        assert row is not None
        return row[0]


def start(say: server.Say = quiet) -> server.ServerAddress:
    return server.ensure_running(say=say)


def test_a_server_is_made_once_and_found_afterwards(var):
    heard: list[str] = []
    first = start(heard.append)
    second = start(heard.append)
    assert first == second
    assert len(heard) == 2  # made, started; the second call had nothing to say
    assert server.status().is_running


def test_a_running_server_is_found_within_fifty_milliseconds(var):
    start()
    begun = time.perf_counter()
    for _ in range(10):
        start()
    assert (time.perf_counter() - begun) / 10 < 0.050


def test_it_keeps_what_is_committed_and_sorts_alike_everywhere(var):
    address = start()
    assert ask(address, "SHOW fsync") == "on"
    assert ask(address, "SHOW server_encoding") == "UTF8"
    assert ask(address, "SHOW max_connections") == "200"
    assert ask(address, "SELECT datlocale FROM pg_database WHERE datname = 'template1'") == "C.UTF-8"
    assert ask(address, "SELECT upper('é')") == "É"


def test_nobody_enters_without_the_password(var):
    address = start()
    with pytest.raises(psycopg.OperationalError, match="password authentication failed"):
        connect(address, password="guess")
    with pytest.raises(psycopg.OperationalError, match="password authentication failed"):
        connect(address, password="guess", host=str(address.socket_dir))
    with connect(address, host=str(address.socket_dir)) as connection:
        assert connection.execute("SELECT 1").fetchone() == (1,)


def test_the_secrets_are_readable_by_their_owner_alone(var):
    start()
    assert (var / "secrets.json").stat().st_mode & 0o777 == 0o600


def test_the_server_never_runs_as_root(var):
    start()
    pid = server.status().pid
    assert pid is not None
    data = server.status().data
    assert data is not None
    assert data.stat().st_uid != 0
    assert data.stat().st_mode & 0o777 == 0o700


def test_stopping_twice_is_harmless_and_the_data_stays(var):
    address = start()
    with connect(address) as connection:
        connection.execute("CREATE TABLE kept AS SELECT 7 AS n")
    assert server.stop(say=quiet) is True
    assert server.stop(say=quiet) is False
    assert not server.status().is_running
    assert ask(start(), "SELECT n FROM kept") == 7


def test_an_interrupted_making_is_redone(var):
    (var / "postgres" / "data.building").mkdir(parents=True)
    (var / "postgres" / "data.building" / "PG_VERSION").write_text("18\n")
    (var / "postgres" / "data").mkdir()
    (var / "postgres" / "data" / "half").write_text("a crash came in between")
    assert ask(start(), "SELECT 1") == 1


def test_a_killed_server_comes_back_with_its_data(var):
    address = start()
    with connect(address) as connection:
        connection.execute("CREATE TABLE kept AS SELECT 7 AS n")
    pid = server.status().pid
    assert pid is not None
    os.kill(pid, signal.SIGKILL)
    while server.status().pid is not None:
        time.sleep(0.01)
    assert ask(start(), "SELECT n FROM kept") == 7


def test_a_stale_lock_file_that_names_another_program_is_no_obstacle(var):
    start()
    data = server.status().data
    assert data is not None
    lock = (data / "postmaster.pid").read_text().splitlines()
    server.stop(say=quiet)
    # A long-lived program of the server's own account now bears the number.
    owner = data.stat()
    options = {"user": owner.st_uid, "group": owner.st_gid} if IS_ROOT else {}
    other = subprocess.Popen(["sleep", "60"], **options)
    try:
        lock[0] = str(other.pid)
        (data / "postmaster.pid").write_text("\n".join(lock) + "\n")
        assert not server.status().is_running
        assert ask(start(), "SELECT 1") == 1
    finally:
        other.kill()
        other.wait()


def test_several_starts_at_once_make_one_server(var):
    program = "from tongbao.kit.postgres import server; print(server.ensure_running().port)"

    def run() -> subprocess.CompletedProcess[str]:
        return subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)

    with ThreadPoolExecutor(4) as pool:
        answers = [future.result() for future in [pool.submit(run) for _ in range(4)]]
    assert len({answer.stdout for answer in answers}) == 1
    assert "".join(answer.stderr for answer in answers).count("Starting") == 1


def test_a_port_taken_meanwhile_is_exchanged(var):
    before = start().port
    server.stop(say=quiet)
    with socket.socket() as squatter:
        squatter.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        squatter.bind(("127.0.0.1", before))
        squatter.listen()
        address = start()
        assert address.port != before
        assert ask(address, "SELECT 1") == 1


def test_lost_secrets_are_replaced(var):
    before = start().password
    (var / "secrets.json").unlink()
    address = start()
    assert address.password != before
    assert ask(address, "SELECT 1") == 1


def test_a_long_path_has_its_socket_elsewhere(var, monkeypatch):
    deep = var / ("a-rather-long-name-of-a-folder" * 4)
    deep.mkdir()
    monkeypatch.setenv("TONGBAO_VAR", str(deep))
    try:
        address = start()
        assert len(str(address.socket_dir)) < 92
        with connect(address, host=str(address.socket_dir)) as connection:
            assert connection.execute("SELECT 1").fetchone() == (1,)
    finally:
        forget(deep)


def test_a_folder_closed_to_the_servers_account_is_no_obstacle(var, monkeypatch):
    """Below a closed folder root keeps the data elsewhere and says where; anyone else may enter their own."""
    closed = var / "closed"
    closed.mkdir(mode=0o700)
    monkeypatch.setenv("TONGBAO_VAR", str(closed / "var"))
    heard: list[str] = []
    try:
        address = start(heard.append)
        assert ask(address, "SELECT 1") == 1
        data = server.status().data
        assert data is not None
        assert (var in data.parents) is not IS_ROOT
        assert any(str(data.parent) in message for message in heard) is IS_ROOT
        server.stop(say=quiet)
        assert start() == address
        assert server.status().data == data
    finally:
        forget(closed / "var")


def test_programs_closed_to_the_servers_account_are_copied(var, monkeypatch):
    from tongbao.kit.postgres import place

    closed = var / "closed"
    package = place.installed_binaries().parents[1]
    for folder in (package, package.with_name(f"{package.name}.libs")):
        shutil.copytree(folder, closed / folder.name, symlinks=True)
    closed.chmod(0o700)
    here = closed / package.name / "pginstall" / "bin"
    monkeypatch.setattr(place, "installed_binaries", lambda: here)
    assert ask(start(), "SELECT 1") == 1
    kept = place.remembered_place()
    assert kept is not None
    assert (kept.binaries != here) is IS_ROOT
    server.stop(say=quiet)
    shutil.rmtree(var / "postgres" / "programs", ignore_errors=True)
    assert ask(start(), "SELECT 1") == 1


def test_a_copied_checkout_makes_its_own_server(var, monkeypatch):
    original = start()
    copy = Path(tempfile.mkdtemp(prefix="tongbao-var-copy-"))
    copy.chmod(0o755)
    shutil.copy(var / "postgres.json", copy)
    monkeypatch.setenv("TONGBAO_VAR", str(copy))
    try:
        address = start()
        assert address.port != original.port
        assert server.status().data == copy / "postgres" / "data"
    finally:
        forget(copy)


def test_data_of_another_version_is_refused_and_left_alone(var):
    start()
    server.stop(say=quiet)
    data = server.status().data
    assert data is not None
    (data / "PG_VERSION").write_text("16\n")
    with pytest.raises(EmbeddedDataOfAnotherVersion, match="made by PostgreSQL 16"):
        start()
    (data / "PG_VERSION").write_text("18\n")
    assert ask(start(), "SELECT 1") == 1


def test_a_server_that_can_not_start_says_why(var, monkeypatch):
    start()
    server.stop(say=quiet)
    monkeypatch.setattr(server, "START_TRIES", 1)
    monkeypatch.setitem(server.OPTIONS, "shared_buffers", "much")
    with pytest.raises(EmbeddedServerFailed, match="shared_buffers"):
        start()
