"""Files stay small, and hold nothing of the machine on which they were written."""

from __future__ import annotations

import re

import pytest

from tests.architecture.source import ROOT, files, name_of, with_suffix

LONGEST = 600
# Two in one: a path below somebody's home or work folder, wherever it stands in a line.
MACHINE = re.compile(r"(?<![\w.~-])/(root|work|home/[a-z]\w*|Users/[A-Za-z]\w*|tmp/[a-z]/|mnt/[a-z]+)/")
REGISTRY = re.compile(
    r"https?://[^\s\"']*(py[p]i|pythonhoste[d]|npm[j]s|npmmirro[r]|taoba[o]|yarnpk[g])|--(extra-)?index[-]url|--find[-]links",
    re.IGNORECASE,
)
TEXT = (
    *(".py", ".sql", ".md", ".toml", ".txt", ".in", ".lock", ".yaml", ".yml", ".json", ".cfg", ".ini", ".sh"),
    *(".html", ".css", ".js", ".mjs", ".ts", ".vue", ".po", ".csv", ".svg", ".npmrc", ""),
)
WRITTEN_BY_HAND = (".py", ".sql", ".html", ".css", ".js", ".mjs", ".ts", ".vue", ".sh", "")


def text_of(path) -> str:
    return path.read_text(encoding="utf-8", errors="replace")


def is_text(path) -> bool:
    return path.suffix in TEXT and b"\0" not in path.read_bytes()[:1024]


def places(pattern: re.Pattern[str]) -> list[str]:
    return [
        f"{name_of(path)}:{number}: {line.strip()[:100]}"
        for path in files()
        if is_text(path)
        for number, line in enumerate(text_of(path).splitlines(), start=1)
        if pattern.search(line)
    ]


def test_no_file_holds_a_path_of_somebodys_machine():
    assert places(MACHINE) == []


def test_no_file_holds_the_address_of_a_registry():
    assert places(REGISTRY) == []


@pytest.mark.parametrize(
    "line", ["cd " + "/ro" + "ot/x", 'open("' + "/ho" + 'me/wang/a")', "/Us" + "ers/Li/b"]
)
def test_the_check_sees_a_path_of_a_machine(line):
    assert MACHINE.search(line)


@pytest.mark.parametrize(
    "line", ["https://" + "pypi.org/simple", "--index" + "-url x", "https://registry.npm" + "js.org/"]
)
def test_the_check_sees_the_address_of_a_registry(line):
    assert REGISTRY.search(line)


def test_no_source_file_is_longer_than_a_reader_can_hold():
    lengths = {
        name_of(path): len(text_of(path).splitlines())
        for path in with_suffix(*WRITTEN_BY_HAND)
        if is_text(path) and path.name not in ("LICENSE",)
    }
    assert {name: length for name, length in lengths.items() if length > LONGEST} == {}


def test_locked_packages_have_hashes_each():
    for lock in ("requirements.lock", "requirements-dev.lock"):
        blocks = re.split(r"\n(?=[a-z0-9])", (ROOT / lock).read_text(encoding="utf-8"), flags=re.IGNORECASE)
        packages = [block for block in blocks if "==" in block.splitlines()[0]]
        assert len(packages) > 20
        assert [block.splitlines()[0] for block in packages if "--hash=sha256:" not in block] == []
