"""The settlement lane: what is copied in is exactly what was declared, by the one who settles now, or nothing."""

from __future__ import annotations

import threading
from dataclasses import replace
from datetime import UTC, datetime

import numpy as np
import psycopg
import pytest
from django.db import DatabaseError, connection

from tongbao.kit.errors import DatabaseLost
from tongbao.kit.transactions import transaction
from tongbao.ledger.contracts import (
    AwardsMismatch,
    SettlerOutdated,
    Transfer,
    member_account,
    platform_account,
)
from tongbao.ledger.contracts import Request as BookingRequest
from tongbao.ledger.services import post
from tongbao.ledger.services.lane import (
    AwardRows,
    copy_awards,
    encode,
    hold_settlement,
    settle_on,
    settled_up_to,
    take_settlement,
)
from tongbao.tenancy.contexts import tenant_context

NOON = datetime(2026, 1, 1, 4, tzinfo=UTC)


def pending_accounts(*members: int) -> list[int]:
    """The ids of members' pending accounts, opened by a first award of a fen."""
    post(
        request=BookingRequest(
            key=f"open:{members}",
            transfers=tuple(
                Transfer(
                    debit=platform_account("operating"),
                    credit=member_account(member, "pending"),
                    amount=1,
                    kind="award",
                    subject="order:opening",
                )
                for member in members
            ),
        ),
        now=NOON,
    )
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT id FROM ledger_account WHERE kind = 'pending' AND owner_id = ANY(%s) ORDER BY owner_id",
            [list(members)],
        )
        return [row[0] for row in cursor.fetchall()]


def awards(*lines: tuple[int, int, int]) -> AwardRows:
    """Rows of (order, beneficiary, fen), all by one clause to the nearest sponsor."""
    orders, beneficiaries, amounts = (np.array(column, dtype=np.int64) for column in zip(*lines, strict=True))
    ones = np.ones(len(lines), dtype=np.int16)
    return AwardRows(
        order_id=orders,
        beneficiary=beneficiaries,
        amount=amounts,
        clause=ones,
        seat=ones,
        rank=ones,
        rate_bp=ones * 1_200,
        rate_before_bp=ones * 0,
        line=ones,
    )


def copied(epoch: int, rows: AwardRows, *, after: int = 0, last: int = 2) -> int:
    return copy_awards(
        epoch=epoch, rows=rows, orders=2, first_order=after + 1, last_order=last, after_order=after, now=NOON
    )


def stored() -> list[tuple[int, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT order_id, beneficiary, amount, position, rate_bp FROM ledger_award"
            " ORDER BY batch, position"
        )
        return cursor.fetchall()


def test_a_batch_is_booked_by_beneficiary_and_the_cursor_follows(tenant):
    ann, bob = pending_accounts(1, 2)
    epoch = take_settlement(now=NOON)
    copied(epoch, awards((1, bob, 990), (1, ann, 2_376), (2, bob, 1_980)))
    assert stored() == [(1, ann, 2_376, 0, 1_200), (1, bob, 990, 1, 1_200), (2, bob, 1_980, 2, 1_200)]
    assert settled_up_to() == 2


def test_orders_that_paid_nobody_move_the_cursor_too(tenant):
    epoch = take_settlement(now=NOON)
    empty = AwardRows(**{name: np.zeros(0, dtype=np.int64) for name in AwardRows.__slots__})
    copied(epoch, empty)
    assert (stored(), settled_up_to()) == ([], 2)


def test_who_was_taken_over_from_books_nothing(tenant):
    (ann,) = pending_accounts(1)
    old = take_settlement(now=NOON)
    new = take_settlement(now=NOON)
    with pytest.raises(SettlerOutdated):
        copied(old, awards((1, ann, 100)))
    assert stored() == []
    copied(new, awards((1, ann, 100)))
    assert len(stored()) == 1


def test_a_batch_is_not_booked_twice(tenant):
    (ann,) = pending_accounts(1)
    epoch = take_settlement(now=NOON)
    copied(epoch, awards((1, ann, 100)))
    with pytest.raises(SettlerOutdated):
        copied(epoch, awards((1, ann, 100)))
    assert len(stored()) == 1


def test_an_account_that_is_no_pending_account_is_refused(tenant):
    (ann,) = pending_accounts(1)
    epoch = take_settlement(now=NOON)
    with pytest.raises(AwardsMismatch, match="pays account 999999"):
        copied(epoch, awards((1, ann, 100), (1, 999_999, 5)))
    assert stored() == []


@pytest.mark.parametrize("amount", [0, -1])
def test_an_award_of_nothing_or_less_is_refused(tenant, amount):
    ann, bob = pending_accounts(1, 2)
    epoch = take_settlement(now=NOON)
    with pytest.raises(DatabaseError):
        copied(epoch, awards((1, ann, 100), (2, bob, amount)))
    assert stored() == []


@pytest.mark.parametrize(
    ("awards_declared", "amount_declared"), [(1, 300), (3, 300), (2, 299), (2, 301)], ids=str
)
def test_rows_that_are_not_those_declared_are_refused(tenant, awards_declared, amount_declared):
    (ann,) = pending_accounts(1)
    epoch = take_settlement(now=NOON)
    rows = awards((1, ann, 100), (2, ann, 200))
    with pytest.raises(DatabaseError, match="declared"), transaction():
        _copy_declared(epoch, rows, awards_declared, amount_declared)
    assert stored() == []


def _copy_declared(epoch: int, rows: AwardRows, count: int, amount: int) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT batch, leaf FROM ledger_begin_awards(%s, 1, 2, 2, %s, %s, %s)",
            [epoch, count, amount, NOON],
        )
        batch, leaf = cursor.fetchone()
        _as_settler(cursor)
        with connection.wrap_database_errors, cursor.copy(f"COPY {leaf} FROM STDIN (FORMAT binary)") as copy:
            copy.write(b"".join(encode(rows=rows).in_batch(batch)))


