"""The workbench: what an agent sees of the region, since when, and what nobody sees."""

from __future__ import annotations

from datetime import datetime

import pytest

from tongbao.apps.agency import selectors
from tongbao.apps.agency.contracts import NoAgency
from tongbao.apps.agency.tests.people import (
    CHEN,
    DAY,
    GUANGZHOU,
    NOON,
    TIANHE,
    TOMORROW,
    approved,
    known,
    person,
    settings,
)
from tongbao.kit import events
from tongbao.mall.contracts import DeliveryAddress, Wish
from tongbao.mall.selectors import orders_of_region
from tongbao.mall.services import checkout
from tongbao.mall.tests import shop
from tongbao.members.selectors import residents
from tongbao.members.services import add_address, revoke_agent
from tongbao.rewards.selectors import region_awards_of
from tongbao.rewards.tests import street


@pytest.fixture
def packs(cashier):
    """The 198 yuan gift pack is on sale, under the plan that pays 4, 6 and 8 % by region."""
    settings(county_card_points=0, city_card_points=0, province_card_points=0)
    street.pack(19_800)
    return cashier


def bought(gateway, buyer: int, region_code: str, *, now: datetime):
    """One pack, sent to a region, paid and settled."""
    placed = checkout.place_order(
        buyer_id=buyer,
        wishes=[Wish(sku="pack-198", quantity=1)],
        address=DeliveryAddress(
            recipient="陈美丽", phone="13800000000", region_code=region_code, street="天河路1号"
        ),
        client_key=f"{buyer}:{region_code}:{now.isoformat()}",
        now=now,
    )
    started = shop.start(buyer, placed, now=now)
    gateway.finish(started.number, at=now)
    shop.notify(gateway, started.number, now=now)
    events.drain(now=now)
    return placed


def summary(member_id: int, *, now: datetime, region_code: str = ""):
    return selectors.summary(member_id=member_id, region_code=region_code, now=now)


def test_wang_sees_what_tianhe_orders_from_the_first_day_on_and_earns_four_per_cent(packs):
    wang, buyer = known(), person()
    bought(packs, buyer, TIANHE, now=NOON)
    approved(packs, wang)
    bought(packs, buyer, TIANHE, now=NOON + DAY)
    bought(packs, buyer, "440104", now=NOON + DAY)
    bought(packs, buyer, TIANHE, now=NOON + 2 * DAY)
    seen = summary(wang, now=NOON + 3 * DAY)
    assert (seen.orders, seen.turnover_fen, seen.refunded_fen) == (2, 39_600, 0)
    assert (seen.pending_fen, seen.released_fen) == (2 * 792, 0)
    assert [(day.day, day.orders, day.turnover_fen) for day in seen.days] == [
        (TOMORROW + DAY, 1, 19_800),
        (TOMORROW, 1, 19_800),
    ]
    awards = region_awards_of(member_id=wang, region_code=TIANHE, level="county", since=seen.agency.since)
    assert [award.amount_fen for award in awards] == [792, 792]


def test_the_agent_of_the_city_sees_its_counties_and_earns_the_gap(packs):
    county, city, buyer = known(), known(), person()
    approved(packs, county)
    approved(packs, city, GUANGZHOU)
    for region_code in (TIANHE, "440104", "440303"):
        bought(packs, buyer, region_code, now=NOON + DAY)
    seen = summary(city, now=NOON + DAY)
    assert (seen.orders, seen.turnover_fen) == (2, 39_600)
    # 2 % where the county has its agent, 6 % where it has none.
    assert seen.pending_fen == 396 + 1_188
    assert summary(county, now=NOON + DAY).pending_fen == 792


def test_a_refund_is_shown_beside_the_turnover_and_takes_the_award_back(packs):
    wang, buyer = known(), person()
    approved(packs, wang)
    placed = bought(packs, buyer, TIANHE, now=NOON + DAY)
    street.refund(packs, placed, now=NOON + DAY)
    seen = summary(wang, now=NOON + DAY)
    assert (seen.orders, seen.turnover_fen, seen.refunded_fen, seen.pending_fen) == (1, 19_800, 19_800, 0)


def test_who_lives_in_the_region_is_counted_and_masked(packs):
    wang = known()
    approved(packs, wang)
    here, elsewhere = person("陈美丽"), person("赵六")
    for member_id, region_code in ((here, TIANHE), (elsewhere, "440104")):
        add_address(
            member_id=member_id,
            recipient="收件人",
            phone="13800138000",
            region_code=region_code,
            street="天河路1号",
            now=NOON,
        )
    assert summary(wang, now=NOON + DAY).members == 1
    (resident,) = residents(region_code=TIANHE)
    assert (resident.name_masked, resident.region_name) == ("陈**", "广东省广州市天河区")
    assert "****" in resident.phone_masked
    bought(packs, here, TIANHE, now=NOON + DAY)
    (order,) = orders_of_region(region_code=TIANHE, since=NOON)
    assert order.recipient_masked == "陈**"
    assert "13800000000" not in str(order)


def test_before_the_first_day_and_after_the_end_an_agent_sees_nothing(packs):
    wang = known()
    agent = approved(packs, wang)
    with pytest.raises(NoAgency):
        summary(wang, now=NOON)
    assert summary(wang, now=NOON + DAY).orders == 0
    revoke_agent(agent_id=agent.agent_id, reason="sold nothing", actor=CHEN, now=NOON + 2 * DAY)
    with pytest.raises(NoAgency):
        summary(wang, now=NOON + 2 * DAY)
    assert selectors.agencies_of(member_id=wang, now=NOON + 2 * DAY) == ()


def test_nobody_sees_the_region_of_somebody_else(packs):
    approved(packs, known())
    with pytest.raises(NoAgency):
        summary(person(), now=NOON + DAY, region_code=TIANHE)


def test_an_agent_of_two_regions_chooses_between_them(packs):
    wang = known()
    approved(packs, wang)
    approved(packs, wang, "440104")
    bought(packs, person(), "440104", now=NOON + DAY)
    assert [one.region_code for one in selectors.agencies_of(member_id=wang, now=NOON + DAY)] == [
        TIANHE,
        "440104",
    ]
    assert summary(wang, now=NOON + DAY, region_code="440104").orders == 1
    assert summary(wang, now=NOON + DAY, region_code=TIANHE).orders == 0
