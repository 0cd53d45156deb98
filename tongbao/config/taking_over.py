"""Another system's files, taken over in one transaction."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

from django.db import transaction as django_transaction

from tongbao.config.csv_files import agent_rows, member_rows, read_rows
from tongbao.kit import clock, events
from tongbao.kit.errors import Language
from tongbao.kit.transactions import transaction
from tongbao.mall.contracts import OrderRowsRefused
from tongbao.mall.policy.order_rows import HEADERS as ORDER_HEADERS
from tongbao.mall.services.imports import import_orders
from tongbao.members.services import import_agents, import_members
from tongbao.rewards.selectors import plan_in_force
from tongbao.rewards.services import import_opening_balances
from tongbao.tenancy.contracts import Actor

ACTOR = Actor.system("import")
BALANCE_HEADERS = {"会员编号": "member_id", "余额_fen": "cash_fen", "余额": "cash", "积分": "points"}


@dataclass(frozen=True, slots=True, kw_only=True)
class TakeOver:
    """Which files, and how strictly."""

    members: Path | None
    agents: Path | None
    balances: Path | None
    orders: Path | None
    plan_key: str
    agents_from: date
    leave_out_bad_lines: bool
    dry_run: bool


@dataclass(slots=True)
class Report:
    """What was taken over by file, and which lines were not: (file, line, message by language)."""

    imported: dict[str, int] = field(default_factory=dict)
    problems: list[tuple[str, int, Callable[[Language], str]]] = field(default_factory=list)
    refused: bool = False


def take_over(*, wanted: TakeOver, say: Callable[[str], None]) -> Report:
    """Take the files over in one transaction, then let rewards follow from the orders' events.

    A file with bad lines refuses everything, unless they are to be left out. Raises FileUnreadable,
    PlanNotInForce.
    """
    report = Report()
    now = clock.now()
    _, plan = plan_in_force(key=wanted.plan_key, at=now)
    with transaction():
        for step in (_members, _agents, _balances, _orders):
            step(wanted, report, plan, now, say)
        if report.problems and not wanted.leave_out_bad_lines:
            report.refused = True
        if report.refused or wanted.dry_run:
            django_transaction.set_rollback(True)
    if wanted.orders and not (report.refused or wanted.dry_run):
        say("Settling the orders …")
        events.drain(now=clock.now())
    return report


def _members(wanted: TakeOver, report: Report, plan: Any, now: Any, say: Callable[[str], None]) -> None:
    if wanted.members is None:
        return
    say(f"Reading {wanted.members.name} …")
    answer = import_members(
        rows=member_rows(wanted.members),
        ladder=plan.ranks,
        actor=ACTOR,
        now=now,
        leave_out_bad_lines=wanted.leave_out_bad_lines,
    )
    _note(report, wanted.members, answer)


def _agents(wanted: TakeOver, report: Report, plan: Any, now: Any, say: Callable[[str], None]) -> None:
    if wanted.agents is None:
        return
    say(f"Reading {wanted.agents.name} …")
    answer = import_agents(
        rows=agent_rows(wanted.agents),
        starts_on=wanted.agents_from,
        actor=ACTOR,
        now=now,
        leave_out_bad_lines=wanted.leave_out_bad_lines,
    )
    _note(report, wanted.agents, answer)


def _balances(wanted: TakeOver, report: Report, plan: Any, now: Any, say: Callable[[str], None]) -> None:
    if wanted.balances is None:
        return
    say(f"Reading {wanted.balances.name} …")
    answer = import_opening_balances(
        rows=list(read_rows(wanted.balances, headers=BALANCE_HEADERS, needed=("member_id",))),
        actor=ACTOR,
        now=now,
        leave_out_bad_lines=wanted.leave_out_bad_lines,
    )
    _note(report, wanted.balances, answer)


def _orders(wanted: TakeOver, report: Report, plan: Any, now: Any, say: Callable[[str], None]) -> None:
    if wanted.orders is None:
        return
    say(f"Reading {wanted.orders.name} …")
    try:
        answer = import_orders(
            rows=read_rows(wanted.orders, headers=ORDER_HEADERS, needed=("order_id", "buyer_id", "product")),
            plan_key=wanted.plan_key,
            pack_codes={product for product, _ in plan.promotions.by_purchase},
            leave_out_bad=wanted.leave_out_bad_lines,
            now=now,
        )
    except OrderRowsRefused as refusal:
        problems = refusal.values["problems"]
        report.imported[wanted.orders.name] = 0
    else:
        problems = answer.problems
        report.imported[wanted.orders.name] = answer.imported
    report.problems += [
        (wanted.orders.name, problem.line, _said(problem.why_en, problem.why_zh)) for problem in problems
    ]


def _note(report: Report, file: Path, answer: Any) -> None:
    report.imported[file.name] = answer.imported
    report.problems += [(file.name, problem.line, problem.error.message) for problem in answer.problems]


def _said(en: str, zh: str) -> Callable[[Language], str]:
    return lambda language: zh if language == "zh" else en
