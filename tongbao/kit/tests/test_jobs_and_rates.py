"""Schedules run once for each turn; rates hold over all processes."""

from __future__ import annotations

from datetime import timedelta

import pytest

from tongbao.kit import clock, jobs
from tongbao.kit.errors import TooManyRequests
from tongbao.kit.ratelimit import check_rate


def test_a_schedule_that_many_ticks_want_runs_once(committed_tenant, race, monkeypatch):
    ran: list[int] = []
    schedule = jobs.Schedule(name="test.sweep", every=timedelta(hours=1), function=lambda now: ran.append(1))
    monkeypatch.setattr(jobs, "_schedules", [schedule])
    now = clock.now()
    race(*(lambda: jobs.tick(now=now) for _ in range(20)))
    assert ran == [1]
    assert jobs.tick(now=now + timedelta(minutes=59)) == []
    assert jobs.tick(now=now + timedelta(minutes=60)) == ["test.sweep"]


def test_a_schedule_that_fails_does_not_hold_up_the_next(tenant, monkeypatch):
    bad = jobs.Schedule(name="test.bad", every=timedelta(hours=1), function=lambda now: 1 / 0)
    good = jobs.Schedule(name="test.good", every=timedelta(hours=1), function=lambda now: None)
    monkeypatch.setattr(jobs, "_schedules", [bad, good])
    assert jobs.tick(now=clock.now()) == ["test.good"]


def test_the_sixth_try_in_a_window_is_refused_and_told_how_long_to_wait(tenant):
    now = clock.now()
    for _ in range(5):
        check_rate(what="sign-in", key="13800000000", limit=5, window=timedelta(minutes=10), now=now)
    with pytest.raises(TooManyRequests) as refused:
        check_rate(what="sign-in", key="13800000000", limit=5, window=timedelta(minutes=10), now=now)
    assert refused.value.wait_seconds == 600
    check_rate(what="sign-in", key="13900000000", limit=5, window=timedelta(minutes=10), now=now)
    later = now + timedelta(minutes=10)
    check_rate(what="sign-in", key="13800000000", limit=5, window=timedelta(minutes=10), now=later)


def test_thirty_tries_at_once_pass_exactly_the_limit(committed_tenant, race):
    now = clock.now()
    window = timedelta(minutes=1)
    answers = race(
        *(lambda: check_rate(what="code", key="x", limit=10, window=window, now=now) for _ in range(30))
    )
    assert answers.count(None) == 10
