"""A full partition becomes a file; balances, statements, proofs and checks are the same before and after."""

from __future__ import annotations

import errno
import lzma
import signal
import subprocess
import sys
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from hashlib import sha256

import numpy as np
import pytest
from django.db import DatabaseError, connection
from django.test import override_settings
from django.utils import timezone

from tongbao.config.provisioning import as_migrator
from tongbao.config.tests.commands import environment_for, tongbao
from tongbao.kit import clock
from tongbao.kit.transactions import transaction
from tongbao.ledger import selectors
from tongbao.ledger.contracts import ArchiveRefused, ArchiveUnreadable, member_account, platform_account
from tongbao.ledger.policy import archives as archive_format
from tongbao.ledger.selectors import archives, liabilities, seals
from tongbao.ledger.selectors.awards import awards_in
from tongbao.ledger.services import archiving
from tongbao.ledger.services.lane import take_settlement
from tongbao.ledger.services.liabilities import prove_liabilities
from tongbao.ledger.services.seals import seal
from tongbao.ledger.tests.sealing import LI, SEED, WANG
from tongbao.ledger.tests.test_award_reads import release
from tongbao.ledger.tests.test_console import sign_in
from tongbao.ledger.tests.test_lane import NOON, awards, copied, pending_accounts
from tongbao.tenancy.contexts import tenant_context

OPERATING = platform_account("operating")
PENDING_OF_WANG, PENDING_OF_LI = member_account(WANG, "pending"), member_account(LI, "pending")
LATER = datetime(2026, 6, 1, tzinfo=UTC)


@pytest.fixture
def folder(tmp_path):
    with override_settings(SEAL_KEY=SEED, SEAL_DIR=tmp_path / "seals", ARCHIVE_DIR=tmp_path / "archive"):
        yield tmp_path / "archive"


@pytest.fixture
def books(committed_tenant, folder):
    """Three partitions: in the first two batches, a release; in the second a batch; the third is being filled."""
    with committed_tenant.connect_as_superuser() as admin:
        admin.execute("UPDATE ledger_settler SET partition_limit = 4")
    wang, li = pending_accounts(WANG, LI)
    epoch = take_settlement(now=NOON)
    copied(epoch, awards((1, wang, 2_376), (1, li, 1_100), (2, wang, 24)))
    copied(epoch, awards((3, li, 500)), after=2, last=4)
    release("release:1", 2_000)
    copied(epoch, awards((5, wang, 300), (5, li, 30), (6, li, 3), (6, wang, 1)), after=4, last=6)
    copied(epoch, awards((7, wang, 70)), after=6, last=8)
    seal(now=clock.now())
    return committed_tenant


@contextmanager
def migrator(tenant):
    with as_migrator(tenant.access), tenant_context(tenant.schema_name):
        yield
    connection.set_schema(tenant.schema_name)


def archive(tenant, *numbers: int) -> None:
    with migrator(tenant):
        for number in numbers:
            archiving.archive_partition(partition=number, before=LATER, now=clock.now())


def balances() -> list[int]:
    accounts = (PENDING_OF_WANG, PENDING_OF_LI, OPERATING, member_account(WANG, "cash"))
    kinds = (("member", "pending"), ("platform", "operating"))
    return [selectors.balance(account=account).posted for account in accounts] + [
        selectors.balance_for_all(owner_kind=owner, kind=kind) for owner, kind in kinds
    ]


def partitions_in_the_database() -> set[str]:
    rows = seals.rows_of(
        "SELECT inhrelid::regclass::text FROM pg_inherits WHERE inhparent = 'ledger_award'::regclass"
    )
    return {row[0] for row in rows}  # fmt: skip


def test_balances_and_checks_are_the_same_before_and_after(books):
    before = balances()
    archive(books, 1, 2)
    assert partitions_in_the_database() == {"ledger_award_000003"}
    assert balances() == before
    assert list(selectors.verify()) == []


