"""What ``tongbao verify`` asks of the log: every sealed row again, every seal again, every copy outside again.

Streams: memory holds one portion of entries and the peaks of trees, however long the books are.
"""

from __future__ import annotations

from array import array
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
from django.conf import settings

from tongbao.kit import progress
from tongbao.kit.findings import Finding
from tongbao.ledger.contracts import LiabilityFacts
from tongbao.ledger.policy import leaves, liabilities, merkle, notes, sums
from tongbao.ledger.selectors import liabilities as liability_reads
from tongbao.ledger.selectors import seals as reads
from tongbao.ledger.selectors.archives import PARTITION_BITS, award_rows
from tongbao.tenancy.selectors import current_schema

ENTRIES_AT_ONCE = 1_000
OWNERS_OF_A_KIND = 1 << 60
MOST_AMOUNT = 2**63 - 1
Longs = npt.NDArray[np.int64]
ENTRIES = (
    "SELECT leaf_index, batch, award_batch, liabilities_on, asset_id, transfers, root, leaf_hash FROM ledger_seal_entry"
    " ORDER BY leaf_index"
)
LOST = """
SELECT 'ledger_request', request.batch FROM ledger_request AS request
WHERE request.written_by < %s
  AND NOT EXISTS (SELECT FROM ledger_seal_entry AS entry WHERE entry.batch = request.batch)
UNION ALL
SELECT 'ledger_award_batch', declared.batch FROM ledger_award_batch AS declared
WHERE declared.transaction_id::text::bigint < %s
  AND NOT EXISTS (SELECT FROM ledger_seal_entry AS entry WHERE entry.award_batch = declared.batch)
"""
# The rows of a batch, and of what says what they are.
TABLES = {True: ("ledger_transfer", "ledger_request"), False: ("ledger_award", "ledger_award_batch")}


def verify_seals(*, unreadable: Collection[int] = ()) -> Iterator[Finding]:
    """Every disagreement between the rows, the log, its seals and the checkpoints outside the database.

    ``unreadable``: partitions of awards whose file is known to be gone; what they held is passed over.
    """
    yield from _verify_log(unreadable)
    yield from _verify_nothing_was_put_in_between()
    yield from _verify_published()
    days = liability_reads.all_liabilities()
    for done, facts in enumerate(days, start=1):
        yield from _verify_liabilities(facts)
        progress.tell("proofs of liabilities", done=done, total=len(days))
    for asset, asset_id in liability_reads.asset_ids().items():
        yield from _verify_owners(asset=asset, asset_id=asset_id)


def _verify_log(unreadable: Collection[int]) -> Iterator[Finding]:
    """Rows → roots → leaves → the tree, and on the way every stored subtree and every seal."""
    tree = merkle.Growing()
    batches = reads.BatchRoots(told=_telling_rows())
    seals = {seal.size: seal for seal in _all_seals()}
    with reads.streamed(ENTRIES) as rows:
        for portion in _portions(rows):
            requests = [row[1] for row in portion if row[1] is not None]
            award_batches = [row[2] for row in portion if row[2] is not None]
            known = {
                True: reads.batches_of(requests, are_requests=True),
                False: reads.batches_of(award_batches, are_requests=False),
            }
            roots = {
                True: batches.of(requests, are_requests=True),
                False: batches.of(
                    [batch for batch in award_batches if batch >> PARTITION_BITS not in unreadable],
                    are_requests=False,
                ),
            }
            nodes = []
            for (
                leaf_index,
                request,
                award_batch,
                on,
                asset_id,
                transfers,
                stored_root,
                stored_leaf,
            ) in portion:
                root, leaf = bytes(stored_root), bytes(stored_leaf)
                if leaf_index != tree.size:
                    yield _finding(
                        "ledger_seal_entry", f"entry {leaf_index}", f"after entry {tree.size - 1}", "no gap"
                    )
                if on is None:
                    batch, is_request = (award_batch, False) if request is None else (request, True)
                    yield from _verify_batch(
                        batch,
                        transfers,
                        root,
                        leaf,
                        roots[is_request].get(batch, (transfers, root)),
                        known[is_request].get(batch),
                        is_request,
                    )
                else:
                    yield from _verify_day(on, asset_id, root, leaf)
                nodes += [node for node in tree.append(leaf) if node[0] and node[0] % reads.STRIDE == 0]
                if tree.size in seals:
                    yield from _verify_seal(seals.pop(tree.size), tree)
            yield from _verify_nodes(nodes)
    for size in sorted(seals):
        yield _finding(
            "ledger_seal", f"size {size}", f"a seal of {size} entries", f"{tree.size} entries, as there are"
        )


def _telling_rows() -> Callable[[int], None]:
    total = int(reads.rows_of("SELECT coalesce(sum(transfers), 0) FROM ledger_seal")[0][0])
    done = 0

    def told(rows: int) -> None:
        nonlocal done
        done += rows
        progress.tell("sealed rows", done=done, total=total)

    return told


