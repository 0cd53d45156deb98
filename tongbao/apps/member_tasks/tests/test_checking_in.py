"""Checking in: n points on day n of a streak, one a day, one for each device, phone and identity."""

from __future__ import annotations

import doctest
from datetime import datetime, timedelta, timezone
from functools import partial
from pathlib import Path

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from tongbao.apps.member_tasks import policy, selectors
from tongbao.apps.member_tasks.contracts import (
    AlreadyCheckedIn,
    ClockSetBack,
    MemberCannotEarn,
    MemberTasksSettings,
    RewardUsedElsewhere,
)
from tongbao.apps.member_tasks.models import CheckIn, Claim, Reward
from tongbao.apps.member_tasks.services import forget_daily_claims
from tongbao.apps.member_tasks.tests.people import (
    CHEN,
    DAY,
    NOON,
    checks_in,
    has,
    person,
    settings,
    sound,
    vesting,
)
from tongbao.kit.errors import DomainError, InvalidInput
from tongbao.members.services import freeze, submit_identity, verify_identity
from tongbao.points import selectors as points
from tongbao.points.contracts import UNITS_PER_POINT
from tongbao.points.services import grant_pending, mint_vested

EXAMPLES = Path(__file__).resolve().parents[4] / "tests" / "examples" / "points.yaml"
CASE = next(
    case
    for case in yaml.safe_load(EXAMPLES.read_text(encoding="utf-8"))["cases"]
    if case["name"] == "a check-in streak"
)
BEIJING, HAWAII = timezone(timedelta(hours=8)), timezone(timedelta(hours=-10))


def test_the_examples_of_the_policy():
    assert doctest.testmod(policy).failed == 0


def test_a_streak_gives_what_the_rules_say_and_a_missed_day_starts_again(on):
    wang = person()
    given = [checks_in(wang, now=NOON + day * DAY).reward.granted for day in range(len(CASE["days"]))]
    assert given == [points_of * UNITS_PER_POINT for points_of in CASE["granted"]]
    missed = checks_in(wang, now=NOON + 10 * DAY)
    assert (missed.streak, missed.reward.granted) == (1, CASE["after_a_missed_day"] * UNITS_PER_POINT)
    assert has(wang) == sum(CASE["granted"]) + 1
    assert sound()


def test_points_of_a_check_in_vest_for_as_long_as_the_mall_says_and_the_page_says_so(on):
    vesting(days=30)
    wang = person()
    assert selectors.today(member_id=wang, now=NOON).vesting_days == 30
    assert checks_in(wang).reward.vests_at == NOON + 30 * DAY
    (shown,) = selectors.rewards_of(member_id=wang)
    assert (shown.granted, shown.vests_at) == (10_000, NOON + 30 * DAY)
    mine = points.member_points(member_id=wang)
    assert (mine.available, mine.pending) == (0, 10_000)
    mint_vested(now=NOON + 30 * DAY)
    assert has(wang) == 1
    assert sound()


@given(gaps=st.lists(st.integers(1, 4), max_size=30))
def test_whoever_skips_starts_again_whatever_the_days(gaps):
    day, last, streak = NOON.date(), None, 0
    for gap in gaps:
        streak = policy.streak_on(day=day, last_day=last, last_streak=streak)
        assert policy.points_of_day(streak=streak, most=7) == min(streak, 7)
        assert streak >= 1
        last, day = day, day + timedelta(days=gap)
        if gap > 1:
            assert policy.streak_on(day=day, last_day=last, last_streak=streak) == 1


def test_a_day_is_the_mall_s_and_two_time_zones_are_no_two_days(on):
    wang = person()
    in_beijing = datetime(2026, 3, 2, 23, 30, tzinfo=BEIJING)
    in_hawaii = datetime(2026, 3, 2, 5, 45, tzinfo=HAWAII)
    assert checks_in(wang, now=in_beijing).day.isoformat() == "2026-03-02"
    with pytest.raises(AlreadyCheckedIn):
        checks_in(wang, now=in_hawaii)
    assert checks_in(wang, now=datetime(2026, 3, 3, 0, 0, tzinfo=BEIJING)).streak == 2


def test_a_clock_that_was_set_back_gives_nothing(on):
    wang = person()
    checks_in(wang, now=NOON)
    with pytest.raises(ClockSetBack):
        checks_in(wang, now=NOON - DAY)
    assert has(wang) == 1


def test_a_second_check_in_and_a_clock_set_back_leave_every_row_and_the_books_as_they_were(on):
    wang = person()
    checks_in(wang, now=datetime(2026, 3, 2, 23, 30, tzinfo=BEIJING))

    def rows() -> list[object]:
        kept = [list(model.objects.order_by("pk").values()) for model in (CheckIn, Claim, Reward)]
        member = points.member_points(member_id=wang)
        return [*kept, points.pools(), points.supply(), member, points.member_statement(member_id=wang)]

    before = rows()
    for refusal, now in (
        (AlreadyCheckedIn, datetime(2026, 3, 2, 5, 45, tzinfo=HAWAII)),
        (AlreadyCheckedIn, datetime(2026, 3, 2, 0, 0, tzinfo=BEIJING)),
        (ClockSetBack, datetime(2026, 3, 1, 5, 45, tzinfo=HAWAII)),
    ):
        with pytest.raises(refusal):
            checks_in(wang, now=now)
        assert rows() == before
    assert sound()


