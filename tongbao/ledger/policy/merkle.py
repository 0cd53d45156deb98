"""Append-only Merkle trees, hashed as RFC 6962 and RFC 9162 have it: SHA-256, leaves behind 0x00, nodes behind 0x01.

A tree of ``size`` leaves falls into complete subtrees, one for each bit of ``size``, the largest first: its *peaks*.
A ``Growing`` tree keeps the peaks alone, so that a leaf costs one hash and seldom more, and memory is their number.
A complete subtree is named ``(level, index)``: it covers the leaves ``index << level`` to ``(index + 1) << level``.

>>> tree = Growing()
>>> for leaf in (b"a", b"b", b"c"):
...     _ = tree.append(leaf_hash(leaf))
>>> tree.size, tree.root() == node_hash(node_hash(leaf_hash(b"a"), leaf_hash(b"b")), leaf_hash(b"c"))
(3, True)
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from hashlib import sha256

# (level, index) -> the hash of that complete subtree.
Subtrees = Callable[[int, int], bytes]
EMPTY_ROOT = sha256(b"").digest()


def leaf_hash(data: bytes) -> bytes:
    """The hash of a leaf that holds ``data``."""
    return sha256(b"\x00" + data).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """The hash of a node above two others."""
    return sha256(b"\x01" + left + right).digest()


def peaks_of(size: int) -> list[tuple[int, int]]:
    """The complete subtrees that a tree of ``size`` leaves is made of, from left to right.

    >>> peaks_of(6)
    [(2, 0), (1, 2)]
    """
    found = []
    start = 0
    for level in range(size.bit_length() - 1, -1, -1):
        if size >> level & 1:
            found.append((level, start >> level))
            start += 1 << level
    return found


def bag(hashes: Sequence[bytes]) -> bytes:
    """The root above peaks: joined from the right, the smallest first."""
    if not hashes:
        return EMPTY_ROOT
    root = hashes[-1]
    for peak in reversed(hashes[:-1]):
        root = node_hash(peak, root)
    return root


class Growing:
    """A tree that only grows; holds no more than its peaks."""

    def __init__(self, *, size: int = 0, peaks: Sequence[bytes] = ()) -> None:
        if len(peaks) != size.bit_count():
            raise ValueError(f"a tree of {size} leaves has {size.bit_count()} peaks, not {len(peaks)}")
        self.size = size
        self.peaks = list(peaks)

    def append(self, leaf: bytes) -> list[tuple[int, int, bytes]]:
        """Add a leaf by its hash; return the complete subtrees that it completes, as (level, index, hash).

        The first is the leaf itself, at level 0.
        """
        level, index, made = 0, self.size, leaf
        completed = [(0, index, leaf)]
        while index & 1:
            made = node_hash(self.peaks.pop(), made)
            level, index = level + 1, index >> 1
            completed.append((level, index, made))
        self.peaks.append(made)
        self.size += 1
        return completed

    def add(self, leaf: bytes) -> None:
        """Add a leaf where nobody asks what it completes; the same tree, in a third of the time."""
        peaks, place = self.peaks, self.size
        while place & 1:
            leaf = sha256(b"\x01" + peaks.pop() + leaf).digest()
            place >>= 1
        peaks.append(leaf)
        self.size += 1

    def extend(self, leaves: Sequence[bytes]) -> None:
        """Add many leaves by their hashes: whole subtrees at once, as large as fit."""
        at = 0
        while at < len(leaves):
            block = 1 << ((len(leaves) - at).bit_length() - 1)
            if self.size:
                block = min(block, self.size & -self.size)
            made, place = _top(leaves[at : at + block]), self.size // block
            while place & 1:
                made = sha256(b"\x01" + self.peaks.pop() + made).digest()
                place >>= 1
            self.peaks.append(made)
            self.size += block
            at += block

    def root(self) -> bytes:
        return bag(self.peaks)


def _top(level: Sequence[bytes]) -> bytes:
    """The top of a complete subtree: two to the power of something leaves."""
    while len(level) > 1:
        joined = b"".join(level)
        level = [
            sha256(b"\x01" + joined[start : start + 64]).digest() for start in range(0, len(joined), 64)
        ]
    return level[0]


def root_of(leaves: Sequence[bytes]) -> bytes:
    """The root over leaf hashes."""
    tree = Growing()
    tree.extend(leaves)
    return tree.root()


def subtrees_of(leaves: Sequence[bytes]) -> Subtrees:
    """The complete subtrees above leaf hashes that are all in memory."""
    levels = [list(leaves)]
    while len(levels[-1]) > 1:
        below = levels[-1]
        levels.append([node_hash(below[at], below[at + 1]) for at in range(0, len(below) - 1, 2)])

    def read(level: int, index: int) -> bytes:
        return levels[level][index]

    return read


def range_root(start: int, end: int, *, subtrees: Subtrees) -> bytes:
    """The root over the leaves ``start`` to ``end``, where ``start`` is a place at which a subtree begins."""
    level = (end - start).bit_length() - 1
    hashes = []
    while start < end:
        while start + (1 << level) > end:
            level -= 1
        hashes.append(subtrees(level, start >> level))
        start += 1 << level
    return bag(hashes)


def inclusion_proof(index: int, size: int, *, subtrees: Subtrees) -> list[bytes]:
    """The hashes that lead from leaf ``index`` to the root of the tree of ``size`` leaves; nearest first."""
    if not 0 <= index < size:
        raise ValueError(f"there is no leaf {index} among {size}")
    path = []
    start, end = 0, size
    while end - start > 1:
        middle = start + _split(end - start)
        if index < middle:
            path.append(range_root(middle, end, subtrees=subtrees))
            end = middle
        else:
            path.append(range_root(start, middle, subtrees=subtrees))
            start = middle
    return path[::-1]


def consistency_proof(old_size: int, size: int, *, subtrees: Subtrees) -> list[bytes]:
    """The hashes that show the tree of ``old_size`` leaves to be the beginning of the tree of ``size``."""
    if not 0 <= old_size <= size:
        raise ValueError(f"a tree of {old_size} leaves is no beginning of one of {size}")
    if old_size in (0, size):
        return []
    path = []
    start, end, whole = 0, size, True
    while old_size != end:
        middle = start + _split(end - start)
        if old_size <= middle:
            path.append(range_root(middle, end, subtrees=subtrees))
            end = middle
        else:
            path.append(range_root(start, middle, subtrees=subtrees))
            start, whole = middle, False
    if not whole:
        path.append(range_root(start, end, subtrees=subtrees))
    return path[::-1]


def root_from_inclusion(*, leaf: bytes, index: int, size: int, path: Sequence[bytes]) -> bytes | None:
    """The root that a leaf and its path lead to; None if the path can't belong to that place (RFC 9162, 2.1.3.2)."""
    if not 0 <= index < size:
        return None
    place, last, root = index, size - 1, leaf
    for other in path:
        if last == 0 or len(other) != len(EMPTY_ROOT):
            return None
        if place & 1 or place == last:
            root = node_hash(other, root)
            while not place & 1 and place:
                place, last = place >> 1, last >> 1
        else:
            root = node_hash(root, other)
        place, last = place >> 1, last >> 1
    return root if last == 0 else None


