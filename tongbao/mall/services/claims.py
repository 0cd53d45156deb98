"""After-sales claims (售后): asked for, answered, goods sent back and taken back, money returned.

An order has at most one open claim, which holds up shipping, receipt, closing and the release of its awards.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from tongbao.kit import events
from tongbao.kit.errors import InvalidInput
from tongbao.kit.transactions import transaction
from tongbao.mall.contracts import (
    BadQuantity,
    By,
    ClaimClosed,
    ClaimIsOpen,
    ClaimKind,
    ClaimOpened,
    ClaimUnknown,
    ClaimWish,
    MallSettings,
    NothingToRefund,
    OrderUnknown,
    ReturnWindowOver,
    TransitionRefused,
)
from tongbao.mall.models import Claim, ClaimLine, Order, OrderLine
from tongbao.mall.policy import numbers
from tongbao.mall.policy.amounts import (
    check_refundable,
    freight_to_give_back,
    points_to_give_back,
    refund_for_pieces,
)
from tongbao.mall.policy.life import BUYER_MAY_CLAIM, HAS_BEEN_SENT, OPERATOR_MAY_CLAIM, ClaimStep
from tongbao.mall.services.batches import BATCH, each
from tongbao.mall.services.numbering import new_number
from tongbao.mall.services.refunds import promise_refund
from tongbao.mall.services.steps import claim_step, log_beginning
from tongbao.mall.services.stock import give_back_stock, pieces_of
from tongbao.members.services.messages import tell
from tongbao.tenancy.contracts import Actor, AuditFact, ReasonNeeded
from tongbao.tenancy.selectors import tenant_settings
from tongbao.tenancy.services import audit

TEXT_LIMIT = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenedClaim:
    """The number of a new claim and what it asks for, in fen."""

    number: str
    amount_fen: int


def open_claim(
    *,
    order_number: str,
    buyer_id: int,
    kind: ClaimKind,
    lines: Sequence[ClaimWish],
    reason: str,
    now: datetime,
) -> OpenedClaim:
    """A buyer asks for money back, for pieces or amounts of lines of a paid order.

    ``refund_only`` needs no goods back; ``return_goods`` is for what was sent. If nothing was sent yet and
    all is to go back, the freight goes back too. Locks the order's row. Emits ClaimOpened. Raises
    OrderUnknown, TransitionRefused, ReturnWindowOver, ClaimIsOpen, RefundTooLarge, BadAmount, BadQuantity,
    NothingToRefund, InvalidInput.

    >>> open_claim(order_number="2026…", buyer_id=7, kind="refund_only", lines=[ClaimWish(position=1,
    ...            pieces=1)], reason="changed my mind", now=now).amount_fen     # doctest: +SKIP
    19800
    """
    with transaction():
        order = _locked_order(order_number, buyer_id)
        if order.status == "closed":
            raise ReturnWindowOver(number=order.number, ended_at=f"{order.ended_at:%Y-%m-%d}")
        if order.status not in BUYER_MAY_CLAIM:
            raise TransitionRefused(number=order.number, status=order.status, step="claim")
        window = timedelta(days=tenant_settings(MallSettings).return_window_days)
        if order.received_at is not None and now > order.received_at + window:
            raise ReturnWindowOver(number=order.number, ended_at=f"{order.received_at + window:%Y-%m-%d}")
        by = By.member(member_id=buyer_id)
        return _open(order, kind, lines, None, reason, by, now)


def refund_order(
    *,
    order_number: str,
    lines: Sequence[ClaimWish],
    reason: str,
    actor: Actor,
    now: datetime,
    freight_fen: int = 0,
) -> str:
    """An operator refunds on their own account, in part or in full, at any time after payment; audited.

    It is a claim that is opened and approved in one step. Returns the refund's number: submit it with
    ``refunds.submit_refund`` after the commit. Raises what ``open_claim`` raises but for the window.
    """
    with transaction():
        order = _locked_order(order_number, None)
        if order.status not in OPERATOR_MAY_CLAIM:
            raise TransitionRefused(number=order.number, status=order.status, step="refund")
        by = By.operator(actor=actor)
        opened = _open(order, "refund_only", lines, freight_fen, reason, by, now)
        refund_number = approve_claim(number=opened.number, actor=actor, now=now, answer=reason)
    if refund_number is None:
        raise NothingToRefund()
    return refund_number


def approve_claim(
    *, number: str, actor: Actor, now: datetime, answer: str = "", return_address: str = ""
) -> str | None:
    """An operator agrees; audited. For goods to come back, the buyer is told where to send them.

    Without goods to wait for, the refund is written down at once and its number returned: submit it with
    ``refunds.submit_refund`` after the commit. Raises ClaimUnknown, TransitionRefused.
    """
    claim = _claim(number)
    by = By.operator(actor=actor)
    with transaction():
        claim_step(
            claim_id=claim.pk,
            step="approve",
            by=by,
            now=now,
            reason=answer[:TEXT_LIMIT],
            changes={"answer": answer[:TEXT_LIMIT], "return_address": return_address[:300]},
        )
        _audit("claim.approve", claim, actor, answer, now)
        _tell(claim, "claim_approved", answer, now)
        if claim.kind == "return_goods":
            return None
        return _refund(claim, by, now)


def reject_claim(*, number: str, actor: Actor, reason: str, now: datetime) -> None:
    """An operator refuses, before the goods are sent or after looking at them; audited, with a reason.

    Emits ClaimClosed. Raises ClaimUnknown, TransitionRefused, ReasonNeeded.
    """
    if not reason.strip():
        raise ReasonNeeded(action="claim.reject")
    claim = _claim(number)
    with transaction():
        _end(claim, "reject", By.operator(actor=actor), reason, now)
        _audit("claim.reject", claim, actor, reason, now)
        _tell(claim, "claim_rejected", reason, now)


def withdraw_claim(*, number: str, buyer_id: int, now: datetime) -> None:
    """The buyer changes their mind before sending goods back. Emits ClaimClosed.

    Raises ClaimUnknown, TransitionRefused.
    """
    claim = _claim(number, buyer_id)
    with transaction():
        _end(claim, "withdraw", By.member(member_id=buyer_id), "", now)


def send_goods_back(*, number: str, buyer_id: int, carrier: str, tracking_number: str, now: datetime) -> None:
    """The buyer has posted the goods of an approved return. Raises ClaimUnknown, TransitionRefused."""
    claim = _claim(number, buyer_id)
    if not tracking_number.strip():
        raise InvalidInput(
            field="tracking_number", why_en="write the parcel's number", why_zh="请填写快递单号"
        )
    with transaction():
        claim_step(
            claim_id=claim.pk,
            step="send_back",
            by=By.member(member_id=buyer_id),
            now=now,
            changes={"carrier": carrier[:40], "tracking_number": tracking_number.strip()[:64]},
        )


def take_goods_back(*, number: str, actor: Actor, restock: bool, now: datetime, note: str = "") -> str:
    """The returned goods arrived and are in order; audited. With ``restock`` they can be sold again.

    Writes the refund down and returns its number: submit it with ``refunds.submit_refund`` after the commit.
    Raises ClaimUnknown, TransitionRefused.
    """
    claim = _claim(number)
    by = By.operator(actor=actor)
    with transaction():
        claim_step(claim_id=claim.pk, step="take_back", by=by, now=now, reason=note[:TEXT_LIMIT])
        _audit("claim.take_back", claim, actor, note, now)
        refund_number = _refund(claim, by, now)
        if restock:
            lines = claim.lines.values_list("order_line__variant_id", "pieces")
            give_back_stock(pieces_by_variant=pieces_of(lines))
        return refund_number


def withdraw_forgotten_returns(*, now: datetime) -> int:
    """End approved returns whose goods were not posted in time, so that nobody's money waits for ever."""
    days = timedelta(days=tenant_settings(MallSettings).send_back_days)
    due = Claim.objects.filter(
        state="approved", kind="return_goods", transitions__step="approve", transitions__at__lte=now - days
    )

    def end(claim_id: int) -> bool:
        try:
            _end(Claim.objects.get(id=claim_id), "withdraw", By.system(what="send-back time"), "", now)
        except TransitionRefused:
            return False  # the buyer was quicker, and posted or withdrew it
        return True

    return each(due.order_by("id").values_list("id", flat=True)[:BATCH], end)


