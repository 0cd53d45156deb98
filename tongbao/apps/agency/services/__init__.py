"""Writes of agencies: applying, paying, withdrawing; approving and refusing; terms."""

from tongbao.apps.agency.services.applying import apply, order_fee, withdraw
from tongbao.apps.agency.services.deciding import approve, refuse
from tongbao.apps.agency.services.paying import order_changed
from tongbao.apps.agency.services.terms import change_terms

__all__ = ["apply", "approve", "change_terms", "order_changed", "order_fee", "refuse", "withdraw"]
