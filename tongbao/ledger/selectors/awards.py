"""Reads of the settlement lane's awards, row by row."""

from __future__ import annotations

from tongbao.ledger.contracts import Account, BookedAward
from tongbao.ledger.policy.leaves import AwardRecord
from tongbao.ledger.selectors.archives import award_page
from tongbao.ledger.selectors.reading import rows_of


def awards_in(*, batch: int, after: int = -1, limit: int = 100) -> tuple[BookedAward, ...]:
    """Up to ``limit`` awards of a batch after a position, wherever they lie. Raises ArchiveUnreadable."""
    records = [AwardRecord._make(row) for row in award_page(batch=batch, after=after, limit=limit)]
    found = rows_of(
        "SELECT id, owner_kind, owner_id, kind, detail FROM ledger_account WHERE id = ANY(%s)",
        [[record.beneficiary for record in records]],
    )
    accounts = {row[0]: Account(*row[1:]) for row in found}
    return tuple(
        BookedAward(**record._asdict() | {"beneficiary": accounts[record.beneficiary]}) for record in records
    )
