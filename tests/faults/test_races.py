"""Many want the same at once: one payment, one award, one last unit of a pool. Every order of winning is right."""

from __future__ import annotations

from datetime import timedelta
from functools import partial
from itertools import permutations

import pytest

from tongbao.config.verification import findings
from tongbao.kit import events
from tongbao.kit.models import OutboxEvent
from tongbao.ledger import selectors as books
from tongbao.ledger.contracts import InsufficientFunds, member_account, platform_account
from tongbao.mall.services import payments
from tongbao.mall.tests import shop
from tongbao.points import selectors as points
from tongbao.points.contracts import GIFT_PACKS
from tongbao.points.services import grant_pending
from tongbao.points.tests.people import join
from tongbao.rewards import services
from tongbao.rewards.contracts import RewardsSettings
from tongbao.rewards.models import Settlement
from tongbao.rewards.tests import street
from tongbao.tenancy.services import change_settings

NOON = street.NOON
RECEIVED = NOON + timedelta(days=3)
DUE = RECEIVED + timedelta(days=8)
RACERS = 32
CASH_FEN, AWARD_FEN, ASKED_FEN = 50_000, 2_376, 52_000


def nothing_is_wrong() -> bool:
    assert list(findings()) == []
    return True


@pytest.mark.parametrize("messages", [1, 50], ids=["one message", "a message each"])
def test_a_payment_notified_fifty_times_at_once_is_booked_and_settled_once(committed_tenant, race, messages):
    with street.memory_gateway() as gateway:
        buyer, people = street.street(["member"], [])
        placed = shop.order(buyer, (street.pack(19_800), 1))
        started = shop.start(buyer, placed)
        gateway.finish(started.number, at=NOON)
        notices = [gateway.notice(started.number, at=NOON, message=f"N-{n % messages}") for n in range(50)]
        answers = race(
            *(
                partial(
                    payments.take_notification,
                    gateway_code=gateway.code,
                    headers=headers,
                    body=body,
                    received_at=NOON,
                    now=NOON,
                )
                for headers, body in notices
            )
        )
        assert not [answer for answer in answers if isinstance(answer, Exception)]
        race(*[partial(events.drain, now=NOON)] * 8)
    assert books.balance(account=platform_account("gateway", "memory")).posted == -19_800
    assert OutboxEvent.objects.filter(name="mall.order_paid").count() == 1
    assert Settlement.objects.count() == 1
    assert street.pending(people["sponsor 1"]) == AWARD_FEN
    assert nothing_is_wrong()


# --- Refund × release × withdrawal of one award -------------------------------------------------------------


class OneAward:
    """A verified member with 500 yuan and an award of 23.76 that is due today; all of it but 3.76 is asked for."""

    def __init__(self, gateway: shop.MemoryGateway, code: str) -> None:
        self.gateway = gateway
        buyer, people = street.street(["member"], [])
        self.member_id = street.verified(people["sponsor 1"])
        row = {"member_id": f"M{self.member_id:07d}", "cash_fen": str(CASH_FEN)}
        services.import_opening_balances(rows=[(2, row)], actor=street.OPERATOR, now=NOON)
        sku = shop.product(code, price_fen=19_800, plan_key="gift-pack")
        self.placed = street.buy(gateway, buyer, (sku, 1))
        street.receive(self.placed, buyer, now=RECEIVED)

    def refund(self) -> None:
        street.refund(self.gateway, self.placed, now=DUE)

    def release(self) -> None:
        services.release_due(now=DUE)

    def withdraw(self) -> None:
        street.ask(self.member_id, ASKED_FEN, now=DUE)

    def left(self) -> tuple[int, int, int]:
        """What the member has, what of it is held, what they owe."""
        cash = books.balance(account=member_account(self.member_id, "cash"))
        return cash.posted, cash.held, street.owed(self.member_id)

    def ends_right(self) -> bool:
        """The goods went back, so the award is nobody's; the member's own money is all there."""
        self.refund_is_through()
        posted, held, owed = self.left()
        assert posted - owed == CASH_FEN
        assert 0 <= held <= posted
        assert street.pending(self.member_id) == 0
        assert street.amounts(self.placed)[0] == 0
        return nothing_is_wrong()

    def refund_is_through(self) -> None:
        events.drain(now=DUE + timedelta(hours=1))


@pytest.fixture
def gateway():
    with street.memory_gateway() as gateway:
        yield gateway


@pytest.mark.parametrize("order", list(permutations(("refund", "release", "withdraw"))), ids="-".join)
def test_refund_release_and_withdrawal_of_one_award_in_every_order(tenant, gateway, order):
    change_withdrawals()
    award = OneAward(gateway, "tea")
    for step in order:
        if step == "withdraw" and order != ("release", "withdraw", "refund"):
            with pytest.raises(InsufficientFunds):
                award.withdraw()
        else:
            getattr(award, step)()
    # Only money that was there could be asked for; the refund then took its part out of the withdrawal.
    held = ASKED_FEN - AWARD_FEN if order == ("release", "withdraw", "refund") else 0
    assert award.left() == (CASH_FEN, held, 0)
    assert award.ends_right()


def test_refund_release_and_withdrawal_of_one_award_at_the_same_time(committed_tenant, race, gateway):
    change_withdrawals()
    for round_number in range(6):
        award = OneAward(gateway, f"tea-{round_number}")
        steps = list(permutations((award.refund, award.release, award.withdraw)))[round_number]
        answers = race(*steps)
        errors = [answer for answer in answers if isinstance(answer, Exception)]
        assert all(isinstance(error, InsufficientFunds) for error in errors), errors
        assert award.ends_right()


def change_withdrawals() -> None:
    """No limit of a day stands in the way."""
    change_settings(
        settings_class=RewardsSettings,
        values={"withdrawal_daily_limit_fen": 10_000_000},
        actor=street.OPERATOR,
        now=NOON,
        reason="test",
    )


# --- A pool that is all but empty ---------------------------------------------------------------------------


@pytest.mark.parametrize("left", [0, 1])
def test_the_last_unit_of_a_pool_goes_to_one_of_32(committed_tenant, race, left):
    rest = points.left_in(pool=GIFT_PACKS) - left
    grant_pending(pool=GIFT_PACKS, member_id=join(), amount=rest, subject="earlier", now=NOON)
    members = [join() for _ in range(RACERS)]
    granted = race(
        *(
            partial(
                grant_pending,
                pool=GIFT_PACKS,
                member_id=member_id,
                amount=10_000,
                subject=f"o:{member_id}",
                now=NOON,
            )
            for member_id in members
        )
    )
    assert sorted(granted) == [0] * (RACERS - left) + [1] * left
    assert points.left_in(pool=GIFT_PACKS) == 0
    assert sum(points.member_points(member_id=member_id).pending for member_id in members) == left
    assert nothing_is_wrong()
