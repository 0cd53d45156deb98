"""A member closes their own account: nothing under way, what is left given up in writing, once and for ever."""

from __future__ import annotations

from datetime import datetime, timedelta
from functools import partial

import pytest

from tongbao.ledger import selectors as books
from tongbao.ledger.contracts import member_account, platform_account
from tongbao.members.contracts import AccountClosed, CodeNotValid, NotRegistered
from tongbao.members.models import Member, SmsMessage
from tongbao.members.selectors import member
from tongbao.members.services import log_in, register
from tongbao.members.services.codes import request_code
from tongbao.points import selectors as points_of
from tongbao.points import services as points_services
from tongbao.points.tests.people import give_points, points, put_into_reserve
from tongbao.rewards import selectors, services
from tongbao.rewards.contracts import AccountNotClosable, GivenUp, GivenUpDiffers
from tongbao.rewards.models import AccountClosing
from tongbao.rewards.tests.street import NOON, ask, buy, memory_gateway, pack, refund, verified
from tongbao.tenancy.contracts import Actor

PHONE = "13912345678"
NOTHING = GivenUp(cash_fen=0, paid_in_fen=0, points=0, vesting=0)


def wang() -> int:
    return register(phone=PHONE, name="王芳", now=NOON)


def code(*, now: datetime = NOON) -> str:
    request_code(phone=PHONE, purpose="enter", address="", now=now)
    text = SmsMessage.objects.latest("id").text
    return "".join(character for character in text if character.isdigit())[:6]


def with_money(member_id: int, amount_fen: int) -> None:
    row = {"member_id": member(member_id=member_id).number, "cash_fen": str(amount_fen)}
    report = services.import_opening_balances(rows=[(2, row)], actor=Actor.system("import"), now=NOON)
    assert report.imported == 1


def shown(member_id: int) -> GivenUp:
    return selectors.closing_facts(member_id=member_id).gives_up


def sound() -> bool:
    return not list(books.verify()) and not list(points_of.verify()) and not list(selectors.verify())


def test_an_account_with_nothing_in_it_is_closed_and_its_phone_is_free(tenant):
    member_id = wang()
    services.close_own_account(member_id=member_id, code=code(), gives_up=NOTHING, now=NOON)
    closed = Member.objects.get(pk=member_id)
    assert (closed.status, closed.phone, closed.name) == ("closed", None, "")
    later = NOON + timedelta(minutes=2)
    with pytest.raises(NotRegistered):
        log_in(phone=PHONE, code=code(now=later), now=later)
    assert register(phone=PHONE, now=NOON) != member_id


def test_what_is_left_is_given_up_as_it_was_shown_and_kept_in_writing(tenant):
    member_id = wang()
    with_money(member_id, 12_345)
    give_points(member_id, points(198))
    put_into_reserve(150_000_000)
    points_services.make_card(
        pool="regional_agents",
        member_id=member_id,
        total=points(1_200),
        parts=12,
        begins_on=NOON.date(),
        subject="agent:1",
        now=NOON,
    )
    before = points_of.floor_now()
    given = GivenUp(cash_fen=12_345, paid_in_fen=0, points=points(198), vesting=points(1_200))
    assert shown(member_id) == given
    services.close_own_account(member_id=member_id, code=code(), gives_up=given, now=NOON)
    kept = AccountClosing.objects.get()
    assert (kept.member_id, kept.cash_fen, kept.points, kept.vesting) == (
        member_id,
        12_345,
        points(198),
        points(1_200),
    )
    assert books.balance(account=member_account(member_id, "cash")).posted == 0
    assert points_of.supply().burned == points(198)
    assert points_of.left_in(pool="regional_agents") == points(30_000_000)
    assert points_of.floor_now() > before
    assert sound()


def test_an_amount_that_was_not_shown_closes_nothing(tenant):
    member_id = wang()
    with_money(member_id, 100)
    with pytest.raises(GivenUpDiffers):
        services.close_own_account(member_id=member_id, code=code(), gives_up=NOTHING, now=NOON)
    assert member(member_id=member_id).status == "active"
    assert books.balance(account=member_account(member_id, "cash")).posted == 100


def test_a_wrong_code_closes_nothing(tenant):
    member_id = wang()
    right = code()
    wrong = "000000" if right != "000000" else "111111"
    with pytest.raises(CodeNotValid):
        services.close_own_account(member_id=member_id, code=wrong, gives_up=NOTHING, now=NOON)
    assert member(member_id=member_id).status == "active"


def test_an_order_or_a_withdrawal_under_way_stands_in_the_way(tenant):
    member_id = wang()
    with memory_gateway() as gateway:
        pack(19_800)
        placed = buy(gateway, member_id, ("pack-198", 1))
        assert selectors.closing_facts(member_id=member_id).obstacles == ("open_orders", "pending_points")
        with pytest.raises(AccountNotClosable) as refusal:
            services.close_own_account(member_id=member_id, code=code(), gives_up=NOTHING, now=NOON)
        assert "open_orders" in refusal.value.values["obstacles"]
        refund(gateway, placed, now=NOON)
    assert selectors.closing_facts(member_id=member_id).obstacles == ()
    with_money(member_id, 50_000)
    verified(member_id)
    ask(member_id, 20_000)
    assert selectors.closing_facts(member_id=member_id).obstacles == ("open_withdrawals",)


def test_closing_twice_at_once_closes_once(committed_tenant, race):
    member_id = wang()
    with_money(member_id, 5_000)
    once = code()
    given = GivenUp(cash_fen=5_000, paid_in_fen=0, points=0, vesting=0)
    close = partial(services.close_own_account, member_id=member_id, code=once, gives_up=given, now=NOON)
    answers = race(*[close] * 4)
    assert sum(answer is None for answer in answers) == 1
    assert AccountClosing.objects.count() == 1
    assert books.balance(account=member_account(member_id, "cash")).posted == 0
    assert sound()


def test_withdrawing_and_closing_at_once_lose_nothing(committed_tenant, race):
    member_id = wang()
    with_money(member_id, 50_000)
    verified(member_id)
    given = GivenUp(cash_fen=50_000, paid_in_fen=0, points=0, vesting=0)
    answers = race(
        partial(services.close_own_account, member_id=member_id, code=code(), gives_up=given, now=NOON),
        partial(
            services.request_withdrawal,
            member_id=member_id,
            amount_fen=20_000,
            recipient="wx-wang",
            client_key="k",
            now=NOON,
        ),
    )
    cash = books.balance(account=member_account(member_id, "cash"))
    closed = member(member_id=member_id).status == "closed"
    assert (cash.posted, cash.held) == ((0, 0) if closed else (50_000, 20_000))
    assert any(isinstance(answer, Exception) for answer in answers)
    assert books.balance(account=platform_account("operating")).posted == (50_000 if closed else 0)
    assert sound()


def test_a_closed_account_is_not_closed_again(tenant):
    member_id = wang()
    services.close_own_account(member_id=member_id, code=code(), gives_up=NOTHING, now=NOON)
    with pytest.raises((CodeNotValid, AccountClosed)):
        services.close_own_account(member_id=member_id, code="000000", gives_up=NOTHING, now=NOON)
