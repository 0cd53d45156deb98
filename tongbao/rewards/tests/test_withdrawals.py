"""Withdrawals: what they cost, who may ask, each step once, and money that can't be sent twice."""

from __future__ import annotations

from datetime import timedelta

import pytest

from tongbao.kit import events
from tongbao.ledger import selectors as books
from tongbao.ledger.contracts import (
    InsufficientFunds,
    Request,
    Transfer,
    member_account,
    platform_account,
)
from tongbao.ledger.services import post
from tongbao.mall.contracts import MovementReport, TransferReported, UnknownGateway
from tongbao.mall.tests import shop
from tongbao.members.services import close, freeze, set_active, unfreeze
from tongbao.rewards import selectors, services
from tongbao.rewards.contracts import (
    AmountTooSmall,
    DailyLimitReached,
    IdentityNotVerified,
    MemberMayNotWithdraw,
    RewardsSettings,
    WithdrawalKeyReused,
    WithdrawalNotInState,
    WithdrawalUnknown,
)
from tongbao.rewards.models import Withdrawal
from tongbao.rewards.tests import street
from tongbao.tenancy.contracts import ReasonNeeded
from tongbao.tenancy.models import AuditEntry
from tongbao.tenancy.services import change_settings

NOON = street.NOON
MINUTE, DAY = timedelta(minutes=1), timedelta(days=1)
BOSS = street.OPERATOR


@pytest.fixture
def gateway():
    with street.memory_gateway() as gateway:
        yield gateway


def setting(**values: object) -> None:
    change_settings(settings_class=RewardsSettings, values=values, actor=BOSS, now=NOON)


def state(number: str) -> str:
    return selectors.withdrawal(number=number).state


def approved(member_id: int, amount_fen: int = 2_000) -> str:
    number = street.ask(member_id, amount_fen)
    services.approve_withdrawal(number=number, actor=BOSS, now=NOON)
    return number


def sum_of(kind: str, detail: str = "") -> int:
    return books.balance(account=platform_account(kind, detail)).posted


def test_fee_and_tax_are_shown_before_asking_and_taken_when_paid(tenant, gateway):
    setting(withdrawal_fee_fen=100, withdrawal_fee_bp=60, tax_brackets=[[80_000, 2_000], [400_000, 3_000]])
    quote = selectors.quote(amount_fen=500_000)
    assert (quote.fee_fen, quote.tax_fen, quote.payout_fen) == (3_100, 94_000, 402_900)
    ann = street.with_cash(500_000)
    number = approved(ann, 500_000)
    assert services.send_withdrawal(number=number, now=NOON) == "sending"
    assert gateway.movements[number].amount_fen == 402_900
    gateway.finish(number, at=NOON)
    services.ask_for_due_withdrawals(now=NOON + MINUTE)
    assert state(number) == "paid"
    assert sum_of("gateway", "memory") == 402_900
    assert (sum_of("withdrawal_fees"), sum_of("tax_payable")) == (3_100, 94_000)
    summary = selectors.commission_of(member_id=ann)
    assert (summary.cash_fen, summary.held_fen, summary.withdrawn_fen) == (0, 0, 500_000)
    assert street.all_is_right()


def test_money_is_set_aside_from_the_request_on(tenant, gateway):
    ann = street.with_cash(5_000)
    street.ask(ann, 3_000)
    summary = selectors.commission_of(member_id=ann)
    assert (summary.cash_fen, summary.held_fen) == (2_000, 3_000)
    assert street.all_is_right()


@pytest.mark.parametrize("amount_fen", [-1, 0, 1, 999])
def test_less_than_the_least_withdrawal_is_refused(tenant, gateway, amount_fen):
    ann = street.with_cash(5_000)
    with pytest.raises(AmountTooSmall, match=r"10\.00 yuan"):
        street.ask(ann, amount_fen)
    assert street.cash(ann) == 5_000
    assert state(street.ask(ann, 1_000)) == "requested"


