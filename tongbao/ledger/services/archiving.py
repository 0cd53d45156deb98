"""Full partitions of awards become files, and files partitions again. Only the migrator's role may do either.

The order is what makes it safe: the file is written, forced to the disk and read back; what was read is compared with
what the database gave and with the sealed roots; only then one transaction keeps each account's sum and drops the
table. Whoever is killed in between leaves the table as it was, and at most a file that the next try writes anew.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from pathlib import Path
from typing import BinaryIO, Final

from django.db import DatabaseError, Error, connection
from psycopg import sql

from tongbao.kit import progress
from tongbao.kit.transactions import transaction
from tongbao.ledger.contracts import CASH, ArchiveRefused, ArchiveUnreadable, NotSealed
from tongbao.ledger.policy import archives, merkle
from tongbao.ledger.selectors import archives as reads
from tongbao.ledger.selectors import seals as seal_reads
from tongbao.ledger.selectors.liabilities import latest_liabilities
from tongbao.ledger.selectors.reading import rows_of, streamed
from tongbao.ledger.services.publishing import write_whole
from tongbao.tenancy.selectors import current_schema

ROWS_IN_A_PORTION: Final = 100_000
ARCHIVE = f"SELECT ledger_archive_awards(row({', '.join(['%s'] * 14)})::ledger_award_archive)"
COLUMNS = sql.SQL(", ").join(sql.Identifier(name) for name, _size in archives.COLUMNS)


@dataclass(frozen=True, slots=True, kw_only=True)
class Archivable:
    """A partition, and why it can't become a file now (empty: it can)."""

    facts: reads.PartitionFacts
    why_not: str


def plan_archive(*, before: datetime) -> tuple[Archivable, ...]:
    """Every partition with what ``archive_partition`` would say to it; changes nothing."""
    return tuple(Archivable(facts=facts, why_not=_why_not(facts, before)) for facts in reads.partitions())


def archive_partition(*, partition: int, before: datetime, now: datetime) -> Path:
    """Turn a full, sealed partition without an award since ``before`` into a file; return the file.

    Locks: its own table for a few seconds, and, while it is taken off, all readers of awards for some milliseconds.
    Raises ArchiveRefused when it can't be one now, and when file and books disagree: nothing is changed then.
    """
    with _alone(partition):
        facts = next((facts for facts in reads.partitions() if facts.partition == partition), None)
        why_not = "nothing was ever booked in it" if facts is None else _why_not(facts, before)
        if facts is None or why_not:
            raise ArchiveRefused(partition=partition, why=why_not)
        file = reads.file_of(partition)
        try:
            manifest = _write(facts, file)
            text = manifest.as_text()
            write_whole(reads.manifest_file_of(partition), text)
        except OSError as error:
            raise ArchiveRefused(
                partition=partition, why=f"writing its file failed: {error.strerror or error}"
            ) from error
        except (DatabaseError, archives.NotAnArchive) as error:
            raise _refused(partition, error) from error
        _read_back(facts, manifest)
        _drop(facts, manifest, manifest_sha256=archives.digest(text), now=now)
        return file


def restore_partition(*, partition: int) -> int:
    """Bring a partition back from its file; return how many awards. The file stays.

    Raises ArchiveRefused, ArchiveUnreadable; nothing is changed then.
    """
    with _alone(partition):
        found = reads.archived(partition=partition)
        if not found:
            raise ArchiveRefused(partition=partition, why="it is not a file")
        _load(found[0])
    return found[0].awards


def _load(facts: reads.ArchiveFacts) -> None:
    manifest = reads.read_manifest(facts)
    _check_digest(facts.partition, facts.sha256)
    try:
        with transaction(), connection.cursor() as cursor:
            _become_owner(cursor)
            cursor.execute("SELECT ledger_begin_restore(%s)", [facts.partition])
            leaf = str(cursor.fetchone()[0])
            statement = sql.SQL("COPY {} ({}) FROM STDIN (FORMAT binary)").format(
                sql.Identifier(leaf), COLUMNS
            )
            with connection.wrap_database_errors, cursor.copy(statement) as copy:
                copy.write(archives.HEAD)
                for rows in reads.portions(facts, manifest):
                    copy.write(rows.tobytes())
                copy.write(archives.TAIL)
            cursor.execute("SELECT ledger_finish_restore(%s)", [facts.partition])
    except DatabaseError as error:
        raise _refused(facts.partition, error) from error


