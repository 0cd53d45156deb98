"""What pages of the books share: titles, amounts, links."""

from __future__ import annotations

from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from tongbao.ledger import selectors
from tongbao.ledger.contracts import Account
from tongbao.ledger.models import (
    LedgerAccount,
    RequestRow,
)
from tongbao.money import CNY, POINT, format_amount

ASSETS = {asset.code: asset for asset in (CNY, POINT)}
LINES_ON_A_PAGE = 100

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
# How those who keep awards name the batch that booked them.
OF_AWARDS = "awards:"

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
    """A link to the request with this key, or to the batch of awards, from the page of whatever it was booked for."""
    of_awards = key.removeprefix(OF_AWARDS)
    if of_awards != key and of_awards.isdigit():
        return _link(reverse("admin:ledger_awardbatchrow_change", args=[of_awards]), key)
    batch = RequestRow.objects.filter(key=key).values_list("pk", flat=True).first()
    if batch is None:
        return key
    return _link(reverse("admin:ledger_requestrow_change", args=[batch]), key)


def _link(address: str, text: str) -> SafeString:
    return format_html('<a class="text-primary-600 dark:text-primary-500" href="{}">{}</a>', address, text)


def account_numbers(accounts: set[Account], *, asset: str) -> dict[Account, LedgerAccount]:
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
