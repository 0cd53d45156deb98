"""Reviews: one for each line that was received, by its buyer, in time; an average that nothing makes prettier."""

from __future__ import annotations

from datetime import timedelta
from fractions import Fraction

import pytest
from django.db import DatabaseError, connection, transaction
from hypothesis import given
from hypothesis import strategies as st

from tongbao.kit.errors import InvalidInput
from tongbao.mall import selectors
from tongbao.mall.contracts import (
    ClaimWish,
    FollowedUpAlready,
    MallSettings,
    OrderUnknown,
    ProductUnknown,
    ReviewBeforeReceipt,
    ReviewedAlready,
    ReviewIsHidden,
    ReviewIsShown,
    ReviewLineUnknown,
    ReviewOfRefunded,
    ReviewTooLate,
    ReviewUnknown,
)
from tongbao.mall.models import OrderLine, Review
from tongbao.mall.policy.reviews import average_tenths, standing
from tongbao.mall.services import claims, refunds, reviews
from tongbao.mall.tests import shop
from tongbao.members.selectors.messages import messages_of
from tongbao.members.services import close, register
from tongbao.tenancy.contexts import tenant_context
from tongbao.tenancy.contracts import ReasonNeeded
from tongbao.tenancy.models import AuditEntry
from tongbao.tenancy.services import change_settings

RECEIVED = shop.NOON + 2 * shop.DAY
LAST_MOMENT = RECEIVED + 90 * shop.DAY
MOMENT = timedelta(microseconds=1)


@pytest.fixture
def gateway(tenant):
    gateway = shop.MemoryGateway()
    with shop.only(gateway):
        yield gateway


@pytest.fixture
def tea(gateway) -> str:
    return shop.product("tea", price_fen=12_800)


def member(name: str) -> int:
    return register(phone=None, name=name, now=shop.NOON)


def bought(gateway, buyer: int, *wishes: tuple[str, int]) -> str:
    """An order that was received two days after NOON."""
    return shop.received(gateway, buyer, *(wishes or (("tea", 1),))).number


def review(number: str, buyer: int, stars: int = 5, text: str = "", *, now=RECEIVED, **more) -> int:
    position = more.pop("position", 1)
    return reviews.write_review(
        order_number=number, position=position, buyer_id=buyer, stars=stars, text=text, now=now, **more
    )


def give_back(gateway, number: str, *, pieces: int = 0, amount_fen: int | None = None) -> None:
    """The shop refunds of line 1, and the money arrives."""
    refund = refunds_of(number, pieces, amount_fen)
    refunds.submit_refund(number=refund, now=RECEIVED)
    gateway.finish(refund, at=RECEIVED)
    shop.notify(gateway, refund, now=RECEIVED)


def refunds_of(number: str, pieces: int, amount_fen: int | None) -> str:
    return claims.refund_order(
        order_number=number,
        lines=[ClaimWish(position=1, pieces=pieces, amount_fen=amount_fen)],
        reason="不满意",
        actor=shop.OPERATOR,
        now=RECEIVED,
    )


def of_tea(**wanted):
    return selectors.reviews_of_product(code="tea", **wanted)


def test_wang_reviews_the_tea_that_she_received_and_everybody_reads_it(gateway, tea):
    wang = member("王小明")
    number = bought(gateway, wang)
    review_id = review(number, wang, 4, "  茶很香,包装一般  ")
    found = of_tea()
    assert (found.stars_sum, found.count, found.average_tenths, found.refunded) == (4, 1, 40, 0)
    assert [(row.stars, row.count) for row in found.by_stars] == [(5, 0), (4, 1), (3, 0), (2, 0), (1, 0)]
    (seen,) = found.reviews
    assert (seen.review_id, seen.stars, seen.text, seen.author) == (review_id, 4, "茶很香,包装一般", "王**")
    assert (seen.written_at, seen.is_hidden, seen.is_refunded) == (RECEIVED, False, False)


def test_stars_alone_are_enough_and_the_anonymous_have_no_name(gateway, tea):
    li = member("李四")
    review(bought(gateway, li), li, 3, is_anonymous=True)
    (seen,) = of_tea().reviews
    assert (seen.text, seen.author) == ("", "")


