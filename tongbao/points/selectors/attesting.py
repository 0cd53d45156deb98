"""The reserve against the bank's statement."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from datetime import date, timedelta
from importlib import resources
from typing import Any

from django.db import connection
from django.db.models import Sum

from tongbao.points.contracts import Attestation, BankStatementKnown, ReserveDay
from tongbao.points.models import BankStatement, BankStatementLine, ReserveDeposit
from tongbao.points.policy.prices import beginning_of
from tongbao.points.selectors.prices import pledge_fen

BY_DAY = resources.files("tongbao.points").joinpath("sql", "reserve_by_day.sql").read_text(encoding="utf-8")
DAYS_SHOWN = 31


def attestation(*, statement_id: int | None = None, days: int = DAYS_SHOWN) -> Attestation | None:
    """The newest statement (or one of them) beside the books, newest day first; None before the first upload.

    Days are those of Asia/Shanghai that the bank has a booking on; both sides are balances at the end of the day.
    """
    rows = BankStatement.objects.filter(pk=statement_id) if statement_id else BankStatement.objects.all()
    statement = rows.first()
    if statement is None:
        return None
    closing = _closing_balances(statement.pk, days)
    ledger = reserve_at_end_of(days=[on for on, _ in closing])
    return Attestation(
        uploaded_at=statement.uploaded_at,
        sha256=statement.sha256,
        days=tuple(
            ReserveDay(on=on, ledger_fen=ledger_fen, bank_fen=bank_fen)
            for (on, bank_fen), ledger_fen in zip(closing, ledger, strict=True)
        ),
        deposits_fen=int(ReserveDeposit.objects.aggregate(total=Sum("amount_fen"))["total"] or 0),
        pledge_fen=pledge_fen(),
    )


def _closing_balances(statement_id: int, days: int) -> list[tuple[date, int]]:
    """The last balance of each of the newest days."""
    lines = BankStatementLine.objects.filter(statement_id=statement_id)
    last_of_day = lines.order_by("-on", "-row").distinct("on").values_list("on", "balance_fen")
    return list(last_of_day[:days])


def reserve_at_end_of(*, days: Sequence[date]) -> list[int]:
    """What the books had in the reserve at the end of each day, in fen."""
    ends = [beginning_of(on=day + timedelta(days=1), cut_off_minutes=0) for day in days]
    parameters: dict[str, Any] = {"ends": ends}
    with connection.cursor() as cursor:
        cursor.execute(BY_DAY, parameters)
        return [int(fen) for (fen,) in cursor.fetchall()]


def check_new(*, content: bytes) -> None:
    """Raises BankStatementKnown for a file that was uploaded before."""
    known = BankStatement.objects.filter(sha256=hashlib.sha256(content).hexdigest()).first()
    if known is not None:
        raise BankStatementKnown(on=known.uploaded_at.date().isoformat())
