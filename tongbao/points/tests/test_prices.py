"""The price of the day: published once at the cut-off, exact, never below the floor."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from fractions import Fraction
from functools import partial

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tongbao.ledger import selectors as books
from tongbao.ledger.contracts import platform_account
from tongbao.points import selectors, services
from tongbao.points.contracts import (
    UNITS_PER_POINT,
    NoPriceYet,
    PointsAmountInvalid,
    PriceBelowFloor,
    PriceInvalid,
    RetirementTooLarge,
)
from tongbao.points.policy.prices import check_price, day_of, fen_for, spending_terms, units_for
from tongbao.points.tests.people import (
    NOON,
    OPERATOR,
    points,
    put_into_reserve,
    retire_all_but,
    set_up,
    with_points,
)
from tongbao.tenancy.contracts import ReasonNeeded
from tongbao.tenancy.models import AuditEntry

FIRST_DAY = date(2026, 3, 1)
TOMORROW = NOON + timedelta(days=1)


def pledge(amount_fen: int) -> None:
    services.state_pledge(
        amount_fen=amount_fen,
        document="pledge.pdf",
        document_hash="1" * 64,
        actor=OPERATOR,
        reason="20 million yuan of equity",
        now=NOON,
    )


def order(price: Fraction | None, *, from_on: date = FIRST_DAY) -> None:
    services.order_price(price=price, from_on=from_on, actor=OPERATOR, reason="spring", now=NOON)


def test_on_the_first_day_the_pledge_of_20_million_makes_two_fifteenths_of_a_yuan(tenant):
    pledge(2_000_000_000)
    assert services.publish_price(now=NOON) == FIRST_DAY
    today = selectors.price_of_the_day()
    assert today.price == Fraction(40, 3)
    assert (today.floor, today.ceiling, today.pledge_fen) == (0, None, 2_000_000_000)


def test_the_pledge_is_never_counted_in_the_floor(tenant):
    pledge(2_000_000_000)
    put_into_reserve(200_000_000)
    assert selectors.floor_now() == Fraction(4, 3)
    services.publish_price(now=NOON)
    assert selectors.price_of_the_day().price == Fraction(2_200_000_000, 150_000_000)


def test_a_day_has_one_price_however_often_the_clock_strikes(tenant):
    put_into_reserve(150_000_000)
    assert services.publish_price(now=NOON) == FIRST_DAY
    put_into_reserve(150_000_000)
    assert services.publish_price(now=NOON + timedelta(hours=11)) is None
    assert selectors.price_of_the_day().price == 1
    assert services.publish_price(now=TOMORROW) == date(2026, 3, 2)
    assert selectors.price_of_the_day().price == 2
    assert [facts.price for facts in selectors.price_history()] == [1, 2]


def test_a_clock_that_is_set_back_changes_nothing(tenant):
    put_into_reserve(150_000_000)
    services.publish_price(now=TOMORROW)
    assert services.publish_price(now=NOON) is None
    assert selectors.price_of_the_day().on == date(2026, 3, 2)


def test_thirty_two_workers_publish_one_price(committed_tenant, race):
    put_into_reserve(150_000_000)
    answers = race(*[partial(services.publish_price, now=NOON)] * 32)
    assert sorted(answers, key=str) == [FIRST_DAY] + [None] * 31


@pytest.mark.parametrize(
    ("minutes", "moment", "day"),
    [
        (0, datetime(2026, 3, 1, 15, 59, 59, tzinfo=UTC), FIRST_DAY),
        (0, datetime(2026, 3, 1, 16, 0, tzinfo=UTC), date(2026, 3, 2)),
        (480, datetime(2026, 3, 1, 23, 59, tzinfo=UTC), FIRST_DAY),
        (480, datetime(2026, 3, 2, 0, 0, tzinfo=UTC), date(2026, 3, 2)),
    ],
)
def test_a_day_begins_at_the_cut_off_in_shanghai(minutes, moment, day):
    assert day_of(now=moment, cut_off_minutes=minutes) == day


def test_the_operators_own_price_holds_from_its_day_until_it_is_taken_back(tenant):
    put_into_reserve(150_000_000)
    order(Fraction(50), from_on=date(2026, 3, 2))
    services.publish_price(now=NOON)
    services.publish_price(now=TOMORROW)
    order(None, from_on=date(2026, 3, 3))
    services.publish_price(now=TOMORROW + timedelta(days=1))
    history = selectors.price_history()
    assert [(facts.price, facts.is_operators) for facts in history] == [(1, False), (50, True), (1, False)]
    assert AuditEntry.objects.filter(action="points.price").count() == 2


def test_a_price_below_the_floor_is_refused(tenant):
    put_into_reserve(300_000_000)
    order(Fraction(2))
    with pytest.raises(PriceBelowFloor, match=r"¥0\.019999 for one point is below the floor, which needs ¥0\.020000"):
        order(Fraction(19_999, 10_000))


@pytest.mark.parametrize("price", [Fraction(0), Fraction(-1), Fraction(10**15), Fraction(1, 10_001)])
def test_an_absurd_price_is_refused(price):
    with pytest.raises(PriceInvalid):
        check_price(price=price, floor=None)


def test_a_price_needs_a_reason(tenant):
    with pytest.raises(ReasonNeeded):
        services.order_price(price=None, from_on=FIRST_DAY, actor=OPERATOR, reason=" ", now=NOON)


def test_where_the_floor_has_overtaken_the_operators_price_the_floor_is_published(tenant):
    put_into_reserve(150_000_000)
    order(Fraction(2))
    put_into_reserve(450_000_000)
    services.publish_price(now=NOON)
    today = selectors.price_of_the_day()
    assert (today.price, today.floor, today.is_operators) == (4, 4, False)


def test_beyond_the_days_budget_the_floor_applies():
    """A budget of 19.20 yuan reaches for 20 yuan at 50 fen over a floor of 2 fen; a fen less doesn't."""
    asked = {"amount_fen": 2_000, "published": Fraction(50), "floor": Fraction(2)}
    within = spending_terms(**asked, budget_left_fen=1_920)
    assert (within.units, within.above_floor_fen, within.is_floor) == (points(40), 1_920, False)
    beyond = spending_terms(**asked, budget_left_fen=1_919)
    assert (beyond.units, beyond.above_floor_fen, beyond.is_floor) == (points(1_000), 0, True)


