"""Claw-backs meet withdrawals that are not sent yet: cut by what is taken, or ended with it."""

from __future__ import annotations

from datetime import datetime

from tongbao.ledger.contracts import Transfer, member_account
from tongbao.ledger.services import capture_hold
from tongbao.rewards.contracts import AmountTooSmall, NothingLeftAfterCosts, RewardsSettings, WithdrawalQuote
from tongbao.rewards.models import Purse, Withdrawal
from tongbao.rewards.policy import quote_withdrawal
from tongbao.rewards.services.booking import OPERATING
from tongbao.tenancy.selectors import tenant_settings

UNSENT = (Withdrawal.State.REQUESTED, Withdrawal.State.APPROVED)
# Kept as the reason; told to people in their language by ``contracts.reason_text``.
CUT_BY_CLAW_BACK = "claw_back"


def lock_purse(*, member_id: int) -> None:
    """The member's turn for asking for money, or for taking it back, until the transaction ends."""
    Purse.objects.get_or_create(member_id=member_id)
    Purse.objects.select_for_update().get(member_id=member_id)


def unsent_withdrawals(*, member_id: int) -> list[Withdrawal]:
    """The member's withdrawals whose money has not left, newest first, locked until the transaction ends."""
    lock_purse(member_id=member_id)
    rows = Withdrawal.objects.select_for_update().filter(member_id=member_id, state__in=UNSENT)
    return list(rows.order_by("-id"))


def cut_withdrawal(row: Withdrawal, *, taken_fen: int, subject: str, now: datetime) -> None:
    """Take ``taken_fen`` out of what a withdrawal holds; fee and tax follow what is left.

    When too little is left to be paid, the withdrawal is rejected and the rest goes back to the member's cash.
    The row is locked by the caller.
    """
    left = _quote_of_what_is_left(row.amount_fen - taken_fen)
    taken = Transfer(
        debit=member_account(row.member_id, "cash"),
        credit=OPERATING,
        amount=taken_fen,
        kind="claw_back",
        subject=subject,
    )
    # Each cut leaves less, so the amount before it names the cut.
    capture_hold(
        key=f"withdrawal:cut:{row.number}:{row.amount_fen}",
        hold_id=row.hold_id,
        transfers=[taken],
        is_final=left is None,
        now=now,
    ).require()
    changes: dict[str, object] = {"reason": CUT_BY_CLAW_BACK}
    if left is None:
        changes |= {"state": Withdrawal.State.REJECTED, "ended_at": now}
    else:
        changes |= {
            "amount_fen": left.amount_fen,
            "fee_fen": left.fee_fen,
            "tax_fen": left.tax_fen,
            "payout_fen": left.payout_fen,
            "taken_back_fen": row.taken_back_fen + taken_fen,
        }
    Withdrawal.objects.filter(pk=row.pk).update(**changes)


def _quote_of_what_is_left(left_fen: int) -> WithdrawalQuote | None:
    try:
        return quote_withdrawal(amount_fen=left_fen, settings=tenant_settings(RewardsSettings))
    except (AmountTooSmall, NothingLeftAfterCosts):
        return None