@pytest.mark.parametrize(
    ("stars", "text", "field"),
    [(0, "", "stars"), (6, "", "stars"), (-1, "", "stars"), (True, "", "stars"), (5, "好" * 501, "text")],
)
def test_what_is_no_review_is_refused_at_its_field(gateway, tea, stars, text, field):
    wang = member("王薇")
    number = bought(gateway, wang)
    with pytest.raises(InvalidInput) as refused:
        review(number, wang, stars, text)
    assert refused.value.values["field"] == field
    assert Review.objects.count() == 0


def test_five_hundred_characters_are_kept_to_the_last(gateway, tea):
    wang = member("王薇")
    review(bought(gateway, wang), wang, 5, "好" * 500)
    assert len(of_tea().reviews[0].text) == 500


@pytest.mark.parametrize("status", ["unpaid", "paid", "shipped"])
def test_what_was_not_received_is_not_reviewed(gateway, tea, status):
    wang = member("王薇")
    if status == "unpaid":
        number = shop.order(wang, ("tea", 1)).number
    else:
        number = shop.paid(gateway, wang, ("tea", 1)).number
    if status == "shipped":
        shop.orders.ship_order(number=number, actor=shop.OPERATOR, now=RECEIVED)
    with pytest.raises(ReviewBeforeReceipt):
        review(number, wang)
    (line,) = selectors.review_lines_of_order(number=number, buyer_id=wang, now=RECEIVED)
    assert (line.standing, line.review_until, line.review) == ("not_received", None, None)


def test_the_last_moment_of_ninety_days_still_counts_and_the_next_does_not(gateway, tea):
    wang, li = member("王薇"), member("李四")
    hers, his = bought(gateway, wang), bought(gateway, li)
    review(hers, wang, now=LAST_MOMENT)
    with pytest.raises(ReviewTooLate) as refused:
        review(his, li, now=LAST_MOMENT + MOMENT)
    assert refused.value.values["ended_at"] == "2026-06-02"
    assert not selectors.waiting_for_review(buyer_id=li, now=LAST_MOMENT + MOMENT)
    (line,) = selectors.waiting_for_review(buyer_id=li, now=LAST_MOMENT)
    assert (line.order_number, line.standing, line.review_until) == (his, "open", LAST_MOMENT)


def test_a_shop_may_set_another_time(gateway, tea):
    wang = member("王薇")
    number = bought(gateway, wang)
    change_settings(settings_class=MallSettings, values={"review_days": 1}, actor=shop.OPERATOR, now=RECEIVED)
    with pytest.raises(ReviewTooLate):
        review(number, wang, now=RECEIVED + shop.DAY + MOMENT)
    review(number, wang, now=RECEIVED + shop.DAY)


def test_nobody_reviews_what_somebody_else_bought_or_what_is_not_there(gateway, tea):
    wang, li = member("王薇"), member("李四")
    number = bought(gateway, wang)
    with pytest.raises(OrderUnknown):
        review(number, li)
    with pytest.raises(OrderUnknown):
        reviews.follow_up_review(order_number=number, position=1, buyer_id=li, text="我也说", now=RECEIVED)
    with pytest.raises(OrderUnknown):
        selectors.review_lines_of_order(number=number, buyer_id=li, now=RECEIVED)
    with pytest.raises(ReviewLineUnknown):
        review(number, wang, position=2)
    with pytest.raises(ProductUnknown):
        selectors.reviews_of_product(code="coffee")


def test_a_line_has_one_review_and_two_lines_have_two(gateway, tea):
    shop.product("cup", price_fen=3_000)
    wang = member("王薇")
    number = bought(gateway, wang, ("tea", 1), ("cup", 2))
    assert [line.product_code for line in selectors.waiting_for_review(buyer_id=wang, now=RECEIVED)] == [
        "cup",
        "tea",
    ]
    review(number, wang, 5, position=1)
    with pytest.raises(ReviewedAlready):
        review(number, wang, 1, position=1)
    review(number, wang, 2, position=2)
    assert (of_tea().stars_sum, selectors.reviews_of_product(code="cup").stars_sum) == (5, 2)
    assert not selectors.waiting_for_review(buyer_id=wang, now=RECEIVED)


