"""Who earned from an order, below the order; what a member earned, below the member."""

from __future__ import annotations

from django.http import HttpRequest
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.safestring import SafeString, mark_safe

from tongbao.kit.admin import operator_roles
from tongbao.ledger.contracts import member_account
from tongbao.ledger.selectors import account_id
from tongbao.mall.admin import add_order_panel
from tongbao.mall.admin.base import yuan
from tongbao.members.admin.panels import add_member_panel
from tongbao.members.selectors import members
from tongbao.money import format_rate
from tongbao.rewards.admin.base import STATE_COLOURS, reader
from tongbao.rewards.contracts import AwardFacts, state_title
from tongbao.rewards.selectors import awards_of_member, awards_of_order, commission_of
from tongbao.tenancy.contracts import FINANCE, OWNER

SHOWN = 20
NOTHING = mark_safe("")


def _may_see(request: HttpRequest) -> bool:
    return bool(request.user.is_superuser or operator_roles(request) & {OWNER, FINANCE})


def order_panel(request: HttpRequest, order_id: int) -> SafeString:
    """The awards of an order with the sentence of each; for those who may see the books."""
    if not _may_see(request):
        return NOTHING
    awards = awards_of_order(order_id=order_id)
    return render_to_string("rewards/order_panel.html", {"rows": _rows(awards), "total": yuan(_sum(awards))})


def member_panel(request: HttpRequest, member_id: int) -> SafeString:
    """A member's commission and last awards; for those who may see the books."""
    if not _may_see(request):
        return NOTHING
    money = commission_of(member_id=member_id)
    figures = (
        ("pending", money.pending_fen),
        ("cash", money.cash_fen),
        ("receivable", money.receivable_fen),
    )
    accounts = {kind: account_id(account=member_account(member_id, kind)) for kind, _fen in figures}
    return render_to_string(
        "rewards/member_panel.html",
        {
            "figures": [
                {"kind": kind, "amount": yuan(fen), "link": _account_page(accounts[kind])}
                for kind, fen in figures
            ],
            "withdrawn": yuan(money.withdrawn_fen),
            "rows": _rows(awards_of_member(member_id=member_id, limit=SHOWN)),
        },
    )


def _rows(awards: tuple[AwardFacts, ...]) -> list[dict[str, object]]:
    language = reader()
    people = members(member_ids={award.beneficiary_id for award in awards})
    return [
        {
            "award": award,
            "member": f"{award.beneficiary_number} {people[award.beneficiary_id].name}".strip(),
            "member_link": reverse("admin:members_member_change", args=[award.beneficiary_id]),
            "award_link": reverse("admin:rewards_award_change", args=[award.award_id]),
            "order_link": reverse("admin:mall_order_change", args=[award.order_id]),
            "rate": format_rate(award.rate_bp),
            "amount": yuan(award.amount_fen),
            "state": state_title(award.state, language=language),
            "colour": STATE_COLOURS[award.state],
            "sentence": award.sentence_zh if language == "zh" else award.sentence_en,
        }
        for award in awards
    ]


def _sum(awards: tuple[AwardFacts, ...]) -> int:
    return sum(award.amount_fen for award in awards)


def _account_page(number: int | None) -> str:
    return "" if number is None else reverse("admin:ledger_ledgeraccount_change", args=[number])


add_order_panel(order_panel)
add_member_panel(member_panel)
