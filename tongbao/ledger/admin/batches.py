"""Requests, batches of awards, and holds: what moved, and what is kept back."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _
from unfold.decorators import display

from tongbao.kit.admin import ConsoleAdmin, console_language, site
from tongbao.ledger.admin.shared import (
    ASSET_TITLES,
    LINES_ON_A_PAGE,
    OUTCOME_TITLES,
    STATE_TITLES,
    TRANSFER_TITLES,
    account_link,
    account_numbers,
    shown_amount,
)
from tongbao.ledger.contracts import CASH, ArchiveUnreadable, platform_account
from tongbao.ledger.models import (
    AwardBatchRow,
    HoldRow,
    LedgerAccount,
    RequestRow,
    TransferRow,
)
from tongbao.ledger.selectors.awards import awards_in
from tongbao.ledger.selectors.subjects import named


class RequestAdmin(ConsoleAdmin):
    """One request with all its transfers: who was debited, who was credited, for what."""

    list_display = ("batch", "key", "shown_outcome", "booked_at")
    list_filter = ("outcome",)
    search_fields = ("key",)
    ordering = ("-batch",)
    view_roles = ("owner", "finance")

    @display(description=_("outcome"), label={"posted": "success", "refused": "danger"})
    def shown_outcome(self, request_row: RequestRow) -> tuple[str, Any]:
        return request_row.outcome, _("posted") if request_row.outcome == "posted" else _("refused")

    def change_view(
        self,
        request: HttpRequest,
        object_id: str,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        row = self.get_object(request, object_id)
        if row is None or not self.may_view(request):
            return self._get_obj_does_not_exist_redirect(request, self.opts, object_id)
        transfers = (
            TransferRow.objects.filter(batch_id=row.pk)
            .select_related("debit", "credit", "asset")
            .order_by("position")
        )
        context = {
            **self.admin_site.each_context(request),
            "title": row.key,
            "opts": self.opts,
            "request_row": row,
            "outcome": OUTCOME_TITLES.get(row.outcome, row.outcome),
            "lines": [
                {
                    "position": line.position,
                    "debit": account_link(line.debit),
                    "credit": account_link(line.credit),
                    "amount": shown_amount(line.amount, asset=line.asset.code),
                    "asset": ASSET_TITLES.get(line.asset.code, line.asset.code),
                    "kind": TRANSFER_TITLES.get(line.kind, line.kind),
                    "subject": line.subject,
                }
                for line in transfers
            ],
        }
        return TemplateResponse(request, "ledger/request.html", context)


class AwardBatchAdmin(ConsoleAdmin):
    """One batch of the settlement lane with its awards, a page at a time."""

    list_display = (
        "batch",
        "first_order",
        "last_order",
        "orders",
        "awards",
        "shown_total",
        "shown_state",
        "booked_at",
    )
    search_fields = ("=batch",)
    ordering = ("-batch",)
    view_roles = ("owner", "finance")

    @display(description=_("amount"))
    def shown_total(self, row: AwardBatchRow) -> str:
        return shown_amount(row.amount, asset=CASH)

    @display(description=_("state"))
    def shown_state(self, row: AwardBatchRow) -> str:
        return str(STATE_TITLES.get(row.state, row.state))

    def change_view(
        self,
        request: HttpRequest,
        object_id: str,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        row = self.get_object(request, object_id)
        if row is None or not self.may_view(request):
            return self._get_obj_does_not_exist_redirect(request, self.opts, object_id)
        after = request.GET.get("after", "")
        try:
            found = awards_in(
                batch=row.pk, after=int(after) if after.isdigit() else -1, limit=LINES_ON_A_PAGE + 1
            )
        except ArchiveUnreadable as refusal:
            messages.error(request, refusal.message(console_language(request)))
            found = ()
        shown = found[:LINES_ON_A_PAGE]
        numbers = account_numbers({award.beneficiary for award in shown}, asset=CASH)
        orders = named(sorted({f"order_id:{award.order_id}" for award in shown}))
        context = {
            **self.admin_site.each_context(request),
            "title": _("Batch of awards %(batch)s") % {"batch": row.batch},
            "opts": self.opts,
            "row": row,
            "state": STATE_TITLES.get(row.state, row.state),
            "total": shown_amount(row.amount, asset=CASH),
            "operating": account_link(self._operating()) if row.awards else "",
            "lines": [
                {
                    "award": award,
                    "order": orders[f"order_id:{award.order_id}"].removeprefix("order:"),
                    "amount": shown_amount(award.amount, asset=CASH),
                    "beneficiary": account_link(numbers[award.beneficiary]),
                }
                for award in shown
            ],
            "next": str(shown[-1].position) if len(found) > LINES_ON_A_PAGE else "",
        }
        return TemplateResponse(request, "ledger/award_batch.html", context)

    @staticmethod
    def _operating() -> LedgerAccount:
        """The account that pays every award."""
        account = platform_account("operating")
        return account_numbers({account}, asset=CASH)[account]


class HoldAdmin(ConsoleAdmin):
    list_display = (
        "id",
        "shown_account",
        "shown_amount",
        "purpose",
        "state",
        "placed_at",
        "expires_at",
        "ended_at",
    )
    list_filter = ("state",)
    list_select_related = ("account__asset",)
    ordering = ("-id",)
    view_roles = ("owner", "finance")

    @display(description=_("account"))
    def shown_account(self, hold: HoldRow) -> SafeString:
        return account_link(hold.account)

    @display(description=_("amount"))
    def shown_amount(self, hold: HoldRow) -> str:
        return shown_amount(hold.amount, asset=hold.account.asset.code)


site.register(RequestRow, RequestAdmin)
site.register(AwardBatchRow, AwardBatchAdmin)
site.register(HoldRow, HoldAdmin)
