"""Invitation links and their QR codes."""

from __future__ import annotations

import segno


def invitation_link(*, origin: str, path: str, invite_code: str) -> str:
    """The link that a member passes on. ``path`` holds ``{code}``, ``origin`` is the shop's own address.

    >>> invitation_link(origin="https://lotus.example", path="/?invite={code}", invite_code="ABCD2345")
    'https://lotus.example/?invite=ABCD2345'
    """
    return origin.rstrip("/") + path.replace("{code}", invite_code)


def qr_svg(text: str) -> str:
    """A QR code as one SVG element that scales to the space it is given.

    >>> qr_svg("https://lotus.example/?invite=ABCD2345").startswith("<svg")
    True
    """
    code = segno.make(text, error="m", micro=False)
    return str(code.svg_inline(border=2, omitsize=True))
