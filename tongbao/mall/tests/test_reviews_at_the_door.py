"""Reviews through the API and the console: who may, what is answered, what bad input gets."""

from __future__ import annotations

import pytest
from django.urls import reverse
from django.utils import timezone

from tongbao.kit import clock
from tongbao.mall.models import OrderLine, Review
from tongbao.mall.services import orders
from tongbao.mall.tests import shop
from tongbao.mall.tests.test_api import Caller
from tongbao.mall.tests.test_console import page, signed_in, step
from tongbao.members.services import register
from tongbao.tenancy.models import AuditEntry


@pytest.fixture
def gateway(tenant):
    gateway = shop.MemoryGateway()
    with shop.only(gateway):
        yield gateway


@pytest.fixture
def wang(gateway) -> int:
    shop.product("tea", price_fen=12_800)
    return register(phone=None, name="王小明", now=shop.NOON)


@pytest.fixture
def caller(wang) -> Caller:
    return Caller(wang)


@pytest.fixture
def number(gateway, wang) -> str:
    """An order that Wang received just now."""
    placed = shop.paid(gateway, wang, ("tea", 1), now=clock.now() - shop.DAY)
    orders.ship_order(number=placed.number, actor=shop.OPERATOR, now=clock.now())
    orders.confirm_receipt(number=placed.number, buyer_id=wang, now=clock.now())
    return placed.number


def test_wang_reviews_follows_up_and_a_stranger_reads_it(caller, number):
    status, waiting = caller.get("/me/reviews/waiting")
    assert status == 200
    assert [(line["order_number"], line["position"], line["standing"]) for line in waiting] == [
        (number, 1, "open")
    ]
    status, line = caller.post(
        f"/orders/{number}/reviews", {"position": 1, "stars": 4, "text": "茶很香", "is_anonymous": False}
    )
    assert status == 201
    assert (line["standing"], line["review"]["stars"], line["review"]["can_follow_up"]) == (
        "reviewed",
        4,
        True,
    )
    assert caller.get("/me/reviews/waiting") == (200, [])
    status, line = caller.post(f"/orders/{number}/reviews/1/follow-up", {"text": "越喝越香"})
    assert (status, line["review"]["follow_up"], line["review"]["can_follow_up"]) == (201, "越喝越香", False)
    assert caller.get(f"/orders/{number}/reviews") == (200, [line])

    status, found = Caller().get("/products/tea/reviews", stars=4)
    assert status == 200
    assert (found["stars_sum"], found["count"], found["average_tenths"], found["refunded"]) == (4, 1, 40, 0)
    assert found["by_stars"][1] == {"stars": 4, "count": 1}
    (seen,) = found["reviews"]
    assert (seen["author"], seen["text"], seen["follow_up"]) == ("王**", "茶很香", "越喝越香")
    assert "buyer" not in str(seen)
    assert "order" not in str(seen)
    assert Caller().get("/products/tea/reviews", stars=5)[1]["reviews"] == []


def test_refusals_have_codes_of_their_own(caller, number, gateway, wang):
    url = f"/orders/{number}/reviews"
    good = {"position": 1, "stars": 5}
    li = Caller(register(phone=None, name="李四", now=shop.NOON))
    assert li.code(li.post(url, good)) == (404, "order_unknown")
    assert li.code(li.get(url)) == (404, "order_unknown")
    assert Caller().code(Caller().post(url, good))[0] == 401
    assert caller.code(caller.post(url, {**good, "position": 2})) == (404, "review_line_unknown")
    assert caller.code(caller.post(f"{url}/1/follow-up", {"text": "?"})) == (404, "review_unknown")
    assert caller.post(url, good)[0] == 201
    assert caller.code(caller.post(url, good)) == (409, "reviewed_already")
    assert caller.post(f"{url}/1/follow-up", {"text": "!"})[0] == 201
    assert caller.code(caller.post(f"{url}/1/follow-up", {"text": "!"})) == (409, "followed_up_already")
    sent = shop.paid(gateway, wang, ("tea", 1), now=clock.now()).number
    answer = caller.post(f"/orders/{sent}/reviews", good)
    assert caller.code(answer) == (409, "review_before_receipt")
    assert caller.code(Caller().get("/products/coffee/reviews")) == (404, "product_unknown")


@pytest.mark.parametrize(
    "wrong",
    [
        {"stars": 0},
        {"stars": 6},
        {"stars": 4.5},
        {"stars": "5"},
        {"stars": True},
        {"stars": None},
        {"text": "好" * 501},
        {"text": "\x00"},
        {"is_anonymous": "yes"},
        {"position": 0},
    ],
)
def test_bad_input_is_refused_and_nothing_is_written(caller, number, wrong):
    answer = caller.post(f"/orders/{number}/reviews", {"position": 1, "stars": 5, **wrong})
    assert answer[0] == 422
    assert Review.objects.count() == 0


@pytest.fixture
def written(number) -> Review:
    line = OrderLine.objects.get(order__number=number)
    return Review.objects.create(
        order_line=line,
        product_id=line.product_id,
        stars=1,
        text="电话13800138000",
        written_at=timezone.now(),
    )


def test_service_reads_replies_hides_and_shows_again(written):
    service = signed_in("service")
    for query in ("", "?stars=1", "?hidden=no", "?answered=no", "?q=tea"):
        response = service.get(reverse("admin:mall_review_changelist") + query)
        assert "★☆☆☆☆" in response.content.decode(), query
    for query in ("?hidden=yes", "?answered=yes", "?stars=5"):
        response = service.get(reverse("admin:mall_review_changelist") + query)
        assert "★☆☆☆☆" not in response.content.decode(), query
    seen = page(service, "review_change", written.pk)
    assert "电话13800138000" in seen
    assert "计入" in seen

    step(service, "mall_review_reply", written, reply="抱歉,已补发")
    step(service, "mall_review_hide", written, reason="含个人电话")
    written.refresh_from_db()
    assert (written.reply, written.is_hidden, written.hidden_reason) == ("抱歉,已补发", True, "含个人电话")
    step(service, "mall_review_show", written, reason="弄错了")
    written.refresh_from_db()
    assert not written.is_hidden
    entries = AuditEntry.objects.filter(subject=f"review:{written.pk}").order_by("id")
    assert [(one.action, one.actor_name) for one in entries] == [
        ("review.reply", "the-service"),
        ("review.hide", "the-service"),
        ("review.show", "the-service"),
    ]


def test_finance_has_nothing_to_do_with_reviews_and_nobody_changes_one(written):
    owner = signed_in("owner")
    assert owner.get(reverse("admin:mall_review_delete", args=[written.pk])).status_code == 403
    owner.post(reverse("admin:mall_review_change", args=[written.pk]), {"stars": 5, "text": "好"})
    written.refresh_from_db()
    assert (written.stars, written.text) == (1, "电话13800138000")
    finance = signed_in("finance")
    assert finance.get(reverse("admin:mall_review_changelist")).status_code in (302, 403)
    finance.post(
        reverse("admin:mall_review_hide", args=[written.pk]), {"_form_submitted": "True", "reason": "?"}
    )
    written.refresh_from_db()
    assert not written.is_hidden
