"""Refunds: written down first, then asked of the gateway outside transactions, then booked when it is done.

Rows are locked in the order refund, claim, order, lines, variants.
"""

from __future__ import annotations

from datetime import datetime

from django.db.models import F, Q

from tongbao.kit import events
from tongbao.kit.transactions import transaction
from tongbao.ledger.contracts import Request, Transfer, platform_account
from tongbao.ledger.services import post
from tongbao.mall.contracts import (
    By,
    ClaimClosed,
    GatewayRefused,
    GatewayUnavailable,
    MovementReport,
    OrderRefunded,
    PaymentUnknown,
    RefundCause,
    RefundTooLarge,
    TransitionRefused,
    UnknownGateway,
    gateway_key,
)
from tongbao.mall.models import Claim, Order, OrderLine, Payment, Refund, RefundLine
from tongbao.mall.policy import numbers
from tongbao.mall.policy.retries import pause_after
from tongbao.mall.services import gateways
from tongbao.mall.services.batches import BATCH, each
from tongbao.mall.services.differences import note_difference
from tongbao.mall.services.numbering import new_number
from tongbao.mall.services.parts import payment_part, subject_of
from tongbao.mall.services.reductions import let_go_of_reduction
from tongbao.mall.services.steps import claim_step, try_order_step
from tongbao.mall.services.stock import give_back_stock, pieces_of
from tongbao.members.services.messages import tell
from tongbao.tenancy.contracts import Actor, AuditFact, ReasonNeeded
from tongbao.tenancy.services import audit

WAITING = ("created", "submitted")
BY_HAND = "by_hand"
"""The detail of the account ``gateway`` for money that a person sent outside any gateway."""


def promise_refund(*, claim_id: int, now: datetime) -> str:
    """Write down a claim's refund in the caller's transaction; return its number.

    What is promised of a line or of the freight can't be promised again: conditional updates, and behind them
    check constraints, see to it. Raises RefundTooLarge.
    """
    claim = Claim.objects.select_related("order").get(id=claim_id)
    payment = Payment.objects.filter(order=claim.order_id, state="paid", is_surplus=False).first()
    lines = list(claim.lines.select_related("order_line").order_by("order_line_id"))
    freed = Order.objects.filter(
        id=claim.order_id, freight_promised_fen__lte=F("freight_fen") - claim.freight_fen
    ).update(freight_promised_fen=F("freight_promised_fen") + claim.freight_fen)
    if not freed:
        left_fen = claim.order.freight_fen - claim.order.freight_promised_fen
        raise RefundTooLarge(what="freight_fen", left_fen=left_fen, asked_fen=claim.freight_fen)
    for line in lines:
        promised = OrderLine.objects.filter(
            id=line.order_line_id,
            promised_fen__lte=F("base_fen") - line.amount_fen,
            points_promised_fen__lte=F("points_fen") - line.points_fen,
        ).update(
            promised_fen=F("promised_fen") + line.amount_fen,
            points_promised_fen=F("points_promised_fen") + line.points_fen,
        )
        if not promised:
            left_fen = line.order_line.base_fen - line.order_line.promised_fen
            raise RefundTooLarge(what=line.order_line.title, left_fen=left_fen, asked_fen=line.amount_fen)
    amount_fen = sum(line.amount_fen for line in lines) + claim.freight_fen
    refund = Refund.objects.create(
        number=new_number(prefix=numbers.REFUND, now=now),
        order_id=claim.order_id,
        payment=payment if amount_fen else None,
        claim=claim,
        cause="claim",
        amount_fen=amount_fen,
        freight_fen=claim.freight_fen,
        points_fen=sum(line.points_fen for line in lines),
        reason=claim.reason,
        created_at=now,
        next_ask_at=now,
    )
    RefundLine.objects.bulk_create(
        RefundLine(
            refund=refund,
            order_line_id=line.order_line_id,
            pieces=line.pieces,
            amount_fen=line.amount_fen,
            points_fen=line.points_fen,
        )
        for line in lines
    )
    if not amount_fen:
        _finish_without_money(refund, now)
    return str(refund.number)


