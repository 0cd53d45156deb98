"""Workers die, freeze, and wake up again in the middle of a settlement: every order is settled once."""

from __future__ import annotations

import os
import signal
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

import pytest
from django.db import connection

from tests.faults.reckoning import read_as_administrator
from tests.faults.runs import wait_until
from tests.faults.servers import copy_of
from tests.faults.workload import TENANT
from tongbao.config.tests.commands import command_line, environment_for
from tongbao.config.verification import findings
from tongbao.mall.tests import shop
from tongbao.rewards.models import Settlement
from tongbao.rewards.tests import street
from tongbao.tenancy.contexts import tenant_context

ORDERS = 6
AWARD_FEN = 2_376
PATIENCE_SECONDS = 3

WAITING = """
SELECT pid FROM pg_stat_activity
WHERE datname = current_database() AND wait_event_type = 'Lock' AND query LIKE '%%ledger_post%%'
"""


@contextmanager
def worker(access) -> Iterator[subprocess.Popen]:
    environment = {**environment_for(access), "TONGBAO_SETTLER_PATIENCE_SECONDS": str(PATIENCE_SECONDS)}
    process = subprocess.Popen(command_line("worker"), env=environment, stderr=subprocess.DEVNULL)
    try:
        yield process
    finally:
        process.kill()
        process.wait()


@contextmanager
def paid_orders() -> Iterator[int]:
    """Orders that are paid and not settled; the member who earns by them."""
    with street.memory_gateway() as gateway:
        buyer, people = street.street(["member"], [])
        sku = street.pack(19_800)
        for minute in range(ORDERS):
            shop.paid(gateway, buyer, (sku, 1), now=street.NOON + timedelta(minutes=minute))
        yield people["sponsor 1"]


@contextmanager
def in_mid_settlement(tenant) -> Iterator[int]:
    """Hold the books until somebody has half a settlement done, and until the test lets go; their backend's pid."""
    with (
        read_as_administrator(tenant.access) as watch,
        read_as_administrator(tenant.access) as holder,
        holder.transaction(),
    ):
        holder.execute("LOCK TABLE ledger_transfer IN EXCLUSIVE MODE")
        wait_until(lambda: watch.execute(WAITING).fetchone(), "a worker is in the middle of a settlement")
        (pid,) = watch.execute(WAITING).fetchone()
        yield pid


def epoch_of(admin) -> int:
    """Under which epoch this mall is settled."""
    return admin.execute(f"SELECT epoch FROM {TENANT}.ledger_settler").fetchone()[0]


def settled_once(member_id: int) -> bool:
    """Every order is settled, each once, and everything adds up."""
    wait_until(lambda: Settlement.objects.count() == ORDERS, "all is settled")
    assert street.pending(member_id) == ORDERS * AWARD_FEN
    assert list(findings()) == []
    return True


def test_a_worker_killed_in_mid_settlement_leaves_nothing_half_done(committed_tenant):
    with paid_orders() as member_id:
        with worker(committed_tenant.access) as first, in_mid_settlement(committed_tenant):
            first.send_signal(signal.SIGKILL)
            first.wait()
        with worker(committed_tenant.access):
            assert settled_once(member_id)


@pytest.mark.parametrize("backend_ends", [False, True], ids=["its backend lives", "its backend is ended"])
def test_a_worker_frozen_in_mid_settlement_pays_nothing_twice_when_it_wakes(committed_tenant, backend_ends):
    with (
        paid_orders() as member_id,
        worker(committed_tenant.access) as first,
        read_as_administrator(committed_tenant.access) as admin,
    ):
        try:
            with in_mid_settlement(committed_tenant) as backend:
                epoch = epoch_of(admin)
                os.kill(first.pid, signal.SIGSTOP)
            with worker(committed_tenant.access) as second:
                if backend_ends:
                    # As after a cut line: the frozen worker's transaction is rolled back, the second one takes over.
                    admin.execute("SELECT pg_terminate_backend(%s, 5000)", [backend])
                    assert settled_once(member_id)
                # Else the frozen one holds the settlement until the second one's patience ends: its connection is
                # ended, what it had begun is taken back.
                assert settled_once(member_id)
                assert epoch_of(admin) > epoch
                os.kill(first.pid, signal.SIGCONT)
                assert settled_once(member_id)
                assert second.poll() is None
                assert first.poll() is None
        finally:
            os.kill(first.pid, signal.SIGCONT)
    assert settled_once(member_id)


def test_a_worker_whose_database_is_killed_settles_when_it_is_back(server):
    with (
        copy_of(server, "tongbao_killed") as mall,
        tenant_context(TENANT),
        street.memory_gateway() as gateway,
        worker(mall) as first,
    ):
        before = Settlement.objects.count()
        buyer, people = street.street(["member"], [])
        sku = street.pack(19_800)
        shop.paid(gateway, buyer, (sku, 1))
        wait_until(lambda: Settlement.objects.count() == before + 1, "the first order is settled")
        server.kill()
        server.start()
        connection.close()
        shop.paid(gateway, buyer, (sku, 1), now=street.NOON + timedelta(minutes=1))
        wait_until(lambda: Settlement.objects.count() == before + 2, "the second order is settled")
        assert first.poll() is None
        assert street.pending(people["sponsor 1"]) == 2 * AWARD_FEN
        assert list(findings()) == []
