"""Reads of the tenant's log: seals, and proofs that anybody can check with docs/verifier/verify.py."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from importlib import resources
from typing import Any

import numpy as np

from tongbao.ledger.contracts import Account, NotSealed, SealFacts, SealUnknown
from tongbao.ledger.policy import leaves, merkle
from tongbao.ledger.policy.archives import Rows
from tongbao.ledger.selectors import archives
from tongbao.ledger.selectors.payees import Payees
from tongbao.ledger.selectors.reading import ROWS_AT_ONCE as ROWS_AT_ONCE
from tongbao.ledger.selectors.reading import rows_of as rows_of
from tongbao.ledger.selectors.reading import streamed as streamed

_SQL = resources.files("tongbao.ledger").joinpath("sql")
UNSEALED = _SQL.joinpath("unsealed.sql").read_text(encoding="utf-8")
OLDEST_RUNNING = _SQL.joinpath("oldest_running.sql").read_text(encoding="utf-8")
UNSEALED_ANYWHERE = _SQL.joinpath("unsealed_anywhere.sql").read_text(encoding="utf-8")
# Above the leaves every fourth level is stored.
STRIDE = 4
# How often a stranger's transaction that ended just now may make a seal look again.
ASKED_AT_MOST = 5
ACCOUNTS_REMEMBERED = 200_000

SEAL_COLUMNS = "size, root, checkpoint, signer, sealed_at"
TRANSFERS = (
    "SELECT batch, position, debit, credit, asset_id, amount, kind, subject FROM ledger_transfer"
    " WHERE batch = ANY(%s) ORDER BY batch, position"
)
REQUESTS = (
    "SELECT written_by, batch, true, key, hash, outcome, coalesce(refusal::text, ''), hold_id, booked_at, NULL"
    " FROM ledger_request WHERE batch = ANY(%s)"
)
AWARD_BATCHES = (
    "SELECT 0, batch, false, '', NULL, state, '', NULL, booked_at,"
    " ARRAY[epoch, first_order, last_order, orders, awards, amount] FROM ledger_award_batch WHERE batch = ANY(%s)"
)
Row = leaves.TransferRecord | leaves.AwardRecord


@dataclass(frozen=True, slots=True, kw_only=True)
class Batch:
    """A request, or a batch of the settlement lane: what becomes one entry of the log."""

    batch: int
    written_by: int
    is_request: bool
    key: str
    hash: bytes
    outcome: str
    refusal: str
    hold_id: int | None
    booked_at: datetime
    awards: tuple[int, ...]

    @property
    def rows_declared(self) -> int:
        """How many awards it says it has; 0 for a request, which doesn't say."""
        return self.awards[4] if self.awards else 0

    def entry(self, *, transfers: int, root: bytes) -> bytes:
        """Its bytes in the log, once the root over its rows is known."""
        if self.is_request:
            return leaves.batch_bytes(
                leaves.BatchRecord(
                    batch=self.batch,
                    key=self.key,
                    hash=self.hash,
                    outcome=self.outcome,
                    refusal=self.refusal,
                    hold_id=self.hold_id,
                    booked_at=self.booked_at,
                    transfers=transfers,
                    root=root,
                )
            )
        epoch, first_order, last_order, orders, awards, amount = self.awards
        return leaves.award_batch_bytes(
            leaves.AwardBatchRecord(
                batch=self.batch,
                epoch=epoch,
                first_order=first_order,
                last_order=last_order,
                orders=orders,
                awards=awards,
                amount=amount,
                state=self.outcome,
                booked_at=self.booked_at,
                transfers=transfers,
                root=root,
            )
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class SealState:
    """Where the last seal stopped. ``catching_up`` is set while a restored database is gone through once."""

    size: int = 0
    horizon: int = 0
    cluster: str = ""
    catching_up: tuple[int, int] | None = None


def latest_seal() -> SealFacts | None:
    """The newest seal, or None before the first."""
    found = rows_of(f"SELECT {SEAL_COLUMNS} FROM ledger_seal ORDER BY size DESC LIMIT 1")  # noqa: S608
    return _seal(found[0]) if found else None


def seal_of(*, size: int) -> SealFacts:
    """The seal of this many entries. Raises SealUnknown."""
    found = rows_of(f"SELECT {SEAL_COLUMNS} FROM ledger_seal WHERE size = %s", [size])  # noqa: S608
    if not found:
        raise SealUnknown(size=size)
    return _seal(found[0])


def seals(*, before: int | None = None, limit: int = 50) -> tuple[SealFacts, ...]:
    """Seals, newest first, of fewer than ``before`` entries."""
    found = rows_of(
        f"SELECT {SEAL_COLUMNS} FROM ledger_seal WHERE size < coalesce(%s, size + 1)"  # noqa: S608
        " ORDER BY size DESC LIMIT %s",
        [before, limit],
    )
    return tuple(_seal(row) for row in found)


def _seal(row: tuple[Any, ...]) -> SealFacts:
    return SealFacts(size=row[0], root=row[1], checkpoint=row[2], signer=row[3], sealed_at=row[4])


def seal_state() -> SealState:
    """Where the next seal begins; before the first one, and in a restored database, everywhere."""
    cluster = rows_of("SELECT ledger_seal_cluster()")[0][0]
    found = rows_of(
        "SELECT size, horizon, cluster, catching_up_xid, catching_up_batch FROM ledger_seal ORDER BY size DESC LIMIT 1"
    )
    if not found:
        return SealState(cluster=cluster, catching_up=(-1, -1))
    size, horizon, sealed_in, xid, batch = found[0]
    if sealed_in != cluster:
        return SealState(size=size, cluster=cluster, catching_up=(-1, -1))
    return SealState(
        size=size, horizon=horizon, cluster=cluster, catching_up=None if xid is None else (xid, batch)
    )


def oldest_running() -> int:
    """Every transaction below this number that could write here has ended, and what it wrote can be seen.

    Asks again, a few times, while the one that sets the limit ended during the question: on a busy server the
    newest posting would else wait for the next seal because of a stranger's transaction.
    """
    number = 0
    for _ in range(ASKED_AT_MOST):
        number, is_gone = rows_of(OLDEST_RUNNING)[0]
        if not is_gone:
            break
        # else the activity of the first look is remembered until the transaction ends
        rows_of("SELECT pg_stat_clear_snapshot()")
    return int(number)


def unsealed(*, state: SealState, before: int, limit: int) -> tuple[Batch, ...]:
    """The batches that come next in the log, in its order."""
    if state.catching_up is None:
        found = rows_of(UNSEALED, {"horizon": state.horizon, "before": before, "limit": limit})
    else:
        xid, batch = state.catching_up
        found = rows_of(UNSEALED_ANYWHERE, {"after_xid": xid, "after_batch": batch, "limit": limit})
    return tuple(_batch(row) for row in found)


def _batch(row: tuple[Any, ...]) -> Batch:
    return Batch(
        written_by=row[0],
        batch=row[1],
        is_request=row[2],
        key=row[3],
        hash=bytes(row[4] or b""),
        outcome=row[5],
        refusal=row[6],
        hold_id=row[7],
        booked_at=row[8],
        awards=tuple(row[9] or ()),
    )


def batches_of(numbers: Sequence[int], *, are_requests: bool) -> dict[int, Batch]:
    """The requests, or the batches of the settlement lane, of these numbers that there are."""
    found = rows_of(REQUESTS if are_requests else AWARD_BATCHES, [list(numbers)])
    return {row[1]: _batch(row) for row in found}


def account_identities(numbers: Sequence[int]) -> dict[int, bytes]:
    """What stands in a leaf for each of these accounts; one that is gone is missing."""
    found = rows_of(
        "SELECT id, owner_kind, owner_id, kind, detail FROM ledger_account WHERE id = ANY(%s)",
        [list(numbers)],
    )
    return {row[0]: leaves.account_bytes(Account(*row[1:])) for row in found}


class BatchRoots:
    """Recomputes the roots of batches from their rows, streaming; remembers what accounts it has met.

    ``told`` hears of each portion of rows how many it had.
    """

    def __init__(self, *, told: Callable[[int], None] | None = None) -> None:
        self._accounts: dict[int, bytes] = {}
        self._payees = Payees()
        self._told = told

    def of(self, batches: Sequence[int], *, are_requests: bool) -> dict[int, tuple[int, bytes]]:
        """Each batch's number of rows and root. A batch without rows has the root of nothing.

        Raises ArchiveUnreadable.
        """
        trees = {batch: merkle.Growing() for batch in batches}
        if batches and are_requests:
            with streamed(TRANSFERS, [list(batches)]) as rows:
                for portion in _grouped(rows):
                    for row, leaf in zip(portion, self.leaves(portion), strict=True):
                        trees[row.batch].add(leaf)
                    self._tell(len(portion))
        elif batches:
            for columns in archives.award_columns(batches):
                self.add_awards(columns, trees=trees)
        return {batch: (tree.size, tree.root()) for batch, tree in trees.items()}

    def add_awards(self, rows: Rows, *, trees: dict[int, merkle.Growing]) -> None:
        """Add awards, in order of batch and position, to the trees of their batches."""
        if not len(rows):
            # batches that paid nobody: their orders had no one above the buyer, or nothing to share
            return
        hashes = self._payees.leaf_hashes(rows)
        numbers, starts = np.unique(rows["batch"], return_index=True)
        for number, start, beyond in zip(numbers.tolist(), starts, [*starts[1:], len(rows)], strict=True):
            trees.setdefault(number, merkle.Growing()).extend(hashes[start:beyond])
        self._tell(len(rows))

    def _tell(self, rows: int) -> None:
        if self._told is not None:
            self._told(rows)

    def leaves(self, rows: Sequence[Row]) -> Iterator[bytes]:
        """The leaf hashes of some rows."""
        named = {number for row in rows for number in _accounts_of(row)}
        missing = [number for number in named if number not in self._accounts]
        if missing:
            if len(self._accounts) > ACCOUNTS_REMEMBERED:
                self._accounts.clear()
                missing = list(named)
            # an account that is gone stands as nothing, so that the root is another one
            self._accounts.update(dict.fromkeys(missing, b"") | account_identities(missing))
        accounts = self._accounts
        for row in rows:
            if isinstance(row, leaves.TransferRecord):
                data = leaves.transfer_bytes(row, debit=accounts[row.debit], credit=accounts[row.credit])
            else:
                data = leaves.award_bytes(row, beneficiary=accounts[row.beneficiary])
            yield merkle.leaf_hash(data)


def _accounts_of(row: Row) -> tuple[int, ...]:
    return (row.debit, row.credit) if isinstance(row, leaves.TransferRecord) else (row.beneficiary,)


def _grouped(rows: Iterator[tuple[Any, ...]]) -> Iterator[list[leaves.TransferRecord]]:
    portion: list[leaves.TransferRecord] = []
    for row in rows:
        portion.append(leaves.TransferRecord._make(row))
        if len(portion) == ROWS_AT_ONCE:
            yield portion
            portion = []
    if portion:
        yield portion


def log_subtree(level: int, place: int) -> bytes:
    """A complete subtree of the log, from what is stored of it."""
    above = level % STRIDE
    base = level - above
    first, beyond = place << above, (place + 1) << above
    if base == 0:
        found = rows_of(
            "SELECT leaf_hash FROM ledger_seal_entry WHERE leaf_index >= %s AND leaf_index < %s ORDER BY leaf_index",
            [first, beyond],
        )
    else:
        found = rows_of(
            "SELECT hash FROM ledger_seal_node WHERE level = %s AND place >= %s AND place < %s ORDER BY place",
            [base, first, beyond],
        )
    if len(found) != beyond - first:
        raise NotSealed(what=f"subtree {level}/{place}")
    return merkle.root_of([row[0] for row in found])


def growing_log(*, size: int) -> merkle.Growing:
    """The log's tree at this size, ready to grow."""
    peaks = [log_subtree(level, place) for level, place in merkle.peaks_of(size)]
    return merkle.Growing(size=size, peaks=peaks)


def consistency(*, old_size: int, size: int) -> list[bytes]:
    """The hashes that show one seal to be the beginning of another. Raises SealUnknown for sizes without a seal."""
    if old_size > size:
        raise SealUnknown(size=old_size)
    for wanted in (old_size, size):
        seal_of(size=wanted)
    return merkle.consistency_proof(old_size, size, subtrees=log_subtree)


def consistency_as_json(*, old_size: int, size: int) -> dict[str, Any]:
    """What docs/verifier/verify.py reads."""
    old, new = seal_of(size=old_size), seal_of(size=size)
    return {
        "format": "tongbao/consistency/1",
        "old_checkpoint": old.checkpoint,
        "checkpoint": new.checkpoint,
        "keys": sorted({old.signer, new.signer}),
        "path": hexes(consistency(old_size=old_size, size=size)),
    }


def log_proof(*, leaf_index: int) -> dict[str, Any]:
    """The newest checkpoint and the path to it from an entry."""
    seal = latest_seal()
    if seal is None or leaf_index >= seal.size:
        raise NotSealed(what=f"entry {leaf_index}")
    path = merkle.inclusion_proof(leaf_index, seal.size, subtrees=log_subtree)
    return {
        "checkpoint": seal.checkpoint,
        "keys": [seal.signer],
        "index": leaf_index,
        "path": hexes(path),
    }


def concerned(*, batch: int, position: int, owner_kind: str, owner_id: int) -> bool:
    """Whether one of a transfer's two accounts belongs to this owner."""
    return bool(
        rows_of(
            "SELECT 1 FROM ledger_transfer AS transfer"
            " JOIN ledger_account AS account ON account.id IN (transfer.debit, transfer.credit)"
            " WHERE transfer.batch = %s AND transfer.position = %s"
            " AND account.owner_kind = %s AND account.owner_id = %s LIMIT 1",
            [batch, position, owner_kind, owner_id],
        )
    )


def transfer_proof(*, batch: int, position: int) -> dict[str, Any]:
    """All that is needed to check that one transfer is under the newest checkpoint. Raises NotSealed."""
    entry = rows_of("SELECT leaf_index FROM ledger_seal_entry WHERE batch = %s", [batch])
    requests = batches_of([batch], are_requests=True)
    if not entry or batch not in requests:
        raise NotSealed(what=f"{batch}/{position}")
    reader = BatchRoots()
    records = [leaves.TransferRecord(*row) for row in rows_of(TRANSFERS, [[batch]])]
    places = {record.position: at for at, record in enumerate(records)}
    if position not in places:
        raise NotSealed(what=f"{batch}/{position}")
    hashes = list(reader.leaves(records))
    place = places[position]
    record = records[place]
    accounts = {
        row[0]: row[1:]
        for row in rows_of(
            "SELECT id, owner_kind, owner_id, kind, detail FROM ledger_account WHERE id = ANY(%s)",
            [[record.debit, record.credit]],
        )
    }
    request = requests[batch]
    return {
        "format": "tongbao/transfer-proof/1",
        "transfer": {
            "batch": record.batch,
            "position": record.position,
            "debit": _side(record.debit, accounts),
            "credit": _side(record.credit, accounts),
            "asset_id": record.asset_id,
            "amount": record.amount,
            "kind": record.kind,
            "subject": record.subject,
        },
        "batch": {
            "transfers": len(records),
            "index": place,
            "path": hexes(merkle.inclusion_proof(place, len(hashes), subtrees=merkle.subtrees_of(hashes))),
            "hash": request.hash.hex(),
            "key": request.key,
            "outcome": request.outcome,
            "refusal": request.refusal,
            "hold_id": request.hold_id,
            "booked_at_microseconds": leaves.microseconds(request.booked_at),
        },
        "log": log_proof(leaf_index=entry[0][0]),
    }


def award_concerns(*, batch: int, position: int, owner_kind: str, owner_id: int) -> bool:
    """Whether an award of the settlement lane pays this owner. Raises ArchiveUnreadable."""
    with archives.award_rows([batch]) as rows:
        beneficiaries = [row[3] for row in rows if row[1] == position]
    return bool(
        rows_of(
            "SELECT 1 FROM ledger_account WHERE id = ANY(%s) AND owner_kind = %s AND owner_id = %s",
            [beneficiaries, owner_kind, owner_id],
        )
    )


def award_proof(*, batch: int, position: int) -> dict[str, Any]:
    """All that is needed to check that one award of the settlement lane is sealed.

    Raises NotSealed, ArchiveUnreadable.
    """
    entry = rows_of("SELECT leaf_index FROM ledger_seal_entry WHERE award_batch = %s", [batch])
    declared = batches_of([batch], are_requests=False).get(batch)
    with archives.award_rows([batch]) as rows:
        records = [leaves.AwardRecord._make(row) for row in rows]
    places = {record.position: at for at, record in enumerate(records)}
    if not entry or declared is None or position not in places:
        raise NotSealed(what=f"{batch}/{position}")
    hashes = list(BatchRoots().leaves(records))
    place = places[position]
    record = records[place]
    owner = rows_of(
        "SELECT id, owner_kind, owner_id, kind, detail FROM ledger_account WHERE id = %s",
        [record.beneficiary],
    )
    names = [name for name in record._fields if name != "beneficiary"]
    return {
        "format": "tongbao/award-proof/1",
        "award": {name: getattr(record, name) for name in names}
        | {"beneficiary": _side(record.beneficiary, {row[0]: row[1:] for row in owner})},
        "batch": {
            "transfers": len(records),
            "index": place,
            "path": hexes(merkle.inclusion_proof(place, len(hashes), subtrees=merkle.subtrees_of(hashes))),
            "declared": list(declared.awards),
            "state": declared.outcome,
            "booked_at_microseconds": leaves.microseconds(declared.booked_at),
        },
        "log": log_proof(leaf_index=entry[0][0]),
    }


def _side(number: int, accounts: dict[int, tuple[Any, ...]]) -> dict[str, Any]:
    owner_kind, owner_id, kind, detail = accounts[number]
    return {"id": number, "owner_kind": owner_kind, "owner_id": owner_id, "kind": kind, "detail": detail}


def hexes(hashes: Sequence[bytes]) -> list[str]:
    return [value.hex() for value in hashes]
