"""Payments: an attempt written down, the gateway asked outside transactions, its word booked once.

Rows are locked in the order payment, order, and with an order what ``refunds`` says.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import IntegrityError
from django.db.models import F

from tongbao.kit import events
from tongbao.kit.transactions import transaction
from tongbao.ledger.contracts import Request, Transfer, platform_account
from tongbao.ledger.services import post
from tongbao.mall.contracts import (
    By,
    GatewayRefused,
    GatewayUnavailable,
    MallSettings,
    MovementReport,
    Notification,
    NotificationMismatch,
    OrderAlreadyPaid,
    OrderNotPayable,
    OrderUnknown,
    PaymentUnknown,
    TransferReported,
    gateway_key,
)
from tongbao.mall.models import GatewayMessage, Order, Payment, Refund
from tongbao.mall.policy import numbers
from tongbao.mall.policy.retries import GIVE_UP_ASKING_AFTER, pause_after
from tongbao.mall.services import gateways
from tongbao.mall.services.batches import BATCH, each
from tongbao.mall.services.differences import note_difference
from tongbao.mall.services.numbering import new_number
from tongbao.mall.services.paying import order_paid
from tongbao.mall.services.refunds import apply_refund_report, promise_surplus_refund
from tongbao.tenancy.selectors import tenant_settings

OPEN = ("created", "open")
NOTIFY_PATH = "/api/v1/pay/notify/"
"""Where a gateway tells its news; its code follows."""


@dataclass(frozen=True, slots=True, kw_only=True)
class StartedPayment:
    """Where the buyer pays, and how much, in fen."""

    number: str
    gateway: str
    amount_fen: int
    cashier_url: str
    pay_before: datetime


def start_payment(
    *,
    order_number: str,
    buyer_id: int,
    gateway_code: str | None,
    site_url: str,
    now: datetime,
) -> StartedPayment:
    """Open the cashier for an unpaid order, at the gateway asked for or the shop's first.

    The attempt is committed before the gateway hears of it; asking again while it is open answers with the
    same attempt, also for two at once. ``site_url`` is scheme and host of the shop. Never inside a
    transaction. Raises OrderUnknown, OrderAlreadyPaid, OrderNotPayable, UnknownGateway, GatewayUnavailable
    (ask again), GatewayRefused.

    >>> start_payment(order_number="2026…", buyer_id=7, gateway_code=None, site_url="https://shop.example",
    ...               now=now).cashier_url                                        # doctest: +SKIP
    'https://cashier.example/pay/P2026…'
    """
    gateways.refuse_inside_transaction(operation="start_payment")
    order = Order.objects.filter(number=order_number, buyer_id=buyer_id).first()
    if order is None:
        raise OrderUnknown(key=order_number)
    _check_payable(order, now)
    code = gateways.choose(code=gateway_code)
    payment = _open_attempt(order, code, now)
    if not payment.cashier_url:
        link = _ask_for_cashier(order, payment, site_url)
        Payment.objects.filter(id=payment.pk, state="created").update(state="open", cashier_url=link)
        payment.cashier_url = link
    return StartedPayment(
        number=payment.number,
        gateway=payment.gateway,
        amount_fen=payment.amount_fen,
        cashier_url=payment.cashier_url,
        pay_before=order.pay_before,
    )


def take_notification(
    *, gateway_code: str, headers: Mapping[str, str], body: bytes, received_at: datetime, now: datetime
) -> str:
    """Verify a gateway's notification and apply it once; return ``applied`` or ``no_effect``.

    ``received_at`` is the machine's time, against which signatures age; ``now`` the tenant's. What is forged
    or stale changes nothing: ForgedNotification, StaleNotification. What is repeated gets the first answer
    again. What does not fit (another amount, an unknown number) leaves a difference row for a person and is
    refused: NotificationMismatch. Raises UnknownGateway.
    """
    notice = gateways.gateway(code=gateway_code).parse_notification(
        headers=headers, body=body, now=received_at
    )
    with transaction():
        message, is_new = GatewayMessage.objects.get_or_create(
            gateway=gateway_code,
            notification_id=notice.notification_id,
            defaults={
                "kind": notice.kind,
                "number": notice.number,
                "state": notice.state,
                "amount_fen": notice.amount_fen,
                "occurred_at": notice.occurred_at,
                "received_at": now,
            },
        )
        if is_new:
            outcome = _apply(gateway_code, notice, now)
            GatewayMessage.objects.filter(id=message.pk).update(outcome=outcome)
        else:
            outcome = "mismatch" if message.outcome == "mismatch" else "no_effect"
    if outcome == "mismatch":
        raise NotificationMismatch(
            number=notice.number, said_fen=notice.amount_fen, known_fen=_known_amount(notice)
        )
    return outcome


def ask_for_payment(*, number: str, now: datetime, at_once: bool = False) -> str:
    """Ask the gateway how an open payment stands and apply the answer; return the payment's state.

    Never inside a transaction. Of several askers at once, one asks. No answer leaves it for the next turn.
    ``at_once`` asks out of turn, also for an attempt that failed or was given up: what a person wants to know.
    Raises PaymentUnknown.
    """
    gateways.refuse_inside_transaction(operation="ask_for_payment")
    payment = Payment.objects.select_related("order").filter(number=number).first()
    if payment is None:
        raise PaymentUnknown(key=number)
    if at_once or _take_turn(payment, now):
        try:
            report = gateways.gateway(code=payment.gateway).query_payment(number=number)
        except (GatewayUnavailable, GatewayRefused):
            report = None
        if report is not None:
            with transaction():
                apply_payment_report(gateway=payment.gateway, report=report, now=now)
    return str(Payment.objects.values_list("state", flat=True).get(number=number))


def ask_for_due_payments(*, now: datetime) -> int:
    """Ask for the open payments whose notification has not come; return how many were asked for."""
    due = Payment.objects.filter(state__in=OPEN, next_ask_at__lte=now).order_by("next_ask_at")

    def ask(number: str) -> bool:
        ask_for_payment(number=number, now=now)
        return True

    return each(due.values_list("number", flat=True)[:BATCH], ask, in_transactions=False)


def apply_payment_report(*, gateway: str, report: MovementReport, now: datetime) -> str:
    """Write down what a gateway says of a payment; return ``applied``, ``no_effect`` or ``mismatch``.

    A success is booked ``gateway → operating`` under the key ``payment:<number>``, with the order's step and
    the event OrderPaid, in the caller's transaction. If the order can't take it (cancelled, timed out, paid
    already), the money is booked all the same and its refund written down, once. Locks the payment's row.
    """
    payment = Payment.objects.select_for_update().filter(number=report.number, gateway=gateway).first()
    if payment is None:
        if report.state != "succeeded":
            return "no_effect"
        note_difference(
            gateway=gateway,
            movement="payment",
            number=report.number,
            kind="unknown_payment",
            there_fen=report.amount_fen,
            here_fen=0,
            now=now,
        )
        return "mismatch"
    if report.state == "succeeded" and report.amount_fen != payment.amount_fen:
        note_difference(
            gateway=gateway,
            movement="payment",
            number=report.number,
            kind="amount_differs",
            there_fen=report.amount_fen,
            here_fen=payment.amount_fen,
            now=now,
        )
        return "mismatch"
    if report.state == "succeeded" and payment.state != "paid":
        _succeed(payment, report, now)
        return "applied"
    if report.state == "failed" and payment.state in OPEN:
        Payment.objects.filter(id=payment.pk).update(state="failed", next_ask_at=None)
        return "applied"
    return "no_effect"


def _apply(gateway: str, notice: Notification, now: datetime) -> str:
    report = MovementReport(
        kind=notice.kind,
        number=notice.number,
        state=notice.state,
        amount_fen=notice.amount_fen,
        gateway_reference=notice.gateway_reference,
        occurred_at=notice.occurred_at,
    )
    if notice.kind == "payment":
        return apply_payment_report(gateway=gateway, report=report, now=now)
    if notice.kind == "refund":
        return apply_refund_report(gateway=gateway, report=report, now=now)
    if notice.state not in ("succeeded", "failed"):
        return "no_effect"
    events.emit(
        TransferReported(
            gateway=gateway, number=notice.number, state=notice.state, amount_fen=notice.amount_fen
        )
    )
    return "applied"


def _known_amount(notice: Notification) -> int:
    """What we expected of the movement that a notification speaks of; 0 for one that is unknown."""
    rows = Payment.objects if notice.kind == "payment" else Refund.objects
    return rows.filter(number=notice.number).values_list("amount_fen", flat=True).first() or 0


def _succeed(payment: Payment, report: MovementReport, now: datetime) -> None:
    order = Order.objects.get(id=payment.order_id)
    taken = order_paid(order=order, by=By.gateway(code=payment.gateway), now=now)
    Payment.objects.filter(id=payment.pk).update(
        state="paid",
        is_surplus=not taken,
        paid_at=now,
        gateway_paid_at=report.occurred_at,
        gateway_reference=report.gateway_reference,
        next_ask_at=None,
    )
    key = gateway_key(kind="payment", number=payment.number)
    transfer = Transfer(
        debit=platform_account("gateway", payment.gateway),
        credit=platform_account("operating"),
        amount=payment.amount_fen,
        kind="payment",
        subject=key,
    )
    post(request=Request(key=key, transfers=(transfer,)), now=now)
    if not taken:
        order.refresh_from_db(fields=["status"])
        late = order.status in ("cancelled", "timed_out")
        promise_surplus_refund(
            payment=payment, cause="late_payment" if late else "duplicate_payment", now=now
        )


def _check_payable(order: Order, now: datetime) -> None:
    if order.status in ("paid", "shipped", "received", "closed"):
        raise OrderAlreadyPaid(number=order.number)
    if order.status != "unpaid":
        raise OrderNotPayable(number=order.number, status=order.status)
    if order.pay_before <= now:
        raise OrderNotPayable(number=order.number, status="timed_out")


def _open_attempt(order: Order, code: str, now: datetime) -> Payment:
    """The order's open attempt at this gateway: a new one, or the one that somebody was quicker to open."""
    attempts = Payment.objects.filter(order=order, gateway=code, state__in=OPEN)
    known = attempts.first()
    if known is not None:
        return known
    try:
        with transaction():
            return Payment.objects.create(
                number=new_number(prefix=numbers.PAYMENT, now=now),
                order=order,
                gateway=code,
                amount_fen=order.total_fen,
                created_at=now,
                next_ask_at=now + pause_after(0),
            )
    except IntegrityError:
        known = attempts.first()
        if known is None:
            raise
        return known


