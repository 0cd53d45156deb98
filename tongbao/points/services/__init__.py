"""Writes of points: pools opened once, grants with an order, contributions to the reserve.

``rewards`` calls these inside its transaction. Each takes its row under a lock, so that two at once do one after
the other; a repeated call finds the work done and changes nothing.
"""

from tongbao.points.services.grants import (
    grant_for_purchase,
    grant_for_purchases,
    grant_pending,
    mint,
    mint_many,
    reduce_grant,
    reduce_purchase_grant,
    reduce_purchase_grants,
    void,
)
from tongbao.points.services.pools import set_up_tenant
from tongbao.points.services.reserve import (
    confirm_contribution,
    confirm_many,
    contribute,
    contribute_many,
    reduce_contribution,
    reduce_contributions,
    void_contribution,
)

__all__ = [
    "confirm_contribution",
    "confirm_many",
    "contribute",
    "contribute_many",
    "grant_for_purchase",
    "grant_for_purchases",
    "grant_pending",
    "mint",
    "mint_many",
    "reduce_contribution",
    "reduce_contributions",
    "reduce_grant",
    "reduce_purchase_grant",
    "reduce_purchase_grants",
    "set_up_tenant",
    "void",
    "void_contribution",
]
