"""Leaves of many awards at once: the bytes of ``leaves.award_bytes`` laid out as columns, then hashed row by row.

Awards are sealed and verified by the hundred million; made one by one, their bytes alone would take longer than all
the hashing.
"""

from __future__ import annotations

from dataclasses import dataclass
from hashlib import sha256
from typing import Final

import numpy as np
import numpy.typing as npt

from tongbao.ledger.contracts import Account
from tongbao.ledger.policy.archives import COLUMNS, RECORD, Rows
from tongbao.ledger.policy.leaves import AWARD_1, text_bytes

Longs = npt.NDArray[np.int64]
_HEAD: Final = b"\x00" + AWARD_1
_SIZES: Final = dict(COLUMNS)


@dataclass(frozen=True, slots=True)
class Shape:
    """Everything of an account's identity (``leaves.account_bytes``) but its owner's id, which stands between."""

    before: bytes
    after: bytes

    @classmethod
    def of(cls, account: Account) -> Shape:
        return cls(
            before=text_bytes(account.owner_kind), after=text_bytes(account.kind) + text_bytes(account.detail)
        )


def award_leaf_hashes(rows: Rows, *, shape: Shape | None, owner_ids: Longs) -> list[bytes]:
    """The leaf hash of each award, in their order, all to accounts of one shape; without one the accounts are gone.

    >>> from tongbao.ledger.contracts import member_account
    >>> from tongbao.ledger.policy import archives, leaves
    >>> row = np.zeros(1, dtype=archives.ROW)
    >>> row["batch"], row["beneficiary"], row["amount"] = 7, 3, 2_376
    >>> ann = member_account(42, "pending")
    >>> leaf = leaves.award_bytes(
    ...     leaves.AwardRecord._make(next(archives.records(row))), beneficiary=leaves.account_bytes(ann))
    >>> found = award_leaf_hashes(row, shape=Shape.of(ann), owner_ids=np.array([42]))
    >>> found == [sha256(b"\\x00" + leaf).digest()]
    True
    """
    who = [] if shape is None else [
        ("before", f"V{len(shape.before)}"), ("owner_id", ">i8"), ("after", f"V{len(shape.after)}")
    ]  # fmt: skip
    layout = np.dtype([("head", f"V{len(_HEAD)}"), *((name, f">i{_SIZES[name]}") for name in RECORD), *who])
    table = np.zeros(len(rows), dtype=layout)
    table["head"] = np.void(_HEAD)
    for name in RECORD:
        table[name] = rows[name]
    if shape is not None:
        table["before"], table["owner_id"], table["after"] = np.void(shape.before), owner_ids, np.void(shape.after)
    data, size = table.tobytes(), layout.itemsize
    return [sha256(data[start : start + size]).digest() for start in range(0, len(data), size)]
