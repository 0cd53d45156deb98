"""Refunds that wait are booked together, and come to what each by itself comes to."""

from __future__ import annotations

import random
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tongbao.kit import events
from tongbao.ledger.contracts import POINT, member_account
from tongbao.ledger.selectors import balance
from tongbao.mall.models import Refund
from tongbao.members.models import Member
from tongbao.members.services import set_active
from tongbao.points.models import Contribution, Grant
from tongbao.rewards import services
from tongbao.rewards.models import AwardChange, RefundApplied, Settlement
from tongbao.rewards.tests import street
from tongbao.tenancy.contexts import tenant_context

NOON = street.NOON
SECOND, MINUTE, DAY = timedelta(seconds=1), timedelta(minutes=1), timedelta(days=1)
ORDERS = 16


@pytest.fixture
def gateway():
    with street.memory_gateway() as gateway:
        yield gateway


def a_recall(gateway, *, at_once: bool, released: bool) -> tuple[object, ...]:
    """Sixteen orders of a small tree, some received and released; then most go back, in part or whole."""
    draw = random.Random(8)
    street.pack(19_800)
    street.pack(12_345, code="tea", plan="gift-pack")
    people = [street.person("cofounder")]
    for _ in range(9):
        people.append(street.person(draw.choice(["member", "vip", "dealer"]), sponsor=draw.choice(people)))
    set_active(member_id=people[4], active=False, reason="set so by the test", actor=street.OPERATOR, now=NOON)
    orders = []
    for number in range(ORDERS):
        buyer = draw.choice(people[1:])
        wishes = draw.choice([[("pack-198", 1)], [("tea", 1)], [("pack-198", 1), ("tea", 2)]])
        orders.append((street.buy(gateway, buyer, *wishes, now=NOON + number * SECOND), buyer, len(wishes)))
    if released:
        for placed, buyer, _ in orders[:6]:
            street.receive(placed, buyer, now=NOON + MINUTE)
        services.release_due(now=NOON + 9 * DAY)
    later = NOON + 10 * DAY
    for placed, _, lines in orders[:12]:
        for position in range(1, lines + 1):
            amount_fen = draw.choice([None, 1, 333, 5_000])
            street.refund_without_awards(gateway, placed, amount_fen=amount_fen, position=position, now=later)
            if not at_once:
                events.drain(now=later)
    events.drain(now=later)
    assert street.all_is_right()
    place = {member_id: number for number, member_id in enumerate(people)}
    return (
        [
            (place[award.beneficiary_id], award.clause, award.amount_fen, award.state)
            for settlement in Settlement.objects.order_by("id")
            for award in settlement.awards.order_by("id")
        ],
        [(street.pending(one), street.cash(one), street.owed(one)) for one in people],
        [balance(account=member_account(one, "points_pending"), asset=POINT).posted for one in people],
        list(Member.objects.filter(id__in=people).order_by("id").values_list("rank", flat=True)),
        list(Grant.objects.order_by("id").values_list("amount", "owed", "state")),
        list(Contribution.objects.order_by("id").values_list("amount_fen", "state")),
        list(AwardChange.objects.filter(kind="refunded").order_by("award_id", "id").values_list("delta_fen", flat=True))
        if not at_once
        else None,
    )


@pytest.mark.parametrize("released", [False, True], ids=["before release", "some of them after release"])
def test_refunds_booked_together_come_to_the_same_as_one_by_one(two_tenants, gateway, released):
    found = []
    for tenant, at_once in zip(two_tenants, (True, False), strict=True):
        with tenant_context(tenant.schema_name):
            found.append(a_recall(gateway, at_once=at_once, released=released))
            assert RefundApplied.objects.count() > 12
    together, singly = found
    assert together[:-1] == singly[:-1]
    assert {"pending", "voided"} <= {state for *_, state in together[0]}


def test_twenty_refunds_take_no_more_statements_than_three(tenant, gateway):
    """The first of many takes the others along; their own messages find their work done."""
    street.pack(10_000, code="tea", plan="gift-pack")
    ann = street.person("cofounder")
    orders = [street.buy(gateway, street.person(sponsor=ann), ("tea", 1), now=NOON) for _ in range(23)]
    counts, booked = [], 0
    for part in (orders[:3], orders[3:]):
        for placed in part:
            street.refund_without_awards(gateway, placed, amount_fen=5_000, now=NOON + MINUTE)
        refund = Refund.objects.order_by("id")[booked]
        with CaptureQueriesContext(connection) as statements:
            assert services.apply_refund(order_id=refund.order_id, refund_id=refund.pk, now=NOON + MINUTE)
        counts.append(len(statements))
        booked += len(part)
        assert RefundApplied.objects.count() == booked
    assert counts[1] <= counts[0]
    events.drain(now=NOON + MINUTE)
    assert RefundApplied.objects.count() == 23
    # 12 % and 30 % of the 50 yuan that remain of each
    assert street.pending(ann) == 23 * (600 + 1_500)
    assert street.all_is_right()
