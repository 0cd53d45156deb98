"""Which distribution plan a product names: one that is in force, or none.

A sale by a plan that nobody knows could never be settled, and would hold up those after it.
"""

from __future__ import annotations

from datetime import datetime

from tongbao.mall.contracts import PlanCatalogue, PlanKeyUnknown, PlanOffer

_catalogues: list[PlanCatalogue] = []


def use_plan_catalogue(catalogue: PlanCatalogue) -> None:
    """Say who knows the plans; called once at start by the package that keeps them."""
    _catalogues[:] = [catalogue]


def plan_offers(*, at: datetime) -> tuple[PlanOffer, ...]:
    """The plans that a product may name; none where no package keeps plans."""
    return tuple(offer for catalogue in _catalogues for offer in catalogue.plans(at=at))


def check_plan_key(*, plan_key: str, at: datetime) -> str:
    """Return a key that names a plan in force, or is empty. Raises PlanKeyUnknown."""
    known = [offer.key for offer in plan_offers(at=at)]
    if plan_key and plan_key not in known:
        raise PlanKeyUnknown(plan_key=plan_key, known=", ".join(known) or "—")
    return plan_key
