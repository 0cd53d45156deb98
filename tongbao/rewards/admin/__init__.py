"""Rewards in the operator's console: plans, awards, withdrawals, and who earned from an order."""

from tongbao.rewards.admin import accounts, awards, issuance, panels, plans, studio, withdrawals

__all__ = ["accounts", "awards", "issuance", "panels", "plans", "studio", "withdrawals"]
