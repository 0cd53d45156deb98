"""What ``tongbao verify`` asks of partitions that have become files: every row against what was declared and kept."""

from __future__ import annotations

from collections.abc import Iterator
from hashlib import sha256

import numpy as np
import numpy.typing as npt

from tongbao.kit import progress
from tongbao.kit.findings import Finding
from tongbao.ledger.contracts import ArchiveUnreadable
from tongbao.ledger.policy import archives, notes
from tongbao.ledger.selectors import archives as reads
from tongbao.ledger.selectors.reading import rows_of, streamed
from tongbao.tenancy.selectors import current_schema

BYTES_AT_ONCE = 1 << 20
DECLARED = (
    "SELECT batch, awards, amount FROM ledger_award_batch WHERE batch >> 32 = %s AND batch BETWEEN %s AND %s"
    " ORDER BY batch"
)
KEPT = "SELECT account_id, awards, amount FROM ledger_award_archived WHERE partition = %s ORDER BY account_id"
WITHOUT_A_FILE = (
    "SELECT partition, count(*), sum(amount) FROM ledger_award_archived AS archived"
    " WHERE NOT EXISTS (SELECT FROM ledger_award_archive AS archive WHERE archive.partition = archived.partition)"
    " GROUP BY partition"
)
Longs = npt.NDArray[np.int64]


def verify_archives(*, unreadable: set[int]) -> Iterator[Finding]:
    """Every file that is gone or changed, every batch and account that has other awards in it.

    Partitions whose file can't be read are added to ``unreadable``. Memory holds one portion, and three numbers for
    each account with awards in it. The seals of its batches are checked with the rest of the log.
    """
    for partition, count, amount in rows_of(WITHOUT_A_FILE):
        says = f"{amount} fen of {count} accounts from partition {partition}"
        yield Finding(table="ledger_award_archived", key=f"partition {partition}", says=says, should="none")
    for facts in reads.archived():
        try:
            manifest = reads.read_manifest(facts)
            yield from _verify_file(facts, manifest)
            yield from _verify_rows(facts, manifest)
        except ArchiveUnreadable as error:
            unreadable.add(facts.partition)
            yield _finding(facts, error.message("en"), "the file that was written")


def _verify_file(facts: reads.ArchiveFacts, manifest: archives.Manifest) -> Iterator[Finding]:
    """The file by its SHA-256, the manifest by what the database and its own seal say."""
    path = reads.file_of(facts.partition)
    digest = sha256()
    try:
        with path.open("rb") as handle:
            while block := handle.read(BYTES_AT_ONCE):
                digest.update(block)
    except OSError as error:
        raise ArchiveUnreadable(
            partition=facts.partition, path=path.name, why=reads.why_unread(error)
        ) from error
    if digest.digest() != facts.sha256:
        yield _finding(facts, f"file with SHA-256 {digest.hexdigest()}", f"SHA-256 {facts.sha256.hex()}")
    says = (manifest.rows, manifest.amount, manifest.batches, manifest.first_batch, manifest.last_batch,
            manifest.first_leaf, manifest.last_leaf, manifest.sealed_size, manifest.sha256)  # fmt: skip
    should = (facts.awards, facts.amount, facts.batches, facts.first_batch, facts.last_batch,
              facts.first_leaf, facts.last_leaf, facts.sealed_size, facts.sha256.hex())  # fmt: skip
    if says != should:
        yield _finding(facts, f"a manifest of {says}", str(should))
    seal = rows_of("SELECT root, checkpoint, signer FROM ledger_seal WHERE size = %s", [facts.sealed_size])
    try:
        expected = notes.Checkpoint(
            origin=f"tongbao/{current_schema()}",
            size=manifest.sealed_size,
            root=bytes.fromhex(manifest.sealed_root),
        )
        if not seal or notes.open_note(manifest.checkpoint, key=seal[0][2]) != expected:
            yield _finding(
                facts, f"a checkpoint of {manifest.sealed_size} entries", "one that this mall signed"
            )
        elif (seal[0][0].hex(), seal[0][1]) != (manifest.sealed_root, manifest.checkpoint):
            yield _finding(
                facts,
                f"sealed with root {manifest.sealed_root}",
                f"root {seal[0][0].hex()}, as the log has it",
            )
    except (notes.NoteInvalid, ValueError) as error:
        yield _finding(facts, f"a checkpoint that can't be trusted: {error}", "a signed checkpoint")


