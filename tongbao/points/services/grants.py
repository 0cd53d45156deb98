"""Grants: points promised with an order, minted when its return window closes, taken back with a refund."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from django.db.models import Q

from tongbao.kit.transactions import transaction
from tongbao.ledger.contracts import POINT, Request, Transfer, member_account, platform_account
from tongbao.ledger.selectors import balance
from tongbao.ledger.services import post
from tongbao.points.contracts import (
    POOLS,
    GrantExists,
    PointsAmountInvalid,
    PointsSettings,
    PoolUnknown,
    Purchase,
)
from tongbao.points.models import Grant, Pool
from tongbao.points.policy import points_for
from tongbao.points.services.booking import book, book_up_to, transfer
from tongbao.tenancy.selectors import tenant_settings

ROWS_AT_ONCE = 2_000
VESTED_AT_ONCE = 1_000


def grant_pending(
    *, pool: str, member_id: int, amount: int, subject: str, now: datetime, is_vested: bool = False
) -> int:
    """Promise points out of a pool: ``min(amount, what is left)``, then nothing. Returns what was granted.

    Points of the founding and the tasks' pool vest (归属) for as long as the tenant says on that day, and are minted
    by ``mint_vested``; not where they come along from elsewhere (``is_vested``). Between racers the ledger decides.
    A repeated call returns what the first one granted. Locks the pool's balance until the transaction ends. Raises
    PoolUnknown, PointsAmountInvalid, GrantExists.

    >>> grant_pending(pool="tasks", member_id=7, amount=30_000, subject="task:1", now=now)  # doctest: +SKIP
    30000
    """
    return _grant(
        pool=pool,
        member_id=member_id,
        amount=amount,
        units_per_fen=None,
        subject=subject,
        now=now,
        vests_at=None if is_vested else _vests_at(pool, now),
    )


def grant_for_purchase(*, pool: str, member_id: int, paid_fen: int, subject: str, now: datetime) -> int:
    """Promise the points for what was paid, at the tenant's rate of today, which the grant keeps.

    Otherwise as ``grant_pending``.

    >>> grant_for_purchase(
    ...     pool="gift_packs", member_id=7, paid_fen=19_800, subject="order:1", now=now)  # doctest: +SKIP
    1980000
    """
    kept = Grant.objects.filter(subject=subject).values_list("units_per_fen", flat=True).first()
    units_per_fen = kept if kept is not None else tenant_settings(PointsSettings).units_per_fen
    amount = points_for(base_fen=paid_fen, units_per_fen=units_per_fen)
    return _grant(
        pool=pool,
        member_id=member_id,
        amount=amount,
        units_per_fen=units_per_fen,
        subject=subject,
        now=now,
        vests_at=_vests_at(pool, now),
    )


def grant_for_purchases(*, pool: str, purchases: Sequence[Purchase], now: datetime) -> dict[str, int]:
    """Promise the points for many purchases, in order, in one request to the books; what was granted by subject.

    Where the pool ends among them the first ones get what is left, and whoever comes after it gets none; an empty pool
    costs nothing. Should the pool change meanwhile they go one after the other. Otherwise as ``grant_for_purchase``.

    198 points each for three, from a pool that has 300 left: 198, 102 and none.
    """
    kept = dict(
        Grant.objects.filter(subject__in=[purchase.subject for purchase in purchases]).values_list(
            "subject", "granted"
        )
    )
    fresh = [purchase for purchase in purchases if purchase.subject not in kept]
    if len(fresh) < 2:
        return kept | _one_by_one(pool, fresh, now)
    units_per_fen = tenant_settings(PointsSettings).units_per_fen
    vests_at = _vests_at(pool, now)
    rows = [_row_of(pool, purchase, units_per_fen, now, vests_at) for purchase in fresh]
    left = _left(pool)
    for row in rows:
        row.granted = row.amount = min(row.asked, left)
        left -= row.granted
        if not row.granted:
            row.state, row.ended_at = Grant.State.VOIDED, now
    try:
        with transaction():
            _book_together(pool, rows, now)
            Grant.objects.bulk_create(rows, batch_size=ROWS_AT_ONCE)
    except _PoolChanged:
        return kept | _one_by_one(pool, fresh, now)
    return kept | {row.subject: row.granted for row in rows}


class _PoolChanged(Exception):
    """What the pool had left when it was looked at is not what the books then found."""


def _left(pool: str) -> int:
    return int(balance(account=platform_account("pool", pool), asset=POINT).posted)


def _book_together(pool: str, rows: Sequence[Grant], now: datetime) -> None:
    """One request for all that get something. Raises _PoolChanged if there was less than it seemed, or more."""
    worth = [row for row in rows if row.granted]
    if not worth:
        return
    transfers = tuple(replace(_wanted(row), amount=row.granted) for row in worth)
    key = f"points:grants:{worth[0].subject}"
    if post(request=Request(key=key, transfers=transfers), now=now).refusal is not None:
        raise _PoolChanged
    # The pool's balance is ours until the end now: who got less than they asked for must have got the last of it.
    if any(row.granted < row.asked for row in rows) and _left(pool):
        raise _PoolChanged


def _one_by_one(pool: str, purchases: Sequence[Purchase], now: datetime) -> dict[str, int]:
    return {
        purchase.subject: grant_for_purchase(
            pool=pool,
            member_id=purchase.member_id,
            paid_fen=purchase.paid_fen,
            subject=purchase.subject,
            now=now,
        )
        for purchase in purchases
    }


def _row_of(
    pool: str, purchase: Purchase, units_per_fen: int, now: datetime, vests_at: datetime | None
) -> Grant:
    return Grant(
        subject=purchase.subject,
        pool_id=pool,
        member_id=purchase.member_id,
        asked=points_for(base_fen=purchase.paid_fen, units_per_fen=units_per_fen),
        granted=0,
        amount=0,
        units_per_fen=units_per_fen,
        granted_at=now,
        vests_at=vests_at,
    )


def _vests_at(pool: str, now: datetime) -> datetime | None:
    days = tenant_settings(PointsSettings).vesting_days(pool=pool)
    return now + timedelta(days=days) if days else None


def _wanted(row: Grant) -> Transfer:
    return Transfer(
        debit=platform_account("pool", row.pool_id),
        credit=member_account(row.member_id, "points_pending"),
        amount=row.asked,
        kind="points_granted",
        subject=row.subject,
        asset=POINT,
    )


def _key(subject: str) -> str:
    return f"points:grant:{subject}"


def _grant(
    *,
    pool: str,
    member_id: int,
    amount: int,
    units_per_fen: int | None,
    subject: str,
    now: datetime,
    vests_at: datetime | None,
) -> int:
    if type(amount) is not int or amount < 0:
        raise PointsAmountInvalid(amount=amount)
    if not Pool.objects.filter(code=pool).exists():
        raise PoolUnknown(pool=pool, known=", ".join(kind.code for kind in POOLS))
    with transaction():
        grant, made = Grant.objects.get_or_create(
            subject=subject,
            defaults={
                "pool_id": pool,
                "member_id": member_id,
                "asked": amount,
                "granted": 0,
                "amount": 0,
                "units_per_fen": units_per_fen,
                "granted_at": now,
                "vests_at": vests_at,
            },
        )
        if not made:
            if (grant.pool_id, grant.member_id, grant.asked) != (pool, member_id, amount):
                raise GrantExists(subject=subject)
            return int(grant.granted)
        granted = 0
        if amount:
            granted = book_up_to(key=_key(subject), wanted=_wanted(grant), now=now)
        grant.granted = grant.amount = granted
        if not granted:
            grant.state, grant.ended_at = Grant.State.VOIDED, now
        grant.save(update_fields=["granted", "amount", "state", "ended_at"])
        return granted


def mint(*, subject: str, now: datetime) -> int:
    """Turn a pending grant into points that can be spent; returns how many. Nothing pending: nothing minted.

    What still vests stays pending: ``mint_vested`` comes back to it.
    What the member still owes to pools, from points that were spent before their goods went back, is repaid
    out of it in the same step, oldest debt first. Locks this grant and those debts in order of id.
    """
    with transaction():
        member_id = Grant.objects.filter(subject=subject).values_list("member_id", flat=True).first()
        concerned = Grant.objects.filter(Q(subject=subject) | Q(member_id=member_id, owed__gt=0))
        rows = list(concerned.select_for_update().order_by("id"))
        grant = next(
            (row for row in rows if row.subject == subject and row.state == Grant.State.PENDING), None
        )
        if grant is None or (grant.vests_at is not None and now < grant.vests_at):
            return 0
        transfers = _between(grant, "points_pending", "points", grant.amount)
        left = grant.amount
        for debt in rows:
            repaid = min(left, debt.owed)
            if repaid:
                transfers += _to_pool(debt, "points", repaid, kind="points_repaid")
                debt.owed -= repaid
                debt.save(update_fields=["owed"])
                left -= repaid
        book(key=f"points:mint:{subject}", transfers=transfers, now=now)
        grant.state, grant.ended_at = Grant.State.MINTED, now
        grant.save(update_fields=["state", "ended_at"])
        return int(grant.amount)


def mint_many(*, subjects: Sequence[str], now: datetime) -> int:
    """``mint`` for many subjects: one request to the books for all whose members owe no points; how many units.

    Locks the grants in order of id.
    """
    with transaction():
        pending = Grant.objects.filter(
            Q(vests_at=None) | Q(vests_at__lte=now), subject__in=list(subjects), state=Grant.State.PENDING
        )
        rows = list(pending.order_by("id").select_for_update(of=("self",)))
        in_debt = set(
            Grant.objects.filter(member_id__in={row.member_id for row in rows}, owed__gt=0).values_list(
                "member_id", flat=True
            )
        )
        free = [row for row in rows if row.member_id not in in_debt]
        if free:
            transfers = [
                transfer for row in free for transfer in _between(row, "points_pending", "points", row.amount)
            ]
            book(key=f"points:mints:{free[0].subject}", transfers=tuple(transfers), now=now)
            Grant.objects.filter(pk__in=[row.pk for row in free]).update(
                state=Grant.State.MINTED, ended_at=now
            )
        owing = [mint(subject=row.subject, now=now) for row in rows if row.member_id in in_debt]
        return sum(row.amount for row in free) + sum(owing)


def mint_vested(*, now: datetime) -> int:
    """Mint every grant whose vesting (归属期) is over, the oldest first, however long ago that was; how many grants.

    A thousand in one transaction. Two that run at the same time do no harm: a grant is minted once.

    >>> mint_vested(now=now)                                                 # doctest: +SKIP
    3
    """
    done = 0
    while subjects := list(
        Grant.objects.filter(state=Grant.State.PENDING, vests_at__lte=now)
        .order_by("vests_at", "id")
        .values_list("subject", flat=True)[:VESTED_AT_ONCE]
    ):
        mint_many(subjects=subjects, now=now)
        done += len(subjects)
    return done


def reduce_grant(*, subject: str, to_amount: int, now: datetime) -> int:
    """Make a grant worth ``min(what it is worth, to_amount)``; returns by how much it shrank.

    Pending points go back to their pool. Minted ones are taken from the member's points; what they no longer
    have is owed, and repaid by ``mint``: never forgotten, never a negative balance.
    """
    with transaction():
        return _reduce(_standing(subject), to_amount=to_amount, now=now)


def reduce_purchase_grant(*, subject: str, remaining_fen: int, now: datetime) -> int:
    """After a refund: the points of what remains paid, at the grant's own rate; returns by how much it shrank."""
    with transaction():
        grant = _standing(subject)
        if grant is None or grant.units_per_fen is None:
            return 0
        to_amount = points_for(base_fen=remaining_fen, units_per_fen=grant.units_per_fen)
        return _reduce(grant, to_amount=to_amount, now=now)