def includes(*, leaf: bytes, index: int, size: int, path: Sequence[bytes], root: bytes) -> bool:
    """Whether a path shows that ``leaf`` is at ``index`` of the tree with this root."""
    return root_from_inclusion(leaf=leaf, index=index, size=size, path=path) == root


def is_consistent(*, old_size: int, old_root: bytes, size: int, root: bytes, path: Sequence[bytes]) -> bool:
    """Whether a path shows that the old tree is the beginning of the new one (RFC 9162, 2.1.4.2)."""
    if not 0 <= old_size <= size or any(len(other) != len(EMPTY_ROOT) for other in path):
        return False
    if old_size == size:
        return not path and old_root == root
    if old_size == 0:
        return not path and old_root == EMPTY_ROOT
    hashes = list(path)
    if old_size & (old_size - 1) == 0:
        hashes.insert(0, old_root)
    if not hashes:
        return False
    place, last = old_size - 1, size - 1
    while place & 1:
        place, last = place >> 1, last >> 1
    old = new = hashes[0]
    for other in hashes[1:]:
        if last == 0:
            return False
        if place & 1 or place == last:
            old, new = node_hash(other, old), node_hash(other, new)
            while not place & 1 and place:
                place, last = place >> 1, last >> 1
        else:
            new = node_hash(new, other)
        place, last = place >> 1, last >> 1
    return last == 0 and old == old_root and new == root


def _split(size: int) -> int:
    """The largest power of two below ``size``."""
    return 1 << (size - 1).bit_length() - 1
