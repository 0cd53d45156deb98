"""Bank statements of the reserve, uploaded to be laid beside the books."""

from __future__ import annotations

import hashlib
from datetime import datetime

from django.db import IntegrityError

from tongbao.kit.transactions import transaction
from tongbao.points.models import BankStatement, BankStatementLine
from tongbao.points.policy.bank_statement import read_statement
from tongbao.points.selectors.attesting import check_new
from tongbao.tenancy.contracts import Actor, AuditFact
from tongbao.tenancy.services import audit


def upload_statement(*, content: bytes, file_name: str, actor: Actor, now: datetime) -> int:
    """Keep a statement as it was read; its number. Nothing is booked: it is only compared.

    Raises BankStatementInvalid with the row that can't be read, BankStatementKnown for the same file again.
    """
    rows = read_statement(content)
    digest = hashlib.sha256(content).hexdigest()
    try:
        with transaction():
            statement = BankStatement.objects.create(
                file_name=file_name[:200],
                sha256=digest,
                uploaded_by=actor.name,
                uploaded_at=now,
                first_on=rows[0].on,
                last_on=rows[-1].on,
                closing_fen=rows[-1].balance_fen,
            )
            BankStatementLine.objects.bulk_create(
                [
                    BankStatementLine(
                        statement=statement,
                        row=row.row,
                        on=row.on,
                        amount_fen=row.amount_fen,
                        balance_fen=row.balance_fen,
                        reference=row.reference,
                    )
                    for row in rows
                ],
                batch_size=2_000,
            )
            detail = {"rows": len(rows), "sha256": digest, "closing_fen": rows[-1].balance_fen}
            subject = f"bank_statement:{statement.pk}"
            audit(
                AuditFact(actor=actor, action="points.upload_statement", subject=subject, detail=detail),
                now=now,
            )
    except IntegrityError:
        check_new(content=content)
        raise
    return int(statement.pk)