def reduce_purchase_grants(*, remaining_fen: Mapping[str, int], now: datetime) -> int:
    """``reduce_purchase_grant`` for many subjects: pending ones in one request to the books; by how much they shrank.

    Locks the grants in order of id.
    """
    with transaction():
        states = (Grant.State.PENDING, Grant.State.MINTED)
        found = Grant.objects.filter(subject__in=list(remaining_fen), state__in=states)
        shrunk: list[Grant] = []
        transfers: list[Transfer] = []
        back = 0
        for grant in found.order_by("id").select_for_update(of=("self",)):
            if grant.units_per_fen is None:
                continue
            wanted = points_for(
                base_fen=max(0, remaining_fen[grant.subject]), units_per_fen=grant.units_per_fen
            )
            if grant.state == Grant.State.MINTED:
                back += _reduce(grant, to_amount=wanted, now=now)
            elif grant.amount > wanted:
                less = grant.amount - wanted
                transfers += _to_pool(grant, "points_pending", less, kind="points_returned")
                grant.amount, grant.changes = wanted, grant.changes + 1
                if wanted == 0:
                    grant.state, grant.ended_at = Grant.State.VOIDED, now
                shrunk.append(grant)
                back += less
        if shrunk:
            key = f"points:returns:{shrunk[0].subject}:{shrunk[0].changes}"
            book(key=key, transfers=tuple(transfers), now=now)
            Grant.objects.bulk_update(
                shrunk, ["amount", "state", "changes", "ended_at"], batch_size=ROWS_AT_ONCE
            )
        return back


