"""A run of many orders releases what each by itself releases, whatever stands against some of them."""

from __future__ import annotations

import random
from datetime import timedelta

import pytest

from tongbao.kit import events
from tongbao.ledger.contracts import POINT, member_account
from tongbao.ledger.selectors import balance, statement
from tongbao.mall.models import Order
from tongbao.members.services import freeze, unfreeze
from tongbao.points.models import Contribution, Grant
from tongbao.rewards import services
from tongbao.rewards.models import AwardChange, Settlement
from tongbao.rewards.services import releasing
from tongbao.rewards.tests import street
from tongbao.tenancy.contexts import tenant_context

NOON = street.NOON
SECOND, MINUTE, DAY = timedelta(seconds=1), timedelta(minutes=1), timedelta(days=1)
ORDERS = 18


@pytest.fixture
def gateway():
    with street.memory_gateway() as gateway:
        yield gateway


def a_day_of_releases(gateway, seed: int) -> tuple[object, ...]:
    """Orders of a small tree, all received on one day; of some something stands against their release.

    One sponsor owes money from an order that went back after its release, one is frozen; one rank is taken back,
    one has a refund whose difference is still to be booked, one an open claim.
    """
    draw = random.Random(seed)
    street.pack(19_800)
    people = [street.person("cofounder")]
    for _ in range(9):
        people.append(street.person(draw.choice(["member", "vip", "dealer"]), sponsor=draw.choice(people)))
    early = street.buy(gateway, people[9], ("pack-198", 1), now=NOON)
    street.receive(early, people[9], now=NOON + MINUTE)
    services.release_due(now=NOON + 9 * DAY)
    orders = []
    for number in range(ORDERS):
        buyer = draw.choice(people[1:])
        orders.append((street.buy(gateway, buyer, ("pack-198", 1), now=NOON + number * SECOND), buyer))
    for placed, buyer in orders:
        street.receive(placed, buyer, now=NOON + DAY)
    street.refund(gateway, early, now=NOON + 9 * DAY)
    freeze(member_id=people[2], reason="looked into", actor=street.OPERATOR, now=NOON + 2 * DAY)
    # a pack whose rank others' orders saw goes back in full; and a part of another, which nobody has booked yet
    street.refund(gateway, orders[0][0], now=NOON + 2 * DAY)
    street.refund_without_awards(gateway, orders[5][0], amount_fen=9_000, now=NOON + 2 * DAY)
    Order.objects.filter(number=orders[7][0].number).update(has_open_claim=True)
    first = services.release_due(now=NOON + 10 * DAY)
    events.drain(now=NOON + 10 * DAY)
    Order.objects.filter(number=orders[7][0].number).update(has_open_claim=False)
    unfreeze(member_id=people[2], reason="nothing was found", actor=street.OPERATOR, now=NOON + 10 * DAY)
    second = services.release_due(now=NOON + 11 * DAY)
    assert street.all_is_right()
    place = {member_id: number for number, member_id in enumerate(people)}
    return (
        (first, second),
        [
            (place[award.beneficiary_id], award.clause, award.amount_fen, award.state)
            for settlement in Settlement.objects.order_by("id")
            for award in settlement.awards.order_by("id")
        ],
        [(street.pending(one), street.cash(one), street.owed(one)) for one in people],
        [
            balance(account=member_account(one, kind), asset=POINT).posted
            for one in people
            for kind in ("points", "points_pending")
        ],
        sorted(Grant.objects.values_list("amount", "owed", "state")),
        sorted(Contribution.objects.values_list("amount_fen", "state")),
        AwardChange.objects.filter(kind="released").count(),
    )


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_a_run_of_orders_releases_what_each_by_itself_does(two_tenants, gateway, seed, monkeypatch):
    found = []
    for tenant, at_once in zip(two_tenants, (5_000, 1), strict=True):
        # runs of one order take the way of a lone one
        monkeypatch.setattr(releasing, "ORDERS_AT_ONCE", at_once)
        with tenant_context(tenant.schema_name):
            found.append(a_day_of_releases(gateway, seed))
    together, singly = found
    assert together == singly
    assert together[0][0] > 8
    assert together[0][1] >= 2
    assert {"released", "voided", "clawed_back"} <= {state for *_, state in together[1]}


def test_a_members_money_moves_once_for_a_run(tenant, gateway):
    buyer, people = street.street(["vip"], [])
    ann = people["sponsor 1"]
    sku = street.pack(19_800)
    orders = [street.buy(gateway, buyer, (sku, 1), now=NOON + number * SECOND) for number in range(3)]
    for placed in orders:
        street.receive(placed, buyer, now=NOON + DAY)
    assert services.release_due(now=NOON + 10 * DAY) == 3
    lines = statement(account=member_account(ann, "cash"))
    assert [(line.kind, line.amount) for line in lines] == [("release", 3 * (2_376 + 1_980))]


def test_a_run_that_fails_is_done_order_by_order(tenant, gateway, monkeypatch):
    """A fault of the run costs time and nothing else."""
    buyer, people = street.street(["member"], [])
    sku = street.pack(19_800)
    orders = [street.buy(gateway, buyer, (sku, 1), now=NOON + number * SECOND) for number in range(3)]
    for placed in orders:
        street.receive(placed, buyer, now=NOON + DAY)

    def fails(**_: object) -> set[int]:
        raise RuntimeError("the machine room floods")

    monkeypatch.setattr(releasing, "release_together", fails)
    assert services.release_due(now=NOON + 10 * DAY) == 3
    assert street.cash(people["sponsor 1"]) == 3 * 2_376
    assert street.all_is_right()
