"""Manual adjustments and write-offs: a reason, two people, once."""

from __future__ import annotations

from datetime import timedelta

import pytest

from tongbao.ledger import selectors as books
from tongbao.ledger.contracts import InsufficientFunds, platform_account
from tongbao.members.contracts import MemberUnknown
from tongbao.rewards import services
from tongbao.rewards.contracts import AdjustmentNotValid
from tongbao.rewards.tests import street
from tongbao.tenancy.contracts import Actor, FourEyesNeeded, ProposalDecided, ReasonNeeded
from tongbao.tenancy.services import decide
from tongbao.tenancy.services.operators import create_operator

NOON = street.NOON
DAY = timedelta(days=1)


@pytest.fixture
def li(tenant) -> Actor:
    return operator("li")


@pytest.fixture
def wu(tenant) -> Actor:
    return operator("wu")


def operator(name: str) -> Actor:
    user_id = create_operator(
        username=name, password="correct horse battery", role="finance", now=NOON, actor=Actor.system()
    )
    return Actor(user_id=user_id, name=name)


def propose(ann: int, amount_fen: int, actor: Actor, *, reason: str = "bank slip 17") -> int:
    return services.propose_adjustment(
        member_id=ann, amount_fen=amount_fen, reason=reason, actor=actor, now=NOON
    )


def test_one_proposes_and_another_carries_out(li, wu):
    ann = street.with_cash(1_000)
    number = propose(ann, 500, li)
    assert street.cash(ann) == 1_000
    decide(proposal_id=number, approve=True, actor=wu, now=NOON)
    assert street.cash(ann) == 1_500
    decide(proposal_id=propose(ann, -1_500, wu), approve=True, actor=li, now=NOON)
    assert street.cash(ann) == 0
    assert books.balance(account=platform_account("adjustments")).posted == 1_000
    assert street.all_is_right()


def test_nobody_decides_their_own_proposal_and_none_is_decided_twice(li, wu):
    ann = street.with_cash(1_000)
    number = propose(ann, 500, li)
    with pytest.raises(FourEyesNeeded):
        decide(proposal_id=number, approve=True, actor=li, now=NOON)
    decide(proposal_id=number, approve=True, actor=wu, now=NOON)
    with pytest.raises(ProposalDecided):
        decide(proposal_id=number, approve=True, actor=wu, now=NOON)
    assert street.cash(ann) == 1_500


def test_a_rejected_proposal_moves_nothing(li, wu):
    ann = street.with_cash(1_000)
    decide(proposal_id=propose(ann, 500, li), approve=False, actor=wu, now=NOON)
    assert street.cash(ann) == 1_000


def test_nobody_loses_more_than_they_have(li, wu):
    ann = street.with_cash(1_000)
    number = propose(ann, -1_001, li)
    with pytest.raises(InsufficientFunds):
        decide(proposal_id=number, approve=True, actor=wu, now=NOON)
    assert street.cash(ann) == 1_000


@pytest.mark.parametrize("amount_fen", [0, 10**15 + 1, -(10**15) - 1, 1.5, "5", True])
def test_an_amount_that_is_none_is_refused(li, amount_fen):
    with pytest.raises(AdjustmentNotValid):
        propose(street.with_cash(1_000), amount_fen, li)


def test_a_reason_and_a_known_member_are_needed(li):
    with pytest.raises(ReasonNeeded):
        propose(street.with_cash(1_000), 500, li, reason="so")
    with pytest.raises(MemberUnknown):
        propose(10**9, 500, li)


def test_a_debt_is_given_up_by_two_people_and_never_by_itself(li, wu):
    with street.memory_gateway() as gateway:
        ann = street.verified(street.person())
        buyer = street.person(sponsor=ann)
        placed = street.buy(gateway, buyer, (street.pack(19_800), 1))
        street.receive(placed, buyer, now=NOON)
        services.release_due(now=NOON + 8 * DAY)
        number = street.ask(ann, 2_376, now=NOON + 8 * DAY)
        services.approve_withdrawal(number=number, actor=li, now=NOON + 8 * DAY)
        services.send_withdrawal(number=number, now=NOON + 8 * DAY)
        street.refund(gateway, placed, now=NOON + 9 * DAY)
    assert street.owed(ann) == 2_376

    def write_off(amount_fen: int) -> int:
        return services.propose_write_off(
            member_id=ann, amount_fen=amount_fen, reason="cannot be found", actor=li, now=NOON + 9 * DAY
        )

    for amount_fen in (0, -1, 2_377):
        with pytest.raises(AdjustmentNotValid):
            write_off(amount_fen)
    decide(proposal_id=write_off(376), approve=True, actor=wu, now=NOON + 9 * DAY)
    assert street.owed(ann) == 2_000
    assert books.balance(account=platform_account("write_offs")).posted == -376
    assert street.all_is_right()
