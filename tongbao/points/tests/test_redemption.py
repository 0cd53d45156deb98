"""Redemption: points burned at the floor, out of the reserve, so that everyone can always be paid."""

from __future__ import annotations

from datetime import timedelta
from fractions import Fraction
from functools import partial

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tongbao.ledger import selectors as books
from tongbao.ledger.contracts import (
    POINT,
    FloorWouldFall,
    Request,
    Transfer,
    member_account,
    platform_account,
)
from tongbao.ledger.services import post
from tongbao.points import selectors, services
from tongbao.points.contracts import (
    PointsAmountInvalid,
    PointsShort,
    RedemptionOff,
    RedemptionTooLarge,
    RedemptionTooSmall,
    RedemptionUnknown,
    RequestDiffers,
)
from tongbao.points.policy.redemption import payout_of, share_out
from tongbao.points.tests.people import (
    NOON,
    cash_of,
    join,
    points,
    put_into_reserve,
    retire_all_but,
    set_up,
    with_points,
    worked_case,
)

TOMORROW = NOON + timedelta(days=1)
redeem = partial(services.redeem, client_key="r-1", now=NOON)


def sound() -> bool:
    return not list(selectors.verify()) and not list(books.verify())


def test_redemption_burns_and_what_remains_is_worth_more(tenant):
    case = worked_case("redemption burns, and what remains is worth more")
    set_up(redemption_is_on=True, redemption_fee_bp=case["fee_percent"] * 100)
    wang = with_points(points(case["redeem"]))
    put_into_reserve(case["reserve_fen"])
    before = selectors.floor_now()
    assert selectors.quote_redemption(units=points(case["redeem"])).payout_fen == case["payout_fen"]
    assert redeem(member_id=wang, units=points(case["redeem"])).payout_fen == case["payout_fen"]
    economy = selectors.supply()
    assert economy.reserve_fen == case["reserve_after_fen"]
    assert economy.supply == points(case["supply_after"])
    assert economy.floor > before
    assert cash_of(wang) == case["payout_fen"]
    assert sound()


def test_a_run_to_the_last_point_can_t_break_it(tenant):
    case = worked_case("a run to the last point can't break it")
    set_up(redemption_is_on=True)
    members = [with_points(points(amount)) for amount in case["redeem_each"]]
    retire_all_but(points(case["supply"]))
    put_into_reserve(case["reserve_fen"])
    payouts = [
        redeem(member_id=member_id, units=points(amount)).payout_fen
        for member_id, amount in zip(members, case["redeem_each"], strict=True)
    ]
    assert payouts == case["payouts_fen"]
    economy = selectors.supply()
    assert (economy.reserve_fen, economy.circulating, economy.supply) == (case["reserve_after_fen"], 0, 0)
    assert sound()


def test_redemption_is_off_until_the_tenant_says_otherwise(tenant):
    wang = with_points(points(100))
    with pytest.raises(RedemptionOff):
        redeem(member_id=wang, units=points(1))
    with pytest.raises(RedemptionOff):
        selectors.quote_redemption(units=points(1))


def test_more_than_one_has_is_refused_and_nothing_moves(tenant):
    set_up(redemption_is_on=True)
    put_into_reserve(150_000_000)
    wang = with_points(points(100))
    with pytest.raises(PointsShort) as refusal:
        redeem(member_id=wang, units=points(100) + 1)
    assert refusal.value.values["available"] == points(100)
    assert selectors.supply().reserve_fen == 150_000_000
    assert cash_of(wang) == 0
    assert not selectors.member_redemptions(member_id=wang)


@pytest.mark.parametrize("units", [0, -1, 1.5, True])
def test_an_amount_that_is_none_is_refused(tenant, units):
    with pytest.raises(PointsAmountInvalid):
        redeem(member_id=join(), units=units)


def test_points_that_are_not_worth_a_fen_are_not_burned(tenant):
    set_up(redemption_is_on=True)
    put_into_reserve(150_000_000)
    wang = with_points(points(100))
    with pytest.raises(RedemptionTooSmall):
        redeem(member_id=wang, units=9_999)
    assert redeem(member_id=wang, units=10_000).payout_fen == 1


