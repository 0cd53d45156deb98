"""The books: one debit and one credit, once for each key, never below nothing, never changed."""

from __future__ import annotations

from datetime import timedelta

import psycopg
import pytest
from django.db import DatabaseError, connection, transaction

from tongbao.kit import clock
from tongbao.ledger import selectors, services
from tongbao.ledger.contracts import (
    POINT,
    BookingInFuture,
    InsufficientFunds,
    Request,
    RequestChanged,
    Transfer,
    TransferAmountInvalid,
    UnknownAccountKind,
    member_account,
    platform_account,
)

WANG = 1
LI = 2
GATEWAY = platform_account("gateway", "sandbox")
OPERATING = platform_account("operating")


def pay_in(key: str, *, amount: int, member_id: int = WANG, subject: str = "test:1") -> Request:
    line = Transfer(
        debit=OPERATING,
        credit=member_account(member_id, "cash"),
        amount=amount,
        kind="award",
        subject=subject,
    )
    return Request(key=key, transfers=(line,))


def take_out(key: str, *, amount: int, member_id: int = WANG) -> Request:
    line = Transfer(
        debit=member_account(member_id, "cash"), credit=GATEWAY, amount=amount, kind="withdrawal", subject=key
    )
    return Request(key=key, transfers=(line,))


def cash_of(member_id: int) -> int:
    return selectors.balance(account=member_account(member_id, "cash")).available


def test_a_transfer_moves_its_amount_from_debit_to_credit(tenant):
    receipt = services.post(request=pay_in("pay:1", amount=2_376), now=clock.now()).require()
    assert not receipt.replayed
    assert cash_of(WANG) == 2_376
    assert selectors.balance(account=OPERATING).posted == -2_376


def test_the_same_request_books_once_and_answers_the_same(tenant):
    first = services.post(request=pay_in("pay:1", amount=100), now=clock.now())
    again = services.post(request=pay_in("pay:1", amount=100), now=clock.now())
    assert again.replayed
    assert again.batch == first.batch
    assert cash_of(WANG) == 100


def test_the_same_key_with_other_contents_is_an_error(tenant):
    services.post(request=pay_in("pay:1", amount=100), now=clock.now())
    with pytest.raises(RequestChanged), transaction.atomic():
        services.post(request=pay_in("pay:1", amount=101), now=clock.now())
    assert cash_of(WANG) == 100


def test_a_refusal_is_stored_and_given_again_even_when_the_money_has_come(tenant):
    services.post(request=pay_in("pay:1", amount=100), now=clock.now())
    refused = services.post(request=take_out("out:1", amount=101), now=clock.now())
    assert refused.refusal is not None
    assert (refused.refusal.available, refused.refusal.asked) == (100, 101)
    services.post(request=pay_in("pay:2", amount=100), now=clock.now())
    again = services.post(request=take_out("out:1", amount=101), now=clock.now())
    assert again.replayed
    with pytest.raises(InsufficientFunds):
        again.require()
    assert cash_of(WANG) == 200


def test_a_request_is_booked_whole_or_not_at_all(tenant):
    services.post(request=pay_in("pay:1", amount=100), now=clock.now())
    both = Request(
        key="both",
        transfers=(
            take_out("x", amount=60).transfers[0],
            Transfer(
                debit=member_account(LI, "cash"), credit=OPERATING, amount=1, kind="claw_back", subject="x"
            ),
        ),
    )
    assert services.post(request=both, now=clock.now()).refusal is not None
    assert cash_of(WANG) == 100
    assert selectors.transfers_of(subject="x") == ()


def test_money_passing_through_within_a_request_counts_by_its_sum(tenant):
    through = Request(
        key="through",
        transfers=(
            take_out("x", amount=50).transfers[0],
            pay_in("x", amount=80).transfers[0],
        ),
    )
    services.post(request=through, now=clock.now()).require()
    assert cash_of(WANG) == 30


def test_a_receivable_never_becomes_a_credit(tenant):
    owed = member_account(WANG, "receivable")
    claw = Transfer(debit=owed, credit=OPERATING, amount=2_000, kind="claw_back", subject="refund:1")
    services.post(request=Request(key="claw", transfers=(claw,)), now=clock.now()).require()
    repay = Transfer(debit=OPERATING, credit=owed, amount=2_001, kind="repayment", subject="award:2")
    refused = services.post(request=Request(key="repay", transfers=(repay,)), now=clock.now())
    assert refused.refusal is not None
    assert refused.refusal.code == "above_most"
    assert selectors.balance(account=owed).posted == -2_000


@pytest.mark.parametrize("amount", [0, -1, 1.5, True, "100"])
def test_only_positive_whole_amounts_can_be_written_down(amount):
    with pytest.raises(TransferAmountInvalid):
        Transfer(debit=OPERATING, credit=GATEWAY, amount=amount, kind="x", subject="x")


