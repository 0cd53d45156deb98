"""What the mall does by itself, and when. Gateways are asked here, outside any transaction."""

from __future__ import annotations

from datetime import datetime, timedelta

from tongbao.kit.jobs import Schedule
from tongbao.mall.services import claims, orders, payments, reconciliation, refunds


def end_unpaid_orders(now: datetime) -> None:
    """Time out orders that were not paid in time, and put their pieces back."""
    orders.time_out_orders(now=now)


def receive_and_close(now: datetime) -> None:
    """Automatic receipt, then automatic closing, then returns that nobody posted."""
    orders.receive_due_orders(now=now)
    orders.close_due_orders(now=now)
    claims.withdraw_forgotten_returns(now=now)


def ask_gateways(now: datetime) -> None:
    """Ask how open payments stand whose notification has not come, and take refunds a step further."""
    payments.ask_for_due_payments(now=now)
    refunds.submit_due_refunds(now=now)


def reconcile(now: datetime) -> None:
    """Compare the gateways' statements of finished days with the ledger."""
    reconciliation.reconcile_missed_days(now=now)


SCHEDULES = [
    Schedule(name="mall.end_unpaid_orders", every=timedelta(minutes=1), function=end_unpaid_orders),
    Schedule(name="mall.ask_gateways", every=timedelta(seconds=30), function=ask_gateways),
    Schedule(name="mall.receive_and_close", every=timedelta(minutes=5), function=receive_and_close),
    # Days that are done are not done again, so asking often costs one query.
    Schedule(name="mall.reconcile", every=timedelta(hours=1), function=reconcile),
]