def test_more_than_there_is_is_refused_and_the_same_request_gets_the_same_answer(tenant, gateway):
    ann = street.with_cash(5_000)
    with pytest.raises(InsufficientFunds):
        street.ask(ann, 5_001, key="a")
    adding = Transfer(
        debit=platform_account("adjustments"),
        credit=member_account(ann, "cash"),
        amount=1_000,
        kind="adjustment",
        subject="test",
    )
    post(request=Request(key="more", transfers=(adding,)), now=NOON)
    with pytest.raises(InsufficientFunds):
        street.ask(ann, 5_001, key="a")
    with pytest.raises(WithdrawalKeyReused):
        street.ask(ann, 2_000, key="a")
    assert state(street.ask(ann, 5_001, key="b")) == "requested"
    assert Withdrawal.objects.count() == 1


def test_the_same_request_asks_once_and_another_amount_under_its_key_is_an_error(tenant, gateway):
    ann = street.with_cash(5_000)
    number = street.ask(ann, 2_000)
    assert [street.ask(ann, 2_000), street.ask(ann, 2_000)] == [number, number]
    assert street.cash(ann) == 3_000
    with pytest.raises(WithdrawalKeyReused):
        street.ask(ann, 2_001)


def test_two_members_may_use_the_same_key(tenant, gateway):
    ann, bob = street.with_cash(5_000), street.with_cash(5_000)
    assert street.ask(ann, 2_000) != street.ask(bob, 2_000)


def test_the_daily_limit_counts_what_was_asked_today_and_not_what_came_back(tenant, gateway):
    setting(withdrawal_daily_limit_fen=5_000)
    ann = street.with_cash(20_000)
    first = street.ask(ann, 3_000, key="a")
    with pytest.raises(DailyLimitReached, match=r"20\.00 yuan"):
        street.ask(ann, 2_001, key="b")
    services.reject_withdrawal(number=first, reason="wrong account", actor=BOSS, now=NOON)
    street.ask(ann, 5_000, key="c")
    with pytest.raises(DailyLimitReached):
        street.ask(ann, 1_000, key="d", now=NOON + timedelta(hours=11))
    assert street.ask(ann, 5_000, key="e", now=NOON + timedelta(hours=12))  # midnight in Beijing


def test_no_withdrawal_without_a_verified_identity(tenant, gateway):
    ann = street.person()
    with pytest.raises(IdentityNotVerified):
        street.ask(ann, 2_000)


def test_the_frozen_and_the_closed_are_refused_and_the_inactive_get_what_is_theirs(tenant, gateway):
    ann = street.with_cash(5_000)
    freeze(member_id=ann, reason="asked by the police", actor=BOSS, now=NOON)
    with pytest.raises(MemberMayNotWithdraw):
        street.ask(ann, 2_000)
    unfreeze(member_id=ann, reason="cleared up", actor=BOSS, now=NOON)
    set_active(member_id=ann, active=False, reason="on leave", actor=BOSS, now=NOON)
    assert state(street.ask(ann, 5_000)) == "requested"
    bob = street.verified(street.person())
    close(member_id=bob, reason="asked to", actor=BOSS, now=NOON)
    with pytest.raises(MemberMayNotWithdraw, match="closed"):
        street.ask(bob, 2_000)


def test_a_member_who_was_frozen_meanwhile_is_not_paid(tenant, gateway):
    ann = street.with_cash(10_000)
    asked, waiting = street.ask(ann, 2_000, key="a"), street.ask(ann, 2_000, key="b")
    services.approve_withdrawal(number=waiting, actor=BOSS, now=NOON)
    freeze(member_id=ann, reason="asked by the police", actor=BOSS, now=NOON)
    with pytest.raises(MemberMayNotWithdraw):
        services.approve_withdrawal(number=asked, actor=BOSS, now=NOON)
    assert services.send_withdrawal(number=waiting, now=NOON) == "approved"
    assert gateway.asked == []
    unfreeze(member_id=ann, reason="cleared up", actor=BOSS, now=NOON)
    services.ask_for_due_withdrawals(now=NOON + timedelta(hours=1))
    assert state(waiting) == "sending"