def test_what_goes_back_whole_is_not_reviewed_and_what_goes_back_in_part_is(gateway, tea):
    wang, li = member("王薇"), member("李四")
    whole, part = bought(gateway, wang), bought(gateway, li)
    # Not before the money arrives: from the moment that it is on its way.
    refunds_of(whole, 1, None)
    with pytest.raises(ReviewOfRefunded):
        review(whole, wang)
    give_back(gateway, part, amount_fen=12_799)
    review(part, li, 3)
    assert not of_tea().reviews[0].is_refunded


def test_a_review_of_what_is_refunded_later_says_so_and_counts_no_longer(gateway, tea):
    wang, li = member("王薇"), member("李四")
    hers, his = bought(gateway, wang), bought(gateway, li)
    review(hers, wang, 5, "刷的好评")
    review(his, li, 2)
    assert (of_tea().stars_sum, of_tea().count, of_tea().average_tenths) == (7, 2, 35)
    give_back(gateway, hers, pieces=1)
    found = of_tea()
    assert (found.stars_sum, found.count, found.average_tenths, found.refunded) == (2, 1, 20, 1)
    assert [(seen.text, seen.is_refunded) for seen in found.reviews] == [("", False), ("刷的好评", True)]


def test_a_follow_up_is_written_once_and_for_as_long_as_a_review(gateway, tea):
    wang = member("王薇")
    number = bought(gateway, wang)

    def follow(text: str, now) -> None:
        reviews.follow_up_review(order_number=number, position=1, buyer_id=wang, text=text, now=now)

    with pytest.raises(ReviewUnknown):
        follow("还没写过", RECEIVED)
    review(number, wang, 4, "好茶", now=LAST_MOMENT)
    last = LAST_MOMENT + 90 * shop.DAY
    (line,) = selectors.review_lines_of_order(number=number, buyer_id=wang, now=last)
    assert line.review is not None
    assert (line.review.can_follow_up, line.review.follow_up_until) == (True, last)
    with pytest.raises(InvalidInput):
        follow("   ", last)
    with pytest.raises(ReviewTooLate):
        follow("太晚了", last + MOMENT)
    follow("喝了三个月,仍然好", last)
    with pytest.raises(FollowedUpAlready):
        follow("再说一次", last)
    (seen,) = of_tea().reviews
    assert (seen.stars, seen.text, seen.follow_up, seen.followed_up_at) == (
        4,
        "好茶",
        "喝了三个月,仍然好",
        last,
    )


def test_the_shop_replies_the_buyer_is_told_once_and_both_replies_are_in_the_records(gateway, tea):
    wang = member("王薇")
    review_id = review(bought(gateway, wang), wang, 2, "碎了")
    for words in ("抱歉,马上补发", "抱歉,已补发"):
        reviews.reply_to_review(review_id=review_id, text=words, actor=shop.OPERATOR, now=RECEIVED)
    assert of_tea().reviews[0].reply == "抱歉,已补发"
    entries = AuditEntry.objects.filter(action="review.reply", subject=f"review:{review_id}").order_by("id")
    assert [(one.detail["before"], one.detail["after"]) for one in entries] == [
        ("", "抱歉,马上补发"),
        ("抱歉,马上补发", "抱歉,已补发"),
    ]
    told = [one.text for one in messages_of(member_id=wang, language="zh") if "评价" in one.text]
    assert told == ["您对商品tea的评价有了回复:抱歉,马上补发"]


