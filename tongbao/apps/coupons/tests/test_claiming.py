"""Who gets a coupon, and who doesn't."""

from __future__ import annotations

from functools import partial

import pytest

from tongbao.apps.coupons import selectors, services
from tongbao.apps.coupons.contracts import (
    CouponLimitReached,
    CouponNotOffered,
    CouponsGone,
    CouponStoppedAlready,
)
from tongbao.apps.coupons.models import Coupon, Template
from tongbao.apps.coupons.tests.people import CHEN, DAY, NOON, claims, kind, off
from tongbao.mall.tests.shop import buyer
from tongbao.members.selectors import member
from tongbao.tenancy.models import AuditEntry


def test_a_claimed_coupon_is_valid_for_seven_days(on):
    wang, ten_off = buyer(), kind(off(1_000, 10_000))
    claims(wang, ten_off)
    (mine,) = selectors.coupons_of(member_id=wang, state="usable", now=NOON)
    assert (mine.valid_from, mine.valid_until) == (NOON, NOON + 7 * DAY)
    assert not selectors.coupons_of(member_id=wang, state="usable", now=NOON + 7 * DAY)
    assert len(selectors.coupons_of(member_id=wang, state="expired", now=NOON + 7 * DAY)) == 1


def test_the_same_claim_sent_twice_gives_one_coupon(on):
    wang, ten_off = buyer(), kind(off(1_000), per_member=2)
    assert claims(wang, ten_off, key="a") == claims(wang, ten_off, key="a")
    assert claims(wang, ten_off, key="b") != claims(wang, ten_off, key="a")
    with pytest.raises(CouponLimitReached):
        claims(wang, ten_off, key="c")
    assert Template.objects.get(pk=ten_off).claimed == 2


def test_claiming_begins_and_ends_to_the_moment(on):
    ten_off = kind(off(1_000), claim_from=NOON, claim_until=NOON + DAY)
    with pytest.raises(CouponNotOffered):
        claims(buyer(), ten_off, now=NOON - DAY)
    claims(buyer(), ten_off, now=NOON)
    with pytest.raises(CouponNotOffered):
        claims(buyer(), ten_off, now=NOON + DAY)


def test_a_stopped_coupon_is_claimed_no_more_and_stays_valid(on):
    wang, ten_off = buyer(), kind(off(1_000))
    claims(wang, ten_off)
    services.stop_coupon(template_id=ten_off, actor=CHEN, now=NOON)
    with pytest.raises(CouponNotOffered):
        claims(buyer(), ten_off)
    with pytest.raises(CouponStoppedAlready):
        services.stop_coupon(template_id=ten_off, actor=CHEN, now=NOON)
    assert len(selectors.coupons_of(member_id=wang, state="usable", now=NOON)) == 1
    assert not selectors.centre(member_id=wang, now=NOON)


def test_an_operator_gives_a_coupon_once_for_a_reference_and_it_is_on_record(on):
    wang, hidden = buyer(), kind(off(1_000), in_centre=False, per_member=2)
    assert not selectors.centre(member_id=wang, now=NOON)
    with pytest.raises(CouponNotOffered):
        claims(wang, hidden)
    number = member(member_id=wang).number
    for _ in range(2):
        services.give_coupon(
            template_id=hidden, member_number=number, reference="case 7", actor=CHEN, now=NOON
        )
    assert Coupon.objects.get().given_by == "陈经理"
    assert AuditEntry.objects.filter(action="coupons.give").count() == 1


def test_of_twenty_at_once_one_gets_the_last_coupon(committed_on, race):
    last = kind(off(1_000), total=1)
    members = [buyer() for _ in range(20)]
    answers = race(*[partial(claims, who, last) for who in members])
    assert sum(type(answer) is int for answer in answers) == 1
    assert sum(type(answer) is CouponsGone for answer in answers) == 19
    assert Coupon.objects.count() == Template.objects.get().claimed == 1
    assert not selectors.claimed_more_than_counted()


def test_one_member_with_many_devices_gets_the_limit(committed_on, race):
    wang, two_each = buyer(), kind(off(1_000), per_member=2)
    answers = race(*[partial(claims, wang, two_each, key=f"device-{at}") for at in range(8)])
    assert sum(type(answer) is int for answer in answers) == 2
    assert sum(type(answer) is CouponLimitReached for answer in answers) == 6
    assert Template.objects.get().claimed == 2
