"""Reads of the settlement lane's awards, row by row."""

from __future__ import annotations

from tongbao.ledger.contracts import Account, BookedAward
from tongbao.ledger.selectors.seals import rows_of

PAGE = (
    "SELECT award.batch, award.position, award.order_id, award.amount, award.clause, award.seat, award.rank,"
    " award.rate_bp, award.rate_before_bp, award.line, account.owner_kind, account.owner_id, account.kind,"
    " account.detail FROM ledger_award AS award JOIN ledger_account AS account ON account.id = award.beneficiary"
    " WHERE award.batch = %s AND award.position > %s ORDER BY award.position LIMIT %s"
)


def awards_in(*, batch: int, after: int = -1, limit: int = 100) -> tuple[BookedAward, ...]:
    """Up to ``limit`` awards of a batch after a position."""
    return tuple(
        BookedAward(
            batch=row[0],
            position=row[1],
            order_id=row[2],
            beneficiary=Account(*row[10:]),
            amount=row[3],
            clause=row[4],
            seat=row[5],
            rank=row[6],
            rate_bp=row[7],
            rate_before_bp=row[8],
            line=row[9],
        )
        for row in rows_of(PAGE, [batch, after, limit])
    )
