"""Partitions of awards, in the database and as files; awards are read from wherever they are."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from itertools import chain, pairwise
from pathlib import Path
from typing import Any

import numpy as np
from django.conf import settings
from django.db import connection

from tongbao.ledger.contracts import ArchiveUnreadable
from tongbao.ledger.policy import archives
from tongbao.ledger.selectors.reading import rows_of, streamed
from tongbao.tenancy.selectors import current_schema

AWARDS = (
    "SELECT batch, position, order_id, beneficiary, amount, clause, seat, rank, rate_bp, rate_before_bp, line"
    " FROM ledger_award WHERE batch = ANY(%s) ORDER BY batch, position"
)
ONE_AWARD = (
    "SELECT batch, position, order_id, beneficiary, amount, clause, seat, rank, rate_bp, rate_before_bp, line"
    " FROM ledger_award WHERE batch = %s AND position > %s ORDER BY position LIMIT %s"
)
BATCHES = (
    "COPY (SELECT batch, order_id, beneficiary, amount, position, clause, seat, rank, rate_bp, rate_before_bp, line"
    " FROM ledger_award WHERE batch = ANY(%s) ORDER BY batch, position) TO STDOUT (FORMAT binary)"
)
PART_OF_A_BATCH = (
    "COPY (SELECT batch, order_id, beneficiary, amount, position, clause, seat, rank, rate_bp, rate_before_bp, line"
    " FROM ledger_award WHERE batch = %s AND position >= coalesce(%s, -2147483648)"
    " AND position <= coalesce(%s - 1, 2147483647) ORDER BY batch, position) TO STDOUT (FORMAT binary)"
)
PARTITION_BITS = 32
ROWS_IN_A_QUERY = 200_000
PARTITIONS = """
SELECT declared.batch >> 32, min(declared.batch), max(declared.batch), count(*), sum(declared.awards),
       sum(declared.amount), max(declared.booked_at), archive.archived_at,
       coalesce(pg_total_relation_size(to_regclass('ledger_award_' || lpad((declared.batch >> 32)::text, 6, '0'))), 0),
       (declared.batch >> 32) < (SELECT partition_number FROM ledger_settler)
FROM ledger_award_batch AS declared
LEFT JOIN ledger_award_archive AS archive ON archive.partition = declared.batch >> 32
GROUP BY declared.batch >> 32, archive.archived_at ORDER BY 1
"""
ARCHIVED = (
    "SELECT partition, first_batch, last_batch, batches, awards, amount, first_leaf, last_leaf, sealed_size, sha256,"
    " manifest_sha256, archived_at FROM ledger_award_archive"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class PartitionFacts:
    """A partition of awards; ``bytes`` is what it takes in the database, indexes included (0 when it is a file)."""

    partition: int
    first_batch: int
    last_batch: int
    batches: int
    awards: int
    amount: int
    newest_at: datetime
    archived_at: datetime | None
    bytes: int
    is_full: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class ArchiveFacts:
    """A partition that has become a file, as the database has it."""

    partition: int
    first_batch: int
    last_batch: int
    batches: int
    awards: int
    amount: int
    first_leaf: int
    last_leaf: int
    sealed_size: int
    sha256: bytes
    manifest_sha256: bytes
    archived_at: datetime


def partitions() -> tuple[PartitionFacts, ...]:
    """Every partition that awards were booked in, oldest first."""
    return tuple(
        PartitionFacts(
            partition=row[0],
            first_batch=row[1],
            last_batch=row[2],
            batches=row[3],
            awards=int(row[4]),
            amount=int(row[5]),
            newest_at=row[6],
            archived_at=row[7],
            bytes=int(row[8]),
            is_full=row[9],
        )
        for row in rows_of(PARTITIONS)
    )


def archived(*, partition: int | None = None) -> tuple[ArchiveFacts, ...]:
    """The partitions that have become files (or the one that is named), oldest first."""
    found = rows_of(
        f"{ARCHIVED} WHERE partition = coalesce(%s, partition) ORDER BY partition",
        [partition],
    )
    return tuple(
        ArchiveFacts(
            partition=row[0],
            first_batch=row[1],
            last_batch=row[2],
            batches=row[3],
            awards=row[4],
            amount=row[5],
            first_leaf=row[6],
            last_leaf=row[7],
            sealed_size=row[8],
            sha256=row[9],
            manifest_sha256=row[10],
            archived_at=row[11],
        )
        for row in found
    )


def file_of(partition: int) -> Path:
    """Where a partition's file lies; its manifest lies beside it."""
    return Path(settings.ARCHIVE_DIR).joinpath(current_schema(), f"ledger_award_{partition:06d}.copy.xz")


def manifest_file_of(partition: int) -> Path:
    return file_of(partition).with_suffix("").with_suffix(".json")


def why_unread(error: Exception) -> str:
    """Without the folder, which is nobody's business but the operator's."""
    return (error.strerror if isinstance(error, OSError) else None) or str(error)


def read_manifest(facts: ArchiveFacts) -> archives.Manifest:
    """The manifest that the database knows. Raises ArchiveUnreadable."""
    path = manifest_file_of(facts.partition)
    try:
        text = path.read_text(encoding="utf-8")
        if archives.digest(text) != facts.manifest_sha256:
            raise archives.NotAnArchive("it is another one than was written")
        return archives.read_manifest(text)
    except (OSError, ValueError) as error:
        raise ArchiveUnreadable(partition=facts.partition, path=path.name, why=why_unread(error)) from error