def test_one_device_checks_in_for_one_account_a_day(on):
    wang, li = person(), person()
    checks_in(wang, device="shared")
    with pytest.raises(RewardUsedElsewhere):
        checks_in(li, device="shared")
    assert CheckIn.objects.filter(member_id=li).count() == 0
    assert (has(wang), has(li)) == (1, 0)
    assert checks_in(li, device="of-li").streak == 1


def test_one_identity_checks_in_for_one_account_a_day(on):
    wang, twin = person(), person()
    for member in (wang, twin):
        submit_identity(member_id=member, real_name="王芳", card_number="11010519491231002X", now=NOON)
        verify_identity(member_id=member, actor=CHEN, now=NOON)
    checks_in(wang)
    with pytest.raises(RewardUsedElsewhere) as refused:
        checks_in(twin)
    assert refused.value.message("zh") == "此身份已用其他账号领取过该奖励。一人一份。"


def test_nothing_of_a_device_is_kept_but_a_keyed_hash(on):
    checks_in(person("13800138000"))
    kept = set(Claim.objects.values_list("kind", flat=True))
    assert kept == {"device", "phone"}
    assert all(len(row.token_hash) == 64 for row in Claim.objects.all())


def test_whoever_is_frozen_earns_nothing(on):
    wang = person()
    freeze(member_id=wang, reason="looked at", actor=CHEN, now=NOON)
    with pytest.raises(MemberCannotEarn):
        checks_in(wang)


def test_the_month_s_budget_gives_what_is_left_then_nothing_and_the_page_says_so(on):
    settings(monthly_budget_points=4)
    wang = person()
    given = [checks_in(wang, now=NOON + day * DAY).reward for day in range(2)]
    assert [one.granted for one in given] == [10_000, 20_000]
    said = selectors.today(member_id=wang, now=NOON + 2 * DAY)
    assert (said.next_points, said.next_gives, said.left) == (3, 10_000, 10_000)
    third = checks_in(wang, now=NOON + 2 * DAY).reward
    assert (third.asked, third.granted, third.why_less) == (30_000, 10_000, "month")
    fourth = checks_in(wang, now=NOON + 3 * DAY)
    assert (fourth.streak, fourth.reward.granted, fourth.reward.why_less) == (4, 0, "month")
    next_month = selectors.today(member_id=wang, now=NOON + 31 * DAY)
    assert next_month.left_this_month == 40_000
    assert sound()


def test_the_pool_s_end_is_the_end_and_the_month_keeps_what_the_pool_did_not_give(on):
    left = points.left_in(pool="tasks") - 5_000
    grant_pending(pool="tasks", member_id=person(), amount=left, subject="earlier", now=NOON)
    before = selectors.left_this_month(now=NOON)
    first = checks_in(person()).reward
    assert (first.granted, first.why_less) == (5_000, "pool")
    assert selectors.left_this_month(now=NOON) == before - 5_000
    assert checks_in(person()).reward.granted == 0


def test_a_month_s_budget_is_a_sixtieth_of_the_pool_unless_said_otherwise(on):
    assert selectors.left_this_month(now=NOON) == 10_000_000 * UNITS_PER_POINT // 60


@pytest.mark.parametrize(
    "wrong", [{"time_zone": "Mars/Olympus"}, {"check_in_most_points": -1}, {"open_submissions": 0}]
)
def test_settings_that_make_no_sense_are_refused(wrong):
    with pytest.raises(InvalidInput):
        MemberTasksSettings(**wrong)


def test_32_check_ins_of_one_member_are_one(committed_on, race):
    wang = person()

    def once() -> int:
        try:
            return checks_in(wang).reward.granted
        except AlreadyCheckedIn:
            return 0

    assert sorted(race(*[once] * 32)) == [0] * 31 + [10_000]
    assert has(wang) == 1
    assert sound()


def test_32_members_share_the_last_ten_points_of_the_month_to_the_unit(committed_on, race):
    settings(monthly_budget_points=10)
    members = [person() for _ in range(32)]
    given = race(*(partial(lambda member: checks_in(member).reward.granted, member) for member in members))
    assert sorted(given) == [0] * 22 + [10_000] * 10
    assert selectors.left_this_month(now=NOON) == 0
    assert sound()


def test_32_accounts_on_one_device_get_one_reward(committed_on, race):
    members = [person() for _ in range(32)]

    def on_the_device(member: int) -> int:
        try:
            return checks_in(member, device="farm").reward.granted
        except DomainError:
            return 0

    given = race(*(partial(on_the_device, member) for member in members))
    assert sorted(given) == [0] * 31 + [10_000]
    assert Reward.objects.count() == 1


def test_daily_claims_are_forgotten_when_they_can_t_matter(on):
    checks_in(person("13800138000"))
    assert forget_daily_claims(now=NOON + 30 * DAY) == 0
    assert forget_daily_claims(now=NOON + 61 * DAY) == 2
