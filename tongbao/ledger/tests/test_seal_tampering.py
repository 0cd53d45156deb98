"""Whoever changes sealed rows with a superuser's power is found, and what was changed is named."""

from __future__ import annotations

import pytest
from django.utils import timezone

from tongbao.kit import clock
from tongbao.ledger import selectors
from tongbao.ledger.selectors import seals as reads
from tongbao.ledger.selectors.seal_checks import verify_seals
from tongbao.ledger.services.liabilities import prove_liabilities
from tongbao.ledger.services.seals import seal
from tongbao.ledger.tests.sealing import LI, ZHAO, book, line, points, sealing

__all__ = ["sealing"]

REHASHED = """
UPDATE ledger_request AS request SET hash = (
    SELECT sha256(convert_to(string_agg(ledger_line(debit, credit, asset_id, amount, kind, subject), E'\\n'
                                        ORDER BY position), 'UTF8'))
    FROM ledger_transfer AS transfer WHERE transfer.batch = request.batch)
WHERE batch = {batch}
"""


class Books:
    """Sealed books of 22 requests; ``batch`` has three transfers."""

    def __init__(self, tenant) -> None:
        self.tenant = tenant
        self.batch = book("award:1", line(100), line(200, member_id=LI), line(300, member_id=ZHAO))
        self.other = book("award:2", line(400), points(5))
        self.first = seal(now=clock.now())
        for number in range(20):
            self.last = book(f"award:more:{number}", line(number + 1))
        prove_liabilities(on=timezone.localdate(clock.now()), now=clock.now())

    def as_superuser(self, *statements: str) -> None:
        with self.tenant.connect_as_superuser() as admin:
            admin.execute("SET session_replication_role = replica")
            for statement in statements:
                admin.execute(statement.format(batch=self.batch, other=self.other, last=self.last))


@pytest.fixture(scope="module")
def shared(new_database, tmp_path_factory):
    """One set of sealed books in a database that the tests of this module change and change back."""
    from django.db import connection
    from django.test import override_settings

    from conftest import TenantUnderTest
    from tongbao.ledger.tests.sealing import SEED

    with (
        new_database() as access,
        override_settings(SEAL_KEY=SEED, SEAL_DIR=tmp_path_factory.mktemp("sealed")),
    ):
        connection.set_schema("lotus")
        yield Books(TenantUnderTest("lotus", "lotus.test", access))


@pytest.fixture
def books(committed_tenant, sealing):
    return Books(committed_tenant)


def named() -> set[tuple[str, str]]:
    return {(finding.table, finding.key) for finding in verify_seals()}


def test_untouched_books_are_right(books):
    assert list(selectors.verify()) == []
    assert reads.latest_seal().size > 22


# what was done; the undoing; what is named
CHANGES = {
    "an amount, and the request's hash with it": (
        ["UPDATE ledger_transfer SET amount = 101 WHERE batch = {batch} AND position = 0", REHASHED],
        ["UPDATE ledger_transfer SET amount = 100 WHERE batch = {batch} AND position = 0", REHASHED],
        {("ledger_transfer", "batch {batch}"), ("ledger_request", "batch {batch}"),
         ("ledger_liability_block", "{day} CNY member 1")},
    ),
    "two rows, swapped": (
        ["UPDATE ledger_transfer SET position = 2 - position + 10 WHERE batch = {batch}",
         "UPDATE ledger_transfer SET position = position - 10 WHERE batch = {batch}"],
        ["UPDATE ledger_transfer SET position = 2 - position + 10 WHERE batch = {batch}",
         "UPDATE ledger_transfer SET position = position - 10 WHERE batch = {batch}"],
        {("ledger_transfer", "batch {batch}")},
    ),
    "an account's owner": (
        ["UPDATE ledger_account SET owner_id = 99 WHERE owner_id = 3"],
        ["UPDATE ledger_account SET owner_id = 3 WHERE owner_id = 99"],
        {("ledger_transfer", "batch {batch}"), ("ledger_liability_block", "{day} CNY member 3"),
         ("ledger_liability_block", "{day} CNY member 99")},
    ),
    "the time of a booking": (
        ["UPDATE ledger_request SET booked_at = booked_at - interval '1 day' WHERE batch = {batch}"],
        ["UPDATE ledger_request SET booked_at = booked_at + interval '1 day' WHERE batch = {batch}"],
        {("ledger_request", "batch {batch}")},
    ),
    "a root in the log": (
        ["UPDATE ledger_seal SET root = sha256(root) WHERE size = (SELECT min(size) FROM ledger_seal)"],
        ["UPDATE ledger_seal SET root = '\\x{root}' WHERE size = (SELECT min(size) FROM ledger_seal)"],
        {("ledger_seal", "size {size}")},
    ),
    "a stored subtree": (
        ["UPDATE ledger_seal_node SET level = 8"],
        ["UPDATE ledger_seal_node SET level = 4"],
        {("ledger_seal_node", "4/0")},
    ),
    "a day's total": (
        ["UPDATE ledger_liability SET total = total - 1 WHERE asset_id = 1"],
        ["UPDATE ledger_liability SET total = total + 1 WHERE asset_id = 1"],
        {("ledger_liability", "{day} CNY")},
    ),
    "a request put in between": (
        ["INSERT INTO ledger_request (key, hash, outcome, booked_at, written_by)"
         " VALUES ('late', sha256(''), 'posted', now() - interval '1 day', 3)"],
        ["DELETE FROM ledger_request WHERE key = 'late'"],
        {("ledger_request", "batch {late}")},
    ),
}  # fmt: skip


