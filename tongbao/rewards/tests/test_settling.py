"""Orders are settled in the order of payment, once, whole or not at all."""

from __future__ import annotations

import random
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tongbao.kit import events
from tongbao.ledger import selectors as books
from tongbao.ledger.contracts import POINT, Request, Transfer, member_account, platform_account
from tongbao.ledger.services import post
from tongbao.mall.models import Order
from tongbao.mall.tests import shop
from tongbao.members.selectors import member
from tongbao.plans import preset_text
from tongbao.points.contracts import GIFT_PACKS
from tongbao.rewards import services
from tongbao.rewards.contracts import RewardsSettings
from tongbao.rewards.models import Award, Settlement
from tongbao.rewards.services import settling
from tongbao.rewards.tests import street
from tongbao.tenancy.contexts import tenant_context
from tongbao.tenancy.services import change_settings

NOON = street.NOON
OPERATING = platform_account("operating")
SECOND, MINUTE = timedelta(seconds=1), timedelta(minutes=1)


@pytest.fixture
def gateway():
    with street.memory_gateway() as gateway:
        yield gateway


def paid(gateway, buyer, sku="pack-198", *, now=NOON):
    """Paid, and not settled yet."""
    return shop.paid(gateway, buyer, (sku, 1), now=now)


def order_id(placed) -> int:
    return Order.objects.get(number=placed.number).pk


def test_an_order_that_was_paid_earlier_is_settled_first_whoever_comes_first(tenant, gateway):
    """Ann's upgrade was paid before Bob's purchase: Bob's order already sees it, though his event came first."""
    street.pack(99_900, code="pack-999")
    street.pack(19_800)
    ann = street.person()
    bob = street.person(sponsor=ann)
    hers = paid(gateway, ann, "pack-999")
    his = paid(gateway, bob, now=NOON + SECOND)
    assert services.settle_order(order_id=order_id(his), now=NOON + MINUTE) == 2
    assert list(Settlement.objects.order_by("id").values_list("number", flat=True)) == [
        hers.number,
        his.number,
    ]
    assert street.amounts(his) == [2_376, 5_940]
    assert services.settle_order(order_id=order_id(hers), now=NOON + MINUTE) == 0


def test_two_drains_at_once_settle_in_the_order_of_payment_and_each_order_once(committed_tenant, race):
    """peers.md 2 and 13: concurrent handlers neither pay twice nor overtake each other."""
    with street.memory_gateway() as gateway:
        street.pack(19_800)
        ann = street.person()
        placed = [
            paid(gateway, street.person(sponsor=ann), now=NOON + number * SECOND) for number in range(8)
        ]
        race(*(lambda: events.drain(now=NOON + MINUTE) for _ in range(4)))
    settled = list(Settlement.objects.order_by("id").values_list("number", flat=True))
    assert settled == [order.number for order in placed]
    assert street.pending(ann) == 8 * 2_376
    assert street.all_is_right()


def test_a_failed_payout_leaves_no_mark_and_is_tried_again(tenant, gateway, monkeypatch):
    """peers.md 2: the status is set in the payout's own transaction."""
    buyer, people = street.street(["member"], [])
    street.pack(19_800)
    placed = paid(gateway, buyer)

    def fails(*arguments: object) -> None:
        raise RuntimeError("the machine room floods")

    with monkeypatch.context() as patch:
        patch.setattr(settling, "_points_and_reserve", fails)
        events.drain(now=NOON)
    assert not Settlement.objects.exists()
    assert not Award.objects.exists()
    assert (street.pending(people["sponsor 1"]), books.balance(account=OPERATING).posted) == (0, 19_800)
    events.drain(now=NOON + MINUTE)
    assert Settlement.objects.get().number == placed.number
    assert street.pending(people["sponsor 1"]) == 2_376
    assert street.all_is_right()


def test_a_crash_between_the_commission_and_the_mark_pays_once(committed_tenant, monkeypatch):
    """peers.md 12: the connection dies after everything was written and before it was committed."""
    with street.memory_gateway() as gateway:
        buyer, people = street.street(["member"], [])
        street.pack(19_800)
        paid(gateway, buyer)

        def dies(*arguments: object) -> None:
            pid = connection.connection.info.backend_pid
            with committed_tenant.connect_as_superuser() as admin:
                admin.execute("SELECT pg_terminate_backend(%s)", [pid])
            with connection.cursor() as cursor:
                cursor.execute("SELECT 1")

        with monkeypatch.context() as patch:
            patch.setattr(settling, "_points_and_reserve", dies)
            events.drain(now=NOON)
        assert not Settlement.objects.exists()
        events.drain(now=NOON + MINUTE)
        events.drain(now=NOON + 2 * MINUTE)
    assert street.pending(people["sponsor 1"]) == 2_376
    assert street.all_is_right()