def test_a_rejected_withdrawal_gives_the_money_back_once(tenant, gateway):
    """peers.md 5: a rejected withdrawal rejected again refunds again."""
    ann = street.with_cash(5_000)
    number = street.ask(ann, 2_000)
    services.reject_withdrawal(number=number, reason="wrong account", actor=BOSS, now=NOON)
    for _ in range(3):
        with pytest.raises(WithdrawalNotInState, match="rejected"):
            services.reject_withdrawal(number=number, reason="wrong account", actor=BOSS, now=NOON)
    with pytest.raises(WithdrawalNotInState):
        services.approve_withdrawal(number=number, actor=BOSS, now=NOON)
    assert street.cash(ann) == 5_000
    assert selectors.withdrawal(number=number).reason == "wrong account"
    assert AuditEntry.objects.filter(action="withdrawal.reject").count() == 1
    assert street.all_is_right()


def test_a_rejection_needs_a_reason(tenant, gateway):
    number = street.ask(street.with_cash(5_000), 2_000)
    with pytest.raises(ReasonNeeded):
        services.reject_withdrawal(number=number, reason="  ", actor=BOSS, now=NOON)
    assert state(number) == "requested"


def test_approving_again_sends_nothing_again(tenant, gateway):
    """peers.md 4: a fresh payment id for each click."""
    number = approved(street.with_cash(5_000))
    with pytest.raises(WithdrawalNotInState):
        services.approve_withdrawal(number=number, actor=BOSS, now=NOON)
    for step in range(5):
        services.send_withdrawal(number=number, now=NOON + step * timedelta(hours=2))
    assert [movement.number for movement in gateway.movements.values()] == [number]
    assert gateway.asked.count("transfer_out") == 1


def test_no_answer_is_asked_again_under_the_same_number(tenant, gateway):
    ann = street.with_cash(5_000)
    number = approved(ann)
    gateway.is_down = True
    assert services.send_withdrawal(number=number, now=NOON) == "sending"
    assert services.ask_for_due_withdrawals(now=NOON + timedelta(seconds=59)) == 0
    gateway.is_down = False
    later = NOON + MINUTE
    assert services.ask_for_due_withdrawals(now=later) == 1
    assert gateway.asked == ["transfer_out", "query_transfer", "transfer_out"]
    gateway.finish(number, at=later)
    services.ask_for_due_withdrawals(now=later + timedelta(hours=1))
    assert state(number) == "paid"
    assert not gateway.inside_transaction
    assert street.all_is_right()


def test_money_that_the_gateway_refuses_to_pay_comes_back(tenant, gateway):
    ann = street.with_cash(5_000)
    number = approved(ann)
    gateway.refuses = True
    assert services.send_withdrawal(number=number, now=NOON) == "failed"
    assert street.cash(ann) == 5_000
    assert services.send_withdrawal(number=number, now=NOON + DAY) == "failed"
    assert street.all_is_right()


def test_a_refused_question_says_nothing_about_the_money(tenant, gateway):
    """The first call went through and its answer was lost; the gateway then refuses to be asked."""
    ann = street.with_cash(5_000)
    number = approved(ann)
    services.send_withdrawal(number=number, now=NOON)
    gateway.finish(number, at=NOON)
    gateway.refuses = True
    assert services.send_withdrawal(number=number, now=NOON + MINUTE) == "sending"
    assert street.cash(ann) == 3_000
    gateway.refuses = False
    assert services.send_withdrawal(number=number, now=NOON + DAY) == "paid"


def test_a_transfer_that_failed_at_the_gateway_gives_the_money_back(tenant, gateway):
    ann = street.with_cash(5_000)
    number = approved(ann)
    services.send_withdrawal(number=number, now=NOON)
    gateway.finish(number, at=NOON, state="failed")
    for _ in range(3):
        shop.notify(gateway, number, now=NOON)
    events.drain(now=NOON)
    events.drain(now=NOON + DAY)
    assert (state(number), street.cash(ann)) == ("failed", 5_000)
    assert street.all_is_right()