def void(*, subject: str, now: datetime) -> int:
    """Take a whole grant back; returns by how much it shrank."""
    return reduce_grant(subject=subject, to_amount=0, now=now)


def _standing(subject: str) -> Grant | None:
    states = (Grant.State.PENDING, Grant.State.MINTED)
    return Grant.objects.select_for_update().filter(subject=subject, state__in=states).first()


def _reduce(grant: Grant | None, *, to_amount: int, now: datetime) -> int:
    to_amount = max(0, to_amount)
    if grant is None or grant.amount <= to_amount:
        return 0
    back = grant.amount - to_amount
    grant.changes += 1
    key = f"points:return:{grant.subject}:{grant.changes}"
    if grant.state == Grant.State.PENDING:
        book(key=key, transfers=_to_pool(grant, "points_pending", back, kind="points_returned"), now=now)
        ended = Grant.State.VOIDED
    else:
        (wanted,) = _to_pool(grant, "points", back, kind="points_returned")
        grant.owed += back - book_up_to(key=key, wanted=wanted, now=now)
        ended = Grant.State.RETURNED
    grant.amount = to_amount
    if to_amount == 0:
        grant.state, grant.ended_at = ended, now
    grant.save(update_fields=["amount", "owed", "state", "changes", "ended_at"])
    return back


def _between(grant: Grant, source: str, target: str, amount: int) -> tuple[Transfer, ...]:
    return transfer(
        debit=member_account(grant.member_id, source),
        credit=member_account(grant.member_id, target),
        amount=amount,
        kind="points_minted",
        subject=grant.subject,
        asset=POINT,
    )


def _to_pool(grant: Grant, source: str, amount: int, *, kind: str) -> tuple[Transfer, ...]:
    return transfer(
        debit=member_account(grant.member_id, source),
        credit=platform_account("pool", grant.pool_id),
        amount=amount,
        kind=kind,
        subject=grant.subject,
        asset=POINT,
    )