def test_the_same_request_pays_once_and_another_under_its_key_is_refused(tenant):
    set_up(redemption_is_on=True)
    put_into_reserve(150_000_000)
    wang = with_points(points(100))
    first = redeem(member_id=wang, units=points(10))
    assert redeem(member_id=wang, units=points(10)) == first
    assert cash_of(wang) == 10
    with pytest.raises(RequestDiffers):
        redeem(member_id=wang, units=points(11))


def test_a_members_day_is_limited(tenant):
    set_up(redemption_is_on=True, redemption_member_daily_units=points(10))
    put_into_reserve(150_000_000)
    wang = with_points(points(100))
    redeem(member_id=wang, units=points(7))
    with pytest.raises(RedemptionTooLarge) as refusal:
        redeem(member_id=wang, units=points(4), client_key="r-2")
    assert refusal.value.values["left"] == points(3)
    assert redeem(member_id=wang, units=points(3), client_key="r-3").payout_fen == 3
    assert redeem(member_id=wang, units=points(4), client_key="r-4", now=TOMORROW).payout_fen == 4


def test_a_limited_day_is_shared_out_at_the_cut_off(tenant):
    """150 points ask for 150 fen, the day pays 100: two thirds for each, the rest is free again."""
    set_up(redemption_is_on=True, redemption_daily_fen=100)
    put_into_reserve(150_000_000)
    wang, li = with_points(points(100)), with_points(points(50))
    assert redeem(member_id=wang, units=points(100)).state == "waiting"
    redeem(member_id=li, units=points(50))
    assert selectors.member_points(member_id=wang).available == 0
    assert services.carry_out_redemptions(now=NOON) == 0
    assert services.carry_out_redemptions(now=TOMORROW) == 2
    assert services.carry_out_redemptions(now=TOMORROW) == 0
    assert (cash_of(wang), cash_of(li)) == (66, 33)
    (of_wang,) = selectors.member_redemptions(member_id=wang)
    assert (of_wang.state, of_wang.burned_units) == ("paid", 666_666)
    assert selectors.member_points(member_id=wang).available == points(100) - 666_666
    assert sound()


def test_within_the_limit_everyone_gets_all(tenant):
    set_up(redemption_is_on=True, redemption_daily_fen=150)
    put_into_reserve(150_000_000)
    wang, li = with_points(points(100)), with_points(points(50))
    redeem(member_id=wang, units=points(100))
    redeem(member_id=li, units=points(50))
    services.carry_out_redemptions(now=TOMORROW)
    assert (cash_of(wang), cash_of(li)) == (100, 50)


def test_a_redemption_that_waits_can_be_taken_back_once(tenant):
    set_up(redemption_is_on=True, redemption_daily_fen=100)
    put_into_reserve(150_000_000)
    wang = with_points(points(100))
    number = redeem(member_id=wang, units=points(100)).number
    assert services.withdraw_redemption(number=number, member_id=wang, now=NOON).state == "withdrawn"
    assert selectors.member_points(member_id=wang).available == points(100)
    with pytest.raises(RedemptionUnknown):
        services.withdraw_redemption(number=number, member_id=wang, now=NOON)
    assert services.carry_out_redemptions(now=TOMORROW) == 0


def test_nobody_takes_back_anothers_redemption(tenant):
    set_up(redemption_is_on=True, redemption_daily_fen=100)
    put_into_reserve(150_000_000)
    number = redeem(member_id=with_points(points(100)), units=points(100)).number
    with pytest.raises(RedemptionUnknown):
        services.withdraw_redemption(number=number, member_id=join(), now=NOON)


def test_thirty_two_redeem_at_once_and_each_gets_the_floor(committed_tenant, race):
    set_up(redemption_is_on=True)
    members = [with_points(points(10)) for _ in range(32)]
    retire_all_but(points(320))
    put_into_reserve(1_000)
    payouts = race(*(partial(redeem, member_id=member_id, units=points(10)) for member_id in members))
    # 1000 fen for 320 points: never less than 31 for ten, and the last one takes what rounding left.
    assert sum(facts.payout_fen for facts in payouts) == 1_000
    assert min(facts.payout_fen for facts in payouts) == 31
    assert selectors.supply().circulating == 0
    assert sound()