def a_morning(gateway, *, at_once: bool) -> tuple[list[tuple[object, ...]], list[str]]:
    """Forty packs bought by sixteen people under one another, settled together or each by itself; who got what,
    and everybody's rank in the end."""
    draw = random.Random(11)
    for code, price_fen in (("pack-198", 19_800), ("pack-398", 39_800), ("pack-999", 99_900)):
        street.pack(price_fen, code=code)
    people = [street.person()]
    for _ in range(15):
        people.append(street.person(sponsor=draw.choice(people[-4:])))
    for number in range(40):
        moment = NOON + number * SECOND
        paid(gateway, draw.choice(people), draw.choice(["pack-198", "pack-398", "pack-999"]), now=moment)
        if not at_once:
            events.drain(now=moment)
    events.drain(now=NOON + MINUTE)
    place = {member_id: number for number, member_id in enumerate(people)}
    awards = [
        (number, place[row.beneficiary_id], row.clause, row.seat, row.rank, row.amount_fen)
        for number, settlement in enumerate(Settlement.objects.order_by("id"))
        for row in settlement.awards.order_by("id")
    ]
    assert street.all_is_right()
    return awards, [member(member_id=member_id).rank for member_id in people]


def test_orders_that_wait_are_settled_together_and_come_to_the_same_as_one_by_one(two_tenants, gateway):
    found = []
    for tenant, at_once in zip(two_tenants, (True, False), strict=True):
        with tenant_context(tenant.schema_name):
            found.append(a_morning(gateway, at_once=at_once))
    together, singly = found
    assert together == singly
    awards, ranks = together
    assert len(awards) > 80
    assert set(ranks) > {"vip", "dealer", "cofounder"}


def test_forty_orders_take_no_more_statements_than_two(tenant, gateway):
    """What forty orders of tea need is read once and written once. Packs have promotions, and these are their own."""
    street.pack(10_000, code="tea", plan="gift-pack")
    ann = street.person("cofounder")
    buyers = [street.person(sponsor=ann) for _ in range(40)]
    counts = []
    for first, last in ((0, 2), (2, 40)):
        placed = [
            paid(gateway, buyers[number], "tea", now=NOON + number * SECOND) for number in range(first, last)
        ]
        with CaptureQueriesContext(connection) as statements:
            assert services.settle_order(order_id=order_id(placed[0]), now=NOON + MINUTE) == last - first
        counts.append(len(statements))
    assert counts[1] <= counts[0]
    assert street.pending(ann) == 40 * (1_200 + 3_000)


def test_an_order_that_can_not_be_settled_leaves_those_before_it_settled(tenant, gateway, monkeypatch):
    street.pack(19_800)
    ann = street.person()
    first, second = (
        paid(gateway, street.person(sponsor=ann), now=NOON + number * SECOND) for number in range(2)
    )
    evaluate, bad_id = settling.evaluate_together, order_id(second)

    def fails_for_the_second(*, orders, **others):
        if any(order.facts.order_id == bad_id for order in orders):
            raise RuntimeError("the machine room floods")
        return evaluate(orders=orders, **others)

    with monkeypatch.context() as patch:
        patch.setattr(settling, "evaluate_together", fails_for_the_second)
        events.drain(now=NOON + MINUTE)
    assert list(Settlement.objects.values_list("number", flat=True)) == [first.number]
    events.drain(now=NOON + 2 * MINUTE)
    assert list(Settlement.objects.order_by("id").values_list("number", flat=True)) == [
        first.number,
        second.number,
    ]
    assert street.pending(ann) == 2 * 2_376
    assert street.all_is_right()


def test_a_flood_on_a_pool_that_runs_dry_gives_the_first_buyers_what_is_left(tenant, gateway):
    """A pool of 500 points: 198, 198, then the 104 that are left, then nothing, settled in one go."""
    street.pack(19_800)
    pool = platform_account("pool", GIFT_PACKS)
    left = books.balance(account=pool, asset=POINT).posted
    burn = Transfer(
        debit=pool,
        credit=platform_account("retired"),
        amount=left - 500 * 10_000,
        kind="test",
        subject="test",
        asset=POINT,
    )
    post(request=Request(key="dry", transfers=(burn,)), now=NOON).require()
    buyers = [street.person() for _ in range(4)]
    for number, buyer in enumerate(buyers):
        paid(gateway, buyer, now=NOON + number * SECOND)
    events.drain(now=NOON + MINUTE)
    granted = [
        books.balance(account=member_account(buyer, "points_pending"), asset=POINT).posted for buyer in buyers
    ]
    assert granted == [1_980_000, 1_980_000, 1_040_000, 0]


