"""Paying with points: held, spent, burned when returns are over; given back before, cash after."""

from __future__ import annotations

from datetime import datetime, timedelta
from fractions import Fraction
from functools import partial

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tongbao.ledger import selectors as books
from tongbao.points import selectors, services
from tongbao.points.contracts import PointsPriceChanged, PointsShort, SpendingTooLarge
from tongbao.points.policy.prices import returned_share
from tongbao.points.tests.people import (
    NINE_DAYS_LATER,
    NOON,
    OPERATOR,
    cash_of,
    points,
    put_into_reserve,
    retire_all_but,
    set_up,
    with_points,
    worked_case,
)

TOMORROW = NOON + timedelta(days=1)


def at_fifty_fen(*, reserve_fen: int = 300_000_000, **settings: object) -> None:
    """A mall with a floor of 2 fen, whose operator sells a point at 50 fen today."""
    put_into_reserve(reserve_fen)
    set_up(**settings)
    services.order_price(price=Fraction(50), from_on=NOON.date(), actor=OPERATOR, reason="spring", now=NOON)
    services.publish_price(now=NOON)


def quoted(member_id: int, *, amount_fen: int = 2_000, now: datetime = NOON) -> str:
    """What the member is shown before paying so much of a 100 yuan order."""
    quote = selectors.quote_spending(amount_fen=amount_fen, goods_fen=10_000)
    return services.sign_quote(quote=quote, member_id=member_id, now=now)


def spend(
    member_id: int,
    *,
    amount_fen: int = 2_000,
    order: int = 1,
    quote: str | None = None,
    now: datetime = NOON,
) -> int:
    """The member pays 20 yuan of a 100 yuan order with points; how many units."""
    return services.take_spending(
        subject=f"order:{order}",
        member_id=member_id,
        amount_fen=amount_fen,
        goods_fen=10_000,
        signed_quote=quoted(member_id, amount_fen=amount_fen, now=now) if quote is None else quote,
        now=now,
    )


def sound() -> bool:
    return not list(selectors.verify()) and not list(books.verify())


def balance(member_id: int) -> tuple[int, int]:
    """What can be spent, and what is held."""
    mine = selectors.member_points(member_id=member_id)
    return mine.available, mine.held


def test_points_are_held_until_the_order_is_paid_and_burned_when_returns_are_over(tenant):
    at_fifty_fen()
    wang = with_points(points(100))
    assert spend(wang) == points(40)
    assert balance(wang) == (points(60), points(40))
    services.confirm_spending(subject="order:1", now=NOON)
    services.confirm_spending(subject="order:1", now=NOON)
    assert balance(wang) == (points(60), 0)
    assert selectors.supply().circulating == points(100)
    assert services.burn_spent(subjects=["order:1", "order:2"], now=NINE_DAYS_LATER) == points(40)
    assert services.burn_spent(subjects=["order:1"], now=NINE_DAYS_LATER) == 0
    economy = selectors.supply()
    assert (economy.circulating, economy.burned) == (points(60), points(40))
    assert sound()


def test_with_a_reserve_share_of_all_the_reserve_pays_the_floor_value(tenant):
    case = worked_case("spending burns, and with a reserve share of 100 % the reserve pays the floor value")
    at_fifty_fen(reserve_fen=case["reserve_fen"], reserve_share_bp=10_000)
    wang = with_points(points(100))
    assert spend(wang) == points(case["spent"])
    services.confirm_spending(subject="order:1", now=NOON)
    services.burn_spent(subjects=["order:1"], now=NINE_DAYS_LATER)
    economy = selectors.supply()
    assert economy.reserve_fen == case["reserve_fen"] - case["reserve_pays_fen"]
    assert economy.supply == points(case["supply_after"])
    assert sound()


def test_with_a_reserve_share_of_nothing_the_floor_rises(tenant):
    case = worked_case("spending burns, and with a reserve share of 0 the floor rises")
    at_fifty_fen(reserve_fen=case["reserve_fen"])
    wang = with_points(points(100))
    spend(wang)
    services.confirm_spending(subject="order:1", now=NOON)
    services.burn_spent(subjects=["order:1"], now=NINE_DAYS_LATER)
    assert selectors.floor_now() == Fraction(case["floor_after"])
    assert selectors.supply().reserve_fen == case["reserve_fen"] - case["reserve_pays_fen"]


def test_many_orders_are_burned_in_one_request(tenant):
    at_fifty_fen(reserve_share_bp=5_000)
    people = [with_points(points(40)) for _ in range(5)]
    for order, member_id in enumerate(people):
        spend(member_id, order=order)
        services.confirm_spending(subject=f"order:{order}", now=NOON)
    before = selectors.floor_now()
    assert services.burn_spent(subjects=[f"order:{n}" for n in range(5)], now=NINE_DAYS_LATER) == points(200)
    economy = selectors.supply()
    assert economy.reserve_fen == 300_000_000 - 5 * 40
    assert economy.floor > before
    assert sound()


