"""Manual adjustments and write-offs (调账、核销): proposed by one, carried out when another approves."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from tongbao.ledger.contracts import Transfer, member_account, platform_account
from tongbao.members.selectors import member
from tongbao.money import format_yuan
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

    Raises ReasonNeeded, MemberUnknown.
    """
    facts = member(member_id=member_id)
    sign = "+" if amount_fen > 0 else ""
    return propose(
        kind=ADJUSTMENT,
        payload={"member_id": member_id, "amount_fen": amount_fen},
        summary=f"{facts.number}: {sign}{format_yuan(amount_fen)}",
        reason=reason,
        actor=actor,
        now=now,
    )


def propose_write_off(*, member_id: int, amount_fen: int, reason: str, actor: Actor, now: datetime) -> int:
    """Propose to give up what a member owes. Returns the proposal's number. Raises ReasonNeeded."""
    facts = member(member_id=member_id)
    return propose(
        kind=WRITE_OFF,
        payload={"member_id": member_id, "amount_fen": amount_fen},
        summary=f"{facts.number}: {format_yuan(amount_fen)}",
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
