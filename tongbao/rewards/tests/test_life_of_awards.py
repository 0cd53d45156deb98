"""What happens to awards after the order: release, refunds, receivables, ranks taken back."""

from __future__ import annotations

from datetime import timedelta

import pytest

from tongbao.kit import events
from tongbao.ledger import selectors as books
from tongbao.ledger.contracts import POINT, member_account, platform_account
from tongbao.mall.contracts import ClaimWish
from tongbao.mall.services import claims
from tongbao.members.selectors import member
from tongbao.members.services import freeze, submit_identity, unfreeze, verify_identity
from tongbao.plans import preset_text
from tongbao.rewards import selectors, services
from tongbao.rewards.models import Settlement
from tongbao.rewards.tests import street

LIFECYCLE = {case["name"]: case for case in street.cases("lifecycle.yaml")}
NOON = street.NOON
RECEIVED = NOON + timedelta(days=3)
RELEASED = RECEIVED + timedelta(days=8)


@pytest.fixture
def gateway():
    with street.memory_gateway() as gateway:
        yield gateway


def test_a_partial_refund_recomputes_on_what_remains(tenant, gateway):
    case = LIFECYCLE["a partial refund recomputes on what remains"]
    buyer, people = street.street(case["sponsors"], case["agents"])
    placed = street.buy(gateway, buyer, (street.pack(case["base_fen"]), 1))
    assert street.amounts(placed) == case["paid_awards_fen"]
    street.refund(gateway, placed, amount_fen=case["refund_fen"], now=NOON + timedelta(hours=1))
    assert street.amounts(placed) == case["awards_after_fen"]
    assert sum(street.pending(person) for person in people.values()) == 5_496 - case["clawed_back_fen"]
    assert street.all_is_right()


def test_three_partial_refunds_end_exactly_at_zero(tenant, gateway):
    case = LIFECYCLE["refunds of 3333 three times end at zero"]
    people_of = LIFECYCLE["a partial refund recomputes on what remains"]
    buyer, people = street.street(people_of["sponsors"], people_of["agents"])
    placed = street.buy(gateway, buyer, (street.pack(case["base_fen"]), 1))
    for number, refund_fen in enumerate(case["refunds_fen"], start=1):
        street.refund(gateway, placed, amount_fen=refund_fen, now=NOON + timedelta(hours=number))
    assert street.amounts(placed) == case["awards_after_fen"]
    assert [street.pending(person) for person in people.values()] == [0] * 7
    assert street.unallocated() == {"direct": 0, "tier": 0, "peer": 0, "region": 0}
    assert books.balance(account=platform_account("reserve_pending")).posted == 0
    assert books.balance(account=member_account(buyer, "points_pending"), asset=POINT).posted == 0
    assert books.balance(account=platform_account("operating")).posted == 0
    assert street.all_is_right()


def released_order(gateway, buyer, price_fen=19_800):
    placed = street.buy(gateway, buyer, (street.pack(price_fen), 1))
    street.receive(placed, buyer, now=RECEIVED)
    assert services.release_due(now=RELEASED) == 1
    return placed


def withdraw(gateway, member_id: int, amount_fen: int, *, now) -> str:
    submit_identity(member_id=member_id, real_name="王芳", card_number="11010519491231002X", now=now)
    verify_identity(member_id=member_id, actor=street.OPERATOR, now=now)
    number = services.request_withdrawal(
        member_id=member_id, amount_fen=amount_fen, recipient="wx-wang", client_key=f"k{amount_fen}", now=now
    )
    services.approve_withdrawal(number=number, actor=street.OPERATOR, now=now)
    services.send_withdrawal(number=number, now=now)
    gateway.finish(number, at=now)
    services.ask_for_due_withdrawals(now=now + timedelta(minutes=5))
    assert selectors.withdrawal(number=number).state == "paid"
    return number


