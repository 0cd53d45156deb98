"""What is owed, day by day, beside the money that stands against it."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.utils.translation import gettext_lazy as _

from tongbao.kit.admin import ConsoleAdmin, site
from tongbao.ledger.admin.shared import (
    shown_amount,
)
from tongbao.ledger.contracts import CASH, LiabilityFacts
from tongbao.ledger.contracts import POINT as POINTS
from tongbao.ledger.models import (
    LiabilityBoard,
)
from tongbao.ledger.selectors import liabilities, seals

DAYS_SHOWN = 60
SEALS_SHOWN = 20


class LiabilityBoardAdmin(ConsoleAdmin):
    """What is owed to members and merchants, day by day, beside the money that stands against it."""

    view_roles = ("owner", "finance")

    def changelist_view(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        if not self.may_view(request):
            raise PermissionDenied
        context = {
            **self.admin_site.each_context(request),
            "title": _("Liabilities and reserve"),
            "opts": self.opts,
            "days": _days_shown(liabilities.all_liabilities()),
            "seals": seals.seals(limit=SEALS_SHOWN),
        }
        return TemplateResponse(request, "ledger/liabilities.html", context)


def _days_shown(proven: tuple[LiabilityFacts, ...]) -> list[dict[str, Any]]:
    """One line for each day, newest first: what is owed in cash and in points, and what stands against it."""
    by_day: dict[Any, dict[str, LiabilityFacts]] = {}
    for facts in proven:
        by_day.setdefault(facts.on, {})[facts.asset] = facts
    lines = []
    for on in sorted(by_day, reverse=True)[:DAYS_SHOWN]:
        cash, points = by_day[on].get(CASH), by_day[on].get(POINTS)
        if cash is None:
            continue
        pending = sum(amount for kind, amount in cash.by_kind.items() if kind.endswith("/pending"))
        lines.append(
            {
                "on": on,
                "owners": cash.leaves,
                "owed": shown_amount(cash.total, asset=CASH),
                "pending": shown_amount(pending, asset=CASH),
                "points": shown_amount(points.total, asset=POINTS) if points else "",
                "gateway": shown_amount(cash.backing["gateway"], asset=CASH),
                "reserve": shown_amount(cash.backing["reserve"], asset=CASH),
                "reserve_pending": shown_amount(cash.backing["reserve_pending"], asset=CASH),
                "is_covered": cash.backing["gateway"] >= cash.total + cash.backing["reserve"],
            }
        )
    return lines


site.register(LiabilityBoard, LiabilityBoardAdmin)
