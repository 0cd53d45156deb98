"""What a verification reports: the row that disagrees, what it says, what it should say."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One row that disagrees with the facts it follows from.

    >>> Finding(table="ledger_balance", key="17", says="posted 100", should="posted 99").as_json()
    {'table': 'ledger_balance', 'key': '17', 'says': 'posted 100', 'should': 'posted 99'}
    """

    table: str
    key: str
    says: str
    should: str

    def as_json(self) -> dict[str, str]:
        return {"table": self.table, "key": self.key, "says": self.says, "should": self.should}
