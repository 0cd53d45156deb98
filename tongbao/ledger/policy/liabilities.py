"""The leaves of a day's liabilities: their salts, their order, and how they are kept in blocks.

Salt and place come from a secret of the day, so a neighbour in a proof is nobody in particular and another one the
next day.
"""

from __future__ import annotations

import hmac
import struct
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date

from tongbao.ledger.policy.leaves import OWNER_KINDS, owner_bytes
from tongbao.ledger.policy.sums import Sum, sum_leaf, sum_root

BLOCK = 1_024
_OWNER = struct.Struct(">Bq")
_PACKED = _OWNER.size + 16
# (place of the owner's kind in OWNER_KINDS, owner's number)
Owner = tuple[int, int]


@dataclass(frozen=True, slots=True, kw_only=True)
class Salts:
    """What hides and orders the leaves of one asset on one day."""

    secret: bytes
    asset: str
    day: date

    def salt(self, owner: Owner) -> bytes:
        return hmac.digest(self.secret, b"salt" + _OWNER.pack(*owner), "sha256")

    def order(self, owner: Owner) -> bytes:
        return hmac.digest(self.secret, b"order" + _OWNER.pack(*owner), "sha256")

    def leaf(self, owner: Owner, amount: int) -> Sum:
        described = owner_bytes(
            owner_kind=OWNER_KINDS[owner[0]], owner_id=owner[1], asset=self.asset, day=self.day
        )
        return sum_leaf(salt=self.salt(owner), owner=described, total=amount)


@dataclass(frozen=True, slots=True, kw_only=True)
class Block:
    """Up to 1 024 leaves: a complete subtree, but for the last."""

    first_key: bytes
    packed: bytes
    root: Sum


def blocks_of(owed: Mapping[Owner, int], *, salts: Salts) -> Iterator[Block]:
    """All leaves in the order of their tree. Raises ValueError for an amount below zero."""
    ordered = sorted((salts.order(owner), owner) for owner in owed)
    for start in range(0, len(ordered), BLOCK):
        portion = [(owner, owed[owner]) for _key, owner in ordered[start : start + BLOCK]]
        yield Block(
            first_key=ordered[start][0],
            packed=b"".join(_OWNER.pack(*owner) + amount.to_bytes(16, "big") for owner, amount in portion),
            root=sum_root([salts.leaf(owner, amount) for owner, amount in portion]),
        )


def unpack(packed: bytes) -> Iterator[tuple[Owner, int]]:
    """The leaves of a block: who, and how much."""
    for at in range(0, len(packed), _PACKED):
        kind, number = _OWNER.unpack_from(packed, at)
        yield (kind, number), int.from_bytes(packed[at + _OWNER.size : at + _PACKED], "big")


def owner_of(owner_kind: str, owner_id: int) -> Owner:
    return OWNER_KINDS.index(owner_kind), owner_id
