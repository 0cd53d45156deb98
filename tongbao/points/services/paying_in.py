"""Money that a member paid in to trade with, as an operator saw it arrive; kept apart from commission."""

from __future__ import annotations

from datetime import datetime

from tongbao.kit.transactions import transaction
from tongbao.ledger.contracts import Request, Transfer, member_account, platform_account
from tongbao.ledger.services import post
from tongbao.money import LARGEST_AMOUNT
from tongbao.points.contracts import PointsAmountInvalid
from tongbao.tenancy.contracts import Actor, AuditFact, ReasonNeeded
from tongbao.tenancy.services import audit


def record_paid_in(
    *, key: str, member_id: int, amount_fen: int, reference: str, actor: Actor, now: datetime
) -> int:
    """Book money that arrived from a member onto their ``paid_in``; returns the fen. Once for a ``key``; audited.

    ``reference`` is what the bank calls it. Raises PointsAmountInvalid, ReasonNeeded for want of a reference, and of
    the ledger RequestChanged.
    """
    if type(amount_fen) is not int or not 0 < amount_fen <= LARGEST_AMOUNT:
        raise PointsAmountInvalid(amount=amount_fen)
    if not reference.strip():
        raise ReasonNeeded(action="points.paid_in")
    line = Transfer(
        debit=platform_account("gateway", "by_hand"),
        credit=member_account(member_id, "paid_in"),
        amount=amount_fen,
        kind="paid_in",
        subject=f"paid_in:{key}",
    )
    with transaction():
        receipt = post(request=Request(key=f"paid_in:{key}", transfers=(line,)), now=now).require()
        if not receipt.replayed:
            fact = AuditFact(
                actor=actor,
                action="points.paid_in",
                subject=f"member:{member_id}",
                reason=reference.strip(),
                detail={"amount_fen": amount_fen},
            )
            audit(fact, now=now)
    return amount_fen
