"""Whatever happens, in whatever order: money and goods add up, and nobody gets more back than they paid."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from random import Random

import pytest
from django.db import transaction
from django.db.models import F, Sum

from tongbao.kit.errors import DomainError
from tongbao.ledger.contracts import platform_account
from tongbao.ledger.selectors import balance
from tongbao.mall import selectors
from tongbao.mall.contracts import ClaimWish
from tongbao.mall.models import Claim, Order, OrderLine, Payment, Refund
from tongbao.mall.services import claims, orders, payments, refunds
from tongbao.mall.tests import shop

STOCK = 6
ACTIONS = (
    "order",
    "pay",
    "tell",
    "tell twice",
    "fail",
    "cancel",
    "ship",
    "receive",
    "use",
    "claim",
    "claim money",
    "approve",
    "reject",
    "withdraw",
    "send back",
    "take back",
    "refund",
    "submit",
    "arrive",
    "gateway refuses",
    "retry",
    "give up",
    "by hand",
    "half an hour",
    "a week",
    "ask",
)


class Story:
    """A shop with one product, two buyers, and a gateway with moods."""

    def __init__(self, gateway: shop.MemoryGateway) -> None:
        self.gateway = gateway
        self.now = shop.NOON
        self.tea = shop.product("tea", price_fen=3_333, stock=STOCK)
        self.members = [shop.buyer(), shop.buyer()]

    def step(self, action: str, pick: int) -> None:
        """Try one thing; a refusal is fine, an inconsistency is not."""
        self.now += timedelta(seconds=20)
        try:
            with undo_if_refused():
                self.act(action, pick)
        except DomainError:
            pass

    def act(self, action: str, pick: int) -> None:
        order = self.pick(Order.objects.order_by("id"), pick)
        claim = self.pick(Claim.objects.order_by("id"), pick)
        refund = self.pick(Refund.objects.order_by("id"), pick)
        payment = self.pick(Payment.objects.order_by("id"), pick)
        now, by = self.now, shop.OPERATOR
        if action == "order":
            shop.order(self.members[pick % 2], (self.tea, 1 + pick % 3), now=now)
        elif action == "half an hour":
            self.now += timedelta(minutes=31)
            orders.time_out_orders(now=self.now)
        elif action == "a week":
            self.now += timedelta(days=7)
            orders.receive_due_orders(now=self.now)
            orders.close_due_orders(now=self.now)
            claims.withdraw_forgotten_returns(now=self.now)
        elif action == "gateway refuses":
            self.gateway.refuses = not self.gateway.refuses
        elif action == "ask":
            payments.ask_for_due_payments(now=now)
        elif action == "submit":
            refunds.submit_due_refunds(now=now)
        elif (
            payment and action in ("tell", "tell twice", "fail") and payment.number in self.gateway.movements
        ):
            self.gateway.finish(payment.number, at=now, state="failed" if action == "fail" else "succeeded")
            for _ in range(2 if action == "tell twice" else 1):
                shop.notify(self.gateway, payment.number, now=now)
        elif action == "arrive":
            refunds.submit_due_refunds(now=now)
            asked = Refund.objects.filter(number__in=self.gateway.movements, state="submitted").order_by("id")
            if asked:
                arrived = self.pick(asked, pick)
                self.gateway.finish(arrived.number, at=now)
                shop.notify(self.gateway, arrived.number, now=now)
        elif refund and action == "retry":
            refunds.retry_refund(number=refund.number, actor=by, now=now)
        elif refund and action == "give up" and refund.number not in self.gateway.movements:
            refunds.abandon_refund(number=refund.number, actor=by, reason="no", now=now)
        elif refund and action == "by hand" and refund.number not in self.gateway.movements:
            refunds.record_refund_by_hand(number=refund.number, reference="b", reason="x", actor=by, now=now)
        elif claim and action == "approve":
            claims.approve_claim(number=claim.number, actor=by, now=now)
        elif claim and action == "reject":
            claims.reject_claim(number=claim.number, actor=by, reason="no", now=now)
        elif claim and action == "withdraw":
            claims.withdraw_claim(number=claim.number, buyer_id=claim.order.buyer_id, now=now)
        elif claim and action == "send back":
            claims.send_goods_back(
                number=claim.number, buyer_id=claim.order.buyer_id, carrier="", tracking_number="1", now=now
            )
        elif claim and action == "take back":
            claims.take_goods_back(number=claim.number, actor=by, restock=True, now=now)
        elif order:
            self.act_on(order, action, pick)

    def act_on(self, order: Order, action: str, pick: int) -> None:
        now, by = self.now, shop.OPERATOR
        wish = ClaimWish(position=1, pieces=1 + pick % 2)
        if action == "pay":
            payments.start_payment(
                order_number=order.number,
                buyer_id=order.buyer_id,
                gateway_code=None,
                site_url=shop.SITE,
                now=now,
            )
        elif action == "cancel":
            orders.cancel_order(number=order.number, buyer_id=order.buyer_id, now=now)
        elif action == "ship":
            orders.ship_order(number=order.number, actor=by, now=now)
        elif action == "receive":
            orders.confirm_receipt(number=order.number, buyer_id=order.buyer_id, now=now)
        elif action == "use":
            orders.record_use(number=order.number, actor=by, now=now)
        elif action in ("claim", "claim money"):
            claims.open_claim(
                order_number=order.number,
                buyer_id=order.buyer_id,
                kind="return_goods" if action == "claim" and order.shipped_at else "refund_only",
                lines=[wish if action == "claim" else ClaimWish(position=1, amount_fen=1 + pick * 997)],
                reason="x",
                now=now,
            )
        elif action == "refund":
            claims.refund_order(order_number=order.number, lines=[wish], reason="x", actor=by, now=now)

    @staticmethod
    def pick(rows: object, pick: int) -> object:
        found = list(rows)
        return found[pick % len(found)] if found else None

    def check(self) -> None:
        """What must hold at every moment."""
        taken_in = total(Payment.objects.filter(state="paid"), "amount_fen")
        paid_back = total(Refund.objects.filter(state="succeeded"), "amount_fen")
        operating = balance(account=platform_account("operating")).posted
        assert operating == taken_in - paid_back >= 0
        at_gateway = -balance(account=platform_account("gateway", "memory")).posted
        by_hand = balance(account=platform_account("gateway", "by_hand")).posted
        assert at_gateway - by_hand == operating
        for order in Order.objects.prefetch_related("lines", "payments", "refunds", "claims"):
            self.check_order(order)
        assert 0 <= selectors.stock_of(sku=self.tea) <= STOCK
        # What is neither on the shelf nor in an open or finished order has been sent and was not restocked.
        held = total(
            OrderLine.objects.filter(
                order__status__in=["unpaid", "paid", "shipped", "received", "closed", "refunded"]
            ),
            "quantity",
        ) - total(OrderLine.objects.filter(pieces_back__gt=0), "pieces_back")
        waiting = self.restocked_before_the_refund()
        assert selectors.stock_of(sku=self.tea) == STOCK - held + waiting - self.kept_by_buyers()
        assert not self.gateway.inside_transaction

    def restocked_before_the_refund(self) -> int:
        """Pieces that came back and are on the shelf while their refund is still on its way."""
        rows = Claim.objects.filter(state="refunding", was_sent=True, kind="return_goods")
        given_up = Claim.objects.filter(state="rejected", transitions__step="take_back")
        return total(rows, "lines__pieces") + total(given_up, "lines__pieces")

    def kept_by_buyers(self) -> int:
        """Pieces that were refunded without coming back."""
        return total(
            Claim.objects.filter(state="refunded", was_sent=True, kind="refund_only"), "lines__pieces"
        )

    def check_order(self, order: Order) -> None:
        lines = list(order.lines.all())
        accepted = [one for one in order.payments.all() if one.state == "paid" and not one.is_surplus]
        was_paid = order.status not in ("unpaid", "cancelled", "timed_out")
        assert len(accepted) == (1 if was_paid else 0)
        assert (order.paid_at is not None) == was_paid
        succeeded = [one for one in order.refunds.all() if one.state == "succeeded" and one.cause == "claim"]
        refunded_fen = sum(one.amount_fen for one in succeeded)
        assert refunded_fen == sum(line.refunded_fen for line in lines) + order.freight_refunded_fen
        assert refunded_fen <= order.total_fen
        assert (order.status == "refunded") == (
            was_paid and all(line.refunded_fen == line.base_fen for line in lines)
        )
        surplus = [one for one in order.payments.all() if one.state == "paid" and one.is_surplus]
        assert len(surplus) == len([one for one in order.refunds.all() if one.cause != "claim"])
        open_claims = [one for one in order.claims.all() if one.ended_at is None]
        assert order.has_open_claim == bool(open_claims)
        assert len(open_claims) <= 1


def total(rows: object, field: str) -> int:
    return rows.aggregate(total=Sum(F(field)))["total"] or 0


@contextmanager
def undo_if_refused() -> Iterator[None]:
    block = transaction.atomic()
    block._from_testcase = True
    with block:
        yield


# What usually comes next; every third step is anything at all.
USUAL = {
    "unpaid": ("pay", "pay", "pay", "tell", "tell", "tell", "tell twice", "cancel"),
    "paid": ("ship", "claim", "claim money", "refund", "ship"),
    "shipped": ("receive", "claim", "claim money", "a week", "refund"),
    "received": ("claim", "claim money", "refund", "a week"),
    "requested": ("approve", "reject", "withdraw", "approve"),
    "approved": ("send back", "withdraw", "send back"),
    "sent_back": ("take back", "reject", "take back"),
    "refunding": ("arrive", "arrive", "arrive", "arrive", "gateway refuses", "retry", "give up", "by hand"),
}


@pytest.mark.parametrize("seed", range(6))
def test_whatever_happens_money_and_goods_add_up(tenant, seed):
    chance = Random(seed)
    gateway = shop.MemoryGateway()
    with shop.only(gateway):
        story = Story(gateway)
        for _ in range(60):
            orders_now = list(Order.objects.order_by("id").values_list("status", flat=True))
            claims_now = list(Claim.objects.order_by("id").values_list("state", flat=True))
            usual = [
                (action, pick)
                for states in (orders_now, claims_now)
                for pick, state in enumerate(states)
                for action in USUAL.get(state, ())
            ]
            fate = chance.randrange(10)
            if fate < 2:
                action, pick = "order", chance.randrange(6)
            elif usual and fate < 8:
                action, pick = chance.choice(usual)
            else:
                action, pick = chance.choice(ACTIONS), chance.randrange(6)
            story.step(action, pick)
            story.check()
