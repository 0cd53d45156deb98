"""What ``tongbao verify`` asks of the books: every row against the rows that it follows from, portion by portion.

The database adds up and compares; what comes here is what disagrees. So memory holds neither rows nor balances, however
long the books are.
"""

from __future__ import annotations

from collections.abc import Iterator
from importlib import resources
from typing import Any, Final

from tongbao.kit import progress
from tongbao.kit.findings import Finding
from tongbao.ledger.selectors.archive_checks import verify_archives
from tongbao.ledger.selectors.reading import rows_of, streamed
from tongbao.ledger.selectors.seal_checks import verify_seals

_SQL = resources.files("tongbao.ledger").joinpath("sql")
TRANSFERS = _SQL.joinpath("verify_transfers.sql").read_text(encoding="utf-8")
AWARDS = _SQL.joinpath("verify_awards.sql").read_text(encoding="utf-8")
SETTLER = _SQL.joinpath("verify_settler.sql").read_text(encoding="utf-8")
ACCOUNTS = _SQL.joinpath("verify_accounts.sql").read_text(encoding="utf-8")
LEAST, MOST = -(2**63), 2**63 - 1
REQUESTS_AT_ONCE: Final = 50_000
AWARDS_AT_ONCE: Final = 1_000_000


def verify() -> Iterator[Finding]:
    """Every row of the books that disagrees with the rows it follows from; nothing when they are right."""
    yield from _verify_transfers()
    yield from _verify_awards()
    yield from _found(SETTLER)
    progress.tell("balances", done=0, total=1)
    yield from _found(ACCOUNTS)
    progress.tell("balances", done=1, total=1)
    unreadable: set[int] = set()
    yield from verify_archives(unreadable=unreadable)
    yield from verify_seals(unreadable=unreadable)


def _verify_transfers() -> Iterator[Finding]:
    """Range by range of requests; the ranges leave nothing between them, so a row of no request is met as well."""
    total = int(rows_of("SELECT count(*) FROM ledger_request")[0][0])
    first, done = LEAST, 0
    while first <= MOST:
        after = rows_of(
            "SELECT batch FROM ledger_request WHERE batch >= %s ORDER BY batch OFFSET %s LIMIT 1",
            [first, REQUESTS_AT_ONCE],
        )
        last = after[0][0] - 1 if after else MOST
        yield from _found(TRANSFERS, first=first, last=last)
        first, done = last + 1, done + REQUESTS_AT_ONCE
        progress.tell("requests", done=done, total=total)


def _verify_awards() -> Iterator[Finding]:
    """Range by range of batches, as many as hold a million awards."""
    total = int(rows_of("SELECT coalesce(sum(awards), 0) FROM ledger_award_batch")[0][0])
    done = 0
    for first, last, awards in _ranges():
        yield from _found(AWARDS, first=first, last=last)
        done += awards
        progress.tell("awards", done=done, total=total)


def _ranges() -> Iterator[tuple[int, int, int]]:
    first, awards = LEAST, 0
    with streamed("SELECT batch, awards FROM ledger_award_batch ORDER BY batch") as batches:
        for batch, count in batches:
            awards += count
            if awards >= AWARDS_AT_ONCE:
                yield first, batch, awards
                first, awards = batch + 1, 0
    yield first, MOST, awards


def _found(query: str, **parameters: Any) -> Iterator[Finding]:
    """What a query names, through a cursor on the server: even if every row were wrong."""
    with streamed(query, parameters) as rows:
        for table, key, says, should in rows:
            yield Finding(table=table, key=key, says=says, should=should)