def _ask_for_cashier(order: Order, payment: Payment, site_url: str) -> str:
    return_path = tenant_settings(MallSettings).return_path
    try:
        link = gateways.gateway(code=payment.gateway).create_payment(
            number=payment.number,
            amount_fen=payment.amount_fen,
            subject=f"订单 {order.number}",
            notify_url=f"{site_url}{NOTIFY_PATH}{payment.gateway}",
            return_url=f"{site_url}{return_path.replace('{number}', order.number)}",
        )
    except GatewayRefused:
        Payment.objects.filter(id=payment.pk, state="created").update(state="failed", next_ask_at=None)
        raise
    return link.url


def _take_turn(payment: Payment, now: datetime) -> bool:
    if payment.state not in OPEN or payment.next_ask_at is None or payment.next_ask_at > now:
        return False
    ended = payment.order.status != "unpaid" or payment.order.pay_before <= now
    give_up = ended and now > payment.created_at + GIVE_UP_ASKING_AFTER
    next_ask_at = None if give_up else now + max(pause_after(payment.tries), timedelta(seconds=30))
    return bool(
        Payment.objects.filter(
            id=payment.pk, state__in=OPEN, tries=payment.tries, next_ask_at=payment.next_ask_at
        ).update(tries=F("tries") + 1, next_ask_at=next_ask_at)
    )
