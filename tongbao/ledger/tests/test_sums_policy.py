"""Sum trees and signed notes: no sum hides behind another, and no note passes that was touched."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tongbao.ledger.contracts import Account
from tongbao.ledger.policy import leaves, liabilities, notes, sums
from tongbao.ledger.policy.leaves import TransferRecord, account_bytes, transfer_bytes

SALT = bytes(32)
SALTS = liabilities.Salts(secret=bytes(32), asset="CNY", day=date(2026, 11, 23))
amounts = st.lists(st.integers(0, 2**63 - 1), min_size=1, max_size=40)


def tree(totals: list[int]) -> list[sums.Sum]:
    return [
        sums.sum_leaf(salt=SALT, owner=str(number).encode(), total=total)
        for number, total in enumerate(totals)
    ]


@given(amounts, st.data())
def test_every_leaf_leads_to_the_root_and_the_root_is_their_sum(totals, data):
    index = data.draw(st.integers(0, len(totals) - 1))
    made = tree(totals)
    root = sums.sum_root(made)
    assert root.total == sum(totals)
    assert sums.climb(made[index], sums.sum_path(made, index)) == root


@given(st.integers(2, 40), st.data())
def test_a_sum_moved_between_siblings_changes_the_root(count, data):
    totals = [100] * count
    made = tree(totals)
    index = data.draw(st.integers(0, count - 1))
    path = sums.sum_path(made, index)
    step = path[0]
    moved = sums.Step(neighbour=sums.Sum(step.neighbour.hash, step.neighbour.total - 1), is_left=step.is_left)
    cheated = sums.climb(sums.Sum(made[index].hash, made[index].total + 1), (moved, *path[1:]))
    assert cheated.total == sums.sum_root(made).total
    assert cheated.hash != sums.sum_root(made).hash


def test_a_negative_sum_can_not_even_be_hashed():
    with pytest.raises(ValueError, match="-1 can't be"):
        sums.sum_leaf(salt=SALT, owner=b"", total=-1)
    with pytest.raises(ValueError, match="can't be"):
        sums.sum_node(sums.Sum(SALT, 5), sums.Sum(SALT, -5))
    with pytest.raises(ValueError, match="more than can be"):
        sums.sum_node(sums.Sum(SALT, sums.MOST), sums.Sum(SALT, 1))


def test_blocks_give_the_same_root_as_the_whole_tree():
    owed = {(1, number): number for number in range(1, 2_500)}
    blocks = list(liabilities.blocks_of(owed, salts=SALTS))
    everything = [leaf for block in blocks for leaf in liabilities.unpack(block.packed)]
    assert dict(everything) == owed
    whole = sums.sum_root([SALTS.leaf(owner, amount) for owner, amount in everything])
    assert sums.sum_root([block.root for block in blocks]) == whole
    assert [block.first_key for block in blocks] == sorted(block.first_key for block in blocks)


@pytest.mark.parametrize("changed", [
    {"batch": 2}, {"position": 1}, {"debit": 5}, {"credit": 6}, {"asset_id": 2}, {"amount": 101},
    {"kind": "awards"}, {"subject": "order:2"},
])  # fmt: skip
def test_every_column_of_a_transfer_is_in_its_leaf(changed):
    row = {
        "batch": 1, "position": 0, "debit": 3, "credit": 4, "asset_id": 1, "amount": 100, "kind": "award",
        "subject": "order:1",
    }  # fmt: skip
    debit = account_bytes(Account("platform", 0, "operating"))
    credit = account_bytes(Account("member", 7, "pending"))
    usual = transfer_bytes(TransferRecord(**row), debit=debit, credit=credit)
    assert transfer_bytes(TransferRecord(**{**row, **changed}), debit=debit, credit=credit) != usual
    other = account_bytes(Account("member", 8, "pending"))
    assert transfer_bytes(TransferRecord(**row), debit=debit, credit=other) != usual


def test_the_bytes_of_a_transfer_are_as_the_document_says():
    row = TransferRecord(1, 2, 3, 4, 1, 100, "award", "order:1")
    made = transfer_bytes(
        row,
        debit=account_bytes(Account("platform", 0, "operating")),
        credit=account_bytes(Account("member", 7, "cash")),
    )
    assert made == (
        b"tongbao/transfer/1\x00"
        + bytes.fromhex("0000000000000001 00000002 0000000000000003 0000000000000004 0001 0000000000000064")
        + b"\x00\x00\x00\x05award\x00\x00\x00\x07order:1"
        + b"\x00\x00\x00\x08platform" + bytes(8) + b"\x00\x00\x00\x09operating" + bytes(4)
        + b"\x00\x00\x00\x06member" + bytes(7) + b"\x07" + b"\x00\x00\x00\x04cash" + bytes(4)
    )  # fmt: skip


def test_a_time_is_exact_to_the_microsecond():
    assert leaves.microseconds(datetime(2026, 11, 23, 5, 6, 7, 890_123, tzinfo=UTC)) % 1_000_000 == 890_123


SIGNER = notes.signer_of(master=bytes(range(32)), tenant="lotus")
CHECKPOINT = notes.Checkpoint(origin="tongbao/lotus", size=12, root=bytes(range(32)))


def test_a_signed_note_opens_to_what_was_signed():
    assert notes.open_note(notes.sign(CHECKPOINT, signer=SIGNER), key=SIGNER.verifier_key) == CHECKPOINT


def test_a_note_has_the_form_of_a_checkpoint():
    origin, size, root, empty, signature, end = notes.sign(CHECKPOINT, signer=SIGNER).split("\n")
    assert (origin, size, empty, end) == ("tongbao/lotus", "12", "", "")
    assert root == "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8="
    assert signature.startswith("— tongbao/lotus ")


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("\n12\n", "\n13\n"),
        ("tongbao/lotus\n12", "tongbao/orchid\n12"),
        ("AAEC", "BAEC"),
        ("\n\n", "\nmore\n\n"),
    ],
)
def test_a_touched_note_does_not_open(old, new):
    note = notes.sign(CHECKPOINT, signer=SIGNER)
    assert old in note
    with pytest.raises(notes.NoteInvalid):
        notes.open_note(note.replace(old, new, 1), key=SIGNER.verifier_key)


def test_another_tenants_key_opens_nothing():
    other = notes.signer_of(master=bytes(range(32)), tenant="orchid")
    with pytest.raises(notes.NoteInvalid, match="no signature by"):
        notes.open_note(notes.sign(CHECKPOINT, signer=SIGNER), key=other.verifier_key)


@pytest.mark.parametrize("key", ["", "a+b", "a+00000000+AAAA", "a+zz+!"])
def test_an_unreadable_key_is_refused(key):
    with pytest.raises(notes.NoteInvalid):
        notes.open_note(notes.sign(CHECKPOINT, signer=SIGNER), key=key)
