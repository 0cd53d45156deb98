"""Machines that are bought: they come with the payment, give when returns are over, and go with a refund."""

from __future__ import annotations

import pytest

from tongbao.apps.mining import selectors, services
from tongbao.apps.mining.models import Machine
from tongbao.apps.mining.tests.people import DAY, NOON, has, person, prop, sound, switch
from tongbao.kit import events
from tongbao.mall.contracts import ClaimWish
from tongbao.mall.services import claims, orders, refunds
from tongbao.mall.tests.shop import OPERATOR, notify, order, paid, product


@pytest.fixture
def sold(cashier):
    """The machine "big" is sold as a product for 300 yuan: 10 points a day for 30 days."""
    product("mine", price_fen=30_000, kind="virtual")
    prop("big", daily=100_000, days=30, product="mine")
    return cashier


def bought(gateway, member: int, pieces: int = 1, *, now=NOON) -> str:
    placed = paid(gateway, member, ("mine", pieces), now=now)
    events.drain(now=now)
    return placed.number


def used_and_closed(number: str) -> None:
    orders.record_use(number=number, actor=OPERATOR, now=NOON)
    orders.close_due_orders(now=NOON + 9 * DAY)
    events.drain(now=NOON + 9 * DAY)


def refunded(gateway, number: str, *, amount_fen: int = 30_000) -> None:
    refund = claims.refund_order(
        order_number=number,
        lines=[ClaimWish(position=1, amount_fen=amount_fen)],
        actor=OPERATOR,
        reason="goodwill",
        now=NOON + DAY,
    )
    refunds.submit_refund(number=refund, now=NOON + DAY)
    gateway.finish(refund, at=NOON + DAY)
    notify(gateway, refund, now=NOON + DAY)
    events.drain(now=NOON + DAY)


def states(member: int) -> list[str]:
    return list(Machine.objects.filter(member_id=member).order_by("id").values_list("state", flat=True))


def test_an_order_that_isn_t_paid_brings_nothing(sold):
    wang = person()
    order(wang, ("mine", 1))
    events.drain(now=NOON)
    assert states(wang) == []


def test_what_it_brought_forth_is_given_when_the_return_window_is_over(sold):
    wang = person()
    number = bought(sold, wang)
    assert services.give_due(now=NOON + 5 * DAY) == 0
    (machine,) = selectors.machines_of(member_id=wang, now=NOON + 5 * DAY)
    assert (machine.state, machine.waits, machine.given, has(wang)) == ("waiting", 500_000, 0, 0)
    used_and_closed(number)
    assert services.give_due(now=NOON + 9 * DAY) == 9
    assert has(wang) == 900_000
    assert sound()


def test_three_pieces_are_three_machines_and_events_told_twice_change_nothing(sold):
    wang = person()
    bought(sold, wang, 3)
    order_id = Machine.objects.filter(member_id=wang).values_list("order_id", flat=True).first()
    services.sync_order(order_id=order_id, now=NOON)
    assert states(wang) == ["waiting"] * 3


def test_a_refund_takes_the_machine_back_with_what_it_brought_forth(sold):
    wang = person()
    number = bought(sold, wang)
    refunded(sold, number)
    assert states(wang) == ["taken_back"]
    assert services.give_due(now=NOON + 40 * DAY) == 0
    assert has(wang) == 0


def test_a_refund_of_part_takes_as_many_machines_as_are_no_longer_paid_in_full(sold):
    wang = person()
    number = bought(sold, wang, 3)
    refunded(sold, number, amount_fen=30_001)
    assert states(wang) == ["waiting", "taken_back", "taken_back"]
    used_and_closed(number)
    services.give_due(now=NOON + 9 * DAY)
    assert has(wang) == 900_000


def test_a_refund_that_nobody_heard_of_is_found_by_the_job(sold):
    wang = person()
    number = bought(sold, wang)
    switch(False)
    refunded(sold, number)
    assert states(wang) == ["waiting"]
    switch(True)
    services.give_due(now=NOON + 40 * DAY)
    assert states(wang) == ["taken_back"]


def test_an_order_that_was_closed_while_the_app_was_off_gives_all_of_it_later(sold):
    wang = person()
    number = bought(sold, wang)
    switch(False)
    used_and_closed(number)
    switch(True)
    assert services.give_due(now=NOON + 30 * DAY) == 30
    assert has(wang) == 3_000_000


def test_a_product_without_a_prop_brings_nothing(sold):
    wang = person()
    product("tea", price_fen=1_800)
    paid(sold, wang, ("tea", 1))
    events.drain(now=NOON)
    assert states(wang) == []


def test_the_page_names_the_price_of_the_product(sold):
    (shown,) = selectors.props()
    assert (shown.product_code, shown.price_fen) == ("mine", 30_000)
