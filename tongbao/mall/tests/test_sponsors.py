"""The sponsor at the first paid order, and who may not buy."""

from __future__ import annotations

import pytest

from tongbao.mall.models import Order
from tongbao.mall.services import checkout
from tongbao.mall.tests import shop
from tongbao.members import selectors as members
from tongbao.members.contracts import AccountClosed, AccountFrozen, InvitationUnknown, OwnInvitation
from tongbao.members.services import close, freeze, register


@pytest.fixture
def gateway(tenant):
    gateway = shop.MemoryGateway()
    with shop.only(gateway):
        yield gateway


def order_with(
    member_id: int, invitation_code: str, *, sku: str = "pack-198", key: str = "k"
) -> checkout.PlacedOrder:
    return checkout.place_order(
        buyer_id=member_id,
        wishes=[shop.Wish(sku=sku, quantity=1)],
        address=shop.HOME,
        client_key=key,
        invitation_code=invitation_code,
        now=shop.NOON,
    )


def pay(gateway, member_id: int, placed: checkout.PlacedOrder) -> None:
    started = shop.start(member_id, placed)
    gateway.finish(started.number, at=shop.NOON)
    shop.notify(gateway, started.number, now=shop.NOON)


def code_of(member_id: int) -> str:
    return members.member(member_id=member_id).invite_code


def sponsor_of(member_id: int) -> int | None:
    return members.member(member_id=member_id).sponsor_id


def test_the_first_paid_order_fixes_the_sponsor_whose_invitation_it_carried(gateway):
    shop.pack_198()
    sponsor, buyer = shop.buyer(), shop.buyer()
    placed = order_with(buyer, code_of(sponsor))
    assert sponsor_of(buyer) is None, "an order that is not paid binds nobody"
    pay(gateway, buyer, placed)
    assert sponsor_of(buyer) == sponsor


def test_the_first_paid_order_without_an_invitation_leaves_the_buyer_without_a_sponsor_for_ever(gateway):
    shop.pack_198()
    sponsor, buyer = shop.buyer(), shop.buyer()
    pay(gateway, buyer, order_with(buyer, "", key="first"))
    pay(gateway, buyer, order_with(buyer, code_of(sponsor), key="second"))
    assert sponsor_of(buyer) is None


def test_somebody_with_a_sponsor_keeps_them_whatever_link_they_follow(gateway):
    shop.pack_198()
    sponsor, other = shop.buyer(), shop.buyer()
    buyer = register(phone=None, sponsor_id=sponsor, now=shop.NOON)
    pay(gateway, buyer, order_with(buyer, code_of(other)))
    assert sponsor_of(buyer) == sponsor


def test_an_unknown_invitation_and_ones_own_are_refused_before_anything_is_ordered(gateway):
    shop.pack_198()
    buyer = shop.buyer()
    with pytest.raises(InvitationUnknown):
        order_with(buyer, "NOBODY12")
    with pytest.raises(OwnInvitation):
        order_with(buyer, code_of(buyer))
    assert not Order.objects.exists()


def test_the_frozen_and_the_closed_do_not_buy(gateway):
    shop.pack_198()
    buyer = shop.buyer()
    freeze(member_id=buyer, reason="fraud suspected", actor=shop.OPERATOR, now=shop.NOON)
    with pytest.raises(AccountFrozen):
        order_with(buyer, "")
    gone = shop.buyer()
    close(member_id=gone, reason="asked for it", actor=shop.OPERATOR, now=shop.NOON)
    with pytest.raises(AccountClosed):
        order_with(gone, "")
    assert not Order.objects.exists()


def test_a_payment_is_not_lost_when_the_inviter_is_gone_by_then(gateway):
    shop.pack_198()
    sponsor, buyer = shop.buyer(), shop.buyer()
    placed = order_with(buyer, code_of(sponsor))
    close(member_id=sponsor, reason="asked for it", actor=shop.OPERATOR, now=shop.NOON)
    pay(gateway, buyer, placed)
    assert (Order.objects.get().status, sponsor_of(buyer)) == ("paid", None)