def _verify_batch(
    number: int,
    transfers: int,
    root: bytes,
    leaf: bytes,
    found: tuple[int, bytes],
    batch: reads.Batch | None,
    is_request: bool,
) -> Iterator[Finding]:
    key = f"batch {number}"
    rows, described_by = TABLES[is_request]
    if batch is None:
        yield _finding(described_by, key, "nothing", f"the batch that was sealed with {transfers} rows")
        return
    if found != (transfers, root):
        yield _finding(
            rows,
            key,
            f"{found[0]} rows with root {found[1].hex()}",
            f"the {transfers} that were sealed, with root {root.hex()}; {_places(rows, number, transfers)}",
        )
    if merkle.leaf_hash(batch.entry(transfers=transfers, root=root)) != leaf:
        yield _finding(described_by, key, f"{batch.key or 'columns'}, not as sealed", f"leaf {leaf.hex()}")


def _places(table: str, batch: int, transfers: int) -> str:
    """Which rows are missing or too many; a changed one can only be said to be among them."""
    if table == "ledger_award":
        with award_rows([batch]) as rows:
            there = {row[1] for row in rows}
    else:
        there = {
            row[0] for row in reads.rows_of("SELECT position FROM ledger_transfer WHERE batch = %s", [batch])
        }
    missing = sorted(set(range(transfers)) - there)[:10]
    extra = sorted(there - set(range(transfers)))[:10]
    if not missing and not extra:
        return "a row was changed" if transfers == 1 else f"among rows {batch}/0 to {batch}/{transfers - 1}"
    said = [f"{batch}/{place} is missing" for place in missing] + [
        f"{batch}/{place} is too many" for place in extra
    ]
    return ", ".join(said)


def _verify_day(on: Any, asset_id: int, root: bytes, leaf: bytes) -> Iterator[Finding]:
    codes = {number: code for code, number in liability_reads.asset_ids().items()}
    asset = codes.get(asset_id, str(asset_id))
    facts = liability_reads.liabilities_on(on=on, asset=asset)
    key = f"{on} {asset}"
    if facts is None:
        yield _finding(
            "ledger_liability", key, "nothing", f"the liabilities that were sealed with root {root.hex()}"
        )
    elif merkle.leaf_hash(leaves.liabilities_bytes(liability_reads.record_of(facts))) != leaf:
        yield _finding(
            "ledger_liability",
            key,
            f"{facts.total} with root {facts.root.hex()}",
            f"what leaf {leaf.hex()} was made of",
        )


def _verify_seal(seal: Any, tree: merkle.Growing) -> Iterator[Finding]:
    key = f"size {seal.size}"
    if seal.root != tree.root():
        yield _finding("ledger_seal", key, f"root {seal.root.hex()}", f"root {tree.root().hex()}")
    try:
        checkpoint = notes.open_note(seal.checkpoint, key=seal.signer)
    except notes.NoteInvalid as error:
        yield _finding(
            "ledger_seal", key, f"a checkpoint that can't be trusted: {error}", "a signed checkpoint"
        )
        return
    expected = notes.Checkpoint(origin=f"tongbao/{current_schema()}", size=tree.size, root=tree.root())
    if checkpoint != expected:
        yield _finding("ledger_seal", key, f"signed {checkpoint.body!r}", f"{expected.body!r}")


def _verify_nodes(nodes: Sequence[tuple[int, int, bytes]]) -> Iterator[Finding]:
    if not nodes:
        return
    stored = reads.rows_of(
        "SELECT node.level, node.place, node.hash FROM ledger_seal_node AS node"
        " JOIN unnest(%s::smallint[], %s::bigint[]) AS wanted (level, place) USING (level, place)",
        [[node[0] for node in nodes], [node[1] for node in nodes]],
    )
    known = {(level, place): value for level, place, value in stored}
    for level, place, value in nodes:
        if known.get((level, place)) != value:
            said = known.get((level, place))
            yield _finding(
                "ledger_seal_node", f"{level}/{place}", said.hex() if said else "nothing", value.hex()
            )


def _verify_nothing_was_put_in_between() -> Iterator[Finding]:
    """Batches that claim to be older than what was sealed long since, and have no place."""
    state = reads.seal_state()
    if state.catching_up is not None:
        return
    with reads.streamed(LOST, [state.horizon, state.horizon]) as rows:
        for table, batch in rows:
            yield _finding(table, f"batch {batch}", "a batch without a place in the log", "none")


