"""Merkle trees against RFC 6962's own vectors, and against the plainest way of computing them."""

from __future__ import annotations

from hashlib import sha256

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tongbao.ledger.policy import merkle
from tongbao.ledger.policy.merkle import (
    Growing,
    bag,
    consistency_proof,
    includes,
    inclusion_proof,
    is_consistent,
    leaf_hash,
    node_hash,
    peaks_of,
    root_of,
    subtrees_of,
)

# The leaves and roots of the reference implementation's test (RFC 6962, certificate-transparency/merkle_tree_test).
VECTORS = [bytes.fromhex(text) for text in (
    "", "00", "10", "2021", "3031", "40414243", "5051525354555657", "606162636465666768696a6b6c6d6e6f",
)]  # fmt: skip
ROOTS = [
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
]


def naive_root(leaves: list[bytes]) -> bytes:
    """RFC 6962, 2.1, word for word."""
    if not leaves:
        return sha256(b"").digest()
    if len(leaves) == 1:
        return leaves[0]
    split = 1
    while split * 2 < len(leaves):
        split *= 2
    return node_hash(naive_root(leaves[:split]), naive_root(leaves[split:]))


def naive_path(index: int, leaves: list[bytes]) -> list[bytes]:
    """RFC 6962, 2.1.1, word for word."""
    if len(leaves) == 1:
        return []
    split = 1
    while split * 2 < len(leaves):
        split *= 2
    if index < split:
        return [*naive_path(index, leaves[:split]), naive_root(leaves[split:])]
    return [*naive_path(index - split, leaves[split:]), naive_root(leaves[:split])]


def naive_consistency(old: int, leaves: list[bytes], whole: bool = True) -> list[bytes]:
    """RFC 6962, 2.1.2, word for word."""
    size = len(leaves)
    if old == size:
        return [] if whole else [naive_root(leaves)]
    split = 1
    while split * 2 < size:
        split *= 2
    if old <= split:
        return [*naive_consistency(old, leaves[:split], whole), naive_root(leaves[split:])]
    return [*naive_consistency(old - split, leaves[split:], False), naive_root(leaves[:split])]


def some(count: int) -> list[bytes]:
    return [leaf_hash(str(number).encode()) for number in range(count)]


@pytest.mark.parametrize("count", range(1, 9))
def test_the_roots_of_the_reference_vectors(count):
    assert root_of([leaf_hash(data) for data in VECTORS[:count]]).hex() == ROOTS[count - 1]


def test_nothing_has_the_hash_of_nothing():
    assert root_of([]).hex() == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"


def test_the_paths_of_the_reference_vectors():
    leaves = [leaf_hash(data) for data in VECTORS]
    assert [value.hex() for value in inclusion_proof(0, 8, subtrees=subtrees_of(leaves))] == [
        "96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7",
        "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
        "6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4",
    ]
    assert [value.hex() for value in consistency_proof(6, 8, subtrees=subtrees_of(leaves))] == [
        "0ebc5d3437fbe2db158b9f126a1d118e308181031d0a949f8dededebc558ef6a",
        "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0",
        "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    ]


@given(st.integers(0, 70))
def test_growing_leaf_by_leaf_gives_the_naive_root(count):
    assert root_of(some(count)) == naive_root(some(count))


@given(st.lists(st.integers(0, 40), max_size=6))
def test_growing_in_portions_from_kept_peaks_gives_the_same_tree(portions):
    leaves = some(sum(portions))
    size, peaks, at = 0, [], 0
    quick = Growing()
    for leaf in leaves:
        quick.add(leaf)
    for portion in portions:
        tree = Growing(size=size, peaks=peaks)
        for leaf in leaves[at : at + portion]:
            tree.append(leaf)
        at += portion
        size, peaks = tree.size, tree.peaks
    assert bag(peaks) == naive_root(leaves) == quick.root()
    assert (quick.size, quick.peaks) == (size, peaks)
    assert len(peaks) == len(peaks_of(size))


@given(st.integers(1, 70), st.data())
def test_every_leaf_proves_its_place_and_no_other(count, data):
    index = data.draw(st.integers(0, count - 1))
    leaves = some(count)
    root = naive_root(leaves)
    path = inclusion_proof(index, count, subtrees=subtrees_of(leaves))
    assert path == naive_path(index, leaves)
    assert includes(leaf=leaves[index], index=index, size=count, path=path, root=root)
    for other in range(count):
        if other != index:
            assert not includes(leaf=leaves[index], index=other, size=count, path=path, root=root)
    assert not includes(leaf=leaf_hash(b"another"), index=index, size=count, path=path, root=root)
    assert not includes(leaf=leaves[index], index=index, size=count, path=[*path, root], root=root)
    assert not includes(leaf=leaves[index], index=count, size=count, path=path, root=root)


@given(st.integers(1, 70), st.data())
def test_a_beginning_proves_to_be_one(count, data):
    old = data.draw(st.integers(1, count))
    leaves = some(count)
    path = consistency_proof(old, count, subtrees=subtrees_of(leaves))
    assert path == naive_consistency(old, leaves)
    old_root, root = naive_root(leaves[:old]), naive_root(leaves)
    assert is_consistent(old_size=old, old_root=old_root, size=count, root=root, path=path)
    changed = naive_root([leaf_hash(b"changed"), *leaves[1:old]])
    assert not is_consistent(old_size=old, old_root=changed, size=count, root=root, path=path)
    if old > 1:
        shorter = naive_root(leaves[: old - 1])
        assert not is_consistent(
            old_size=old - 1, old_root=shorter, size=count, root=root, path=[*path, root]
        )


def test_what_is_not_there_is_refused():
    with pytest.raises(ValueError, match="no leaf 3"):
        inclusion_proof(3, 3, subtrees=subtrees_of(some(3)))
    with pytest.raises(ValueError, match="no beginning"):
        consistency_proof(4, 3, subtrees=subtrees_of(some(3)))
    with pytest.raises(ValueError, match="2 peaks"):
        Growing(size=3, peaks=[])


def test_a_leaf_costs_one_hash_and_seldom_more(monkeypatch):
    calls = []

    def counted(left: bytes, right: bytes) -> bytes:
        calls.append(left)
        return node_hash(left, right)

    monkeypatch.setattr(merkle, "node_hash", counted)
    tree = Growing()
    for leaf in some(1_000):
        tree.append(leaf)
    assert len(calls) < 1_000
    assert len(tree.peaks) <= 10
