"""A transfer names a request and two accounts of its asset that are there, and stay; a posting locks none of them."""

from __future__ import annotations

import psycopg
import pytest

from tongbao.kit import clock
from tongbao.kit.transactions import transaction
from tongbao.ledger import selectors, services
from tongbao.ledger.contracts import POINT, Request, Transfer, member_account, platform_account

WANG, LI = 1, 2
OPERATING = platform_account("operating")
# Wang's cash, his points, and a request that is there.
CASH = "(SELECT id FROM ledger_account WHERE owner_id = 1 AND kind = 'cash')"
POINTS = "(SELECT id FROM ledger_account WHERE owner_id = 1 AND kind = 'points')"
PAYER = "(SELECT id FROM ledger_account WHERE kind = 'operating')"
REQUEST = "(SELECT batch FROM ledger_request WHERE key = 'cash:1')"


def cash(member_id: int, amount: int = 100) -> Transfer:
    credit = member_account(member_id, "cash")
    return Transfer(debit=OPERATING, credit=credit, amount=amount, kind="award", subject="test:1")


@pytest.fixture
def books(committed_tenant):
    points = Transfer(
        debit=platform_account("pool", "mining"),
        credit=member_account(WANG, "points"),
        amount=5,
        kind="points_minted",
        subject="test:1",
        asset=POINT,
    )
    services.post(request=Request(key="cash:1", transfers=(cash(WANG),)), now=clock.now()).require()
    services.post(request=Request(key="points:1", transfers=(points,)), now=clock.now()).require()
    return committed_tenant


@pytest.mark.parametrize(
    ("batch", "debit", "credit", "asset"),
    [
        pytest.param("-1", PAYER, CASH, 1, id="no request"),
        pytest.param(REQUEST, "-1", CASH, 1, id="no debit"),
        pytest.param(REQUEST, PAYER, "-1", 1, id="no credit"),
        pytest.param(REQUEST, PAYER, CASH, 9, id="no asset"),
        pytest.param(REQUEST, PAYER, POINTS, 1, id="fen into an account of points"),
        pytest.param(REQUEST, POINTS, CASH, 1, id="fen out of an account of points"),
        pytest.param(REQUEST, PAYER, CASH, 2, id="points between accounts of fen"),
    ],
)
def test_a_transfer_that_names_what_is_not_there_is_refused_even_by_sql(books, batch, debit, credit, asset):
    insert = (
        "INSERT INTO ledger_transfer (batch, position, debit, credit, amount, asset_id, kind, subject)"
        " SELECT {batch}, 7 + n, {debit}, {credit}, 1, {asset}, 'award', 'x' FROM generate_series(0, 1) AS n"
    )
    with books.connect_as_superuser() as admin:
        with pytest.raises(psycopg.errors.ForeignKeyViolation, match=r"transfer [78] of batch"):
            admin.execute(insert.format(batch=batch, debit=debit, credit=credit, asset=asset))
        admin.rollback()
        admin.execute(insert.format(batch=REQUEST, debit=PAYER, credit=CASH, asset=1))
        admin.rollback()


@pytest.mark.parametrize(
    "change",
    [
        "DELETE FROM ledger_account",
        "TRUNCATE ledger_account CASCADE",
        "DELETE FROM ledger_asset",
        "UPDATE ledger_asset SET id = 3 WHERE id = 2",
    ],
)
def test_accounts_and_assets_never_go_away(books, change):
    with books.connect_as_superuser() as admin, pytest.raises(psycopg.DatabaseError, match="append-only"):
        admin.execute(change)


def test_a_posting_locks_no_account_and_no_asset(books):
    """Everybody's postings name the same asset, many the same account: all would share its lock at once."""
    with transaction():
        services.post(request=Request(key="cash:2", transfers=(cash(WANG),)), now=clock.now()).require()
        with books.connect_as_superuser() as other:
            for table in ("ledger_asset", "ledger_account"):
                seen = other.execute(f"SELECT FROM {table} FOR UPDATE NOWAIT").rowcount
                assert seen == other.execute(f"SELECT FROM {table}").rowcount > 0


def test_racing_postings_to_new_accounts_are_all_booked(books, race):
    def book(number: int) -> None:
        lines = tuple(cash(LI + (number + step) % 5, 10) for step in range(5))
        services.post(request=Request(key=f"race:{number}", transfers=lines), now=clock.now()).require()

    answers = race(*(lambda number=number: book(number) for number in range(16)))
    assert answers == [None] * 16
    assert [selectors.balance(account=member_account(LI + n, "cash")).posted for n in range(5)] == [160] * 5
    assert list(selectors.verify()) == []
