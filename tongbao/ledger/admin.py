"""The books in the console, read only: from any balance down to the transfers it is made of."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _
from unfold.decorators import display

from tongbao.kit.admin import ConsoleAdmin, site
from tongbao.ledger import selectors
from tongbao.ledger.contracts import CASH, MANY_PENDING, Account, LiabilityFacts, StatementLine
from tongbao.ledger.contracts import POINT as POINTS
from tongbao.ledger.models import (
    Asset,
    AwardBatchRow,
    HoldRow,
    LedgerAccount,
    LiabilityBoard,
    RequestRow,
    TransferRow,
)
from tongbao.ledger.selectors import liabilities, seals
from tongbao.ledger.selectors.awards import awards_in
from tongbao.money import CNY, POINT, format_amount

ASSETS = {asset.code: asset for asset in (CNY, POINT)}
LINES_ON_A_PAGE = 100
DAYS_SHOWN = 60
SEALS_SHOWN = 20

# What operators call the accounts.
KIND_TITLES = {
    "gateway": _("Gateway"),
    "operating": _("Operating"),
    "unallocated": _("Unallocated shares"),
    "reserve_pending": _("Reserve, pending"),
    "reserve": _("Reserve"),
    "withdrawal_fees": _("Withdrawal fees"),
    "tax_payable": _("Tax payable"),
    "write_offs": _("Write-offs"),
    "adjustments": _("Adjustments"),
    "opening": _("Opening balances"),
    "cash": _("Cash, can be withdrawn"),
    "paid_in": _("Paid in"),
    "pending": _("Pending awards"),
    "receivable": _("Receivable"),
    "issuance": _("Issuance"),
    "pool": _("Pool"),
    "burned": _("Burned"),
    "points": _("Points"),
    "points_pending": _("Pending points"),
}
STATE_TITLES = {"begun": _("begun"), "checked": _("checked"), "finished": _("finished")}
# Lines of a statement that stand for rows of a batch of awards, and not of a request.
OF_A_BATCH = ("awards", "awards_archived")
FIRST_AWARD_BATCH = 1 << 32

OWNER_TITLES = {"platform": _("platform"), "member": _("member")}
OUTCOME_TITLES = {"posted": _("posted"), "refused": _("refused")}
TRANSFER_TITLES = {
    "payment": _("Payment"),
    "refund": _("Refund"),
    "award": _("Award, pending"),
    "awards": _("A batch of awards"),
    "awards_archived": _("Awards, archived"),
    "award_raised": _("Award recomputed, more"),
    "award_voided": _("Award voided"),
    "release": _("Award released"),
    "unallocated": _("Nobody's share"),
    "repayment": _("Debt repaid"),
    "claw_back": _("Taken back"),
    "claw_back_owed": _("Taken back, owed"),
    "withdrawal": _("Withdrawal"),
    "withdrawal_fee": _("Withdrawal fee"),
    "withdrawal_tax": _("Tax withheld"),
    "adjustment": _("Adjustment"),
    "write_off": _("Debt written off"),
    "opening": _("Opening balance"),
    "unallocated_back": _("Nobody's share, back"),
    "reserve": _("Reserve"),
    "reserve_pending": _("Reserve, pending"),
    "reserve_returned": _("Reserve, given back"),
    "points_granted": _("Points granted"),
    "points_minted": _("Points minted"),
    "points_returned": _("Points returned"),
    "points_repaid": _("Points repaid"),
    "pool_opened": _("Pool opened"),
}
ASSET_TITLES = {"CNY": _("yuan"), "POINT": _("points")}


def shown_amount(amount: int, *, asset: str) -> str:
    """An amount with its decimals and thousands apart."""
    text = format_amount(amount, asset=ASSETS[asset])
    whole, _point, decimals = text.partition(".")
    sign, digits = ("−", whole[1:]) if whole.startswith("-") else ("", whole)
    return f"{sign}{int(digits):,}.{decimals}"


def account_title(account: LedgerAccount) -> str:
    """What operators call an account."""
    title = str(KIND_TITLES.get(account.kind, account.kind))
    if account.detail:
        title = f"{title} · {account.detail}"
    if account.owner_kind == "platform":
        return title
    return f"{OWNER_TITLES.get(account.owner_kind, account.owner_kind)} {account.owner_id} · {title}"


def account_link(account: LedgerAccount) -> SafeString:
    address = reverse("admin:ledger_ledgeraccount_change", args=[account.pk])
    return format_html(
        '<a class="text-primary-600 dark:text-primary-500" href="{}">{}</a>', address, account_title(account)
    )


def request_link(key: str) -> SafeString | str:
    """A link to the request with this key, from the page of whatever it was booked for."""
    batch = RequestRow.objects.filter(key=key).values_list("pk", flat=True).first()
    if batch is None:
        return key
    address = reverse("admin:ledger_requestrow_change", args=[batch])
    return format_html('<a class="text-primary-600 dark:text-primary-500" href="{}">{}</a>', address, key)


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
        numbers = _account_numbers({line.counterparty for line in shown}, asset=row.asset.code)
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


def _account_numbers(accounts: set[Account], *, asset: str) -> dict[Account, LedgerAccount]:
    """The rows of a page's counterparties, in one query for each owner kind."""
    found: dict[Account, LedgerAccount] = {}
    rows = LedgerAccount.objects.filter(
        asset__code=asset,
        owner_kind__in={account.owner_kind for account in accounts},
        owner_id__in={account.owner_id for account in accounts},
    )
    for row in rows:
        found[selectors.account_of(row)] = row
    return found


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
        found = awards_in(
            batch=row.pk, after=int(after) if after.isdigit() else -1, limit=LINES_ON_A_PAGE + 1
        )
        shown = found[:LINES_ON_A_PAGE]
        numbers = _account_numbers({award.beneficiary for award in shown}, asset=CASH)
        context = {
            **self.admin_site.each_context(request),
            "title": _("Batch of awards %(batch)s") % {"batch": row.batch},
            "opts": self.opts,
            "row": row,
            "state": STATE_TITLES.get(row.state, row.state),
            "total": shown_amount(row.amount, asset=CASH),
            "lines": [
                {
                    "award": award,
                    "amount": shown_amount(award.amount, asset=CASH),
                    "beneficiary": account_link(numbers[award.beneficiary]),
                }
                for award in shown
            ],
            "next": str(shown[-1].position) if len(found) > LINES_ON_A_PAGE else "",
        }
        return TemplateResponse(request, "ledger/award_batch.html", context)


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


class AssetAdmin(ConsoleAdmin):
    list_display = ("code", "scale")
    view_roles = ("owner", "finance")

    def has_module_permission(self, request: HttpRequest) -> bool:
        # only there so that the account filter can name assets
        return False


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


site.register(LedgerAccount, LedgerAccountAdmin)
site.register(RequestRow, RequestAdmin)
site.register(AwardBatchRow, AwardBatchAdmin)
site.register(HoldRow, HoldAdmin)
site.register(LiabilityBoard, LiabilityBoardAdmin)
site.register(Asset, AssetAdmin)
