"""Checkpoints outside the database: whoever changes the log afterwards can't change these.

``TONGBAO_SEAL_DIR/<tenant>/checkpoints/<day>/<size>`` holds one checkpoint each, ``key`` the public key and
``checkpoint`` the newest. A checkpoint's file appears whole, after its seal was committed, and is never written
twice; one that is missing is written again.
"""

from __future__ import annotations

import logging
import os
import tempfile
from pathlib import Path

from django.conf import settings

from tongbao.ledger.contracts import SealFacts
from tongbao.ledger.selectors import seals as reads
from tongbao.tenancy.selectors import current_schema

logger = logging.getLogger(__name__)
AT_ONCE = 500


def publish(*, again: bool = False) -> int:
    """Write the checkpoints that have no file yet; return how many.

    Goes back from the newest until one has its file; with ``again`` through all of them. A file that says something
    else than the database is left as it is, logged, and found by ``verify``.
    """
    if not settings.SEAL_DIR:
        return 0
    folder = Path(settings.SEAL_DIR).joinpath(current_schema())
    written = 0
    before: int | None = None
    newest: SealFacts | None = None
    while found := reads.seals(before=before, limit=AT_ONCE):
        newest = newest or found[0]
        missing = [seal for seal in found if not _file_of(folder, seal).exists()]
        for seal in missing:
            write_whole(_file_of(folder, seal), seal.checkpoint)
        written += len(missing)
        if len(missing) < len(found) and not again:
            break
        before = found[-1].size
    if newest is not None:
        _keep(folder / "key", f"{newest.signer}\n")
        _keep(folder / "checkpoint", newest.checkpoint)
    return written


def _file_of(folder: Path, seal: SealFacts) -> Path:
    return folder / "checkpoints" / f"{seal.sealed_at:%Y-%m-%d}" / f"{seal.size:015d}"


def _keep(path: Path, text: str) -> None:
    if not path.exists() or path.read_text(encoding="utf-8") != text:
        write_whole(path, text)


def write_whole(path: Path, text: str) -> None:
    """Make a file appear with all its text, on the disk before it has its name."""
    path.parent.mkdir(parents=True, exist_ok=True)
    descriptor, temporary = tempfile.mkstemp(dir=path.parent, prefix=".part-")
    try:
        with os.fdopen(descriptor, "w", encoding="utf-8") as handle:
            handle.write(text)
            handle.flush()
            os.fsync(handle.fileno())
            os.fchmod(handle.fileno(), 0o644)
        Path(temporary).replace(path)
    finally:
        Path(temporary).unlink(missing_ok=True)
    folder = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)


def published() -> list[tuple[Path, str]]:
    """Every checkpoint outside the database, oldest first."""
    if not settings.SEAL_DIR:
        return []
    folder = Path(settings.SEAL_DIR).joinpath(current_schema(), "checkpoints")
    files = sorted(folder.glob("*/[0-9]*"), key=lambda path: path.name)
    return [(path, path.read_text(encoding="utf-8")) for path in files]