def test_a_statement_has_one_line_for_a_partition_that_is_a_file(books):
    archive(books, 1)
    told = [
        (line.kind, line.amount, line.balance_after) for line in selectors.statement(account=PENDING_OF_WANG)
    ]
    assert told == [
        ("award", 1, 1),
        ("awards_archived", 2_400, 2_401),
        ("release", -2_000, 401),
        ("award", 300, 701),
        ("award", 1, 702),
        ("award", 70, 772),
    ]
    pages, after = [], (0, -1)
    while page := selectors.statement(account=PENDING_OF_WANG, after=after, limit=1):
        pages += page
        after = (page[-1].batch, page[-1].position)
    assert tuple(pages) == selectors.statement(account=PENDING_OF_WANG)
    assert pages[-1].balance_after == selectors.balance(account=PENDING_OF_WANG).posted
    assert (
        selectors.statement(account=OPERATING)[-1].balance_after
        == selectors.balance(account=OPERATING).posted
    )


def test_an_award_in_a_file_still_has_its_proof_and_its_page(books):
    (batch, _second) = (facts.first_batch for facts in archives.partitions()[:2])
    proofs = [seals.award_proof(batch=batch, position=position) for position in range(3)]
    page = awards_in(batch=batch)
    archive(books, 1)
    assert [seals.award_proof(batch=batch, position=position) for position in range(3)] == proofs
    assert awards_in(batch=batch) == page
    assert [award.position for award in awards_in(batch=batch, after=0, limit=1)] == [1]
    mine = [
        position
        for position in range(3)
        if seals.award_concerns(batch=batch, position=position, owner_kind="member", owner_id=LI)
    ]
    assert [proofs[position]["award"]["amount"] for position in mine] == [1_100]


def test_the_console_shows_awards_from_the_file_and_says_when_it_is_gone(books):
    archive(books, 1)
    (facts,) = archives.archived(partition=1)
    client = sign_in(books, "owner")
    address = f"/console/ledger/awardbatchrow/{facts.first_batch}/change/"
    assert "23.76" in client.get(address).content.decode()
    connection.set_schema("lotus")
    number = selectors.account_id(account=PENDING_OF_WANG)
    assert address in client.get(f"/console/ledger/ledgeraccount/{number}/change/").content.decode()
    connection.set_schema("lotus")
    archives.file_of(1).unlink()
    answer = client.get(address)
    assert answer.status_code == 200
    assert "ledger_award_000001.copy.xz" in answer.content.decode()
    assert "23.76" not in answer.content.decode()


def test_the_file_is_one_copy_that_any_postgresql_reads(books, folder):
    archive(books, 1)
    plain = lzma.decompress(archives.file_of(1).read_bytes())
    assert archives.file_of(1).is_relative_to(folder)
    with books.connect_as_superuser() as admin:
        admin.execute("CREATE TEMPORARY TABLE back (LIKE ledger_award)")
        with admin.cursor().copy("COPY back FROM STDIN (FORMAT binary)") as copy:
            copy.write(plain)
        assert admin.execute("SELECT count(*), sum(amount) FROM back").fetchone() == (4, 4_000)


def test_what_is_owed_is_proven_over_files_too(books):
    today = timezone.localdate(clock.now())
    archive(books, 1)
    day = {facts.asset: facts for facts in prove_liabilities(on=today, now=clock.now())}["CNY"]
    owed = {owner[1]: amount for owner, amount in liabilities.leaves_of(on=day.on, asset="CNY")}
    assert owed == {WANG: 1 + 2_400 + 300 + 1 + 70, LI: 1 + 1_600 + 33}
    archive(books, 2)
    assert list(selectors.verify()) == []


def test_a_partition_comes_back_as_it_was(books):
    before = seals.rows_of("SELECT * FROM ledger_award ORDER BY batch, position")
    kept = balances()
    archive(books, 1, 2)
    with migrator(books):
        assert archiving.restore_partition(partition=1) == 4
        assert archiving.restore_partition(partition=2) == 4
    assert seals.rows_of("SELECT * FROM ledger_award ORDER BY batch, position") == before
    assert balances() == kept
    assert list(selectors.verify()) == []
    for statement in (
        "DELETE FROM ledger_award_000001",
        "INSERT INTO ledger_award_000001 SELECT * FROM ledger_award",
    ):
        with pytest.raises(DatabaseError), transaction(), connection.cursor() as cursor:
            cursor.execute(statement)
    archive(books, 1)
    assert balances() == kept


