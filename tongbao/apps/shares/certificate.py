"""The paper of a share certificate (股权证): a PDF with its number, what it stands for, and a code to check it by."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from typing import Final, Literal
from zoneinfo import ZoneInfo

import segno
from fpdf import FPDF

from tongbao.apps.shares.contracts import CertificateFacts
from tongbao.kit.fonts import FONT, shown

# It tells of every table of the font that it cuts down.
logging.getLogger("fontTools").setLevel(logging.WARNING)

CertificateLanguage = Literal["zh", "en"]

WIDTH_MM, HEIGHT_MM = 297, 210
FRAME_MM = 12
QR_MM = 38
QUIET_MODULES = 4
SHANGHAI = ZoneInfo("Asia/Shanghai")
WORDS: Final[dict[CertificateLanguage, dict[str, str]]] = {
    "zh": {
        "title": "股权证",
        "company": "{company}",
        "holder": "持有人:{holder}",
        "shares": "{shares} 股(第 {first} 至第 {last} 股)",
        "number": "编号:{number}",
        "issued": "登记日期:{on}",
        "check": "扫码与登记册核对",
        "honest": "本证记载登记册内容,以登记册为准。股权不承诺分红或升值。",
    },
    "en": {
        "title": "Share certificate",
        "company": "{company}",
        "holder": "Holder: {holder}",
        "shares": "{shares} shares (number {first} to {last})",
        "number": "Number: {number}",
        "issued": "Entered on {on}",
        "check": "Scan it to compare with the register",
        "honest": "This paper repeats the register, which decides. Neither dividends nor a rising value are promised.",
    },
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Paper:
    """What a certificate says. ``link`` leads to its check."""

    company: str
    holder: str
    facts: CertificateFacts
    link: str
    language: CertificateLanguage


def draw_certificate(paper: Paper) -> bytes:
    """The certificate as a PDF, A4 across; the same bytes for the same paper."""
    page = FPDF(orientation="landscape", format="A4")
    page.set_creation_date(paper.facts.issued_at)
    page.set_title(shown(f"{paper.company} {paper.facts.number}"))
    page.set_auto_page_break(False)
    page.add_page()
    page.add_font("Noto", fname=FONT)
    page.set_draw_color(90, 90, 96)
    page.rect(FRAME_MM, FRAME_MM, WIDTH_MM - 2 * FRAME_MM, HEIGHT_MM - 2 * FRAME_MM)
    said = _said(paper)
    for name, top_mm, size in (
        ("company", 34, 22),
        ("title", 52, 34),
        ("holder", 84, 20),
        ("shares", 100, 24),
        ("number", 122, 14),
        ("issued", 132, 14),
        ("honest", 186, 11),
    ):
        _line(page, said[name], top_mm=top_mm, size=size)
    _qr(page, paper.link, left_mm=(WIDTH_MM - QR_MM) / 2, top_mm=140)
    _line(page, said["check"], top_mm=177, size=9)
    return bytes(page.output())


def _said(paper: Paper) -> dict[str, str]:
    facts = paper.facts
    values = {
        "company": paper.company,
        "holder": paper.holder,
        "shares": f"{facts.shares:,}",
        "first": f"{facts.first_share:,}",
        "last": f"{facts.last_share:,}",
        "number": facts.number,
        "on": facts.issued_at.astimezone(SHANGHAI).date().isoformat(),
    }
    return {name: shown(words.format_map(values)) for name, words in WORDS[paper.language].items()}


def _line(page: FPDF, text: str, *, top_mm: float, size: int) -> None:
    """A line in the middle, smaller if it is too long for the frame."""
    room = WIDTH_MM - 4 * FRAME_MM
    page.set_font("Noto", size=size)
    width = page.get_string_width(text)
    if width > room:
        page.set_font("Noto", size=size * room / width)
    page.set_xy(0, top_mm)
    page.cell(w=WIDTH_MM, text=text, align="C")


def _qr(page: FPDF, link: str, *, left_mm: float, top_mm: float) -> None:
    rows = tuple(segno.make(link, error="m", micro=False).matrix)
    side = QR_MM / (len(rows) + 2 * QUIET_MODULES)
    page.set_fill_color(0, 0, 0)
    for row, modules in enumerate(rows):
        for column, is_dark in enumerate(modules):
            if is_dark:
                left, top = left_mm + (column + QUIET_MODULES) * side, top_mm + (row + QUIET_MODULES) * side
                # A hair wider than its place, so that no light shows between two dark squares.
                page.rect(left, top, side + 0.02, side + 0.02, style="F")