@contextmanager
def _alone(partition: int) -> Iterator[None]:
    """One at a time in a mall, as long as this connection lives: two would write the same file.

    Raises ArchiveRefused.
    """
    key = f"{current_schema()}:archive"
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(hashtextextended(%s, 20260101))", [key])
        if not cursor.fetchone()[0]:
            raise ArchiveRefused(partition=partition, why="another `tongbao ledger` is at work in this mall")
    try:
        yield
    finally:
        # a connection that broke has let go of it
        with suppress(Error), connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_unlock(hashtextextended(%s, 20260101))", [key])


def _why_not(facts: reads.PartitionFacts, before: datetime) -> str:
    if facts.archived_at is not None:
        return "it is a file already"
    if not facts.is_full:
        return "it is still being filled"
    if facts.newest_at >= before:
        return f"it has awards of {facts.newest_at:%Y-%m-%d}"
    sealed = _leaves_of(facts)
    if sealed is None:
        return "it is not sealed to its end; run `tongbao seal`"
    proven = latest_liabilities(asset=CASH)
    if proven is not None and sealed[1] >= proven.covers:
        return "no proof of liabilities covers it yet; run `tongbao seal --liabilities`"
    return ""


def _leaves_of(facts: reads.PartitionFacts) -> tuple[int, int] | None:
    """The first and the last entry of the log that are batches of it, if all of them are."""
    first, last, count = rows_of(
        "SELECT min(leaf_index), max(leaf_index), count(*) FROM ledger_seal_entry WHERE award_batch BETWEEN %s AND %s",
        [facts.first_batch, facts.last_batch],
    )[0]
    return (first, last) if count == facts.batches else None


def _write(facts: reads.PartitionFacts, file: Path) -> archives.Manifest:
    """Write the file under a name of its own and give it its own when it is on the disk; what it holds."""
    sealed = _leaves_of(facts)
    seal = seal_reads.latest_seal()
    if sealed is None or seal is None:
        raise NotSealed(what=f"partition {facts.partition}")
    file.parent.mkdir(parents=True, exist_ok=True)
    partial = file.with_name(f".{file.name}.partial")
    digest = sha256()
    offset, rows, amount = 0, 0, 0
    portions = []
    try:
        with partial.open("wb") as handle:
            offset += _put(handle, digest, archives.part(archives.HEAD))
            for first, last in _ranges(facts):
                body = _copied(facts.partition, first, last)
                found = archives.rows_in(body)
                if not len(found):
                    continue
                packed = archives.part(body)
                portions.append(
                    archives.Portion(
                        first_batch=int(found["batch"][0]),
                        last_batch=int(found["batch"][-1]),
                        rows=len(found),
                        offset=offset,
                        bytes=len(packed),
                    )
                )
                offset += _put(handle, digest, packed)
                rows += len(found)
                amount += int(found["amount"].sum(dtype="int64"))
                progress.tell(f"writing {facts.partition}", done=rows, total=facts.awards)
            offset += _put(handle, digest, archives.part(archives.TAIL))
            handle.flush()
            os.fsync(handle.fileno())
        partial.replace(file)
        _sync_folder(file.parent)
    finally:
        with suppress(OSError):
            partial.unlink(missing_ok=True)
    return archives.Manifest(
        mall=current_schema(),
        partition=facts.partition,
        rows=rows,
        amount=amount,
        batches=facts.batches,
        first_batch=facts.first_batch,
        last_batch=facts.last_batch,
        bytes=offset,
        sha256=digest.hexdigest(),
        first_leaf=sealed[0],
        last_leaf=sealed[1],
        sealed_size=seal.size,
        sealed_root=seal.root.hex(),
        checkpoint=seal.checkpoint,
        portions=tuple(portions),
    )


def _put(handle: BinaryIO, digest: object, data: bytes) -> int:
    handle.write(data)
    digest.update(data)  # type: ignore[attr-defined]
    return len(data)


def _ranges(facts: reads.PartitionFacts) -> Iterator[tuple[int, int]]:
    """Ranges of whole batches, some hundred thousand awards each."""
    first, rows = facts.first_batch, 0
    with streamed(
        "SELECT batch, awards FROM ledger_award_batch WHERE batch BETWEEN %s AND %s ORDER BY batch",
        [facts.first_batch, facts.last_batch],
    ) as batches:
        for batch, awards in batches:
            rows += awards
            if rows >= ROWS_IN_A_PORTION or batch == facts.last_batch:
                yield first, batch
                first, rows = batch + 1, 0


