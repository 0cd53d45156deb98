"""What the console lets an operator name is there in the storefront: its pages, its icons, its languages."""

from __future__ import annotations

import json

from tests.architecture.source import ROOT
from tongbao.mall.contracts import ICONS, PAGES

SOURCES = ROOT / "storefront" / "src"


def test_every_page_that_a_block_may_lead_to_is_there():
    assert [page for page in PAGES if not (SOURCES / f"{page.lstrip('/')}.vue").is_file()] == []


def test_every_icon_that_an_entry_may_have_is_drawn():
    drawn = json.loads((SOURCES / "kit" / "pictograms.json").read_text(encoding="utf-8"))
    assert set(drawn) == set(ICONS)
