"""Rights cards: parts that add up exactly, each released once and in order, whatever the downtime."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime
from functools import partial

import pytest
from django.test import Client
from hypothesis import given
from hypothesis import strategies as st

from tongbao.kit import clock
from tongbao.kit.errors import InvalidInput
from tongbao.ledger import selectors as books
from tongbao.members.models import Message
from tongbao.members.selectors import member
from tongbao.members.services import open_session
from tongbao.members.services.life import close
from tongbao.points import selectors, services
from tongbao.points.contracts import (
    CardNotTransferable,
    CardUnknown,
    GrantExists,
    PoolUnknown,
    ScheduleBeyondPool,
    ScheduleInvalid,
)
from tongbao.points.models import CardPart, RightsCard
from tongbao.points.policy.vesting import check_seats, part_of, schedule
from tongbao.points.tests.people import NOON, OPERATOR, join, points, set_up, worked_case
from tongbao.tenancy.contracts import ReasonNeeded

FIRST = date(2025, 3, 1)


def on(month: int, day: int = 1, year: int = 2025) -> datetime:
    return datetime(year, month, day, 4, tzinfo=UTC)


def card(member_id: int, *, subject: str = "agent:1", total: int = points(50_000), **more) -> str:
    return services.make_card(
        **{
            "pool": "regional_agents",
            "member_id": member_id,
            "total": total,
            "parts": 12,
            "begins_on": FIRST,
            "subject": subject,
            "now": NOON,
            **more,
        }
    )


def available(member_id: int) -> int:
    return selectors.member_points(member_id=member_id).available


def sound() -> bool:
    return not list(selectors.verify()) and not list(books.verify())


def test_the_parts_of_a_card_add_up_exactly():
    case = worked_case("rights cards add up exactly")
    total, months = points(case["total"]), case["months"]
    parts = [part_of(total=total, parts=months, number=number) for number in range(1, months + 1)]
    assert parts[:3] == [round(part * 10_000) for part in case["first_parts"]]
    assert sum(parts) == points(case["sum_of_parts"])


@given(total=st.integers(1, 10**12), parts=st.integers(1, 600))
def test_parts_add_up_and_differ_by_one_unit_at_most(total, parts):
    if total < parts:
        with pytest.raises(ScheduleInvalid):
            schedule(total=total, parts=parts, begins_on=FIRST)
        return
    amounts = [amount for _, amount in schedule(total=total, parts=parts, begins_on=FIRST)]
    assert sum(amounts) == total
    assert max(amounts) - min(amounts) <= 1


@pytest.mark.parametrize(("total", "parts"), [(0, 1), (-1, 1), (11, 12), (100, 0), (10**9, 601)])
def test_a_schedule_that_makes_no_sense_is_refused(total, parts):
    with pytest.raises(ScheduleInvalid):
        schedule(total=total, parts=parts, begins_on=FIRST)


def test_a_card_that_begins_on_the_31st_falls_due_on_the_last_of_short_months():
    days = [day for day, _ in schedule(total=100, parts=4, begins_on=date(2026, 12, 31))]
    assert days == [date(2027, 1, 31), date(2027, 2, 28), date(2027, 3, 31), date(2027, 4, 30)]


def test_the_presets_own_seats_need_31_million_of_a_pool_of_30():
    with pytest.raises(ScheduleBeyondPool) as refusal:
        check_seats(
            seats={"county": 300, "city": 100, "province": 20},
            units_by_seat={"county": points(50_000), "city": points(100_000), "province": points(300_000)},
            pool="regional_agents",
            cap=points(30_000_000),
        )
    assert refusal.value.values["needed"] == points(31_000_000)
    assert refusal.value.message("zh").startswith("需要积分池regional_agents的31000000积分,该池只剩30000000积分")


def test_a_card_is_released_part_by_part(tenant):
    wang = join()
    number = card(wang)
    assert selectors.left_in(pool="regional_agents") == points(30_000_000 - 50_000)
    assert services.release_due_parts(now=on(3, 31)) == 0
    assert services.release_due_parts(now=on(4)) == 1
    assert services.release_due_parts(now=on(4)) == 0
    assert available(wang) == 41_666_666
    assert services.release_due_parts(now=on(3, year=2026)) == 11
    assert available(wang) == points(50_000)
    assert RightsCard.objects.get(number=number).state == "finished"
    assert sound()


def test_a_month_of_downtime_releases_each_part_once_and_in_order(tenant):
    wang, li = join(), join()
    card(wang)
    card(li, subject="agent:2", total=points(100_000))
    assert services.release_due_parts(now=on(6, 15)) == 6
    assert available(wang) == 41_666_666 + 41_666_667 + 41_666_667
    batches = list(
        CardPart.objects.filter(card__member_id=wang, released_at__isnull=False).values_list(
            "number", flat=True
        )
    )
    assert batches == [1, 2, 3]
    assert sound()


def test_two_workers_share_the_release(committed_tenant, race):
    members = [join() for _ in range(4)]
    for member_id in members:
        card(member_id, subject=f"agent:{member_id}")
    counts = race(*[partial(services.release_due_parts, now=on(9))] * 8)
    assert sum(counts) == 4 * 6
    assert {available(member_id) for member_id in members} == {points(25_000)}
    assert sound()


def test_points_that_vest_don_t_circulate_and_count_against_their_pool(tenant):
    card(join())
    economy = selectors.supply()
    assert (economy.circulating, economy.vesting) == (0, points(50_000))
    pool = selectors.require_pool(pool="regional_agents")
    assert (pool.vesting, pool.minted) == (points(50_000), 0)


def test_the_same_subject_has_one_card(tenant):
    wang = join()
    assert card(wang) == card(wang)
    with pytest.raises(GrantExists):
        card(wang, total=points(100_000))


def test_a_card_beyond_its_pool_is_refused_whole(tenant):
    wang = join()
    with pytest.raises(ScheduleBeyondPool):
        card(wang, total=points(30_000_000) + 12)
    assert not RightsCard.objects.exists()
    assert selectors.left_in(pool="regional_agents") == points(30_000_000)


def test_a_founder_s_card_vests_over_a_year_at_least_and_has_a_reason(tenant):
    wang = join()
    give = partial(
        services.give_founding_card, member_id=wang, total=points(1_200), key="1", actor=OPERATOR, now=on(3)
    )
    with pytest.raises(InvalidInput):
        give(parts=11, reason="founder")
    with pytest.raises(ReasonNeeded):
        give(parts=12, reason=" ")
    assert not RightsCard.objects.exists()
    give(parts=12, reason="founder")
    assert available(wang) == 0
    services.release_due_parts(now=on(4))
    assert available(wang) == points(100)
    assert sound()


def test_a_card_out_of_no_pool_is_refused(tenant):
    with pytest.raises(PoolUnknown):
        card(join(), pool="nowhere")


def test_a_card_that_is_revoked_gives_its_pool_what_it_has_not_released(tenant):
    wang = join()
    number = card(wang)
    services.release_due_parts(now=on(5))
    assert services.revoke_card(number=number, actor=OPERATOR, reason="left", now=on(5)) == points(
        50_000
    ) - available(wang)
    assert services.release_due_parts(now=on(12)) == 0
    assert selectors.require_pool(pool="regional_agents").minted == available(wang)
    with pytest.raises(CardUnknown):
        services.revoke_card(number=number, actor=OPERATOR, reason="again", now=on(5))
    assert sound()


def test_a_card_is_transferred_once_where_the_tenant_allows_it(tenant):
    wang, li = join(), join()
    number = card(wang)
    services.release_due_parts(now=on(4))
    hand = partial(services.transfer_card, number=number, now=on(4))
    with pytest.raises(CardNotTransferable):
        hand(from_member_id=wang, to_member_id=li)
    set_up(cards_are_transferable=True)
    with pytest.raises(CardNotTransferable):
        hand(from_member_id=wang, to_member_id=wang)
    hand(from_member_id=wang, to_member_id=li)
    with pytest.raises(CardUnknown):
        hand(from_member_id=wang, to_member_id=li)
    with pytest.raises(CardNotTransferable):
        hand(from_member_id=li, to_member_id=wang)
    services.release_due_parts(now=on(3, year=2026))
    assert available(wang) == 41_666_666
    assert available(li) == points(50_000) - 41_666_666
    assert sound()


def test_whoever_gets_a_card_is_told_and_a_closed_account_gets_none(tenant):
    wang, li, zhao = join(), join(), join()
    number = card(wang)
    set_up(cards_are_transferable=True)
    close(member_id=zhao, reason="本人申请", actor=OPERATOR, now=NOON)
    with pytest.raises(CardNotTransferable):
        services.transfer_card(number=number, from_member_id=wang, to_member_id=zhao, now=NOON)
    services.transfer_card(number=number, from_member_id=wang, to_member_id=li, now=NOON)
    (told,) = Message.objects.filter(member_id=li)
    assert (told.kind, told.values["units"]) == ("card_received", points(50_000))
    assert selectors.member_cards(member_id=li)[0].can_transfer is False


def test_a_member_gives_a_card_away_by_the_others_number(tenant):
    wang, li = join(), join()
    number = card(wang)
    set_up(cards_are_transferable=True)

    def give(by: int, **body: object) -> int:
        token = open_session(member_id=by, now=clock.now()).token
        client = Client(headers={"host": "lotus.test", "authorization": f"Bearer {token}"})
        address = f"/api/v1/me/points/cards/{number}/transfer"
        return client.post(address, json.dumps(body), content_type="application/json").status_code

    assert selectors.member_cards(member_id=wang)[0].can_transfer
    assert give(wang, to_number="nobody") == 404
    assert give(li, to_number=member(member_id=li).number) == 404
    assert give(wang, to_number=f" {member(member_id=li).number} ") == 204
    assert [one.number for one in selectors.member_cards(member_id=li)] == [number]
    assert sound()
