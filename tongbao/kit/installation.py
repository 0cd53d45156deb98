"""What this installation keeps for itself: its folder ``var`` and the secrets it made up.

Pure Python, so that settings and the database can be found before any framework is loaded.
"""

from __future__ import annotations

import fcntl
import json
import os
import secrets
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from tongbao.kit.errors import DomainError

ROOT = Path(__file__).resolve().parents[2]
SECRETS_FILE = "secrets.json"


class FolderNotWritable(DomainError):
    code = "folder_not_writable"
    status = 503
    message_en = (
        "{path} can't be written ({why}). Make it writable for this account, or set TONGBAO_VAR to another "
        "folder."
    )
    message_zh = "无法写入{path}({why})。请为当前账号开放写权限,或将 TONGBAO_VAR 设为可写的目录。"


def var_dir() -> Path:
    """The folder for all that this installation makes: TONGBAO_VAR, else ``var`` beside the code.

    An installed package has no folder of its own to write to; it uses the user's state folder.
    """
    chosen = os.environ.get("TONGBAO_VAR")
    if chosen:
        return Path(chosen).expanduser().absolute()
    if (ROOT / "pyproject.toml").exists():
        return ROOT / "var"
    state = os.environ.get("XDG_STATE_HOME") or "~/.local/state"
    return Path(state).expanduser() / "tongbao"


def make_var_dir() -> Path:
    """Like var_dir(), and the folder exists. Raises FolderNotWritable."""
    folder = var_dir()
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise FolderNotWritable(path=folder, why=error.strerror) from error
    return folder


@contextmanager
def locked(name: str) -> Iterator[None]:
    """Hold ``var/<name>.lock``; a second process waits, and a dead one holds nothing."""
    path = make_var_dir() / f"{name}.lock"
    try:
        handle = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    except OSError as error:
        raise FolderNotWritable(path=path, why=error.strerror) from error
    try:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield
    finally:
        os.close(handle)


def read_json(path: Path) -> dict[str, Any]:
    """The object in a file; empty when the file is missing or was cut short."""
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
    except (FileNotFoundError, json.JSONDecodeError):
        return {}
    return content if isinstance(content, dict) else {}


def write_json(path: Path, content: dict[str, Any]) -> None:
    """Replace a file of ours, readable by its owner alone: a reader sees the old or the new, never a half."""
    try:
        descriptor, temporary = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
        with os.fdopen(descriptor, "w", encoding="utf-8") as handle:
            json.dump(content, handle, indent=2, sort_keys=True)
            handle.write("\n")
            handle.flush()
            os.fsync(handle.fileno())
        Path(temporary).replace(path)
    except OSError as error:
        raise FolderNotWritable(path=path, why=error.strerror) from error


def known_secret(name: str) -> str | None:
    """A secret made earlier, or None."""
    value = read_json(var_dir() / SECRETS_FILE).get(name)
    return value if isinstance(value, str) and value else None


def secret(name: str, *, make: Callable[[], str] = lambda: secrets.token_urlsafe(32)) -> str:
    """The secret of this name, made up at the first call and kept in ``var/secrets.json`` (mode 0600).

    Two processes that ask at once get the same one.
    """
    known = known_secret(name)
    if known is not None:
        return known
    with locked("secrets"):
        path = make_var_dir() / SECRETS_FILE
        kept = read_json(path)
        if not kept.get(name):
            kept[name] = make()
            write_json(path, kept)
        return str(kept[name])