def test_hiding_takes_the_words_from_view_and_leaves_the_stars(gateway, tea):
    """So that a shop can't hide its way to a better average."""
    wang, li = member("王薇"), member("李四")
    hers, his = bought(gateway, wang), bought(gateway, li)
    review_id = review(hers, wang, 1, "电话13800138000,骗子")
    review(his, li, 5, "好茶")
    with pytest.raises(ReasonNeeded):
        reviews.hide_review(review_id=review_id, reason=" ", actor=shop.OPERATOR, now=RECEIVED)
    reviews.hide_review(review_id=review_id, reason="含个人电话", actor=shop.OPERATOR, now=RECEIVED)
    found = of_tea()
    assert (found.stars_sum, found.count, found.average_tenths) == (6, 2, 30)
    hidden = found.reviews[1]
    assert (hidden.stars, hidden.text, hidden.author, hidden.is_hidden) == (1, "", "王*", True)

    # Her own words and the reason are hers to see; the row is kept.
    (line,) = selectors.review_lines_of_order(number=hers, buyer_id=wang, now=RECEIVED)
    assert line.review is not None
    assert (line.review.text, line.review.hidden_reason) == ("电话13800138000,骗子", "含个人电话")
    assert line.review.can_follow_up is False
    with pytest.raises(ReviewIsHidden):
        reviews.follow_up_review(order_number=hers, position=1, buyer_id=wang, text="再说", now=RECEIVED)
    with pytest.raises(ReviewIsHidden):
        reviews.reply_to_review(review_id=review_id, text="谢谢", actor=shop.OPERATOR, now=RECEIVED)
    with pytest.raises(ReviewIsHidden):
        reviews.hide_review(review_id=review_id, reason="再来", actor=shop.OPERATOR, now=RECEIVED)

    reviews.show_review(review_id=review_id, reason="弄错了", actor=shop.OPERATOR, now=RECEIVED)
    assert of_tea().reviews[1].text == "电话13800138000,骗子"
    with pytest.raises(ReviewIsShown):
        reviews.show_review(review_id=review_id, reason="再来", actor=shop.OPERATOR, now=RECEIVED)
    entries = AuditEntry.objects.filter(subject=f"review:{review_id}").order_by("id")
    assert [(one.action, one.reason, one.actor_name) for one in entries] == [
        ("review.hide", "含个人电话", "李经理"),
        ("review.show", "弄错了", "李经理"),
    ]
    assert any("含个人电话" in one.text for one in messages_of(member_id=wang, language="zh"))


def test_reviews_come_in_pages_and_by_stars(gateway, tea):
    people = [member(f"客{number}") for number in range(5)]
    ids = [review(bought(gateway, one), one, 5 if place % 2 else 4) for place, one in enumerate(people)]
    first = of_tea(limit=2)
    assert [seen.review_id for seen in first.reviews] == [ids[4], ids[3]]
    second = of_tea(limit=2, before_id=ids[3])
    assert [seen.review_id for seen in second.reviews] == [ids[2], ids[1]]
    assert [seen.review_id for seen in of_tea(stars=5).reviews] == [ids[3], ids[1]]
    # Sum and counts are of all of them, whatever page is asked for.
    assert {(page.stars_sum, page.count, page.average_tenths) for page in (first, second)} == {(22, 5, 44)}


def test_a_product_that_nobody_reviewed_has_no_average(tea):
    found = of_tea()
    assert (found.stars_sum, found.count, found.average_tenths, found.reviews) == (0, 0, None, ())


def test_whoever_closes_their_account_leaves_a_review_without_a_name(gateway, tea):
    wang = member("王小明")
    review(bought(gateway, wang), wang, 4, "好茶")
    close(member_id=wang, reason="本人申请", actor=shop.OPERATOR, now=RECEIVED)
    (seen,) = of_tea().reviews
    assert (seen.author, seen.stars, seen.text) == ("", 4, "好茶")


@pytest.mark.parametrize(
    ("changed", "expected"),
    [
        ({}, "open"),
        ({"status": "closed"}, "open"),
        ({"status": "refunded"}, "not_received"),
        ({"now": LAST_MOMENT + MOMENT}, "too_late"),
        ({"is_all_back": True, "now": LAST_MOMENT + MOMENT}, "refunded"),
        ({"is_all_back": True, "status": "refunded"}, "refunded"),
        ({"is_reviewed": True, "is_all_back": True}, "reviewed"),
        ({"has_product": False, "is_reviewed": False}, "no_product"),
        ({"status": "shipped", "received_at": None}, "not_received"),
    ],
)
def test_of_several_reasons_the_first_is_told(changed, expected):
    usual = {
        "status": "received",
        "received_at": RECEIVED,
        "has_product": True,
        "is_all_back": False,
        "is_reviewed": False,
        "review_days": 90,
        "now": LAST_MOMENT,
    }
    assert standing(**{**usual, **changed}) == expected


