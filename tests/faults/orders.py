"""Orders that are paid one after the other while workers settle them, die, freeze and start anew."""

from __future__ import annotations

import os
import signal
import subprocess
import threading
import time
from dataclasses import dataclass, field
from datetime import UTC, datetime
from itertools import count

from django.db import DatabaseError, InterfaceError, connection

from tests.faults.workload import TENANT, wait_for_database
from tongbao.config.tests.commands import command_line, environment_for
from tongbao.config.verification import findings
from tongbao.kit.errors import DatabaseBusy, DatabaseFull, DatabaseLost
from tongbao.kit.postgres.access import DatabaseAccess
from tongbao.ledger.contracts import BookingInFuture
from tongbao.mall.models import Order
from tongbao.mall.tests import shop
from tongbao.rewards.models import Settlement
from tongbao.rewards.tests import street
from tongbao.tenancy.contexts import tenant_context

AWARD_FEN = 2_376
TRY_AGAIN = (DatabaseBusy, DatabaseLost, DatabaseFull, BookingInFuture, DatabaseError, InterfaceError)
PATIENCE_SECONDS = 180


@dataclass
class Orders:
    """A buyer who buys the 198 pack again and again, the member above who earns by it, and a worker."""

    access: DatabaseAccess
    gateway: shop.MemoryGateway
    paid: int = 0
    stopping: threading.Event = field(default_factory=threading.Event)
    failures: list[BaseException] = field(default_factory=list)
    workers: list[subprocess.Popen] = field(default_factory=list)
    thread: threading.Thread | None = None

    def open(self) -> None:
        with tenant_context(TENANT):
            self.buyer, people = street.street(["member"], [])
            self.earner = people["sponsor 1"]
            self.sku = shop.product(
                "pack-198", price_fen=19_800, kind="gift_pack", plan_key="gift-pack", stock=1_000_000
            )
        self.thread = threading.Thread(target=self._buy_on, name="orders")
        self.thread.start()
        self.start_worker()

    def start_worker(self) -> None:
        command = command_line("worker")
        self.workers.append(
            subprocess.Popen(command, env=environment_for(self.access), stderr=subprocess.DEVNULL)
        )

    def kill_the_worker(self) -> None:
        """Without a warning, whatever it was doing; another one comes."""
        self.workers[-1].kill()
        self.workers[-1].wait()
        self.start_worker()

    def freeze_the_worker(self, seconds: float) -> None:
        """It stands still and a second one starts; then it wakes up, and both work for a while."""
        frozen = self.workers[-1]
        os.kill(frozen.pid, signal.SIGSTOP)
        self.start_worker()
        time.sleep(seconds)
        os.kill(frozen.pid, signal.SIGCONT)
        time.sleep(seconds)
        frozen.kill()
        frozen.wait()

    def reckon(self) -> list[str]:
        """What is wrong once all that was paid is settled; nothing, if each was settled once."""
        self.stopping.set()
        assert self.thread is not None
        self.thread.join(timeout=PATIENCE_SECONDS)
        assert not self.failures, self.failures
        connection.close()
        with tenant_context(TENANT):
            deadline = time.monotonic() + PATIENCE_SECONDS
            while Settlement.objects.count() < self.paid and time.monotonic() < deadline:
                time.sleep(0.2)
            settled, earned = Settlement.objects.count(), street.pending(self.earner)
            wrong = [str(finding) for finding in findings()]
        if (settled, earned) != (self.paid, self.paid * AWARD_FEN):
            wrong.append(f"{self.paid} orders were paid, {settled} settled, and {earned} fen earned")
        return wrong

    def close(self) -> None:
        self.stopping.set()
        for worker in self.workers:
            worker.kill()
            worker.wait()
        if self.thread is not None:
            self.thread.join(timeout=PATIENCE_SECONDS)

    def _buy_on(self) -> None:
        try:
            with tenant_context(TENANT):
                for number in count(1):
                    if self.stopping.is_set():
                        break
                    self._buy(number)
                    self.paid += 1
                    time.sleep(0.1)
        except BaseException as error:
            self.failures.append(error)
        finally:
            connection.close()

    def _buy(self, number: int) -> None:
        """One order, paid: every step again under the same keys until it is known to have gone through.

        At the hour of the day: the worker ends what has been waiting for its payment for long, every minute.
        """
        while True:
            now = datetime.now(UTC)
            try:
                placed = shop.order(self.buyer, (self.sku, 1), client_key=f"soak-{number}", now=now)
                if Order.objects.filter(number=placed.number, paid_at__isnull=False).exists():
                    return
                started = shop.start(self.buyer, placed, now=now)
                self.gateway.finish(started.number, at=now)
                shop.notify(self.gateway, started.number, now=now)
                return
            except TRY_AGAIN:
                wait_for_database(lambda: False)
