"""Balances that members bring along from another system (期初余额): cash and points, all or nothing."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime

from tongbao.kit.errors import DomainError
from tongbao.kit.transactions import transaction
from tongbao.ledger.contracts import Request, Transfer, member_account, platform_account
from tongbao.ledger.selectors import was_requested
from tongbao.ledger.services import post_many
from tongbao.members.contracts import ImportReport, RowProblem
from tongbao.members.selectors import member_by_key
from tongbao.money import format_points
from tongbao.points import selectors as points_selectors
from tongbao.points.services import grant_pending, mint
from tongbao.rewards.contracts import OpeningBalanceKnown, PoolTooSmall
from tongbao.rewards.policy import BalanceRow, read_balance_rows
from tongbao.tenancy.contracts import Actor, AuditFact
from tongbao.tenancy.services import audit

BATCH = 500


class _BadLines(Exception):
    pass


def import_opening_balances(
    *,
    rows: Iterable[tuple[int, Mapping[str, str]]],
    actor: Actor,
    now: datetime,
    leave_out_bad_lines: bool = False,
) -> ImportReport:
    """Take over what members had elsewhere: ``(line number, row of balances.csv)`` pairs, in one transaction.

    Cash comes from the platform's account ``opening`` and can be withdrawn. Points come out of a pool, so that
    the cap holds, and are minted at once. A member brings a balance once. A bad line (unknown or repeated
    member, unreadable amount, a pool with too little) stops the whole file, unless bad lines are to be left
    out. Problems come back in the report, by line; nothing is raised for them.

    >>> import_opening_balances(rows=[(2, {"member_id": "A1", "cash_fen": "1250"})],
    ...     actor=actor, now=now).imported                                     # doctest: +SKIP
    1
    """
    good, unreadable = read_balance_rows(rows)
    problems = list(unreadable)
    try:
        with transaction():
            imported = _take(good, problems, now)
            if problems and not leave_out_bad_lines:
                raise _BadLines
            detail = {"imported": imported, "left_out": len(problems)}
            audit(AuditFact(actor=actor, action="balances.import", subject="import", detail=detail), now=now)
    except _BadLines:
        imported = 0
    return ImportReport(imported=imported, problems=tuple(sorted(problems, key=lambda problem: problem.line)))


def _take(rows: Iterable[BalanceRow], problems: list[RowProblem], now: datetime) -> int:
    waiting: list[Request] = []
    seen: dict[int, int] = {}
    imported = 0
    for row in rows:
        try:
            member_id = member_by_key(key=row.member).member_id
            subject = f"opening:{member_id}"
            if member_id in seen or was_requested(key=subject) or points_selectors.grant(subject=subject):
                raise OpeningBalanceKnown(key=row.member)
            _bring_points(row, member_id, subject, now)
        except DomainError as error:
            problems.append(RowProblem(line=row.line, error=error))
            continue
        seen[member_id] = row.line
        imported += 1
        if row.cash_fen:
            waiting.append(_cash(member_id, row.cash_fen, subject))
        if len(waiting) >= BATCH:
            post_many(requests=waiting, now=now)
            waiting = []
    post_many(requests=waiting, now=now)
    return imported


def _cash(member_id: int, amount_fen: int, subject: str) -> Request:
    line = Transfer(
        debit=platform_account("opening"),
        credit=member_account(member_id, "cash"),
        amount=amount_fen,
        kind="opening",
        subject=subject,
    )
    return Request(key=subject, transfers=(line,))


def _bring_points(row: BalanceRow, member_id: int, subject: str, now: datetime) -> None:
    if not row.points:
        return
    with transaction():
        granted = grant_pending(
            pool=row.pool,
            member_id=member_id,
            amount=row.points,
            subject=subject,
            now=now,
            is_vested=True,
        )
        if granted < row.points:
            raise PoolTooSmall(pool=row.pool, left=format_points(granted), asked=format_points(row.points))
        mint(subject=subject, now=now)
