"""Rewards in the operator's console: plans, awards, withdrawals, and who earned from an order."""

from tongbao.rewards.admin import awards, panels, plans, withdrawals

__all__ = ["awards", "panels", "plans", "withdrawals"]
