"""Pictures for the demo's malls, drawn here: shapes on a field of one colour, so that no font is needed."""

from __future__ import annotations

import math
from io import BytesIO

from PIL import Image, ImageDraw

Colour = tuple[int, int, int]
Point = tuple[float, float]

SLIDE = (1200, 600)
SQUARE = (600, 600)
FINER = 2
"""Drawn this much larger and scaled down: smooth edges."""

RED: Colour = (0xB3, 0x26, 0x1E)
GREEN: Colour = (0x0B, 0x6E, 0x4F)
BLUE: Colour = (0x1A, 0x4F, 0x8B)
PLUM: Colour = (0x6B, 0x3F, 0x8C)
GOLD: Colour = (0xE8, 0xB9, 0x4A)
CREAM: Colour = (0xFF, 0xF4, 0xE0)


class Canvas:
    """A field that grows darker from its top to its bottom, in units of a hundredth of its height."""

    def __init__(self, size: tuple[int, int], colour: Colour) -> None:
        self.size = size
        width, height = size[0] * FINER, size[1] * FINER
        self.unit = height / 100
        slope = Image.linear_gradient("L").resize((width, height))
        self.picture = Image.composite(
            Image.new("RGB", (width, height), _mixed(colour, (0, 0, 0), 0.3)),
            Image.new("RGB", (width, height), _mixed(colour, (255, 255, 255), 0.12)),
            slope,
        )

    def shape(self, points: list[Point], colour: Colour, *, cover: float = 1.0) -> None:
        """A filled polygon; what is below shines through where it doesn't cover."""
        mask = Image.new("L", self.picture.size, 0)
        scaled = [(x * self.unit, y * self.unit) for x, y in points]
        ImageDraw.Draw(mask).polygon(scaled, fill=round(255 * cover))
        self.picture.paste(Image.new("RGB", self.picture.size, colour), mask=mask)

    def disc(self, x: float, y: float, radius: float, colour: Colour, *, cover: float = 1.0) -> None:
        """A filled circle."""
        turn = [math.tau * step / 90 for step in range(90)]
        self.shape([(x + radius * math.cos(a), y + radius * math.sin(a)) for a in turn], colour, cover=cover)

    def box(
        self, left: float, top: float, right: float, bottom: float, colour: Colour, cover: float = 1.0
    ) -> None:
        """A filled rectangle."""
        self.shape([(left, top), (right, top), (right, bottom), (left, bottom)], colour, cover=cover)

    def petal(
        self,
        x: float,
        y: float,
        *,
        length: float,
        breadth: float,
        lean: float,
        colour: Colour,
        cover: float = 1.0,
    ) -> None:
        """A petal that grows from a point, leaning so many degrees to the right."""
        steps = 24
        right = [
            (breadth * math.sin(math.pi * step / steps) / 2, -length * step / steps) for step in range(steps)
        ]
        left = [(-across, up) for across, up in reversed(right)]
        turn = math.radians(lean)
        outline = [
            (
                x + across * math.cos(turn) - up * math.sin(turn),
                y + across * math.sin(turn) + up * math.cos(turn),
            )
            for across, up in [*right, (0.0, -length), *left]
        ]
        self.shape(outline, colour, cover=cover)

    def lotus(self, x: float, y: float, *, size: float, colour: Colour = CREAM) -> None:
        """A lotus flower (莲花) on its water."""
        for lean in (-75, 75, -50, 50, -25, 25, 0):
            self.petal(x, y, length=size, breadth=size * 0.42, lean=lean, colour=colour, cover=0.55)
        self.disc(x, y - size * 0.08, size * 0.09, GOLD)

    def bytes(self) -> bytes:
        """The finished picture."""
        out = BytesIO()
        self.picture.resize(self.size, Image.Resampling.LANCZOS).save(out, "PNG")
        return out.getvalue()


def logo(colour: Colour) -> bytes:
    """A lotus on the mall's colour."""
    canvas = Canvas(SQUARE, colour)
    canvas.lotus(50, 68, size=42)
    return canvas.bytes()


def packs() -> bytes:
    """Three gift boxes, each larger than the one before, beside a lotus."""
    canvas = Canvas(SLIDE, RED)
    canvas.lotus(48, 78, size=46)
    for left, size in ((91, 22), (120, 30), (157, 38)):
        _gift(canvas, left, 78, size)
    return canvas.bytes()


