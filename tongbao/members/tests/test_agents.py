"""Regional agents: one for each region on any day."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from functools import partial

import pytest
from django.utils import timezone

from tongbao.members import selectors, services
from tongbao.members.contracts import (
    AgencyEnded,
    AgencySeatsFull,
    AgencyStartsTooEarly,
    AgencyTaken,
    AgencyTermNotValid,
    DivisionIsHeading,
    DivisionUnknown,
    FeeNotValid,
    MembersSettings,
    MemberUnknown,
    RegionalSeat,
)
from tongbao.members.models import RegionalAgent
from tongbao.members.tests.people import CHEN, NOON, join
from tongbao.tenancy.contracts import ReasonNeeded
from tongbao.tenancy.models import AuditEntry
from tongbao.tenancy.services import change_settings

MARCH, JUNE, YEARS_END = date(2026, 3, 1), date(2026, 6, 1), date(2026, 12, 31)
TIANHE, GUANGZHOU, GUANGDONG = "440106", "440100", "440000"


def appoint(region_code: str, member_id: int, **more):
    values = {"starts_on": MARCH, "actor": CHEN, "now": NOON} | more
    return services.appoint_agent(region_code=region_code, member_id=member_id, **values)


def revoke(agent_id: int, *, now=NOON) -> None:
    services.revoke_agent(agent_id=agent_id, reason="sold nothing", actor=CHEN, now=now)


def test_tianhe_guangzhou_and_guangdong_have_agents(tenant):
    county, city, province = join(), join(), join()
    for code, member in ((GUANGDONG, province), (TIANHE, county), (GUANGZHOU, city)):
        appoint(code, member)
    services.freeze(member_id=city, reason="under review", actor=CHEN, now=NOON)
    assert selectors.agents_for(region_code=TIANHE, on=MARCH) == (
        RegionalSeat(level="county", member_id=county, active=True),
        RegionalSeat(level="city", member_id=city, active=False),
        RegionalSeat(level="province", member_id=province, active=True),
    )
    assert [seat.level for seat in selectors.agents_for(region_code="440105", on=MARCH)] == [
        "city",
        "province",
    ]
    assert [seat.level for seat in selectors.agents_for(region_code="441900", on=MARCH)] == ["province"]
    assert selectors.agents_for(region_code="110101", on=MARCH) == ()
    assert selectors.agents_for(region_code="", on=MARCH) == ()


@pytest.mark.parametrize(
    ("code", "level", "fee_fen"),
    [(TIANHE, "county", 2_000_000), (GUANGZHOU, "city", 5_000_000), (GUANGDONG, "province", 10_000_000)],
)
def test_level_and_fee_follow_from_the_code(tenant, code, level, fee_fen):
    agent = appoint(code, join())
    assert (agent.level, agent.fee_fen, agent.ends_on) == (level, fee_fen, None)
    assert appoint("350100", join(), fee_fen=123).fee_fen == 123


def test_a_term_includes_its_last_day(tenant):
    appoint(TIANHE, join(), ends_on=JUNE)
    for day, seats in ((date(2026, 2, 28), 0), (MARCH, 1), (JUNE, 1), (date(2026, 6, 2), 0)):
        assert len(selectors.agents_for(region_code=TIANHE, on=day)) == seats


def test_a_region_has_one_agent_on_any_day(tenant):
    appoint(TIANHE, join(), ends_on=JUNE)
    with pytest.raises(AgencyTaken):
        appoint(TIANHE, join(), starts_on=JUNE)
    with pytest.raises(AgencyTaken):
        appoint(TIANHE, join(), starts_on=date(2026, 1, 1))
    assert appoint(TIANHE, join(), starts_on=date(2026, 6, 2))
    assert appoint("440105", join())


def test_one_member_may_hold_several_regions(tenant):
    wang = join()
    appoint(TIANHE, wang)
    appoint(GUANGZHOU, wang)
    assert [known.region_code for known in selectors.appointments(member_id=wang)] == [GUANGZHOU, TIANHE]
    assert selectors.standing_agent(region_code=TIANHE, on=MARCH).member_id == wang
    assert selectors.standing_agent(region_code="440105", on=MARCH) is None


def test_a_revoked_agent_is_out_from_that_day_and_another_may_follow(tenant):
    wang, li = join(), join()
    agent = appoint(TIANHE, wang, ends_on=YEARS_END)
    revoke(agent.agent_id, now=datetime(2026, 5, 31, 17, 0, tzinfo=UTC))  # the first of June in China
    assert selectors.agents_for(region_code=TIANHE, on=date(2026, 5, 31))[0].member_id == wang
    assert selectors.agents_for(region_code=TIANHE, on=JUNE) == ()
    appoint(TIANHE, li, starts_on=JUNE)
    assert selectors.agents_for(region_code=TIANHE, on=JUNE)[0].member_id == li
    kept = (
        AuditEntry.objects.filter(subject=f"region:{TIANHE}").order_by("id").values_list("action", flat=True)
    )
    assert list(kept) == ["members.appoint_agent", "members.revoke_agent", "members.appoint_agent"]


def test_an_appointment_revoked_before_it_starts_never_was(tenant):
    agent = appoint(TIANHE, join(), starts_on=JUNE)
    revoke(agent.agent_id)
    assert selectors.agents_for(region_code=TIANHE, on=JUNE) == ()
    assert appoint(TIANHE, join(), starts_on=JUNE)


def test_an_appointment_ends_once_and_with_a_reason(tenant):
    agent = appoint(TIANHE, join())
    with pytest.raises(ReasonNeeded):
        services.revoke_agent(agent_id=agent.agent_id, reason="", actor=CHEN, now=NOON)
    revoke(agent.agent_id)
    with pytest.raises(AgencyEnded):
        revoke(agent.agent_id)
    over = appoint(GUANGZHOU, join(), ends_on=MARCH)
    with pytest.raises(AgencyEnded):
        revoke(over.agent_id, now=NOON + timedelta(days=1))
    with pytest.raises(MemberUnknown):
        revoke(987654)


@pytest.mark.parametrize(
    ("values", "refusal"),
    [
        ({"region_code": "999999"}, DivisionUnknown),
        ({"region_code": "429000"}, DivisionIsHeading),
        ({"member_id": 987654}, MemberUnknown),
        ({"fee_fen": -1}, FeeNotValid),
        ({"fee_fen": 1.5}, FeeNotValid),
        ({"fee_fen": 10**15}, FeeNotValid),
        ({"ends_on": date(2026, 2, 28)}, AgencyTermNotValid),
    ],
)
def test_appointments_that_make_no_sense_are_refused(tenant, values, refusal):
    with pytest.raises(refusal):
        appoint(**({"region_code": TIANHE, "member_id": join()} | values))
    assert not RegionalAgent.objects.exists()


def test_seats_of_a_level_are_limited_on_each_day(tenant):
    change_settings(settings_class=MembersSettings, values={"county_agent_seats": 2}, actor=CHEN, now=NOON)
    appoint("440103", join(), ends_on=JUNE)
    appoint("440104", join(), starts_on=date(2026, 6, 2))
    appoint("440105", join())
    with pytest.raises(AgencySeatsFull):
        appoint("440111", join())
    appoint(GUANGZHOU, join())
    assert RegionalAgent.objects.filter(level="county").count() == 3


def test_an_operator_s_appointment_begins_tomorrow_at_the_earliest(tenant):
    appoint = partial(services.appoint_from_a_day_to_come, region_code="440106", actor=CHEN, now=NOON)
    today = timezone.localdate(NOON)
    for day in (today, today - timedelta(days=1)):
        with pytest.raises(AgencyStartsTooEarly) as refused:
            appoint(member_id=join(), starts_on=day)
        assert refused.value.values["earliest"] == (today + timedelta(days=1)).isoformat()
    assert not RegionalAgent.objects.exists()
    assert appoint(member_id=join(), starts_on=None).starts_on == today + timedelta(days=1)
