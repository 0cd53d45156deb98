"""Reads of what is owed: day by day, and the proof that a member takes home."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from importlib import resources
from typing import Any

from django.db import connection

from tongbao.ledger.contracts import LiabilityFacts, NoLiabilityProof
from tongbao.ledger.policy import liabilities, sums
from tongbao.ledger.policy.leaves import OWNER_KINDS, LiabilitiesRecord
from tongbao.ledger.selectors.seals import log_proof, rows_of, streamed

_SQL = resources.files("tongbao.ledger").joinpath("sql")
CHANGES = _SQL.joinpath("liability_changes.sql").read_text(encoding="utf-8")
CONTROL = _SQL.joinpath("control_accounts.sql").read_text(encoding="utf-8")
COLUMNS = (
    "liability.liabilities_on, asset.code, liability.covers, liability.leaves, liability.total, liability.root,"
    " liability.by_kind, liability.backing, liability.built_at"
)
FROM = "FROM ledger_liability AS liability JOIN ledger_asset AS asset ON asset.id = liability.asset_id"


@dataclass(frozen=True, slots=True, kw_only=True)
class Control:
    """What the books say of one kind of account, without what isn't sealed: from transfers, and from kept balances."""

    owner_kind: str
    kind: str
    asset: str
    sealed: int
    kept: int | None
    is_owed: bool


def liabilities_on(*, on: date, asset: str) -> LiabilityFacts | None:
    """What was owed on a day; None when it was not proven."""
    found = rows_of(
        f"SELECT {COLUMNS} {FROM} WHERE liability.liabilities_on = %s AND asset.code = %s",
        [on, asset],
    )
    return _facts(found[0]) if found else None


def latest_liabilities(*, asset: str) -> LiabilityFacts | None:
    """The newest proven day of an asset."""
    found = rows_of(
        f"SELECT {COLUMNS} {FROM} WHERE asset.code = %s"
        " ORDER BY liability.covers DESC, liability.liabilities_on DESC LIMIT 1",
        [asset],
    )
    return _facts(found[0]) if found else None


def all_liabilities() -> tuple[LiabilityFacts, ...]:
    """Every proven day, oldest first."""
    found = rows_of(f"SELECT {COLUMNS} {FROM} ORDER BY liability.covers, liability.liabilities_on, asset.id")
    return tuple(_facts(row) for row in found)


def _facts(row: tuple[Any, ...]) -> LiabilityFacts:
    by_kind, backing = (_whole(value) for value in row[6:8])
    return LiabilityFacts(
        on=row[0],
        asset=row[1],
        covers=row[2],
        leaves=row[3],
        total=int(row[4]),
        root=row[5],
        by_kind=by_kind,
        backing=backing,
        built_at=row[8],
    )


def _whole(value: Any) -> dict[str, int]:
    parsed = json.loads(value) if isinstance(value, str) else value
    return {name: int(amount) for name, amount in parsed.items()}


def record_of(facts: LiabilityFacts) -> LiabilitiesRecord:
    """The entry that stands in the log for it."""
    return LiabilitiesRecord(
        day=facts.on,
        asset=facts.asset,
        covers=facts.covers,
        leaves=facts.leaves,
        total=facts.total,
        root=facts.root,
    )


def asset_ids() -> dict[str, int]:
    """The assets of the books and their numbers."""
    return dict(rows_of("SELECT code, id FROM ledger_asset ORDER BY id"))


def leaves_of(*, on: date, asset: str) -> Iterator[tuple[liabilities.Owner, int]]:
    """Who was owed how much on a day, block by block."""
    with streamed(
        "SELECT block.leaves FROM ledger_liability_block AS block"
        " JOIN ledger_asset AS asset ON asset.id = block.asset_id"
        " WHERE block.liabilities_on = %s AND asset.code = %s ORDER BY block.block",
        [on, asset],
    ) as rows:
        for (packed,) in rows:
            yield from liabilities.unpack(bytes(packed))


