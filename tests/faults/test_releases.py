"""Releases and refunds die, freeze and race on the way: every award moves once, every member's money is right."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import time
from collections import Counter
from datetime import timedelta

import pytest

from tests.faults.reckoning import read_as_administrator
from tests.faults.releaser import RELEASED_AT
from tests.faults.runs import wait_until
from tongbao.config.tests.commands import environment_for
from tongbao.config.verification import findings
from tongbao.kit import events
from tongbao.mall.tests import shop
from tongbao.rewards import services
from tongbao.rewards.models import Award, AwardChange, RefundApplied, Settlement
from tongbao.rewards.services import releasing
from tongbao.rewards.tests import street

ORDERS = 40
SEED = 4
PATIENCE_SECONDS = 3
# 12 % and 10 % to the VIP, 10 % each to the dealer and the cofounder
EARNED_FEN = (2_376 + 1_980, 1_980, 1_980)
IN_A_RUN = """
SELECT pid FROM pg_stat_activity
WHERE datname = current_database() AND wait_event_type = 'Lock' AND query LIKE '%%ledger_post%%'
"""


@pytest.fixture
def due(committed_tenant):
    """Forty received orders under three people; nothing of them is released yet."""
    with street.memory_gateway() as gateway:
        buyer, people = street.street(["vip", "dealer", "cofounder"], [])
        sku = street.pack(19_800)
        orders = [
            shop.paid(gateway, buyer, (sku, 1), now=street.NOON + timedelta(minutes=number))
            for number in range(ORDERS)
        ]
        events.drain(now=street.NOON + timedelta(hours=1))
        for placed in orders:
            street.receive(placed, buyer, now=street.NOON + timedelta(days=1))
        events.drain(now=street.NOON + timedelta(days=1))
    assert Settlement.objects.filter(release_at__lte=RELEASED_AT).count() == ORDERS
    return [people[f"sponsor {place}"] for place in (1, 2, 3)]


def releaser(access, what: str = "release") -> subprocess.Popen:
    """A process that has begun to release, or to handle events."""
    process = subprocess.Popen(
        [sys.executable, "-m", "tests.faults.releaser", what],
        env={**environment_for(access), "TONGBAO_SETTLER_PATIENCE_SECONDS": str(PATIENCE_SECONDS)},
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    )
    assert process.stdout is not None
    assert process.stdout.readline() == "begun\n"
    return process


def released_once(people) -> bool:
    assert Counter(Award.objects.values_list("state", flat=True)) == {"released": 4 * ORDERS}
    changes = Counter(AwardChange.objects.filter(kind="released").values_list("award_id", flat=True))
    assert set(changes.values()) == {1}
    assert [street.cash(member_id) for member_id in people] == [ORDERS * fen for fen in EARNED_FEN]
    assert [street.pending(member_id) for member_id in people] == [0, 0, 0]
    assert list(findings()) == []
    return True


def test_a_release_killed_at_any_moment_pays_everybody_once(committed_tenant, due):
    draw = random.Random(SEED)
    kills = 0
    for _ in range(8):
        process = releaser(committed_tenant.access)
        time.sleep(draw.uniform(0.0, 0.12))
        kills += process.poll() is None
        process.send_signal(signal.SIGKILL)
        process.wait()
    assert kills
    process = releaser(committed_tenant.access)
    assert process.wait(60) == 0
    assert released_once(due)


def test_a_release_that_freezes_in_a_run_is_taken_over_and_pays_nothing_twice(committed_tenant, due):
    with (
        read_as_administrator(committed_tenant.access) as watch,
        read_as_administrator(committed_tenant.access) as holder,holder.transaction()
    ):
        holder.execute("LOCK TABLE ledger_transfer IN EXCLUSIVE MODE")
        first = releaser(committed_tenant.access)
        wait_until(lambda: watch.execute(IN_A_RUN).fetchone(), "a run is in the middle of its booking")
        os.kill(first.pid, signal.SIGSTOP)
    try:
        second = releaser(committed_tenant.access)
        assert second.wait(60) == 0
        assert released_once(due)
    finally:
        os.kill(first.pid, signal.SIGCONT)
    first.wait(60)
    assert released_once(due)


def test_four_releases_at_once_pay_everybody_once(committed_tenant, due, race, monkeypatch):
    monkeypatch.setattr(releasing, "ORDERS_AT_ONCE", 10)
    answers = race(*[lambda: services.release_due(now=RELEASED_AT) for _ in range(4)])
    assert sum(answers) == ORDERS
    assert released_once(due)


def test_refunds_killed_at_any_moment_are_booked_once(committed_tenant):
    """Thirty orders go back, every other one in half: what is left is exactly what the remaining halves give."""
    draw, count = random.Random(SEED), 30
    with street.memory_gateway() as gateway:
        buyer, people = street.street(["vip", "dealer", "cofounder"], [])
        sku = street.pack(19_800)
        orders = [shop.paid(gateway, buyer, (sku, 1), now=street.NOON) for _ in range(count)]
        events.drain(now=street.NOON)
        for number, placed in enumerate(orders):
            half = 9_900 if number % 2 else None
            street.refund_without_awards(
                gateway, placed, amount_fen=half, now=street.NOON + timedelta(hours=1)
            )
    kills = 0
    for _ in range(6):
        process = releaser(committed_tenant.access, "drain")
        time.sleep(draw.uniform(0.0, 0.15))
        kills += process.poll() is None
        process.send_signal(signal.SIGKILL)
        process.wait()
    assert kills
    # what a killed one had in hand is tried again after a pause
    wait_until(
        lambda: releaser(committed_tenant.access, "drain").wait(60) == 0 and RefundApplied.objects.count() == count,
        "all refunds are booked",
    )
    halves = count // 2
    expected = [halves * (1_188 + 990), halves * 990, halves * 990]
    assert [street.pending(people[f"sponsor {place}"]) for place in (1, 2, 3)] == expected
    assert list(findings()) == []
