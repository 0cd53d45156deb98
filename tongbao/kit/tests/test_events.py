"""Facts reach their handlers: with the change that made them, exactly once, whatever fails between."""

from __future__ import annotations

import dataclasses
from datetime import datetime, timedelta
from typing import ClassVar

import pytest
from django.db import transaction

from tongbao.kit import clock, events
from tongbao.kit.models import OutboxEvent


@dataclasses.dataclass(frozen=True, kw_only=True)
class TeaPoured:
    name: ClassVar[str] = "test.tea_poured"
    cups: int
    poured_at: datetime


@pytest.fixture
def poured(monkeypatch):
    seen: list[TeaPoured] = []
    monkeypatch.setattr(events, "_handlers", {})
    monkeypatch.setattr(events, "_classes", {})
    events.wire(event_class=TeaPoured, handler=lambda event, now: seen.append(event))
    return seen


def test_a_fact_arrives_as_it_was_told(tenant, poured):
    fact = TeaPoured(cups=3, poured_at=clock.now())
    events.emit(fact)
    assert events.drain(now=clock.now()) == 1
    assert poured == [fact]
    assert events.drain(now=clock.now()) == 0


def test_a_fact_whose_change_was_rolled_back_was_never_told(tenant, poured):
    with pytest.raises(ZeroDivisionError), transaction.atomic():
        events.emit(TeaPoured(cups=1, poured_at=clock.now()))
        raise ZeroDivisionError
    assert events.drain(now=clock.now()) == 0
    assert poured == []


def test_a_handler_that_fails_is_tried_again_later_and_holds_up_nobody(tenant, monkeypatch):
    monkeypatch.setattr(events, "_handlers", {})
    monkeypatch.setattr(events, "_classes", {})
    done: list[int] = []

    def drop_the_first_cup(event: TeaPoured, now: datetime) -> None:
        if event.cups == 1 and not OutboxEvent.objects.filter(tries__gt=0).exists():
            raise ValueError("dropped")
        done.append(event.cups)

    events.wire(event_class=TeaPoured, handler=drop_the_first_cup)
    for cups in (1, 2):
        events.emit(TeaPoured(cups=cups, poured_at=clock.now()))
    now = clock.now()
    assert events.drain(now=now) == 1
    assert done == [2]
    assert "dropped" in OutboxEvent.objects.get(handled_at__isnull=True).last_error
    assert events.drain(now=now + timedelta(seconds=1)) == 0
    assert events.drain(now=now + timedelta(seconds=3)) == 1
    assert done == [2, 1]


def test_twenty_drains_at_once_handle_each_fact_once(committed_tenant, poured, race):
    for cups in range(40):
        events.emit(TeaPoured(cups=cups, poured_at=clock.now()))
    handled = race(*(lambda: events.drain(now=clock.now()) for _ in range(20)))
    assert sum(handled) == 40
    assert sorted(event.cups for event in poured) == list(range(40))


def test_a_fact_that_nobody_listens_to_is_done(tenant, monkeypatch):
    monkeypatch.setattr(events, "_handlers", {})
    monkeypatch.setattr(events, "_classes", {})
    events.emit(TeaPoured(cups=1, poured_at=clock.now()))
    assert events.drain(now=clock.now()) == 1
