"""Inviting and being invited, articles and videos, the operator's own tasks; and what happens while the app is off."""

from __future__ import annotations

from datetime import timedelta

import pytest

from tongbao.apps.member_tasks import selectors, services
from tongbao.apps.member_tasks.contracts import (
    RewardUsedElsewhere,
    SubmissionDecided,
    SubmissionKnown,
    SubmissionNotValid,
    TaskDone,
    TaskNotValid,
    TaskUnknown,
    TooManySubmissions,
)
from tongbao.apps.member_tasks.models import Reward
from tongbao.apps.member_tasks.tests.people import (
    CHEN,
    DAY,
    NOON,
    PHONE,
    has,
    joins,
    key,
    person,
    settings,
    sound,
    switch,
)
from tongbao.kit import events
from tongbao.tenancy.contracts import ReasonNeeded
from tongbao.tenancy.selectors import audited

WANG, LI, ZHAO = "13800138000", "13900139000", "13700137000"


def test_an_invitation_gives_three_points_to_both(on):
    wang = joins(WANG, sponsor=None, device=PHONE, address="10.0.0.1")
    li = joins(LI, sponsor=wang, device=PHONE, address="10.0.0.2")
    assert (has(wang), has(li)) == (3, 3)
    assert services.reward_joining(member_id=li, sponsor_id=wang, now=NOON) is False
    assert (has(wang), has(li)) == (3, 3)
    assert sound()


def test_inviting_oneself_on_the_same_device_gives_nothing(on):
    wang = joins(WANG, sponsor=None, device=PHONE, address="10.0.0.1")
    second = joins(LI, sponsor=wang, device=PHONE, address="10.0.0.1")
    assert (has(wang), has(second)) == (0, 0)
    third = joins(ZHAO, sponsor=wang, device=PHONE, address="10.0.0.9")
    assert (has(wang), has(third)) == (3, 3)


def test_whoever_joins_without_an_invitation_gets_nothing_for_it(on):
    assert has(joins(WANG, sponsor=None, device=PHONE, address="10.0.0.1")) == 0


def test_an_approved_article_gives_what_the_operator_says(on):
    wang = person()
    number = services.hand_in(
        member_id=wang,
        kind="article",
        link="https://mp.weixin.example.com/s/1",
        text="",
        device_key=key("wang"),
        now=NOON,
    )
    earned = services.approve(submission_id=number, points=20, actor=CHEN, now=NOON)
    assert (earned.granted, has(wang)) == (200_000, 20)
    with pytest.raises(SubmissionDecided):
        services.approve(submission_id=number, points=20, actor=CHEN, now=NOON)
    with pytest.raises(SubmissionDecided):
        services.reject(submission_id=number, reason="no", actor=CHEN, now=NOON)
    (said,) = selectors.submissions_of(member_id=wang)
    assert (said.state, said.granted) == ("approved", 200_000)
    assert audited(action="member_tasks.approve") == (
        (f"submission:{number}", {"member_id": wang, "granted": 200_000}),
    )


def test_the_same_work_is_handed_in_once_unless_it_was_rejected(on):
    wang, li = person(), person()
    link = "https://video.example.com/v/7"
    first = services.hand_in(
        member_id=wang, kind="video", link=link, text="", device_key=key("wang"), now=NOON
    )
    with pytest.raises(SubmissionKnown):
        services.hand_in(
            member_id=li,
            kind="video",
            link="HTTPS://Video.Example.com/v/7#x",
            text="",
            device_key=key("li"),
            now=NOON,
        )
    with pytest.raises(ReasonNeeded):
        services.reject(submission_id=first, reason=" ", actor=CHEN, now=NOON)
    services.reject(submission_id=first, reason="看不清", actor=CHEN, now=NOON)
    services.hand_in(member_id=li, kind="video", link=link, text="", device_key=key("li"), now=NOON)
    (said,) = selectors.submissions_of(member_id=wang)
    assert (said.state, said.reason, has(wang)) == ("rejected", "看不清", 0)


@pytest.mark.parametrize("link", ["javascript:alert(1)", "ftp://a.example.com/", "https://", "not a link"])
def test_what_is_no_web_address_is_refused(on, link):
    with pytest.raises(SubmissionNotValid):
        services.hand_in(
            member_id=person(), kind="article", link=link, text="", device_key=key("x"), now=NOON
        )


