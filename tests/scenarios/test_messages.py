"""What members are told: each occasion once, in their language, and nobody else's."""

from __future__ import annotations

from datetime import timedelta

import pytest

from tongbao.config.wiring import wire
from tongbao.kit import events
from tongbao.mall.contracts import ClaimWish
from tongbao.mall.services import claims, orders
from tongbao.mall.tests import shop
from tongbao.members.selectors.messages import messages_of, unread_messages
from tongbao.members.services import close, mark_read, register, tell
from tongbao.members.services.tidying import tidy
from tongbao.rewards.services import approve_withdrawal, reject_withdrawal
from tongbao.rewards.tests.street import (
    NOON,
    OPERATOR,
    ask,
    buy,
    memory_gateway,
    pack,
    person,
    receive,
    refund,
    with_cash,
)


@pytest.fixture(autouse=True)
def connected(tenant):
    wire()


def told(member_id: int, language: str = "en") -> list[str]:
    """What a member has been told, oldest first."""
    return [view.text for view in reversed(messages_of(member_id=member_id, language=language))]


def test_a_buyer_is_told_of_payment_shipping_and_refund(tenant):
    wang = person()
    with memory_gateway() as gateway:
        pack(19_800)
        placed = buy(gateway, wang, ("pack-198", 1))
        receive(placed, wang, now=NOON)
        refund(gateway, placed, amount_fen=4_950, now=NOON)
    assert told(wang) == [
        f"Order {placed.number} is paid, ¥198.00. It will be sent next.",
        f"Order {placed.number} is on its way with SF, parcel 1.",
        f"¥49.50 of order {placed.number} went back to you.",
    ]
    assert told(wang, "zh")[0] == f"订单{placed.number}已支付198.00元,等待发货。"
    (first, *_) = messages_of(member_id=wang, language="zh")
    assert first.page == f"/pages/orders/detail?number={placed.number}"


def test_a_buyer_is_told_what_was_decided_on_a_claim(tenant):
    wang = person()
    with memory_gateway() as gateway:
        pack(19_800)
        placed = buy(gateway, wang, ("pack-198", 1))
        opened = claims.open_claim(
            order_number=placed.number,
            buyer_id=wang,
            kind="refund_only",
            lines=[ClaimWish(position=1, pieces=1)],
            reason="changed my mind",
            now=NOON,
        )
        claims.reject_claim(number=opened.number, actor=OPERATOR, reason="worn", now=NOON)
    assert told(wang)[-1] == f"Your claim for order {placed.number} was rejected: worn"


def test_a_member_is_told_why_a_withdrawal_was_rejected(tenant):
    wang = with_cash(50_000)
    number = ask(wang, 20_000)
    reject_withdrawal(number=number, reason="the name differs", actor=OPERATOR, now=NOON)
    assert told(wang) == [
        "Your withdrawal of ¥200.00 was rejected, and the money is back in your balance: the name differs"
    ]


def test_a_member_is_told_that_a_withdrawal_waits_for_nothing_yet(tenant):
    wang = with_cash(50_000)
    approve_withdrawal(number=ask(wang, 20_000), actor=OPERATOR, now=NOON)
    assert told(wang) == []


def test_a_sponsor_is_told_who_joined_with_the_name_masked_and_once(tenant):
    wang = person()
    zhao = register(phone=None, sponsor_id=wang, name="赵小明", now=NOON)
    events.drain(now=NOON)
    events.drain(now=NOON)
    assert told(wang) == ["赵** joined by your invitation."]
    assert told(zhao) == []


def test_an_occasion_is_told_once_and_read_messages_are_counted(tenant):
    wang, li = person(), person()
    for _ in range(2):
        tell(member_id=wang, kind="withdrawal_paid", key="withdrawal:W1", values={"amount_fen": 1}, now=NOON)
    tell(member_id=wang, kind="withdrawal_paid", key="withdrawal:W2", values={"amount_fen": 2}, now=NOON)
    tell(member_id=li, kind="withdrawal_paid", key="withdrawal:W1", values={"amount_fen": 3}, now=NOON)
    assert (unread_messages(member_id=wang), unread_messages(member_id=li)) == (2, 1)
    oldest = messages_of(member_id=wang, language="zh")[-1]
    assert mark_read(member_id=wang, up_to=oldest.message_id, now=NOON) == 1
    assert (unread_messages(member_id=wang), unread_messages(member_id=li)) == (1, 1)


def test_a_kind_of_a_later_version_is_shown_by_its_name_and_breaks_nothing(tenant):
    wang = person()
    tell(member_id=wang, kind="from_the_future", key="x", values={"odd": "{"}, now=NOON)
    assert [view.title for view in messages_of(member_id=wang, language="zh")] == ["from_the_future"]


def test_old_messages_that_were_read_are_forgotten_and_a_closed_accounts_all(tenant):
    wang = person()
    for number in (1, 2):
        tell(member_id=wang, kind="withdrawal_paid", key=f"w{number}", values={"amount_fen": 1}, now=NOON)
    mark_read(member_id=wang, up_to=messages_of(member_id=wang, language="zh")[-1].message_id, now=NOON)
    tidy(NOON + timedelta(days=401))
    assert len(told(wang)) == 1
    close(member_id=wang, reason="asked", actor=OPERATOR, now=NOON)
    assert told(wang) == []


def test_an_order_of_an_operator_s_own_claim_tells_of_the_refund_alone(tenant):
    wang = person()
    with memory_gateway() as gateway:
        pack(19_800)
        placed = buy(gateway, wang, ("pack-198", 1))
        orders.ship_order(number=placed.number, carrier="SF", tracking_number="2", actor=OPERATOR, now=NOON)
        refund(gateway, placed, now=NOON)
    assert len(told(wang)) == 3
    assert shop.NOON == NOON
