"""Every transfer gets its place in the log once, also when its transaction ends late."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import closing
from functools import partial
from threading import Event, Thread

import psycopg
import pytest
from django.db import DatabaseError, connection, transaction

from tongbao.kit import clock
from tongbao.kit.transactions import transaction as one_transaction
from tongbao.ledger import services
from tongbao.ledger.contracts import Request, SealUnknown
from tongbao.ledger.policy import merkle, notes
from tongbao.ledger.selectors import seals as reads
from tongbao.ledger.services import publishing
from tongbao.ledger.services.seals import seal
from tongbao.ledger.tests.sealing import LI, WANG, ZHAO, book, line, sealing
from tongbao.tenancy.contexts import tenant_context

__all__ = ["sealing"]


def sealed_batches() -> list[int]:
    """In order of the log, without what a new mall books when it is made."""
    found = reads.rows_of(
        "SELECT entry.batch FROM ledger_seal_entry AS entry JOIN ledger_request AS request USING (batch)"
        " WHERE request.key ~ '^(award|slow|quick|hold):' ORDER BY leaf_index"
    )
    return [row[0] for row in found]


def at_first() -> int:
    """How many requests a new mall has."""
    return int(
        reads.rows_of("SELECT count(*) FROM ledger_request WHERE key !~ '^(award|slow|quick|hold):'")[0][0]
    )


def test_a_seal_covers_all_that_was_booked_and_is_signed(committed_tenant, sealing):
    batches = [book(f"award:{n}", line(100 + n), line(7, member_id=LI)) for n in range(5)]
    newest = seal(now=clock.now())
    assert newest.size == at_first() + 5
    assert sealed_batches() == batches
    checkpoint = notes.open_note(newest.checkpoint, key=newest.signer)
    assert (checkpoint.origin, checkpoint.size, checkpoint.root) == (
        "tongbao/lotus",
        at_first() + 5,
        newest.root,
    )


def test_nothing_new_makes_no_new_seal(committed_tenant, sealing):
    assert reads.latest_seal() is None
    first = seal(now=clock.now())
    assert seal(now=clock.now()) == first
    assert len(reads.seals()) == 1


def test_a_refused_request_has_its_place_too(committed_tenant, sealing):
    book("award:1")
    out = services.place_hold(
        key="hold:1", account=line(1, kind="cash").credit, amount=5, purpose="x", now=clock.now()
    )
    assert out.refusal is not None
    assert seal(now=clock.now()).size == at_first() + 2


@pytest.mark.parametrize("is_first_seal", [True, False], ids=["at the first seal", "later"])
def test_a_slow_transaction_that_commits_after_later_ones_is_never_skipped(
    committed_tenant, sealing, is_first_seal
):
    # the accounts are there: opening one is something that two postings may wait for
    opened = book("award:0", line(1), line(1, member_id=ZHAO))
    before = 0 if is_first_seal else seal(now=clock.now()).size
    booked, may_commit = Event(), Event()
    slow: list[int] = []

    def slowly() -> None:
        with tenant_context("lotus"), one_transaction():
            slow.append(book("slow:1", line(1_000, member_id=ZHAO)))
            booked.set()
            assert may_commit.wait(timeout=30)
        connection.close()

    thread = Thread(target=slowly)
    thread.start()
    assert booked.wait(timeout=30)
    try:
        quick = [book(f"quick:{n}") for n in range(3)]
        early = seal(now=clock.now())
        assert slow[0] not in sealed_batches()
    finally:
        may_commit.set()
        thread.join(timeout=30)
    assert slow[0] < min(quick)
    # Behind the one that still runs nothing is sealed; the first seal of all takes what is committed.
    assert early.size == (at_first() + 4 if is_first_seal else before)
    late = seal(now=clock.now())
    assert late.size == at_first() + 5
    assert sealed_batches() == [opened, *([*quick, *slow] if is_first_seal else [*slow, *quick])]


def test_the_place_in_the_log_does_not_depend_on_when_one_seals(committed_tenant, sealing):
    book("award:0")
    seal(now=clock.now())
    for n in range(6):
        book(f"award:{n + 1}")
        if n % 2:
            seal(now=clock.now())
    order = reads.rows_of("SELECT batch FROM ledger_request WHERE key ~ '^award' ORDER BY written_by, batch")
    assert sealed_batches() == [row[0] for row in order]


def test_a_posting_does_not_wait_for_a_seal_that_is_being_made(committed_tenant, sealing):
    book("award:1")
    in_the_middle, may_end = Event(), Event()

    def slowly() -> None:
        with tenant_context("lotus"), one_transaction():
            seal(now=clock.now())
            in_the_middle.set()
            assert may_end.wait(timeout=30)
        connection.close()

    thread = Thread(target=slowly)
    thread.start()
    assert in_the_middle.wait(timeout=30)
    with connection.cursor() as cursor:
        cursor.execute("SET lock_timeout = '2s'")
    try:
        book("award:2")
        # and a second sealer goes home at once
        assert seal(now=clock.now()) is None
    finally:
        may_end.set()
        thread.join(timeout=30)
    assert seal(now=clock.now()).size == at_first() + 2


@pytest.fixture
def stranger(committed_tenant) -> Callable[[], psycopg.Connection]:
    """Connections to another database of the same server."""
    info = committed_tenant.access
    return partial(
        psycopg.connect,
        host=info.host,
        port=info.port,
        user=info.admin_user,
        password=info.admin_password,
        dbname="postgres",
    )


def test_a_transaction_of_another_database_holds_nothing_up(committed_tenant, sealing, stranger):
    seal(now=clock.now())
    with closing(stranger()) as elsewhere:
        elsewhere.execute("SELECT pg_current_xact_id()")
        book("award:1")
        assert seal(now=clock.now()).size == at_first() + 1


def test_transactions_of_another_database_that_end_all_the_time_hold_nothing_up(
    committed_tenant, sealing, stranger
):
    is_over = Event()

    def busy() -> None:
        with closing(stranger()) as elsewhere:
            elsewhere.autocommit = True
            while not is_over.is_set():
                # long enough to have begun before a booking and to end during the look at who is running
                elsewhere.execute("SELECT pg_current_xact_id(), pg_sleep(random() * 0.02)")

    threads = [Thread(target=busy) for _ in range(8)]
    seal(now=clock.now())
    for thread in threads:
        thread.start()
    try:
        for n in range(150):
            book(f"award:{n}")
            assert seal(now=clock.now()).size == at_first() + n + 1
    finally:
        is_over.set()
        for thread in threads:
            thread.join(timeout=30)


def test_what_a_transaction_books_after_it_sealed_is_not_lost(committed_tenant, sealing):
    seal(now=clock.now())
    with one_transaction():
        first = book("award:1")
        seal(now=clock.now())
        second = book("award:2")
    seal(now=clock.now())
    assert sealed_batches() == [first, second]


def test_two_sealers_at_once_make_one_log(committed_tenant, sealing, race):
    for n in range(10):
        book(f"award:{n}")
    answers = race(*(lambda: seal(now=clock.now()) for _ in range(6)))
    assert not [answer for answer in answers if isinstance(answer, Exception)]
    assert seal(now=clock.now()).size == at_first() + 10
    assert len(sealed_batches()) == len(set(sealed_batches())) == 10


def test_the_stored_subtrees_give_the_root_and_every_proof(committed_tenant, sealing):
    sizes = []
    for count in (1, 16, 3, 30):
        services.post_many(
            requests=tuple(
                Request(key=f"award:{len(sizes)}:{n}", transfers=(line(n + 1),)) for n in range(count)
            ),
            now=clock.now(),
        )
        sizes.append(seal(now=clock.now()).size)
    hashes = [row[0] for row in reads.rows_of("SELECT leaf_hash FROM ledger_seal_entry ORDER BY leaf_index")]
    size = sizes[-1]
    assert reads.latest_seal().root == merkle.root_of(hashes)
    for index, leaf in enumerate(hashes):
        path = merkle.inclusion_proof(index, size, subtrees=reads.log_subtree)
        assert merkle.includes(leaf=leaf, index=index, size=size, path=path, root=merkle.root_of(hashes))
    for old in sizes:
        assert merkle.is_consistent(
            old_size=old,
            old_root=reads.seal_of(size=old).root,
            size=size,
            root=merkle.root_of(hashes),
            path=reads.consistency(old_size=old, size=size),
        )
    with pytest.raises(SealUnknown):
        reads.consistency(old_size=size - 1, size=size)


def test_a_checkpoint_is_published_whole_and_again_if_it_is_missing(committed_tenant, sealing):
    book("award:1")
    first = seal(now=clock.now())
    book("award:2")
    second = seal(now=clock.now())
    folder = sealing / "lotus"
    assert (folder / "checkpoint").read_text() == second.checkpoint
    assert (folder / "key").read_text().strip() == first.signer
    files = [path for path, _text in publishing.published()]
    assert [text for _path, text in publishing.published()] == [first.checkpoint, second.checkpoint]
    files[0].unlink()
    seal(now=clock.now())
    assert files[0].read_text() == first.checkpoint
    assert not list(folder.rglob(".part-*"))


def test_nothing_is_published_that_is_taken_back(committed_tenant, sealing):
    book("award:1")
    with pytest.raises(ZeroDivisionError), one_transaction():
        assert seal(now=clock.now()) is not None
        raise ZeroDivisionError
    assert publishing.published() == []
    assert reads.latest_seal() is None


def test_each_tenant_signs_with_a_key_of_its_own(two_tenants, sealing):
    keys = set()
    for tenant in two_tenants:
        with tenant_context(tenant.schema_name):
            book("award:1")
            keys.add(seal(now=clock.now()).signer)
    assert len(keys) == 2


@pytest.mark.parametrize(
    "statement",
    [
        "INSERT INTO ledger_seal_entry (leaf_index, batch, transfers, root, leaf_hash)"
        " VALUES (9, 9, 0, sha256(''), sha256(''))",
        "UPDATE ledger_seal SET root = sha256('')",
        "DELETE FROM ledger_seal_entry",
        "TRUNCATE ledger_seal_node",
        "UPDATE ledger_liability SET total = 0",
        "DELETE FROM ledger_liability_block",
    ],
)
def test_the_applications_role_only_reads_the_log(tenant, statement):
    with (
        pytest.raises(DatabaseError, match="permission denied"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(statement)


@pytest.mark.parametrize("table", ["ledger_seal", "ledger_seal_entry"])
def test_even_the_owner_of_the_log_only_appends(committed_tenant, sealing, table):
    book("award:1")
    seal(now=clock.now())
    with (
        committed_tenant.connect_as_superuser() as admin,
        pytest.raises(psycopg.DatabaseError, match="append-only"),
    ):
        admin.execute(f"DELETE FROM {table}")


def test_a_seal_that_skips_is_refused(committed_tenant, sealing):
    book("award:1", line(5, member_id=WANG))
    seal(now=clock.now())
    with (
        pytest.raises(DatabaseError, match=r"has \d+ leaves, not 4"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(
            "SELECT ledger_seal_append(4, ARRAY[NULL]::bigint[], ARRAY[NULL]::bigint[], ARRAY[NULL]::date[],"
            " ARRAY[NULL]::smallint[],"
            " ARRAY[0], ARRAY[sha256('')], ARRAY[sha256('')], ARRAY[]::smallint[], ARRAY[]::bigint[],"
            " ARRAY[]::bytea[], sha256(''), 'x', 'x', '{}', tongbao_now())"
        )