@given(stars=st.lists(st.integers(1, 5), min_size=1, max_size=200))
def test_the_average_is_the_nearest_tenth_and_a_half_goes_up(stars):
    exact = Fraction(10 * sum(stars), len(stars))
    tenths = average_tenths(stars_sum=sum(stars), count=len(stars))
    assert 10 <= tenths <= 50
    assert Fraction(-1, 2) < tenths - exact <= Fraction(1, 2)


def test_written_stars_and_words_can_be_changed_by_nobody(gateway, tea):
    wang = member("王薇")
    review(bought(gateway, wang), wang, 1, "碎了")
    for statement in (
        "UPDATE mall_review SET stars = 5",
        "UPDATE mall_review SET text = '好'",
        "UPDATE mall_review SET written_at = now()",
        "DELETE FROM mall_review",
        "TRUNCATE mall_review",
    ):
        with pytest.raises(DatabaseError) as refused, transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(statement)
        assert refused.value.__cause__.sqlstate == "42501"


@pytest.mark.parametrize(
    ("wrong", "constraint"),
    [
        ({"stars": 0}, "mall_review_stars_bounds"),
        ({"stars": 6}, "mall_review_stars_bounds"),
        ({"follow_up": "没有时间"}, "mall_review_follow_up_has_a_time"),
        ({"replied_at": RECEIVED}, "mall_review_reply_has_a_time"),
        ({"hidden_at": RECEIVED}, "mall_review_hidden_for_a_reason"),
    ],
)
def test_the_database_refuses_what_a_program_gets_wrong(gateway, tea, wrong, constraint):
    wang = member("王薇")
    line = OrderLine.objects.get(order__number=bought(gateway, wang))
    values = {"order_line": line, "product_id": line.product_id, "stars": 5, "written_at": RECEIVED, **wrong}
    with pytest.raises(DatabaseError, match=constraint), transaction.atomic():
        Review.objects.create(**values)


def test_of_two_reviews_of_one_line_at_once_one_is_written(committed_tenant, race):
    gateway = shop.MemoryGateway()
    with shop.only(gateway):
        shop.product("tea", price_fen=12_800)
        wang = member("王薇")
        number = bought(gateway, wang)
    outcomes = race(*(lambda stars=stars: review(number, wang, stars) for stars in (1, 2, 3, 4, 5, 1, 2, 3)))
    refused = [one for one in outcomes if isinstance(one, ReviewedAlready)]
    assert len(refused) == 7
    assert Review.objects.count() == 1


def test_of_two_follow_ups_at_once_one_is_written(committed_tenant, race):
    gateway = shop.MemoryGateway()
    with shop.only(gateway):
        shop.product("tea", price_fen=12_800)
        wang = member("王薇")
        number = bought(gateway, wang)
    review(number, wang)

    def follow(text: str) -> None:
        reviews.follow_up_review(order_number=number, position=1, buyer_id=wang, text=text, now=RECEIVED)

    outcomes = race(*(lambda text=text: follow(text) for text in "甲乙丙丁"))
    assert outcomes.count(None) == 1
    assert sum(isinstance(one, FollowedUpAlready) for one in outcomes) == 3
    assert Review.objects.get().follow_up in "甲乙丙丁"


def test_a_mall_never_shows_another_malls_reviews(two_tenants):
    for schema_name, stars in (("lotus", 5), ("orchid", 1)):
        gateway = shop.MemoryGateway()
        with tenant_context(schema_name), shop.only(gateway):
            shop.product("tea", price_fen=12_800)
            buyer = member("王薇")
            review(bought(gateway, buyer), buyer, stars, schema_name)
    for schema_name, stars in (("lotus", 5), ("orchid", 1)):
        with tenant_context(schema_name):
            found = of_tea()
            assert (found.stars_sum, found.count, found.reviews[0].text) == (stars, 1, schema_name)
    with (
        tenant_context("lotus"),
        pytest.raises(DatabaseError),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute("SELECT count(*) FROM orchid.mall_review")