def test_a_floor_that_has_risen_above_the_published_price_counts():
    terms = spending_terms(amount_fen=100, published=Fraction(1), floor=Fraction(2), budget_left_fen=10**9)
    assert (terms.price, terms.units, terms.above_floor_fen) == (2, points(50), 0)


def test_points_without_any_price_pay_nothing():
    with pytest.raises(NoPriceYet):
        spending_terms(amount_fen=100, published=Fraction(0), floor=Fraction(0), budget_left_fen=0)


@given(
    amount_fen=st.integers(1, 10**9),
    numerator=st.integers(1, 10**12),
    denominator=st.integers(1, 10**9),
)
def test_points_round_up_and_fen_round_down(amount_fen, numerator, denominator):
    price = Fraction(numerator, denominator)
    units = units_for(amount_fen=amount_fen, price=price)
    assert fen_for(units=units, price=price) >= amount_fen
    assert fen_for(units=units - 1, price=price) < amount_fen


@given(
    amount_fen=st.integers(1, 10**9),
    published=st.fractions(min_value=0, max_value=10**6, max_denominator=10**6),
    floor=st.fractions(min_value=Fraction(1, 10**6), max_value=10**6, max_denominator=10**6),
    budget=st.integers(0, 10**9),
)
def test_what_is_given_away_is_never_more_than_the_budget(amount_fen, published, floor, budget):
    terms = spending_terms(amount_fen=amount_fen, published=published, floor=floor, budget_left_fen=budget)
    assert 0 <= terms.above_floor_fen <= budget
    assert amount_fen - fen_for(units=terms.units, price=floor) <= terms.above_floor_fen
    assert terms.price >= floor


def test_retiring_what_a_pool_has_not_issued_raises_the_floor_for_ever(tenant):
    put_into_reserve(150_000_000)
    retire = partial(services.retire, pool="tasks", key="r-1", actor=OPERATOR, reason="no tasks", now=NOON)
    assert retire(amount=points(10_000_000)) == points(10_000_000)
    assert retire(amount=points(10_000_000)) == points(10_000_000)
    assert selectors.floor_now() == Fraction(15, 14)
    tasks = selectors.require_pool(pool="tasks")
    assert (tasks.left, tasks.retired) == (0, points(10_000_000))
    assert not list(selectors.verify())
    assert AuditEntry.objects.filter(action="points.retire").count() == 1


@pytest.mark.parametrize("amount", [0, -1, 1.5])
def test_retiring_nothing_is_refused(tenant, amount):
    with pytest.raises(PointsAmountInvalid):
        services.retire(pool="tasks", amount=amount, key="r", actor=OPERATOR, reason="x", now=NOON)


def test_retiring_more_than_is_left_is_refused(tenant):
    with pytest.raises(RetirementTooLarge):
        services.retire(
            pool="tasks", amount=points(10_000_001), key="r", actor=OPERATOR, reason="x", now=NOON
        )


def test_a_deposit_enters_once_and_stays(tenant):
    for _ in range(2):
        services.deposit_to_reserve(
            key="d-1",
            amount_fen=1_000,
            document="slip.pdf",
            document_hash="2" * 64,
            actor=OPERATOR,
            reason="opening",
            now=NOON,
        )
    assert books.balance(account=platform_account("reserve")).posted == 1_000
    assert AuditEntry.objects.filter(action="points.deposit").count() == 1
    assert not list(selectors.verify())


def test_with_a_supply_of_zero_there_is_no_price(tenant):
    retire_all_but(0)
    services.publish_price(now=NOON)
    assert selectors.price_of_the_day().price == 0
    assert selectors.supply().floor is None
    with pytest.raises(NoPriceYet):
        selectors.quote_spending(amount_fen=100, goods_fen=100)


def test_a_price_is_worth_its_units_exactly(tenant):
    put_into_reserve(7)
    with_points(points(1))
    services.publish_price(now=NOON)
    assert selectors.price_of_the_day().price == Fraction(7 * UNITS_PER_POINT, points(150_000_000))
    set_up(daily_budget_fen=0)