def test_awards_are_released_eight_days_after_receipt_and_not_a_second_before(tenant, gateway):
    buyer, people = street.street(["member"], [])
    placed = street.buy(gateway, buyer, (street.pack(19_800), 1))
    street.receive(placed, buyer, now=RECEIVED)
    assert services.release_due(now=RELEASED - timedelta(seconds=1)) == 0
    assert services.release_due(now=RELEASED) == 1
    assert (street.pending(people["sponsor 1"]), street.cash(people["sponsor 1"])) == (0, 2_376)
    assert services.release_due(now=RELEASED + timedelta(days=1)) == 0
    assert books.balance(account=platform_account("reserve")).posted == 1_980
    assert books.balance(account=member_account(buyer, "points"), asset=POINT).available == 198 * 10_000
    assert street.all_is_right()


def test_a_refund_after_release_becomes_a_receivable_never_a_negative_balance(tenant, gateway):
    case = LIFECYCLE["a refund after release becomes a receivable, never a negative balance"]
    buyer, people = street.street(["member"], [])
    ann = people["sponsor 1"]
    placed = released_order(gateway, buyer)
    assert street.cash(ann) == case["released_fen"]
    withdraw(gateway, ann, case["already_withdrawn_fen"], now=RELEASED)
    later = RELEASED + timedelta(days=1)
    street.refund(gateway, placed, now=later)
    assert street.cash(ann) == case["balance_after_fen"]
    assert street.owed(ann) == case["receivable_after_fen"]

    second = street.person(sponsor=ann)
    again = street.buy(gateway, second, ("pack-198", 1), now=later)
    street.receive(again, second, now=later)
    assert services.release_due(now=later + timedelta(days=8)) == 1
    assert street.cash(ann) == case["balance_then_fen"]
    assert street.owed(ann) == case["receivable_then_fen"]
    assert street.all_is_right()


def test_a_claw_back_meets_a_withdrawal_that_is_not_sent_before_anything_is_owed(tenant, gateway):
    buyer, people = street.street(["member"], [])
    ann = people["sponsor 1"]
    placed = released_order(gateway, buyer)
    submit_identity(member_id=ann, real_name="王芳", card_number="11010519491231002X", now=RELEASED)
    verify_identity(member_id=ann, actor=street.OPERATOR, now=RELEASED)
    number = services.request_withdrawal(
        member_id=ann, amount_fen=2_000, recipient="wx-ann", client_key="k", now=RELEASED
    )
    street.refund(gateway, placed, now=RELEASED + timedelta(hours=1))
    assert selectors.withdrawal(number=number).state == "rejected"
    assert (street.cash(ann), street.owed(ann)) == (0, 0)
    assert street.all_is_right()


def test_the_fifth_recruit_promotes_but_is_still_paid_out_at_the_old_rank(tenant, gateway):
    case = LIFECYCLE["the fifth recruit promotes, but is still paid out at the old rank"]
    ann = street.person("vip")
    for _ in range(case["direct_vips_before"]):
        street.person("vip", sponsor=ann)
    street.pack(case["order_base_fen"])
    fifth = street.buy(gateway, street.person(sponsor=ann), ("pack-198", 1))
    assert street.amounts(fifth) == case["sponsor_awards_fen"]
    assert member(member_id=ann).rank == case["sponsor_rank_after"]
    sixth = street.buy(gateway, street.person(sponsor=ann), ("pack-198", 1), now=NOON + timedelta(minutes=1))
    assert street.amounts(sixth) == case["next_order_sponsor_awards_fen"]


def test_ten_recruits_are_not_paid_at_a_rank_that_was_bought_and_returned(tenant, gateway):
    """Ann buys the large pack, recruits at the cofounder's rate, and returns it before anything is released."""
    street.pack(99_900, code="pack-999")
    street.pack(19_800)
    ann = street.person()
    hers = street.buy(gateway, ann, ("pack-999", 1))
    assert member(member_id=ann).rank == "cofounder"
    bob = street.person(sponsor=ann)
    his = street.buy(gateway, bob, ("pack-198", 1), now=NOON + timedelta(hours=1))
    assert street.amounts(his) == [2_376, 5_940]
    street.refund(gateway, hers, now=NOON + timedelta(hours=2))
    assert member(member_id=ann).rank == "member"
    street.receive(his, bob, now=RECEIVED)
    services.release_due(now=RELEASED)
    assert street.cash(ann) == 2_376
    assert street.pending(ann) == 0
    assert street.all_is_right()


