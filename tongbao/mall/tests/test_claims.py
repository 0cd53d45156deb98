"""Claims and refunds: never more than was paid, each step once, goods and money both accounted for."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import IntegrityError
from django.db.models import F

from tongbao.kit.errors import InvalidInput
from tongbao.kit.models import OutboxEvent
from tongbao.kit.transactions import transaction
from tongbao.ledger.contracts import platform_account
from tongbao.ledger.selectors import balance
from tongbao.mall import selectors
from tongbao.mall.contracts import (
    BadAmount,
    BadQuantity,
    ClaimIsOpen,
    ClaimUnknown,
    ClaimWish,
    NothingToRefund,
    NotificationMismatch,
    RefundTooLarge,
    ReturnWindowOver,
    TransitionRefused,
)
from tongbao.mall.models import Claim, OrderLine, ReconciliationDifference, Refund
from tongbao.mall.services import catalogue, claims, orders, payments, refunds
from tongbao.mall.tests import shop
from tongbao.tenancy.contracts import ReasonNeeded

DAY = timedelta(days=1)
LATER = shop.NOON + 3 * DAY


@pytest.fixture
def gateway(request):
    request.getfixturevalue("committed_tenant" if "committed_tenant" in request.fixturenames else "tenant")
    gateway = shop.MemoryGateway()
    with shop.only(gateway):
        yield gateway


def operating_fen() -> int:
    return balance(account=platform_account("operating")).posted


def emitted(name: str) -> list[dict]:
    rows = OutboxEvent.objects.filter(name=name).order_by("id")
    return [row.payload for row in rows]


def ask(placed, member, *, kind="refund_only", now=LATER, reason="changed my mind", **wish):
    return claims.open_claim(
        order_number=placed.number,
        buyer_id=member,
        kind=kind,
        lines=[ClaimWish(**{"position": 1, **wish})],
        reason=reason,
        now=now,
    )


def arrive(gateway, refund_number, *, now=LATER):
    """The refund is asked for, and arrives at the customer."""
    refunds.submit_refund(number=refund_number, now=now)
    gateway.finish(refund_number, at=now)
    return shop.notify(gateway, refund_number, now=now)


def give_back(gateway, placed, *, now=LATER, freight_fen=0, **wish):
    number = claims.refund_order(
        order_number=placed.number,
        lines=[ClaimWish(**{"position": 1, **wish})],
        reason="goodwill",
        freight_fen=freight_fen,
        actor=shop.OPERATOR,
        now=now,
    )
    return arrive(gateway, number, now=now)


def test_a_full_refund_before_shipping_gives_back_goods_freight_and_stock(gateway):
    terms = catalogue.save_freight_template(
        title="标准", fee_fen=1_000, free_above_fen=0, actor=shop.OPERATOR, now=shop.NOON
    )
    tea = shop.product("tea", price_fen=5_000, stock=10, freight_template_id=terms)
    member = shop.buyer()
    placed = shop.paid(gateway, member, (tea, 2))
    opened = ask(placed, member, pieces=2)
    assert opened.amount_fen == 11_000
    number = claims.approve_claim(number=opened.number, actor=shop.OPERATOR, now=LATER)
    assert selectors.claim(number=opened.number).state == "refunding"
    assert operating_fen() == 11_000
    assert arrive(gateway, number) == "applied"
    view = selectors.order(number=placed.number)
    assert (view.status, view.refunded_fen, view.claims[0].state) == ("refunded", 11_000, "refunded")
    assert (operating_fen(), selectors.stock_of(sku=tea)) == (0, 10)
    assert emitted("mall.order_refunded") == [
        {
            "order_id": placed.order_id,
            "refund_id": Refund.objects.get().pk,
            "refunded_at": LATER.isoformat(),
        }
    ]
    assert len(emitted("mall.claim_opened")) == len(emitted("mall.claim_closed")) == 1


def test_a_return_goes_through_all_its_steps(gateway):
    tea, member = shop.product("tea", price_fen=5_000, stock=10), shop.buyer()
    placed = shop.received(gateway, member, (tea, 2))
    opened = ask(placed, member, kind="return_goods", pieces=1)
    assert opened.amount_fen == 5_000
    assert (
        claims.approve_claim(number=opened.number, actor=shop.OPERATOR, now=LATER, return_address="广州仓库")
        is None
    )
    assert selectors.claim(number=opened.number).return_address == "广州仓库"
    claims.send_goods_back(
        number=opened.number, buyer_id=member, carrier="SF", tracking_number="SF1", now=LATER
    )
    number = claims.take_goods_back(number=opened.number, actor=shop.OPERATOR, restock=True, now=LATER)
    assert selectors.stock_of(sku=tea) == 9
    arrive(gateway, number)
    view = selectors.order(number=placed.number)
    assert (view.status, view.refunded_fen, view.lines[0].pieces_back) == ("received", 5_000, 1)
    assert [step.to_state for step in view.steps[4:]] == [
        "requested",
        "approved",
        "sent_back",
        "goods_received",
        "refunding",
        "refunded",
    ]
    assert (operating_fen(), selectors.stock_of(sku=tea)) == (5_000, 9)


def test_returned_goods_that_are_broken_are_not_sold_again(gateway):
    tea, member = shop.product("tea", price_fen=5_000, stock=10), shop.buyer()
    placed = shop.received(gateway, member, (tea, 1))
    opened = ask(placed, member, kind="return_goods", pieces=1)
    claims.approve_claim(number=opened.number, actor=shop.OPERATOR, now=LATER)
    claims.send_goods_back(
        number=opened.number, buyer_id=member, carrier="", tracking_number="SF1", now=LATER
    )
    arrive(
        gateway,
        claims.take_goods_back(number=opened.number, actor=shop.OPERATOR, restock=False, now=LATER),
    )
    assert (selectors.order(number=placed.number).status, selectors.stock_of(sku=tea)) == ("refunded", 9)


def test_partial_refunds_of_a_line_end_exactly_at_zero(gateway):
    member = shop.buyer()
    placed = shop.received(gateway, member, (shop.product("tea", price_fen=9_999), 1))
    for remaining_fen in (6_666, 3_333, 0):
        give_back(gateway, placed, amount_fen=3_333)
        (line,) = selectors.order_facts(order_id=placed.order_id).lines
        assert line.remaining_base_fen == remaining_fen
    assert (selectors.order(number=placed.number).status, operating_fen()) == ("refunded", 0)
    with pytest.raises(RefundTooLarge):
        give_back(gateway, placed, amount_fen=1)


def test_pieces_given_back_one_by_one_cost_what_they_cost_together(gateway):
    three = shop.product("three", price_fen=333)
    member = shop.buyer()
    placed = shop.received(gateway, member, (three, 3))
    for _ in range(3):
        give_back(gateway, placed, pieces=1)
    assert operating_fen() == 0


@pytest.mark.parametrize("when", ["unsent", "received"])
def test_a_refund_above_what_was_paid_is_refused_and_nothing_changes(gateway, when):
    member = shop.buyer()
    make = shop.paid if when == "unsent" else shop.received
    placed = make(gateway, member, (shop.pack_198(), 1))
    with pytest.raises(RefundTooLarge) as refused:
        ask(placed, member, amount_fen=19_801)
    assert (refused.value.left_fen, refused.value.asked_fen) == (19_800, 19_801)
    with pytest.raises(RefundTooLarge):
        give_back(gateway, placed, amount_fen=19_800, freight_fen=1)
    assert not Claim.objects.exists()
    assert not selectors.order(number=placed.number).has_open_claim


@pytest.mark.parametrize("amount_fen", [-1, 10**12, 19.8, True, "100"])
def test_a_refund_of_a_negative_huge_or_fractional_amount_is_refused(gateway, amount_fen):
    member = shop.buyer()
    placed = shop.paid(gateway, member, (shop.pack_198(), 1))
    with pytest.raises((BadAmount, RefundTooLarge)):
        ask(placed, member, amount_fen=amount_fen)
    assert not Claim.objects.exists()


@pytest.mark.parametrize("pieces", [-1, 2, 1.0, True])
def test_a_claim_of_more_pieces_than_were_bought_is_refused(gateway, pieces):
    member = shop.buyer()
    placed = shop.paid(gateway, member, (shop.pack_198(), 1))
    with pytest.raises(BadQuantity):
        ask(placed, member, pieces=pieces)


def test_a_claim_must_ask_for_something_say_why_and_name_a_line_of_the_order(gateway):
    member = shop.buyer()
    placed = shop.paid(gateway, member, (shop.pack_198(), 1))
    with pytest.raises(NothingToRefund):
        ask(placed, member, amount_fen=0)
    with pytest.raises(ReasonNeeded):
        ask(placed, member, pieces=1, reason=" ")
    with pytest.raises(InvalidInput):
        ask(placed, member, position=2, pieces=1)
    with pytest.raises(InvalidInput):
        ask(placed, member, kind="return_goods", pieces=1)
    assert not Claim.objects.exists()


def test_an_order_has_one_open_claim_at_a_time(gateway):
    member = shop.buyer()
    placed = shop.paid(gateway, member, (shop.pack_198(), 2))
    first = ask(placed, member, pieces=1)
    with pytest.raises(ClaimIsOpen):
        ask(placed, member, pieces=1)
    claims.reject_claim(number=first.number, actor=shop.OPERATOR, reason="too late", now=LATER)
    assert ask(placed, member, pieces=1).number != first.number


def test_eight_claims_at_once_open_one(committed_tenant, gateway, race):
    member = shop.buyer()
    placed = shop.paid(gateway, member, (shop.pack_198(), 1))
    results = race(*(lambda: ask(placed, member, pieces=1) for _ in range(8)))
    assert sum(isinstance(result, claims.OpenedClaim) for result in results) == 1
    assert sum(isinstance(result, ClaimIsOpen) for result in results) == 7
    assert len(emitted("mall.claim_opened")) == 1


def test_eight_approvals_at_once_refund_once(committed_tenant, gateway, race):
    """Whoever clicks twice: one refund number, one call, one booking."""
    member = shop.buyer()
    placed = shop.paid(gateway, member, (shop.pack_198(), 1))
    opened = ask(placed, member, pieces=1)

    def approve() -> str | None:
        return claims.approve_claim(number=opened.number, actor=shop.OPERATOR, now=LATER)

    results = race(*(approve for _ in range(8)))
    assert sum(isinstance(result, TransitionRefused) for result in results) == 7
    (refund,) = Refund.objects.all()
    race(*(lambda: refunds.submit_refund(number=refund.number, now=LATER) for _ in range(8)))
    assert gateway.asked.count("refund") == 1
    gateway.finish(refund.number, at=LATER)
    notices = [gateway.notice(refund.number, at=LATER) for _ in range(8)]
    race(
        *(
            lambda headers=headers, body=body: payments.take_notification(
                gateway_code="memory", headers=headers, body=body, received_at=LATER, now=LATER
            )
            for headers, body in notices
        )
    )
    assert (operating_fen(), len(emitted("mall.order_refunded"))) == (0, 1)


def test_a_claim_after_the_return_window_is_refused_but_an_operator_may_still_refund(gateway):
    member = shop.buyer()
    placed = shop.received(gateway, member, (shop.pack_198(), 1))
    window_ends = shop.NOON + 9 * DAY
    ask(placed, member, pieces=1, now=window_ends)
    claims.withdraw_claim(number=Claim.objects.get().number, buyer_id=member, now=window_ends)
    with pytest.raises(ReturnWindowOver):
        ask(placed, member, pieces=1, now=window_ends + timedelta(seconds=1))
    orders.close_due_orders(now=window_ends + DAY)
    with pytest.raises(ReturnWindowOver):
        ask(placed, member, pieces=1, now=window_ends + DAY)
    give_back(gateway, placed, pieces=1, now=window_ends + DAY)
    assert selectors.order(number=placed.number).status == "refunded"


@pytest.mark.parametrize("state", ["unpaid", "cancelled"])
def test_what_was_not_paid_can_not_be_claimed(gateway, state):
    member = shop.buyer()
    placed = shop.order(member, (shop.pack_198(), 1))
    if state == "cancelled":
        orders.cancel_order(number=placed.number, buyer_id=member, now=shop.NOON)
    with pytest.raises(TransitionRefused):
        ask(placed, member, pieces=1)
    with pytest.raises(TransitionRefused):
        give_back(gateway, placed, pieces=1)


def test_a_claim_is_withdrawn_by_its_buyer_alone_and_before_the_goods_are_on_their_way(gateway):
    member = shop.buyer()
    placed = shop.received(gateway, member, (shop.pack_198(), 1))
    opened = ask(placed, member, kind="return_goods", pieces=1)
    with pytest.raises(ClaimUnknown):
        claims.withdraw_claim(number=opened.number, buyer_id=shop.buyer(), now=LATER)
    claims.approve_claim(number=opened.number, actor=shop.OPERATOR, now=LATER)
    claims.send_goods_back(
        number=opened.number, buyer_id=member, carrier="", tracking_number="SF1", now=LATER
    )
    with pytest.raises(TransitionRefused):
        claims.withdraw_claim(number=opened.number, buyer_id=member, now=LATER)


def test_a_rejected_claim_rejected_again_changes_nothing(gateway):
    """Others gave the money back once for each click on "reject"."""
    member = shop.buyer()
    placed = shop.paid(gateway, member, (shop.pack_198(), 1))
    opened = ask(placed, member, pieces=1)
    with pytest.raises(ReasonNeeded):
        claims.reject_claim(number=opened.number, actor=shop.OPERATOR, reason="", now=LATER)
    claims.reject_claim(number=opened.number, actor=shop.OPERATOR, reason="no", now=LATER)
    with pytest.raises(TransitionRefused):
        claims.reject_claim(number=opened.number, actor=shop.OPERATOR, reason="no", now=LATER)
    with pytest.raises(TransitionRefused):
        claims.approve_claim(number=opened.number, actor=shop.OPERATOR, now=LATER)
    assert (len(emitted("mall.claim_closed")), operating_fen()) == (1, 19_800)


def test_an_approved_return_that_is_never_posted_ends_by_itself(gateway):
    member = shop.buyer()
    placed = shop.received(gateway, member, (shop.pack_198(), 1))
    opened = ask(placed, member, kind="return_goods", pieces=1)
    claims.approve_claim(number=opened.number, actor=shop.OPERATOR, now=LATER)
    assert claims.withdraw_forgotten_returns(now=LATER + 7 * DAY - timedelta(seconds=1)) == 0
    assert claims.withdraw_forgotten_returns(now=LATER + 7 * DAY) == 1
    assert selectors.claim(number=opened.number).state == "withdrawn"
    assert not selectors.order(number=placed.number).has_open_claim


def test_a_refund_that_got_no_answer_is_asked_for_again_under_the_same_number(gateway):
    member = shop.buyer()
    placed = shop.paid(gateway, member, (shop.pack_198(), 1))
    number = claims.refund_order(
        order_number=placed.number,
        lines=[ClaimWish(position=1, pieces=1)],
        reason="goodwill",
        actor=shop.OPERATOR,
        now=LATER,
    )
    gateway.is_down = True
    assert refunds.submit_refund(number=number, now=LATER) == "submitted"
    gateway.is_down = False
    assert refunds.submit_due_refunds(now=LATER) == 0
    assert refunds.submit_due_refunds(now=LATER + timedelta(seconds=30)) == 1
    assert gateway.asked[-3:] == ["refund", "query_refund", "refund"]
    gateway.finish(number, at=LATER)
    assert refunds.submit_due_refunds(now=LATER + timedelta(hours=1)) == 1
    assert gateway.asked[-1] == "query_refund"
    assert (Refund.objects.get().state, operating_fen()) == ("succeeded", 0)
    assert shop.notify(gateway, number, now=LATER + timedelta(hours=1)) == "no_effect"


def test_a_refund_that_the_gateway_refuses_is_tried_again_or_given_up_by_a_person(gateway):
    member = shop.buyer()
    placed = shop.paid(gateway, member, (shop.pack_198(), 1))
    opened = ask(placed, member, pieces=1)
    number = claims.approve_claim(number=opened.number, actor=shop.OPERATOR, now=LATER)
    gateway.refuses = True
    assert refunds.submit_refund(number=number, now=LATER) == "failed"
    refunds.retry_refund(number=number, actor=shop.OPERATOR, now=LATER)
    assert refunds.submit_refund(number=number, now=LATER) == "failed"
    with pytest.raises(ReasonNeeded):
        refunds.abandon_refund(number=number, actor=shop.OPERATOR, reason="", now=LATER)
    refunds.abandon_refund(number=number, actor=shop.OPERATOR, reason="paid in cash", now=LATER)
    with pytest.raises(TransitionRefused):
        refunds.retry_refund(number=number, actor=shop.OPERATOR, now=LATER)
    view = selectors.order(number=placed.number)
    assert (view.claims[0].state, view.has_open_claim, view.lines[0].refundable_fen) == (
        "rejected",
        False,
        19_800,
    )
    # The gateway paid it after all: nothing is booked behind a person's back, a person is told.
    gateway.refuses = False
    gateway.refund(number="P", refund_number=number, amount_fen=19_800)
    gateway.finish(number, at=LATER)
    with pytest.raises(NotificationMismatch):
        shop.notify(gateway, number, now=LATER)
    assert ReconciliationDifference.objects.get().movement == "refund"
    assert operating_fen() == 19_800


def test_a_refund_paid_by_hand_is_booked_apart_from_the_gateway(gateway):
    member = shop.buyer()
    placed = shop.paid(gateway, member, (shop.pack_198(), 1))
    number = claims.approve_claim(number=ask(placed, member, pieces=1).number, actor=shop.OPERATOR, now=LATER)

    def by_hand(reason: str = "the card was closed") -> None:
        refunds.record_refund_by_hand(
            number=number, reference="bank 7", actor=shop.OPERATOR, reason=reason, now=LATER
        )

    with pytest.raises(TransitionRefused):
        by_hand()
    gateway.refuses = True
    refunds.submit_refund(number=number, now=LATER)
    with pytest.raises(ReasonNeeded):
        by_hand(reason="")
    by_hand()
    with pytest.raises(TransitionRefused):
        by_hand()
    assert selectors.order(number=placed.number).status == "refunded"
    assert operating_fen() == 0
    assert balance(account=platform_account("gateway", "by_hand")).posted == 19_800
    assert balance(account=platform_account("gateway", "memory")).posted == -19_800
    assert len(emitted("mall.order_refunded")) == 1


def test_the_refund_of_a_late_payment_can_not_be_given_up(gateway):
    member = shop.buyer()
    placed = shop.order(member, (shop.pack_198(), 1))
    started = shop.start(member, placed)
    orders.cancel_order(number=placed.number, buyer_id=member, now=shop.NOON)
    gateway.finish(started.number, at=LATER)
    shop.notify(gateway, started.number, now=LATER)
    number = Refund.objects.get().number
    gateway.refuses = True
    refunds.submit_refund(number=number, now=LATER)
    with pytest.raises(TransitionRefused):
        refunds.abandon_refund(number=number, actor=shop.OPERATOR, reason="no", now=LATER)


def test_the_database_itself_refuses_to_give_back_more_than_was_paid(gateway):
    shop.paid(gateway, shop.buyer(), (shop.pack_198(), 1))
    with pytest.raises(IntegrityError), transaction():
        OrderLine.objects.update(promised_fen=F("base_fen") + 1)
    with pytest.raises(IntegrityError), transaction():
        OrderLine.objects.update(refunded_fen=1)


def test_refunds_of_a_two_line_order_are_kept_by_line(gateway):
    """Each line's own amount: others took back the running sum."""
    tea, cup = shop.product("tea", price_fen=5_000), shop.product("cup", price_fen=900)
    placed = shop.paid(gateway, shop.buyer(), (tea, 1), (cup, 1))
    number = claims.refund_order(
        order_number=placed.number,
        lines=[ClaimWish(position=2, amount_fen=300), ClaimWish(position=1, amount_fen=1_000)],
        reason="goodwill",
        actor=shop.OPERATOR,
        now=LATER,
    )
    arrive(gateway, number)
    facts = selectors.order_facts(order_id=placed.order_id)
    assert [line.remaining_base_fen for line in facts.lines] == [4_000, 600]
    refund = selectors.refund_facts(refund_id=Refund.objects.get().pk)
    assert refund.amount_by_line_fen == (
        (facts.lines[0].line_id, 1_000),
        (facts.lines[1].line_id, 300),
    )
    assert (refund.amount_fen, operating_fen()) == (1_300, 4_600)


def test_freight_goes_back_by_an_operators_hand_after_shipping(gateway):
    terms = catalogue.save_freight_template(
        title="标准", fee_fen=1_000, free_above_fen=0, actor=shop.OPERATOR, now=shop.NOON
    )
    tea = shop.product("tea", price_fen=5_000, freight_template_id=terms)
    member = shop.buyer()
    placed = shop.received(gateway, member, (tea, 1))
    assert ask(placed, member, kind="return_goods", pieces=1).amount_fen == 5_000
    claims.withdraw_claim(number=Claim.objects.get().number, buyer_id=member, now=LATER)
    give_back(gateway, placed, pieces=1)
    assert (selectors.order(number=placed.number).status, operating_fen()) == ("refunded", 1_000)
    give_back(gateway, placed, freight_fen=1_000)
    assert operating_fen() == 0
    with pytest.raises(RefundTooLarge):
        give_back(gateway, placed, freight_fen=1)