def test_only_so_many_wait_at_once(on):
    settings(open_submissions=2)
    wang = person()
    for number in range(2):
        services.hand_in(
            member_id=wang, kind="article", link="", text=f"{number}", device_key=key("w"), now=NOON
        )
    with pytest.raises(TooManySubmissions):
        services.hand_in(member_id=wang, kind="article", link="", text="3", device_key=key("w"), now=NOON)


def task(
    *, repeats: str = "once", needs_proof: bool = False, points: int = 5, days: int | None = None
) -> int:
    return services.define_task(
        title_zh="关注店铺",
        title_en="Follow the shop",
        points=points,
        repeats=repeats,
        needs_proof=needs_proof,
        starts_on=NOON.date(),
        ends_on=None if days is None else NOON.date() + timedelta(days=days),
        actor=CHEN,
        now=NOON,
    )


def does(member: int, number: int, *, text: str = "", now=NOON, device: str = ""):
    return services.complete_task(
        member_id=member, task_id=number, text=text, device_key=key(device or str(member)), now=now
    )


def test_a_task_done_once_gives_its_points_once(on):
    wang, number = person(), task()
    assert does(wang, number).granted == 50_000
    with pytest.raises(TaskDone):
        does(wang, number, now=NOON + DAY)
    (said,) = selectors.today(member_id=wang, now=NOON).tasks
    assert (said.state, has(wang)) == ("done", 5)


def test_a_daily_task_gives_its_points_every_day(on):
    wang, number = person(), task(repeats="daily")
    for day in range(3):
        does(wang, number, now=NOON + day * DAY)
        with pytest.raises(TaskDone):
            does(wang, number, now=NOON + day * DAY)
    assert has(wang) == 15


def test_a_task_with_a_proof_waits_for_the_operator(on):
    wang, number = person(), task(needs_proof=True)
    with pytest.raises(SubmissionNotValid):
        does(wang, number)
    assert does(wang, number, text="订单号 7") is None
    with pytest.raises(TaskDone):
        does(wang, number, text="again")
    (said,) = selectors.today(member_id=wang, now=NOON).tasks
    assert (said.state, has(wang)) == ("waiting", 0)
    (waiting,) = selectors.submissions_of(member_id=wang)
    services.approve(submission_id=waiting.submission_id, points=None, actor=CHEN, now=NOON)
    assert has(wang) == 5


def test_one_device_does_a_task_for_one_account(on):
    number = task()
    wang, li = person(), person()
    does(wang, number, device="shared")
    with pytest.raises(RewardUsedElsewhere):
        does(li, number, device="shared")
    assert Reward.objects.filter(kind="task").count() == 1


def test_a_task_that_ended_or_has_not_begun_is_none(on):
    wang, number = person(), task(days=1)
    with pytest.raises(TaskUnknown):
        does(wang, number, now=NOON + 2 * DAY)
    services.end_task(task_id=number, actor=CHEN, now=NOON)
    with pytest.raises(TaskUnknown):
        does(wang, number)
    with pytest.raises(TaskUnknown):
        does(wang, 999)
    assert selectors.today(member_id=wang, now=NOON).tasks == ()


def test_a_task_needs_titles_points_and_days_in_order(on):
    for wrong in ({"points": 0}, {"days": -1}):
        with pytest.raises(TaskNotValid):
            task(**wrong)


def test_while_the_app_is_off_nobody_is_rewarded_and_what_was_handed_in_is_still_decided(on):
    wang = person()
    number = services.hand_in(
        member_id=wang, kind="article", link="", text="好用", device_key=key("wang"), now=NOON
    )
    switch(False)
    joins(LI, sponsor=wang, device=PHONE, address="10.0.0.2")
    assert has(wang) == 0
    services.approve(submission_id=number, points=8, actor=CHEN, now=NOON)
    assert has(wang) == 8


def test_an_invitation_told_of_while_the_app_was_off_is_not_told_again(on):
    switch(False)
    wang = person()
    li = joins(LI, sponsor=wang, device=PHONE, address="10.0.0.2")
    switch(True)
    events.drain(now=NOON)
    assert (has(wang), has(li)) == (0, 0)