def test_an_award_used_at_a_rank_that_still_stands_is_not_lowered(tenant, gateway):
    buyer, people = street.street(["cofounder", "cofounder"], [])
    released_order(gateway, buyer)
    assert street.cash(people["sponsor 1"]) == 2_376 + 5_940
    assert street.cash(people["sponsor 2"]) == 990


def test_an_open_claim_suspends_the_release(tenant, gateway):
    buyer, people = street.street(["member"], [])
    placed = street.buy(gateway, buyer, (street.pack(19_800), 1))
    street.receive(placed, buyer, now=RECEIVED)
    claim = claims.open_claim(
        order_number=placed.number,
        buyer_id=buyer,
        kind="refund_only",
        lines=[ClaimWish(position=1, amount_fen=100)],
        reason="a bottle was broken",
        now=RECEIVED + timedelta(days=1),
    )
    events.drain(now=RECEIVED + timedelta(days=1))
    assert services.release_due(now=RELEASED) == 0
    claims.withdraw_claim(number=claim.number, buyer_id=buyer, now=RELEASED)
    events.drain(now=RELEASED)
    assert services.release_due(now=RELEASED) == 1
    assert street.cash(people["sponsor 1"]) == 2_376


def test_what_was_pending_when_somebody_was_frozen_waits(tenant, gateway):
    buyer, people = street.street(["vip", "cofounder"], [])
    ann, bob = people["sponsor 1"], people["sponsor 2"]
    placed = street.buy(gateway, buyer, (street.pack(19_800), 1))
    street.receive(placed, buyer, now=RECEIVED)
    freeze(member_id=ann, reason="asked by the police", actor=street.OPERATOR, now=RECEIVED)
    assert services.release_due(now=RELEASED) == 1
    assert (street.cash(ann), street.pending(ann)) == (0, 2_376 + 1_980)
    assert street.cash(bob) == 3_960
    unfreeze(member_id=ann, reason="cleared up", actor=street.OPERATOR, now=RELEASED)
    assert services.release_due(now=RELEASED + timedelta(hours=1)) == 1
    assert (street.cash(ann), street.pending(ann)) == (4_356, 0)
    assert street.all_is_right()


def test_an_old_order_refunds_by_the_plan_it_was_paid_under(tenant, gateway):
    """peers.md 20: the plan in force changed, and old orders refund by the new one."""
    buyer, people = street.street(["member"], [])
    placed = street.buy(gateway, buyer, (street.pack(19_800), 1))
    cheaper = preset_text("gift-pack").replace("rate: 12%", "rate: 6%")
    street.publish(cheaper, NOON + timedelta(minutes=1), now=NOON + timedelta(minutes=1))
    street.refund(gateway, placed, amount_fen=9_900, now=NOON + timedelta(hours=1))
    assert street.pending(people["sponsor 1"]) == 1_188
    other = street.person(sponsor=people["sponsor 1"])
    street.buy(gateway, other, ("pack-198", 1), now=NOON + timedelta(hours=2))
    assert street.pending(people["sponsor 1"]) == 1_188 + 1_188


def test_two_lines_are_awarded_one_by_one_and_see_the_ranks_before_the_order(tenant, gateway):
    """peers.md 9: awards of a two-line order."""
    buyer, _ = street.street(["vip"], [])
    street.pack(19_800)
    street.pack(99_900, code="pack-999")
    placed = street.buy(gateway, buyer, ("pack-198", 1), ("pack-999", 1))
    assert sorted(street.amounts(placed)) == [1_980, 2_376, 9_990, 11_988]
    assert member(member_id=buyer).rank == "cofounder"
    assert Settlement.objects.get(number=placed.number).lines.count() == 2
    assert street.all_is_right()


def test_a_message_delivered_twice_settles_once(tenant, gateway):
    """peers.md 13."""
    buyer, people = street.street(["member"], [])
    placed = street.buy(gateway, buyer, (street.pack(19_800), 1))
    order_id = Settlement.objects.get(number=placed.number).order_id
    for _ in range(3):
        assert services.settle_order(order_id=order_id, now=NOON) == 0
    assert street.pending(people["sponsor 1"]) == 2_376


