"""The disk runs full, under the tables or under the journal: what is refused is not booked, and room heals it.

A small tmpfs is mounted for it. Only root may do that, and not in every container: filling the disk that everybody else
works on instead would harm them. Any other failure to mount is a failure of the test.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import psycopg
import pytest

from tests.faults.runs import running, wait_until
from tests.faults.servers import OwnServer, copy_of


@pytest.fixture
def small_disk(server: OwnServer) -> Iterator[Path]:
    """A disk of 96 MB that the server's account owns."""
    folder = Path(tempfile.mkdtemp(prefix="tongbao-small-disk-"))
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=96m,mode=0755", "tmpfs", str(folder)],
        capture_output=True,
        text=True,
    )
    if mounted.returncode != 0:
        folder.rmdir()
        may_mount = os.geteuid() == 0 and "permi" not in mounted.stderr.lower()
        assert not may_mount, f"a small disk could not be mounted: {mounted.stderr.strip()}"
        pytest.skip("only root may mount the small disk that this fills, and not in every container")
    owner = server.data().stat()
    os.chown(folder, owner.st_uid, owner.st_gid)
    try:
        yield folder
    finally:
        subprocess.run(["umount", "--lazy", str(folder)], check=True)
        folder.rmdir()


@contextmanager
def full(disk: Path) -> Iterator[None]:
    """A file that takes all the room there is."""
    ballast = disk / "ballast"
    try:
        with ballast.open("wb", buffering=0) as file, suppress(OSError):
            while file.write(bytes(8_192)):
                pass
        yield
    finally:
        ballast.unlink()


def test_a_disk_that_is_full_refuses_bookings_whole_until_there_is_room(server, small_disk, tmp_path):
    tables = small_disk / "tables"
    tables.mkdir()
    owner = server.data().stat()
    os.chown(tables, owner.st_uid, owner.st_gid)
    with server.connect("postgres") as admin:
        admin.execute(f"CREATE TABLESPACE small LOCATION '{tables}'")
    try:
        with copy_of(server, "faults_on_a_small_disk", options="TABLESPACE small") as mall:
            with running(mall, tmp_path, seed=7) as run:
                run.wait_for(30)
                with full(small_disk):
                    wait_until(lambda: run.heard("full") > 10, "the disk is full")
                run.wait_for(50)
                report = run.reckon()
            assert report.is_right()
    finally:
        with server.connect("postgres") as admin:
            admin.execute("DROP TABLESPACE small")


@contextmanager
def journal_on(server: OwnServer, disk: Path) -> Iterator[None]:
    """PostgreSQL's journal lies on this disk, and may grow as far as that goes."""
    journal, elsewhere = server.data() / "pg_wal", disk / "pg_wal"
    server.stop()
    shutil.copytree(journal, elsewhere)
    shutil.rmtree(journal)
    journal.symlink_to(elsewhere)
    take_over(server, elsewhere)
    server.start()
    try:
        yield
    finally:
        server.start()
        server.stop()
        journal.unlink()
        shutil.copytree(elsewhere, journal)
        take_over(server, journal)
        server.start()


def take_over(server: OwnServer, folder: Path) -> None:
    """Give a copied folder to the server's account."""
    owner = server.data().stat()
    for path in (folder, *folder.rglob("*")):
        os.chown(path, owner.st_uid, owner.st_gid)
        path.chmod(0o700 if path.is_dir() else 0o600)


def test_a_journal_that_has_no_room_stops_the_database_and_loses_nothing(server, mall, small_disk, tmp_path):
    with server.connect() as admin:
        admin.execute("ALTER SYSTEM SET max_wal_size = '32MB'")
        admin.execute("ALTER SYSTEM SET min_wal_size = '32MB'")
    with journal_on(server, small_disk), running(mall, tmp_path, seed=8) as run:
        run.wait_for(30)
        with full(small_disk):
            # What is left of the present segment is written full by something large.
            write_much(server, mall.name)
            assert "No space left on device" in (server.var / "postgres.log").read_text()
            wait_until(lambda: not server.is_running() or run.heard("unknown") > 0, "the database stops")
        server.start()
        run.wait_for(50)
        report = run.reckon()
    assert report.is_right()
    assert report.unknown_settled > 0
    with server.connect() as admin:
        admin.execute("ALTER SYSTEM RESET ALL")


def write_much(server: OwnServer, database: str) -> None:
    """Fill the journal until the database gives up."""
    with pytest.raises(psycopg.Error), server.connect(database) as admin:
        admin.execute("CREATE TABLE public.much (text text)")
        while True:
            admin.execute("INSERT INTO public.much SELECT repeat('x', 1000) FROM generate_series(1, 4000)")
