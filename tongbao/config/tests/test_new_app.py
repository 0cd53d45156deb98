"""An app is one folder: written by one command, it runs, keeps the rules of the house, and edits nothing else."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tongbao.config.new_app.write import AppNameUnusable, write_app
from tongbao.kit.installation import ROOT, var_dir

BIN = Path(sys.executable).parent
# What a checkout needs so that its code and tests run; the rest is big or of this machine.
PARTS = ("tongbao", "sandbox_gateway", "tests", "conftest.py", "pyproject.toml")


@pytest.fixture
def checkout(tmp_path) -> Path:
    """A copy of the project's code."""
    for part in PARTS:
        source = ROOT / part
        if source.is_dir():
            shutil.copytree(source, tmp_path / part, ignore=shutil.ignore_patterns("__pycache__"))
        else:
            shutil.copy(source, tmp_path / part)
    return tmp_path


def run(checkout: Path, *command: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        command,
        cwd=checkout,
        env={**os.environ, "TONGBAO_VAR": str(var_dir()), "PYTHONPATH": str(checkout)},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
        timeout=300,
    )


@pytest.mark.slow
def test_a_new_app_passes_its_own_test_and_the_rules_of_the_house(checkout):
    before = {path: path.read_bytes() for path in checkout.rglob("*") if path.is_file()}
    write_app(key="tea_room", title_zh="茶室", title_en="Tea room", apps=checkout / "tongbao" / "apps")
    assert {path: path.read_bytes() for path in before} == before, "a file of somebody else was changed"

    python = str(BIN / "python")
    told = run(checkout, python, "-m", "pytest", "tongbao/apps/tea_room")
    assert told.returncode == 0, told.stdout
    migrated = run(
        checkout, python, "-m", "tongbao.config.command_line", "makemigrations", "--check", "tea_room"
    )
    assert migrated.returncode == 0, migrated.stdout
    linted = run(checkout, str(BIN / "ruff"), "check", "--no-cache", "tongbao/apps/tea_room")
    assert linted.returncode == 0, linted.stdout
    formatted = run(checkout, str(BIN / "ruff"), "format", "--no-cache", "--check", "tongbao/apps/tea_room")
    assert formatted.returncode == 0, formatted.stdout
    imports = run(checkout, str(BIN / "lint-imports"), "--no-logo", "--no-cache")
    assert imports.returncode == 0, imports.stdout


def test_no_placeholder_is_left_and_titles_are_made_from_the_name(tmp_path):
    written = write_app(key="street_food_2", apps=tmp_path)
    text = "\n".join(path.read_text(encoding="utf-8") for path in written)
    assert "{{" not in text
    assert "class StreetFood2Config" in text
    assert 'title_en="Street food 2"' in text


@pytest.mark.parametrize(
    ("name", "why"),
    [
        ("Tea", "lower-case"),
        ("tea-room", "lower-case"),
        ("2tea", "lower-case"),
        ("../tea", "lower-case"),
        ("", "lower-case"),
        ("class", "taken"),
        ("mall", "taken"),
        ("auth", "taken"),
    ],
)
def test_a_name_that_can_not_work_is_refused_and_nothing_is_written(tmp_path, name, why):
    with pytest.raises(AppNameUnusable, match=why):
        write_app(key=name, apps=tmp_path)
    assert list(tmp_path.iterdir()) == []


def test_an_app_that_is_there_is_not_overwritten(tmp_path):
    (tmp_path / "tea_room").mkdir()
    with pytest.raises(AppNameUnusable, match="there already"):
        write_app(key="tea_room", apps=tmp_path)
    assert list((tmp_path / "tea_room").iterdir()) == []
