"""Reads of reviews: of a product for everybody, of their own lines for buyers."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Count, F, Q, QuerySet

from tongbao.mall.contracts import (
    MAX_STARS,
    MIN_STARS,
    MallSettings,
    OrderUnknown,
    ProductUnknown,
    ReviewLineUnknown,
    ReviewStanding,
)
from tongbao.mall.models import Order, OrderLine, Product, Review
from tongbao.mall.policy.reviews import RECEIVED, average_tenths, is_all_back, review_until, standing
from tongbao.members.policy.people import mask_name
from tongbao.tenancy.selectors import tenant_settings

PAGE_LIMIT = 100


# ``policy.reviews.is_all_back`` for the database, in the words of the index ``mall_order_line_all_back``.
ALL_BACK = Q(promised_fen=F("base_fen"), points_promised_fen=F("points_fen")) & (
    Q(base_fen__gt=0) | Q(points_fen__gt=0)
)


@dataclass(frozen=True, slots=True, kw_only=True)
class ReviewView:
    """A review as everybody sees it. ``author`` is masked, and empty for the anonymous and for closed accounts.

    Of a hidden one no words are shown. ``is_refunded``: all that was paid went back, so its stars don't count.
    """

    review_id: int
    stars: int
    text: str
    author: str
    variant_title: str
    written_at: datetime
    follow_up: str
    followed_up_at: datetime | None
    reply: str
    replied_at: datetime | None
    is_hidden: bool
    is_refunded: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class StarsView:
    """How many counted reviews gave so many stars."""

    stars: int
    count: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ProductReviews:
    """What a product's buyers think of it: whole numbers, and one page of reviews, newest first.

    ``average_tenths`` is ``stars_sum / count`` in tenths, a half rounded up; nothing if nobody counts. Hidden
    reviews count, ``refunded`` ones don't.
    """

    stars_sum: int
    count: int
    average_tenths: int | None
    by_stars: tuple[StarsView, ...]
    refunded: int
    reviews: tuple[ReviewView, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnReview:
    """A review as its author sees it: the words also of a hidden one, and why it is hidden."""

    review_id: int
    stars: int
    text: str
    is_anonymous: bool
    written_at: datetime
    follow_up: str
    followed_up_at: datetime | None
    reply: str
    replied_at: datetime | None
    hidden_reason: str
    can_follow_up: bool
    follow_up_until: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class ReviewLine:
    """A line of one's own order: whether it may be reviewed, until when, and the review that it has."""

    line_id: int
    order_number: str
    position: int
    product_code: str
    title: str
    variant_title: str
    standing: ReviewStanding
    review_until: datetime | None
    review: OwnReview | None


def reviews_of_product(
    *, code: str, stars: int | None = None, before_id: int | None = None, limit: int = 20
) -> ProductReviews:
    """One page of a product's reviews after the one with id ``before_id``, all or those of so many stars.

    Sum and counts are of all of them. Raises ProductUnknown.
    """
    product_id = Product.objects.filter(code=code).values_list("id", flat=True).first()
    if product_id is None:
        raise ProductUnknown(key=code)
    all_of_it = Review.objects.filter(product_id=product_id)
    given = dict(all_of_it.order_by().values_list("stars").annotate(times=Count("id")))
    went_back = OrderLine.objects.filter(ALL_BACK, product_id=product_id, reviews__isnull=False)
    back = dict(went_back.order_by().values_list("reviews__stars").annotate(times=Count("id")))
    by_stars = {stars_of: times - back.get(stars_of, 0) for stars_of, times in given.items()}
    count = sum(by_stars.values())
    stars_sum = sum(stars_of * times for stars_of, times in by_stars.items())
    rows = all_of_it.select_related("order_line__order__buyer").order_by("-id")
    if stars is not None:
        rows = rows.filter(stars=stars)
    if before_id is not None:
        rows = rows.filter(id__lt=before_id)
    return ProductReviews(
        stars_sum=stars_sum,
        count=count,
        average_tenths=average_tenths(stars_sum=stars_sum, count=count),
        by_stars=tuple(
            StarsView(stars=stars_of, count=by_stars.get(stars_of, 0))
            for stars_of in range(MAX_STARS, MIN_STARS - 1, -1)
        ),
        refunded=sum(back.values()),
        reviews=tuple(_review_view(row) for row in rows[: min(limit, PAGE_LIMIT)]),
    )


