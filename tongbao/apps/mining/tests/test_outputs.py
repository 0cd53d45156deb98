"""Outputs: whole days, in order, each once, exact whatever the downtime, out of the pool until it ends."""

from __future__ import annotations

import doctest
from datetime import timedelta
from functools import partial

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tongbao.apps.mining import policy, selectors, services
from tongbao.apps.mining.contracts import MachineEnded, MachineUnknown, PropNotValid, PropTaken, PropUnknown
from tongbao.apps.mining.models import Machine, Output, Round
from tongbao.apps.mining.services.giving import give_round
from tongbao.apps.mining.tests.people import (
    CHEN,
    DAY,
    NOON,
    POINT,
    free_machine,
    has,
    leave_in_pool,
    person,
    prop,
    settings,
    sound,
    switch,
)
from tongbao.kit import events
from tongbao.members.services import freeze, submit_identity, unfreeze, verify_identity
from tongbao.points import selectors as points
from tongbao.points.tests.people import spend
from tongbao.tenancy.contracts import ReasonNeeded


@pytest.fixture
def small(on):
    """The free machine: 1.5 points a day for 30 days."""
    prop()
    settings(free_prop="small")


def test_the_examples_of_the_policy():
    assert doctest.testmod(policy).failed == 0


def test_a_machine_gives_a_day_s_output_when_its_day_is_over(small):
    wang = free_machine()
    assert services.give_due(now=NOON + DAY - timedelta(seconds=1)) == 0
    assert services.give_due(now=NOON + DAY) == 1
    assert services.give_due(now=NOON + DAY) == 0
    assert has(wang) == 15_000
    assert sound()


def test_a_month_of_downtime_is_made_up_for_to_the_unit_and_in_order(small):
    wang, li = free_machine(), free_machine(now=NOON + 3 * DAY)
    assert services.give_due(now=NOON + 31 * DAY) == 30 + 28
    assert (has(wang), has(li)) == (30 * 15_000, 28 * 15_000)
    given_in_order = [
        (output.machine_id, output.day) for output in Output.objects.order_by("id").select_related("machine")
    ]
    first, second = sorted({machine for machine, _day in given_in_order})
    assert given_in_order.index((first, 10)) < given_in_order.index((second, 8))
    assert given_in_order.index((second, 1)) < given_in_order.index((first, 6))
    assert Machine.objects.get(member_id=wang).state == "finished"
    assert services.give_due(now=NOON + 60 * DAY) == 2
    assert services.give_due(now=NOON + 90 * DAY) == 0
    assert has(li) == 30 * 15_000
    assert sound()


