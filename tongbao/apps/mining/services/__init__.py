"""Writes of mining: one use case, one transaction."""

from tongbao.apps.mining.services.giving import give_due
from tongbao.apps.mining.services.machines import give_free_machine, sync_order, sync_orders, take_back
from tongbao.apps.mining.services.props import define_prop, end_prop

__all__ = [
    "define_prop",
    "end_prop",
    "give_due",
    "give_free_machine",
    "sync_order",
    "sync_orders",
    "take_back",
]
