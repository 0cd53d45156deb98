"""Pictures of pages that are kept beside the tests, and compared with what the pages look like now."""

from __future__ import annotations

import os
from io import BytesIO
from pathlib import Path

import pytest
from PIL import Image, ImageChops
from playwright.sync_api import Locator, Page

KEPT = Path(__file__).parent / "pictures"
NOW = Path(__file__).resolve().parents[2] / "artefacts" / "screenshots"
KEEP = "TONGBAO_KEEP_PICTURES"
# Letters are drawn a hair differently from one build of a browser to the next: a point counts when it is clearly
# another, and a page has changed when one point in a hundred has.
CLEARLY = 48
MOST_SHARE = 0.01


def changed_share(before: Image.Image, now: Image.Image) -> float:
    """The share of points that are clearly others; 1 for pictures of different size.

    A white square of 10×10 with a black one of 1×1 in it differs from a white one by 0.01.
    """
    if before.size != now.size:
        return 1.0
    strongest = ImageChops.difference(before.convert("RGB"), now.convert("RGB")).split()
    worst = ImageChops.lighter(ImageChops.lighter(strongest[0], strongest[1]), strongest[2])
    others = sum(worst.histogram()[CLEARLY:])
    return others / (worst.width * worst.height)


def looks_as_kept(page: Page, name: str, *, mask: list[Locator] | None = None) -> None:
    """Fail unless the visible part of a page looks as its kept picture. ``TONGBAO_KEEP_PICTURES=1`` keeps it anew."""
    now = Image.open(
        BytesIO(page.screenshot(animations="disabled", scale="css", mask=mask or [], mask_color="#888888"))
    )
    path = KEPT / f"{name}.png"
    if os.environ.get(KEEP) == "1":
        KEPT.mkdir(exist_ok=True)
        now.convert("RGB").quantize(128).save(path, optimize=True)
        return
    if not path.exists():
        pytest.fail(f"No picture of {name} is kept. Look at the page and run with {KEEP}=1.")
    share = changed_share(Image.open(path), now)
    if share > MOST_SHARE:
        NOW.mkdir(parents=True, exist_ok=True)
        now.save(NOW / f"changed-{name}.png")
        pytest.fail(
            f"{name} looks different: {share:.1%} of its points are others. "
            f"See artefacts/screenshots/changed-{name}.png; if it is as it should be, "
            f"run with {KEEP}=1 and commit the picture."
        )
