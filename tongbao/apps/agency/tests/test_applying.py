"""Applying for a region and paying for it: what is asked first, what it costs, and what happens to the money."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction

from tongbao.apps.agency import selectors, services
from tongbao.apps.agency.contracts import (
    AgencyFeeChanged,
    AgencyIdentityNeeded,
    ApplicationDecided,
    ApplicationKeyUsed,
    ApplicationOpen,
    ApplicationUnknown,
    LevelSeatsFull,
    NothingToPay,
    RegionHasAgent,
)
from tongbao.apps.agency.models import Application
from tongbao.apps.agency.tests.people import (
    CHEN,
    DAY,
    GUANGDONG,
    GUANGZHOU,
    NOON,
    TIANHE,
    TOMORROW,
    YUEXIU,
    applied_and_paid,
    apply,
    approved,
    fee_paid,
    known,
    money_arrives,
    payments_of,
    person,
    refunds_arrive,
    seats,
    shown,
    switch,
)
from tongbao.kit import events
from tongbao.ledger import selectors as books
from tongbao.ledger.contracts import platform_account
from tongbao.mall.contracts import BadAmount, ClaimIsOpen, ClaimWish, IdempotencyConflict
from tongbao.mall.models import Order
from tongbao.mall.services import claims, orders, payments
from tongbao.mall.services.charges import place_charge
from tongbao.mall.tests import shop
from tongbao.members.contracts import AccountFrozen, DivisionIsHeading, DivisionUnknown
from tongbao.members.services import appoint_agent, set_active
from tongbao.tenancy.models import AuditEntry


def operating() -> int:
    return books.balance(account=platform_account("operating")).posted


def reserve_pending() -> int:
    return books.balance(account=platform_account("reserve_pending")).posted


def test_wang_applies_for_tianhe_pays_20_000_yuan_and_waits_for_the_decision(cashier):
    wang = known("王芳")
    application_id = apply(wang)
    before = shown(application_id)
    assert (before.state, before.fee_fen, before.region_name) == ("applied", 2_000_000, "广东省广州市天河区")
    assert (before.can_pay, before.can_withdraw, before.order_number) == (True, True, "")
    number = fee_paid(cashier, wang, application_id)
    after = shown(application_id)
    assert (after.state, after.order_number, after.paid_at) == ("paid", number, NOON)
    assert (after.can_pay, after.can_withdraw) == (False, True)
    # The fee is turnover like any other: a tenth of it waits for the reserve.
    assert (operating(), reserve_pending()) == (1_800_000, 200_000)
    assert AuditEntry.objects.filter(action="agency.apply", subject="region:440106").count() == 1


@pytest.mark.parametrize(
    ("region_code", "fee_fen"), [(TIANHE, 2_000_000), (GUANGZHOU, 5_000_000), (GUANGDONG, 10_000_000)]
)
def test_the_fee_is_that_of_the_level(on, region_code, fee_fen):
    wang = known()
    application_id = apply(wang, region_code)
    order = services.order_fee(member_id=wang, application_id=application_id, now=NOON)
    assert order.total_fen == fee_fen
    with pytest.raises(AgencyFeeChanged):
        apply(known(), YUEXIU if region_code == TIANHE else region_code, fee_fen=fee_fen - 1)


def test_where_there_is_no_fee_nothing_is_to_be_paid(on):
    seats(county_agent_fee_fen=0)
    wang = known()
    application_id = apply(wang, fee_fen=0)
    assert shown(application_id).state == "paid"
    with pytest.raises(NothingToPay):
        services.order_fee(member_id=wang, application_id=application_id, now=NOON)


def test_a_stranger_to_the_state_an_inactive_member_and_a_wrong_region_are_refused(on):
    with pytest.raises(AgencyIdentityNeeded):
        apply(person())
    lazy = known()
    set_active(member_id=lazy, active=False, reason="asked for it", actor=CHEN, now=NOON)
    with pytest.raises(AccountFrozen):
        apply(lazy)
    wang = known()
    for wrong, refusal in (("429000", DivisionIsHeading), ("999999", DivisionUnknown)):
        with pytest.raises(refusal):
            apply(wang, wrong, fee_fen=1)
    assert not Application.objects.exists()


def test_the_same_request_twice_is_one_application_and_a_second_wish_for_the_region_is_refused(on):
    wang = known()
    first = apply(wang, key="k-1")
    assert apply(wang, key="k-1") == first
    with pytest.raises(ApplicationOpen):
        apply(wang, key="k-2")
    with pytest.raises(ApplicationKeyUsed):
        apply(wang, YUEXIU, key="k-1")
    assert apply(wang, YUEXIU, key="k-3") != first
    # Somebody else may want the same region: the operator decides.
    apply(known(), key="k-1")
    assert Application.objects.filter(region_code=TIANHE).count() == 2


def test_the_tables_themselves_refuse_a_second_open_application_and_an_approval_without_an_agent(on):
    wang = known()
    application_id = apply(wang)
    values = {"member_id": wang, "region_code": TIANHE, "level": "county", "fee_fen": 1, "applied_at": NOON}
    with pytest.raises(IntegrityError, match="agency_application_one_open"), transaction.atomic():
        Application.objects.create(client_key="another", **values)
    row = Application.objects.filter(pk=application_id)
    with pytest.raises(IntegrityError, match="approved_has_agent"), transaction.atomic():
        row.update(state="approved", decided_at=NOON)
    with pytest.raises(IntegrityError, match="paid_has_order"), transaction.atomic():
        row.update(state="paid")


def test_no_money_is_asked_for_a_seat_that_is_gone(cashier):
    wang, li = known(), known()
    too_late = apply(wang)
    approved(cashier, li)
    with pytest.raises(RegionHasAgent):
        services.order_fee(member_id=wang, application_id=too_late, now=NOON)
    with pytest.raises(RegionHasAgent):
        apply(known())
    seats(county_agent_seats=1)
    with pytest.raises(LevelSeatsFull):
        apply(known(), YUEXIU)
    assert payments_of(shown(too_late).order_number) == []


def test_a_region_that_is_promised_from_june_on_is_taken(on):
    appoint_agent(region_code=TIANHE, member_id=person(), starts_on=TOMORROW + 90 * DAY, actor=CHEN, now=NOON)
    with pytest.raises(RegionHasAgent):
        apply(known())


def test_asking_for_the_order_twice_gives_the_same_and_a_new_one_after_it_timed_out(cashier):
    wang = known()
    application_id = apply(wang)
    first = services.order_fee(member_id=wang, application_id=application_id, now=NOON)
    assert services.order_fee(member_id=wang, application_id=application_id, now=NOON) == first
    later = NOON + timedelta(minutes=31)
    second = services.order_fee(member_id=wang, application_id=application_id, now=later)
    assert second.number != first.number
    assert Order.objects.get(number=first.number).status == "cancelled"
    orders.time_out_orders(now=later + timedelta(hours=1))
    third = services.order_fee(member_id=wang, application_id=application_id, now=later + timedelta(hours=1))
    assert third.number not in (first.number, second.number)
    money_arrives(cashier, wang, third.number, now=later + timedelta(hours=1))
    assert shown(application_id).state == "paid"


def test_nobody_pays_or_withdraws_for_somebody_else(on):
    application_id = apply(known())
    for act in (services.order_fee, services.withdraw):
        with pytest.raises(ApplicationUnknown):
            act(member_id=person(), application_id=application_id, now=NOON)


def test_withdrawn_before_paying_the_order_ends_and_a_payment_that_comes_later_goes_back(cashier):
    wang = known()
    application_id = apply(wang)
    order = services.order_fee(member_id=wang, application_id=application_id, now=NOON)
    started = payments.start_payment(
        order_number=order.number, buyer_id=wang, gateway_code=None, site_url=shop.SITE, now=NOON
    )
    services.withdraw(member_id=wang, application_id=application_id, now=NOON)
    assert Order.objects.get(number=order.number).status == "cancelled"
    cashier.finish(started.number, at=NOON)
    shop.notify(cashier, started.number, now=NOON)
    events.drain(now=NOON)
    assert refunds_arrive(cashier) == 2_000_000
    assert (shown(application_id).state, operating()) == ("withdrawn", 0)


def test_withdrawn_after_paying_all_of_the_fee_comes_back_and_the_region_can_be_asked_for_again(cashier):
    wang = known()
    application_id = applied_and_paid(cashier, wang)
    services.withdraw(member_id=wang, application_id=application_id, now=NOON)
    assert refunds_arrive(cashier) == 2_000_000
    assert (shown(application_id).state, shown(application_id).is_fee_back, operating()) == (
        "withdrawn",
        True,
        0,
    )
    with pytest.raises(ApplicationDecided):
        services.withdraw(member_id=wang, application_id=application_id, now=NOON)
    assert refunds_arrive(cashier) == 0
    assert apply(wang) != application_id


def test_withdrawn_while_the_news_of_the_payment_is_under_way_the_fee_comes_back_all_the_same(cashier):
    wang = known()
    application_id = apply(wang)
    order = services.order_fee(member_id=wang, application_id=application_id, now=NOON)
    started = payments.start_payment(
        order_number=order.number, buyer_id=wang, gateway_code=None, site_url=shop.SITE, now=NOON
    )
    cashier.finish(started.number, at=NOON)
    shop.notify(cashier, started.number, now=NOON)
    # The worker hasn't had its turn: only the order knows.
    assert Application.objects.get().state == "applied"
    assert shown(application_id).state == "paid"
    services.withdraw(member_id=wang, application_id=application_id, now=NOON)
    events.drain(now=NOON)
    assert refunds_arrive(cashier) == 2_000_000
    assert shown(application_id).state == "withdrawn"


def test_a_fee_that_was_refunded_by_its_order_ends_the_application(cashier):
    wang = known()
    application_id = applied_and_paid(cashier, wang)
    claims.refund_order(
        order_number=shown(application_id).order_number,
        lines=[ClaimWish(position=1, amount_fen=2_000_000)],
        reason="goodwill",
        actor=CHEN,
        now=NOON,
    )
    refunds_arrive(cashier)
    assert (shown(application_id).state, shown(application_id).is_fee_back) == ("withdrawn", True)


def test_an_open_claim_on_the_fee_is_answered_first(cashier):
    wang = known()
    application_id = applied_and_paid(cashier, wang)
    claims.open_claim(
        order_number=shown(application_id).order_number,
        buyer_id=wang,
        kind="refund_only",
        lines=[ClaimWish(position=1, pieces=1)],
        reason="changed my mind",
        now=NOON,
    )
    with pytest.raises(ClaimIsOpen):
        services.withdraw(member_id=wang, application_id=application_id, now=NOON)
    with pytest.raises(ClaimIsOpen):
        services.approve(application_id=application_id, actor=CHEN, now=NOON)


def test_what_was_paid_while_the_app_was_off_is_seen_when_it_is_on_again(cashier):
    wang = known()
    application_id = apply(wang)
    order = services.order_fee(member_id=wang, application_id=application_id, now=NOON)
    switch(False)
    money_arrives(cashier, wang, order.number)
    switch(True)
    assert shown(application_id).state == "paid"
    assert services.approve(application_id=application_id, actor=CHEN, now=NOON).member_id == wang


def test_seats_show_what_is_free_taken_full_and_nobody_s(cashier):
    approved(cashier, known())
    seats(city_agent_seats=0)
    states = {seat.region_code: seat.state for seat in selectors.seats_below(parent=GUANGZHOU, now=NOON)}
    assert (states[TIANHE], states[YUEXIU]) == ("taken", "free")
    cities = {seat.region_code: seat.state for seat in selectors.seats_below(parent=GUANGDONG, now=NOON)}
    assert cities[GUANGZHOU] == "full"
    hubei = {seat.region_code: seat.state for seat in selectors.seats_below(parent="420000", now=NOON)}
    assert hubei["429000"] == "no_seat"
    left = {facts.level: (facts.fee_fen, facts.seats, facts.left) for facts in selectors.levels(now=NOON)}
    assert left == {
        "province": (10_000_000, 20, 20),
        "city": (5_000_000, 0, 0),
        "county": (2_000_000, 300, 299),
    }


def test_a_charge_is_an_order_that_no_shelf_has(on):
    wang = person()
    charge = {"buyer_id": wang, "code": "agency-fee", "title": "区域代理费", "client_key": "k", "now": NOON}
    placed = place_charge(amount_fen=100, **charge)
    assert place_charge(amount_fen=100, **charge).number == placed.number
    with pytest.raises(IdempotencyConflict):
        place_charge(amount_fen=200, **charge)
    for wrong in (0, -1, 10**12, True):
        with pytest.raises(BadAmount):
            place_charge(amount_fen=wrong, **{**charge, "client_key": "w"})
