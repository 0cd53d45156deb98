"""The pools, opened once for a tenant."""

from __future__ import annotations

from datetime import datetime

from tongbao.kit.transactions import transaction
from tongbao.ledger.contracts import POINT, platform_account
from tongbao.points.contracts import POOLS, UNITS_PER_POINT
from tongbao.points.models import Pool
from tongbao.points.services.booking import book, transfer


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
