"""The console's menu: grouped as operators think, shown as far as their role reaches."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from django.urls import NoReverseMatch, reverse
from django.utils.translation import gettext_lazy as _

from tongbao.config import business_apps
from tongbao.kit.admin import site

# In place of an app label: the entry is a page without a table, by its key.
PAGE = ""
# (group, [(title, icon, app label, model)])
MENU: tuple[tuple[Any, tuple[tuple[Any, str, str, str], ...]], ...] = (
    (
        _("Orders and after-sales"),
        (
            (_("Orders"), "receipt_long", "mall", "order"),
            (_("Claims and returns"), "assignment_return", "mall", "claim"),
            (_("Payments"), "payments", "mall", "payment"),
            (_("Refunds"), "undo", "mall", "refund"),
            (_("Reconciliation"), "balance", "mall", "reconciliationdifference"),
        ),
    ),
    (
        _("Goods"),
        (
            (_("Products and packs"), "inventory_2", "mall", "product"),
            (_("Categories"), "category", "mall", "category"),
            (_("Reviews"), "reviews", "mall", "review"),
            (_("Storefront"), "storefront", "mall", "storefrontversion"),
        ),
    ),
    (
        _("Members"),
        (
            (_("Members"), "group", "members", "member"),
            (_("Regional agents"), "map", "members", "regionalagent"),
            (_("Identities"), "verified_user", "members", "identitysubmission"),
            (_("Rank history"), "military_tech", "members", "rankgrant"),
            (_("SMS outbox"), "sms", "members", "smsmessage"),
        ),
    ),
    (
        _("Distribution"),
        (
            (_("Plans"), "rule", "rewards", "planversion"),
            (_("Plan studio"), "design_services", "rewards", "plandraft"),
            (_("Awards"), "redeem", "rewards", "award"),
            (_("Withdrawals"), "account_balance_wallet", "rewards", "withdrawal"),
            (_("Members' accounts"), "wallet", "rewards", "memberaccount"),
        ),
    ),
    (
        _("Points"),
        (
            (_("Pools"), "pool", "points", "pool"),
            (_("Prices of the day"), "monitoring", "points", "dayprice"),
            (_("Grants"), "stars", "points", "grant"),
            (_("Rights cards"), "card_membership", "points", "rightscard"),
            (_("Payments with points"), "shopping_bag", "points", "spending"),
            (_("Redemptions"), "currency_exchange", "points", "redemption"),
            (_("Market"), "candlestick_chart", "points", "marketorder"),
            (_("Market alerts"), "notification_important", "points", "marketalert"),
            (_("Reserve contributions"), "savings", "points", "contribution"),
            (_("Deposits to the reserve"), "account_balance", "points", "reservedeposit"),
            (_("Equity pledge"), "gavel", "points", "equitypledge"),
            (_("Attestation of the reserve"), "account_balance", "points", "bankstatement"),
            (_("Rules of points"), "tune", PAGE, "points_rules"),
            (_("Issuance planner"), "query_stats", PAGE, "issuance_planner"),
        ),
    ),
    (
        _("Ledger"),
        (
            (_("Accounts"), "account_balance", "ledger", "ledgeraccount"),
            (_("Requests"), "list_alt", "ledger", "requestrow"),
            (_("Batches of awards"), "stacks", "ledger", "awardbatchrow"),
            (_("Holds"), "lock", "ledger", "holdrow"),
            (_("Liabilities and reserve"), "verified", "ledger", "liabilityboard"),
        ),
    ),
    (
        _("Maintenance"),
        (
            (_("Four-eyes proposals"), "visibility", "tenancy", "proposal"),
            (_("Audit log"), "history", "tenancy", "auditentry"),
            (_("Operators"), "badge", "auth", "user"),
        ),
    ),
)


def navigation(request: HttpRequest) -> list[dict[str, Any]]:
    """The menu for the operator who asks: pages that exist and that their role may see."""
    visible = {
        (model._meta.app_label, model._meta.model_name)
        for model, page in site._registry.items()
        if page.has_module_permission(request)
    }
    visible |= {(PAGE, page.key) for page in site.pages.values() if page.may_view(request)}
    groups: list[dict[str, Any]] = [
        {"items": [{"title": _("Dashboard"), "icon": "dashboard", "link": reverse("admin:index")}]}
    ]
    for title, entries in MENU:
        items = []
        for name, icon, app_label, model_name in entries:
            if (app_label, model_name) not in visible:
                continue
            try:
                name_of_address = model_name if app_label == PAGE else f"{app_label}_{model_name}_changelist"
                link = reverse(f"admin:{name_of_address}")
            except NoReverseMatch:
                continue
            items.append({"title": name, "icon": icon, "link": link})
        if items:
            groups.append({"title": title, "separator": True, "collapsible": False, "items": items})
    groups.extend(business_apps.menu(business_apps.manifests()))
    return groups
