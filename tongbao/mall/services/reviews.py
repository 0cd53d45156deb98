"""Reviews of products (商品评价): written by the buyer of a line, answered and hidden by operators.

There is no way for members to upload pictures in the mall, so a review has none.
"""

from __future__ import annotations

from datetime import datetime

from django.db import IntegrityError

from tongbao.kit.transactions import transaction
from tongbao.mall.contracts import (
    FollowedUpAlready,
    MallSettings,
    OrderUnknown,
    ReviewBeforeReceipt,
    ReviewedAlready,
    ReviewIsHidden,
    ReviewIsShown,
    ReviewLineUnknown,
    ReviewOfRefunded,
    ReviewTooLate,
    ReviewUnknown,
)
from tongbao.mall.models import Order, OrderLine, Review
from tongbao.mall.policy.numbers import beijing_day
from tongbao.mall.policy.reviews import check_stars, clean_text, is_all_back, review_until, standing
from tongbao.members.services.messages import tell
from tongbao.tenancy.contracts import Actor, AuditFact, ReasonNeeded
from tongbao.tenancy.selectors import tenant_settings
from tongbao.tenancy.services import audit

UNIQUE_VIOLATION = "23505"
REASON_LIMIT = 500


def write_review(
    *,
    order_number: str,
    position: int,
    buyer_id: int,
    stars: int,
    now: datetime,
    text: str = "",
    is_anonymous: bool = False,
) -> int:
    """The buyer reviews one line of a received order, once; returns the review's id. Stars alone are enough.

    Of two at once a unique constraint lets one through. Raises OrderUnknown (also for somebody else's order),
    ReviewLineUnknown, ReviewedAlready, ReviewOfRefunded, ReviewBeforeReceipt, ReviewTooLate, InvalidInput.

    >>> write_review(order_number="2026…", position=1, buyer_id=7, stars=5, text="茶很香", now=now) # doctest: +SKIP
    1
    """
    check_stars(stars)
    words = clean_text(text, field="text", needed=False)
    with transaction():
        line = _own_line(order_number, position, buyer_id)
        product_id = _check_open(line, now)
        try:
            with transaction():
                review = Review.objects.create(
                    order_line=line,
                    product_id=product_id,
                    stars=stars,
                    text=words,
                    is_anonymous=is_anonymous,
                    written_at=now,
                )
        except IntegrityError as error:
            if getattr(error.__cause__, "sqlstate", "") != UNIQUE_VIOLATION:
                raise
            raise ReviewedAlready(product=line.title) from error
    return int(review.pk)


def follow_up_review(*, order_number: str, position: int, buyer_id: int, text: str, now: datetime) -> None:
    """The buyer adds to their review (追评), once, for ``review_days`` after writing it, also after a refund.

    Raises OrderUnknown, ReviewLineUnknown, ReviewUnknown, ReviewIsHidden, FollowedUpAlready, ReviewTooLate,
    InvalidInput.
    """
    words = clean_text(text, field="text", needed=True)
    with transaction():
        line = _own_line(order_number, position, buyer_id)
        review = Review.objects.filter(order_line=line).first()
        if review is None:
            raise ReviewUnknown(key=f"{order_number}/{position}")
        if review.is_hidden:
            raise ReviewIsHidden(reason=review.hidden_reason)
        until = review_until(since=review.written_at, review_days=_review_days())
        if review.followed_up_at is None and now > until:
            raise ReviewTooLate(product=line.title, ended_at=str(beijing_day(until)))
        free = Review.objects.filter(pk=review.pk, followed_up_at__isnull=True)
        if not free.update(follow_up=words, followed_up_at=now):
            raise FollowedUpAlready(product=line.title)


def reply_to_review(*, review_id: int, text: str, actor: Actor, now: datetime) -> None:
    """An operator answers for the shop; audited, the reply before included. A new reply stands in for the old one.

    The buyer is told. Raises ReviewUnknown, ReviewIsHidden, InvalidInput.
    """
    words = clean_text(text, field="reply", needed=True)
    with transaction():
        review = _locked(review_id)
        if review.is_hidden:
            raise ReviewIsHidden(reason=review.hidden_reason)
        Review.objects.filter(pk=review_id).update(reply=words, replied_at=now)
        _audit("review.reply", review, actor, now, before=review.reply, after=words)
        if not review.reply:
            _tell(review, "review_replied", words, now)