def _finish_without_money(refund: Refund, now: datetime) -> None:
    """Points alone go back: there is no gateway to ask."""
    Refund.objects.filter(id=refund.pk).update(state="succeeded", finished_at=now, next_ask_at=None)
    if refund.claim_id is not None:
        _finish_claim(refund, refund.claim_id, By.system(what="refund of points"), now)


def promise_surplus_refund(*, payment: Payment, cause: RefundCause, now: datetime) -> str:
    """Write down that a payment goes back which its order could not take. In the caller's transaction.

    A unique constraint lets this happen once for each payment.
    """
    refund = Refund.objects.create(
        number=new_number(prefix=numbers.REFUND, now=now),
        order_id=payment.order_id,
        payment=payment,
        cause=cause,
        amount_fen=payment.amount_fen,
        created_at=now,
        next_ask_at=now,
    )
    return str(refund.number)


def submit_refund(*, number: str, now: datetime) -> str:
    """Ask the gateway for a refund, or how it stands, and write down the answer; return the refund's state.

    Never inside a transaction: GatewayInsideTransaction. Whoever takes the turn asks; a second caller at the
    same time finds it taken and asks nothing. No answer leaves the refund for the next turn.
    """
    gateways.refuse_inside_transaction(operation="submit_refund")
    refund = Refund.objects.select_related("payment").filter(number=number).first()
    if refund is None:
        raise PaymentUnknown(key=number)
    if refund.payment is None or not _take_turn(refund, now):
        return str(Refund.objects.values_list("state", flat=True).get(id=refund.pk))
    try:
        port = gateways.gateway(code=refund.payment.gateway)
        report = None
        if refund.tries:
            report = port.query_refund(refund_number=refund.number)
        if report is None or report.state == "unknown":
            report = port.refund(
                number=refund.payment.number, refund_number=refund.number, amount_fen=refund.amount_fen
            )
    except GatewayUnavailable as error:
        Refund.objects.filter(id=refund.pk).update(last_error=str(error)[:500])
    except (GatewayRefused, UnknownGateway) as error:
        # Also money that another system took in: a person pays it back by hand, or gives it up.
        Refund.objects.filter(id=refund.pk, state__in=WAITING).update(
            state="failed", last_error=str(error)[:500]
        )
    else:
        with transaction():
            apply_refund_report(gateway=port.code, report=report, now=now)
    return str(Refund.objects.values_list("state", flat=True).get(id=refund.pk))


def submit_due_refunds(*, now: datetime) -> int:
    """Take every refund that waits one step further; return how many were asked for."""
    due = Refund.objects.filter(state__in=WAITING, next_ask_at__lte=now).order_by("next_ask_at")

    def take(number: str) -> bool:
        submit_refund(number=number, now=now)
        return True

    return each(due.values_list("number", flat=True)[:BATCH], take, in_transactions=False)


def apply_refund_report(*, gateway: str, report: MovementReport, now: datetime) -> str:
    """Write down what a gateway says of a refund; return ``applied``, ``no_effect`` or ``mismatch``.

    A success is booked ``operating → gateway`` under the key ``refund:<number>``, with the order's and the
    claim's next step and the event OrderRefunded, in the caller's transaction; the same news again does
    nothing. Locks the refund's row first.
    """
    refund = (
        Refund.objects.select_for_update(of=("self",))
        .select_related("payment")
        .filter(number=report.number, payment__gateway=gateway)
        .first()
    )
    said_fen = -report.amount_fen
    if refund is None or (refund.state == "abandoned" and report.state == "succeeded"):
        note_difference(
            gateway=gateway,
            movement="refund",
            number=report.number,
            kind="unknown_payment",
            there_fen=said_fen,
            here_fen=0,
            now=now,
        )
        return "mismatch"
    if report.state == "succeeded" and report.amount_fen != refund.amount_fen:
        note_difference(
            gateway=gateway,
            movement="refund",
            number=report.number,
            kind="amount_differs",
            there_fen=said_fen,
            here_fen=-refund.amount_fen,
            now=now,
        )
        return "mismatch"
    if report.state == "succeeded" and refund.state in (*WAITING, "failed"):
        _succeed(refund, report, By.gateway(code=gateway), gateway, now)
        return "applied"
    if report.state == "failed" and refund.state in WAITING:
        Refund.objects.filter(id=refund.pk).update(state="failed", last_error="the gateway says it failed")
        return "applied"
    return "no_effect"