def test_every_award_says_why_in_both_languages(tenant, gateway):
    buyer, _ = street.street(["vip", "dealer", "cofounder", "cofounder"], ["county", "city", "province"])
    placed = street.buy(gateway, buyer, (street.pack(9_999), 1))
    for award in selectors.awards_of_order(order_id=Settlement.objects.get(number=placed.number).order_id):
        yuan = f"{award.amount_fen // 100}.{award.amount_fen % 100:02d}"
        assert yuan in award.sentence_zh
        assert yuan in award.sentence_en
        assert "gift-pack v1" in award.sentence_zh


def test_two_overlapping_release_runs_pay_nothing_twice(committed_tenant, race):
    """peers.md 8."""
    with street.memory_gateway() as gateway:
        buyer, people = street.street(["member"], [])
        street.pack(19_800)
        for number in range(6):
            placed = street.buy(gateway, buyer, ("pack-198", 1), now=NOON + timedelta(minutes=number))
            street.receive(placed, buyer, now=RECEIVED)
        answers = race(*(lambda: services.release_due(now=RELEASED) for _ in range(6)))
    assert sum(answers) == 6
    assert street.cash(people["sponsor 1"]) == 6 * 2_376
    assert street.all_is_right()


def test_of_fifty_withdrawals_at_once_exactly_the_affordable_ones_pass(committed_tenant, race):
    """peers.md 3 and 11."""
    with street.memory_gateway() as gateway:
        buyer, people = street.street(["cofounder"], [])
        ann = people["sponsor 1"]
        placed = street.buy(gateway, buyer, (street.pack(99_900), 1))
        street.receive(placed, buyer, now=RECEIVED)
        services.release_due(now=RELEASED)
        submit_identity(member_id=ann, real_name="王芳", card_number="11010519491231002X", now=RELEASED)
        verify_identity(member_id=ann, actor=street.OPERATOR, now=RELEASED)
        assert street.cash(ann) == 41_958
        answers = race(
            *(
                lambda n=n: services.request_withdrawal(
                    member_id=ann, amount_fen=10_000, recipient="wx", client_key=f"k{n}", now=RELEASED
                )
                for n in range(50)
            )
        )
    assert sum(isinstance(answer, str) for answer in answers) == 4
    assert {getattr(answer, "code", "") for answer in answers if not isinstance(answer, str)} == {
        "insufficient_funds"
    }
    assert street.cash(ann) == 1_958
    assert street.all_is_right()


def test_approving_twice_at_once_pays_once(committed_tenant, race):
    """peers.md 4 and 5: one number for ever, and one decision."""
    with street.memory_gateway() as gateway:
        buyer, people = street.street(["member"], [])
        ann = people["sponsor 1"]
        placed = street.buy(gateway, buyer, (street.pack(19_800), 1))
        street.receive(placed, buyer, now=RECEIVED)
        services.release_due(now=RELEASED)
        submit_identity(member_id=ann, real_name="王芳", card_number="11010519491231002X", now=RELEASED)
        verify_identity(member_id=ann, actor=street.OPERATOR, now=RELEASED)
        number = services.request_withdrawal(
            member_id=ann, amount_fen=2_000, recipient="wx", client_key="k", now=RELEASED
        )
        decisions = race(
            *(
                lambda: services.approve_withdrawal(number=number, actor=street.OPERATOR, now=RELEASED)
                for _ in range(4)
            ),
            *(
                lambda: services.reject_withdrawal(
                    number=number, reason="too late", actor=street.OPERATOR, now=RELEASED
                )
                for _ in range(4)
            ),
        )
        assert sum(decision is None for decision in decisions) in (1, 2), (
            "approved, and perhaps then rejected"
        )
        if selectors.withdrawal(number=number).state == "approved":
            race(*(lambda: services.send_withdrawal(number=number, now=RELEASED) for _ in range(8)))
            gateway.finish(number, at=RELEASED)
            later = RELEASED + timedelta(minutes=5)
            race(*(lambda: services.ask_for_due_withdrawals(now=later) for _ in range(8)))
            assert gateway.asked.count("transfer_out") == 1
            assert selectors.withdrawal(number=number).state == "paid"
            assert street.cash(ann) == 376
        else:
            assert street.cash(ann) == 2_376
    assert street.all_is_right()
