"""Merkle *sum* trees: a node's hash binds the sum **and** the hash of both its children, not only their total.

A tree that binds the total alone can hide a debt: two children may exchange parts of their sums unseen. Here every sum
stands in the hash above it, none may be below zero, and the root's sum is what is owed in all.
Same shape as the trees of ``merkle``.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import sha256

LEAF = b"tongbao/liability-leaf/1\x00"
NODE = b"tongbao/liability-node/1\x00"
SUM_BYTES = 16
MOST = (1 << 120) - 1


@dataclass(frozen=True, slots=True)
class Sum:
    """A subtree: its hash and the sum of its leaves, in minor units."""

    hash: bytes
    total: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One neighbour on the way to the root; ``is_left`` says that it stands on the left."""

    neighbour: Sum
    is_left: bool


EMPTY = Sum(sha256(b"").digest(), 0)


def sum_bytes(total: int) -> bytes:
    """A sum as 16 bytes. Raises ValueError below zero, where no sum of debts can be."""
    if not 0 <= total <= MOST:
        raise ValueError(f"{total} can't be a sum of what is owed")
    return total.to_bytes(SUM_BYTES, "big")


def sum_leaf(*, salt: bytes, owner: bytes, total: int) -> Sum:
    """The leaf of one member: ``salt`` (32 bytes) keeps others from guessing whose it is."""
    if len(salt) != 32:
        raise ValueError("a salt has 32 bytes")
    return Sum(sha256(LEAF + salt + sum_bytes(total) + owner).digest(), total)


def sum_node(left: Sum, right: Sum) -> Sum:
    """The node above two subtrees."""
    bound = NODE + sum_bytes(left.total) + left.hash + sum_bytes(right.total) + right.hash
    total = left.total + right.total
    if total > MOST:
        raise ValueError(f"{total} is more than can be owed")
    return Sum(sha256(bound).digest(), total)


def sum_root(subtrees: Sequence[Sum]) -> Sum:
    """The root above leaves, or above complete subtrees of one size (the last may be smaller)."""
    level = list(subtrees)
    if not level:
        return EMPTY
    while len(level) > 1:
        above = [sum_node(level[at], level[at + 1]) for at in range(0, len(level) - 1, 2)]
        if len(level) & 1:
            above.append(level[-1])
        level = above
    return level[0]


def sum_path(subtrees: Sequence[Sum], index: int) -> tuple[Step, ...]:
    """The neighbours from the subtree at ``index`` up to the root; nearest first."""
    steps = []
    level, place = list(subtrees), index
    while len(level) > 1:
        other = place ^ 1
        if other < len(level):
            steps.append(Step(neighbour=level[other], is_left=other < place))
        above = [sum_node(level[at], level[at + 1]) for at in range(0, len(level) - 1, 2)]
        if len(level) & 1:
            above.append(level[-1])
        level, place = above, place >> 1
    return tuple(steps)


def climb(leaf: Sum, path: Sequence[Step]) -> Sum:
    """The root that a leaf and its path lead to. Raises ValueError when a sum on the way is below zero."""
    root = leaf
    for step in path:
        root = sum_node(step.neighbour, root) if step.is_left else sum_node(root, step.neighbour)
    return root
