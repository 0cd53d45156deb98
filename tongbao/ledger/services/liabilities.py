"""Proof of liabilities: what every member and merchant is owed on a day, in one sum tree whose root is sealed."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable
from dataclasses import replace
from datetime import date, datetime, timedelta

from django.db import connection
from django.db.transaction import on_commit
from django.utils import timezone

from tongbao.kit.errors import InvalidInput
from tongbao.kit.transactions import transaction
from tongbao.ledger.contracts import CASH, LiabilitiesDisagree, LiabilityFacts, LiabilityNegative
from tongbao.ledger.policy import leaves, liabilities, merkle, sums
from tongbao.ledger.selectors import liabilities as reads
from tongbao.ledger.selectors import seals as seal_reads
from tongbao.ledger.services import publishing, seal_keys
from tongbao.ledger.services.seals import Leaf, append, claim, seal
from tongbao.tenancy.selectors import current_schema

APPEND = (
    "SELECT ledger_liability_append(%s, %s::smallint, %s::bigint, %s::bigint, %s::numeric, %s, %s::jsonb,"
    " %s::jsonb, %s, %s::bytea[], %s::bytea[], %s::bytea[], %s::numeric[], %s)"
)
# What stands against what is owed: money at the payment companies (whose account goes below zero), and the reserve.
BACKING = ("gateway", "reserve", "reserve_pending")


def prove_liabilities(*, on: date, now: datetime) -> tuple[LiabilityFacts, ...]:
    """Seal what is booked, then what is owed in each asset, as the state of ``on``; what is proven stays.

    Costs one pass over what came since the last proof, one over the members, and one over all transfers for the
    comparison with the books. Locks: the sealer's. Raises LiabilityNegative, LiabilitiesDisagree, InvalidInput for a
    day to come.
    """
    if on > timezone.localdate(now):
        raise InvalidInput(field="on", why_en=f"{on} is still to come", why_zh=f"{on}尚未到来")
    seal(now=now)
    with transaction():
        if claim():
            _prove_missing(on=on, now=now)
    on_commit(publishing.publish)
    days = (reads.liabilities_on(on=on, asset=asset) for asset in reads.asset_ids())
    return tuple(day for day in days if day is not None)


def prove_yesterday(now: datetime) -> tuple[LiabilityFacts, ...]:
    """``prove_liabilities`` for the worker: once for each day that has ended."""
    on = timezone.localdate(now) - timedelta(days=1)
    if all(reads.liabilities_on(on=on, asset=asset) for asset in reads.asset_ids()):
        return ()
    return prove_liabilities(on=on, now=now)


def _prove_missing(*, on: date, now: datetime) -> None:
    state = seal_reads.seal_state()
    control = reads.control_accounts(horizon=0 if state.catching_up else state.horizon)
    backing = _backing(control)
    added = []
    for asset, asset_id in reads.asset_ids().items():
        if reads.liabilities_on(on=on, asset=asset) is None:
            added.append(_prove(on=on, asset=asset, asset_id=asset_id, covers=state.size, control=control,
                                backing=backing, now=now))  # fmt: skip
    if added:
        horizon = state.horizon or seal_reads.oldest_running()
        append(added=added, state=replace(state, horizon=horizon), now=now)


def _prove(
    *,
    on: date,
    asset: str,
    asset_id: int,
    covers: int,
    control: Iterable[reads.Control],
    backing: dict[str, int],
    now: datetime,
) -> Leaf:
    owed, by_kind = _owed(asset=asset, asset_id=asset_id, covers=covers)
    _compare(by_kind, control=[line for line in control if line.asset == asset and line.is_owed])
    secret = seal_keys.salt_key(tenant=current_schema(), day=on.isoformat(), asset=asset)
    salts = liabilities.Salts(secret=secret, asset=asset, day=on)
    blocks = list(liabilities.blocks_of(owed, salts=salts))
    root = sums.sum_root([block.root for block in blocks])
    with connection.cursor() as cursor:
        cursor.execute(
            APPEND,
            [
                on,
                asset_id,
                covers,
                len(owed),
                root.total,
                root.hash,
                json.dumps(by_kind),
                json.dumps(backing),
                secret,
                [block.first_key for block in blocks],
                [block.packed for block in blocks],
                [block.root.hash for block in blocks],
                [block.root.total for block in blocks],
                now,
            ],
        )
    record = leaves.LiabilitiesRecord(
        day=on, asset=asset, covers=covers, leaves=len(owed), total=root.total, root=root.hash
    )
    return Leaf(
        hash=merkle.leaf_hash(leaves.liabilities_bytes(record)),
        root=root.hash,
        liabilities_on=on,
        asset_id=asset_id,
    )


def _owed(*, asset: str, asset_id: int, covers: int) -> tuple[dict[liabilities.Owner, int], dict[str, int]]:
    """Who is owed how much after ``covers`` entries: the last proof's leaves, and what came since."""
    before = reads.latest_liabilities(asset=asset)
    owed: Counter[liabilities.Owner] = Counter()
    by_kind: Counter[str] = Counter()
    start = 0
    if before is not None:
        owed.update(dict(reads.leaves_of(on=before.on, asset=asset)))
        by_kind.update(before.by_kind)
        start = before.covers
    for owner_kind, owner_id, kind, amount in reads.changes(asset_id=asset_id, start=start, stop=covers):
        owed[liabilities.owner_of(owner_kind, owner_id)] += amount
        by_kind[f"{owner_kind}/{kind}"] += amount
    for (kind_number, owner_id), amount in owed.items():
        if amount < 0:
            owner = f"{leaves.OWNER_KINDS[kind_number]} {owner_id}"
            raise LiabilityNegative(owner=owner, amount=amount, asset=asset)
    return dict(owed), dict(by_kind)


def _compare(by_kind: dict[str, int], *, control: list[reads.Control]) -> None:
    """The members' sums against the control accounts, kind by kind."""
    booked = {f"{line.owner_kind}/{line.kind}": line for line in control}
    for kind in sorted(by_kind.keys() | booked.keys()):
        summed = by_kind.get(kind, 0)
        line = booked.get(kind)
        said = [0] if line is None else [line.sealed, *([] if line.kept is None else [line.kept])]
        for amount in said:
            if amount != summed:
                raise LiabilitiesDisagree(kind=kind, summed=summed, booked=amount)


def _backing(control: Iterable[reads.Control]) -> dict[str, int]:
    """The platform's money that stands against it, in fen; what lies at payment companies as a positive number."""
    found = {
        line.kind: line.sealed
        for line in control
        if line.owner_kind == "platform" and line.asset == CASH and line.kind in BACKING
    }
    return {kind: -found.get(kind, 0) if kind == "gateway" else found.get(kind, 0) for kind in BACKING}
