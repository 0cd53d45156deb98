"""What an uploaded picture may be. Whatever comes in, only our own JPEG goes out."""

from __future__ import annotations

MAX_BYTES = 4 * 1024 * 1024
MAX_PIXELS = 40_000_000
MIN_SIDE = 16
LONGEST_SIDE = 2000
"""Larger pictures are scaled down to this many pixels on the longer side."""
FORMATS = ("JPEG", "PNG", "WEBP")
JPEG_QUALITY = 88
MAX_PICTURES = 12
"""Pictures of one product."""


def fitted(*, width: int, height: int) -> tuple[int, int]:
    """The size after scaling down, in whole pixels, at least one.

    >>> fitted(width=4000, height=1000)
    (2000, 500)
    """
    longer = max(width, height)
    if longer <= LONGEST_SIDE:
        return width, height
    return max(1, width * LONGEST_SIDE // longer), max(1, height * LONGEST_SIDE // longer)
