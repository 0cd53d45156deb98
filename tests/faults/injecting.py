"""Faults by name, chosen at random from a seed, for the long run. Each does its harm and puts things right again."""

from __future__ import annotations

import os
import signal
import time
from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from random import Random

import psycopg

from tests.faults.orders import Orders
from tests.faults.proxy import Proxy
from tests.faults.reckoning import read_as_administrator
from tests.faults.runs import Run, wait_until
from tests.faults.servers import OwnServer

BUSY_BACKEND = """
SELECT count(pg_terminate_backend(pid)) FROM (
    SELECT pid FROM pg_stat_activity
    WHERE datname = current_database() AND pid <> pg_backend_pid() AND xact_start IS NOT NULL
    ORDER BY random() LIMIT 1) AS one
"""


@dataclass
class Injector:
    """Does harm to one run. ``done`` counts what was done, by name."""

    server: OwnServer
    run: Run
    proxy: Proxy
    random: Random
    orders: Orders
    done: Counter[str] = field(default_factory=Counter)

    def one(self) -> str:
        """One fault, drawn by weight; its name."""
        faults: dict[Callable[[], None], int] = {
            self.kill_postgres: 1,
            self.kill_a_backend: 6,
            self.lose_the_answer_to_commit: 4,
            self.lose_the_question_of_commit: 4,
            self.kill_a_client: 2,
            self.kill_a_client_that_waits_for_commit: 2,
            self.freeze_a_client: 2,
            self.lock_everything_for_a_moment: 3,
            self.set_the_clock_back: 2,
            self.stop_short: 3,
            self.kill_the_worker: 2,
            self.freeze_the_worker: 2,
        }
        (fault,) = self.random.choices(list(faults), weights=list(faults.values()))
        fault()
        name = fault.__name__.replace("_", " ")
        self.done[name] += 1
        return name

    def kill_postgres(self) -> None:
        self.server.kill()
        time.sleep(self.random.random())
        self.server.start()

    def kill_a_backend(self) -> None:
        with read_as_administrator(self.run.access) as admin:
            admin.execute(BUSY_BACKEND)

    def lose_the_answer_to_commit(self) -> None:
        self._lose("the answer", hangs=False)

    def lose_the_question_of_commit(self) -> None:
        self._lose("the question", hangs=False)

    def kill_a_client_that_waits_for_commit(self) -> None:
        """It hangs for an answer that never comes; which client it is nobody knows, so all of them die."""
        self._lose(self.random.choice(["the answer", "the question"]), hangs=True)
        for number in list(self.run.living()):
            self._replace(number)

    def kill_a_client(self) -> None:
        self._replace(self.random.choice(self.run.living()))

    def freeze_a_client(self) -> None:
        pid = self.run.processes[self.random.choice(self.run.living())].pid
        os.kill(pid, signal.SIGSTOP)
        time.sleep(self.random.random() * 2)
        os.kill(pid, signal.SIGCONT)

    def kill_the_worker(self) -> None:
        self.orders.kill_the_worker()

    def freeze_the_worker(self) -> None:
        self.orders.freeze_the_worker(1 + 2 * self.random.random())

    def lock_everything_for_a_moment(self) -> None:
        with read_as_administrator(self.run.access) as admin, admin.transaction():
            admin.execute("LOCK TABLE ledger_transfer IN EXCLUSIVE MODE")
            time.sleep(self.random.random() * 1.5)

    def set_the_clock_back(self) -> None:
        """Bookings whose moment was taken before it went back are refused: they lie in the future."""
        with read_as_administrator(self.run.access) as admin:
            for days in (self.random.randint(1, 400), 0):
                admin.execute("SELECT tongbao_move_clock(make_interval(days => %s))", [-days])
                time.sleep(0.3)

    def stop_short(self) -> None:
        """Whoever waits for a lock for more than a blink is told to come again."""
        with read_as_administrator(self.run.access) as admin:
            name = self.run.access.name
            admin.execute(f"ALTER DATABASE {name} SET lock_timeout = '{self.random.choice([1, 5, 20])}ms'")
            admin.execute(BUSY_BACKEND)  # settings count for new connections
            time.sleep(0.5)
            admin.execute(f"ALTER DATABASE {name} RESET lock_timeout")
            admin.execute(BUSY_BACKEND)

    def _lose(self, what, *, hangs: bool) -> None:
        self.proxy.lose(what, hangs=hangs)
        wait_until(self.proxy.is_lost.is_set, f"{what} of a COMMIT was lost")

    def _replace(self, number: int) -> None:
        self.run.processes[number].kill()
        self.run.processes[number].wait()
        self.run.process(port=self.proxy.port)


def quietly(function: Callable[[], object]) -> None:
    """A fault may meet a database that another one has just taken away."""
    with suppress(psycopg.OperationalError):
        function()
