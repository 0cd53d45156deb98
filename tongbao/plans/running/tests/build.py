"""Plans and days for the tests, written shortly."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

from tongbao.plans import Plan, load_plan
from tongbao.plans.running import Payment, Run, RunOrder

RANKS = ("member", "vip", "dealer")


def day(number: int, *, month: int = 1) -> datetime:
    return datetime(2026, month, number, tzinfo=UTC)


def plan_of(
    *clauses: dict[str, Any], promotions: dict[str, Any] | None = None, budget: object = "100%"
) -> Plan:
    """A plan with these clauses, through its document; ids are the kinds, if none is given."""
    document: dict[str, Any] = {
        "plan": "made-up",
        "title": {"zh": "测试", "en": "Made up"},
        "ranks": [{"key": rank, "zh": rank, "en": rank} for rank in RANKS],
        "budget": budget,
        "clauses": [{"id": clause.get("kind", "walk")} | clause for clause in clauses],
    }
    if promotions:
        document["promotions"] = promotions
    return load_plan(json.dumps(document))


class Shop:
    """A run with named people: ``Shop(plan, "Ann", "Bob<Ann", "Cid<Ann:vip", "Dan!")``."""

    def __init__(self, plan: Plan, *people: str, release_days: int = 7) -> None:
        self.run = Run(plan, release_days=release_days)
        self._orders = 0
        for word in people:
            self.join(word)

    def join(self, word: str) -> None:
        who, _, rank = word.rstrip("!").partition(":")
        name, _, sponsor = who.partition("<")
        self.run.join(
            name, sponsor=sponsor or None, rank=rank or None, active=not word.endswith("!"), at=day(1)
        )

    def paid(
        self, buyer: str, yuan: int, *, on: datetime | None = None, **order: Any
    ) -> list[tuple[str, int]]:
        """Who gets how many fen from an order of whole yuan. Orders are numbered from 1."""
        self._orders += 1
        order.setdefault("base_fen", yuan * 100)
        paid = RunOrder(key=str(self._orders), buyer=buyer, at=on or day(1), **order)
        return told(self.run.paid(paid))

    def refunded(self, order: int, yuan: int, *, on: datetime | None = None) -> list[tuple[str, int, str]]:
        payments = self.run.refunded(str(order), amount_fen=yuan * 100, at=on or day(1))
        return [(str(pay.beneficiary), pay.amount_fen, pay.status) for pay in payments]

    def close(self, period: str = "month", *, seed: bytes | None = None, on: datetime | None = None):
        return told(self.run.close(period, at=on or day(1), seed=seed))  # type: ignore[arg-type]


def told(payments: tuple[Payment, ...]) -> list[tuple[str, int]]:
    return [(str(pay.beneficiary), pay.amount_fen) for pay in payments]
