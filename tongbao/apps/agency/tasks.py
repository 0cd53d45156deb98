"""What the app does when it hears of an order."""

from __future__ import annotations

from datetime import datetime

from tongbao.apps.agency import services
from tongbao.mall.contracts import OrderPaid, OrderRefunded


def order_changed(event: OrderPaid | OrderRefunded, now: datetime) -> None:
    """An order was paid or refunded: perhaps that of a fee."""
    services.order_changed(order_id=event.order_id, now=now)
