"""A workload under way: clients as threads or as processes, journals in a folder, and the reckoning at the end."""

from __future__ import annotations

import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from django.db import DatabaseError, InterfaceError, connection

from tests.faults.reckoning import Evidence, Report, compare, read_as_administrator
from tests.faults.workload import (
    TENANT,
    Journal,
    book,
    opening,
    run_client,
    wait_for_database,
)
from tongbao.config.tests.commands import environment_for
from tongbao.kit import clock
from tongbao.kit.errors import DomainError
from tongbao.kit.postgres.access import DatabaseAccess
from tongbao.ledger.services.seals import seal
from tongbao.tenancy.contexts import tenant_context

ROOT = Path(__file__).resolve().parents[2]
PATIENCE_SECONDS = 60


def wait_until(condition: Callable[[], object], what: str, *, seconds: float = PATIENCE_SECONDS) -> None:
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, f"waited {seconds} s in vain until {what}"
        time.sleep(0.01)


@dataclass
class Run:
    """The workload on one database: who books, what they wrote down, how it ended."""

    access: DatabaseAccess
    folder: Path
    seed: int
    since_batch: int = 0
    started: int = 0
    stopping: threading.Event = field(default_factory=threading.Event)
    threads: list[threading.Thread] = field(default_factory=list)
    processes: dict[int, subprocess.Popen] = field(default_factory=dict)
    failures: list[BaseException] = field(default_factory=list)
    seals: int = 0

    def open(self) -> None:
        """Give everybody something, and note how far the books were before."""
        with read_as_administrator(self.access) as admin:
            (self.since_batch,) = admin.execute(
                "SELECT coalesce(max(batch), 0) FROM ledger_request"
            ).fetchone()
        notes, requests = Journal(self._journal(0)), opening(self.seed)
        notes.intend(requests)
        with tenant_context(TENANT):
            notes.answers(book(requests))

    def thread(self) -> None:
        """One more client, in a thread with a connection of its own."""
        number = self._next()
        self._start(
            f"client {number}",
            lambda: run_client(
                seed=self.seed, number=number, journal=self._journal(number), stop=self.stopping.is_set
            ),
        )

    def sealer(self) -> None:
        """Seal again and again while the others book, die and commit late; whatever breaks, the next turn goes on."""

        def seal_on() -> None:
            while not self.stopping.is_set():
                try:
                    with tenant_context(TENANT):
                        self.seals += seal(now=clock.now()) is not None
                except (DomainError, DatabaseError, InterfaceError):
                    wait_for_database(self.stopping.is_set)
                time.sleep(0.2)
            connection.close()

        self._start("sealer", seal_on)

    def _start(self, name: str, function: Callable[[], object]) -> None:
        def work() -> None:
            try:
                function()
            except BaseException as error:
                self.failures.append(error)

        self.threads.append(threading.Thread(target=work, name=name))
        self.threads[-1].start()

    def process(self, *, port: int | None = None, operations: int | None = None) -> int:
        """One more client, in a process that can be killed; its number. ``port`` may be a proxy's."""
        number = self._next()
        environment = environment_for(self.access, **({"TONGBAO_FAULTS_PORT": str(port)} if port else {}))
        command = [
            sys.executable,
            "-m",
            "tests.faults.client",
            str(self.seed),
            str(number),
            str(self._journal(number)),
        ]
        if operations is not None:
            command.append(str(operations))
        self.processes[number] = subprocess.Popen(command, env=environment, cwd=ROOT, stdin=subprocess.PIPE)
        return number

    def living(self) -> list[int]:
        """The numbers of the clients whose processes live."""
        return [number for number, process in self.processes.items() if process.poll() is None]

    def operations(self) -> int:
        """How many answers were written down so far."""
        return sum(path.read_text().count('"heard"') for path in self.folder.glob("client-*.jsonl"))

    def heard(self, what: str) -> int:
        """How often the clients were told this: busy, full, unknown."""
        return sum(
            path.read_text().count(f'"heard": {{"{what}"') for path in self.folder.glob("client-*.jsonl")
        )

    def wait_for(self, more: int) -> None:
        """Until so many more operations were answered."""
        goal = self.operations() + more
        wait_until(lambda: self.failures or self.operations() >= goal, f"{goal} operations were answered")
        assert not self.failures, self.failures

    def stop_clients(self) -> None:
        self.stopping.set()
        for thread in self.threads:
            thread.join(timeout=PATIENCE_SECONDS)
            assert not thread.is_alive(), f"{thread.name} hangs"
        for process in self.processes.values():
            if process.poll() is None:
                process.stdin.close()  # told to stop
        for number, process in self.processes.items():
            assert process.wait(timeout=PATIENCE_SECONDS) in (0, -9), f"client {number} failed"
        assert not self.failures, self.failures

    def reckon(self) -> Report:
        """Stop, settle the unknown by final reads, put the model beside the database."""
        self.stop_clients()
        evidence = Evidence()
        for path in sorted(self.folder.glob("client-*.jsonl")):
            evidence.read(path)
        evidence.settle()
        return compare(evidence, self.access, seed=self.seed, since_batch=self.since_batch)

    def _next(self) -> int:
        self.started += 1
        return self.started

    def _journal(self, number: int) -> Path:
        return self.folder / f"client-{number}.jsonl"


@contextmanager
def running(access: DatabaseAccess, folder: Path, *, seed: int, threads: int = 3) -> Iterator[Run]:
    """A workload with so many threads. Whatever happens, its clients are gone at the end."""
    run = Run(access=access, folder=folder, seed=seed)
    run.open()
    try:
        for _ in range(threads):
            run.thread()
        yield run
    finally:
        run.stopping.set()
        for process in run.processes.values():
            process.kill()
            process.wait()
            process.stdin.close()
        for thread in run.threads:
            thread.join(timeout=PATIENCE_SECONDS)
