"""What happens at once: real threads and connections, commits that stay, one database for all of these tests."""

from __future__ import annotations

from itertools import count

import pytest

from tongbao.apps.agency import services
from tongbao.apps.agency.contracts import (
    AgencySettings,
    ApplicationDecided,
    ApplicationOpen,
    FeeOrder,
    NothingToPay,
)
from tongbao.apps.agency.models import Application
from tongbao.apps.agency.tests.people import (
    CHEN,
    NOON,
    applied_and_paid,
    apply,
    known,
    seats,
    settings,
    shown,
    switch,
)
from tongbao.kit.errors import DomainError
from tongbao.mall.models import Order, Refund
from tongbao.mall.tests.shop import MemoryGateway, only
from tongbao.members.contracts import AgencySeatsFull, AgencyTaken, AgentFacts, MembersSettings
from tongbao.members.models import RegionalAgent
from tongbao.points.models import RightsCard
from tongbao.tenancy.contexts import tenant_context

FEE = 2_000_000
# Each test has counties of its own, for all share one database.
_counties = iter(f"4401{number:02d}" for number in (3, 4, 5, 6, 11, 12, 13, 14, 15, 17, 18))
_keys = count(1)


@pytest.fixture(scope="module")
def database(new_database):
    with new_database() as here:
        yield here


@pytest.fixture
def cashier(database):
    gateway = MemoryGateway()
    with tenant_context("lotus"), only(gateway):
        switch(True)
        settings(AgencySettings, county_card_points=50_000)
        seats(county_agent_seats=MembersSettings().county_agent_seats)
        yield gateway


def wants(member_id: int, region_code: str, *, key: str = ""):
    return lambda: services.apply(
        member_id=member_id,
        region_code=region_code,
        expected_fee_fen=FEE,
        client_key=key or f"race-{next(_keys)}",
        now=NOON,
    )


def paid_for(gateway, region_code: str) -> int:
    return applied_and_paid(gateway, known(), region_code)


def approving(application_id: int):
    return lambda: services.approve(application_id=application_id, actor=CHEN, now=NOON)


def refusing(application_id: int):
    return lambda: services.refuse(application_id=application_id, reason="不开放", actor=CHEN, now=NOON)


def kinds(answers) -> list[type]:
    return sorted((type(answer) for answer in answers), key=lambda kind: kind.__name__)


def test_two_approvals_for_one_region_at_once_appoint_one(cashier, race):
    county = next(_counties)
    first, second = paid_for(cashier, county), paid_for(cashier, county)
    answers = race(approving(first), approving(second))
    assert kinds(answers) == [AgencyTaken, AgentFacts]
    assert RegionalAgent.objects.filter(region_code=county).count() == 1
    assert sorted((shown(first).state, shown(second).state)) == ["approved", "paid"]
    # Whoever lost has neither an agency nor a card, and the fee's order still waits.
    loser = first if shown(first).state == "paid" else second
    assert Order.objects.get(number=shown(loser).order_number).status == "paid"
    member_id = Application.objects.get(pk=loser).member_id
    assert not RightsCard.objects.filter(member_id=member_id).exists()


def test_four_approvals_of_one_application_appoint_once_and_give_one_card(cashier, race):
    application_id = paid_for(cashier, next(_counties))
    answers = race(*[approving(application_id)] * 4)
    assert kinds(answers) == [AgentFacts, *[ApplicationDecided] * 3]
    member_id = Application.objects.get(pk=application_id).member_id
    assert RightsCard.objects.filter(member_id=member_id).count() == 1


def test_approved_and_refused_at_once_one_of_the_two_holds(cashier, race):
    application_id = paid_for(cashier, next(_counties))
    answers = race(approving(application_id), refusing(application_id))
    assert sum(isinstance(answer, ApplicationDecided) for answer in answers) == 1
    facts = shown(application_id)
    refunds = Refund.objects.filter(order__number=facts.order_number).count()
    assert (facts.state, refunds) in (("approved", 0), ("refused", 1))


def test_refused_and_withdrawn_at_once_the_fee_goes_back_once(cashier, race):
    application_id = paid_for(cashier, next(_counties))
    member_id = Application.objects.get(pk=application_id).member_id
    answers = race(
        refusing(application_id),
        lambda: services.withdraw(member_id=member_id, application_id=application_id, now=NOON),
    )
    assert sum(isinstance(answer, ApplicationDecided) for answer in answers) == 1
    refund = Refund.objects.get(order__number=shown(application_id).order_number)
    assert refund.amount_fen == FEE


def test_the_last_seat_of_a_level_goes_to_one_of_two(cashier, race):
    first, second = paid_for(cashier, next(_counties)), paid_for(cashier, next(_counties))
    seats(county_agent_seats=RegionalAgent.objects.filter(level="county").count() + 1)
    assert kinds(race(approving(first), approving(second))) == [AgencySeatsFull, AgentFacts]


def test_one_person_applies_for_one_region_twice_at_once_and_has_one_application(cashier, race):
    county, wang = next(_counties), known()
    answers = race(*[wants(wang, county) for _ in range(4)])
    assert sum(isinstance(answer, ApplicationOpen) for answer in answers) == 3
    assert Application.objects.filter(member_id=wang).count() == 1


def test_the_same_application_sent_four_times_at_once_is_one(cashier, race):
    county, wang = next(_counties), known()
    answers = race(*[wants(wang, county, key="once")] * 4)
    assert len(set(answers)) == 1
    assert Application.objects.filter(member_id=wang).count() == 1


def test_the_fee_is_ordered_once_however_many_ask_and_never_after_a_withdrawal(cashier, race):
    county, wang = next(_counties), known()
    application_id = apply(wang, county)

    def ask() -> FeeOrder:
        return services.order_fee(member_id=wang, application_id=application_id, now=NOON)

    def take_back() -> None:
        services.withdraw(member_id=wang, application_id=application_id, now=NOON)

    assert len({answer.number for answer in race(ask, ask, ask)}) == 1
    answers = race(ask, take_back)
    assert answers[1] is None
    assert isinstance(answers[0], FeeOrder | NothingToPay), answers
    assert Order.objects.get(buyer_id=wang).status == "cancelled"
    assert not [
        answer for answer in answers if isinstance(answer, Exception) and not isinstance(answer, DomainError)
    ]