def test_an_order_whose_plan_is_not_in_force_holds_up_nobody_else(committed_tenant):
    with street.memory_gateway() as gateway:
        buyer, people = street.street(["member"], [])
        street.pack(19_800)
        lost = paid(gateway, buyer)
        change_line(committed_tenant, lost, "plan_key = 'gift-pakc'")
        fine = paid(gateway, street.person(sponsor=people["sponsor 1"]), now=NOON + SECOND)
        events.drain(now=NOON + MINUTE)
    assert list(Settlement.objects.values_list("number", flat=True)) == [fine.number]
    document = preset_text("gift-pack").replace("plan: gift-pack", "plan: gift-pakc")
    street.publish(document, NOON, now=NOON + 2 * MINUTE)
    events.drain(now=NOON + timedelta(hours=2))
    assert street.amounts(lost) == [2_376]


def change_line(tenant, placed, change: str) -> None:
    """What nobody but an administrator can do to an order's line."""
    with tenant.connect_as_superuser() as admin:
        admin.execute(
            f"UPDATE mall_order_line SET {change} FROM mall_order"
            " WHERE mall_order.id = mall_order_line.order_id AND mall_order.number = %s",
            [placed.number],
        )


def test_a_rank_that_a_plan_does_not_know_counts_as_its_lowest(tenant, gateway):
    document = preset_text("merchant-alliance").replace("plan: merchant-alliance", "plan: two-ranks")
    for text in ("dealer: 1.5%, cofounder: 2%", ", pack-398: dealer, pack-999: cofounder"):
        assert text in document
        document = document.replace(text, "cofounder: 2%" if text.startswith("dealer") else "")
    document = "\n".join(
        line
        for line in document.splitlines()
        if "{key: dealer" not in line
        and not line.strip().startswith("- {from:")
        and "by_recruits" not in line
    )
    street.publish(document, NOON)
    buyer, people = street.street(["dealer", "cofounder"], [])
    street.pack(10_000, code="tea", plan="two-ranks")
    placed = paid(gateway, buyer, "tea")
    events.drain(now=NOON)
    assert street.awarded(placed, people) == [
        {"to": "sponsor 1", "clause": "direct", "fen": 100},
        {"to": "sponsor 2", "clause": "tier", "fen": 200},
    ]
    assert street.all_is_right()


def test_a_pack_that_was_paid_half_in_points_promotes_only_where_the_shop_says_so(committed_tenant):
    with street.memory_gateway() as gateway:
        street.pack(19_800)
        for least_bp, rank in ((10_000, "member"), (5_001, "member"), (5_000, "vip")):
            change_settings(
                settings_class=RewardsSettings,
                values={"promotion_cash_bp": least_bp},
                actor=street.OPERATOR,
                now=NOON,
            )
            buyer = street.person()
            placed = paid(gateway, buyer)
            change_line(committed_tenant, placed, "base_fen = 9900")
            events.drain(now=NOON)
            assert (least_bp, member(member_id=buyer).rank) == (least_bp, rank)


def test_points_do_not_stay_when_the_goods_went_back(tenant, gateway):
    """peers.md 17: in part, and in full, before and after they were minted."""
    street.pack(19_800)
    buyer = street.person()
    placed = street.buy(gateway, buyer, ("pack-198", 1))
    street.refund(gateway, placed, amount_fen=9_900, now=NOON + MINUTE)
    assert points_of(buyer) == (99 * 10_000, 0)
    street.receive(placed, buyer, now=NOON + 2 * MINUTE)
    services.release_due(now=NOON + timedelta(days=9))
    assert points_of(buyer) == (0, 99 * 10_000)
    street.refund(gateway, placed, now=NOON + timedelta(days=9))
    assert points_of(buyer) == (0, 0)
    assert street.all_is_right()


def points_of(member_id: int) -> tuple[int, int]:
    """Pending and spendable points, in 1/10 000."""
    pending, points = (member_account(member_id, kind) for kind in ("points_pending", "points"))
    return books.balance(account=pending, asset=POINT).posted, books.balance(
        account=points, asset=POINT
    ).posted


def test_a_receipt_that_is_told_before_the_payment_settles_the_order_first(tenant, gateway):
    buyer, people = street.street(["member"], [])
    street.pack(19_800)
    placed = paid(gateway, buyer)
    services.note_receipt(order_id=order_id(placed), received_at=NOON, now=NOON)
    assert Settlement.objects.get().release_at == NOON + timedelta(days=8)
    services.note_receipt(order_id=order_id(placed), received_at=NOON + MINUTE, now=NOON)
    assert Settlement.objects.get().release_at == NOON + timedelta(days=8)
    events.drain(now=NOON)
    assert street.pending(people["sponsor 1"]) == 2_376