def _open(
    order: Order,
    kind: ClaimKind,
    wishes: Sequence[ClaimWish],
    freight_fen: int | None,
    reason: str,
    by: By,
    now: datetime,
) -> OpenedClaim:
    if not reason.strip() or len(reason) > TEXT_LIMIT:
        raise ReasonNeeded(action="claim")
    was_sent = order.shipped_at is not None or (not order.needs_delivery and order.status in HAS_BEEN_SENT)
    if kind == "return_goods" and order.shipped_at is None:
        raise InvalidInput(
            field="kind",
            why_en="nothing was sent yet, so nothing can come back; ask for refund_only",
            why_zh="商品尚未发货,请选择仅退款",
        )
    if order.has_open_claim:
        raise ClaimIsOpen(number=order.number)
    lines, takes_all = _claim_lines(order, kind, wishes)
    freight_left_fen = order.freight_fen - order.freight_promised_fen
    if freight_fen is None:
        freight_fen = freight_to_give_back(
            was_sent=was_sent, takes_back_all=takes_all, freight_left_fen=freight_left_fen
        )
    check_refundable(what="freight_fen", asked_fen=freight_fen, left_fen=freight_left_fen)
    amount_fen = sum(line.amount_fen for line in lines) + freight_fen
    if amount_fen == 0 and not any(line.points_fen for line in lines):
        raise NothingToRefund()
    claim = Claim.objects.create(
        number=new_number(prefix=numbers.CLAIM, now=now),
        order=order,
        kind=kind,
        reason=reason.strip(),
        freight_fen=freight_fen,
        was_sent=was_sent,
        by_operator=by.kind == "operator",
        requested_at=now,
    )
    for line in lines:
        line.claim = claim
    ClaimLine.objects.bulk_create(lines)
    Order.objects.filter(id=order.pk).update(has_open_claim=True)
    log_beginning(order_id=order.pk, claim_id=claim.pk, by=by, reason=claim.reason, now=now)
    events.emit(ClaimOpened(order_id=order.pk))
    return OpenedClaim(number=claim.number, amount_fen=amount_fen)