@given(hours=st.lists(st.integers(0, 400), max_size=8))
def test_however_often_the_job_runs_the_days_add_up(hours):
    total = 0
    for hour in sorted(hours):
        days = policy.whole_days(started_at=NOON, now=NOON + timedelta(hours=hour), days=30)
        assert days >= total
        total = days
    assert total == min(30, max(hours, default=0) // 24)


@given(outputs=st.lists(st.integers(0, 100), max_size=20), left=st.integers(0, 500))
def test_what_is_left_is_given_in_turn_and_never_more(outputs, left):
    shares = policy.in_turn(outputs=outputs, left=left)
    assert sum(shares) == min(left, sum(outputs))
    assert all(share <= output for share, output in zip(shares, outputs, strict=True))


def test_it_ends_with_its_pool_first_come_first_served(small):
    members = [free_machine(now=NOON + timedelta(minutes=minute)) for minute in range(3)]
    leave_in_pool(20_000)
    assert selectors.props()[0].left == 20_000
    assert services.give_due(now=NOON + 2 * DAY) == 3 + 1
    assert [has(member) for member in members] == [15_000, 5_000, 0]
    turns = list(Round.objects.order_by("id").values_list("outputs", "asked", "granted"))
    assert sum(granted for _outputs, _asked, granted in turns) == 20_000
    assert points.left_in(pool="mining") == 0
    assert sound()


def test_whoever_is_frozen_waits_and_gets_it_all_afterwards(small):
    wang = free_machine()
    freeze(member_id=wang, reason="looked at", actor=CHEN, now=NOON)
    assert services.give_due(now=NOON + 5 * DAY) == 0
    unfreeze(member_id=wang, reason="all right", actor=CHEN, now=NOON)
    assert services.give_due(now=NOON + 5 * DAY) == 5
    assert has(wang) == 5 * 15_000


def test_whoever_owes_points_repays_them_first(small):
    from tongbao.points.services import grant_pending, mint, void

    wang = free_machine()
    grant_pending(pool="gift_packs", member_id=wang, amount=POINT, subject="order:1", now=NOON)
    mint(subject="order:1", now=NOON)
    spend(wang, POINT)
    void(subject="order:1", now=NOON)
    services.give_due(now=NOON + DAY)
    owns = points.member_points(member_id=wang)
    assert (owns.available, owns.owed) == (5_000, 0)
    assert sound()


def test_the_free_machine_comes_once_for_a_member_and_a_phone(small):
    wang = person("13800138000")
    events.drain(now=NOON)
    assert Machine.objects.filter(member_id=wang).count() == 1
    assert services.give_free_machine(member_id=wang, now=NOON) is False


def test_two_accounts_with_one_identity_keep_one_free_machine(small):
    wang, twin = free_machine(), free_machine()
    for member in (wang, twin):
        submit_identity(member_id=member, real_name="王芳", card_number="11010519491231002X", now=NOON)
        verify_identity(member_id=member, actor=CHEN, now=NOON)
    services.give_due(now=NOON + DAY)
    assert (has(wang), has(twin)) == (15_000, 0)
    assert Machine.objects.get(member_id=twin).state == "taken_back"


def test_without_a_free_prop_nobody_gets_one(on):
    assert services.give_free_machine(member_id=person(), now=NOON) is False


def test_an_operator_takes_a_machine_back_with_a_reason(small):
    wang = free_machine()
    (machine,) = selectors.machines_of(member_id=wang, now=NOON)
    with pytest.raises(ReasonNeeded):
        services.take_back(machine_id=machine.machine_id, reason="", actor=CHEN, now=NOON)
    services.take_back(machine_id=machine.machine_id, reason="abuse", actor=CHEN, now=NOON)
    with pytest.raises(MachineEnded):
        services.take_back(machine_id=machine.machine_id, reason="abuse", actor=CHEN, now=NOON)
    with pytest.raises(MachineUnknown):
        services.take_back(machine_id=999, reason="abuse", actor=CHEN, now=NOON)
    assert services.give_due(now=NOON + DAY) == 0


@pytest.mark.parametrize(
    "wrong", [{"code": "Big!"}, {"daily": 0}, {"days": 0}, {"days": 4_000}, {"product": "nowhere"}]
)
def test_a_prop_that_can_t_be_is_refused(on, wrong):
    with pytest.raises(PropNotValid):
        prop(**wrong)


def test_a_code_is_used_once_and_a_prop_ends_once(on):
    prop()
    with pytest.raises(PropTaken):
        prop()
    services.end_prop(code="small", actor=CHEN, now=NOON)
    with pytest.raises(PropUnknown):
        services.end_prop(code="small", actor=CHEN, now=NOON)
    assert selectors.props() == ()


def test_while_the_app_is_off_nobody_gets_one_and_what_runs_catches_up_later(small):
    wang = free_machine()
    switch(False)
    li = person()
    events.drain(now=NOON)
    assert not Machine.objects.filter(member_id=li).exists()
    switch(True)
    services.give_due(now=NOON + 10 * DAY)
    assert has(wang) == 10 * 15_000


def test_32_jobs_at_once_give_every_output_once(committed_on, race):
    prop()
    settings(free_prop="small")
    members = [free_machine() for _ in range(8)]
    given = race(*[partial(services.give_due, now=NOON + 3 * DAY)] * 32)
    assert sum(given) == 24
    assert [has(member) for member in members] == [45_000] * 8
    assert sound()


def test_a_round_takes_so_many_and_the_next_one_goes_on(small):
    members = [free_machine() for _ in range(5)]
    assert [give_round(now=NOON + DAY, most=2) for _ in range(4)] == [2, 2, 1, 0]
    assert [has(member) for member in members] == [15_000] * 5
