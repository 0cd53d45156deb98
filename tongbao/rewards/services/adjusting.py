"""Manual adjustments and write-offs (调账、核销): proposed by one, carried out when another approves."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from tongbao.ledger.contracts import Transfer, member_account, platform_account
from tongbao.ledger.selectors import balance
from tongbao.members.selectors import member
from tongbao.money import LARGEST_AMOUNT, format_yuan
from tongbao.rewards.contracts import AdjustmentNotValid
from tongbao.rewards.services.booking import book
from tongbao.tenancy.contracts import Actor
from tongbao.tenancy.services import propose, register_proposal

ADJUSTMENT = "rewards.adjustment"
WRITE_OFF = "rewards.write_off"


def register_proposals() -> None:
    """Name the executors; called once when the platform is wired."""
    register_proposal(kind=ADJUSTMENT, executor=_adjust)
    register_proposal(kind=WRITE_OFF, executor=_write_off)


def propose_adjustment(*, member_id: int, amount_fen: int, reason: str, actor: Actor, now: datetime) -> int:
    """Put a change of a member's cash before a second person; negative takes. Returns the proposal's number.

    Raises AdjustmentNotValid for an amount of nothing or beyond any sense, ReasonNeeded, MemberUnknown.
    """
    if type(amount_fen) is not int or not 0 < abs(amount_fen) <= LARGEST_AMOUNT:
        raise AdjustmentNotValid(
            why_en="give a whole number of fen that is not zero", why_zh="须为非零整数(单位:分)"
        )
    sign = "+" if amount_fen > 0 else ""
    return _propose(ADJUSTMENT, member_id, amount_fen, f"{sign}{format_yuan(amount_fen)}", reason, actor, now)


def propose_write_off(*, member_id: int, amount_fen: int, reason: str, actor: Actor, now: datetime) -> int:
    """Propose to give up what a member owes. Returns the proposal's number.

    Raises AdjustmentNotValid for more than is owed, ReasonNeeded, MemberUnknown.
    """
    owed_fen = -balance(account=member_account(member_id, "receivable")).posted
    if type(amount_fen) is not int or not 0 < amount_fen <= owed_fen:
        owed = format_yuan(owed_fen)
        raise AdjustmentNotValid(
            why_en=f"the member owes {owed} yuan and no more can be given up",
            why_zh=f"该会员欠款{owed}元,核销金额不能超过欠款",
        )
    return _propose(WRITE_OFF, member_id, amount_fen, format_yuan(amount_fen), reason, actor, now)


def _propose(
    kind: str, member_id: int, amount_fen: int, said: str, reason: str, actor: Actor, now: datetime
) -> int:
    return propose(
        kind=kind,
        payload={"member_id": member_id, "amount_fen": amount_fen},
        summary=f"{member(member_id=member_id).number}: {said}",
        reason=reason,
        actor=actor,
        now=now,
    )


def _adjust(proposal_id: int, payload: dict[str, Any], _actor: Actor, now: datetime) -> None:
    cash = member_account(int(payload["member_id"]), "cash")
    other = platform_account("adjustments")
    amount_fen = int(payload["amount_fen"])
    debit, credit = (other, cash) if amount_fen > 0 else (cash, other)
    line = Transfer(
        debit=debit,
        credit=credit,
        amount=abs(amount_fen),
        kind="adjustment",
        subject=f"proposal:{proposal_id}",
    )
    book(key=f"adjustment:{proposal_id}", transfers=[line], now=now)


def _write_off(proposal_id: int, payload: dict[str, Any], _actor: Actor, now: datetime) -> None:
    line = Transfer(
        debit=platform_account("write_offs"),
        credit=member_account(int(payload["member_id"]), "receivable"),
        amount=int(payload["amount_fen"]),
        kind="write_off",
        subject=f"proposal:{proposal_id}",
    )
    book(key=f"write_off:{proposal_id}", transfers=[line], now=now)
