"""What a withdrawal costs."""

from __future__ import annotations

from tongbao.money import floor_share
from tongbao.rewards.contracts import (
    AmountTooSmall,
    NothingLeftAfterCosts,
    RewardsSettings,
    WithdrawalQuote,
)


def quote_withdrawal(*, amount_fen: int, settings: RewardsSettings) -> WithdrawalQuote:
    """Fee (fixed and proportional, rounded down) and tax (each bracket's part at its rate, rounded down).

    Raises AmountTooSmall, NothingLeftAfterCosts.

    >>> settings = RewardsSettings(withdrawal_fee_bp=60, tax_brackets=((80_000, 2_000),))
    >>> quote_withdrawal(amount_fen=100_000, settings=settings)
    WithdrawalQuote(amount_fen=100000, fee_fen=600, tax_fen=4000, payout_fen=95400)
    """
    if amount_fen < settings.withdrawal_least_fen:
        raise AmountTooSmall(asked_fen=amount_fen, least_fen=settings.withdrawal_least_fen)
    fee_fen = settings.withdrawal_fee_fen + floor_share(amount=amount_fen, rate_bp=settings.withdrawal_fee_bp)
    tax_fen = 0
    steps = [(int(start), int(rate)) for start, rate in settings.tax_brackets]
    for place, (start, rate_bp) in enumerate(steps):
        end = steps[place + 1][0] if place + 1 < len(steps) else amount_fen
        tax_fen += floor_share(amount=max(0, min(amount_fen, end) - start), rate_bp=rate_bp)
    payout_fen = amount_fen - fee_fen - tax_fen
    if payout_fen <= 0:
        raise NothingLeftAfterCosts(asked_fen=amount_fen)
    return WithdrawalQuote(amount_fen=amount_fen, fee_fen=fee_fen, tax_fen=tax_fen, payout_fen=payout_fen)