def _verify_rows(facts: reads.ArchiveFacts, manifest: archives.Manifest) -> Iterator[Finding]:
    accounts, awards, amounts = _kept(facts.partition)
    found_awards, found_amounts = np.zeros_like(awards), np.zeros_like(amounts)
    after, done = facts.first_batch - 1, 0
    for rows in reads.portions(facts, manifest):
        beneficiaries, sums = rows["beneficiary"].astype(np.int64), rows["amount"].astype(np.int64)
        last = int(rows["batch"].max())
        yield from _verify_batches(facts, rows, after + 1, last)
        after = last
        places = np.searchsorted(accounts, beneficiaries)
        known = places < len(accounts)
        known[known] = accounts[places[known]] == beneficiaries[known]
        np.add.at(found_awards, places[known], 1)
        np.add.at(found_amounts, places[known], sums[known])
        for stranger in np.flatnonzero(~known):
            row = rows[stranger]
            yield Finding(
                table="ledger_award_archived",
                key=f"{row['batch']}/{row['position']}",
                says=f"account {row['beneficiary']} has nothing of partition {facts.partition}",
                should=f"{row['amount']} fen",
            )
        done += len(rows)
        progress.tell(f"file {facts.partition}", done=done, total=facts.awards)
    yield from _verify_batches(facts, np.zeros(0, dtype=archives.ROW), after + 1, facts.last_batch)
    for place in np.flatnonzero((found_awards != awards) | (found_amounts != amounts)):
        yield Finding(
            table="ledger_award_archived",
            key=f"account {accounts[place]} partition {facts.partition}",
            says=f"{awards[place]} awards of {amounts[place]} fen",
            should=f"{found_awards[place]} of {found_amounts[place]}, as in the file",
        )


def _kept(partition: int) -> tuple[Longs, Longs, Longs]:
    """What the database keeps for each account: three columns, in order of account."""
    with streamed(KEPT, [partition]) as rows:
        table = np.fromiter(rows, dtype=np.dtype((np.int64, 3)))
    columns: Longs = table.reshape(-1, 3).view(np.int64)
    return columns[:, 0].copy(), columns[:, 1].copy(), columns[:, 2].copy()


def _verify_batches(
    facts: reads.ArchiveFacts, rows: archives.Rows, first: int, last: int
) -> Iterator[Finding]:
    """The batches from ``first`` to ``last`` hold what they declared, each place once."""
    numbers, starts, counts = np.unique(rows["batch"], return_index=True, return_counts=True)
    sums = np.add.reduceat(rows["amount"].astype(np.int64), starts) if len(starts) else starts
    found = {
        int(number): (int(count), int(amount))
        for number, count, amount in zip(numbers, counts, sums, strict=True)
    }
    places = np.arange(len(rows)) - np.repeat(starts, counts) if len(rows) else rows["position"]
    for wrong in np.flatnonzero(rows["position"] != places)[:1]:
        key = f"{rows['batch'][wrong]}/{rows['position'][wrong]}"
        yield _finding(facts, f"award {key} in place {places[wrong]}", "awards in order of position")
    declared = {row[0]: (row[1], row[2]) for row in rows_of(DECLARED, [facts.partition, first, last])}
    for batch in sorted(found.keys() | declared.keys()):
        if found.get(batch, (0, 0)) != declared.get(batch):
            count, amount = found.get(batch, (0, 0))
            said = declared.get(batch)
            yield Finding(
                table="ledger_award",
                key=f"batch {batch}",
                says=f"{count} awards of {amount} fen in the file of partition {facts.partition}",
                should="none" if said is None else f"{said[0]} awards of {said[1]} fen, as declared",
            )


def _finding(facts: reads.ArchiveFacts, says: str, should: str) -> Finding:
    return Finding(table="ledger_award_archive", key=f"partition {facts.partition}", says=says, should=should)
