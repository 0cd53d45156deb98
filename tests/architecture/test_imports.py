"""Imports go only downward; apps are strangers; the pure rooms know no framework; entrances never touch tables."""

from __future__ import annotations

import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

from tests.architecture.source import ROOT

LINTER = Path(sys.executable).with_name("lint-imports")


def lint(*arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [str(LINTER), "--no-logo", "--no-cache", *arguments],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )


def contracts() -> list[dict]:
    settings = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    return settings["tool"]["importlinter"]["contracts"]


def test_every_import_contract_is_kept():
    done = lint()
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.parametrize("name", ["floors", "strangers", "rooms", "pure", "entrances"])
def test_the_contract_is_there(name):
    assert [contract["name"] for contract in contracts() if contract["name"].startswith(f"{name}:")]


def test_no_contract_has_a_list_of_exceptions():
    assert [contract["name"] for contract in contracts() if contract.get("ignore_imports")] == []


def test_the_floors_are_all_of_them_and_in_this_order():
    floors = next(contract for contract in contracts() if contract["name"].startswith("floors:"))
    assert floors["exhaustive"] is True
    assert floors["layers"] == [
        "config",
        "apps",
        "rewards",
        "mall | points",
        "members",
        "ledger",
        "tenancy",
        "kit",
        "plans",
        "money",
    ]
