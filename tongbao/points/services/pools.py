"""The pools, opened once for a tenant; what they have not issued can be given up."""

from __future__ import annotations

from datetime import datetime

from tongbao.kit.transactions import transaction
from tongbao.ledger.contracts import POINT, Request, Transfer, platform_account
from tongbao.ledger.services import post
from tongbao.points.contracts import (
    POOLS,
    UNITS_PER_POINT,
    PointsAmountInvalid,
    PoolUnknown,
    RetirementTooLarge,
)
from tongbao.points.models import Pool
from tongbao.points.services.booking import book, transfer
from tongbao.tenancy.contracts import Actor, AuditFact, ReasonNeeded
from tongbao.tenancy.services import audit


def set_up_tenant(*, now: datetime) -> None:
    """Open the six pools with their caps out of the issuance account. Safe to repeat; a cap never rises."""
    with transaction():
        for kind in POOLS:
            pool, _ = Pool.objects.get_or_create(
                code=kind.code, defaults={"cap": kind.cap_points * UNITS_PER_POINT, "opened_at": now}
            )
            opening = transfer(
                debit=platform_account("issuance"),
                credit=platform_account("pool", pool.code),
                amount=pool.cap,
                kind="pool_opened",
                subject=f"pool:{pool.code}",
                asset=POINT,
            )
            book(key=f"pool:open:{pool.code}", transfers=opening, now=now)


def retire(*, pool: str, amount: int, key: str, actor: Actor, reason: str, now: datetime) -> int:
    """Give up for ever points that a pool has not issued (注销); returns how many. Once for a ``key``; audited.

    The supply shrinks, so the floor rises. Raises PoolUnknown, PointsAmountInvalid, RetirementTooLarge, ReasonNeeded.
    """
    if type(amount) is not int or amount <= 0:
        raise PointsAmountInvalid(amount=amount)
    if not reason.strip():
        raise ReasonNeeded(action="points.retire")
    if not Pool.objects.filter(code=pool).exists():
        raise PoolUnknown(pool=pool, known=", ".join(kind.code for kind in POOLS))
    going = Transfer(
        debit=platform_account("pool", pool),
        credit=platform_account("retired"),
        amount=amount,
        kind="pool_retired",
        subject=f"retirement:{key}",
        asset=POINT,
    )
    with transaction():
        receipt = post(request=Request(key=f"points:retire:{key}", transfers=(going,)), now=now)
        if receipt.refusal is not None:
            raise RetirementTooLarge(pool=pool, left=receipt.refusal.available, asked=amount)
        if not receipt.replayed:
            fact = AuditFact(
                actor=actor,
                action="points.retire",
                subject=f"pool:{pool}",
                reason=reason.strip(),
                detail={"units": amount},
            )
            audit(fact, now=now)
    return amount
