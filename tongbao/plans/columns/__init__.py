"""The evaluator for a million orders: NumPy columns, award for award what ``evaluate`` gives.

The same machines that ``evaluate`` runs seat by seat are written down as tables, and all orders of a batch walk
up together, one seat a step. Integers throughout.
"""

from __future__ import annotations

from tongbao.plans.columns.awards import AwardColumns
from tongbao.plans.columns.orders import OrderColumns
from tongbao.plans.columns.promotions import Raise, RankHistory, promote
from tongbao.plans.columns.settling import Columns

__all__ = ["AwardColumns", "Columns", "OrderColumns", "Raise", "RankHistory", "promote"]