def _claim_lines(order: Order, kind: ClaimKind, wishes: Sequence[ClaimWish]) -> tuple[list[ClaimLine], bool]:
    """The claim's lines with their amounts, and whether nothing of the order would be left."""
    by_position: dict[int, OrderLine] = {line.position: line for line in order.lines.all()}
    left_fen = {position: line.base_fen - line.promised_fen for position, line in by_position.items()}
    points_left_fen = {
        position: line.points_fen - line.points_promised_fen for position, line in by_position.items()
    }
    claimed: dict[int, ClaimLine] = {}
    for wish in wishes:
        line = by_position.get(wish.position)
        if line is None or wish.position in claimed:
            raise InvalidInput(
                field="lines",
                why_en=f"line {wish.position} is not in the order, or named twice",
                why_zh=f"订单中没有第{wish.position}行,或重复填写",
            )
        pieces_left = line.quantity - line.pieces_back
        if type(wish.pieces) is not int or not 0 <= wish.pieces <= pieces_left:
            raise BadQuantity(limit=pieces_left)
        if wish.amount_fen is None:
            priced = refund_for_pieces(
                base_fen=line.base_fen,
                quantity=line.quantity,
                already_back=line.pieces_back,
                pieces=wish.pieces,
            )
            amount_fen = min(priced, left_fen[wish.position])
        else:
            amount_fen = check_refundable(
                what=line.title, asked_fen=wish.amount_fen, left_fen=left_fen[wish.position]
            )
        if wish.pieces == 0 and amount_fen == 0:
            continue
        points_fen = points_to_give_back(
            points_fen=line.points_fen,
            promised_points_fen=line.points_promised_fen,
            base_fen=line.base_fen,
            promised_fen=line.promised_fen + amount_fen,
            quantity=line.quantity,
            pieces_back=line.pieces_back + wish.pieces,
        )
        left_fen[wish.position] -= amount_fen
        points_left_fen[wish.position] -= points_fen
        claimed[wish.position] = ClaimLine(
            order_line=line, pieces=wish.pieces, amount_fen=amount_fen, points_fen=points_fen
        )
    if kind == "return_goods" and not any(line.pieces for line in claimed.values()):
        raise InvalidInput(field="lines", why_en="say how many pieces come back", why_zh="请填写退回的数量")
    takes_all = not any(left_fen.values()) and not any(points_left_fen.values())
    return list(claimed.values()), takes_all


def _refund(claim: Claim, by: By, now: datetime) -> str:
    claim_step(claim_id=claim.pk, step="refund", by=by, now=now)
    return promise_refund(claim_id=claim.pk, now=now)


def _end(claim: Claim, step: ClaimStep, by: By, reason: str, now: datetime) -> None:
    changes = {"ended_at": now, **({"answer": reason[:TEXT_LIMIT]} if reason else {})}
    claim_step(claim_id=claim.pk, step=step, by=by, now=now, reason=reason[:TEXT_LIMIT], changes=changes)
    Order.objects.filter(id=claim.order_id).update(has_open_claim=False)
    events.emit(ClaimClosed(order_id=claim.order_id))


def _locked_order(number: str, buyer_id: int | None) -> Order:
    rows = Order.objects.select_for_update().filter(number=number)
    if buyer_id is not None:
        rows = rows.filter(buyer_id=buyer_id)
    order = rows.first()
    if order is None:
        raise OrderUnknown(key=number)
    return order


def _claim(number: str, buyer_id: int | None = None) -> Claim:
    rows = Claim.objects.filter(number=number)
    if buyer_id is not None:
        rows = rows.filter(order__buyer_id=buyer_id)
    claim = rows.first()
    if claim is None:
        raise ClaimUnknown(key=number)
    return claim


def _audit(action: str, claim: Claim, actor: Actor, reason: str, now: datetime) -> None:
    audit(
        AuditFact(actor=actor, action=action, subject=f"claim:{claim.number}", reason=reason),
        now=now,
    )


def _tell(claim: Claim, kind: str, answer: str, now: datetime) -> None:
    """Tell the buyer what was decided; not where the operator opened the claim themselves."""
    if claim.by_operator:
        return
    order = Order.objects.only("number", "buyer_id").get(pk=claim.order_id)
    tell(
        member_id=order.buyer_id,
        kind=kind,
        key=f"{kind}:{claim.number}",
        values={"number": order.number, "answer": answer[:TEXT_LIMIT]},
        now=now,
    )