def _verify_published() -> Iterator[Finding]:
    """The checkpoints outside the database: a log that was cut off or written anew can't match them."""
    if not settings.SEAL_DIR:
        return
    folder = Path(settings.SEAL_DIR).joinpath(current_schema(), "checkpoints")
    # the files first: what is published meanwhile is then in the database too
    files = sorted(folder.glob("*/[0-9]*"), key=lambda path: path.name)
    known = {seal.size: seal.checkpoint for seal in _all_seals()}
    newest = max(known, default=0)
    for path in files:
        text = path.read_text(encoding="utf-8")
        size = int(path.name)
        if known.get(size) == text:
            continue
        says = (
            "another checkpoint" if size in known else f"no seal of {size} entries; the newest has {newest}"
        )
        yield _finding("ledger_seal", f"size {size}", says, f"what was published as {path.name}")


def _verify_liabilities(facts: LiabilityFacts) -> Iterator[Finding]:
    """A day's blocks again: their leaves give their roots, and those the day's."""
    salts = liability_reads.salts_of(on=facts.on, asset=facts.asset)
    key = f"{facts.on} {facts.asset}"
    roots = []
    count = 0
    with reads.streamed(
        "SELECT block.block, block.leaves, block.root, block.total FROM ledger_liability_block AS block"
        " JOIN ledger_asset AS asset ON asset.id = block.asset_id"
        " WHERE block.liabilities_on = %s AND asset.code = %s ORDER BY block.block",
        [facts.on, facts.asset],
    ) as rows:
        for block, packed, stored, total in rows:
            owed = list(liabilities.unpack(bytes(packed)))
            count += len(owed)
            root = sums.sum_root([salts.leaf(owner, amount) for owner, amount in owed])
            roots.append(root)
            if (root.hash, root.total) != (bytes(stored), int(total)):
                yield _finding(
                    "ledger_liability_block", f"{key} block {block}", f"{total} with root {bytes(stored).hex()}",
                    f"{root.total} with root {root.hash.hex()}",
                )  # fmt: skip
    root = sums.sum_root(roots)
    if (root.hash, root.total, count) != (facts.root, facts.total, facts.leaves):
        yield _finding(
            "ledger_liability",
            key,
            f"{facts.total} to {facts.leaves} owners, root {facts.root.hex()}",
            f"{root.total} to {count} owners, root {root.hash.hex()}",
        )


def _verify_owners(*, asset: str, asset_id: int) -> Iterator[Finding]:
    """The newest day's leaves against all that was sealed before it, owner by owner."""
    facts = liability_reads.latest_liabilities(asset=asset)
    if facts is None:
        return
    summed = _columns(
        (liabilities.owner_of(owner_kind, owner_id), amount)
        for owner_kind, owner_id, _kind, amount in liability_reads.changes(
            asset_id=asset_id, start=0, stop=facts.covers
        )
    )
    counted = _columns(liability_reads.leaves_of(on=facts.on, asset=asset))
    owners = np.union1d(summed[0], counted[0])
    should, says = (_amounts(owners, *columns) for columns in (summed, counted))
    for place in np.flatnonzero(should != says):
        kind, owner_id = divmod(int(owners[place]), OWNERS_OF_A_KIND)
        yield _finding(
            "ledger_liability_block",
            f"{facts.on} {asset} {leaves.OWNER_KINDS[kind]} {owner_id}",
            str(says[place]) if owners[place] in counted[0] else "no leaf",
            str(should[place]),
        )


def _columns(owed: Iterable[tuple[liabilities.Owner, int]]) -> tuple[Longs, Longs]:
    """Owners, each once, and what they are owed: sixteen bytes for each, since there may be millions."""
    owners, amounts = array("q"), array("q")
    for (kind, owner_id), amount in owed:
        owners.append(kind * OWNERS_OF_A_KIND + owner_id)
        # what doesn't fit was never booked, and is another amount whatever it is compared with
        amounts.append(max(-MOST_AMOUNT, min(amount, MOST_AMOUNT)))
    each, places = np.unique(np.frombuffer(owners, dtype=np.int64), return_inverse=True)
    sums = np.zeros(len(each), dtype=np.int64)
    np.add.at(sums, places, np.frombuffer(amounts, dtype=np.int64))
    return each, sums


def _amounts(owners: Longs, known: Longs, amounts: Longs) -> Longs:
    """The amounts of these owners, 0 for who is not known."""
    found = np.zeros(len(owners), dtype=np.int64)
    found[np.searchsorted(owners, known)] = amounts
    return found


def _all_seals() -> Iterator[Any]:
    before = None
    while found := reads.seals(before=before, limit=ENTRIES_AT_ONCE):
        yield from found
        before = found[-1].size


def _portions(rows: Iterator[tuple[Any, ...]]) -> Iterator[list[tuple[Any, ...]]]:
    portion: list[tuple[Any, ...]] = []
    for row in rows:
        portion.append(row)
        if len(portion) == ENTRIES_AT_ONCE:
            yield portion
            portion = []
    if portion:
        yield portion


def _finding(table: str, key: str, says: str, should: str) -> Finding:
    return Finding(table=table, key=key, says=says, should=should)