def test_the_database_itself_refuses_an_amount_of_nothing(tenant):
    payload = (
        '[{"key": "k", "transfers": [{"debit": ["platform", 0, "operating", ""], "credit": ["platform", 0,'
        ' "gateway", "s"], "asset": "CNY", "amount": 0, "kind": "x", "subject": "x"}]}]'
    )
    with (
        pytest.raises(DatabaseError, match="can't be booked"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute("SELECT ledger_post(%s::jsonb, tongbao_now())", [payload])


def test_an_amount_beyond_the_integers_of_the_database_changes_nothing(tenant):
    services.post(request=pay_in("pay:1", amount=2**62), now=clock.now())
    with pytest.raises(DatabaseError, match="out of range"), transaction.atomic():
        services.post(request=pay_in("pay:2", amount=2**62), now=clock.now())
    assert cash_of(WANG) == 2**62


def test_an_account_of_an_undeclared_kind_is_refused(tenant):
    line = Transfer(debit=OPERATING, credit=member_account(WANG, "slush"), amount=1, kind="x", subject="x")
    with pytest.raises(UnknownAccountKind), transaction.atomic():
        services.post(request=Request(key="k", transfers=(line,)), now=clock.now())


def test_nothing_is_booked_in_the_future(tenant):
    with pytest.raises(BookingInFuture), transaction.atomic():
        services.post(request=pay_in("pay:1", amount=1), now=clock.now() + timedelta(seconds=1))


def test_assets_do_not_mix(tenant):
    line = Transfer(
        debit=platform_account("issuance"),
        credit=platform_account("pool", "tasks"),
        amount=10_000,
        kind="issue",
        subject="pool:tasks",
        asset=POINT,
    )
    services.post(request=Request(key="issue", transfers=(line,)), now=clock.now()).require()
    wrong = Transfer(
        debit=platform_account("pool", "tasks"),
        credit=OPERATING,
        amount=1,
        kind="x",
        subject="x",
        asset=POINT,
    )
    with pytest.raises(UnknownAccountKind), transaction.atomic():
        services.post(request=Request(key="mixed", transfers=(wrong,)), now=clock.now())


def test_a_statement_runs_from_nothing_to_the_balance(tenant):
    for number, amount in enumerate((100, 250, 75), start=1):
        services.post(request=pay_in(f"pay:{number}", amount=amount), now=clock.now())
    services.post(request=take_out("out:1", amount=300), now=clock.now())
    lines = selectors.statement(account=member_account(WANG, "cash"))
    assert [line.amount for line in lines] == [100, 250, 75, -300]
    assert [line.balance_after for line in lines] == [100, 350, 425, 125]
    rest = selectors.statement(
        account=member_account(WANG, "cash"), after=(lines[1].batch, lines[1].position), limit=1
    )
    assert [line.balance_after for line in rest] == [425]


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE ledger_transfer SET amount = 2",
        "DELETE FROM ledger_transfer",
        "TRUNCATE ledger_transfer",
        "UPDATE ledger_request SET key = 'other'",
        "DELETE FROM ledger_request",
        "TRUNCATE ledger_request CASCADE",
    ],
)
def test_not_even_the_owner_changes_a_booked_row(committed_tenant, statement):
    services.post(request=pay_in("pay:1", amount=1), now=clock.now())
    with (
        committed_tenant.connect_as_superuser() as admin,
        pytest.raises(psycopg.errors.DatabaseError, match="append-only"),
    ):
        admin.execute(statement)


@pytest.mark.parametrize(
    "statement",
    [
        "INSERT INTO ledger_balance (account_id) VALUES (1)",
        "UPDATE ledger_balance SET posted = posted + 1",
        "DELETE FROM ledger_transfer",
        "TRUNCATE ledger_transfer",
        "INSERT INTO ledger_account_kind VALUES ('member', 'slush', 1, false, NULL, NULL)",
        "UPDATE ledger_hold SET state = 'voided'",
        "UPDATE kit_clock SET offset_by = '1 day'",
        "DELETE FROM tenancy_audit_entry",
        "ALTER TABLE ledger_transfer DISABLE TRIGGER ALL",
        "CREATE TABLE ledger_mine (x integer)",
    ],
)
def test_the_applications_role_may_only_call_the_functions(tenant, statement):
    refused = pytest.raises(DatabaseError, match=r"permission denied|must be owner")
    with refused, transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)


def test_every_asset_sums_to_nothing(tenant):
    services.post(request=pay_in("pay:1", amount=100), now=clock.now())
    services.post(request=take_out("out:1", amount=40), now=clock.now())
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT coalesce(sum(amount) FILTER (WHERE side = 'credit'), 0) -"
            " coalesce(sum(amount) FILTER (WHERE side = 'debit'), 0) FROM ledger_transfer"
            " CROSS JOIN (VALUES ('credit'), ('debit')) AS sides (side)"
        )
        assert cursor.fetchone()[0] == 0
