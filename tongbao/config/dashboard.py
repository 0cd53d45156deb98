"""The console's first page: today beside yesterday, thirty days as a picture, and what waits for somebody."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.http import HttpRequest
from django.urls import NoReverseMatch, reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from tongbao.kit import clock
from tongbao.kit.admin import operator_roles
from tongbao.ledger.selectors import balance_for_all, daily_sums
from tongbao.mall.selectors import daily_turnover, work_waiting
from tongbao.members.selectors import daily_joined
from tongbao.money import format_yuan
from tongbao.rewards.selectors import withdrawals_waiting
from tongbao.tenancy.selectors import open_proposals

DAYS = 30
# The kinds of transfers that promise commission and that make it spendable.
AWARD, RELEASE = "award", "release"
# Who may see what was promised to members and what is owed to them.
BOOKS_ROLES = frozenset({"owner", "finance"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Tile:
    """One figure: today, yesterday, and the change between them in words."""

    title: str
    today: str
    yesterday: str
    trend: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Bar:
    """One day of the picture: heights in thousandths of the tallest day."""

    day: date
    left: int
    turnover_height: int
    orders: int
    turnover: str
    awarded_height: int
    awarded: str


def dashboard(request: HttpRequest, context: dict[str, Any]) -> dict[str, Any]:
    """Fill the console's index page; called by unfold with the page's context."""
    now = clock.now()
    today = timezone.localdate(now)
    first = today - timedelta(days=DAYS - 1)
    since = timezone.make_aware(timezone.datetime.combine(first, timezone.datetime.min.time()))
    sales = {figures.day: figures for figures in daily_turnover(since=since, until=now)}
    joined = daily_joined(since=since, until=now)
    roles = operator_roles(request)
    may_see_books = bool(request.user.is_superuser or roles & BOOKS_ROLES)
    booked = daily_sums(kinds=(AWARD, RELEASE), since=since, until=now) if may_see_books else {}
    turnover = {day: figures.turnover_fen for day, figures in sales.items()}
    orders = {day: figures.orders for day, figures in sales.items()}
    awarded = {day: total for (day, kind), total in booked.items() if kind == AWARD}
    released = {day: total for (day, kind), total in booked.items() if kind == RELEASE}
    tiles = [
        _tile(_("Turnover"), turnover, today, money=True),
        _tile(_("Orders paid"), orders, today),
        _tile(_("New members"), joined, today),
    ]
    if may_see_books:
        tiles += [
            _tile(_("Awards pending, booked"), awarded, today, money=True),
            _tile(_("Awards released"), released, today, money=True),
        ]
    context.update(
        tiles=tiles,
        bars=_bars(first, turnover, orders, awarded),
        waiting=_waiting(may_see_books=may_see_books),
        has_sales=bool(turnover),
        chart_days=DAYS,
        may_see_books=may_see_books,
    )
    if may_see_books:
        context.update(
            pending_total=_yuan(balance_for_all(owner_kind="member", kind="pending")),
            cash_total=_yuan(balance_for_all(owner_kind="member", kind="cash")),
            receivable_total=_yuan(-balance_for_all(owner_kind="member", kind="receivable")),
        )
    return context


def _yuan(amount_fen: int) -> str:
    """An amount for a reader: ``¥1,234.50``."""
    whole, _point, decimals = format_yuan(amount_fen).partition(".")
    sign = "−" if whole.startswith("-") else ""
    return f"{sign}¥{int(whole.lstrip('-')):,}.{decimals}"


def _tile(title: str, by_day: Mapping[date, int], today: date, *, money: bool = False) -> Tile:
    now, before = by_day.get(today, 0), by_day.get(today - timedelta(days=1), 0)
    return Tile(
        title=title,
        today=_yuan(now) if money else str(now),
        yesterday=_yuan(before) if money else str(before),
        trend=(now > before) - (now < before),
    )


def _bars(
    first: date, turnover: Mapping[date, int], orders: Mapping[date, int], awarded: Mapping[date, int]
) -> list[Bar]:
    days: Sequence[date] = [first + timedelta(days=number) for number in range(DAYS)]
    tallest = max([*turnover.values(), *awarded.values(), 1])
    return [
        Bar(
            day=day,
            left=number * 30 + 5,
            turnover_height=turnover.get(day, 0) * 200 // tallest,
            orders=orders.get(day, 0),
            turnover=_yuan(turnover.get(day, 0)),
            awarded_height=awarded.get(day, 0) * 200 // tallest,
            awarded=_yuan(awarded.get(day, 0)),
        )
        for number, day in enumerate(days)
    ]


def _waiting(*, may_see_books: bool) -> list[dict[str, Any]]:
    """The to-do bell: what an operator should look at, with a link; empty when all is done."""
    mall = work_waiting()
    todo = [
        (_("Orders to ship"), mall.to_ship, "admin:mall_order_changelist", "?status__exact=paid"),
        (
            _("Claims to answer"),
            mall.claims_to_answer,
            "admin:mall_claim_changelist",
            "?state__exact=requested",
        ),
        (
            _("Returns to take back"),
            mall.returns_to_take_back,
            "admin:mall_claim_changelist",
            "?state__in=sent_back,goods_received",
        ),
        (_("Failed refunds"), mall.failed_refunds, "admin:mall_refund_changelist", "?state__exact=failed"),
        (
            _("Reconciliation differences"),
            mall.open_differences,
            "admin:mall_reconciliationdifference_changelist",
            "?state__exact=open",
        ),
    ]
    if may_see_books:
        money = (_("Withdrawals to approve"), withdrawals_waiting())
        todo.append((*money, "admin:rewards_withdrawal_changelist", "?state__exact=requested"))
        decide = (_("Proposals to decide"), open_proposals())
        todo.append((*decide, "admin:tenancy_proposal_changelist", "?state__exact=open"))
    return [
        {"title": title, "count": count, "link": _link(name) + query}
        for title, count, name, query in todo
        if count
    ]


def _link(name: str) -> str:
    try:
        return reverse(name)
    except NoReverseMatch:
        return reverse("admin:index")
