"""What differs between a gateway's statement and our ledger. Amounts are signed fen: money in is positive."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from tongbao.mall.contracts import DifferenceKind


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """One movement on which the two sides disagree; the side that does not know it says 0."""

    key: str
    kind: DifferenceKind
    there_fen: int
    here_fen: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison:
    """How many movements agree, and those that don't, by key."""

    matched: int
    differences: tuple[Difference, ...]


def signed(*, kind: str, amount_fen: int) -> int:
    """A statement's positive amount with its direction: payments come in, refunds and transfers go out.

    >>> signed(kind="refund", amount_fen=500)
    -500
    """
    return amount_fen if kind == "payment" else -amount_fen


def compare(*, there: Mapping[str, int], here: Mapping[str, int]) -> Comparison:
    """Match both sides by ``gateway_key``; each side maps a key to a signed amount.

    >>> compare(there={"payment:P1": 100}, here={"payment:P1": 90}).differences
    (Difference(key='payment:P1', kind='amount_differs', there_fen=100, here_fen=90),)
    """
    differences = []
    matched = 0
    for key in sorted({*there, *here}):
        if key not in here:
            kind: DifferenceKind = "missing_here"
        elif key not in there:
            kind = "missing_there"
        elif there[key] != here[key]:
            kind = "amount_differs"
        else:
            matched += 1
            continue
        differences.append(
            Difference(key=key, kind=kind, there_fen=there.get(key, 0), here_fen=here.get(key, 0))
        )
    return Comparison(matched=matched, differences=tuple(differences))


def split_key(key: str) -> tuple[str, str]:
    """Kind and number of a ``gateway_key``.

    >>> split_key("refund:R1")
    ('refund', 'R1')
    """
    kind, _, number = key.partition(":")
    return kind, number
