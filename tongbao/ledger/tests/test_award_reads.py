"""The settlement lane's awards count in every balance, statement and sum, like bookings made one by one."""

from __future__ import annotations

import pytest

from tongbao.kit import clock
from tongbao.ledger import selectors
from tongbao.ledger.contracts import MANY_PENDING, Request, Transfer, member_account, platform_account
from tongbao.ledger.services import post
from tongbao.ledger.services.lane import take_settlement
from tongbao.ledger.tests.test_lane import NOON, awards, copied, pending_accounts

WANG, LI = 1, 2
OPERATING = platform_account("operating")
PENDING_OF_WANG, PENDING_OF_LI = member_account(WANG, "pending"), member_account(LI, "pending")


def settle() -> tuple[int, int]:
    """Two batches; of the first Wang gets 23.76 and 0.24, Li 11.00; of the second Wang 5.00. The opening gave a fen."""
    wang, li = pending_accounts(WANG, LI)
    epoch = take_settlement(now=NOON)
    first = copied(epoch, awards((1, wang, 2_376), (1, li, 1_100), (2, wang, 24)))
    return first, copied(epoch, awards((3, wang, 500)), after=2, last=3)


def release(key: str, amount: int, *, member_id: int = WANG) -> None:
    line = Transfer(
        debit=member_account(member_id, "pending"),
        credit=member_account(member_id, "cash"),
        amount=amount,
        kind="release",
        subject=f"order:{key}",
    )
    post(request=Request(key=key, transfers=(line,)), now=clock.now()).require()


def test_what_the_lane_gave_is_pending_and_operating_has_paid_it(tenant):
    settle()
    assert selectors.balance(account=PENDING_OF_WANG).posted == 1 + 2_376 + 24 + 500
    assert selectors.balance(account=PENDING_OF_LI).posted == 1 + 1_100
    assert selectors.balance(account=OPERATING).posted == -(2_901 + 1_101)
    assert selectors.balance_for_all(owner_kind="member", kind="pending") == 2_901 + 1_101
    assert selectors.balance_for_all(owner_kind="platform", kind="operating") == -(2_901 + 1_101)
    assert selectors.balance_for_all(owner_kind="member", kind="cash") == 0


def test_what_came_through_the_lane_is_released_by_an_ordinary_posting(tenant):
    settle()
    release("release:1", 2_901)
    assert selectors.balance(account=PENDING_OF_WANG).posted == 0
    assert selectors.balance(account=member_account(WANG, "cash")).available == 2_901
    assert list(selectors.verify()) == []


def test_a_statement_has_awards_and_transfers_in_the_order_they_were_booked(tenant):
    first, second = settle()
    release("release:1", 2_400)
    told = [
        (line.kind, line.amount, line.balance_after, line.subject)
        for line in selectors.statement(account=PENDING_OF_WANG)
    ]
    assert told == [
        ("award", 1, 1, "order:opening"),
        ("award", 2_376, 2_377, "order_id:1"),
        ("award", 24, 2_401, "order_id:2"),
        ("award", 500, 2_901, "order_id:3"),
        ("release", -2_400, 501, "order:release:1"),
    ]
    assert {line.counterparty for line in selectors.statement(account=PENDING_OF_WANG)[:4]} == {OPERATING}
    assert first < second


def test_a_release_between_two_batches_stands_between_them(tenant):
    (wang,) = pending_accounts(WANG)
    epoch = take_settlement(now=NOON)
    copied(epoch, awards((1, wang, 100)))
    release("release:1", 100)
    copied(epoch, awards((3, wang, 50)), after=2, last=3)
    told = [(line.amount, line.balance_after) for line in selectors.statement(account=PENDING_OF_WANG)]
    assert told == [(1, 1), (100, 101), (-100, 1), (50, 51)]


@pytest.mark.parametrize("limit", [1, 2, 3])
@pytest.mark.parametrize("account", [PENDING_OF_WANG, OPERATING, member_account(WANG, "cash")], ids=str)
def test_pages_of_a_statement_join_without_a_gap(tenant, limit, account):
    settle()
    release("release:1", 2_400)
    release("release:2", 1)
    whole = selectors.statement(account=account)
    assert len(whole) > 1
    pages: list = []
    after = (0, -1)
    while page := selectors.statement(account=account, after=after, limit=limit):
        pages += page
        after = (page[-1].batch, page[-1].position)
    assert tuple(pages) == whole
    assert whole[-1].balance_after == selectors.balance(account=account).posted


def test_operating_sees_one_line_for_a_batch(tenant):
    settle()
    lines = selectors.statement(account=OPERATING)
    assert [(line.kind, line.amount, line.subject) for line in lines[-2:]] == [
        ("awards", -3_500, "settled:1-2"),
        ("awards", -500, "settled:3-3"),
    ]
    assert {line.counterparty for line in lines[-2:]} == {MANY_PENDING}


def test_a_page_goes_on_from_a_batch_that_is_not_known(tenant):
    settle()
    assert selectors.statement(account=PENDING_OF_WANG, after=(2**62, 0)) == ()
    assert len(selectors.statement(account=PENDING_OF_WANG, after=(2**32, 0))) == 4


def test_the_day_s_awards_include_those_of_the_lane(tenant):
    settle()
    since, until = NOON.replace(hour=0), NOON.replace(hour=23)
    assert list(selectors.daily_sums(kinds=("award",), since=since, until=until).values()) == [2 + 4_000]
