"""Only entrances know the time: below them ``now`` is an argument, so that a rule can be asked about any moment."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

from tests.architecture.source import at, is_test, name_of, nodes, with_suffix

PACKAGES = ("money", "plans", "ledger", "members", "mall", "points", "rewards")
ROOMS_BELOW_THE_ENTRANCES = ("contracts", "policy", "models", "selectors", "services")
CLOCKS = {
    ("datetime", "now"),
    ("datetime", "utcnow"),
    ("datetime", "today"),
    ("date", "today"),
    ("timezone", "now"),
    ("time", "time"),
    ("clock", "now"),
}


def sources() -> list[Path]:
    found = []
    for package in PACKAGES:
        for path in with_suffix(".py", under=f"tongbao/{package}"):
            room = path.relative_to(path.parents[len(path.parts) - 1 - path.parts.index(package)]).parts[0]
            pure = package in ("money", "plans")
            if not is_test(path) and (pure or room.removesuffix(".py") in ROOMS_BELOW_THE_ENTRANCES):
                found.append(path)
    return found


def reads_a_clock(node: ast.AST) -> bool:
    if not (isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute)):
        return False
    owner = node.func.value
    name = owner.attr if isinstance(owner, ast.Attribute) else owner.id if isinstance(owner, ast.Name) else ""
    return (name, node.func.attr) in CLOCKS


@pytest.mark.parametrize("path", sources(), ids=name_of)
def test_nothing_below_the_entrances_looks_at_a_clock(path: Path):
    assert [at(path, node) for node in nodes(path) if reads_a_clock(node)] == []


@pytest.mark.parametrize(
    "written", ["datetime.now()", "datetime.datetime.now(tz=UTC)", "timezone.now()", "clock.now()"]
)
def test_the_check_sees_what_it_forbids(written):
    assert [node for node in ast.walk(ast.parse(written)) if reads_a_clock(node)]
