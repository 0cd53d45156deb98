"""The file that a full partition of awards becomes: PostgreSQL's binary COPY, compressed with xz, in parts.

Every part is an xz stream of its own: first the head of the COPY, then one for each portion of whole batches, last
its end. Unpacked one after the other (``xz -d`` does that) they are one COPY that any PostgreSQL reads; and a single
batch is read by unpacking its portion alone. The manifest beside it, JSON, says where the portions lie.
"""

from __future__ import annotations

import json
import lzma
from collections.abc import Iterator
from dataclasses import asdict, dataclass, fields
from hashlib import sha256
from typing import Any, Final

import numpy as np
import numpy.typing as npt

FORMAT: Final = "tongbao/award-archive/1"
# PostgreSQL's binary COPY: a signature and two empty words; for each row the number of fields, and each field behind
# its length; -1 ends it. All in network byte order. Source: PostgreSQL manual, COPY, file formats.
HEAD: Final = b"PGCOPY\n\xff\r\n\x00" + bytes(8)
TAIL: Final = b"\xff\xff"
COLUMNS: Final = (
    ("batch", 8),
    ("order_id", 8),
    ("beneficiary", 8),
    ("amount", 8),
    ("position", 4),
    ("clause", 2),
    ("seat", 2),
    ("rank", 2),
    ("rate_bp", 2),
    ("rate_before_bp", 2),
    ("line", 2),
)
ROW: Final = np.dtype(
    [("fields", ">i2")]
    + [part for name, size in COLUMNS for part in ((f"{name}_length", ">i4"), (name, f">i{size}"))]
)
# The order of a leaf's bytes: leaves.AwardRecord.
RECORD: Final = ("batch", "position", "order_id", "beneficiary", "amount", "clause", "seat", "rank", "rate_bp",
                 "rate_before_bp", "line")  # fmt: skip
# 12 % is left at 480 000 rows a second; the next presets take longer and leave more. docs/decisions/0007.
PRESET: Final = 0
Rows = npt.NDArray[Any]


class NotAnArchive(ValueError):
    """Bytes that are not what such a file holds."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Portion:
    """Whole batches, in one part of the file."""

    first_batch: int
    last_batch: int
    rows: int
    offset: int
    bytes: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Manifest:
    """What a file holds, and which seal covers it."""

    mall: str
    partition: int
    rows: int
    amount: int
    batches: int
    first_batch: int
    last_batch: int
    bytes: int
    sha256: str
    first_leaf: int
    last_leaf: int
    sealed_size: int
    sealed_root: str
    checkpoint: str
    portions: tuple[Portion, ...]

    def as_text(self) -> str:
        return json.dumps({"format": FORMAT, **asdict(self)}, indent=1) + "\n"


def read_manifest(text: str) -> Manifest:
    """Raises NotAnArchive."""
    try:
        parsed = json.loads(text)
        if parsed.pop("format") != FORMAT:
            raise NotAnArchive("another format")
        portions = tuple(Portion(**portion) for portion in parsed.pop("portions"))
        manifest = Manifest(**parsed, portions=portions)
        _check_types(manifest)
        for portion in portions:
            _check_types(portion)
        return manifest
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise NotAnArchive(str(error)) from error


def _check_types(thing: Manifest | Portion) -> None:
    """JSON has its own idea of what a field may be."""
    for field in fields(thing):
        found = type(getattr(thing, field.name)).__name__
        if field.type in ("int", "str") and found != field.type:
            raise NotAnArchive(f"{field.name} is {found} and no {field.type}")


def part(body: bytes) -> bytes:
    """One xz stream; the same bytes for the same rows."""
    return lzma.compress(body, preset=PRESET)


def unpacked(data: bytes) -> bytes:
    """Raises NotAnArchive."""
    try:
        return lzma.decompress(data)
    except (lzma.LZMAError, EOFError, ValueError) as error:
        raise NotAnArchive(str(error)) from error


def rows_in(body: bytes) -> Rows:
    """The rows of a portion, unpacked. Raises NotAnArchive."""
    if len(body) % ROW.itemsize:
        raise NotAnArchive(f"{len(body)} bytes are no whole rows")
    rows = np.frombuffer(body, dtype=ROW)
    if (rows["fields"] != len(COLUMNS)).any() or any(
        (rows[f"{name}_length"] != size).any() for name, size in COLUMNS
    ):
        raise NotAnArchive("a row of another shape")
    return rows


def body_of_copy(data: bytes) -> bytes:
    """The rows alone of what COPY … TO gives. Raises NotAnArchive."""
    if not data.startswith(HEAD) or not data.endswith(TAIL):
        raise NotAnArchive("no binary COPY")
    return data[len(HEAD) : -len(TAIL)]


def records(rows: Rows) -> Iterator[tuple[int, ...]]:
    """Rows as leaves.AwardRecord takes them."""
    return zip(*(rows[name].tolist() for name in RECORD), strict=True)


def digest(text: str) -> bytes:
    return sha256(text.encode()).digest()
