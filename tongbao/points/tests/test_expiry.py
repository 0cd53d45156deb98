"""Expiry, where a tenant has switched it on: the oldest points first, burned; what was spent went first."""

from __future__ import annotations

from datetime import timedelta
from functools import partial

from tongbao.ledger import selectors as books
from tongbao.members.models import Message
from tongbao.points import selectors, services
from tongbao.points.tests.people import NOON, give_points, join, points, put_into_reserve, set_up, with_points
from tongbao.points.tests.people import spend as burn

YEAR = timedelta(days=365)


def available(member_id: int) -> int:
    return selectors.member_points(member_id=member_id).available


def test_points_live_for_ever_unless_the_tenant_says_otherwise(tenant):
    wang = with_points(points(100), now=NOON - 10 * YEAR)
    assert services.expire_points(now=NOON) == 0
    assert available(wang) == points(100)


def test_the_oldest_points_expire_first_and_are_burned(tenant):
    set_up(expiry_days=365)
    put_into_reserve(150_000_000)
    wang = with_points(points(100), now=NOON - YEAR - timedelta(days=1))
    give_points(wang, points(30), now=NOON - timedelta(days=10))
    before = selectors.floor_now()
    assert services.expire_points(now=NOON) == points(100)
    assert services.expire_points(now=NOON) == 0
    assert available(wang) == points(30)
    assert selectors.supply().burned == points(100)
    assert selectors.floor_now() > before
    (*_, last) = selectors.member_statement(member_id=wang)
    assert (last.kind, last.amount) == ("points_expired", -points(100))


def test_what_was_spent_counts_against_the_oldest(tenant):
    set_up(expiry_days=365)
    wang = with_points(points(100), now=NOON - YEAR - timedelta(days=1))
    give_points(wang, points(30), now=NOON - timedelta(days=10))
    burn(wang, points(80))
    assert services.expire_points(now=NOON) == points(20)
    assert available(wang) == points(30)


def test_points_expire_on_their_day_and_not_before(tenant):
    set_up(expiry_days=365)
    with_points(points(100), now=NOON - YEAR)
    assert services.expire_points(now=NOON) == 0
    assert services.expire_points(now=NOON) == 0
    set_up(expiry_days=364)
    assert services.expire_points(now=NOON) == points(100)


def test_a_member_is_warned_of_what_expires_soon(tenant):
    set_up(expiry_days=365, expiry_warning_days=30)
    wang = with_points(points(100), now=NOON - YEAR + timedelta(days=20))
    give_points(wang, points(30), now=NOON - timedelta(days=10))
    assert selectors.expiring_soon(member_id=wang, now=NOON) == points(100)
    assert selectors.expiring_soon(member_id=join(), now=NOON) == 0
    set_up(expiry_days=0)
    assert selectors.expiring_soon(member_id=wang, now=NOON) == 0


def test_two_workers_expire_once(committed_tenant, race):
    set_up(expiry_days=365)
    members = [with_points(points(10), now=NOON - YEAR - timedelta(days=1)) for _ in range(8)]
    counts = race(*[partial(services.expire_points, now=NOON)] * 8)
    assert sum(counts) == points(80)
    assert {available(member_id) for member_id in members} == {0}
    assert not list(books.verify())
    assert not list(selectors.verify())


def test_a_member_is_told_once_a_month_of_what_expires_soon(tenant):
    set_up(expiry_days=365, expiry_warning_days=30)
    wang = with_points(points(100), now=NOON - YEAR + timedelta(days=20))
    with_points(points(30), now=NOON - timedelta(days=10))
    assert services.warn_of_expiry(now=NOON) == 1
    services.warn_of_expiry(now=NOON + timedelta(hours=6))
    (told,) = Message.objects.all()
    assert (told.member_id, told.kind, told.values) == (
        wang,
        "points_expiring",
        {"units": points(100), "days": 30},
    )
    services.warn_of_expiry(now=NOON + timedelta(days=31))
    assert Message.objects.filter(member_id=wang).count() == 2
    set_up(expiry_days=0)
    assert services.warn_of_expiry(now=NOON) == 0
