"""Points in the console, to look at: pools and what is left in them, grants, the reserve's contributions."""

from __future__ import annotations

import secrets
from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _
from unfold.decorators import action, display

from tongbao.kit import clock
from tongbao.kit.admin import ConsoleAdmin, site
from tongbao.members.admin.base import actor_of, dialog, page_of, take_step
from tongbao.members.models import Member
from tongbao.money import format_rate, format_yuan
from tongbao.points import selectors, services
from tongbao.points.admin.base import AmountForm, asked_points, shown_points
from tongbao.points.contracts import PoolFacts
from tongbao.points.models import Contribution, Grant, Pool

STATE_COLOURS = {
    "pending": "warning",
    "minted": "success",
    "voided": "default",
    "returned": "danger",
    "confirmed": "success",
}


def pool_title(facts: PoolFacts) -> str:
    """A pool's name in the operator's language."""
    return facts.title_en if (get_language() or "zh").startswith("en") else facts.title_zh


class PoolAdmin(ConsoleAdmin):
    """The six pools. What is left follows from the ledger, so this page can't be wrong about it."""

    list_display = (
        "shown_pool",
        "shown_cap",
        "shown_left",
        "shown_pending",
        "shown_vesting",
        "shown_minted",
        "shown_retired",
        "opened_at",
    )
    actions_detail = ("retire",)
    fields = list_display
    readonly_fields = list_display
    ordering = ("opened_at", "-cap", "code")

    def _facts(self, pool: Pool) -> PoolFacts:
        # one look for each row, whatever the number of columns
        facts: PoolFacts | None = getattr(pool, "_facts", None)
        if facts is None:
            facts = pool._facts = selectors.require_pool(pool=pool.code)  # type: ignore[attr-defined]
        return facts

    @display(description=_("pool"))
    def shown_pool(self, pool: Pool) -> str:
        return pool_title(self._facts(pool))

    @display(description=_("cap"))
    def shown_cap(self, pool: Pool) -> str:
        return shown_points(pool.cap)

    @display(description=_("left"))
    def shown_left(self, pool: Pool) -> str:
        facts = self._facts(pool)
        return f"{shown_points(facts.left)} ({format_rate(facts.left * 10_000 // facts.cap)})"

    @display(description=_("pending"))
    def shown_pending(self, pool: Pool) -> str:
        return shown_points(self._facts(pool).pending)

    @display(description=_("vesting"))
    def shown_vesting(self, pool: Pool) -> str:
        return shown_points(self._facts(pool).vesting)

    @display(description=_("minted"))
    def shown_minted(self, pool: Pool) -> str:
        return shown_points(self._facts(pool).minted)

    @display(description=_("retired"))
    def shown_retired(self, pool: Pool) -> str:
        return shown_points(self._facts(pool).retired)

    @action(
        description=_("Retire points"),
        url_path="retire",
        permissions=["retire"],
        icon="delete_forever",
        dialog=dialog(
            _("Retire points of this pool"),
            description=_("What is retired is never issued, and can't be brought back. The floor rises."),
            form_class=AmountForm,
        ),
    )
    def retire(self, request: HttpRequest, form: AmountForm, object_id: str) -> HttpResponse:
        pool = Pool.objects.get(pk=object_id)

        def step() -> None:
            services.retire(
                pool=pool.code,
                amount=asked_points(form.cleaned_data["points"]),
                key=secrets.token_hex(16),
                actor=actor_of(request),
                reason=form.cleaned_data["reason"],
                now=clock.now(),
            )

        return take_step(request, step, back_to=page_of(pool))

    def has_retire_permission(self, request: HttpRequest, object_id: Any = None) -> bool:
        return self.may_act(request)


class GrantAdmin(ConsoleAdmin):
    """Grants of points, each with its order."""

    list_display = (
        "subject",
        "shown_member",
        "pool",
        "shown_granted",
        "shown_amount",
        "shown_owed",
        "shown_state",
        "granted_at",
        "vests_at",
        "ended_at",
    )
    list_filter = ("state", "pool")
    search_fields = ("subject", "member__number")
    list_select_related = ("member", "pool")
    fields = ("subject", "shown_member", "pool", "shown_asked", *list_display[3:])
    readonly_fields = fields

    @display(description=_("member"))
    def shown_member(self, grant: Grant) -> SafeString | str:
        if not site.is_registered(Member):
            return grant.member.number
        address = reverse("admin:members_member_change", args=[grant.member_id])
        return format_html(
            '<a class="text-primary-600 dark:text-primary-500" href="{}">{}</a>', address, grant.member.number
        )

    @display(description=_("asked for"))
    def shown_asked(self, grant: Grant) -> str:
        return shown_points(grant.asked)

    @display(description=_("granted"))
    def shown_granted(self, grant: Grant) -> str:
        return shown_points(grant.granted)

    @display(description=_("worth now"))
    def shown_amount(self, grant: Grant) -> str:
        return shown_points(grant.amount)

    @display(description=_("to be given back"))
    def shown_owed(self, grant: Grant) -> str:
        return shown_points(grant.owed) if grant.owed else "—"

    @display(description=_("state"), label=STATE_COLOURS)
    def shown_state(self, grant: Grant) -> tuple[str, Any]:
        return grant.state, grant.get_state_display()


class ContributionAdmin(ConsoleAdmin):
    """The reserve's share of each order."""

    list_display = (
        "subject",
        "shown_base",
        "shown_rate",
        "shown_amount",
        "shown_state",
        "contributed_at",
        "ended_at",
    )
    list_filter = ("state",)
    search_fields = ("subject",)
    fields = list_display
    readonly_fields = list_display
    view_roles = ("owner", "finance")

    def get_queryset(self, request: HttpRequest) -> QuerySet[Contribution]:
        return Contribution.objects.order_by("-contributed_at", "-id")

    @display(description=_("turnover"))
    def shown_base(self, contribution: Contribution) -> str:
        return f"¥{format_yuan(contribution.base_fen)}"

    @display(description=_("rate"))
    def shown_rate(self, contribution: Contribution) -> str:
        return format_rate(contribution.rate_bp)

    @display(description=_("amount"))
    def shown_amount(self, contribution: Contribution) -> str:
        return f"¥{format_yuan(contribution.amount_fen)}"

    @display(description=_("state"), label=STATE_COLOURS)
    def shown_state(self, contribution: Contribution) -> tuple[str, Any]:
        return contribution.state, contribution.get_state_display()


site.register(Pool, PoolAdmin)
site.register(Grant, GrantAdmin)
site.register(Contribution, ContributionAdmin)
