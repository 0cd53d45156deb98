"""Settlers of the lane die, their database dies, they freeze and wake up: every order's awards stand once."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Iterator

import numpy as np
import pytest
from django.db import connection

from tests.faults.servers import OwnServer, copy_of
from tests.faults.settler import amounts_fen, beneficiaries
from tests.faults.workload import TENANT
from tongbao.config.tests.commands import environment_for
from tongbao.kit.postgres.access import DatabaseAccess
from tongbao.ledger.contracts import Request, Transfer, member_account, platform_account
from tongbao.ledger.services import post
from tongbao.ledger.services.lane import settled_up_to
from tongbao.rewards.tests import street
from tongbao.tenancy.contexts import tenant_context

ORDERS = 40_000
SEED = 4


@pytest.fixture
def mall(server: OwnServer) -> Iterator[DatabaseAccess]:
    """A mall of its own: its awards belong to no order of a mall."""
    with copy_of(server, "tongbao_lane") as access:
        yield access


def pending_accounts() -> list[int]:
    """The pending accounts of five new members, each opened by a first award of a fen."""
    members = [street.person() for _ in range(5)]
    opening = tuple(
        Transfer(
            debit=platform_account("operating"),
            credit=member_account(member_id, "pending"),
            amount=1,
            kind="award",
            subject="order:opening",
        )
        for member_id in members
    )
    post(request=Request(key=f"open:{members}", transfers=opening), now=street.NOON).require()
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT id FROM ledger_account WHERE kind = 'pending' AND owner_id = ANY(%s) ORDER BY id",
            [members],
        )
        return [row[0] for row in cursor.fetchall()]


def settler(access, upto: int, accounts: list[int]) -> subprocess.Popen:
    """A settler that has just taken the settlement."""
    process = subprocess.Popen(
        [sys.executable, "-m", "tests.faults.settler", str(upto), *map(str, accounts)],
        env=environment_for(access),
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    )
    assert process.stdout is not None
    assert process.stdout.readline() == "settling\n"
    return process


def every_award_stands_once(first: int, upto: int, accounts: list[int]) -> bool:
    """Nothing lost, nothing doubled, nothing wrong: the rows are exactly those of the orders."""
    orders = np.arange(first, upto + 1, dtype=np.int64)
    people = beneficiaries(orders, np.array(accounts, dtype=np.int64))
    expected = sorted(
        (int(order), int(people[place, seat]), int(amounts_fen(orders)[place, seat]))
        for place, order in enumerate(orders)
        for seat in range(2)
    )
    connection.close()
    with tenant_context(TENANT), connection.cursor() as cursor:
        assert settled_up_to() == upto
        cursor.execute(
            "SELECT order_id, beneficiary, amount FROM ledger_award WHERE order_id BETWEEN %s AND %s ORDER BY 1, 2, 3",
            [first, upto],
        )
        assert cursor.fetchall() == expected
        cursor.execute("SELECT count(*) FROM ledger_award_batch WHERE state <> 'finished'")
        assert cursor.fetchone() == (0,)
    return True


def test_settlers_and_their_database_are_killed_at_any_moment(server, mall):
    draw = random.Random(SEED)
    with tenant_context(TENANT):
        accounts, first = pending_accounts(), settled_up_to() + 1
    upto = first + ORDERS - 1
    killed = 0
    while True:
        process = settler(mall, upto, accounts)
        try:
            process.wait(timeout=draw.uniform(0.02, 0.15) if killed < 5 else 60)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
            killed += 1
            if killed % 2 == 0:
                server.kill()
                server.start()
            continue
        if process.returncode == 0:
            break
    assert killed >= 2
    assert every_award_stands_once(first, upto, accounts)


def test_a_settler_that_freezes_is_taken_over_and_does_no_harm_when_it_wakes(mall):
    with tenant_context(TENANT):
        accounts, first = pending_accounts(), settled_up_to() + 1
    upto = first + ORDERS - 1
    frozen = settler(mall, upto, accounts)
    time.sleep(0.05)
    os.kill(frozen.pid, signal.SIGSTOP)
    second = settler(mall, upto, accounts)
    assert second.wait(timeout=60) == 0
    os.kill(frozen.pid, signal.SIGCONT)
    # It was taken over, or its connection was ended under it: either way it books nothing more and says so.
    assert frozen.wait(timeout=60) != 0
    assert every_award_stands_once(first, upto, accounts)
