"""The text of a storefront's text block: one paragraph a line, ``**bold**``, links inside the mall. Never HTML.

A link is ``[words](/pages/wallet/index)``, ``[words](product:pack-198)`` or ``[words](category:3)``.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass

from tongbao.mall.contracts import PAGES, CategoryTarget, PageTarget, ProductTarget, Target

LINK = re.compile(r"\[([^\[\]\n]+)\]\(([^()\s]+)\)")
TAG = re.compile(r"<[A-Za-z/!?]")
CODE = re.compile(r"[a-z0-9][a-z0-9._-]{0,63}")
CATEGORY = re.compile(r"[1-9][0-9]{0,8}")


class BadText(ValueError):
    """Why a text is refused, in both languages."""

    def __init__(self, why_en: str, why_zh: str) -> None:
        super().__init__(why_en)
        self.why_en, self.why_zh = why_en, why_zh


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """A piece of a paragraph in one dress."""

    text: str
    is_bold: bool = False
    target: Target | None = None


Paragraph = tuple[Run, ...]


def plain(text: str, *, lines: bool = False) -> str:
    """The text without blanks around it. Raises BadText for control characters and for HTML."""
    cleaned = text.replace("\r\n", "\n").strip()
    for sign in cleaned:
        if unicodedata.category(sign) in ("Cc", "Cs") and not (lines and sign == "\n"):
            raise BadText("it holds a character that can't be shown", "含有无法显示的字符")
    if TAG.search(cleaned):
        raise BadText("HTML isn't taken; write plain text", "不支持HTML,请使用纯文本")
    return cleaned


def paragraphs(text: str) -> tuple[Paragraph, ...]:
    """The paragraphs of a text. Raises BadText.

    >>> [[run.text for run in line] for line in paragraphs("**New** tea\\n\\nSee [the packs](category:3).")]
    [['New', ' tea'], ['See ', 'the packs', '.']]
    """
    lines = plain(text, lines=True).split("\n")
    return tuple(_runs(line.strip()) for line in lines if line.strip())


def link_target(said: str) -> Target:
    """Where the address of a link leads. Raises BadText for whatever isn't inside the mall."""
    kind, _colon, rest = said.partition(":")
    if said in PAGES:
        return PageTarget(path=said)
    if kind == "product" and CODE.fullmatch(rest):
        return ProductTarget(code=rest)
    if kind == "category" and CATEGORY.fullmatch(rest):
        return CategoryTarget(category_id=int(rest))
    raise BadText(
        f"the link {said!r} doesn't lead to a page, product:code or category:number of this mall",
        f"链接{said!r}不是本店页面、product:商品编码或category:分类编号",
    )


def _runs(line: str) -> Paragraph:
    found: list[Run] = []
    end = 0
    for link in LINK.finditer(line):
        found.extend(_bold(line[end : link.start()]))
        words, said = link.groups()
        if "**" in words:
            raise BadText("the words of a link can't be bold", "链接文字不能加粗")
        found.append(Run(text=words, target=link_target(said)))
        end = link.end()
    found.extend(_bold(line[end:]))
    return tuple(found)


def _bold(part: str) -> list[Run]:
    if "](" in part:
        raise BadText("a link is written [words](/pages/…)", "链接应写作[文字](/pages/…)")
    pieces = part.split("**")
    if len(pieces) % 2 == 0:
        raise BadText("a ** isn't closed", "**没有成对")
    return [Run(text=piece, is_bold=bool(at % 2)) for at, piece in enumerate(pieces) if piece]
