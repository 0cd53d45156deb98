"""Approving and refusing: an appointment from a day to come, a rights card, no commission, money back."""

from __future__ import annotations

from datetime import date

import pytest

from tongbao.apps.agency import services
from tongbao.apps.agency.contracts import (
    ApplicationDecided,
    ApplicationNotPaid,
    ApplicationUnknown,
)
from tongbao.apps.agency.models import Application
from tongbao.apps.agency.tests.people import (
    CHEN,
    DAY,
    GUANGZHOU,
    NOON,
    TIANHE,
    TODAY,
    TOMORROW,
    YUEXIU,
    applied_and_paid,
    apply,
    approve,
    approved,
    fee_paid,
    known,
    person,
    refunds_arrive,
    refuse,
    seats,
    settings,
    shown,
)
from tongbao.kit import events
from tongbao.ledger import selectors as books
from tongbao.ledger.contracts import platform_account
from tongbao.mall.contracts import ClaimWish
from tongbao.mall.models import Order
from tongbao.mall.services import claims, orders
from tongbao.members.contracts import AgencySeatsFull, AgencyStartsTooEarly, AgencyTaken, AgencyTermNotValid
from tongbao.members.models import Message, RegionalAgent
from tongbao.members.selectors import agents_for
from tongbao.members.services import (
    appoint_agent,
    register,
    revoke_agent,
    submit_identity,
    verify_identity,
)
from tongbao.points.contracts import ScheduleBeyondPool
from tongbao.points.models import RightsCard
from tongbao.points.selectors import left_in, member_points
from tongbao.points.services import grant_pending
from tongbao.rewards.models import Award
from tongbao.rewards.tests.street import all_is_right
from tongbao.tenancy.contracts import ReasonNeeded
from tongbao.tenancy.models import AuditEntry

POINT = 10_000


def agents(region_code: str, on: date) -> list[int]:
    return [seat.member_id for seat in agents_for(region_code=region_code, on=on)]


def test_wang_is_the_agent_of_tianhe_from_tomorrow_on_and_not_before(cashier):
    wang = known("王芳")
    application_id = applied_and_paid(cashier, wang)
    agent = approve(application_id)
    assert (agent.region_code, agent.fee_fen, agent.starts_on, agent.ends_on) == (
        TIANHE,
        2_000_000,
        TOMORROW,
        None,
    )
    assert (agents(TIANHE, TODAY), agents(TIANHE, TOMORROW)) == ([], [wang])
    facts = shown(application_id)
    assert (facts.state, facts.starts_on, facts.can_withdraw) == ("approved", TOMORROW, False)
    entry = AuditEntry.objects.get(action="agency.approve")
    assert (entry.subject, entry.detail["member"], entry.detail["starts_on"]) == (
        "region:440106",
        wang,
        "2026-03-03",
    )
    told = Message.objects.get(member_id=wang, kind="application_approved")
    assert told.values["starts_on"] == "2026-03-03"


def test_no_agency_begins_today_or_earlier(cashier):
    application_id = applied_and_paid(cashier, known())
    for day in (TODAY, TODAY - DAY):
        with pytest.raises(AgencyStartsTooEarly):
            approve(application_id, starts_on=day)
    with pytest.raises(AgencyTermNotValid):
        approve(application_id, starts_on=TOMORROW, ends_on=TODAY)
    june = date(2026, 6, 1)
    agent = approve(application_id, starts_on=june, ends_on=date(2027, 5, 31))
    assert (agent.starts_on, agent.ends_on) == (june, date(2027, 5, 31))


def test_the_fee_earns_no_commission_no_gift_points_and_no_rank_for_anybody(cashier):
    """An agent of the province and a sponsor stand by; the fee of 20 000 yuan pays neither."""
    sponsor = person()
    wang = register(phone="13700137000", sponsor_id=sponsor, now=NOON)
    submit_identity(member_id=wang, real_name="王芳", card_number="11010519491231002X", now=NOON)
    verify_identity(member_id=wang, actor=CHEN, now=NOON)
    appoint_agent(region_code="440000", member_id=person(), starts_on=date(2026, 1, 1), actor=CHEN, now=NOON)
    settings(county_card_points=0)
    approved(cashier, wang)
    orders.close_due_orders(now=NOON + 8 * DAY)
    events.drain(now=NOON + 9 * DAY)
    assert not Award.objects.exists()
    assert (member_points(member_id=wang).available, member_points(member_id=wang).pending) == (0, 0)
    assert left_in(pool="gift_packs") == 40_000_000 * POINT
    assert Order.objects.get().status == "closed"
    assert all_is_right()


def test_the_rights_card_of_the_level_vests_in_twelve_months_out_of_its_own_pool(cashier):
    wang = known()
    agent = approved(cashier, wang, GUANGZHOU)
    card = RightsCard.objects.get(member_id=wang)
    assert (card.total, card.parts, card.begins_on) == (100_000 * POINT, 12, TOMORROW)
    assert card.subject == f"agent:{agent.agent_id}"
    assert left_in(pool="regional_agents") == (30_000_000 - 100_000) * POINT


def test_a_card_that_the_pool_can_t_give_whole_stops_the_approval_and_leaves_nothing_behind(cashier):
    application_id = applied_and_paid(cashier, known())
    grant_pending(
        pool="regional_agents",
        member_id=person(),
        amount=left_in(pool="regional_agents") - 49_999 * POINT,
        subject="earlier",
        now=NOON,
    )
    with pytest.raises(ScheduleBeyondPool):
        approve(application_id)
    assert shown(application_id).state == "paid"
    assert not RegionalAgent.objects.exists()
    settings(county_card_points=0)
    approve(application_id)
    assert not RightsCard.objects.exists()


