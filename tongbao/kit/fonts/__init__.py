"""The font of what the server draws (posters, certificates), and which characters it has."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Final

FONT: Final = Path(__file__).parent / "NotoSansCJKsc-Regular-subset.otf"
SUBSTITUTE: Final = "□"


@cache
def drawable() -> frozenset[str]:
    """The characters that the font has."""
    return frozenset(FONT.with_name("characters.txt").read_text(encoding="utf-8").rstrip("\n"))


def shown(text: str) -> str:
    """A text with □ in place of what the font can't draw.

    >>> shown("王𠮷"), shown("Zoë"), shown("😀ا")
    ('王□', 'Zoë', '□□')
    """
    known = drawable()
    return "".join(character if character in known else SUBSTITUTE for character in text)
