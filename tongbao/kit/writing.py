"""Traditional Chinese for what the mall says: sentences are written once, in simplified Chinese, and rewritten for who
reads the other. Names, titles of goods and whatever else people typed is never rewritten.

The table is made by ``npm --prefix storefront run traditional`` from the tables that make the pages' own words; ``make
check`` holds it to the texts.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from functools import cache
from pathlib import Path

TABLE = Path(__file__).with_name("traditional.json")
# How zh-TW, zh-HK, zh-Hant-… begin a wish for traditional characters (繁体).
TRADITIONAL = re.compile(r"zh[-_](?:hant|tw|hk|mo)\b", re.IGNORECASE)


def wants_traditional(accept_language: str) -> bool:
    """Whether the first language that a reader asks for is traditional Chinese (繁体中文).

    >>> wants_traditional("zh-HK,zh;q=0.9"), wants_traditional("zh-CN,zh-TW;q=0.8")
    (True, False)
    """
    return TRADITIONAL.match(accept_language.strip()) is not None


def traditional(text: str) -> str:
    """Rewrite simplified Chinese: the longest known word at each place, else the character; the rest stays.

    >>> traditional("8天后可提现,请查看账户。")
    '8天後可提現,請檢視帳戶。'
    """
    pieces, table = _table()
    return pieces.sub(lambda found: table.get(found[0], found[0]), text)


@cache
def _table() -> tuple[re.Pattern[str], Mapping[str, str]]:
    known = json.loads(TABLE.read_text(encoding="utf-8"))
    words: dict[str, str] = known["words"]
    # The longest first: an alternative that comes later is not tried.
    listed = "|".join(map(re.escape, sorted(words, key=lambda word: (-len(word), word))))
    return re.compile(f"{listed}|[\u3400-\u9fff]"), {**known["characters"], **words}
