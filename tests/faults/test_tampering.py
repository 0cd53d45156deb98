"""A superuser changes, swaps, deletes or cuts off rows behind everybody's back: ``tongbao verify`` names them."""

from __future__ import annotations

import json
from contextlib import contextmanager

import pytest
from django.db import connection, transaction
from django.test import override_settings

from tests.faults.servers import as_administrator
from tongbao.config.tests.commands import tongbao
from tongbao.config.verification import findings
from tongbao.kit import clock
from tongbao.ledger import services
from tongbao.ledger.contracts import Request, Transfer, member_account, platform_account
from tongbao.ledger.services.seals import seal
from tongbao.tenancy.contexts import tenant_context

WANG, LI = member_account(9_001, "cash"), member_account(9_002, "cash")
OPERATING = platform_account("operating")

# Cut the last requests off and leave no other trace: balances and holds are what the rest of the rows says.
CAREFULLY = """
UPDATE ledger_balance AS balance SET posted = coalesce((
    SELECT sum(CASE WHEN credit = balance.account_id THEN amount ELSE -amount END) FROM ledger_transfer
    WHERE balance.account_id IN (debit, credit)), 0)
"""
HASH_AGAIN = """
UPDATE ledger_request AS request SET hash = (
    SELECT sha256(convert_to(string_agg(
        ledger_line(debit, credit, asset_id, amount, kind, subject), E'\\n' ORDER BY position), 'UTF8'))
    FROM ledger_transfer AS transfer WHERE transfer.batch = request.batch)
WHERE request.outcome = 'posted' AND request.hold_id IS NULL
  AND EXISTS (SELECT 1 FROM ledger_transfer AS transfer WHERE transfer.batch = request.batch)
"""
LAST = "(SELECT max(batch) FROM ledger_request) - 1"
FIRST_GIFT = "(SELECT batch FROM ledger_request WHERE key = 'gift:1')"
SECOND_GIFT = "(SELECT batch FROM ledger_request WHERE key = 'gift:2')"

CARELESS = {
    "an amount changed": f"UPDATE ledger_transfer SET amount = amount + 1 WHERE batch = {FIRST_GIFT}",
    "a payee changed": "UPDATE ledger_transfer SET credit = other.credit FROM ledger_transfer AS other"
    f" WHERE ledger_transfer.batch = {FIRST_GIFT} AND other.batch = {SECOND_GIFT}",
    "two transfers swapped": f"UPDATE ledger_transfer SET batch = -1 WHERE batch = {FIRST_GIFT} AND position = 0;"
    f" UPDATE ledger_transfer SET batch = {FIRST_GIFT} WHERE batch = {SECOND_GIFT};"
    f" UPDATE ledger_transfer SET batch = {SECOND_GIFT} WHERE batch = -1",
    "two lines swapped": f"UPDATE ledger_transfer SET position = 9 WHERE batch = {FIRST_GIFT} AND position = 0;"
    f" UPDATE ledger_transfer SET position = 0 WHERE batch = {FIRST_GIFT} AND position = 1;"
    f" UPDATE ledger_transfer SET position = 1 WHERE batch = {FIRST_GIFT} AND position = 9",
    "a transfer deleted": f"DELETE FROM ledger_transfer WHERE batch = {SECOND_GIFT}",
    "a request deleted": f"DELETE FROM ledger_transfer WHERE batch = {SECOND_GIFT};"
    f" DELETE FROM ledger_request WHERE batch = {SECOND_GIFT}",
    "a transfer added": "INSERT INTO ledger_transfer (batch, position, debit, credit, amount, asset_id, kind, subject)"
    f" SELECT batch, 7, debit, credit, amount, asset_id, kind, subject FROM ledger_transfer WHERE batch = {FIRST_GIFT}"
    " AND position = 0",
    "a refusal turned into a booking": "UPDATE ledger_request SET outcome = 'posted', refusal = NULL"
    " WHERE outcome = 'refused'",
    "a balance raised": "UPDATE ledger_balance SET posted = posted + 1 WHERE held > 0",
    "a hold let go": "UPDATE ledger_hold SET state = 'voided', ended_at = now()",
    "the tail cut off": f"DELETE FROM ledger_transfer WHERE batch >= {LAST}; DELETE FROM ledger_request"
    f" WHERE batch >= {LAST}",
}
CAREFUL = {
    "an amount changed": CARELESS["an amount changed"],
    "a payee changed": CARELESS["a payee changed"],
    "a request deleted": CARELESS["a request deleted"],
    "the tail cut off": CARELESS["the tail cut off"],
    "a time changed": "UPDATE ledger_request SET booked_at = booked_at - interval '1 day' WHERE key = 'gift:1'",
    "a key changed": "UPDATE ledger_request SET key = 'gift:9' WHERE key = 'gift:1'",
}


def book_some() -> None:
    for key, payees in (
        ("gift:1", (WANG, LI)),
        ("gift:2", (LI,)),
        ("gift:3", (WANG,)),
        ("gift:4", (LI, WANG)),
    ):
        lines = tuple(
            Transfer(debit=OPERATING, credit=payee, amount=100 + place, kind="gift", subject=key)
            for place, payee in enumerate(payees)
        )
        services.post(request=Request(key=key, transfers=lines), now=clock.now()).require()
        if key == "gift:1":
            services.place_hold(
                key="hold:1", account=WANG, amount=60, purpose="test", now=clock.now()
            ).require()
            services.place_hold(key="hold:2", account=WANG, amount=9_999, purpose="too much", now=clock.now())


@pytest.fixture(scope="module")
def books(new_database, tmp_path_factory):
    """Some bookings, in a database that one connection as an administrator changes and always rolls back."""
    with new_database() as access, override_settings(SEAL_DIR=tmp_path_factory.mktemp("seals")):
        with tenant_context("lotus"):
            book_some()
        with as_administrator(access), tenant_context("lotus"):
            yield access


@contextmanager
def rolled_back():
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


def tamper(statements: str) -> None:
    """Write with every trigger and every reference switched off."""
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")
        for statement in statements.split(";"):
            cursor.execute(statement)


def test_untouched_books_are_right_before_and_after_they_are_sealed(books):
    with rolled_back():
        assert list(findings()) == []
        seal(now=clock.now())
        assert list(findings()) == []


@pytest.mark.parametrize("what", CARELESS)
def test_who_changes_a_row_of_the_books_is_found(books, what):
    with rolled_back():
        tamper(CARELESS[what])
        found = list(findings())
    assert found
    assert all(finding.table.startswith("ledger_") for finding in found), found
    assert all(finding.says != finding.should for finding in found)


@pytest.mark.parametrize("what", CAREFUL)
def test_who_makes_everything_else_agree_is_found_by_the_seal(books, what):
    with rolled_back():
        seal(now=clock.now())
        tamper(f"{CAREFUL[what]}; {HASH_AGAIN}; {CAREFULLY}")
        found = list(findings())
    assert found


def test_the_command_names_the_row_and_ends_with_two(committed_tenant):
    book_some()
    with committed_tenant.connect_as_superuser() as admin:
        admin.execute("SET session_replication_role = replica")
        admin.execute(CARELESS["an amount changed"])
    answer = tongbao("verify", "--tenant", "lotus", "--json", access=committed_tenant.access)
    assert answer.returncode == 2, answer.stderr
    assert "this process held at most" in answer.stderr
    found = json.loads(answer.stdout)["findings"]
    assert any(row["table"] == "ledger_transfer" and row["key"].startswith("batch ") for row in found), found