@pytest.mark.parametrize(
    ("number", "before", "why"),
    [
        (3, LATER, "still being filled"),
        (1, NOON, "has awards of 2026-01-01"),
        (9, LATER, "nothing was ever booked"),
    ],
)
def test_a_partition_that_is_not_full_or_not_old_stays(books, number, before, why):
    with migrator(books), pytest.raises(ArchiveRefused, match=why):
        archiving.archive_partition(partition=number, before=before, now=clock.now())
    assert len(partitions_in_the_database()) == 3


def test_a_partition_that_is_not_sealed_or_not_proven_stays(committed_tenant, folder):
    with committed_tenant.connect_as_superuser() as admin:
        admin.execute("UPDATE ledger_settler SET partition_limit = 1")
    (wang,) = pending_accounts(WANG)
    epoch = take_settlement(now=NOON)
    prove_liabilities(on=timezone.localdate(clock.now()), now=clock.now())
    copied(epoch, awards((1, wang, 100)))
    copied(epoch, awards((3, wang, 100)), after=2, last=4)
    with migrator(committed_tenant), pytest.raises(ArchiveRefused, match="not sealed"):
        archiving.archive_partition(partition=1, before=LATER, now=clock.now())
    seal(now=clock.now())
    with migrator(committed_tenant), pytest.raises(ArchiveRefused, match="no proof of liabilities"):
        archiving.archive_partition(partition=1, before=LATER, now=clock.now())


def test_rows_that_are_not_those_that_were_sealed_are_not_archived(books):
    with books.connect_as_superuser() as admin:
        admin.execute("SET session_replication_role = replica")
        admin.execute("UPDATE ledger_award_000001 SET order_id = 99 WHERE position = 1")
    with migrator(books), pytest.raises(ArchiveRefused, match="not those that were sealed"):
        archiving.archive_partition(partition=1, before=LATER, now=clock.now())
    assert "ledger_award_000001" in partitions_in_the_database()


