"""What somebody most likely meant who wrote what can't be read."""

from __future__ import annotations

import re
from collections.abc import Sequence
from difflib import get_close_matches
from fractions import Fraction
from unicodedata import normalize

import yaml

from tongbao.money import WHOLE_BP, format_rate
from tongbao.plans.contracts import Problem

_BARE = re.compile(r"[0-9]{1,9}(\.[0-9]{1,9})?", re.ASCII)
_SIGNED = re.compile(r"[+-]?(?P<number>[0-9]{0,9}(\.[0-9]{1,9})?(e[0-9])?)\s*(?P<unit>%|percent|‰)", re.ASCII)
_KEY_STUCK = re.compile(r"^\s*(- )?(?P<key>[A-Za-z0-9_-]+):(?=[^\s:])")
_WIDE = {
    "\uff1a": ":",
    "\uff0c": ",",
    "\uff5b": "{",
    "\uff5d": "}",
    "\uff3b": "[",
    "\uff3d": "]",
    "“": '"',
    "”": '"',
}
_SPACES = "\t\u00a0\u3000"


def nearest(word: str, options: Sequence[str]) -> str | None:
    """The option that ``word`` was most likely meant to be, if any is near.

    >>> nearest("Gift-Pakc", ("gift-pack", "lottery-winner"))
    'gift-pack'
    """
    near = get_close_matches(word.lower(), options, n=1)
    return near[0] if near else None


def suggestion(word: str, options: Sequence[str]) -> tuple[str, str]:
    """What to write instead of ``word``, in English and Chinese.

    >>> suggestion("rats", ("id", "kind", "rates"))
    ("write 'rates'", "请写'rates'")
    """
    options = [option for option in options if option]
    if not options:
        return "add one", "请先添加"
    if found := re.match(r"\s*([\w-]+)\s*[:\uff1a]\s*(.+)", word):
        written = f"{found[1]}: {found[2][:20]}"
        return f"write '{written}', with a plain colon and a space", f"请写“{written}”(半角冒号加空格)"
    near = nearest(word, options)
    if near or len(options) == 1:
        near = near or options[0]
        return f"write {near!r}", f"请写{near!r}"
    return f"write one of {', '.join(options)}", f"可选:{'、'.join(options)}"


def percentage_meant(text: str) -> str | None:
    """The percentage that a text most likely means: a part of one, per cent, basis points; other ways to write it.

    >>> [percentage_meant(text) for text in ("0.1", "10", "1200", "1e1%", "-5%", "12,5%", "5‰", "a lot", "120%")]
    ['10%', '10%', '12%', '10%', '5%', '12.5%', '0.5%', None, None]
    """
    plain = normalize("NFKC", text).strip().lower().replace(",", ".")
    if _BARE.fullmatch(plain):
        number = Fraction(plain)
        rate_bp = number * (WHOLE_BP if number < 1 else 100 if number <= 100 else 1)
    else:
        found = _SIGNED.fullmatch(plain)
        if found is None or not found["number"]:
            return None
        try:
            number = Fraction(found["number"])
        except ValueError:
            return None
        rate_bp = number * (10 if found["unit"] == "‰" else 100)
    if rate_bp.denominator != 1 or not 0 < rate_bp <= WHOLE_BP:
        return None
    return format_rate(int(rate_bp))


def unwritable(text: str, error: yaml.MarkedYAMLError) -> Problem | None:
    """The slip of the keyboard behind an error of YAML, where one can be seen; None otherwise."""
    opened = error.context_mark
    if opened is not None and "quoted scalar" in (error.context or ""):
        return Problem(
            line=opened.line + 1,
            column=opened.column + 1,
            en="a quote is opened here and never closed; write the closing one, or delete this one",
            zh="此处的引号没有闭合;请补上另一半,或删除",
        )
    mark = error.problem_mark or opened
    if mark is None:
        return None
    lines = text.splitlines()
    for number in (mark.line, mark.line - 1):
        if not 0 <= number < len(lines):
            continue
        line = lines[number]
        content = line.lstrip(" ")
        column = len(line) - len(content) + 1
        if content[:1] and content[0] in _SPACES:
            name_en, name_zh = ("a tab", "制表符") if content[0] == "\t" else ("a wide space", "全角空格")
            return Problem(
                line=number + 1,
                column=column,
                en=f"{name_en} stands here; indent with spaces only",
                zh=f"此处有{name_zh};缩进只能用半角空格",
            )
        if stuck := _KEY_STUCK.match(line):
            key = stuck["key"]
            return Problem(
                line=number + 1,
                column=stuck.start("key") + 1,
                en=f"no space stands behind {key}: ; write '{key}: ' and then the value",
                zh=f"“{key}:”之后缺少空格;请写“{key}: ”再写值",
            )
        for place, character in enumerate(line.partition(" #")[0]):
            if character in _WIDE:
                plain = _WIDE[character]
                return Problem(
                    line=number + 1,
                    column=place + 1,
                    en=f"{character!r} is a wide character; write {plain!r}"
                    + (" and a space" if plain in ":," else ""),
                    zh=f"{character!r}是全角符号;请写半角的{plain!r}" + ("再加空格" if plain in ":," else ""),
                )
    return None