def test_only_what_is_paid_in_full_and_waits_can_be_approved(cashier):
    wang = known()
    application_id = apply(wang)
    with pytest.raises(ApplicationNotPaid):
        approve(application_id)
    number = fee_paid(cashier, wang, application_id)
    claims.refund_order(
        order_number=number,
        lines=[ClaimWish(position=1, amount_fen=1)],
        reason="goodwill",
        actor=CHEN,
        now=NOON,
    )
    refunds_arrive(cashier)
    with pytest.raises(ApplicationNotPaid):
        approve(application_id)
    with pytest.raises(ApplicationUnknown):
        approve(9_999)


def test_a_refusal_has_a_reason_and_gives_back_all_that_was_paid(cashier):
    wang = known()
    application_id = applied_and_paid(cashier, wang)
    with pytest.raises(ReasonNeeded):
        refuse(application_id, "  ")
    refuse(application_id, "该区域暂不开放")
    assert refunds_arrive(cashier) == 2_000_000
    facts = shown(application_id)
    assert (facts.state, facts.reason, facts.is_fee_back) == ("refused", "该区域暂不开放", True)
    assert books.balance(account=platform_account("operating")).posted == 0
    assert Message.objects.get(member_id=wang, kind="application_refused").values["answer"] == facts.reason
    for act in (approve, refuse):
        with pytest.raises(ApplicationDecided):
            act(application_id)
    assert refunds_arrive(cashier) == 0
    assert all_is_right()


def test_an_application_that_was_not_paid_is_refused_and_its_order_ends(cashier):
    wang = known()
    application_id = apply(wang)
    number = services.order_fee(member_id=wang, application_id=application_id, now=NOON).number
    refuse(application_id)
    assert Order.objects.get(number=number).status == "cancelled"
    assert refunds_arrive(cashier) == 0


def test_of_two_who_paid_for_one_region_the_second_can_t_be_approved_and_gets_the_fee_back(cashier):
    wang, li = known("王芳"), known("李强")
    first, second = applied_and_paid(cashier, wang), applied_and_paid(cashier, li)
    approve(first)
    with pytest.raises(AgencyTaken):
        approve(second)
    assert (shown(second).state, Order.objects.get(number=shown(second).order_number).status) == (
        "paid",
        "paid",
    )
    refuse(second, "该区域已有代理")
    assert refunds_arrive(cashier) == 2_000_000


def test_the_number_of_seats_of_a_level_is_a_setting(cashier):
    first, second = applied_and_paid(cashier, known()), applied_and_paid(cashier, known(), YUEXIU)
    city = applied_and_paid(cashier, known(), GUANGZHOU)
    seats(county_agent_seats=1)
    approve(first)
    with pytest.raises(AgencySeatsFull):
        approve(second)
    approve(city)
    seats(county_agent_seats=2)
    approve(second)


def test_an_agency_that_was_revoked_has_ended_and_its_region_can_be_applied_for(cashier):
    wang = known()
    application_id = applied_and_paid(cashier, wang)
    agent = approve(application_id)
    revoke_agent(agent_id=agent.agent_id, reason="sold nothing", actor=CHEN, now=NOON + 5 * DAY)
    facts = shown(application_id, now=NOON + 5 * DAY)
    # Why it was revoked is the operators' own note.
    assert (facts.state, facts.reason) == ("ended", "")
    another = applied_and_paid(cashier, known(), now=NOON + 5 * DAY)
    assert approve(another, now=NOON + 5 * DAY).starts_on == TODAY + 6 * DAY


def test_an_agency_ends_after_its_last_day(cashier):
    application_id = applied_and_paid(cashier, known())
    approve(application_id, ends_on=date(2026, 3, 31))
    assert shown(application_id, now=NOON + 29 * DAY).state == "approved"
    assert shown(application_id, now=NOON + 30 * DAY).state == "ended"


def test_told_twice_of_the_payment_nothing_changes(cashier):
    application_id = applied_and_paid(cashier, known())
    row = Application.objects.get()
    services.order_changed(order_id=row.order_id, now=NOON + DAY)
    approve(application_id)
    services.order_changed(order_id=row.order_id, now=NOON + DAY)
    assert shown(application_id).state == "approved"
    assert Application.objects.get().paid_at == NOON


def test_who_confirms_the_fee_s_order_before_the_decision_can_be_approved_or_refused_all_the_same(cashier):
    wang, li = known("王芳"), known("李强")
    first, second = applied_and_paid(cashier, wang), applied_and_paid(cashier, li, YUEXIU)
    for member_id, application_id in ((wang, first), (li, second)):
        orders.confirm_receipt(number=shown(application_id).order_number, buyer_id=member_id, now=NOON)
    orders.close_due_orders(now=NOON + 8 * DAY)
    events.drain(now=NOON + 9 * DAY)
    assert approve(first, now=NOON + 9 * DAY).starts_on == TODAY + 10 * DAY
    refuse(second, now=NOON + 9 * DAY)
    assert refunds_arrive(cashier, now=NOON + 9 * DAY) == 2_000_000
    assert shown(second).is_fee_back
    assert all_is_right()


def test_what_went_back_of_the_fee_before_is_not_paid_back_twice(cashier):
    application_id = applied_and_paid(cashier, known())
    claims.refund_order(
        order_number=shown(application_id).order_number,
        lines=[ClaimWish(position=1, amount_fen=500_000)],
        reason="goodwill",
        actor=CHEN,
        now=NOON,
    )
    assert refunds_arrive(cashier) == 500_000
    refuse(application_id)
    assert refunds_arrive(cashier) == 1_500_000
    assert all_is_right()
