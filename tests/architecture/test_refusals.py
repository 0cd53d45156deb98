"""Every refusal has a stable code of its own, a status, and a message in both languages that says what to do."""

from __future__ import annotations

import pkgutil
import re
import string
from importlib import import_module

import pytest

import tongbao
from tongbao.kit.errors import DomainError

CHINESE = re.compile(r"[\u4e00-\u9fff]")
CODE = re.compile(r"[a-z][a-z0-9_]{2,50}")


def refusals() -> list[type[DomainError]]:
    for module in pkgutil.walk_packages(tongbao.__path__, prefix="tongbao."):
        parts = module.name.split(".")
        if not {"tests", "migrations", "wsgi", "settings", "__main__"} & set(parts):
            import_module(module.name)
    found: list[type[DomainError]] = []
    open_ends: list[type[DomainError]] = [DomainError]
    while open_ends:
        for refusal in open_ends.pop().__subclasses__():
            if refusal not in found:
                open_ends.append(refusal)
                if ".tests." not in refusal.__module__ and not refusal.__name__.startswith("_"):
                    found.append(refusal)
    return sorted(found, key=lambda refusal: (refusal.__module__, refusal.__name__))


def values_in(message: str) -> set[str]:
    return {
        # {why_en} and {why_zh} are one value in two languages.
        re.sub(r"_(en|zh)$", "", re.split(r"[.\[!:]", field)[0])
        for _, field, _, _ in string.Formatter().parse(message)
        if field is not None
    }


def name_of(refusal: type[DomainError]) -> str:
    return f"{refusal.__module__}.{refusal.__name__}"


def complaints(refusal: type[DomainError]) -> list[str]:
    """What is missing from a refusal."""
    missing = {"code", "message_en", "message_zh"} - vars(refusal).keys()
    if missing:
        return [f"inherits {', '.join(sorted(missing))}, which it should say itself"]
    rules = {
        "its code is lower-case words": CODE.fullmatch(refusal.code),
        "its status is one of HTTP's for refusals": 400 <= refusal.status <= 599,
        "its Chinese message is in Chinese": CHINESE.search(refusal.message_zh)
        or "_zh}" in refusal.message_zh,
        "its English message is not in Chinese": not CHINESE.search(refusal.message_en),
        "its English sentence ends": refusal.message_en.rstrip()[-1] in ".!?}",
        "both messages show the same values": values_in(refusal.message_en) == values_in(refusal.message_zh),
    }
    return [rule for rule, kept in rules.items() if not kept]


@pytest.fixture(scope="module")
def all_refusals() -> list[type[DomainError]]:
    found = refusals()
    assert len(found) > 50
    return found


def test_no_two_refusals_share_a_code(all_refusals):
    by_code: dict[str, set[str]] = {}
    for refusal in all_refusals:
        by_code.setdefault(refusal.code, set()).add(name_of(refusal))
    assert {code: names for code, names in by_code.items() if len(names) > 1} == {}


def test_every_refusal_says_what_why_and_what_next_in_both_languages(all_refusals):
    assert {name_of(refusal): found for refusal in all_refusals if (found := complaints(refusal))} == {}


def test_the_check_sees_a_message_that_forgets_a_value():
    class Sloppy(DomainError):
        code = "sloppy"
        status = 409
        message_en = "There is no {thing} here"
        message_zh = "没有。"

    assert complaints(Sloppy) == ["its English sentence ends", "both messages show the same values"]
