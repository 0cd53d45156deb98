"""The project's own files, for tests that read them."""

from __future__ import annotations

import ast
import subprocess
from collections.abc import Iterator
from functools import cache, lru_cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
OF_THE_MACHINE = {".venv", "var", "node_modules", ".git", "__pycache__", "dist", "artefacts", "build"}


@lru_cache(maxsize=1)
def files() -> tuple[Path, ...]:
    """Every file that belongs to the project: what git knows or would take; without git, what is no build product."""
    try:
        listed = subprocess.run(
            ["git", "-C", str(ROOT), "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
            capture_output=True,
            check=True,
        ).stdout.decode()
        found = [ROOT / name for name in listed.split("\0") if name]
    except (OSError, subprocess.CalledProcessError):
        found = [path for path in ROOT.rglob("*") if not OF_THE_MACHINE & set(path.relative_to(ROOT).parts)]
    return tuple(sorted(path for path in found if path.is_file()))


def with_suffix(*suffixes: str, under: str = "") -> list[Path]:
    """The project's files of these kinds below a folder."""
    folder = ROOT / under
    return [
        path for path in files() if path.suffix in suffixes and (path == folder or folder in path.parents)
    ]


def name_of(path: Path) -> str:
    return str(path.relative_to(ROOT))


@cache
def tree(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"), filename=str(path))


def is_test(path: Path) -> bool:
    return "tests" in path.relative_to(ROOT).parts


def nodes(path: Path) -> Iterator[ast.AST]:
    return ast.walk(tree(path))


def at(path: Path, node: ast.AST) -> str:
    return f"{name_of(path)}:{getattr(node, 'lineno', 0)}"