def goods() -> bytes:
    """Tea hills under a moon."""
    canvas = Canvas(SLIDE, GREEN)
    canvas.disc(158, 28, 13, CREAM, cover=0.9)
    for base, reach, cover in ((62, 16, 0.35), (76, 13, 0.45), (90, 11, 0.6)):
        ridge: list[Point] = [(x, base - reach * math.sin(x / 21 + base)) for x in range(0, 205, 2)]
        canvas.shape([*ridge, (205, 101), (-5, 101)], _mixed(GREEN, (0, 0, 0), 0.45), cover=cover)
    for x in (26, 60, 94):
        for lean in (-38, 0, 38):
            canvas.petal(x, 80, length=24, breadth=9, lean=lean, colour=(0x8F, 0xD1, 0x9E), cover=0.85)
    return canvas.bytes()


def proofs() -> bytes:
    """A chain of seals, each holding the next."""
    canvas = Canvas(SLIDE, BLUE)
    for number, x in enumerate((40, 80, 120, 160)):
        canvas.disc(x, 44, 24, CREAM, cover=0.22)
        canvas.disc(x, 44, 17, GOLD if number == 3 else CREAM, cover=0.9)
        tick: list[Point] = [(x - 8, 44), (x - 4, 40), (x - 1, 44), (x + 6, 35), (x + 9, 38), (x - 1, 51)]
        canvas.shape(tick, BLUE)
    return canvas.bytes()


def alliance() -> bytes:
    """Shops in a row under one roof of petals."""
    canvas = Canvas(SLIDE, PLUM)
    for number, left in enumerate((22, 64, 106, 148)):
        canvas.box(left, 36, left + 32, 76, CREAM, 0.92)
        for stripe in range(4):
            x = left - 2 + stripe * 9
            canvas.box(x, 22, x + 9, 38, GOLD if (stripe + number) % 2 else CREAM)
        canvas.box(left + 4, 48, left + 14, 76, PLUM, 0.75)
        canvas.box(left + 18, 48, left + 28, 62, PLUM, 0.45)
    return canvas.bytes()


def product(code: str) -> bytes:
    """A product's picture: a gift box for packs, otherwise what it is sold in."""
    kind, _dash, more = code.partition("-")
    if kind == "pack":
        canvas = Canvas(SQUARE, RED)
        size = {"198": 36, "398": 46}.get(more, 56)
        _gift(canvas, 50 - size / 2, 82, size)
    elif kind == "tea":
        canvas = Canvas(SQUARE, GREEN)
        for lean in (-45, 0, 45):
            canvas.petal(50, 78, length=56, breadth=20, lean=lean, colour=(0x8F, 0xD1, 0x9E), cover=0.9)
    elif kind == "wine":
        canvas = Canvas(SQUARE, PLUM)
        canvas.shape([(45, 14), (55, 14), (55, 36), (62, 46), (62, 88), (38, 88), (38, 46), (45, 36)], CREAM)
        canvas.box(45, 14, 55, 22, GOLD)
        canvas.box(38, 56, 62, 76, PLUM, 0.8)
    elif kind == "mask":
        canvas = Canvas(SQUARE, BLUE)
        canvas.disc(50, 50, 32, CREAM, cover=0.95)
        canvas.disc(39, 44, 6, BLUE)
        canvas.disc(61, 44, 6, BLUE)
        canvas.box(41, 63, 59, 67, BLUE)
    else:
        canvas = Canvas(SQUARE, GOLD)
        canvas.shape([(28, 26), (72, 26), (76, 88), (24, 88)], CREAM)
        canvas.box(27, 18, 73, 28, RED)
        canvas.disc(50, 58, 14, GOLD)
    return canvas.bytes()


def _gift(canvas: Canvas, left: float, ground: float, size: float) -> None:
    top, right, middle = ground - size, left + size, left + size / 2
    canvas.box(left, top, right, ground, CREAM, 0.95)
    canvas.box(middle - size * 0.08, top, middle + size * 0.08, ground, GOLD)
    canvas.box(left - 1.5, top, right + 1.5, top + size * 0.2, _mixed(CREAM, RED, 0.25))
    for lean in (-55, 55):
        canvas.petal(middle, top, length=size * 0.42, breadth=size * 0.24, lean=lean, colour=GOLD)


def _mixed(colour: Colour, other: Colour, part: float) -> Colour:
    red, green, blue = (round(a + (b - a) * part) for a, b in zip(colour, other, strict=True))
    return red, green, blue