def test_an_order_that_is_never_paid_lets_its_points_and_its_budget_go(tenant):
    at_fifty_fen(daily_budget_fen=1_920)
    wang = with_points(points(2_000))
    spend(wang)
    assert selectors.price_of_the_day().given_fen == 1_920
    services.let_go_spending(subject="order:1", now=NOON)
    services.let_go_spending(subject="order:1", now=NOON)
    services.confirm_spending(subject="order:1", now=NOON)
    assert balance(wang) == (points(2_000), 0)
    assert selectors.price_of_the_day().given_fen == 0
    assert selectors.spending(subject="order:1").state == "let_go"
    assert spend(wang, order=2) == points(40)
    assert sound()


def test_a_partial_return_gives_points_back_pro_rata_and_the_last_fen_the_rest(tenant):
    at_fifty_fen()
    wang = with_points(points(100))
    spend(wang, amount_fen=1_001)
    services.confirm_spending(subject="order:1", now=NOON)
    back = [
        services.give_back_spending(subject="order:1", amount_fen=part, key=f"refund:{part}", now=TOMORROW)
        for part in (334, 333)
    ]
    assert back == [66_800, 66_600]
    assert balance(wang) == (points(100) - 200_200 + 133_400, 0)
    assert (
        services.give_back_spending(subject="order:1", amount_fen=334, key="refund:last", now=TOMORROW)
        == 66_800
    )
    assert balance(wang) == (points(100), 0)
    assert selectors.spending(subject="order:1").state == "returned"
    assert services.burn_spent(subjects=["order:1"], now=NINE_DAYS_LATER) == 0
    assert sound()


def test_what_goes_back_after_burning_is_cash_at_the_orders_own_price(tenant):
    at_fifty_fen()
    wang = with_points(points(100))
    spend(wang)
    services.confirm_spending(subject="order:1", now=NOON)
    services.give_back_spending(subject="order:1", amount_fen=500, key="r:1", now=TOMORROW)
    services.burn_spent(subjects=["order:1"], now=NINE_DAYS_LATER)
    assert services.give_back_spending(subject="order:1", amount_fen=700, key="r:2", now=NINE_DAYS_LATER) == 0
    assert cash_of(wang) == 700
    assert balance(wang) == (points(70), 0)
    assert selectors.supply().burned == points(30)
    assert sound()


def test_how_much_can_be_paid_with_points_is_told_beforehand(tenant):
    wang, li = with_points(points(100)), with_points(points(3))
    assert selectors.most_spendable_fen(member_id=wang, goods_fen=10_000) == 0
    at_fifty_fen(daily_budget_fen=4_900)
    assert selectors.most_spendable_fen(member_id=wang, goods_fen=4_000) == 4_000
    assert selectors.most_spendable_fen(member_id=li, goods_fen=4_000) == 150
    # 50 yuan at 50 fen would give away 48 above the floor, which the budget has; 100 yuan would need more.
    assert selectors.most_spendable_fen(member_id=wang, goods_fen=10_000) == 5_000


def test_nobody_gets_more_back_than_they_paid(tenant):
    at_fifty_fen()
    wang = with_points(points(100))
    spend(wang)
    services.confirm_spending(subject="order:1", now=NOON)
    services.give_back_spending(subject="order:1", amount_fen=1_500, key="r:1", now=TOMORROW)
    with pytest.raises(SpendingTooLarge) as refusal:
        services.give_back_spending(subject="order:1", amount_fen=501, key="r:2", now=TOMORROW)
    assert refusal.value.values["most_fen"] == 500


@pytest.mark.parametrize("amount_fen", [0, -1, 2_001])
def test_more_than_the_tenants_share_of_the_goods_is_refused(tenant, amount_fen):
    at_fifty_fen(spending_share_bp=2_000)
    wang = with_points(points(100))
    with pytest.raises(SpendingTooLarge):
        spend(wang, amount_fen=amount_fen)
    assert balance(wang) == (points(100), 0)


def test_more_points_than_one_has_are_refused(tenant):
    at_fifty_fen()
    wang = with_points(points(39))
    with pytest.raises(PointsShort):
        spend(wang)
    assert balance(wang) == (points(39), 0)
    assert selectors.spending(subject="order:1") is None


