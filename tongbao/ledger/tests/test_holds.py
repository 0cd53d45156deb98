"""Holds: set aside, then spent, let go, or ended by the clock."""

from __future__ import annotations

from datetime import timedelta

import pytest

from tongbao.kit import clock
from tongbao.ledger import selectors, services
from tongbao.ledger.contracts import (
    HoldNotAvailable,
    InsufficientFunds,
    Request,
    Transfer,
    member_account,
    platform_account,
)

WANG = 1
CASH_OF_WANG = member_account(WANG, "cash")
GATEWAY = platform_account("gateway", "sandbox")


def give(amount: int) -> None:
    line = Transfer(
        debit=platform_account("operating"), credit=CASH_OF_WANG, amount=amount, kind="award", subject="a"
    )
    services.post(request=Request(key=f"give:{amount}", transfers=(line,)), now=clock.now()).require()


def hold(key: str, amount: int, **more):
    return services.place_hold(
        key=key, account=CASH_OF_WANG, amount=amount, purpose="withdrawal", now=clock.now(), **more
    )


def payout(amount: int) -> tuple[Transfer, ...]:
    return (Transfer(debit=CASH_OF_WANG, credit=GATEWAY, amount=amount, kind="withdrawal", subject="w:1"),)


def available() -> int:
    return selectors.balance(account=CASH_OF_WANG).available


def test_what_is_held_can_not_be_spent_otherwise(tenant):
    give(1_000)
    hold("h:1", 800).require()
    assert available() == 200
    with pytest.raises(InsufficientFunds):
        hold("h:2", 201).require()


def test_a_capture_spends_and_the_rest_returns(tenant):
    give(1_000)
    held = hold("h:1", 800).require()
    services.capture_hold(key="c:1", hold_id=held.hold_id, transfers=payout(500), now=clock.now()).require()
    balance = selectors.balance(account=CASH_OF_WANG)
    assert (balance.posted, balance.held) == (500, 0)


def test_a_partial_capture_keeps_the_rest_held(tenant):
    give(1_000)
    held = hold("h:1", 800).require()
    services.capture_hold(
        key="c:1", hold_id=held.hold_id, transfers=payout(500), now=clock.now(), is_final=False
    ).require()
    balance = selectors.balance(account=CASH_OF_WANG)
    assert (balance.posted, balance.held) == (500, 300)
    services.capture_hold(
        key="c:2", hold_id=held.hold_id, transfers=payout(300), now=clock.now(), is_final=False
    ).require()
    assert selectors.balance(account=CASH_OF_WANG).held == 0


def test_more_than_the_hold_is_refused(tenant):
    give(1_000)
    held = hold("h:1", 100).require()
    with pytest.raises(HoldNotAvailable):
        services.capture_hold(
            key="c:1", hold_id=held.hold_id, transfers=payout(101), now=clock.now()
        ).require()
    assert available() == 900


def test_a_hold_ends_once(tenant):
    give(1_000)
    held = hold("h:1", 100).require()
    services.void_hold(key="v:1", hold_id=held.hold_id, now=clock.now()).require()
    with pytest.raises(HoldNotAvailable):
        services.void_hold(key="v:2", hold_id=held.hold_id, now=clock.now()).require()
    assert services.void_hold(key="v:1", hold_id=held.hold_id, now=clock.now()).require().replayed
    assert available() == 1_000


def test_a_hold_expires_by_the_databases_clock(tenant):
    give(1_000)
    hold("h:1", 100, expires_at=clock.now() - timedelta(seconds=1)).require()
    hold("h:2", 100, expires_at=clock.now() + timedelta(hours=1)).require()
    assert services.expire_holds(now=clock.now()) == 1
    assert available() == 900


def test_of_fifty_holds_at_once_only_the_affordable_ones_pass(committed_tenant, race):
    give(1_000)
    answers = race(*(lambda n=n: hold(f"h:{n}", 100) for n in range(50)))
    assert sum(answer.refusal is None for answer in answers) == 10
    balance = selectors.balance(account=CASH_OF_WANG)
    assert (balance.posted, balance.held, balance.available) == (1_000, 1_000, 0)


def test_the_same_request_fifty_times_at_once_books_once(committed_tenant, race):
    line = Transfer(
        debit=platform_account("operating"), credit=CASH_OF_WANG, amount=7, kind="award", subject="a"
    )
    request = Request(key="once", transfers=(line,))
    answers = race(*(lambda: services.post(request=request, now=clock.now()) for _ in range(50)))
    assert sum(not answer.replayed for answer in answers) == 1
    assert len({answer.batch for answer in answers}) == 1
    assert available() == 7


def test_transfers_in_opposite_directions_at_once_do_not_deadlock(committed_tenant, race):
    give(1_000)
    other = member_account(2, "cash")

    def move(debit, credit, key):
        line = Transfer(debit=debit, credit=credit, amount=1, kind="gift", subject=key)
        return services.post(request=Request(key=key, transfers=(line,)), now=clock.now()).require()

    move(CASH_OF_WANG, other, "first")
    answers = race(
        *(
            (lambda n=n: move(CASH_OF_WANG, other, f"there:{n}"))
            if n % 2
            else (lambda n=n: move(CASH_OF_WANG, other, f"gift:{n}"))
            for n in range(30)
        ),
        *(lambda n=n: move(other, CASH_OF_WANG, f"back:{n}") for n in range(1)),
    )
    assert not [answer for answer in answers if isinstance(answer, Exception)]
    assert selectors.balance(account=other).posted == 30
