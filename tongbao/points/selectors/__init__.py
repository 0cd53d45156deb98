"""Reads of points."""

from tongbao.points.selectors.attesting import attestation
from tongbao.points.selectors.cards import member_cards
from tongbao.points.selectors.expiring import expiring_soon
from tongbao.points.selectors.market import candles, market, market_purse, member_market_orders, order_book
from tongbao.points.selectors.pools import (
    grant,
    grant_states,
    left_in,
    member_grants,
    member_points,
    member_statement,
    pools,
    require_pool,
    supply,
    verify,
    vesting_ends,
)
from tongbao.points.selectors.prices import economy, floor_now, pledge_fen, price_history, price_of_the_day
from tongbao.points.selectors.spending import (
    member_redemptions,
    most_spendable_fen,
    quote_redemption,
    quote_spending,
    redeemable_today,
    spending,
)
from tongbao.points.selectors.trades import member_market_trades

__all__ = [
    "attestation",
    "candles",
    "economy",
    "expiring_soon",
    "floor_now",
    "grant",
    "grant_states",
    "left_in",
    "market",
    "market_purse",
    "member_cards",
    "member_grants",
    "member_market_orders",
    "member_market_trades",
    "member_points",
    "member_redemptions",
    "member_statement",
    "most_spendable_fen",
    "order_book",
    "pledge_fen",
    "pools",
    "price_history",
    "price_of_the_day",
    "quote_redemption",
    "quote_spending",
    "redeemable_today",
    "require_pool",
    "spending",
    "supply",
    "verify",
    "vesting_ends",
]