def test_a_disk_that_gives_back_something_else_costs_nothing(books, monkeypatch):
    written = archiving._write

    def flipped(facts, file):
        manifest = written(facts, file)
        data = bytearray(file.read_bytes())
        data[len(data) // 2] ^= 1
        file.write_bytes(data)
        return manifest

    monkeypatch.setattr(archiving, "_write", flipped)
    with migrator(books), pytest.raises(ArchiveUnreadable):
        archiving.archive_partition(partition=1, before=LATER, now=clock.now())
    assert "ledger_award_000001" in partitions_in_the_database()
    assert list(selectors.verify()) == []


def test_a_full_disk_costs_nothing_and_leaves_nothing(books, folder, monkeypatch):
    def full(*_arguments):
        raise OSError(errno.ENOSPC, "No space left on device")

    with monkeypatch.context() as patch, migrator(books):
        patch.setattr(archiving, "_put", full)
        with pytest.raises(ArchiveRefused, match="No space left on device"):
            archiving.archive_partition(partition=1, before=LATER, now=clock.now())
    assert list(folder.rglob("*award*")) == []
    archive(books, 1)
    assert list(selectors.verify()) == []


def test_two_at_once_do_not_write_the_same_file(books, race):
    def one():
        return archiving.archive_partition(partition=1, before=LATER, now=clock.now())

    with migrator(books):
        answers = race(one, one, one)
    assert [answer for answer in answers if answer == archives.file_of(1)] == [archives.file_of(1)]
    assert sum(isinstance(answer, ArchiveRefused) for answer in answers) == 2
    assert list(selectors.verify()) == []


def test_a_table_that_is_gone_is_said(books):
    with books.connect_as_superuser() as admin:
        admin.execute("DROP TABLE ledger_award_000001")
    with migrator(books), pytest.raises(ArchiveRefused, match="does not exist"):
        archiving.archive_partition(partition=1, before=LATER, now=clock.now())
    named = {finding.key for finding in selectors.verify() if finding.table == "ledger_award"}
    assert len(named) == 2


@pytest.mark.parametrize(
    "text",
    [
        "",
        "[]",
        "{}",
        '{"format": "tongbao/award-archive/9"}',
        '{"format": "tongbao/award-archive/1", "portions": [{}]}',
    ],
)
def test_what_is_no_manifest_is_refused(text):
    with pytest.raises(archive_format.NotAnArchive):
        archive_format.read_manifest(text)


def test_the_application_can_not_archive(books):
    with pytest.raises(ArchiveRefused, match="permission denied"):
        archiving.archive_partition(partition=1, before=LATER, now=clock.now())
    with pytest.raises(DatabaseError), transaction(), connection.cursor() as cursor:
        cursor.execute("SELECT ledger_begin_restore(1)")
    assert len(partitions_in_the_database()) == 3


def rewritten(change) -> archive_format.Manifest:
    """The file of partition 1 with its rows changed; the manifest that would fit it."""
    (facts,) = archives.archived(partition=1)
    manifest = archives.read_manifest(facts)
    data = archive_format.part(archive_format.HEAD)
    portions = []
    for portion, rows in zip(manifest.portions, archives.portions(facts, manifest), strict=True):
        packed = archive_format.part(change(rows.copy()).tobytes())
        portions.append(replace(portion, offset=len(data), bytes=len(packed)))
        data += packed
    data += archive_format.part(archive_format.TAIL)
    archives.file_of(1).write_bytes(data)
    return replace(manifest, portions=tuple(portions), bytes=len(data), sha256=sha256(data).hexdigest())


def raised(rows):
    rows["amount"][1] += 1
    return rows


def swapped(rows):
    rows["order_id"][[1, 2]] = rows["order_id"][[2, 1]]
    return rows


def without_one(rows):
    return np.delete(rows, 1)


@pytest.mark.parametrize("change", [raised, swapped, without_one])
def test_a_changed_file_is_found_and_named(books, change):
    archive(books, 1)
    rewritten(change)
    named = [(finding.table, finding.key) for finding in selectors.verify()]
    assert ("ledger_award_archive", "partition 1") in named


def test_whoever_changes_file_manifest_and_database_alike_is_found_by_the_seal(books):
    archive(books, 1)
    text = rewritten(swapped).as_text()
    archives.manifest_file_of(1).write_text(text)
    with books.connect_as_superuser() as admin:
        admin.execute("SET session_replication_role = replica")
        admin.execute(
            "UPDATE ledger_award_archive SET sha256 = %s, manifest_sha256 = %s",
            [bytes.fromhex(archive_format.read_manifest(text).sha256), archive_format.digest(text)],
        )
    (facts,) = archives.archived(partition=1)
    (finding,) = selectors.verify()
    assert (finding.table, finding.key) == ("ledger_award", f"batch {facts.first_batch}")
    assert f"among rows {facts.first_batch}/0 to {facts.first_batch}/2" in finding.should


@pytest.mark.parametrize("name", ["file_of", "manifest_file_of"])
def test_a_lost_file_is_named_once_and_balances_stand(books, name):
    kept = balances()
    archive(books, 1)
    getattr(archives, name)(1).unlink()
    (finding,) = selectors.verify()
    assert (finding.table, finding.key) == ("ledger_award_archive", "partition 1")
    assert balances() == kept
    (facts,) = archives.archived(partition=1)
    with pytest.raises(ArchiveUnreadable):
        seals.award_proof(batch=facts.first_batch, position=0)


@pytest.mark.parametrize(
    ("tampering", "table"),
    [
        ("UPDATE ledger_award_archived SET amount = amount + 1 WHERE partition = 1", "ledger_award_archived"),
        ("DELETE FROM ledger_award_archived WHERE partition = 1", "ledger_award_archived"),
        ("UPDATE ledger_award_archive SET awards = awards + 1", "ledger_award_archive"),
        ("DELETE FROM ledger_award_archive", "ledger_award_archived"),
        ("UPDATE ledger_award_batch SET amount = amount + 1 WHERE batch >> 32 = 1", "ledger_award"),
        ("DELETE FROM ledger_award_batch WHERE batch >> 32 = 1", "ledger_award"),
    ],
)
def test_whoever_changes_what_is_kept_of_a_file_is_found(books, tampering, table):
    archive(books, 1)
    with books.connect_as_superuser() as admin:
        admin.execute("SET session_replication_role = replica")
        admin.execute(tampering)
    assert table in {finding.table for finding in selectors.verify()}


STEPS = ("_put", "_sync_folder", "_read_back", "_compare_roots", "_drop", "_become_owner")
KILLED = """
import os, signal, sys
from tongbao.config.commands._django import with_django
with_django()
from tongbao.ledger.services import archiving
def die(*_arguments, **_named):
    os.kill(os.getpid(), signal.SIGKILL)
setattr(archiving, sys.argv[1], die)
from tongbao.config.command_line import main
main(["ledger", "archive", "--before", "2026-06-01", "--tenant", "lotus", "--yes"])
"""


@pytest.mark.parametrize("step", STEPS)
def test_who_is_killed_on_the_way_leaves_the_books_as_they_were(books, folder, step, tmp_path):
    kept = balances()
    more = {
        "TONGBAO_SEAL_KEY": SEED,
        "TONGBAO_SEAL_DIR": str(tmp_path / "seals"),
        "TONGBAO_ARCHIVE_DIR": str(folder),
    }
    killed = subprocess.run(
        [sys.executable, "-c", KILLED, step],
        env=environment_for(books.access, **more),
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    assert killed.returncode == -signal.SIGKILL, killed.stderr
    assert len(partitions_in_the_database()) == 3
    assert balances() == kept
    answer = tongbao(
        "ledger",
        "archive",
        "--before",
        "2026-06-01",
        "--tenant",
        "lotus",
        "--yes",
        access=books.access,
        **more,
    )
    assert answer.returncode == 0, answer.stderr
    assert partitions_in_the_database() == {"ledger_award_000003"}
    assert balances() == kept
    assert list(selectors.verify()) == []
    assert list(archives.file_of(1).parent.glob(".*")) == []


def test_the_command_says_what_it_would_do_and_does_it_when_told(books, folder, tmp_path):
    more = {
        "TONGBAO_SEAL_KEY": SEED,
        "TONGBAO_SEAL_DIR": str(tmp_path / "seals"),
        "TONGBAO_ARCHIVE_DIR": str(folder),
    }
    asked = ("ledger", "archive", "--before", "2026-06-01", "--tenant", "lotus")
    said = tongbao(*asked, access=books.access, **more)
    assert said.returncode == 0, said.stderr
    assert "2 would become files" in said.stdout
    assert "partition 3, 1 awards to 2026-01-01" in said.stdout
    assert len(partitions_in_the_database()) == 3
    one = tongbao(*asked, "--most", "1", "--yes", access=books.access, **more)
    assert one.returncode == 0, one.stderr
    assert partitions_in_the_database() == {"ledger_award_000002", "ledger_award_000003"}
    assert tongbao(*asked, "--yes", access=books.access, **more).returncode == 0
    assert len(partitions_in_the_database()) == 1
    assert "it is a file already" in tongbao(*asked, access=books.access, **more).stdout
    back = tongbao("ledger", "restore-partition", "2", "--tenant", "lotus", access=books.access, **more)
    assert "partition 2 is back with 4 awards" in back.stdout, back.stderr
    refused = tongbao("ledger", "restore-partition", "2", "--tenant", "lotus", access=books.access, **more)
    assert refused.returncode == 2
    assert "it is not a file" in refused.stderr
