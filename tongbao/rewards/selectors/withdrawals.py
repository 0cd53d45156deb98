"""Withdrawals as members and operators see them."""

from __future__ import annotations

from typing import cast

from tongbao.rewards.contracts import (
    RewardsSettings,
    WithdrawalFacts,
    WithdrawalQuote,
    WithdrawalState,
    WithdrawalUnknown,
)
from tongbao.rewards.models import Withdrawal
from tongbao.rewards.policy import quote_withdrawal
from tongbao.tenancy.selectors import tenant_settings


def quote(*, amount_fen: int) -> WithdrawalQuote:
    """What withdrawing this much costs and pays. Raises AmountTooSmall, NothingLeftAfterCosts."""
    return quote_withdrawal(amount_fen=amount_fen, settings=tenant_settings(RewardsSettings))


def withdrawal(*, number: str, member_id: int | None = None) -> WithdrawalFacts:
    """One withdrawal; with ``member_id`` only if it is theirs. Raises WithdrawalUnknown."""
    rows = Withdrawal.objects.filter(number=number)
    if member_id is not None:
        rows = rows.filter(member_id=member_id)
    row = rows.first()
    if row is None:
        raise WithdrawalUnknown(number=number)
    return _facts(row)


def withdrawals_of(*, member_id: int, before: str = "", limit: int = 50) -> tuple[WithdrawalFacts, ...]:
    """A member's withdrawals, newest first; ``before`` (a number of theirs) asks for the next page."""
    rows = Withdrawal.objects.filter(member_id=member_id)
    if before:
        rows = rows.filter(id__lt=rows.filter(number=before).values("id")[:1])
    return tuple(_facts(row) for row in rows.order_by("-id")[:limit])


def withdrawals_waiting() -> int:
    """How many withdrawals wait for a decision."""
    return Withdrawal.objects.filter(state="requested").count()


def mask_recipient(recipient: str) -> str:
    """The last four characters of an account, for lists and logs.

    >>> mask_recipient("wx-1234567890")
    '…7890'
    """
    return f"…{recipient[-4:]}"


def _facts(row: Withdrawal) -> WithdrawalFacts:
    return WithdrawalFacts(
        number=row.number,
        member_id=row.member_id,
        state=cast(WithdrawalState, row.state),
        amount_fen=row.amount_fen,
        fee_fen=row.fee_fen,
        tax_fen=row.tax_fen,
        payout_fen=row.payout_fen,
        taken_back_fen=row.taken_back_fen,
        recipient_masked=mask_recipient(row.recipient),
        requested_at=row.requested_at,
        ended_at=row.ended_at,
        reason=row.reason,
    )
