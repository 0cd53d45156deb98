"""Writes of points: pools, grants, rights cards, the reserve, prices, payments with points, redemption, expiry.

``rewards`` calls these inside its transaction. Each takes its row under a lock, so that two at once do one after
the other; a repeated call finds the work done and changes nothing.
"""

from tongbao.points.services.attesting import upload_statement
from tongbao.points.services.batches import Share, grant_and_mint_many
from tongbao.points.services.cards import (
    give_founding_card,
    make_card,
    release_due_parts,
    revoke_card,
    transfer_card,
)
from tongbao.points.services.expiring import expire_points, warn_of_expiry
from tongbao.points.services.grants import (
    grant_for_purchase,
    grant_for_purchases,
    grant_pending,
    mint,
    mint_many,
    mint_vested,
    reduce_grant,
    reduce_purchase_grant,
    reduce_purchase_grants,
    void,
)
from tongbao.points.services.part_payment import PointsPart
from tongbao.points.services.paying_in import record_paid_in
from tongbao.points.services.pools import retire, set_up_tenant
from tongbao.points.services.prices import deposit_to_reserve, order_price, publish_price, state_pledge
from tongbao.points.services.redeeming import carry_out_redemptions, redeem, withdraw_redemption
from tongbao.points.services.reserve import (
    confirm_contribution,
    confirm_many,
    contribute,
    contribute_many,
    reduce_contribution,
    reduce_contributions,
    void_contribution,
)
from tongbao.points.services.rules import change_rules
from tongbao.points.services.spending import (
    QUOTE_HOLDS,
    burn_spent,
    confirm_spending,
    give_back_spending,
    let_go_spending,
    sign_quote,
    take_spending,
)
from tongbao.points.services.trading import (
    cancel_order,
    enter_ask,
    enter_bid,
    expire_orders,
    match_waiting,
)
from tongbao.points.services.watching import watch_market

__all__ = [
    "QUOTE_HOLDS",
    "PointsPart",
    "Share",
    "burn_spent",
    "cancel_order",
    "carry_out_redemptions",
    "change_rules",
    "confirm_contribution",
    "confirm_many",
    "confirm_spending",
    "contribute",
    "contribute_many",
    "deposit_to_reserve",
    "enter_ask",
    "enter_bid",
    "expire_orders",
    "expire_points",
    "give_back_spending",
    "give_founding_card",
    "grant_and_mint_many",
    "grant_for_purchase",
    "grant_for_purchases",
    "grant_pending",
    "let_go_spending",
    "make_card",
    "match_waiting",
    "mint",
    "mint_many",
    "mint_vested",
    "order_price",
    "publish_price",
    "record_paid_in",
    "redeem",
    "reduce_contribution",
    "reduce_contributions",
    "reduce_grant",
    "reduce_purchase_grant",
    "reduce_purchase_grants",
    "release_due_parts",
    "retire",
    "revoke_card",
    "set_up_tenant",
    "sign_quote",
    "state_pledge",
    "take_spending",
    "transfer_card",
    "upload_statement",
    "void",
    "void_contribution",
    "warn_of_expiry",
    "watch_market",
    "withdraw_redemption",
]
