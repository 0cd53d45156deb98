"""The clock jumps: what is later than the database's time is refused, and going back breaks nothing."""

from __future__ import annotations

from datetime import timedelta
from functools import partial

import pytest

from tongbao.config.verification import findings
from tongbao.kit import clock, jobs
from tongbao.ledger import selectors, services
from tongbao.ledger.contracts import BookingInFuture, Request, Transfer, member_account, platform_account
from tongbao.rewards import services as rewards
from tongbao.rewards.tests import street

WANG = member_account(9_001, "cash")
MONTH, MINUTE = timedelta(days=30), timedelta(minutes=1)


def gift(key: str, now) -> None:
    line = Transfer(debit=platform_account("operating"), credit=WANG, amount=100, kind="gift", subject=key)
    services.post(request=Request(key=key, transfers=(line,)), now=now).require()


def test_nothing_is_booked_at_a_time_that_has_not_come(tenant):
    gift("opening", clock.now())
    held = services.place_hold(key="held", account=WANG, amount=10, purpose="test", now=clock.now()).require()
    later = clock.now() + MINUTE
    out = Transfer(debit=WANG, credit=platform_account("operating"), amount=1, kind="gift", subject="back")
    for booking in (
        partial(gift, "gift:1", later),
        partial(services.place_hold, key="h:2", account=WANG, amount=1, purpose="test", now=later),
        partial(services.capture_hold, key="c:1", hold_id=held.hold_id, transfers=(out,), now=later),
        partial(services.void_hold, key="v:1", hold_id=held.hold_id, now=later),
        partial(services.expire_holds, now=later),
    ):
        with pytest.raises(BookingInFuture):
            booking()
    balance = selectors.balance(account=WANG)
    assert (balance.posted, balance.held) == (100, 10)
    assert list(findings()) == []


def test_a_demos_clock_that_goes_back_leaves_the_books_in_order(tenant):
    gift("gift:1", clock.now())
    clock.move_to(offset=-MONTH)
    gift("gift:2", clock.now())
    with pytest.raises(BookingInFuture):
        gift("gift:3", clock.now() + MONTH)
    clock.move_to(offset=timedelta(0))
    gift("gift:3", clock.now())
    lines = selectors.statement(account=WANG)
    assert [line.subject for line in lines] == ["gift:1", "gift:2", "gift:3"]
    assert [line.balance_after for line in lines] == [100, 200, 300]
    assert lines[1].booked_at < lines[0].booked_at < lines[2].booked_at
    assert list(findings()) == []


def test_what_was_released_is_not_released_again_when_its_day_comes_a_second_time(tenant):
    with street.memory_gateway() as gateway:
        buyer, people = street.street(["member"], [])
        placed = street.buy(gateway, buyer, (street.pack(19_800), 1))
        received = street.NOON + timedelta(days=3)
        street.receive(placed, buyer, now=received)
    due = received + timedelta(days=8)
    assert [rewards.release_due(now=moment) for moment in (due, received, due, due + MONTH)] == [1, 0, 0, 0]
    assert street.cash(people["sponsor 1"]) == 2_376
    assert list(findings()) == []


def test_schedules_go_on_after_the_clock_went_back(tenant, monkeypatch):
    runs: list[object] = []
    monkeypatch.setattr(jobs, "_schedules", [jobs.Schedule(name="test", every=MINUTE, function=runs.append)])
    now = street.NOON
    for moment in (now, now - timedelta(seconds=1), now - MONTH, now - MONTH + MINUTE, now):
        jobs.tick(now=moment)
    assert runs == [now, now - MONTH, now - MONTH + MINUTE, now]
