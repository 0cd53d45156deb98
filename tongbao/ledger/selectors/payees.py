"""Whose accounts awards go to, as columns: sixteen bytes an account, so that a million of them can be remembered."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from tongbao.ledger.contracts import Account
from tongbao.ledger.policy.archives import Rows
from tongbao.ledger.policy.award_leaves import Shape, award_leaf_hashes
from tongbao.ledger.selectors.reading import rows_of

Longs = npt.NDArray[np.int64]
GONE = 0
"""The shape of an account that is not there: it stands as nothing, so that the root is another one."""


class Payees:
    """Accounts by number: their owner's id, and which shape their identity has. Read when first met."""

    def __init__(self) -> None:
        self._numbers: Longs = np.zeros(0, dtype=np.int64)
        self._owner_ids: Longs = np.zeros(0, dtype=np.int64)
        self._shapes: npt.NDArray[np.int16] = np.zeros(0, dtype=np.int16)
        self._known: list[Shape | None] = [None]

    def leaf_hashes(self, rows: Rows) -> list[bytes]:
        """The leaf hashes of awards, in their order."""
        beneficiaries = rows["beneficiary"].astype(np.int64)
        places = self._places(beneficiaries)
        shapes, owner_ids = self._shapes[places], self._owner_ids[places]
        present = np.unique(shapes).tolist()
        if len(present) == 1:
            return award_leaf_hashes(rows, shape=self._known[present[0]], owner_ids=owner_ids)
        found: list[bytes] = [b""] * len(rows)
        for shape in present:
            these = np.flatnonzero(shapes == shape)
            hashes = award_leaf_hashes(rows[these], shape=self._known[shape], owner_ids=owner_ids[these])
            for place, value in zip(these.tolist(), hashes, strict=True):
                found[place] = value
        return found

    def _places(self, numbers: Longs) -> Longs:
        """Where each account stands in the columns, all of them known now."""
        people = np.unique(numbers)
        missing = people[~np.isin(people, self._numbers, assume_unique=True)]
        if len(missing):
            self._read(missing)
        return np.searchsorted(self._numbers, numbers)

    def _read(self, numbers: Longs) -> None:
        found = rows_of(
            "SELECT id, owner_kind, owner_id, kind, detail FROM ledger_account WHERE id = ANY(%s) ORDER BY id",
            [numbers.tolist()],
        )
        owner_ids, shapes = (
            np.zeros(len(numbers), dtype=np.int64),
            np.full(len(numbers), GONE, dtype=np.int16),
        )
        there = np.searchsorted(numbers, np.array([row[0] for row in found], dtype=np.int64))
        owner_ids[there] = [row[2] for row in found]
        shapes[there] = [self._shape(Account(*row[1:])) for row in found]
        order = np.argsort(np.concatenate([self._numbers, numbers]), kind="stable")
        self._numbers = np.concatenate([self._numbers, numbers])[order]
        self._owner_ids = np.concatenate([self._owner_ids, owner_ids])[order]
        self._shapes = np.concatenate([self._shapes, shapes])[order]

    def _shape(self, account: Account) -> int:
        shape = Shape.of(account)
        if shape not in self._known:
            self._known.append(shape)
        return self._known.index(shape)
