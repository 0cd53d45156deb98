"""What the leaves are made of, byte for byte. docs/seals.md is the specification; change neither without a new version.

Integers are big-endian; a text is its length in four bytes, then its UTF-8.
"""

from __future__ import annotations

import struct
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from hashlib import sha256
from typing import NamedTuple

from tongbao.ledger.contracts import Account

TRANSFER_1 = b"tongbao/transfer/1\x00"
BATCH_1 = b"tongbao/batch/1\x00"
AWARD_1 = b"tongbao/award/1\x00"
AWARD_BATCH_1 = b"tongbao/award-batch/1\x00"
LIABILITIES_1 = b"tongbao/liabilities/1\x00"
OWNER_KINDS = ("platform", "member", "merchant")
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)
_LENGTH = struct.Struct(">I")
_TRANSFER = struct.Struct(">qiqqhq")
_AWARD = struct.Struct(">qiqqqhhhhhh")
_AWARD_BATCH = struct.Struct(">qqqqqqq")


def text_bytes(text: str) -> bytes:
    encoded = text.encode()
    return _LENGTH.pack(len(encoded)) + encoded


def account_bytes(account: Account) -> bytes:
    """An account by what it is: so that a proof says whose account it was, and a renamed owner is found."""
    return (
        text_bytes(account.owner_kind)
        + struct.pack(">q", account.owner_id)
        + text_bytes(account.kind)
        + text_bytes(account.detail)
    )


class TransferRecord(NamedTuple):
    """Every column of one row of ``ledger_transfer``; a tuple, since there are very many."""

    batch: int
    position: int
    debit: int
    credit: int
    asset_id: int
    amount: int
    kind: str
    subject: str


def transfer_bytes(row: TransferRecord, *, debit: bytes, credit: bytes) -> bytes:
    """The leaf of a transfer. ``debit`` and ``credit`` are the account_bytes() of its two accounts."""
    return (
        TRANSFER_1
        + _TRANSFER.pack(*row[:6])
        + text_bytes(row.kind)
        + text_bytes(row.subject)
        + debit
        + credit
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class BatchRecord:
    """Every column of one row of ``ledger_request``, and the root over its transfers."""

    batch: int
    key: str
    hash: bytes
    outcome: str
    refusal: str
    hold_id: int | None
    booked_at: datetime
    transfers: int
    root: bytes


def batch_bytes(row: BatchRecord) -> bytes:
    """The entry of a batch in the log. Its key and the text of a refusal stand in it as their SHA-256."""
    return (
        BATCH_1
        + struct.pack(">qi", row.batch, row.transfers)
        + row.root
        + row.hash
        + sha256(row.key.encode()).digest()
        + text_bytes(row.outcome)
        + sha256(row.refusal.encode()).digest()
        + struct.pack(">q", -1 if row.hold_id is None else row.hold_id)
        + struct.pack(">q", microseconds(row.booked_at))
    )


class AwardRecord(NamedTuple):
    """Every column of one row of ``ledger_award``, in the order of its bytes."""

    batch: int
    position: int
    order_id: int
    beneficiary: int
    amount: int
    clause: int
    seat: int
    rank: int
    rate_bp: int
    rate_before_bp: int
    line: int


def award_bytes(row: AwardRecord, *, beneficiary: bytes) -> bytes:
    """The leaf of an award of the settlement lane; ``beneficiary`` are the account_bytes() of the one it pays."""
    return AWARD_1 + _AWARD.pack(*row) + beneficiary


@dataclass(frozen=True, slots=True, kw_only=True)
class AwardBatchRecord:
    """Every column of one row of ``ledger_award_batch`` that outlives a restore, and the root over its awards."""

    batch: int
    epoch: int
    first_order: int
    last_order: int
    orders: int
    awards: int
    amount: int
    state: str
    booked_at: datetime
    transfers: int
    root: bytes


def award_batch_bytes(row: AwardBatchRecord) -> bytes:
    """The entry of the settlement lane's batch in the log."""
    declared = (row.batch, row.epoch, row.first_order, row.last_order, row.orders, row.awards, row.amount)
    return (
        AWARD_BATCH_1
        + _AWARD_BATCH.pack(*declared)
        + text_bytes(row.state)
        + struct.pack(">qi", microseconds(row.booked_at), row.transfers)
        + row.root
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class LiabilitiesRecord:
    """What was owed in one asset on one day, over the first ``covers`` entries of the log."""

    day: date
    asset: str
    covers: int
    leaves: int
    total: int
    root: bytes


def liabilities_bytes(row: LiabilitiesRecord) -> bytes:
    """The entry of a day's liabilities in the log."""
    return (
        LIABILITIES_1
        + text_bytes(row.day.isoformat())
        + text_bytes(row.asset)
        + struct.pack(">qq", row.covers, row.leaves)
        + row.total.to_bytes(16, "big")
        + row.root
    )


def owner_bytes(*, owner_kind: str, owner_id: int, asset: str, day: date) -> bytes:
    """Whose leaf of a sum tree it is, and for which asset and day."""
    return (
        text_bytes(owner_kind) + struct.pack(">q", owner_id) + text_bytes(asset) + text_bytes(day.isoformat())
    )


def microseconds(at: datetime) -> int:
    """Microseconds since 1970, exactly.

    >>> microseconds(datetime(1970, 1, 1, 0, 0, 1, 5, tzinfo=UTC))
    1000005
    """
    return (at - _EPOCH) // _MICROSECOND
