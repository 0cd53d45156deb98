"""Reviews of products: everybody reads them, buyers write them for what they received."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any

from django.http import HttpRequest
from ninja import Path, Query, Schema, Status
from pydantic import Field

from tongbao.kit import clock
from tongbao.kit.api import router as new_router
from tongbao.mall import selectors
from tongbao.mall.api.fields import Id, Number, PlainText, Sku
from tongbao.mall.contracts import MAX_LINES, MAX_REVIEW_CHARACTERS, MAX_STARS, MIN_STARS, ReviewStanding
from tongbao.mall.services import reviews
from tongbao.members.api import MemberAuth

router = new_router(tag="reviews")

Stars = Annotated[int, Field(ge=MIN_STARS, le=MAX_STARS)]
GivenStars = Annotated[int, Field(strict=True, ge=MIN_STARS, le=MAX_STARS)]
Position = Annotated[int, Field(ge=1, le=MAX_LINES)]
Words = Annotated[PlainText, Field(max_length=MAX_REVIEW_CHARACTERS)]


class ReviewOut(Schema):
    """``author`` is masked, and empty for the anonymous. A hidden review keeps its stars and shows no words.

    ``is_refunded``: all that was paid went back later, so its stars are not counted.
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


class StarsOut(Schema):
    stars: int
    count: int


class ProductReviewsOut(Schema):
    """``average_tenths`` is ``stars_sum`` / ``count`` in tenths of a star, a half rounded up: 47 is 4.7 stars.

    ``refunded`` reviews are listed and not counted; hidden ones are counted.
    """

    stars_sum: int
    count: int
    average_tenths: int | None
    by_stars: list[StarsOut]
    refunded: int
    reviews: list[ReviewOut]


class OwnReviewOut(Schema):
    """One's own review; ``hidden_reason`` is empty unless its words are hidden from others."""

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


class ReviewLineOut(Schema):
    """A line of one's own order. Only a line whose ``standing`` is ``open`` may be reviewed."""

    line_id: int
    order_number: str
    position: int
    product_code: str
    title: str
    variant_title: str
    standing: ReviewStanding
    review_until: datetime | None
    review: OwnReviewOut | None


class ReviewFilter(Schema):
    stars: Stars | None = None
    before: Id | None = None
    limit: Annotated[int, Field(ge=1, le=100)] = 20


class WaitingFilter(Schema):
    before: Id | None = None
    limit: Annotated[int, Field(ge=1, le=100)] = 20


class ReviewIn(Schema):
    """The line, the stars, and what there is to say; stars alone are enough."""

    position: Annotated[int, Field(strict=True, ge=1, le=MAX_LINES)]
    stars: GivenStars
    text: Words = ""
    is_anonymous: Annotated[bool, Field(strict=True)] = False


class FollowUpIn(Schema):
    text: Annotated[Words, Field(min_length=1)]


@router.get("/products/{code}/reviews", response=ProductReviewsOut, summary="What buyers think of a product")
def of_product(request: HttpRequest, code: Path[Sku], wanted: Query[ReviewFilter]) -> Any:
    """The average and the counts of all, and one page of reviews, newest first."""
    return selectors.reviews_of_product(
        code=code, stars=wanted.stars, before_id=wanted.before, limit=wanted.limit
    )


@router.get(
    "/me/reviews/waiting",
    response=list[ReviewLineOut],
    auth=MemberAuth(),
    summary="What I may review, newest first",
)
def waiting(request: HttpRequest, wanted: Query[WaitingFilter]) -> Any:
    """``before`` is the ``line_id`` of the last one seen."""
    return list(
        selectors.waiting_for_review(
            buyer_id=_member(request), now=clock.now(), before_id=wanted.before, limit=wanted.limit
        )
    )


@router.get(
    "/orders/{number}/reviews",
    response=list[ReviewLineOut],
    auth=MemberAuth(),
    summary="The lines of my order with their reviews",
)
def of_order(request: HttpRequest, number: Path[Number]) -> Any:
    return list(selectors.review_lines_of_order(number=number, buyer_id=_member(request), now=clock.now()))


@router.post(
    "/orders/{number}/reviews",
    response={201: ReviewLineOut},
    auth=MemberAuth(),
    summary="Review a line of my order",
)
def write(request: HttpRequest, number: Path[Number], said: ReviewIn) -> Any:
    """Once for each line, after receipt and for as long as the shop allows; it can't be changed afterwards."""
    now, member_id = clock.now(), _member(request)
    reviews.write_review(
        order_number=number,
        position=said.position,
        buyer_id=member_id,
        stars=said.stars,
        text=said.text,
        is_anonymous=said.is_anonymous,
        now=now,
    )
    line = selectors.review_line(number=number, position=said.position, buyer_id=member_id, now=now)
    return Status(201, line)


@router.post(
    "/orders/{number}/reviews/{position}/follow-up",
    response={201: ReviewLineOut},
    auth=MemberAuth(),
    summary="Add to my review",
)
def follow_up(request: HttpRequest, number: Path[Number], position: Path[Position], said: FollowUpIn) -> Any:
    """Once for each review."""
    now, member_id = clock.now(), _member(request)
    reviews.follow_up_review(
        order_number=number, position=position, buyer_id=member_id, text=said.text, now=now
    )
    return Status(201, selectors.review_line(number=number, position=position, buyer_id=member_id, now=now))


def _member(request: HttpRequest) -> int:
    member_id: int = request.auth.member_id  # type: ignore[attr-defined]
    return member_id
