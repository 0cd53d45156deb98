"""Writes of agencies: applying, paying, withdrawing; approving and refusing."""

from tongbao.apps.agency.services.applying import apply, order_fee, withdraw
from tongbao.apps.agency.services.deciding import approve, refuse
from tongbao.apps.agency.services.paying import order_changed

__all__ = ["apply", "approve", "order_changed", "order_fee", "refuse", "withdraw"]
