"""The worker as a process: it settles what is paid, ends when asked, and what it was not there for waits."""

from __future__ import annotations

import signal
import subprocess
import time
from datetime import timedelta

import pytest

from tongbao.config.tests.commands import command_line, environment_for
from tongbao.kit.models import OutboxEvent
from tongbao.mall.tests import shop
from tongbao.rewards.models import Settlement
from tongbao.rewards.tests import street


def running_worker(tenant) -> subprocess.Popen:
    return subprocess.Popen(command_line("worker"), env=environment_for(tenant.access))


def wait_for_settlements(count: int) -> None:
    deadline = time.monotonic() + 40
    while Settlement.objects.count() < count:
        assert time.monotonic() < deadline, list(OutboxEvent.objects.values("name", "last_error"))
        time.sleep(0.05)


@pytest.mark.parametrize("ending", [signal.SIGTERM, signal.SIGKILL], ids=["asked to stop", "killed"])
def test_what_is_paid_while_no_worker_is_there_is_settled_by_the_next_one_once(committed_tenant, ending):
    with street.memory_gateway() as gateway:
        buyer, people = street.street(["member"], [])
        sku = street.pack(19_800)
        first = running_worker(committed_tenant)
        try:
            shop.paid(gateway, buyer, (sku, 1))
            wait_for_settlements(1)
        finally:
            first.send_signal(ending)
            code = first.wait(timeout=40)
        assert code == (0 if ending == signal.SIGTERM else -signal.SIGKILL)

        shop.paid(gateway, buyer, (sku, 1), now=street.NOON + timedelta(minutes=1))
        assert Settlement.objects.count() == 1
        second = running_worker(committed_tenant)
        try:
            wait_for_settlements(2)
        finally:
            second.terminate()
            second.wait(timeout=40)
    assert street.pending(people["sponsor 1"]) == 2 * 2_376


@pytest.mark.parametrize("delay_ms", [0, 2, 5, 10, 20, 40, 80, 160])
def test_a_worker_asked_to_stop_while_it_opens_its_connections_stops(committed_tenant, delay_ms):
    worker = subprocess.Popen(
        command_line("worker"), env=environment_for(committed_tenant.access), stderr=subprocess.PIPE, text=True
    )
    try:
        assert any("worker started" in line for line in worker.stderr)
        time.sleep(delay_ms / 1000)
        worker.send_signal(signal.SIGTERM)
        assert worker.wait(timeout=40) == 0
    finally:
        worker.kill()
        worker.stderr.close()