def blocks_on(*, on: date, asset: str) -> list[sums.Sum]:
    """The roots of a day's blocks."""
    found = rows_of(
        "SELECT block.root, block.total FROM ledger_liability_block AS block"
        " JOIN ledger_asset AS asset ON asset.id = block.asset_id"
        " WHERE block.liabilities_on = %s AND asset.code = %s ORDER BY block.block",
        [on, asset],
    )
    return [sums.Sum(root, int(total)) for root, total in found]


def salts_of(*, on: date, asset: str) -> liabilities.Salts:
    found = rows_of(
        f"SELECT liability.salt_key {FROM} WHERE liability.liabilities_on = %s AND asset.code = %s",
        [on, asset],
    )
    return liabilities.Salts(secret=found[0][0], asset=asset, day=on)


def changes(*, asset_id: int, start: int, stop: int) -> Iterator[tuple[str, int, str, int]]:
    """(owner kind, owner, account kind, amount) of what these entries of the log changed in what is owed."""
    parameters: Any = {"asset": asset_id, "start": start, "stop": stop}
    with streamed(CHANGES, parameters) as rows:
        for owner_kind, owner_id, kind, amount in rows:
            yield owner_kind, owner_id, kind, int(amount)


def control_accounts(*, horizon: int) -> tuple[Control, ...]:
    """Every kind of account with what is booked on it and sealed."""
    with connection.cursor() as cursor:
        cursor.execute(CONTROL, {"horizon": horizon})
        rows = cursor.fetchall()
    return tuple(
        Control(
            owner_kind=row[0],
            kind=row[1],
            asset=row[2],
            sealed=int(Decimal(row[3])),
            kept=None if row[4] is None else int(Decimal(row[4])),
            is_owed=row[5],
        )
        for row in rows
    )


def liability_proof(*, owner_kind: str, owner_id: int, asset: str, on: date | None = None) -> dict[str, Any]:
    """All that is needed to check that a member's balance was counted on a day (the newest unless named).

    Raises NoLiabilityProof, NotSealed.
    """
    facts = latest_liabilities(asset=asset) if on is None else liabilities_on(on=on, asset=asset)
    if facts is None:
        raise NoLiabilityProof(on=on or "-", asset=asset)
    salts = salts_of(on=facts.on, asset=asset)
    owner = liabilities.owner_of(owner_kind, owner_id)
    found = rows_of(
        "SELECT block.block, block.leaves FROM ledger_liability_block AS block"
        " JOIN ledger_asset AS asset ON asset.id = block.asset_id"
        " WHERE block.liabilities_on = %s AND asset.code = %s AND block.first_key <= %s"
        " ORDER BY block.block DESC LIMIT 1",
        [facts.on, asset, salts.order(owner)],
    )
    members = list(liabilities.unpack(found[0][1])) if found else []
    places = {who: at for at, (who, _amount) in enumerate(members)}
    if owner not in places:
        raise NoLiabilityProof(on=facts.on, asset=asset)
    place = places[owner]
    leaves = [salts.leaf(who, amount) for who, amount in members]
    path = sums.sum_path(leaves, place) + sums.sum_path(blocks_on(on=facts.on, asset=asset), found[0][0])
    entry = rows_of(
        "SELECT entry.leaf_index FROM ledger_seal_entry AS entry"
        " JOIN ledger_asset AS asset ON asset.id = entry.asset_id"
        " WHERE entry.liabilities_on = %s AND asset.code = %s",
        [facts.on, asset],
    )
    return {
        "format": "tongbao/liability-proof/1",
        "liabilities": {
            "on": facts.on.isoformat(),
            "asset": asset,
            "covers": facts.covers,
            "leaves": facts.leaves,
            "total": facts.total,
            "root": facts.root.hex(),
        },
        "leaf": {
            "owner_kind": OWNER_KINDS[owner[0]],
            "owner_id": owner_id,
            "amount": members[place][1],
            "salt": salts.salt(owner).hex(),
        },
        "path": [
            {
                "side": "left" if step.is_left else "right",
                "hash": step.neighbour.hash.hex(),
                "total": step.neighbour.total,
            }
            for step in path
        ],
        "log": log_proof(leaf_index=entry[0][0]),
    }
