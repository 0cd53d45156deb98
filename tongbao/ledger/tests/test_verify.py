"""Whoever changes one row of the books behind the functions' back is found, and the row is named."""

from __future__ import annotations

import pytest

from tongbao.kit import clock, progress
from tongbao.ledger import selectors, services
from tongbao.ledger.contracts import Request, Transfer, member_account, platform_account
from tongbao.ledger.selectors import verification
from tongbao.ledger.services.lane import take_settlement
from tongbao.ledger.tests.test_lane import NOON, awards, copied, pending_accounts

CASH_OF_WANG = member_account(1, "cash")
BATCH = "(SELECT min(batch) FROM ledger_award_batch)"


def book_some() -> None:
    for number, amount in enumerate((100, 250), start=1):
        line = Transfer(
            debit=platform_account("operating"),
            credit=CASH_OF_WANG,
            amount=amount,
            kind="award",
            subject=f"order:{number}",
        )
        services.post(request=Request(key=f"award:{number}", transfers=(line,)), now=clock.now()).require()
    held = services.place_hold(
        key="hold:1", account=CASH_OF_WANG, amount=200, purpose="withdrawal", now=clock.now()
    ).require()
    out = Transfer(
        debit=CASH_OF_WANG,
        credit=platform_account("gateway", "sandbox"),
        amount=120,
        kind="withdrawal",
        subject="withdrawal:1",
    )
    services.capture_hold(
        key="capture:1", hold_id=held.hold_id, transfers=(out,), now=clock.now(), is_final=False
    ).require()
    services.place_hold(key="hold:2", account=CASH_OF_WANG, amount=9_999, purpose="too much", now=clock.now())


def test_untouched_books_are_right(tenant):
    book_some()
    assert list(selectors.verify()) == []


@pytest.mark.parametrize(
    ("tampering", "table"),
    [
        ("UPDATE ledger_transfer SET amount = amount + 1 WHERE batch = 1", "ledger_transfer"),
        ("UPDATE ledger_transfer SET subject = 'order:9' WHERE batch = 1", "ledger_transfer"),
        ("DELETE FROM ledger_transfer WHERE batch = 2", "ledger_transfer"),
        ("UPDATE ledger_request SET hash = sha256('x') WHERE batch = 1", "ledger_transfer"),
        ("UPDATE ledger_balance SET posted = posted + 1", "ledger_balance"),
        ("UPDATE ledger_balance SET held = held - 1 WHERE held > 0", "ledger_balance"),
        ("UPDATE ledger_balance SET least = NULL", "ledger_balance"),
        ("UPDATE ledger_hold SET captured = captured - 1", "ledger_hold"),
        ("DELETE FROM ledger_balance", "ledger_account"),
        (
            "INSERT INTO ledger_transfer (batch, position, debit, credit, amount, asset_id, kind, subject)"
            " SELECT batch, 1, debit, credit, 1, asset_id, kind, subject FROM ledger_transfer WHERE batch = 1",
            "ledger_transfer",
        ),
    ],
)
def test_one_changed_row_is_found(committed_tenant, tampering, table):
    book_some()
    with committed_tenant.connect_as_superuser() as admin:
        admin.execute("SET session_replication_role = replica")
        admin.execute(tampering)
    findings = list(selectors.verify())
    assert table in {finding.table for finding in findings}
    assert all(finding.says != finding.should for finding in findings)


def settle_some() -> None:
    wang, li = pending_accounts(1, 2)
    epoch = take_settlement(now=NOON)
    copied(epoch, awards((1, wang, 2_376), (1, li, 1_100), (2, wang, 24)))
    copied(epoch, awards((3, li, 500)), after=2, last=3)


def over(tenant, *statements: str) -> None:
    """As a superuser, with every trigger and reference switched off."""
    with tenant.connect_as_superuser() as admin:
        admin.execute("SET session_replication_role = replica")
        for statement in statements:
            admin.execute(statement)


