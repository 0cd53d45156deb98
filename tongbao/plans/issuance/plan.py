"""An issuance plan as a whole, as a document states it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from tongbao.money import Language, format_points, format_rate, format_yuan
from tongbao.plans.issuance.batches import (
    BatchPlan,
    BatchRow,
    FixedPoints,
    Issue,
    Opening,
    PerYuan,
    PlannedPool,
    PoolRow,
    issuance_table,
    pool_rows,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class IssuancePlan:
    """Batches, and what bounds them. ``lines`` says on which line of its document each batch begins."""

    key: str
    title_zh: str
    title_en: str
    cap: int
    rate_bp: int
    pools: tuple[PlannedPool, ...]
    batches: tuple[BatchPlan, ...]
    opening: Opening = field(default_factory=Opening)
    lines: tuple[int, ...] = field(default=(), compare=False)

    def title(self, language: Language) -> str:
        return self.title_zh if language == "zh" else self.title_en

    def rows(self) -> tuple[BatchRow, ...]:
        """The table. Raises IssuanceAbovePool, IssuanceAboveCap, BurnedTooMuch."""
        return issuance_table(self.batches, cap=self.cap, pools=self.pools, opening=self.opening)

    def pool_rows(self) -> tuple[PoolRow, ...]:
        return pool_rows(self.batches, pools=self.pools)

    def as_document(self) -> dict[str, Any]:
        """The plan as a document again; written as JSON it loads to the same plan."""
        return {
            "issuance": self.key,
            "title": {"zh": self.title_zh, "en": self.title_en},
            "cap": format_points(self.cap),
            "reserve": format_rate(self.rate_bp),
            "opening": {
                "reserve": format_yuan(self.opening.reserve_fen),
                "burned": format_points(self.opening.burned),
            },
            "pools": [_pool(pool) for pool in self.pools],
            "batches": [_batch(batch) for batch in self.batches],
        }


def _pool(pool: PlannedPool) -> dict[str, Any]:
    return {
        "key": pool.key,
        "title": {"zh": pool.title_zh, "en": pool.title_en},
        "cap": format_points(pool.cap),
        "issued": format_points(pool.issued),
        "retired": format_points(pool.retired),
    }


def _batch(batch: BatchPlan) -> dict[str, Any]:
    return {
        "title": {"zh": batch.title_zh, "en": batch.title_en},
        "sales": format_yuan(batch.sales_fen),
        "reserve": format_rate(batch.rate_bp),
        "issue": [_issue(issue) for issue in batch.issues],
        "burned": format_points(batch.burned),
    }


def _issue(issue: Issue) -> dict[str, Any]:
    told: dict[str, Any] = {"pool": issue.pool} if issue.pool else {}
    if isinstance(issue, PerYuan):
        return {**told, "per_yuan": format_points(issue.units_per_yuan)}
    if isinstance(issue, FixedPoints):
        return {**told, "points": format_points(issue.amount)}
    return {**told, "seats": str(issue.seats), "each": format_points(issue.units_each)}
