"""Many awards at once come to the leaves and roots that each by itself comes to."""

from __future__ import annotations

from hashlib import sha256

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tongbao.ledger.contracts import member_account
from tongbao.ledger.policy import archives, leaves, merkle
from tongbao.ledger.policy.award_leaves import Shape, award_leaf_hashes

LONG = st.integers(-(2**63), 2**63 - 1)
SHORT = st.integers(-(2**15), 2**15 - 1)


def slowly(hashes: list[bytes]) -> bytes:
    """The root as RFC 9162 defines it: the largest power of two below the size goes to the left."""
    if not hashes:
        return merkle.EMPTY_ROOT
    if len(hashes) == 1:
        return hashes[0]
    left = 1 << ((len(hashes) - 1).bit_length() - 1)
    return merkle.node_hash(slowly(hashes[:left]), slowly(hashes[left:]))


@pytest.mark.parametrize("size", [*range(20), 31, 32, 33, 63, 64, 65, 127, 128, 129, 1_000])
def test_leaves_added_together_come_to_the_root_of_the_standard(size):
    hashes = [sha256(bytes([number % 251])).digest() for number in range(size)]
    assert merkle.root_of(hashes) == slowly(hashes)


@given(portions=st.lists(st.integers(0, 40), max_size=8))
def test_however_leaves_are_portioned_the_tree_is_the_same(portions):
    hashes = [sha256(number.to_bytes(4, "big")).digest() for number in range(sum(portions))]
    one, together = merkle.Growing(), merkle.Growing()
    at = 0
    for size in portions:
        together.extend(hashes[at : at + size])
        at += size
    for value in hashes:
        one.add(value)
    assert (together.size, together.peaks) == (one.size, one.peaks)
    assert together.root() == slowly(hashes)


@given(
    records=st.lists(
        st.tuples(LONG, st.integers(0, 2**31 - 1), LONG, LONG, LONG, SHORT, SHORT, SHORT, SHORT, SHORT, SHORT),
        min_size=1,
        max_size=20,
    ),
    owner_ids=st.data(),
)
def test_every_column_of_an_award_is_in_its_leaf(records, owner_ids):
    rows = np.zeros(len(records), dtype=archives.ROW)
    for place, record in enumerate(records):
        for name, value in zip(archives.RECORD, record, strict=True):
            rows[name][place] = value
    owners = owner_ids.draw(st.lists(st.integers(1, 2**62), min_size=len(rows), max_size=len(rows)))
    found = award_leaf_hashes(
        rows, shape=Shape.of(member_account(1, "pending")), owner_ids=np.array(owners, dtype=np.int64)
    )
    assert found == [
        merkle.leaf_hash(
            leaves.award_bytes(
                leaves.AwardRecord._make(record),
                beneficiary=leaves.account_bytes(member_account(owner, "pending")),
            )
        )
        for record, owner in zip(records, owners, strict=True)
    ]


def test_an_award_to_an_account_that_is_gone_has_a_leaf_of_its_own():
    rows = np.zeros(1, dtype=archives.ROW)
    (found,) = award_leaf_hashes(rows, shape=None, owner_ids=np.zeros(1, dtype=np.int64))
    record = leaves.AwardRecord._make(next(archives.records(rows)))
    assert found == merkle.leaf_hash(leaves.award_bytes(record, beneficiary=b""))
