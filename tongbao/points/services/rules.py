"""What a mall has switched on of points and its limits, changed by an owner with a reason."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from tongbao.kit.errors import InvalidInput
from tongbao.kit.transactions import transaction
from tongbao.points.contracts import PointsSettings
from tongbao.points.models import MarketOrder
from tongbao.tenancy.contracts import Actor, ReasonNeeded
from tongbao.tenancy.selectors import tenant_settings
from tongbao.tenancy.services import change_settings


def change_rules(*, values: Mapping[str, int | bool], actor: Actor, reason: str, now: datetime) -> None:
    """Change settings of points (积分规则) for what happens from now on; audited with before and after.

    The size of a lot stays once an order was entered: prices of the book are for that lot. Raises ReasonNeeded,
    InvalidInput, UnknownSetting.

    >>> change_rules(values={"expiry_days": 730}, actor=actor, reason="announced in March", now=now)   # doctest: +SKIP
    """
    if not reason.strip():
        raise ReasonNeeded(action="points.rules")
    kept = tenant_settings(PointsSettings)
    changed = {name: value for name, value in values.items() if getattr(kept, name, None) != value}
    if "market_lot_units" in changed and MarketOrder.objects.exists():
        raise InvalidInput(
            field="market_lot_units",
            why_en="orders were entered for lots of the size that it has",
            why_zh="已有按现有每手数量的挂单",
        )
    if changed:
        with transaction():
            change_settings(
                settings_class=PointsSettings, values=changed, actor=actor, now=now, reason=reason.strip()
            )