def _as_settler(cursor) -> None:
    prefix = connection.settings_dict["TENANT_ROLE_PREFIX"]
    cursor.execute("SELECT set_config('role', %s, true)", [f"{prefix}_settler_{connection.schema_name}"])


def test_a_batch_that_was_declared_and_never_copied_does_not_finish(tenant):
    epoch = take_settlement(now=NOON)
    with (
        pytest.raises(DatabaseError, match="no awards checked"),
        transaction(),
        connection.cursor() as cursor,
    ):
        cursor.execute("SELECT batch FROM ledger_begin_awards(%s, 1, 2, 2, 5, 500, %s)", [epoch, NOON])
        cursor.execute("SELECT ledger_finish_awards(%s, %s, 0)", [epoch, cursor.fetchone()[0]])


def test_rows_for_a_batch_that_is_finished_are_refused_to_the_settler_as_well(tenant):
    (ann,) = pending_accounts(1)
    epoch = take_settlement(now=NOON)
    batch = copied(epoch, awards((1, ann, 100)))
    with pytest.raises(DatabaseError, match="has not begun"), transaction(), connection.cursor() as cursor:
        _as_settler(cursor)
        cursor.execute(
            "INSERT INTO ledger_award_000001 VALUES (%s, 1, %s, 5, 7, 1, 1, 1, 1, 0, 1)", [batch, ann]
        )


@pytest.mark.parametrize(
    "statement",
    [
        "INSERT INTO ledger_award_000001 VALUES (1, 1, 1, 5, 7, 1, 1, 1, 1, 0, 1)",
        "INSERT INTO ledger_award VALUES (4294967297, 1, 1, 5, 7, 1, 1, 1, 1, 0, 1)",
        "UPDATE ledger_award SET amount = 1",
        "UPDATE ledger_award_000001 SET amount = 1",
        "DELETE FROM ledger_award_000001",
        "TRUNCATE ledger_award_000001",
        "UPDATE ledger_settler SET epoch = 0",
        "UPDATE ledger_award_batch SET amount = 0",
        "DELETE FROM ledger_award_batch",
    ],
)
@pytest.mark.parametrize("as_settler", [False, True], ids=["application", "settler"])
def test_nobody_writes_the_lane_s_tables_directly(tenant, statement, as_settler):
    (ann,) = pending_accounts(1)
    copied(take_settlement(now=NOON), awards((1, ann, 100)))
    with pytest.raises(DatabaseError), transaction(), connection.cursor() as cursor:
        if as_settler:
            _as_settler(cursor)
        cursor.execute(statement)
    assert len(stored()) == 1