def test_a_verified_notification_pays_it_once_however_often_it_comes(tenant, gateway):
    ann = street.with_cash(5_000)
    number = approved(ann)
    services.send_withdrawal(number=number, now=NOON)
    gateway.finish(number, at=NOON)
    for _ in range(3):
        shop.notify(gateway, number, now=NOON)
    events.drain(now=NOON)
    assert state(number) == "paid"
    assert sum_of("gateway", "memory") == 2_000
    assert street.all_is_right()


@pytest.mark.parametrize(
    ("code", "amount_fen", "told"), [("memory", 1_999, "succeeded"), ("other", 2_000, "succeeded")]
)
def test_a_report_that_does_not_fit_books_nothing(tenant, gateway, code, amount_fen, told):
    number = approved(street.with_cash(5_000))
    services.send_withdrawal(number=number, now=NOON)
    report = MovementReport(kind="transfer", number=number, state=told, amount_fen=amount_fen)
    assert services.take_transfer_report(gateway=code, report=report, now=NOON) is False
    assert state(number) == "sending"
    events.emit(TransferReported(gateway=code, number="W0", state=told, amount_fen=amount_fen))
    events.drain(now=NOON)
    assert sum_of("gateway", code) == 0


def test_one_withdrawal_that_fails_holds_up_no_other(tenant, gateway, monkeypatch):
    first, second = (approved(street.with_cash(5_000)) for _ in range(2))
    Withdrawal.objects.filter(number=first).update(gateway="gone")
    services.ask_for_due_withdrawals(now=NOON)
    assert (state(first), state(second)) == ("approved", "sending")
    with pytest.raises(UnknownGateway):
        services.send_withdrawal(number=first, now=NOON)


def test_an_unknown_number_is_said_to_be_unknown(tenant, gateway):
    for step in (
        lambda: services.approve_withdrawal(number="W1", actor=BOSS, now=NOON),
        lambda: services.reject_withdrawal(number="W1", reason="because", actor=BOSS, now=NOON),
        lambda: services.send_withdrawal(number="W1", now=NOON),
        lambda: selectors.withdrawal(number="W1"),
    ):
        with pytest.raises(WithdrawalUnknown):
            step()


def test_money_paid_in_can_not_be_withdrawn(tenant, gateway):
    """peers.md 18: commission and paid-in money are two accounts."""
    ann = street.with_cash(1_000)
    paying_in = Transfer(
        debit=platform_account("gateway", "memory"),
        credit=member_account(ann, "paid_in"),
        amount=100_000,
        kind="paid_in",
        subject="test",
    )
    post(request=Request(key="paid-in", transfers=(paying_in,)), now=NOON)
    with pytest.raises(InsufficientFunds):
        street.ask(ann, 1_001, key="a")
    street.ask(ann, 1_000, key="b")
    assert books.balance(account=member_account(ann, "paid_in")).posted == 100_000


def test_ten_requests_under_one_key_at_once_hold_once(committed_tenant, race):
    ann = street.with_cash(5_000)
    numbers = race(*(lambda: street.ask(ann, 2_000) for _ in range(10)))
    assert len(set(numbers)) == 1
    assert street.cash(ann) == 3_000


def test_ten_reports_at_once_pay_once(committed_tenant, race):
    with street.memory_gateway() as gateway:
        ann = street.with_cash(5_000)
        number = approved(ann)
        services.send_withdrawal(number=number, now=NOON)
        gateway.finish(number, at=NOON)
        report = gateway.query_transfer(number=number)
        took = race(
            *(
                lambda: services.take_transfer_report(gateway="memory", report=report, now=NOON)
                for _ in range(10)
            )
        )
    assert sorted(took) == [False] * 9 + [True]
    assert (street.cash(ann), sum_of("gateway", "memory")) == (3_000, 2_000)
    assert street.all_is_right()
