"""Deadlock, lock time-out, serialization failure: a named error or a second try that works, never half a booking."""

from __future__ import annotations

import threading
from datetime import timedelta

import psycopg
import pytest
from django.db import OperationalError, connection

from tongbao.config.verification import findings
from tongbao.kit import clock, events
from tongbao.kit.errors import DatabaseBusy, DatabaseFull, DatabaseLost
from tongbao.kit.transactions import transaction
from tongbao.ledger import selectors, services
from tongbao.ledger.contracts import Request, Transfer, member_account, platform_account
from tongbao.mall.tests import shop
from tongbao.rewards.models import Settlement
from tongbao.rewards.tests import street

WANG, LI = member_account(9_001, "cash"), member_account(9_002, "cash")


def gift(key: str, *accounts, amount: int = 100) -> None:
    """So much to each of the accounts, under one key."""
    lines = tuple(
        Transfer(debit=platform_account("operating"), credit=account, amount=amount, kind="gift", subject=key)
        for account in accounts
    )
    services.post(request=Request(key=key, transfers=lines), now=clock.now()).require()


def standing() -> tuple[int, int]:
    return selectors.balance(account=WANG).posted, selectors.balance(account=LI).posted


def test_a_lock_that_does_not_come_in_time_books_nothing_and_says_so(committed_tenant):
    gift("opening", WANG, LI)
    with committed_tenant.connect_as_superuser() as holder, holder.transaction():
        holder.execute("SELECT 1 FROM ledger_balance FOR UPDATE")
        with connection.cursor() as cursor:
            cursor.execute("SET lock_timeout = '50ms'")
        with pytest.raises(DatabaseBusy, match="same key"):
            gift("gift:1", WANG, LI)
    assert standing() == (100, 100)
    gift("gift:1", WANG, LI)
    assert standing() == (200, 200)
    assert list(findings()) == []


def test_of_two_that_wait_for_each_other_one_is_told_to_come_again(committed_tenant, race):
    gift("opening", WANG, LI)
    both_hold_one = threading.Barrier(2)

    def crosswise(key, first, second):
        def book():
            with transaction():
                gift(f"{key}:1", first)
                both_hold_one.wait(timeout=20)
                gift(f"{key}:2", second)

        return book

    answers = race(crosswise("there", WANG, LI), crosswise("back", LI, WANG))
    assert sorted(type(answer).__name__ for answer in answers) == ["DatabaseBusy", "NoneType"]
    assert standing() == (200, 200)
    for key, first, second in (("there", WANG, LI), ("back", LI, WANG)):
        with transaction():
            gift(f"{key}:1", first)
            gift(f"{key}:2", second)
    assert standing() == (300, 300)
    assert list(findings()) == []


def test_a_transaction_that_looked_before_another_wrote_is_told_to_come_again(committed_tenant):
    gift("opening", WANG, LI)
    with committed_tenant.connect_as_superuser() as other, pytest.raises(DatabaseBusy), transaction():
        with connection.cursor() as cursor:
            cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
            cursor.execute("SELECT 1")
        other.execute("UPDATE ledger_balance SET posted = posted")
        gift("gift:1", WANG)
    assert standing() == (100, 100)
    gift("gift:1", WANG)
    assert standing() == (200, 100)


class FailsOnce:
    """Lets the database do what is asked, and then says that it failed; once."""

    def __init__(self, error: type[psycopg.Error], *, at: str) -> None:
        self.error, self.at, self.failed = error, at, False

    def __call__(self, execute, sql, params, many, context):
        answer = execute(sql, params, many, context)
        if self.at in sql and not self.failed:
            self.failed = True
            raise OperationalError("injected by the test") from self.error("injected by the test")
        return answer


@pytest.mark.parametrize(
    "error",
    [psycopg.errors.SerializationFailure, psycopg.errors.DeadlockDetected, psycopg.errors.LockNotAvailable],
)
def test_a_settlement_that_fails_half_way_is_done_whole_at_its_next_turn(tenant, error):
    with street.memory_gateway() as gateway:
        buyer, people = street.street(["member"], [])
        shop.paid(gateway, buyer, (street.pack(19_800), 1))
        with connection.execute_wrapper(FailsOnce(error, at="ledger_post")):
            events.drain(now=street.NOON)
        assert Settlement.objects.count() == 0
        assert street.pending(people["sponsor 1"]) == 0
        assert list(findings()) == []
        events.drain(now=street.NOON + timedelta(minutes=1))
        assert Settlement.objects.count() == 1
    assert street.pending(people["sponsor 1"]) == 2_376
    assert list(findings()) == []


@pytest.mark.parametrize(
    ("error", "named"),
    [
        (psycopg.errors.SerializationFailure, DatabaseBusy),
        (psycopg.errors.QueryCanceled, DatabaseBusy),
        (psycopg.errors.DiskFull, DatabaseFull),
        (psycopg.errors.TooManyConnections, DatabaseFull),
        (psycopg.errors.AdminShutdown, DatabaseLost),
        (psycopg.errors.CrashShutdown, DatabaseLost),
        (psycopg.OperationalError, DatabaseLost),
    ],
)
def test_what_the_database_refuses_has_a_name_and_books_nothing(tenant, error, named):
    gift("opening", WANG, LI)
    with connection.execute_wrapper(FailsOnce(error, at="ledger_post")), pytest.raises(named) as told:
        gift("gift:1", WANG, LI)
    assert told.value.status == 503
    assert told.value.why == "injected by the test"
    assert "injected" not in told.value.message("zh")
    assert standing() == (100, 100)
