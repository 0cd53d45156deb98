"""What a withdrawal costs, and how it is called."""

from __future__ import annotations

import hashlib

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


def digest_of_key(client_key: str) -> str:
    """A client's key in a fixed length."""
    return hashlib.sha256(client_key.encode()).hexdigest()[:32]


def withdrawal_number(*, tenant: str, member_id: int, client_key: str) -> str:
    """The number of the withdrawal that a member asks for under a key; no other request has it.

    The same request has the same number, also at a gateway that several tenants share.

    >>> withdrawal_number(tenant="lotus", member_id=7, client_key="k1")
    'W64982879315555891079'
    """
    digest = hashlib.sha256(f"{tenant}|{member_id}|{client_key}".encode()).hexdigest()
    return f"W{int(digest, 16) % 10**20:020d}"
