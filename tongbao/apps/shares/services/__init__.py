"""What is done with shares: exchanged, approved, divided among."""

from tongbao.apps.shares.services.dividends import draw_up_dividend, drop_dividend, pay_dividend
from tongbao.apps.shares.services.exchanging import (
    approve_exchange,
    ask_for_shares,
    refuse_exchange,
    set_cap,
    withdraw_exchange,
)

__all__ = [
    "approve_exchange",
    "ask_for_shares",
    "draw_up_dividend",
    "drop_dividend",
    "pay_dividend",
    "refuse_exchange",
    "set_cap",
    "withdraw_exchange",
]
