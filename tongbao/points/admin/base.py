"""What the pages of points share: amounts as people read them, and dialogs with evidence."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from unfold.widgets import UnfoldAdminDateWidget

from tongbao.kit.errors import InvalidInput
from tongbao.members.admin.base import ReasonForm, text_field
from tongbao.money import AmountInvalid, format_points, parse_points, parse_yuan
from tongbao.points.contracts import UNITS_PER_POINT
from tongbao.points.policy.prices import yuan_text


def shown_points(amount: int) -> str:
    """Points with thousands apart."""
    whole, point, decimals = format_points(amount).partition(".")
    return f"{int(whole):,}{point}{decimals}"


def shown_yuan(amount_fen: int) -> str:
    """Fen as yuan with thousands apart."""
    return f"¥{amount_fen // 100:,}.{amount_fen % 100:02d}"


def shown_price(price: Fraction | None) -> str:
    """Yuan for one point with six decimals, rounded down; the exact ratio stands in the API."""
    return "—" if price is None else f"¥{yuan_text(price)}"


def asked_points(text: str) -> int:
    """The units that an operator typed. Raises InvalidInput."""
    try:
        return parse_points(text)
    except AmountInvalid as error:
        raise InvalidInput(field="points", why_en=error.message("en"), why_zh=error.message("zh")) from error


def asked_yuan(text: str) -> int:
    """The fen that an operator typed in yuan. Raises InvalidInput."""
    try:
        return parse_yuan(text)
    except AmountInvalid as error:
        raise InvalidInput(field="yuan", why_en=error.message("en"), why_zh=error.message("zh")) from error


class EvidenceForm(ReasonForm):
    """An amount with the paper that stands behind it."""

    yuan = text_field(_("Amount in yuan"), length=20)
    document = text_field(_("Document"), length=200)
    document_hash = text_field(_("SHA-256 of the document"), length=64)
    field_order = ("yuan", "document", "document_hash", "reason")

    def clean_document_hash(self) -> str:
        """Sixty-four hexadecimal digits."""
        said = str(self.cleaned_data["document_hash"]).strip().lower()
        if len(said) != 64 or any(digit not in "0123456789abcdef" for digit in said):
            raise forms.ValidationError(_("Sixty-four hexadecimal digits, as sha256sum prints them."))
        return said


class AmountForm(ReasonForm):
    """How many points."""

    points = text_field(_("Points"), length=20)
    field_order = ("points", "reason")


class PriceForm(ReasonForm):
    """A price from a day on; empty for the default."""

    yuan = text_field(_("Yuan for one point (empty: the default price)"), required=False, length=20)
    from_on = forms.DateField(label=_("From this day on"), widget=UnfoldAdminDateWidget())
    field_order = ("yuan", "from_on", "reason")


def key_of(form: Any) -> str:
    """A key for what a form asks: the same form sent twice is the same request."""
    return str(form.cleaned_data["document_hash"])[:40]


__all__ = [
    "UNITS_PER_POINT",
    "AmountForm",
    "EvidenceForm",
    "PriceForm",
    "asked_points",
    "asked_yuan",
    "key_of",
    "shown_points",
    "shown_price",
    "shown_yuan",
]
