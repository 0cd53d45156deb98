"""The largest amounts and numbers that the mall accepts. Amounts are in fen."""

from __future__ import annotations

MAX_PRICE_FEN = 100_000_000
"""The dearest a single piece may be: one million yuan."""

MAX_ORDER_FEN = 1_000_000_000
"""The most one order may come to, freight included: ten million yuan."""

MAX_QUANTITY = 999
"""The most pieces of one variant on one line."""

MAX_LINES = 100
"""The most lines in one cart or order."""

MAX_STOCK = 100_000_000
"""The most pieces of one variant in stock."""
