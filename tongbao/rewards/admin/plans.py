"""Plans in the console: every version with its sentences and its worst case, beside the version before it."""

from __future__ import annotations

import difflib
from typing import Any

from django.http import HttpRequest
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _
from unfold.decorators import display

from tongbao.kit.admin import ConsoleAdmin, site
from tongbao.money import format_rate
from tongbao.rewards.admin.base import reader
from tongbao.rewards.models import PlanVersion
from tongbao.rewards.selectors import plan_of

LINE_COLOURS = {"+": "background:#dcfce7;color:#14532d", "-": "background:#fee2e2;color:#7f1d1d"}


class PlanVersionAdmin(ConsoleAdmin):
    """Plans are published with the command line; here they are read and compared."""

    list_display = ("shown_plan", "version", "shown_title", "shown_worst", "shown_budget", "effective_from")
    list_display_links = ("shown_plan",)
    list_filter = ("key",)
    fieldsets = (
        (
            None,
            {
                "fields": (
                    ("shown_plan", "version"),
                    ("shown_worst", "shown_budget"),
                    ("effective_from", "published_at"),
                    "published_by",
                    "sha256",
                    "shown_sentences",
                    "shown_comparison",
                    "shown_document",
                )
            },
        ),
    )
    readonly_fields = (
        "shown_plan",
        "shown_worst",
        "shown_budget",
        "shown_sentences",
        "shown_comparison",
        "shown_document",
    )

    @display(description=_("plan"), ordering="key")
    def shown_plan(self, row: PlanVersion) -> str:
        return str(row.key)

    @display(description=_("title"))
    def shown_title(self, row: PlanVersion) -> str:
        return plan_of(row).title(reader())

    @display(description=_("worst case"), ordering="worst_case_bp")
    def shown_worst(self, row: PlanVersion) -> str:
        return format_rate(row.worst_case_bp)

    @display(description=_("budget"), ordering="budget_bp")
    def shown_budget(self, row: PlanVersion) -> str:
        return format_rate(row.budget_bp)

    @display(description=_("in words"))
    def shown_sentences(self, row: PlanVersion) -> SafeString:
        sentences = plan_of(row).sentences(reader())
        items = format_html_join("", "<li>{}</li>", ((sentence,) for sentence in sentences))
        return format_html('<ol class="list-decimal pl-5 leading-7">{}</ol>', items)

    @display(description=_("document"))
    def shown_document(self, row: PlanVersion) -> SafeString:
        return format_html('<pre class="text-xs overflow-x-auto">{}</pre>', row.document)

    @display(description=_("compared with the version before"))
    def shown_comparison(self, row: PlanVersion) -> Any:
        before = PlanVersion.objects.filter(key=row.key, version__lt=row.version).order_by("-version").first()
        if before is None:
            return _("This is the first version.")
        lines = difflib.unified_diff(
            before.document.splitlines(), row.document.splitlines(), str(before), str(row), lineterm="", n=2
        )
        marked = format_html_join(
            "\n", '<span style="{}">{}</span>', ((LINE_COLOURS.get(line[:1], ""), line) for line in lines)
        )
        return format_html('<pre class="text-xs overflow-x-auto" data-testid="comparison">{}</pre>', marked)

    def get_queryset(self, request: HttpRequest) -> Any:
        return super().get_queryset(request).order_by("key", "-version")


site.register(PlanVersion, PlanVersionAdmin)