@pytest.mark.parametrize(
    ("tampering", "table", "key"),
    [
        (f"UPDATE ledger_award SET amount = 9 WHERE batch = {BATCH} AND position = 1", "ledger_award", "batch"),
        (f"DELETE FROM ledger_award WHERE batch = {BATCH} AND position = 1", "ledger_award", "batch"),
        (f"UPDATE ledger_award SET position = 7 WHERE batch = {BATCH} AND position = 1", "ledger_award", "batch"),
        (f"UPDATE ledger_award SET beneficiary = 999 WHERE batch = {BATCH} AND position = 1", "ledger_award", "/1"),
        (
            f"UPDATE ledger_award SET beneficiary = (SELECT id FROM ledger_account WHERE kind = 'operating')"
            f" WHERE batch = {BATCH} AND position = 2",
            "ledger_award",
            "/2",
        ),
        (f"DELETE FROM ledger_award_batch WHERE batch = {BATCH}", "ledger_award", "batch"),
        (f"UPDATE ledger_award_batch SET amount = amount - 1 WHERE batch = {BATCH}", "ledger_award", "batch"),
        (f"UPDATE ledger_award_batch SET state = 'checked' WHERE batch = {BATCH}", "ledger_award_batch", "batch"),
        ("UPDATE ledger_award_batch SET first_order = 1 WHERE last_order = 3", "ledger_award_batch", "batch"),
        ("UPDATE ledger_settler SET last_order = 2", "ledger_settler", "last_order"),
    ],
)  # fmt: skip
def test_one_changed_award_is_found_and_named(committed_tenant, tampering, table, key):
    settle_some()
    assert list(selectors.verify()) == []
    over(committed_tenant, tampering)
    named = [finding.key for finding in selectors.verify() if finding.table == table]
    assert any(key in name for name in named), named


def test_a_pending_account_that_paid_out_more_than_it_got_is_named(tenant):
    settle_some()
    out = Transfer(
        debit=member_account(1, "pending"),
        credit=CASH_OF_WANG,
        amount=2_402,
        kind="release",
        subject="order:1",
    )
    services.post(request=Request(key="release:1", transfers=(out,)), now=clock.now()).require()
    (finding,) = selectors.verify()
    assert finding.says == "pending of member 1 stands at -1"


def test_money_from_nowhere_is_named_even_where_every_batch_agrees(committed_tenant):
    """A batch that is said to hold what its rows hold, while operating is gone: the accounts don't add up."""
    settle_some()
    over(committed_tenant, "UPDATE ledger_account SET detail = 'hidden' WHERE kind = 'operating'")
    named = {(finding.table, finding.key) for finding in selectors.verify()}
    assert ("ledger_asset", "CNY") in named


def test_a_transfer_of_no_request_is_named(committed_tenant):
    book_some()
    over(committed_tenant, "DELETE FROM ledger_request WHERE batch = 2")
    named = {finding.key: finding.says for finding in selectors.verify()}
    assert named["batch 2"] == "1 transfers of no request"


def test_ranges_meet_every_row_whatever_their_size(committed_tenant, monkeypatch):
    book_some()
    settle_some()
    monkeypatch.setattr(verification, "REQUESTS_AT_ONCE", 1)
    monkeypatch.setattr(verification, "AWARDS_AT_ONCE", 1)
    assert list(selectors.verify()) == []
    over(
        committed_tenant,
        "UPDATE ledger_transfer SET amount = amount + 1 WHERE batch = 2",
        "INSERT INTO ledger_award SELECT batch + 9, order_id, beneficiary, amount, position, clause, seat, rank,"
        f" rate_bp, rate_before_bp, line FROM ledger_award WHERE batch = {BATCH} AND position = 0",
    )
    found = list(selectors.verify())
    assert "batch 2" in {finding.key for finding in found}
    assert "none: nobody declared them" in {finding.should for finding in found}


def test_it_says_how_far_it_is(committed_tenant):
    book_some()
    settle_some()
    heard: list[tuple[str, int, int]] = []

    def listen(step: str, *, done: int, total: int) -> None:
        heard.append((step, done, total))

    with progress.heard_by(listen):
        assert list(selectors.verify()) == []
    assert ("awards", 4, 4) in heard
    assert ("balances", 1, 1) in heard
    assert all(0 <= done <= total for _step, done, total in heard)
