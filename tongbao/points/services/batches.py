"""Many small grants that are minted at once: one request to the books for thousands of members."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import connection

from tongbao.kit.transactions import transaction
from tongbao.ledger.contracts import POINT, platform_account
from tongbao.ledger.services import pay_out
from tongbao.points.contracts import PointsSettings
from tongbao.points.services.grants import grant_pending, mint
from tongbao.tenancy.selectors import tenant_settings

# One statement: a row of the model for each would take most of the time.
KEEP = """
INSERT INTO points_grant
    (subject, pool_id, member_id, asked, granted, amount, owed, state, changes, granted_at, ended_at)
SELECT item.subject, %s, item.member_id, item.amount, item.amount, item.amount, 0, 'minted', 0, %s, %s
FROM unnest(%s::text[], %s::bigint[], %s::bigint[]) AS item (subject, member_id, amount)
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Share:
    """What one member gets, in 1/10 000 point, and what for."""

    subject: str
    member_id: int
    amount: int


def grant_and_mint_many(*, pool: str, shares: Sequence[Share], now: datetime) -> int:
    """Give shares that nothing has to be waited for out of a pool: all of them or none; how many units.

    Of a pool whose points vest (归属) they are promised, and minted when that is over.
    Subjects that had theirs get nothing again. Whoever owes points gets their share by ``mint``, which repays it.
    Locks the pool's balance until the transaction ends. Raises InsufficientFunds where the pool has less, and
    PoolUnknown.

    >>> grant_and_mint_many(pool="mining", shares=[Share(subject="mining:1:7", member_id=7, amount=5)],
    ...                     now=now)                                          # doctest: +SKIP
    5
    """
    with transaction():
        known = _found(
            "SELECT subject FROM points_grant WHERE subject = ANY(%s)", [s.subject for s in shares]
        )
        fresh = [share for share in shares if share.amount > 0 and share.subject not in known]
        in_debt = _found(
            "SELECT member_id FROM points_grant WHERE owed > 0 AND member_id = ANY(%s)",
            [share.member_id for share in fresh],
        )
        vests = bool(tenant_settings(PointsSettings).vesting_days(pool=pool))
        together = [share for share in fresh if not vests and share.member_id not in in_debt]
        if together:
            subjects = [share.subject for share in together]
            member_ids = [share.member_id for share in together]
            amounts = [share.amount for share in together]
            pay_out(
                key=f"points:given:{subjects[0]}",
                debit=platform_account("pool", pool),
                member_ids=member_ids,
                amounts=amounts,
                subjects=subjects,
                account_kind="points",
                kind="points_minted",
                asset=POINT,
                now=now,
            ).require()
            with connection.cursor() as cursor:
                cursor.execute(KEEP, [pool, now, now, subjects, member_ids, amounts])
        for share in fresh:
            if vests or share.member_id in in_debt:
                grant_pending(
                    pool=pool, member_id=share.member_id, amount=share.amount, subject=share.subject, now=now
                )
                mint(subject=share.subject, now=now)
        return sum(share.amount for share in fresh)


def _found(query: str, values: list[Any]) -> set[Any]:
    """What a query of one column finds for many values; an array spares thousands of parameters."""
    parameters: list[Any] = [values]
    with connection.cursor() as cursor:
        cursor.execute(query, parameters)
        return {value for (value,) in cursor.fetchall()}