def retry_refund(*, number: str, actor: Actor, now: datetime) -> None:
    """An operator lets a failed refund be asked for again, under the same number; audited.

    Raises PaymentUnknown, TransitionRefused.
    """
    with transaction():
        again = Refund.objects.filter(number=number, state="failed").update(
            state="submitted", next_ask_at=now, last_error=""
        )
        if not again:
            raise _refused(number, "retry")
        audit(AuditFact(actor=actor, action="refund.retry", subject=f"refund:{number}"), now=now)


def record_refund_by_hand(*, number: str, reference: str, actor: Actor, reason: str, now: datetime) -> None:
    """An operator has paid a failed refund outside the gateway, by bank transfer say; audited, with a reason.

    Booked ``operating → gateway/by_hand``, with all that follows from a refund. Raises PaymentUnknown,
    TransitionRefused, ReasonNeeded.
    """
    if not reason.strip():
        raise ReasonNeeded(action="refund.by_hand")
    with transaction():
        refund = (
            Refund.objects.select_for_update(of=("self",))
            .select_related("payment")
            .filter(number=number, state="failed")
            .first()
        )
        if refund is None:
            raise _refused(number, "refund")
        report = MovementReport(
            kind="refund",
            number=number,
            state="succeeded",
            amount_fen=refund.amount_fen,
            gateway_reference=reference[:80],
            occurred_at=now,
        )
        _succeed(refund, report, By.operator(actor=actor), BY_HAND, now)
        audit(
            AuditFact(
                actor=actor,
                action="refund.by_hand",
                subject=f"refund:{number}",
                reason=reason.strip(),
                detail={"reference": reference, "amount_fen": refund.amount_fen},
            ),
            now=now,
        )


def abandon_refund(*, number: str, actor: Actor, reason: str, now: datetime) -> None:
    """An operator gives up a claim's failed refund; what it promised is free again; audited, with a reason.

    Emits ClaimClosed. A payment that the order could not take is never given up. Raises PaymentUnknown,
    TransitionRefused, ReasonNeeded.
    """
    if not reason.strip():
        raise ReasonNeeded(action="refund.abandon")
    with transaction():
        given_up = Refund.objects.filter(number=number, state="failed", cause="claim").update(
            state="abandoned", finished_at=now, last_error=reason.strip()[:500]
        )
        if not given_up:
            raise _refused(number, "give_up")
        refund = Refund.objects.get(number=number)
        claim_id = refund.claim_id
        if claim_id is None:
            raise _refused(number, "give_up")
        by = By.operator(actor=actor)
        changes = {"ended_at": now, "answer": reason.strip()[:500]}
        claim_step(claim_id=claim_id, step="give_up", by=by, now=now, reason=reason[:500], changes=changes)
        Order.objects.filter(id=refund.order_id).update(
            has_open_claim=False, freight_promised_fen=F("freight_promised_fen") - refund.freight_fen
        )
        for line in refund.lines.order_by("order_line_id"):
            OrderLine.objects.filter(id=line.order_line_id).update(
                promised_fen=F("promised_fen") - line.amount_fen,
                points_promised_fen=F("points_promised_fen") - line.points_fen,
            )
        events.emit(ClaimClosed(order_id=refund.order_id))
        audit(
            AuditFact(actor=actor, action="refund.abandon", subject=f"refund:{number}", reason=reason),
            now=now,
        )