def test_beyond_the_days_budget_the_member_is_told_before_paying(tenant):
    at_fifty_fen(daily_budget_fen=1_919)
    wang = with_points(points(2_000))
    shown = quoted(wang)
    with pytest.raises(PointsPriceChanged) as refusal:
        spend(wang, quote="")
    assert refusal.value.values["units"] == points(1_000)
    assert spend(wang, quote=shown) == points(1_000)
    assert selectors.price_of_the_day().given_fen == 0


def test_thirty_two_spend_the_last_of_a_budget_and_ten_of_them_get_the_price(committed_tenant, race):
    at_fifty_fen(daily_budget_fen=19_200)
    members = [with_points(points(40)) for _ in range(32)]
    shown = {member_id: quoted(member_id) for member_id in members}
    answers = race(
        *(partial(spend, member_id, order=member_id, quote=shown[member_id]) for member_id in members)
    )
    assert sum(answer == points(40) for answer in answers) == 10
    assert sum(isinstance(answer, PointsPriceChanged) for answer in answers) == 22
    assert selectors.price_of_the_day().given_fen == 19_200
    assert sound()


def test_a_quote_holds_for_its_minute_whatever_the_price_does(tenant):
    at_fifty_fen()
    wang = with_points(points(100))
    shown = quoted(wang)
    services.order_price(price=None, from_on=TOMORROW.date(), actor=OPERATOR, reason="end", now=NOON)
    services.publish_price(now=TOMORROW)
    assert selectors.quote_spending(amount_fen=2_000, goods_fen=10_000).units == points(1_000)
    assert spend(wang, quote=shown, now=NOON + timedelta(seconds=60)) == points(40)
    assert selectors.spending(subject="order:1").price == 50


@pytest.mark.parametrize("why", ["late", "another amount", "another member", "forged"])
def test_a_quote_that_does_not_hold_is_asked_again(tenant, why):
    at_fifty_fen()
    wang = with_points(points(100))
    shown = quoted(with_points(points(100)) if why == "another member" else wang)
    if why == "forged":
        shown = shown[:-1] + ("A" if shown[-1] != "A" else "B")
    with pytest.raises(PointsPriceChanged):
        spend(
            wang,
            amount_fen=1_900 if why == "another amount" else 2_000,
            quote=shown,
            now=NOON + timedelta(seconds=61 if why == "late" else 1),
        )
    assert balance(wang) == (points(100), 0)


def test_paying_and_cancelling_at_once_end_one_way(committed_tenant, race):
    at_fifty_fen()
    wang = with_points(points(100))
    spend(wang)
    race(
        *[partial(services.confirm_spending, subject="order:1", now=NOON)] * 8,
        *[partial(services.let_go_spending, subject="order:1", now=NOON)] * 8,
    )
    state = selectors.spending(subject="order:1").state
    assert balance(wang)[0] == (points(60) if state == "paid" else points(100))
    assert state in ("paid", "let_go")
    assert sound()


def test_burning_and_giving_back_at_once_lose_nothing(committed_tenant, race):
    at_fifty_fen(reserve_share_bp=10_000)
    wang = with_points(points(100))
    spend(wang)
    services.confirm_spending(subject="order:1", now=NOON)
    race(
        *[partial(services.burn_spent, subjects=["order:1"], now=NINE_DAYS_LATER)] * 4,
        *[
            partial(
                services.give_back_spending,
                subject="order:1",
                amount_fen=500,
                key=f"r:{n}",
                now=NINE_DAYS_LATER,
            )
            for n in range(4)
        ],
    )
    facts = selectors.spending(subject="order:1")
    assert facts.returned_fen + facts.refunded_cash_fen == 2_000
    assert cash_of(wang) == facts.refunded_cash_fen
    assert balance(wang) == (points(60) + facts.returned_units, 0)
    assert sound()


def test_the_last_points_of_a_small_mall_can_be_spent(tenant):
    wang = with_points(points(100))
    retire_all_but(points(100))
    at_fifty_fen(reserve_fen=200, reserve_share_bp=10_000, daily_budget_fen=10**6)
    spend(wang, amount_fen=5_000)
    services.confirm_spending(subject="order:1", now=NOON)
    services.burn_spent(subjects=["order:1"], now=NINE_DAYS_LATER)
    economy = selectors.supply()
    assert (economy.supply, economy.reserve_fen) == (0, 0)
    assert sound()


@given(whole=st.integers(0, 10**9), parts=st.lists(st.integers(1, 10**6), min_size=1, max_size=8))
def test_parts_given_back_add_up_to_the_whole(whole, parts):
    of, before, given_back = sum(parts), 0, 0
    for part in parts:
        share = returned_share(whole=whole, returned_before=given_back, part=part, of=of, part_before=before)
        assert share >= 0
        given_back, before = given_back + share, before + part
    assert given_back == whole