@pytest.mark.parametrize("what", CHANGES)
def test_what_was_changed_is_named(shared, what):
    done, undone, expected = CHANGES[what]
    shared.as_superuser(*done)
    late = reads.rows_of("SELECT max(batch) FROM ledger_request")[0][0]
    names = {
        "batch": shared.batch,
        "day": timezone.localdate(clock.now()),
        "size": shared.first.size,
        "late": late,
    }
    try:
        assert named() >= {(table, key.format(**names)) for table, key in expected}
        others = {f"batch {shared.other}", f"batch {shared.last}"}
        assert not {key for _table, key in named()} & others
    finally:
        shared.as_superuser(*(text.replace("{root}", shared.first.root.hex()) for text in undone))
    assert named() == set()


def test_a_deleted_row_is_named(books):
    books.as_superuser("DELETE FROM ledger_transfer WHERE batch = {batch} AND position = 1")
    found = [finding for finding in verify_seals() if finding.key == f"batch {books.batch}"]
    assert f"{books.batch}/1 is missing" in found[0].should


def test_a_deleted_request_is_named(books):
    books.as_superuser(
        "DELETE FROM ledger_transfer WHERE batch = {batch}",
        "DELETE FROM ledger_request WHERE batch = {batch}",
    )
    assert ("ledger_request", f"batch {books.batch}") in named()


def test_rows_added_to_a_sealed_request_are_named(books):
    books.as_superuser(
        "INSERT INTO ledger_transfer SELECT batch, debit, credit, 1, 3, asset_id, kind, subject FROM ledger_transfer"
        " WHERE batch = {batch} AND position = 0"
    )
    found = [finding for finding in verify_seals() if finding.key == f"batch {books.batch}"]
    assert f"{books.batch}/3 is too many" in found[0].should


CUT_OFF = (
    "DELETE FROM ledger_liability_block",
    "DELETE FROM ledger_liability",
    "DELETE FROM ledger_seal WHERE size > {size}",
    "DELETE FROM ledger_seal_entry WHERE leaf_index >= {size}",
    "DELETE FROM ledger_seal_node WHERE (place + 1) * (1 << level) > {size}",
    "DELETE FROM ledger_transfer WHERE batch > {keep}",
    "DELETE FROM ledger_request WHERE batch > {keep}",
)


def test_a_tail_cut_off_from_books_and_log_alike_contradicts_what_was_published(books):
    names = {"size": books.first.size, "keep": books.other}
    books.as_superuser(*(text.format(**names) for text in CUT_OFF))
    found = list(verify_seals())
    assert {finding.table for finding in found} == {"ledger_seal"}
    assert any(f"the newest has {books.first.size}" in finding.says for finding in found)


def test_a_tail_written_anew_contradicts_what_was_published(books):
    names = {"size": books.first.size, "keep": books.other}
    books.as_superuser(*(text.format(**names) for text in CUT_OFF))
    # as many entries as before, with another story in them
    while (newest := seal(now=clock.now())).size < books.first.size + 20:
        book(f"another:{newest.size}", line(1))
    book("another:last", line(5))
    seal(now=clock.now())
    assert any(
        finding.says == "another checkpoint" or "no seal of" in finding.says for finding in verify_seals()
    )


def test_a_forged_checkpoint_is_found_by_its_signature(books):
    books.as_superuser(
        "UPDATE ledger_seal SET checkpoint = replace(checkpoint, 'tongbao/lotus' || chr(10), 'tongbao/lotus'"
        " || chr(10) || '1') WHERE size = " + str(books.first.size)
    )
    assert ("ledger_seal", f"size {books.first.size}") in named()
