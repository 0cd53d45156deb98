"""What the mall asks of the floor above: which distribution plans a product may name."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Protocol


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanOffer:
    """A plan in force, by its key, with its title for an operator."""

    key: str
    title_zh: str
    title_en: str


class PlanCatalogue(Protocol):
    """An extension point: implemented above, registered with ``services.plan_keys.use_plan_catalogue``."""

    def plans(self, *, at: datetime) -> tuple[PlanOffer, ...]:
        """The plans in force at a moment, in the current tenant."""
        ...