def portions(
    facts: ArchiveFacts, manifest: archives.Manifest, *, first_batch: int = 0, last_batch: int = 2**63 - 1
) -> Iterator[archives.Rows]:
    """The rows of the portions that hold these batches, one portion in memory at a time. Raises ArchiveUnreadable."""
    path = file_of(facts.partition)
    try:
        with path.open("rb") as handle:
            for portion in manifest.portions:
                if portion.last_batch < first_batch or portion.first_batch > last_batch:
                    continue
                handle.seek(portion.offset)
                rows = archives.rows_in(archives.unpacked(handle.read(portion.bytes)))
                if len(rows) != portion.rows or not len(rows):
                    raise archives.NotAnArchive(f"{len(rows)} rows and not {portion.rows}")
                yield rows
    except (OSError, archives.NotAnArchive) as error:
        raise ArchiveUnreadable(partition=facts.partition, path=path.name, why=why_unread(error)) from error


@contextmanager
def award_rows(batches: Sequence[int]) -> Iterator[Iterator[tuple[Any, ...]]]:
    """The awards of some batches as leaves.AwardRecord has them, wherever they lie; streams.

    A batch's rows come in order of position. Raises ArchiveUnreadable.
    """
    files = {
        number: facts
        for number in {batch >> PARTITION_BITS for batch in batches}
        for facts in archived(partition=number)
    }
    there = [batch for batch in batches if batch >> PARTITION_BITS not in files]
    from_files = (
        _from_file(facts, {batch for batch in batches if batch >> PARTITION_BITS == number})
        for number, facts in sorted(files.items())
    )
    yield chain(_from_tables(there), chain.from_iterable(from_files))


def _from_tables(batches: Sequence[int]) -> Iterator[tuple[Any, ...]]:
    """A few hundred thousand at a time: nothing that the database would have to sort on its disk."""
    group: list[int] = []
    rows_in_group = 0
    for batch, awards in rows_of(
        "SELECT batch, awards FROM ledger_award_batch WHERE batch = ANY(%s) UNION ALL"
        " SELECT batch, 0 FROM unnest(%s::bigint[]) AS asked (batch)"
        " WHERE NOT EXISTS (SELECT FROM ledger_award_batch AS declared WHERE declared.batch = asked.batch)"
        " ORDER BY batch",
        [list(batches), list(batches)],
    ):
        group.append(batch)
        rows_in_group += awards
        if rows_in_group >= ROWS_IN_A_QUERY:
            yield from _from_table(group)
            group, rows_in_group = [], 0
    if group:
        yield from _from_table(group)


def _from_table(batches: Sequence[int]) -> Iterator[tuple[Any, ...]]:
    with streamed(AWARDS, [batches]) as rows:
        yield from rows


def _from_file(facts: ArchiveFacts, batches: set[int]) -> Iterator[tuple[int, ...]]:
    manifest = read_manifest(facts)
    for rows in portions(facts, manifest, first_batch=min(batches), last_batch=max(batches)):
        for record in archives.records(rows):
            if record[0] in batches:
                yield record


def award_columns(batches: Sequence[int]) -> Iterator[archives.Rows]:
    """The awards of some batches as columns, wherever they lie: portions in order of batch and position.

    A batch may go on in the next portion; memory holds one portion. Raises ArchiveUnreadable.
    """
    files = {
        number: facts
        for number in {batch >> PARTITION_BITS for batch in batches}
        for facts in archived(partition=number)
    }
    yield from _copied([batch for batch in batches if batch >> PARTITION_BITS not in files])
    for number, facts in sorted(files.items()):
        asked = np.array([batch for batch in batches if batch >> PARTITION_BITS == number], dtype=np.int64)
        manifest = read_manifest(facts)
        for rows in portions(facts, manifest, first_batch=int(asked.min()), last_batch=int(asked.max())):
            yield rows[np.isin(rows["batch"].astype(np.int64), asked)]


def _copied(batches: Sequence[int]) -> Iterator[archives.Rows]:
    """From the tables: small batches together, a large one by ranges of its positions, open at both ends."""
    declared = dict(
        rows_of("SELECT batch, awards FROM ledger_award_batch WHERE batch = ANY(%s)", [list(batches)])
    )
    group: list[int] = []
    for batch in sorted(batches):
        awards = declared.get(batch, 0)
        if awards > ROWS_IN_A_QUERY:
            edges = [None, *range(ROWS_IN_A_QUERY, awards, ROWS_IN_A_QUERY), None]
            if group:
                yield _rows_of(BATCHES, [group])
                group = []
            for first, beyond in pairwise(edges):
                yield _rows_of(PART_OF_A_BATCH, [batch, first, beyond])
            continue
        group.append(batch)
        if sum(declared.get(one, 0) for one in group) >= ROWS_IN_A_QUERY:
            yield _rows_of(BATCHES, [group])
            group = []
    if group:
        yield _rows_of(BATCHES, [group])


def _rows_of(statement: str, parameters: Sequence[Any]) -> archives.Rows:
    with (
        connection.cursor() as cursor,
        connection.wrap_database_errors,
        cursor.copy(statement, parameters) as copy,
    ):
        return archives.rows_in(archives.body_of_copy(b"".join(bytes(block) for block in copy)))


def award_page(*, batch: int, after: int, limit: int) -> list[tuple[Any, ...]]:
    """Up to ``limit`` awards of a batch after a position. Raises ArchiveUnreadable."""
    if not archived(partition=batch >> PARTITION_BITS):
        return rows_of(ONE_AWARD, [batch, after, limit])
    with award_rows([batch]) as rows:
        return [row for row in rows if row[1] > after][:limit]
