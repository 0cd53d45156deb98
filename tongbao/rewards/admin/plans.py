"""Plans in the console: every version with its sentences and its worst case, beside the version before it."""

from __future__ import annotations

import difflib
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.timezone import localtime
from django.utils.translation import gettext_lazy as _
from unfold.decorators import action, display
from unfold.forms import BaseDialogForm

from tongbao.kit import clock
from tongbao.kit.admin import ConsoleAdmin, site
from tongbao.kit.dialogs import dialog
from tongbao.mall.admin.base import actor_of
from tongbao.money import format_rate
from tongbao.rewards.admin.base import reader
from tongbao.rewards.models import PlanVersion
from tongbao.rewards.selectors import facts_of, plan_of
from tongbao.rewards.services import start_draft
from tongbao.tenancy.contracts import FINANCE, OWNER

LINE_COLOURS = {"+": "background:#dcfce7;color:#14532d", "-": "background:#fee2e2;color:#7f1d1d"}


class PlanVersionAdmin(ConsoleAdmin):
    """Every version is read and compared here; a new one is written in the plan studio."""

    act_roles = (OWNER, FINANCE)
    actions_detail = ("change_plan",)

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
                    "shown_sign_off",
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
        "shown_sign_off",
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

    @display(description=_("sign-off"))
    def shown_sign_off(self, row: PlanVersion) -> Any:
        signed = facts_of(row).sign_off
        if signed is None:
            return _("Nothing had to be signed for.")
        return format_html(
            "{} · {} · {} · {}<br>{}",
            signed.name,
            f"{localtime(signed.signed_at):%Y-%m-%d %H:%M}",
            signed.jurisdiction,
            ", ".join(signed.finding_ids),
            signed.statement,
        )

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

    @action(
        description=_("Change this plan"),
        url_path="change-plan",
        permissions=["draft"],
        icon="design_services",
        dialog=dialog(
            _("Change this plan"),
            description=_("A draft is begun from this version; the version itself never changes."),
        ),
    )
    def change_plan(self, request: HttpRequest, form: BaseDialogForm, object_id: int) -> HttpResponse:
        row = PlanVersion.objects.get(pk=object_id)
        number = start_draft(
            title=plan_of(row).title(reader()),
            document=row.document,
            base=f"version:{row.key}/{row.version}",
            actor=actor_of(request),
            now=clock.now(),
        )
        address = reverse("admin:rewards_plandraft_change", args=[number])
        return HttpResponse(headers={"HX-Redirect": address})

    def has_draft_permission(self, request: HttpRequest, object_id: Any = None) -> bool:
        return self.may_act(request)

    def get_queryset(self, request: HttpRequest) -> Any:
        return super().get_queryset(request).order_by("key", "-version")


site.register(PlanVersion, PlanVersionAdmin)
