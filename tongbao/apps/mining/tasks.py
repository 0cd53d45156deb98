"""What the app does when it hears of something, and every hour."""

from __future__ import annotations

from datetime import datetime

from tongbao.apps.mining import services
from tongbao.mall.contracts import OrderClosed, OrderPaid, OrderRefunded
from tongbao.members.contracts import MemberJoined


def joined(event: MemberJoined, now: datetime) -> None:
    """A new member gets the free machine, if there is one."""
    services.give_free_machine(member_id=event.member_id, now=now)


def order_changed(event: OrderPaid | OrderClosed | OrderRefunded, now: datetime) -> None:
    """An order was paid, is past its return window, or was refunded."""
    services.sync_order(order_id=event.order_id, now=now)


def give(now: datetime) -> int:
    """Outputs whose day is over."""
    return services.give_due(now=now)
