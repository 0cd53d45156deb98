"""Points of the founding and the tasks' pool vest (归属): until then they are pending, and nobody spends them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from functools import partial

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tongbao.kit.errors import InvalidInput
from tongbao.ledger import selectors as books
from tongbao.points import selectors, services
from tongbao.points.contracts import FOUNDING_TEAM, TASKS, PointsSettings, PointsShort
from tongbao.points.models import Grant
from tongbao.points.tests.people import give_points, join, points, put_into_reserve, set_up, with_points

NOON = datetime(2025, 3, 1, 4, 0, tzinfo=UTC)
"""Long ago: a year of vesting is over by now."""
DAY = timedelta(days=1)


def promised(*, pool: str = TASKS, whole: int = 7, subject: str = "task:1") -> int:
    """Somebody earns points at noon, with nothing to wait for but their vesting."""
    wang = join()
    services.grant_pending(pool=pool, member_id=wang, amount=points(whole), subject=subject, now=NOON)
    services.mint(subject=subject, now=NOON)
    return wang


def standing(member_id: int) -> tuple[int, int]:
    """Points that can be spent, and that are pending."""
    mine = selectors.member_points(member_id=member_id)
    return mine.available, mine.pending


def sound() -> bool:
    return not list(selectors.verify()) and not list(books.verify())


@pytest.mark.parametrize(("pool", "days"), [(TASKS, 30), (FOUNDING_TEAM, 365)])
def test_points_can_be_spent_when_their_vesting_is_over_and_not_a_second_before(tenant, pool, days):
    wang = promised(pool=pool)
    end = NOON + days * DAY
    assert selectors.vesting_ends(subjects=["task:1"]) == {"task:1": end}
    services.mint(subject="task:1", now=end - timedelta(seconds=1))
    services.mint_many(subjects=["task:1"], now=end - timedelta(seconds=1))
    assert services.mint_vested(now=end - timedelta(seconds=1)) == 0
    assert standing(wang) == (0, points(7))
    assert selectors.supply().circulating == 0
    assert services.mint_vested(now=end) == 1
    assert services.mint_vested(now=end) == 0
    assert standing(wang) == (points(7), 0)
    assert sound()


def test_what_vests_is_neither_redeemed_nor_paid_with(tenant):
    set_up(redemption_is_on=True)
    put_into_reserve(150_000_000)
    wang = promised()
    with pytest.raises(PointsShort) as refused:
        services.redeem(member_id=wang, units=points(1), client_key="r-1", now=NOON)
    assert refused.value.values["available"] == 0
    services.publish_price(now=NOON)
    quote = selectors.quote_spending(amount_fen=1, goods_fen=1)
    with pytest.raises(PointsShort):
        services.take_spending(
            subject="order:1",
            member_id=wang,
            amount_fen=1,
            goods_fen=1,
            signed_quote=services.sign_quote(quote=quote, member_id=wang, now=NOON),
            now=NOON,
        )
    assert standing(wang) == (0, points(7))
    assert sound()


def test_where_the_mall_says_none_they_are_there_at_once_and_other_pools_never_vest(tenant):
    assert standing(with_points(points(100))) == (points(100), 0)
    set_up(tasks_vesting_days=0)
    assert standing(promised()) == (points(7), 0)


def test_a_change_concerns_what_is_earned_afterwards(tenant):
    wang = promised()
    set_up(tasks_vesting_days=0)
    li = promised(subject="task:2")
    assert (standing(wang), standing(li)) == ((0, points(7)), (points(7), 0))
    set_up(tasks_vesting_days=3_650)
    services.mint_vested(now=NOON + 30 * DAY)
    assert standing(wang) == (points(7), 0)


def test_after_a_year_of_downtime_each_is_minted_once_the_oldest_first(tenant):
    wang = join()
    for day in range(3):
        subject = f"task:{day}"
        services.grant_pending(
            pool=TASKS, member_id=wang, amount=points(1), subject=subject, now=NOON + day * DAY
        )
    assert services.mint_vested(now=NOON + 365 * DAY) == 3
    lines = selectors.member_statement(member_id=wang)
    assert [line.subject for line in lines] == ["task:0", "task:1", "task:2"]
    assert sound()


def test_what_is_taken_back_while_it_vests_goes_to_its_pool_and_is_never_minted(tenant):
    wang = promised()
    assert services.void(subject="task:1", now=NOON + DAY) == points(7)
    assert services.mint_vested(now=NOON + 40 * DAY) == 0
    assert standing(wang) == (0, 0)
    assert selectors.left_in(pool=TASKS) == points(10_000_000)


def test_many_shares_of_a_pool_that_vests_are_promised(tenant):
    wang, li = join(), join()
    shares = [
        services.Share(subject=f"founder:{member_id}", member_id=member_id, amount=points(10))
        for member_id in (wang, li)
    ]
    assert services.grant_and_mint_many(pool=FOUNDING_TEAM, shares=shares, now=NOON) == points(20)
    assert standing(wang) == standing(li) == (0, points(10))
    assert services.mint_vested(now=NOON + 365 * DAY) == 2
    assert standing(wang) == standing(li) == (points(10), 0)
    assert sound()


def test_a_member_s_debts_are_repaid_when_the_vesting_is_over(tenant):
    wang = promised()
    give_points(wang, points(5))
    services.void(subject=Grant.objects.get(pool_id="gift_packs").subject, now=NOON)
    services.mint_vested(now=NOON + 30 * DAY)
    assert standing(wang) == (points(7), 0)


def test_eight_workers_mint_what_has_vested_once(committed_tenant, race):
    members = [promised(subject=f"task:{number}") for number in range(6)]
    race(*[partial(services.mint_vested, now=NOON + 30 * DAY)] * 8)
    assert [standing(member_id) for member_id in members] == [(points(7), 0)] * 6
    assert sound()


@given(days=st.integers(0, 3_650), pool=st.sampled_from((TASKS, FOUNDING_TEAM, "gift_packs", "mining")))
def test_only_two_pools_vest_however_long(days, pool):
    settings = PointsSettings(tasks_vesting_days=days, founding_vesting_days=days)
    assert settings.vesting_days(pool=pool) == (days if pool in (TASKS, FOUNDING_TEAM) else 0)


@pytest.mark.parametrize("days", [-1, 3_651, 1.5, True])
def test_a_vesting_that_makes_no_sense_is_refused(days):
    with pytest.raises(InvalidInput):
        PointsSettings(tasks_vesting_days=days)