def test_a_full_partition_is_followed_by_the_next(committed_tenant):
    (ann,) = pending_accounts(1)
    epoch = take_settlement(now=NOON)
    access = committed_tenant.access
    with psycopg.connect(
        host=access.host,
        port=access.port,
        user=access.admin_user,
        password=access.admin_password,
        dbname=access.name,
        autocommit=True,
    ) as admin:
        admin.execute(f"UPDATE {committed_tenant.schema_name}.ledger_settler SET partition_limit = 2")
    batches = [
        copied(epoch, awards((1, ann, 100), (2, ann, 200)), after=after, last=after + 2)
        for after in (0, 2, 4)
    ]
    assert [batch >> 32 for batch in batches] == [1, 2, 3]
    assert [row[:3] for row in stored()] == [(1, ann, 100), (2, ann, 200)] * 3
    with pytest.raises(DatabaseError), connection.cursor() as cursor:
        cursor.execute("DELETE FROM ledger_award_000003")


def test_the_encoding_is_postgresql_s_binary_copy():
    rows = awards((7, 9, 2_376))
    data = b"".join(encode(rows=rows).in_batch(5))
    assert data[:19] == b"PGCOPY\n\xff\r\n\x00" + bytes(8)
    assert data[19:21] == (11).to_bytes(2, "big")
    assert data[21:25] == (8).to_bytes(4, "big")
    assert data[25:33] == (5).to_bytes(8, "big")
    assert data[-2:] == b"\xff\xff"
    assert len(data) == 19 + 2 + 11 * 4 + 4 * 8 + 4 + 6 * 2 + 2


def test_replaced_rows_keep_their_columns_together():
    rows = awards((1, 9, 100), (2, 3, 200), (3, 9, 300))
    ordered = rows.by_beneficiary()
    assert list(zip(ordered.order_id, ordered.beneficiary, ordered.amount, strict=True)) == [
        (2, 3, 200),
        (1, 9, 100),
        (3, 9, 300),
    ]
    assert len(replace(ordered)) == 3


def test_a_settler_that_stands_still_in_the_middle_of_a_batch_is_ended(committed_tenant):
    """The first settler has begun, copied and not committed; the second takes over at once and books the same."""
    (ann,) = pending_accounts(1)
    rows = awards((1, ann, 100))
    epoch = take_settlement(now=NOON)
    connection.set_autocommit(False)
    try:
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT batch, leaf FROM ledger_begin_awards(%s, 1, 2, 2, 1, 100, %s)", [epoch, NOON]
            )
            batch, leaf = cursor.fetchone()
            _as_settler(cursor)
            with cursor.copy(f"COPY {leaf} FROM STDIN (FORMAT binary)") as copy:
                copy.write(b"".join(encode(rows=rows).in_batch(batch)))
        _second_settler(committed_tenant, rows)
        with pytest.raises((DatabaseError, psycopg.Error)):
            connection.commit()
    finally:
        connection.close()
    assert len(stored()) == 1


def _second_settler(tenant, rows: AwardRows) -> None:
    failures: list[BaseException] = []

    def run() -> None:
        try:
            with tenant_context(tenant.schema_name):
                copied(take_settlement(now=NOON), rows)
        except BaseException as error:  # handed to the test's own thread
            failures.append(error)
        finally:
            connection.close()

    thread = threading.Thread(target=run)
    thread.start()
    thread.join(60)
    assert not thread.is_alive()
    assert failures == []


def test_who_holds_the_settlement_and_stands_still_is_ended(committed_tenant):
    held, done, ended = threading.Event(), threading.Event(), []

    def stands_still() -> None:
        try:
            with tenant_context("lotus"), transaction():
                hold_settlement(patience_seconds=1)
                settle_on(now=NOON)
                held.set()
                done.wait(30)
                with connection.cursor() as cursor:
                    cursor.execute("SELECT 1")
        except DatabaseLost as lost:
            ended.append(lost)
        finally:
            connection.close()

    thread = threading.Thread(target=stands_still)
    thread.start()
    assert held.wait(10)
    with transaction():
        hold_settlement(patience_seconds=1)
        mine = settle_on(now=NOON)
        done.set()
        thread.join(30)
    assert len(ended) == 1
    with transaction():
        hold_settlement(patience_seconds=1)
        assert settle_on(now=NOON) == mine


def test_who_settles_goes_on_without_a_new_epoch_and_who_comes_new_ends_the_old_one(committed_tenant):
    with transaction():
        first = settle_on(now=NOON)
    with transaction():
        assert settle_on(now=NOON) == first
    connection.close()
    with tenant_context("lotus"), transaction():
        assert settle_on(now=NOON).epoch == first.epoch + 1
    with pytest.raises(SettlerOutdated):
        copied(first.epoch, awards((1, 1, 100)))
