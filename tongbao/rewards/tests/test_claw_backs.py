"""After a refund everyone gives back exactly what they got too much, wherever the money is by then."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tongbao.kit import events
from tongbao.ledger import selectors as books
from tongbao.ledger.contracts import platform_account
from tongbao.mall.models import Order
from tongbao.members.services import freeze, unfreeze
from tongbao.rewards import selectors, services
from tongbao.rewards.contracts import RewardsSettings
from tongbao.rewards.models import Award, Settlement, Withdrawal
from tongbao.rewards.policy import claw_back
from tongbao.rewards.tests import street
from tongbao.tenancy.services import change_settings

NOON = street.NOON
RECEIVED = NOON + timedelta(days=3)
RELEASED = RECEIVED + timedelta(days=8)
HOUR = timedelta(hours=1)


@pytest.fixture
def gateway():
    with street.memory_gateway() as gateway:
        yield gateway


def released(gateway, buyer, *wishes):
    placed = street.buy(gateway, buyer, *wishes)
    street.receive(placed, buyer, now=RECEIVED)
    assert services.release_due(now=RELEASED) == 1
    return placed


def operating() -> int:
    return books.balance(account=platform_account("operating")).posted


@pytest.mark.parametrize(
    ("amount_fen", "unsent_fen", "available_fen", "split"),
    [
        (100, {}, 100, ((), 100, 0)),
        (100, {}, 40, ((), 40, 60)),
        (100, {"W1": 70}, 1_000, ((("W1", 70),), 30, 0)),
        (100, {"W2": 70, "W1": 70}, 0, ((("W2", 70), ("W1", 30)), 0, 0)),
        (100, {"W1": 30}, 20, ((("W1", 30),), 20, 50)),
        (100, {}, 0, ((), 0, 100)),
    ],
)
def test_unsent_withdrawals_first_then_cash_then_a_debt(amount_fen, unsent_fen, available_fen, split):
    found = claw_back(amount_fen=amount_fen, unsent_fen=unsent_fen, available_fen=available_fen)
    assert (found.from_withdrawals_fen, found.from_cash_fen, found.owed_fen) == split


@given(
    amount_fen=st.integers(1, 10**6),
    unsent=st.lists(st.integers(1, 10**6), max_size=4),
    available_fen=st.integers(0, 10**6),
)
def test_a_claw_back_is_never_cut_and_never_takes_what_is_not_there(amount_fen, unsent, available_fen):
    """peers.md 6: claw-back cut to the balance that is left, the rest forgotten."""
    unsent_fen = {f"W{place}": fen for place, fen in enumerate(unsent)}
    found = claw_back(amount_fen=amount_fen, unsent_fen=unsent_fen, available_fen=available_fen)
    taken = dict(found.from_withdrawals_fen)
    assert sum(taken.values()) + found.from_cash_fen + found.owed_fen == amount_fen
    assert all(fen <= unsent_fen[number] for number, fen in taken.items())
    assert 0 <= found.from_cash_fen <= available_fen
    assert not found.owed_fen or (taken == unsent_fen and found.from_cash_fen == available_fen)


def test_a_released_commission_is_clawed_back_and_what_is_gone_is_owed(tenant, gateway):
    """peers.md 6: 100 yuan released, 60 withdrawn: 40 come out of the cash and 60 are owed."""
    ann = street.verified(street.person("cofounder"))
    buyer = street.person(sponsor=ann)
    placed = released(gateway, buyer, (street.pack(23_810), 1))
    assert street.cash(ann) == 10_000
    number = street.ask(ann, 6_000, now=RELEASED)
    services.approve_withdrawal(number=number, actor=street.OPERATOR, now=RELEASED)
    services.send_withdrawal(number=number, now=RELEASED)
    street.refund(gateway, placed, now=RELEASED + HOUR)
    assert (street.cash(ann), street.owed(ann)) == (0, 6_000)
    assert [award.state for award in Award.objects.all()] == ["clawed_back", "clawed_back"]
    assert street.all_is_right()


def test_of_an_order_with_two_lines_every_award_is_clawed_back(tenant, gateway):
    """peers.md 7: after an order is split, only some of its awards are clawed back."""
    buyer, people = street.street(["vip", "dealer"], ["county"])
    street.pack(19_800)
    street.pack(39_800, code="tea")
    placed = released(gateway, buyer, ("pack-198", 1), ("tea", 1))
    before = operating()
    street.refund(gateway, placed, position=2, now=RELEASED + HOUR)
    assert street.amounts(placed) == [2_376, 1_980, 1_980, 792, 0, 0, 0, 0]
    street.refund(gateway, placed, position=1, now=RELEASED + 2 * HOUR)
    assert street.amounts(placed) == [0] * 8
    assert [street.cash(person) for person in people.values()] == [0, 0, 0]
    shares = 59_600 * 55 // 100
    assert operating() == before + shares - 59_600
    assert street.all_is_right()


def test_a_withdrawal_that_is_not_sent_is_cut_before_cash_is_touched(tenant, gateway):
    """Ann has 23.76, asks for 20.00; half of the order goes back: 11.88 come out of what she asked for."""
    change_settings(
        settings_class=RewardsSettings,
        values={"withdrawal_least_fen": 500, "withdrawal_fee_bp": 100},
        actor=street.OPERATOR,
        now=NOON,
    )
    ann = street.verified(street.person())
    buyer = street.person(sponsor=ann)
    placed = released(gateway, buyer, (street.pack(19_800), 1))
    number = street.ask(ann, 2_000, now=RELEASED)
    services.approve_withdrawal(number=number, actor=street.OPERATOR, now=RELEASED)
    street.refund(gateway, placed, amount_fen=9_900, now=RELEASED + HOUR)
    cut = selectors.withdrawal(number=number)
    assert (cut.state, cut.amount_fen, cut.fee_fen, cut.payout_fen) == ("approved", 812, 8, 804)
    assert cut.taken_back_fen == 1_188
    assert (street.cash(ann), street.owed(ann)) == (376, 0)
    assert street.ask(ann, 2_000, now=RELEASED) == number
    services.send_withdrawal(number=number, now=RELEASED + HOUR)
    assert gateway.movements[number].amount_fen == 804
    gateway.finish(number, at=RELEASED + HOUR)
    services.ask_for_due_withdrawals(now=RELEASED + 2 * HOUR)
    assert selectors.withdrawal(number=number).state == "paid"
    street.refund(gateway, placed, now=RELEASED + 3 * HOUR)
    assert (street.cash(ann), street.owed(ann)) == (0, 812)
    assert street.all_is_right()


def test_a_withdrawal_of_which_too_little_is_left_ends_and_its_rest_comes_back(tenant, gateway):
    ann = street.verified(street.person())
    buyer = street.person(sponsor=ann)
    placed = released(gateway, buyer, (street.pack(19_800), 1))
    number = street.ask(ann, 2_000, now=RELEASED)
    street.refund(gateway, placed, amount_fen=9_900, now=RELEASED + HOUR)
    ended = selectors.withdrawal(number=number)
    assert (ended.state, ended.amount_fen, ended.reason) == ("rejected", 2_000, "claw_back")
    assert (street.cash(ann), street.owed(ann)) == (2_376 - 1_188, 0)
    assert street.all_is_right()


def test_what_rises_by_a_fen_repays_a_debt_first(tenant, gateway):
    """Three partial refunds of 33.33 after everything was withdrawn: nobody has cash while they owe."""
    people = street.cases("lifecycle.yaml")[0]
    buyer, seats = street.street(people["sponsors"], people["agents"])
    placed = released(gateway, buyer, (street.pack(9_999), 1))
    for seat in seats.values():
        if street.cash(seat) >= 1_000:
            street.ask(street.verified(seat, now=RELEASED), street.cash(seat), now=RELEASED)
    for number in Withdrawal.objects.order_by("id").values_list("number", flat=True):
        services.approve_withdrawal(number=number, actor=street.OPERATOR, now=RELEASED)
        services.send_withdrawal(number=number, now=RELEASED)
    for step in range(1, 4):
        street.refund(gateway, placed, amount_fen=3_333, now=RELEASED + step * HOUR)
        for seat in seats.values():
            assert not (street.cash(seat) and street.owed(seat))
    assert street.amounts(placed) == [0] * 8
    assert street.all_is_right()


def test_released_awards_stand_when_somebody_frozen_follows_later(tenant, gateway):
    """Bob was paid as a cofounder; his pack goes back while Ann is frozen; her thaw takes nothing from him."""
    street.pack(99_900, code="pack-999")
    street.pack(19_800)
    bob = street.person()
    his = street.buy(gateway, bob, ("pack-999", 1))
    ann = street.person("vip", sponsor=bob)
    buyer = street.person(sponsor=ann)
    placed = street.buy(gateway, buyer, ("pack-198", 1), now=NOON + HOUR)
    street.receive(placed, buyer, now=RECEIVED)
    freeze(member_id=ann, reason="asked by the police", actor=street.OPERATOR, now=RECEIVED)
    assert services.release_due(now=RELEASED) == 1
    assert (street.cash(ann), street.cash(bob)) == (0, 3_960)
    street.refund(gateway, his, now=RELEASED + HOUR)
    unfreeze(member_id=ann, reason="cleared up", actor=street.OPERATOR, now=RELEASED + HOUR)
    assert services.release_due(now=RELEASED + 2 * HOUR) == 1
    assert (street.cash(ann), street.cash(bob)) == (2_376 + 1_980, 3_960)
    assert services.release_due(now=RELEASED + 3 * HOUR) == 0
    assert street.all_is_right()


def test_a_frozen_members_rank_that_went_back_is_reconsidered_when_it_is_their_turn(tenant, gateway):
    street.pack(99_900, code="pack-999")
    street.pack(19_800)
    ann = street.person()
    hers = street.buy(gateway, ann, ("pack-999", 1))
    buyer = street.person(sponsor=ann)
    placed = street.buy(gateway, buyer, ("pack-198", 1), now=NOON + HOUR)
    street.receive(placed, buyer, now=RECEIVED)
    freeze(member_id=ann, reason="asked by the police", actor=street.OPERATOR, now=RECEIVED)
    assert services.release_due(now=RELEASED) == 1
    assert street.pending(ann) == 2_376 + 5_940
    street.refund(gateway, hers, now=RELEASED)
    unfreeze(member_id=ann, reason="cleared up", actor=street.OPERATOR, now=RELEASED)
    assert services.release_due(now=RELEASED + HOUR) == 1
    assert (street.cash(ann), street.pending(ann)) == (2_376, 0)
    assert street.all_is_right()


def test_a_release_waits_for_a_refund_whose_awards_have_not_followed(tenant, gateway):
    buyer, people = street.street(["member"], [])
    placed = street.buy(gateway, buyer, (street.pack(19_800), 1))
    street.receive(placed, buyer, now=RECEIVED)
    street.refund_without_awards(gateway, placed, amount_fen=9_900, now=RECEIVED + HOUR)
    assert services.release_due(now=RELEASED) == 0
    events.drain(now=RELEASED)
    assert services.release_due(now=RELEASED) == 1
    assert street.cash(people["sponsor 1"]) == 1_188


def test_a_refund_is_booked_once_however_often_it_is_told(tenant, gateway):
    buyer, people = street.street(["member"], [])
    placed = street.buy(gateway, buyer, (street.pack(19_800), 1))
    street.refund(gateway, placed, amount_fen=9_900, now=NOON + HOUR)
    order = Order.objects.get(number=placed.number)
    refund_id = order.refunds.get().pk
    for _ in range(3):
        assert not services.apply_refund(order_id=order.pk, refund_id=refund_id, now=NOON + 2 * HOUR)
    assert street.pending(people["sponsor 1"]) == 1_188


def test_two_refunds_and_a_release_at_once_end_right(committed_tenant, race):
    """peers.md 1 and 8: whoever comes second sees what the first has done."""
    with street.memory_gateway() as gateway:
        buyer, people = street.street(["vip", "cofounder"], ["county"])
        street.pack(19_800)
        street.pack(39_800, code="tea")
        placed = street.buy(gateway, buyer, ("pack-198", 1), ("tea", 1))
        street.receive(placed, buyer, now=RECEIVED)
        street.refund_without_awards(gateway, placed, amount_fen=9_900, position=1, now=RECEIVED + HOUR)
        street.refund_without_awards(gateway, placed, position=2, now=RECEIVED + 2 * HOUR)
        race(
            *(lambda: events.drain(now=RELEASED) for _ in range(4)),
            *(lambda: services.release_due(now=RELEASED) for _ in range(4)),
        )
        events.drain(now=RELEASED + HOUR)
        services.release_due(now=RELEASED + HOUR)
    assert street.amounts(placed) == [1_188, 990, 1_980, 396, 0, 0, 0, 0]
    assert [street.cash(person) for person in people.values()] == [1_980, 2_178, 396]
    assert Settlement.objects.get().released_at is not None
    assert street.all_is_right()


def test_a_claw_back_and_a_withdrawal_at_once_lose_nothing(committed_tenant, race):
    """peers.md 1 and 11."""
    with street.memory_gateway() as gateway:
        ann = street.verified(street.person())
        buyer = street.person(sponsor=ann)
        placed = released(gateway, buyer, (street.pack(19_800), 1))
        street.refund_without_awards(gateway, placed, now=RELEASED)
        race(
            lambda: events.drain(now=RELEASED),
            *(lambda n=n: street.ask(ann, 1_000, key=f"k{n}", now=RELEASED) for n in range(4)),
        )
        events.drain(now=RELEASED + HOUR)
    assert (street.cash(ann), street.owed(ann)) == (0, 0)
    assert street.all_is_right()


@settings(
    max_examples=12,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(
    base_fen=st.integers(3, 30_000),
    cuts=st.lists(st.integers(1, 30_000), min_size=1, max_size=3),
    released_after=st.integers(0, 3),
)
def test_any_refunds_before_and_after_release_end_at_zero(tenant, base_fen, cuts, released_after):
    with one_example(), street.memory_gateway() as gateway:
        buyer, people = street.street(["vip", "dealer", "cofounder", "cofounder"], ["county", "city"])
        placed = street.buy(gateway, buyer, (street.pack(base_fen), 1))
        street.receive(placed, buyer, now=RECEIVED)
        left_fen = base_fen
        for step, cut in enumerate([*cuts, base_fen]):
            now = RELEASED + step * HOUR
            if step == released_after:
                assert services.release_due(now=now) == 1
            amount_fen = min(cut, left_fen)
            if amount_fen:
                street.refund(gateway, placed, amount_fen=amount_fen, now=now)
                left_fen -= amount_fen
            assert street.all_is_right()
        assert left_fen == 0
        assert set(street.amounts(placed)) <= {0}
        for person in people.values():
            assert (street.cash(person), street.pending(person), street.owed(person)) == (0, 0, 0)


@contextmanager
def one_example() -> Iterator[None]:
    """Undo what one of many examples did."""
    block = transaction.atomic()
    block._from_testcase = True
    with block:
        yield
        transaction.set_rollback(True)
