"""The life of an order: each step once, by whom and when, and what holds it up."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import DatabaseError

from tongbao.kit.models import OutboxEvent
from tongbao.kit.transactions import transaction
from tongbao.mall import selectors
from tongbao.mall.contracts import (
    ClaimIsOpen,
    ClaimWish,
    MallSettings,
    OrderUnknown,
    TransitionRefused,
)
from tongbao.mall.models import Order, OrderLine, Transition
from tongbao.mall.services import claims, orders
from tongbao.mall.tests import shop
from tongbao.tenancy.models import AuditEntry
from tongbao.tenancy.services import change_settings

DAY = timedelta(days=1)


@pytest.fixture
def gateway(request):
    request.getfixturevalue("committed_tenant" if "committed_tenant" in request.fixturenames else "tenant")
    gateway = shop.MemoryGateway()
    with shop.only(gateway):
        yield gateway


def status(number: str) -> str:
    return selectors.order(number=number).status


def emitted(name: str) -> int:
    return OutboxEvent.objects.filter(name=name).count()


def test_the_log_tells_who_took_each_step_and_when(gateway):
    member = shop.buyer()
    placed = shop.received(gateway, member, (shop.pack_198(), 1))
    orders.close_due_orders(now=shop.NOON + 9 * DAY)
    steps = Transition.objects.values_list("step", "from_state", "to_state", "actor_kind", "at")
    assert list(steps) == [
        ("place", "", "unpaid", "member", shop.NOON),
        ("pay", "unpaid", "paid", "gateway", shop.NOON),
        ("ship", "paid", "shipped", "operator", shop.NOON + DAY),
        ("receive", "shipped", "received", "member", shop.NOON + 2 * DAY),
        ("close", "received", "closed", "system", shop.NOON + 9 * DAY),
    ]
    assert status(placed.number) == "closed"
    assert AuditEntry.objects.get(action="order.ship").subject == f"order:{placed.number}"


def test_the_log_can_not_be_changed_by_the_applications_role(gateway):
    shop.order(shop.buyer(), (shop.pack_198(), 1))
    with pytest.raises(DatabaseError, match="permission denied"), transaction():
        Transition.objects.update(step="nothing")


@pytest.mark.parametrize(
    ("state", "step"),
    [
        ("unpaid", "ship"),
        ("unpaid", "confirm"),
        ("paid", "cancel"),
        ("paid", "confirm"),
        ("shipped", "cancel"),
        ("shipped", "ship"),
        ("received", "ship"),
        ("received", "confirm"),
        ("cancelled", "cancel"),
        ("cancelled", "ship"),
    ],
)
def test_a_step_that_does_not_lead_on_is_refused_and_changes_nothing(gateway, state, step):
    member, pack = shop.buyer(), shop.pack_198()
    if state in ("unpaid", "cancelled"):
        placed = shop.order(member, (pack, 1))
    else:
        placed = shop.paid(gateway, member, (pack, 1))
    if state in ("shipped", "received"):
        orders.ship_order(number=placed.number, actor=shop.OPERATOR, now=shop.NOON)
    if state == "received":
        orders.confirm_receipt(number=placed.number, buyer_id=member, now=shop.NOON)
    if state == "cancelled":
        orders.cancel_order(number=placed.number, buyer_id=member, now=shop.NOON)
    steps_before, stock_before = Transition.objects.count(), selectors.stock_of(sku=pack)
    takes = {
        "ship": lambda: orders.ship_order(number=placed.number, actor=shop.OPERATOR, now=shop.NOON),
        "confirm": lambda: orders.confirm_receipt(number=placed.number, buyer_id=member, now=shop.NOON),
        "cancel": lambda: orders.cancel_order(number=placed.number, buyer_id=member, now=shop.NOON),
    }
    with pytest.raises(TransitionRefused) as refused:
        takes[step]()
    assert refused.value.values["status"] == state
    assert status(placed.number) == state
    assert (Transition.objects.count(), selectors.stock_of(sku=pack)) == (steps_before, stock_before)


def test_eight_cancels_at_once_give_the_stock_back_once(committed_tenant, gateway, race):
    """The guard against double clicks is the database: others used a cache, or nothing."""
    tea, member = shop.product("tea", price_fen=5_000, stock=10), shop.buyer()
    placed = shop.order(member, (tea, 3))

    def cancel() -> None:
        orders.cancel_order(number=placed.number, buyer_id=member, now=shop.NOON)

    results = race(*(cancel for _ in range(8)))
    assert sum(result is None for result in results) == 1
    assert sum(isinstance(result, TransitionRefused) for result in results) == 7
    assert selectors.stock_of(sku=tea) == 10
    assert Transition.objects.filter(step="cancel").count() == 1


def test_eight_receipts_at_once_are_told_once(committed_tenant, gateway, race):
    member = shop.buyer()
    placed = shop.paid(gateway, member, (shop.pack_198(), 1))
    orders.ship_order(number=placed.number, actor=shop.OPERATOR, now=shop.NOON)
    late = shop.NOON + 11 * DAY
    race(
        *(lambda: orders.confirm_receipt(number=placed.number, buyer_id=member, now=late) for _ in range(4)),
        *(lambda: orders.receive_due_orders(now=late) for _ in range(4)),
    )
    assert (status(placed.number), emitted("mall.order_received")) == ("received", 1)


def test_an_unpaid_order_times_out_after_half_an_hour_and_not_before(gateway):
    tea = shop.product("tea", price_fen=5_000, stock=10)
    placed = shop.order(shop.buyer(), (tea, 3))
    deadline = shop.NOON + timedelta(minutes=30)
    assert orders.time_out_orders(now=deadline - timedelta(seconds=1)) == 0
    assert orders.time_out_orders(now=deadline) == 1
    assert orders.time_out_orders(now=deadline) == 0
    assert (status(placed.number), selectors.stock_of(sku=tea)) == ("timed_out", 10)


def test_the_shop_sets_how_long_an_order_waits_for_its_payment(gateway):
    change_settings(
        settings_class=MallSettings,
        values={"payment_minutes": 60},
        actor=shop.OPERATOR,
        now=shop.NOON,
    )
    placed = shop.order(shop.buyer(), (shop.pack_198(), 1))
    assert placed.pay_before == shop.NOON + timedelta(hours=1)


def test_a_shipped_order_counts_as_received_ten_days_later(gateway):
    member = shop.buyer()
    placed = shop.paid(gateway, member, (shop.pack_198(), 1))
    orders.ship_order(number=placed.number, actor=shop.OPERATOR, now=shop.NOON)
    assert orders.receive_due_orders(now=shop.NOON + 10 * DAY - timedelta(seconds=1)) == 0
    assert orders.receive_due_orders(now=shop.NOON + 10 * DAY) == 1
    assert selectors.order(number=placed.number).received_at == shop.NOON + 10 * DAY
    event = OutboxEvent.objects.get(name="mall.order_received")
    assert event.payload["received_at"] == (shop.NOON + 10 * DAY).isoformat()


def test_an_open_claim_holds_up_shipping_receipt_and_closing(gateway):
    member = shop.buyer()
    tea = shop.product("tea", price_fen=5_000)

    def claim(number: str, now) -> str:
        return claims.open_claim(
            order_number=number,
            buyer_id=member,
            kind="refund_only",
            lines=[ClaimWish(position=1, amount_fen=100)],
            reason="a scratch",
            now=now,
        ).number

    unsent = shop.paid(gateway, member, (tea, 1))
    claim(unsent.number, shop.NOON)
    with pytest.raises(ClaimIsOpen):
        orders.ship_order(number=unsent.number, actor=shop.OPERATOR, now=shop.NOON)

    sent = shop.paid(gateway, member, (tea, 1))
    orders.ship_order(number=sent.number, actor=shop.OPERATOR, now=shop.NOON)
    claim(sent.number, shop.NOON)
    assert orders.receive_due_orders(now=shop.NOON + 20 * DAY) == 0
    with pytest.raises(ClaimIsOpen):
        orders.confirm_receipt(number=sent.number, buyer_id=member, now=shop.NOON)

    there = shop.received(gateway, member, (tea, 1))
    number = claim(there.number, shop.NOON + 3 * DAY)
    assert orders.close_due_orders(now=shop.NOON + 20 * DAY) == 0
    claims.withdraw_claim(number=number, buyer_id=member, now=shop.NOON + 20 * DAY)
    assert orders.close_due_orders(now=shop.NOON + 20 * DAY) == 1


def test_a_received_order_closes_when_the_return_window_is_over(gateway):
    placed = shop.received(gateway, shop.buyer(), (shop.pack_198(), 1))
    window_ends = shop.NOON + 2 * DAY + 7 * DAY
    assert orders.close_due_orders(now=window_ends - timedelta(seconds=1)) == 0
    assert orders.close_due_orders(now=window_ends) == 1
    assert (status(placed.number), emitted("mall.order_closed")) == ("closed", 1)


def test_services_are_received_on_use_and_never_by_time(gateway):
    massage = shop.product("massage", price_fen=8_800, kind="service")
    member = shop.buyer()
    first, second = (shop.paid(gateway, member, (massage, 1)) for _ in range(2))
    assert orders.receive_due_orders(now=shop.NOON + 90 * DAY) == 0
    with pytest.raises(TransitionRefused):
        orders.ship_order(number=first.number, actor=shop.OPERATOR, now=shop.NOON)
    orders.record_use(number=first.number, actor=shop.OPERATOR, now=shop.NOON)
    orders.confirm_receipt(number=second.number, buyer_id=member, now=shop.NOON)
    assert Order.objects.filter(status="received").count() == emitted("mall.order_received") == 2


def test_goods_can_not_be_recorded_as_used(gateway):
    placed = shop.paid(gateway, shop.buyer(), (shop.pack_198(), 1))
    with pytest.raises(TransitionRefused):
        orders.record_use(number=placed.number, actor=shop.OPERATOR, now=shop.NOON)


def test_nobody_else_can_cancel_or_confirm_an_order(gateway):
    stranger = shop.buyer()
    unpaid = shop.order(shop.buyer(), (shop.pack_198(), 1))
    with pytest.raises(OrderUnknown):
        orders.cancel_order(number=unpaid.number, buyer_id=stranger, now=shop.NOON)
    with pytest.raises(OrderUnknown):
        orders.confirm_receipt(number=unpaid.number, buyer_id=stranger, now=shop.NOON)


def test_an_order_shows_what_can_be_done_next(gateway):
    member = shop.buyer()
    placed = shop.order(member, (shop.pack_198(), 1))

    def choices() -> tuple[bool, bool, bool, bool]:
        view = selectors.order(number=placed.number)
        return view.can_pay, view.can_cancel, view.can_confirm_receipt, view.can_claim

    assert choices() == (True, True, False, False)
    started = shop.start(member, placed)
    gateway.finish(started.number, at=shop.NOON)
    shop.notify(gateway, started.number, now=shop.NOON)
    assert choices() == (False, False, False, True)
    orders.ship_order(number=placed.number, actor=shop.OPERATOR, now=shop.NOON)
    assert choices() == (False, False, True, True)


def test_what_an_order_was_placed_for_can_not_be_changed_by_the_applications_role(gateway):
    shop.order(shop.buyer(), (shop.pack_198(), 1))
    for change in ({"price_fen": 1}, {"base_fen": 1}, {"plan_key": "other"}, {"quantity": 9}):
        with pytest.raises(DatabaseError, match="permission denied"), transaction():
            OrderLine.objects.update(**change)


def test_order_facts_are_what_the_rewards_need(gateway):
    pack, massage = shop.pack_198(), shop.product("massage", price_fen=8_800, kind="service")
    member = shop.buyer()
    placed = shop.paid(gateway, member, (pack, 2), (massage, 1))
    facts = selectors.order_facts(order_id=placed.order_id)
    assert (facts.number, facts.buyer_id, facts.region_code) == (placed.number, member, "440106")
    assert (facts.status, facts.paid_at, facts.received_at) == ("paid", shop.NOON, None)
    assert [
        (line.position, line.product_code, line.is_pack, line.plan_key, line.quantity, line.base_fen)
        for line in facts.lines
    ] == [(1, "pack-198", True, "gift-pack", 2, 39_600), (2, "massage", False, "", 1, 8_800)]
    assert not facts.has_open_claim
