"""Why members hold their ranks."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _
from unfold.decorators import display

from tongbao.kit.admin import ConsoleAdmin, site
from tongbao.members import selectors
from tongbao.members.admin.base import ShownInline, link, reader
from tongbao.members.models import RankGrant, RankWitness


class WitnessInline(ShownInline):
    model = RankWitness
    verbose_name_plural = _("recruits who counted")
    fields = ("recruit",)
    readonly_fields = fields
    tab = False


class RankGrantAdmin(ConsoleAdmin):
    """Grants of ranks, newest first."""

    list_display = (
        "shown_member",
        "shown_rank",
        "basis",
        "source",
        "granted_at",
        "revoked_at",
        "revoked_because",
    )
    list_filter = ("basis", "rank", "revoked_because", "granted_at")
    search_fields = ("=member__number", "=source")
    list_select_related = ("member",)
    show_facets = False
    inlines = (WitnessInline,)
    fields = (
        ("shown_member", "shown_rank"),
        ("basis", "source"),
        ("shown_rule", "granted_at"),
        ("revoked_at", "revoked_because"),
        "revoked_source",
    )
    readonly_fields = ("shown_member", "shown_rank", "shown_rule")

    @display(description=_("member"))
    def shown_member(self, grant: RankGrant) -> SafeString | str:
        return link(grant.member)

    @display(description=_("rank"), ordering="rank")
    def shown_rank(self, grant: RankGrant) -> str:
        return selectors.rank_name(grant.rank, language=reader())

    @display(description=_("rule"))
    def shown_rule(self, grant: RankGrant) -> Any:
        if not grant.recruits_needed:
            return "—"
        return _("%(from)s with %(count)s recruits at %(rank)s or above") % {
            "from": selectors.rank_name(grant.from_rank, language=reader()),
            "count": grant.recruits_needed,
            "rank": selectors.rank_name(grant.recruit_rank, language=reader()),
        }

    def get_inlines(self, request: HttpRequest, obj: RankGrant | None) -> Any:
        return self.inlines if obj is not None and obj.basis == RankGrant.Basis.RECRUITS else ()


site.register(RankGrant, RankGrantAdmin)
