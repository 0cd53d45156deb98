"""Accounts with their balances, and the statement behind each."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _
from unfold.decorators import display

from tongbao.kit.admin import ConsoleAdmin, site
from tongbao.ledger import selectors
from tongbao.ledger.admin.shared import (
    ASSET_TITLES,
    FIRST_AWARD_BATCH,
    KIND_TITLES,
    LINES_ON_A_PAGE,
    OF_A_BATCH,
    OWNER_TITLES,
    TRANSFER_TITLES,
    account_link,
    account_numbers,
    account_title,
    shown_amount,
)
from tongbao.ledger.contracts import MANY_PENDING, Account, StatementLine
from tongbao.ledger.models import (
    Asset,
    LedgerAccount,
)


class KindFilter(admin.SimpleListFilter):
    title = _("kind")
    parameter_name = "kind"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return list(KIND_TITLES.items())

    def queryset(self, request: HttpRequest, queryset: QuerySet[LedgerAccount]) -> QuerySet[LedgerAccount]:
        return queryset.filter(kind=self.value()) if self.value() else queryset


class LedgerAccountAdmin(ConsoleAdmin):
    """Accounts with their balances; a click shows the statement."""

    list_display = ("shown_account", "shown_owner", "shown_asset", "shown_balance", "shown_held")
    list_filter = ("owner_kind", KindFilter, "asset")
    search_fields = ("=owner_id",)
    list_select_related = ("asset", "balancerow")
    view_roles = ("owner", "finance")
    # members before platform would bury the accounts that people look for first
    ordering = ("-owner_kind", "owner_id", "kind")

    def get_queryset(self, request: HttpRequest) -> QuerySet[LedgerAccount]:
        return LedgerAccount.objects.select_related("asset", "balancerow")

    @display(description=_("account"))
    def shown_account(self, account: LedgerAccount) -> str:
        return account_title(account)

    @display(description=_("owner"))
    def shown_owner(self, account: LedgerAccount) -> str:
        return str(OWNER_TITLES.get(account.owner_kind, account.owner_kind))

    @display(description=_("asset"))
    def shown_asset(self, account: LedgerAccount) -> str:
        return str(ASSET_TITLES.get(account.asset.code, account.asset.code))

    @display(description=_("balance"))
    def shown_balance(self, account: LedgerAccount) -> str:
        kept = getattr(account, "balancerow", None)
        posted = kept.posted if kept is not None else selectors.derived_balance(number=account.pk)
        return shown_amount(posted, asset=account.asset.code)

    @display(description=_("held"))
    def shown_held(self, account: LedgerAccount) -> str:
        kept = getattr(account, "balancerow", None)
        return shown_amount(kept.held, asset=account.asset.code) if kept is not None and kept.held else ""

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
        account = selectors.account_of(row)
        after = _cursor(request.GET.get("after", ""))
        lines = selectors.statement(
            account=account, asset=row.asset.code, after=after, limit=LINES_ON_A_PAGE + 1
        )
        shown = lines[:LINES_ON_A_PAGE]
        numbers = account_numbers({line.counterparty for line in shown}, asset=row.asset.code)
        balance = selectors.balance(account=account, asset=row.asset.code)
        context = {
            **self.admin_site.each_context(request),
            "title": account_title(row),
            "opts": self.opts,
            "account": row,
            "posted": shown_amount(balance.posted, asset=row.asset.code),
            "held": shown_amount(balance.held, asset=row.asset.code),
            "available": shown_amount(balance.available, asset=row.asset.code),
            "lines": [
                {
                    "line": line,
                    "amount": shown_amount(line.amount, asset=row.asset.code),
                    "after": shown_amount(line.balance_after, asset=row.asset.code),
                    "counterparty": _other_side(line, numbers),
                    "kind": TRANSFER_TITLES.get(line.kind, line.kind),
                    "address": _address_of(line),
                }
                for line in shown
            ],
            "next": f"{shown[-1].batch}.{shown[-1].position}" if len(lines) > LINES_ON_A_PAGE else "",
        }
        return TemplateResponse(request, "ledger/statement.html", context)


def _other_side(line: StatementLine, numbers: dict[Account, LedgerAccount]) -> SafeString | str:
    if line.counterparty == MANY_PENDING:
        return str(_("Pending awards of many members"))
    return account_link(numbers[line.counterparty])


def _address_of(line: StatementLine) -> str:
    """The page of the request, or of the batch of awards from this row on."""
    if line.batch < FIRST_AWARD_BATCH:
        return reverse("admin:ledger_requestrow_change", args=[line.batch])
    address = reverse("admin:ledger_awardbatchrow_change", args=[line.batch])
    return address if line.kind in OF_A_BATCH else f"{address}?after={line.position - 1}"


def _cursor(text: str) -> tuple[int, int]:
    batch, _dot, position = text.partition(".")
    return (int(batch), int(position)) if batch.isdigit() and position.isdigit() else (0, -1)


class AssetAdmin(ConsoleAdmin):
    list_display = ("code", "scale")
    view_roles = ("owner", "finance")

    def has_module_permission(self, request: HttpRequest) -> bool:
        # only there so that the account filter can name assets
        return False


site.register(LedgerAccount, LedgerAccountAdmin)
site.register(Asset, AssetAdmin)
