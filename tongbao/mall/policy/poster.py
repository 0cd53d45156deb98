"""The invitation poster (邀请海报): a picture to pass on, with the mall's name and the QR code of an invitation.

It promises nothing. Characters that the font lacks are drawn as □, so that no name can break it.
"""

from __future__ import annotations

import hashlib
from dataclasses import astuple, dataclass
from functools import cache
from io import BytesIO
from typing import Literal

import segno
from PIL import Image, ImageColor, ImageDraw, ImageFont

from tongbao.kit.fonts import FONT, shown

PosterLanguage = Literal["zh-Hans", "zh-Hant", "en"]

WIDTH, HEIGHT = 750, 1334
BAND = 370
MARGIN = 50
LOGO_SIDE = 150
QR_TOP, QR_SIDE = 500, 440
QUIET_MODULES = 4
INK, SOFT, PAPER = "#1c1c1e", "#5b5b60", "#ffffff"
DESIGN = "1"
"""Raise it when the drawing changes, so that nobody keeps the older picture."""

INVITES: dict[PosterLanguage, str] = {
    "zh-Hans": "{name} 邀请你来看看",
    "zh-Hant": "{name} 邀請你來看看",
    "en": "{name} invites you to have a look",
}
CODE: dict[PosterLanguage, str] = {"zh-Hans": "邀请码", "zh-Hant": "邀請碼", "en": "Code"}
SCAN: dict[PosterLanguage, str] = {
    "zh-Hans": "扫一扫,或在注册时填写邀请码",
    "zh-Hant": "掃一掃,或在註冊時填寫邀請碼",
    "en": "Scan it, or type the code when you sign up",
}
HONEST: dict[PosterLanguage, str] = {
    "zh-Hans": "按需购买,本邀请不承诺任何收入。",
    "zh-Hant": "按需購買,本邀請不承諾任何收入。",
    "en": "Buy only what you need. No income is promised.",
}


@dataclass(frozen=True, kw_only=True)
class Poster:
    """What a poster says. ``logo`` is the bytes of a picture, empty for none."""

    mall_name: str
    colour: str
    member_name: str
    invite_code: str
    link: str
    language: PosterLanguage
    logo: bytes = b""

    @property
    def digest(self) -> str:
        """The same for the same picture, known without drawing it."""
        return hashlib.sha256(repr((DESIGN, *astuple(self))).encode()).hexdigest()[:32]


@dataclass(frozen=True)
class Modules:
    """The dark and light squares of a QR code, and where the poster puts them."""

    rows: tuple[tuple[bool, ...], ...]
    scale: int
    left: int
    top: int


def qr_modules(link: str) -> Modules:
    """The QR code of a link as large as whole pixels allow, in the middle of the poster."""
    rows = tuple(
        tuple(bool(module) for module in row) for row in segno.make(link, error="m", micro=False).matrix
    )
    scale = max(1, QR_SIDE // (len(rows) + 2 * QUIET_MODULES))
    return Modules(rows, scale, (WIDTH - len(rows) * scale) // 2, QR_TOP + (QR_SIDE - len(rows) * scale) // 2)


def draw_poster(poster: Poster) -> bytes:
    """The poster as a PNG of 750 × 1334."""
    picture = Image.new("RGB", (WIDTH, HEIGHT), PAPER)
    pen = ImageDraw.Draw(picture)
    pen.rectangle((0, 0, WIDTH - 1, BAND - 1), fill=ImageColor.getrgb(poster.colour))
    if poster.logo:
        logo = Image.open(BytesIO(poster.logo)).convert("RGB")
        logo.thumbnail((LOGO_SIDE, LOGO_SIDE))
        picture.paste(logo, ((WIDTH - logo.width) // 2, 60))
    _line(pen, poster.mall_name, y=290 if poster.logo else BAND // 2, size=52, fill=PAPER)
    language = poster.language
    _line(pen, INVITES[language].replace("{name}", poster.member_name), y=435, size=38, fill=INK)
    _qr(pen, qr_modules(poster.link))
    _line(pen, f"{CODE[language]} {poster.invite_code}", y=1000, size=48, fill=INK)
    _line(pen, SCAN[language], y=1080, size=28, fill=SOFT)
    pen.line((MARGIN, 1150, WIDTH - MARGIN, 1150), fill="#d8d8dc", width=2)
    _line(pen, HONEST[language], y=1220, size=30, fill=INK)
    out = BytesIO()
    picture.save(out, "PNG", optimize=True)
    return out.getvalue()


def _qr(pen: ImageDraw.ImageDraw, modules: Modules) -> None:
    for row, squares in enumerate(modules.rows):
        for column, dark in enumerate(squares):
            if dark:
                x, y = modules.left + column * modules.scale, modules.top + row * modules.scale
                pen.rectangle((x, y, x + modules.scale - 1, y + modules.scale - 1), fill="#000000")


def _line(pen: ImageDraw.ImageDraw, text: str, *, y: int, size: int, fill: str) -> None:
    """One centred line, smaller when it is long, and cut with … when even that is too long."""
    said, room = shown(text), WIDTH - 2 * MARGIN
    while size > 24 and pen.textlength(said, font=_font(size)) > room:
        size -= 2
    font = _font(size)
    if pen.textlength(said, font=font) > room:
        while pen.textlength(said + "…", font=font) > room:
            said = said[:-1]
        said += "…"
    pen.text((WIDTH // 2, y), said, font=font, fill=fill, anchor="mm")


@cache
def _font(size: int) -> ImageFont.FreeTypeFont:
    return ImageFont.truetype(str(FONT), size, layout_engine=ImageFont.Layout.BASIC)
