"""Whether white text can be read on a colour (WCAG 2, contrast 4.5:1). Exact: whole numbers all the way."""

from __future__ import annotations

import re
from functools import cache

from tongbao.mall.contracts import ColourTooLight

COLOUR = re.compile(r"#[0-9a-f]{6}")
UNIT = 10**9
"""The light of a full channel."""


@cache
def _light(channel: int) -> int:
    """The linear light of an sRGB channel (0–255) in parts of ``UNIT``, rounded down.

    The standard's ((c + 0.055) / 1.055) ^ 2.4 is the fifth root of a twelfth power.
    """
    if channel <= 10:
        return channel * 100 * UNIT // (255 * 1292)
    above, below = (1_000 * channel + 14_025) ** 12, 269_025**12
    low, high = 0, UNIT
    while low < high:
        middle = (low + high + 1) // 2
        if middle**5 * below <= above * UNIT**5:
            low = middle
        else:
            high = middle - 1
    return low


def _luminance(colour: str) -> int:
    """The relative luminance in parts of ``10_000 * UNIT``."""
    red, green, blue = _channels(colour)
    return 2_126 * _light(red) + 7_152 * _light(green) + 722 * _light(blue)


def _channels(colour: str) -> tuple[int, int, int]:
    return int(colour[1:3], 16), int(colour[3:5], 16), int(colour[5:7], 16)


def contrast_with_white(colour: str) -> int:
    """The contrast of white on a colour in hundredths, rounded down.

    >>> contrast_with_white("#ffffff"), contrast_with_white("#000000"), contrast_with_white("#b3261e")
    (100, 2100, 653)
    """
    whole = 10_000 * UNIT
    return 105 * whole * 100 // (100 * _luminance(colour) + 5 * whole)


def carries_white(colour: str) -> bool:
    """Whether the contrast with white is at least 4.5:1.

    >>> carries_white("#767676"), carries_white("#777777")
    (True, False)
    """
    # 1.05 / (luminance + 0.05) >= 4.5, without a division
    return 180 * _luminance(colour) <= 33 * 10_000 * UNIT


def nearest_darker(colour: str) -> str:
    """The lightest shade of the same hue that carries white text; the colour itself if it does.

    >>> nearest_darker("#777777"), nearest_darker("#b3261e")
    ('#767676', '#b3261e')
    """
    channels = _channels(colour)
    brightest = max(channels)
    for left in range(brightest, 0, -1):
        shade = "#" + "".join(f"{channel * left // brightest:02x}" for channel in channels)
        if carries_white(shade):
            return shade
    return "#000000"


def check_colour(colour: str) -> str:
    """Return a colour on which white text can be read. Raises ColourTooLight with one that would do."""
    if not carries_white(colour):
        hundredths = contrast_with_white(colour)
        raise ColourTooLight(
            colour=colour,
            contrast=f"{hundredths // 100}.{hundredths % 100:02d}",
            darker=nearest_darker(colour),
        )
    return colour
