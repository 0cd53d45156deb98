"""What rewards' pages share: the colours of states, and the reader's language."""

from __future__ import annotations

from django.utils.translation import get_language

from tongbao.kit.errors import Language

STATE_COLOURS = {
    "pending": "warning",
    "released": "success",
    "voided": "default",
    "clawed_back": "danger",
    "requested": "warning",
    "approved": "info",
    "sending": "info",
    "paid": "success",
    "failed": "danger",
    "rejected": "danger",
}


def reader() -> Language:
    """The language that the page is shown in."""
    return "en" if (get_language() or "").startswith("en") else "zh"