def hide_review(*, review_id: int, reason: str, actor: Actor, now: datetime) -> None:
    """Take the words of a review from view, for a reason that its author is told; audited. The stars count on.

    Raises ReviewUnknown, ReasonNeeded, ReviewIsHidden.
    """
    why = _reason("review.hide", reason)
    with transaction():
        review = _locked(review_id)
        if review.is_hidden:
            raise ReviewIsHidden(reason=review.hidden_reason)
        Review.objects.filter(pk=review_id).update(hidden_at=now, hidden_reason=why)
        _audit("review.hide", review, actor, now, reason=why)
        _tell(review, "review_hidden", why, now)


def show_review(*, review_id: int, reason: str, actor: Actor, now: datetime) -> None:
    """Show the words of a hidden review again; audited. Raises ReviewUnknown, ReasonNeeded, ReviewIsShown."""
    why = _reason("review.show", reason)
    with transaction():
        review = _locked(review_id)
        if not review.is_hidden:
            raise ReviewIsShown(key=review_id)
        Review.objects.filter(pk=review_id).update(hidden_at=None, hidden_reason="")
        _audit("review.show", review, actor, now, reason=why, hidden_because=review.hidden_reason)


def _check_open(line: OrderLine, now: datetime) -> int:
    """The product that may be reviewed now, by its id."""
    order, days = line.order, _review_days()
    stands = standing(
        status=order.status,
        received_at=order.received_at,
        has_product=line.product_id is not None,
        is_all_back=is_all_back(
            base_fen=line.base_fen,
            promised_fen=line.promised_fen,
            points_fen=line.points_fen,
            points_promised_fen=line.points_promised_fen,
        ),
        is_reviewed=Review.objects.filter(order_line=line).exists(),
        review_days=days,
        now=now,
    )
    if stands == "no_product" or line.product_id is None:
        raise ReviewLineUnknown(number=order.number, position=line.position)
    if stands == "reviewed":
        raise ReviewedAlready(product=line.title)
    if stands == "refunded":
        raise ReviewOfRefunded(product=line.title)
    if stands == "not_received" or order.received_at is None:
        raise ReviewBeforeReceipt(number=order.number)
    if stands == "too_late":
        until = review_until(since=order.received_at, review_days=days)
        raise ReviewTooLate(product=line.title, ended_at=str(beijing_day(until)))
    return line.product_id


def _own_line(number: str, position: int, buyer_id: int) -> OrderLine:
    lines = OrderLine.objects.select_related("order").filter(order__number=number, order__buyer_id=buyer_id)
    line = lines.filter(position=position).first()
    if line is not None:
        return line
    if not Order.objects.filter(number=number, buyer_id=buyer_id).exists():
        raise OrderUnknown(key=number)
    raise ReviewLineUnknown(number=number, position=position)


def _locked(review_id: int) -> Review:
    review = Review.objects.select_for_update().filter(pk=review_id).first()
    if review is None:
        raise ReviewUnknown(key=review_id)
    return review


def _review_days() -> int:
    return tenant_settings(MallSettings).review_days


def _reason(action: str, reason: str) -> str:
    why = reason.strip()
    if not why or len(why) > REASON_LIMIT:
        raise ReasonNeeded(action=action)
    return why


def _audit(
    action: str, review: Review, actor: Actor, now: datetime, *, reason: str = "", **detail: str
) -> None:
    audit(
        AuditFact(actor=actor, action=action, subject=f"review:{review.pk}", reason=reason, detail=detail),
        now=now,
    )


def _tell(review: Review, kind: str, said: str, now: datetime) -> None:
    line = OrderLine.objects.select_related("order").get(pk=review.order_line_id)
    tell(
        member_id=line.order.buyer_id,
        kind=kind,
        key=f"{kind}:{review.pk}:{now:%Y%m%d%H%M%S%f}",
        values={"number": line.order.number, "product": line.title, "answer": said},
        now=now,
    )