def test_one_request_sent_by_32_is_paid_once(committed_tenant, race):
    set_up(redemption_is_on=True)
    put_into_reserve(150_000_000)
    wang = with_points(points(100))
    race(*[partial(redeem, member_id=wang, units=points(10))] * 32)
    assert cash_of(wang) == 10
    assert sound()


def paid_by_hand(*, burned: int, fen: int) -> None:
    """What a program with a fault might book."""
    wang = with_points(points(100))
    lines = [
        Transfer(
            debit=platform_account("reserve"),
            credit=member_account(wang, "cash"),
            amount=fen,
            kind="redemption",
            subject="fault",
        )
    ]
    if burned:
        lines.append(
            Transfer(
                debit=member_account(wang, "points"),
                credit=platform_account("burned"),
                amount=burned,
                kind="points_redeemed",
                subject="fault",
                asset=POINT,
            )
        )
    post(request=Request(key=f"fault:{burned}:{fen}", transfers=tuple(lines)), now=NOON)


def test_the_books_refuse_a_fen_more_than_the_floor_whoever_asks(tenant):
    put_into_reserve(150_000_000)
    paid_by_hand(burned=points(10), fen=10)
    with pytest.raises(FloorWouldFall):
        paid_by_hand(burned=points(10), fen=11)


def test_the_reserve_pays_nothing_without_points_burned(tenant):
    put_into_reserve(150_000_000)
    with pytest.raises(FloorWouldFall):
        paid_by_hand(burned=0, fen=1)


def test_burned_points_never_come_back(tenant):
    put_into_reserve(150_000_000)
    paid_by_hand(burned=points(10), fen=10)
    back = Transfer(
        debit=platform_account("burned"),
        credit=member_account(join(), "points"),
        amount=1,
        kind="fault",
        subject="fault",
        asset=POINT,
    )
    with pytest.raises(FloorWouldFall):
        post(request=Request(key="back", transfers=(back,)), now=NOON)


def test_the_cap_never_rises_after_the_first_grant(tenant):
    more = Transfer(
        debit=platform_account("issuance"),
        credit=platform_account("pool", "gift_packs"),
        amount=1,
        kind="fault",
        subject="fault",
        asset=POINT,
    )
    with_points(points(1))
    with pytest.raises(FloorWouldFall):
        post(request=Request(key="more", transfers=(more,)), now=NOON)


@given(
    units=st.integers(0, 10**12),
    more_supply=st.integers(0, 10**12),
    reserve_fen=st.integers(0, 10**12),
    fee_bp=st.integers(0, 10_000),
)
def test_the_floor_never_falls_by_a_redemption(units, more_supply, reserve_fen, fee_bp):
    supply = units + more_supply
    payout = payout_of(units=units, reserve_fen=reserve_fen, supply=supply, fee_bp=fee_bp)
    assert 0 <= payout <= reserve_fen
    if more_supply:
        assert Fraction(reserve_fen - payout, more_supply) >= Fraction(reserve_fen, supply)


@given(
    asked=st.dictionaries(st.text("abc", min_size=1, max_size=3), st.integers(1, 10**9), min_size=1),
    limit_fen=st.integers(1, 10**6),
    reserve_fen=st.integers(1, 10**9),
    fee_bp=st.integers(0, 9_999),
)
def test_a_day_never_pays_more_than_its_limit(asked, limit_fen, reserve_fen, fee_bp):
    supply = sum(asked.values()) + 7
    economy = {"reserve_fen": reserve_fen, "supply": supply, "fee_bp": fee_bp}
    redeemed = share_out(asked=asked, limit_fen=limit_fen, **economy)
    assert all(0 <= redeemed[key] <= units for key, units in asked.items())
    assert sum(payout_of(units=units, **economy) for units in redeemed.values()) <= limit_fen
