"""A plan on a random market: who joins, who earns, who loses. Pure; the amounts are whole fen."""

from __future__ import annotations

from tongbao.plans.simulation.drawn import Drawn
from tongbao.plans.simulation.growth import Progress, draw_market, quiet
from tongbao.plans.simulation.market import (
    SETTINGS,
    Market,
    Offer,
    UnknownMarket,
    load_market,
    market_names,
    market_preset,
)
from tongbao.plans.simulation.payouts import Payouts, Route, needs_books, pay

__all__ = [
    "SETTINGS",
    "Drawn",
    "Market",
    "Offer",
    "Payouts",
    "Progress",
    "Route",
    "UnknownMarket",
    "draw_market",
    "load_market",
    "market_names",
    "market_preset",
    "needs_books",
    "pay",
    "quiet",
]