def waiting_for_review(
    *, buyer_id: int, now: datetime, before_id: int | None = None, limit: int = 20
) -> tuple[ReviewLine, ...]:
    """One page of a member's lines that may be reviewed now, newest first, after the line ``before_id``."""
    days = _review_days()
    rows = _lines(buyer_id).filter(
        order__status__in=RECEIVED,
        order__received_at__gte=now - timedelta(days=days),
        product__isnull=False,
        reviews__isnull=True,
    )
    rows = rows.exclude(ALL_BACK).order_by("-id")
    if before_id is not None:
        rows = rows.filter(id__lt=before_id)
    return tuple(_review_line(row, days, now) for row in rows[: min(limit, PAGE_LIMIT)])


def review_lines_of_order(*, number: str, buyer_id: int, now: datetime) -> tuple[ReviewLine, ...]:
    """Each line of a member's own order with its review, in the order's own order. Raises OrderUnknown."""
    if not Order.objects.filter(number=number, buyer_id=buyer_id).exists():
        raise OrderUnknown(key=number)
    days = _review_days()
    rows = _lines(buyer_id).filter(order__number=number).order_by("position")
    return tuple(_review_line(row, days, now) for row in rows)


def review_line(*, number: str, position: int, buyer_id: int, now: datetime) -> ReviewLine:
    """One line of a member's own order with its review. Raises OrderUnknown, ReviewLineUnknown."""
    for line in review_lines_of_order(number=number, buyer_id=buyer_id, now=now):
        if line.position == position:
            return line
    raise ReviewLineUnknown(number=number, position=position)


def _lines(buyer_id: int) -> QuerySet[OrderLine]:
    mine = OrderLine.objects.filter(order__buyer_id=buyer_id)
    return mine.select_related("order").prefetch_related("reviews")


def _review_days() -> int:
    return tenant_settings(MallSettings).review_days


def _went_back(line: OrderLine) -> bool:
    return is_all_back(
        base_fen=line.base_fen,
        promised_fen=line.promised_fen,
        points_fen=line.points_fen,
        points_promised_fen=line.points_promised_fen,
    )


def _review_view(row: Review) -> ReviewView:
    shown = not row.is_hidden
    return ReviewView(
        review_id=row.pk,
        stars=row.stars,
        text=row.text if shown else "",
        author="" if row.is_anonymous else mask_name(row.order_line.order.buyer.name),
        variant_title=row.order_line.variant_title,
        written_at=row.written_at,
        follow_up=row.follow_up if shown else "",
        followed_up_at=row.followed_up_at if shown else None,
        reply=row.reply if shown else "",
        replied_at=row.replied_at if shown else None,
        is_hidden=row.is_hidden,
        is_refunded=_went_back(row.order_line),
    )


def _review_line(row: OrderLine, days: int, now: datetime) -> ReviewLine:
    review = next(iter(row.reviews.all()), None)
    order = row.order
    return ReviewLine(
        line_id=row.pk,
        order_number=order.number,
        position=row.position,
        product_code=row.product_code,
        title=row.title,
        variant_title=row.variant_title,
        standing=standing(
            status=order.status,
            received_at=order.received_at,
            has_product=row.product_id is not None,
            is_all_back=_went_back(row),
            is_reviewed=review is not None,
            review_days=days,
            now=now,
        ),
        review_until=review_until(since=order.received_at, review_days=days) if order.received_at else None,
        review=_own_review(review, days, now) if review else None,
    )


def _own_review(row: Review, days: int, now: datetime) -> OwnReview:
    until = review_until(since=row.written_at, review_days=days)
    return OwnReview(
        review_id=row.pk,
        stars=row.stars,
        text=row.text,
        is_anonymous=row.is_anonymous,
        written_at=row.written_at,
        follow_up=row.follow_up,
        followed_up_at=row.followed_up_at,
        reply=row.reply,
        replied_at=row.replied_at,
        hidden_reason=row.hidden_reason,
        can_follow_up=row.followed_up_at is None and not row.is_hidden and now <= until,
        follow_up_until=until,
    )
