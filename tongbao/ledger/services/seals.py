"""Sealing: what was booked gets its place in the tenant's log, and the log's root is signed and published."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime

from django.db import connection
from django.db.transaction import on_commit

from tongbao.kit.transactions import transaction
from tongbao.ledger.contracts import SealFacts
from tongbao.ledger.policy import merkle, notes
from tongbao.ledger.selectors import seals as reads
from tongbao.ledger.services import publishing, seal_keys
from tongbao.tenancy.selectors import current_schema

REQUESTS_AT_ONCE = 5_000
TRANSFERS_AT_ONCE = 200_000
FEWEST_READ, MOST_READ = 16, 1_024

APPEND = (
    "SELECT ledger_seal_append(%s, %s::bigint[], %s::bigint[], %s::date[], %s::smallint[], %s::integer[],"
    " %s::bytea[], %s::bytea[], %s::smallint[], %s::bigint[], %s::bytea[], %s, %s, %s, %s::jsonb, %s)"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Leaf:
    """One entry on its way into the log."""

    hash: bytes
    root: bytes
    transfers: int = 0
    batch: int | None = None
    award_batch: int | None = None
    liabilities_on: date | None = None
    asset_id: int | None = None


def seal(*, now: datetime) -> SealFacts | None:
    """Seal all that can be sealed, publish it, and return the newest seal (None when nothing was ever booked).

    Requests get their places in order of the transaction that wrote them, as far as every earlier transaction
    has ended; the rest waits for the next seal. Locks: one that sealers alone take; a second sealer leaves at once.
    Raises SealKeyInvalid.

    >>> seal(now=now).checkpoint.splitlines()[:2]                      # doctest: +SKIP
    ['tongbao/lotus', '12']
    """
    while seal_some(now=now):
        pass
    # nothing is published that a caller's transaction may yet take back
    on_commit(publishing.publish)
    return reads.latest_seal()


def seal_some(*, now: datetime) -> bool:
    """Seal what one transaction takes, and publish nothing; False when nothing (more) can be sealed."""
    with transaction():
        if not claim():
            return False
        state = reads.seal_state()
        before = reads.oldest_running()
        waiting = reads.unsealed(state=state, before=before, limit=REQUESTS_AT_ONCE)
        if not waiting:
            return False
        taken = []
        total = 0
        for batch, transfers, root in _with_roots(waiting):
            taken.append(
                Leaf(
                    hash=merkle.leaf_hash(batch.entry(transfers=transfers, root=root)),
                    root=root,
                    transfers=transfers,
                    batch=batch.batch if batch.is_request else None,
                    award_batch=None if batch.is_request else batch.batch,
                )
            )
            total += transfers
            if total >= TRANSFERS_AT_ONCE:
                break
        is_all = len(taken) == len(waiting) < REQUESTS_AT_ONCE
        last = waiting[len(taken) - 1]
        if state.catching_up is None:
            after = replace(state, horizon=before if is_all else last.written_by)
        else:
            # What is committed later was written by a transaction that runs now: the first horizon still holds.
            first = state.horizon if state.horizon else before
            after = replace(
                state, horizon=first, catching_up=None if is_all else (last.written_by, last.batch)
            )
        append(added=taken, state=after, now=now)
        return not is_all


def _with_roots(
    waiting: Sequence[reads.Batch],
) -> Iterator[tuple[reads.Batch, int, bytes]]:
    """Batches with the roots over their rows: many small ones in one query, few when they are large."""
    reader = reads.BatchRoots()
    at, width = 0, FEWEST_READ
    while at < len(waiting):
        portion = _portion(waiting[at : at + width])
        roots = {
            are_requests: reader.of(
                [batch.batch for batch in portion if batch.is_request == are_requests],
                are_requests=are_requests,
            )
            for are_requests in (True, False)
        }
        for batch in portion:
            transfers, root = roots[batch.is_request][batch.batch]
            yield batch, transfers, root
        at += len(portion)
        seen = sum(transfers for found in roots.values() for transfers, _root in found.values())
        width = min(MOST_READ, width * 2) if seen < reads.ROWS_AT_ONCE else FEWEST_READ


def _portion(waiting: Sequence[reads.Batch]) -> Sequence[reads.Batch]:
    """The first of these batches, as far as one transaction can take them: what is read beyond would be read again."""
    rows = 0
    for taken, batch in enumerate(waiting, start=1):
        rows += batch.rows_declared
        if rows >= TRANSFERS_AT_ONCE:
            return waiting[:taken]
    return waiting


def claim() -> bool:
    """Become the sealer until the transaction ends; False when there is one."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT ledger_seal_claim()")
        row = cursor.fetchone()
    return bool(row and row[0])


def append(*, added: Sequence[Leaf], state: reads.SealState, now: datetime) -> None:
    """Write leaves, the subtrees that they complete, and the signed root; the caller holds the claim."""
    tree = reads.growing_log(size=state.size)
    nodes = []
    for leaf in added:
        nodes += [
            (level, place, value)
            for level, place, value in tree.append(leaf.hash)
            if level and level % reads.STRIDE == 0
        ]
    signer = seal_keys.signer(tenant=current_schema())
    root = tree.root()
    note = notes.sign(notes.Checkpoint(origin=signer.name, size=tree.size, root=root), signer=signer)
    caught = state.catching_up or (None, None)
    with connection.cursor() as cursor:
        cursor.execute(
            APPEND,
            [
                state.size,
                [leaf.batch for leaf in added],
                [leaf.award_batch for leaf in added],
                [leaf.liabilities_on for leaf in added],
                [leaf.asset_id for leaf in added],
                [leaf.transfers for leaf in added],
                [leaf.root for leaf in added],
                [leaf.hash for leaf in added],
                [level for level, _place, _value in nodes],
                [place for _level, place, _value in nodes],
                [value for _level, _place, value in nodes],
                root,
                note,
                signer.verifier_key,
                json.dumps(
                    {
                        "horizon": state.horizon,
                        "cluster": state.cluster,
                        "catching_up_xid": caught[0],
                        "catching_up_batch": caught[1],
                    }
                ),
                now,
            ],
        )


def seal_on_schedule(now: datetime) -> SealFacts | None:
    """``seal`` for the worker."""
    return seal(now=now)