def _copied(partition: int, first: int, last: int) -> bytes:
    """The rows of a range as the database gives them, in order of batch and position."""
    leaf = sql.Identifier(f"ledger_award_{partition:06d}")
    statement = sql.SQL(
        "COPY (SELECT {} FROM {} WHERE batch BETWEEN {} AND {} ORDER BY batch, position) TO STDOUT (FORMAT binary)"
    ).format(COLUMNS, leaf, sql.Literal(first), sql.Literal(last))
    with connection.cursor() as cursor, connection.wrap_database_errors, cursor.copy(statement) as copy:
        return archives.body_of_copy(b"".join(bytes(block) for block in copy))


def _read_back(facts: reads.PartitionFacts, manifest: archives.Manifest) -> None:
    """The file as it lies on the disk holds the sealed rows and no others. Raises ArchiveRefused."""
    if (manifest.rows, manifest.amount) != (facts.awards, facts.amount):
        why = f"{manifest.rows} awards of {manifest.amount} fen were found, {facts.awards} of {facts.amount} declared"
        raise ArchiveRefused(partition=facts.partition, why=why)
    _check_digest(facts.partition, bytes.fromhex(manifest.sha256))
    written = reads.ArchiveFacts(
        partition=facts.partition,
        first_batch=facts.first_batch,
        last_batch=facts.last_batch,
        batches=facts.batches,
        awards=facts.awards,
        amount=facts.amount,
        first_leaf=manifest.first_leaf,
        last_leaf=manifest.last_leaf,
        sealed_size=manifest.sealed_size,
        sha256=bytes.fromhex(manifest.sha256),
        manifest_sha256=b"",
        archived_at=facts.newest_at,
    )
    reader = seal_reads.BatchRoots()
    done = 0
    for rows in reads.portions(written, manifest):
        trees: dict[int, merkle.Growing] = {}
        reader.add_awards(rows, trees=trees)
        _compare_roots(facts.partition, trees)
        done += len(rows)
        progress.tell(f"reading back {facts.partition}", done=done, total=facts.awards)


def _compare_roots(partition: int, trees: dict[int, merkle.Growing]) -> None:
    sealed = {
        row[0]: (row[1], row[2])
        for row in rows_of(
            "SELECT award_batch, transfers, root FROM ledger_seal_entry WHERE award_batch = ANY(%s)",
            [list(trees)],
        )
    }
    for batch, tree in trees.items():
        if sealed.get(batch) != (tree.size, tree.root()):
            why = f"the rows of batch {batch} are not those that were sealed; run `tongbao verify`"
            raise ArchiveRefused(partition=partition, why=why)


def _check_digest(partition: int, wanted: bytes) -> None:
    """The file on the disk, byte for byte. Raises ArchiveUnreadable."""
    path = reads.file_of(partition)
    digest = sha256()
    try:
        with path.open("rb") as handle:
            # from the disk, and not from what the system remembers of having written
            os.posix_fadvise(handle.fileno(), 0, 0, os.POSIX_FADV_DONTNEED)
            while block := handle.read(1 << 20):
                digest.update(block)
    except OSError as error:
        raise ArchiveUnreadable(partition=partition, path=path.name, why=reads.why_unread(error)) from error
    if digest.digest() != wanted:
        raise ArchiveUnreadable(
            partition=partition,
            path=path.name,
            why=f"its SHA-256 is {digest.hexdigest()}, not {wanted.hex()}",
        )


def _drop(
    facts: reads.PartitionFacts, manifest: archives.Manifest, *, manifest_sha256: bytes, now: datetime
) -> None:
    """Keep the sums, forget the table: one transaction."""
    after_request, booked_at = rows_of(
        "SELECT after_request, booked_at FROM ledger_award_batch WHERE batch = %s", [facts.first_batch]
    )[0]
    try:
        with transaction(), connection.cursor() as cursor:
            _become_owner(cursor)
            cursor.execute(
                ARCHIVE,
                [
                    facts.partition,
                    facts.first_batch,
                    facts.last_batch,
                    after_request,
                    facts.batches,
                    manifest.rows,
                    manifest.amount,
                    manifest.first_leaf,
                    manifest.last_leaf,
                    manifest.sealed_size,
                    bytes.fromhex(manifest.sha256),
                    manifest_sha256,
                    booked_at,
                    now,
                ],
            )
    except DatabaseError as error:
        raise _refused(facts.partition, error) from error


def _become_owner(cursor: object) -> None:
    """The books' own role, until the transaction ends; only the migrator is a member of it."""
    owner = f"{connection.settings_dict['ROLE_PREFIX']}_owner"
    cursor.execute("SELECT set_config('role', %s, true)", [owner])  # type: ignore[attr-defined]


def _refused(partition: int, error: Exception) -> ArchiveRefused:
    return ArchiveRefused(partition=partition, why=(str(error).strip().splitlines() or ["?"])[0])


def _sync_folder(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
