"""Whoever changes one row of the books behind the functions' back is found, and the row is named."""

from __future__ import annotations

import pytest

from tongbao.kit import clock
from tongbao.ledger import selectors, services
from tongbao.ledger.contracts import Request, Transfer, member_account, platform_account

CASH_OF_WANG = member_account(1, "cash")


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