def _take_turn(refund: Refund, now: datetime) -> bool:
    """Of several askers at once, the database gives the turn to one."""
    if refund.state not in WAITING or refund.next_ask_at is None or refund.next_ask_at > now:
        return False
    return bool(
        Refund.objects.filter(
            id=refund.pk, state__in=WAITING, tries=refund.tries, next_ask_at=refund.next_ask_at
        ).update(state="submitted", tries=F("tries") + 1, next_ask_at=now + pause_after(refund.tries))
    )


def _succeed(refund: Refund, report: MovementReport, by: By, paid_from: str, now: datetime) -> None:
    Refund.objects.filter(id=refund.pk).update(
        state="succeeded",
        finished_at=now,
        gateway_refunded_at=report.occurred_at,
        gateway_reference=report.gateway_reference,
        last_error="",
    )
    key = gateway_key(kind="refund", number=refund.number)
    transfer = Transfer(
        debit=platform_account("operating"),
        credit=platform_account("gateway", paid_from),
        amount=refund.amount_fen,
        kind="refund",
        subject=key,
    )
    post(request=Request(key=key, transfers=(transfer,)), now=now)
    if refund.claim_id is not None:
        _finish_claim(refund, refund.claim_id, by, now)


def _finish_claim(refund: Refund, claim_id: int, by: By, now: datetime) -> None:
    claim_step(claim_id=claim_id, step="finish", by=by, now=now, changes={"ended_at": now})
    order = Order.objects.select_for_update().get(id=refund.order_id)
    lines = list(refund.lines.select_related("order_line").order_by("order_line_id"))
    for line in lines:
        OrderLine.objects.filter(id=line.order_line_id).update(
            refunded_fen=F("refunded_fen") + line.amount_fen,
            points_refunded_fen=F("points_refunded_fen") + line.points_fen,
            pieces_back=F("pieces_back") + line.pieces,
        )
    if refund.points_fen:
        payment_part().give_back(
            subject=subject_of(order.number), amount_fen=refund.points_fen, key=refund.number, now=now
        )
    Order.objects.filter(id=order.pk).update(
        has_open_claim=False, freight_refunded_fen=F("freight_refunded_fen") + refund.freight_fen
    )
    if not Claim.objects.values_list("was_sent", flat=True).get(id=claim_id):
        # What was never sent is still in the warehouse.
        pieces = pieces_of((line.order_line.variant_id, line.pieces) for line in lines)
        give_back_stock(pieces_by_variant=pieces)
    left = (
        OrderLine.objects.filter(order_id=order.pk)
        .filter(Q(refunded_fen__lt=F("base_fen")) | Q(points_refunded_fen__lt=F("points_fen")))
        .exists()
    )
    if not left:
        moved = try_order_step(
            order_id=order.pk, step="refund_fully", by=by, now=now, changes={"ended_at": now}
        )
        if moved:
            let_go_of_reduction(order=order, now=now)
    tell(
        member_id=order.buyer_id,
        kind="order_refunded_with_points" if refund.points_fen else "order_refunded",
        key=f"order_refunded:{refund.number}",
        values={"number": order.number, "amount_fen": refund.amount_fen, "points_fen": refund.points_fen},
        now=now,
    )
    events.emit(OrderRefunded(order_id=order.pk, refund_id=refund.pk, refunded_at=now))
    events.emit(ClaimClosed(order_id=order.pk))


def _refused(number: str, step: str) -> Exception:
    state = Refund.objects.filter(number=number).values_list("state", flat=True).first()
    if state is None:
        return PaymentUnknown(key=number)
    return TransitionRefused(number=number, status=state, step=step)
