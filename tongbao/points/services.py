"""Writes of points: pools opened once, grants with an order, contributions to the reserve.

Called by ``rewards`` inside its transaction. Each takes its row under a lock, so that two at once do one after
the other; a repeated call finds the work done and changes nothing.
"""

from __future__ import annotations

from datetime import datetime

from tongbao.kit.transactions import transaction
from tongbao.ledger.contracts import (
    CASH,
    POINT,
    Account,
    InsufficientFunds,
    Request,
    Transfer,
    member_account,
    platform_account,
)
from tongbao.ledger.selectors import balance
from tongbao.ledger.services import post
from tongbao.money import floor_share
from tongbao.points.contracts import POOLS, UNITS_PER_POINT, GrantExists, PointsSettings, PoolUnknown
from tongbao.points.models import Contribution, Grant, Pool
from tongbao.tenancy.selectors import tenant_settings

OPERATING = platform_account("operating")
RESERVE = platform_account("reserve")
RESERVE_PENDING = platform_account("reserve_pending")


def set_up_tenant(*, now: datetime) -> None:
    """Open the six pools with their caps, once; a cap never rises afterwards."""
    for code, cap in POOLS:
        Pool.objects.get_or_create(code=code, defaults={"cap": cap * UNITS_PER_POINT, "opened_at": now})
        _book(
            key=f"pool:open:{code}",
            debit=platform_account("issuance"),
            credit=platform_account("pool", code),
            amount=cap * UNITS_PER_POINT,
            kind="pool_opened",
            subject=f"pool:{code}",
            asset=POINT,
            now=now,
        )


def grant_pending(*, pool: str, member_id: int, amount: int, subject: str, now: datetime) -> int:
    """Promise points out of a pool: ``min(amount, what is left)``, then nothing. Returns what was granted.

    The ledger decides between racers: whoever finds less than they saw looks again. A repeated call returns
    what the first one granted. Raises PoolUnknown, GrantExists.

    >>> grant_pending(pool="gift_packs", member_id=7, amount=1_980_000, subject="order:1", now=now)  # doctest: +SKIP
    1980000
    """
    if not Pool.objects.filter(code=pool).exists():
        raise PoolUnknown(pool=pool, known=", ".join(code for code, _ in POOLS))
    with transaction():
        grant, made = Grant.objects.get_or_create(
            subject=subject,
            defaults={
                "pool_id": pool,
                "member_id": member_id,
                "asked": amount,
                "granted": 0,
                "amount": 0,
                "granted_at": now,
            },
        )
        if not made:
            if (grant.pool_id, grant.member_id, grant.asked) != (pool, member_id, amount):
                raise GrantExists(subject=subject)
            return int(grant.granted)
        source = platform_account("pool", pool)
        while True:
            granted = min(amount, balance(account=source, asset=POINT).available)
            if granted <= 0:
                Grant.objects.filter(pk=grant.pk).update(state=Grant.State.VOIDED, ended_at=now)
                return 0
            try:
                with transaction():
                    _book(
                        key=f"points:grant:{subject}",
                        debit=source,
                        credit=member_account(member_id, "points_pending"),
                        amount=granted,
                        kind="points_granted",
                        subject=subject,
                        asset=POINT,
                        now=now,
                    )
            except InsufficientFunds:
                continue
            Grant.objects.filter(pk=grant.pk).update(granted=granted, amount=granted)
            return granted


def mint(*, subject: str, now: datetime) -> int:
    """Turn a pending grant into points that can be spent; returns how many. Nothing pending: nothing minted."""
    with transaction():
        grant = Grant.objects.select_for_update().filter(subject=subject, state=Grant.State.PENDING).first()
        if grant is None:
            return 0
        _move(grant, "points_pending", "points", grant.amount, "points_minted", f"points:mint:{subject}", now)
        grant.state, grant.ended_at = Grant.State.MINTED, now
        grant.save(update_fields=["state", "ended_at"])
        return int(grant.amount)


def reduce_grant(*, subject: str, to_amount: int, now: datetime) -> int:
    """After a partial refund: a grant is worth min(granted, ``to_amount``); returns what goes back to its pool.

    Pending points go back silently. Minted ones are taken as far as the member still has them; points that
    were spent stay spent.
    """
    with transaction():
        grant = (
            Grant.objects.select_for_update()
            .filter(subject=subject, state__in=(Grant.State.PENDING, Grant.State.MINTED))
            .first()
        )
        if grant is None or grant.amount <= to_amount:
            return 0
        wanted = grant.amount - max(0, to_amount)
        grant.changes += 1
        key = f"points:return:{subject}:{grant.changes}"
        if grant.state == Grant.State.PENDING:
            back = wanted
            _give_back(grant, "points_pending", back, key, now)
        else:
            back = _return_minted(grant, wanted, key, now)
        grant.amount -= back
        if to_amount <= 0 and grant.amount == 0:
            pending = grant.state == Grant.State.PENDING
            grant.state = Grant.State.VOIDED if pending else Grant.State.RETURNED
            grant.ended_at = now
        grant.save(update_fields=["amount", "state", "changes", "ended_at"])
        return int(back)


def void(*, subject: str, now: datetime) -> int:
    """Take a whole grant back; returns what went to its pool."""
    return reduce_grant(subject=subject, to_amount=0, now=now)


def contribute(*, subject: str, base_fen: int, now: datetime) -> int:
    """Set the reserve's share of a sale aside, pending; returns it in fen, rounded down. Once for a subject."""
    rate_bp = tenant_settings(PointsSettings).reserve_rate_bp
    amount_fen = floor_share(amount=base_fen, rate_bp=rate_bp)
    with transaction():
        row, made = Contribution.objects.get_or_create(
            subject=subject,
            defaults={
                "base_fen": base_fen,
                "rate_bp": rate_bp,
                "amount_fen": amount_fen,
                "contributed_at": now,
            },
        )
        if made:
            _cash(OPERATING, RESERVE_PENDING, amount_fen, "reserve_pending", f"reserve:{subject}", subject, now)
        return int(row.amount_fen)


def confirm_contribution(*, subject: str, now: datetime) -> int:
    """Let a contribution enter the reserve, which money leaves only against burned points. Returns it in fen."""
    with transaction():
        row = _pending_contribution(subject)
        if row is None:
            return 0
        _cash(RESERVE_PENDING, RESERVE, row.amount_fen, "reserve", f"reserve:confirm:{subject}", subject, now)
        row.state, row.ended_at = Contribution.State.CONFIRMED, now
        row.save(update_fields=["state", "ended_at"])
        return int(row.amount_fen)


def reduce_contribution(*, subject: str, to_base_fen: int, now: datetime) -> int:
    """After a refund: the contribution is that of what remains; returns what went back, in fen.

    Once confirmed it stays: a refund after that is borne by the platform, not by the reserve.
    """
    with transaction():
        row = _pending_contribution(subject)
        if row is None:
            return 0
        target = floor_share(amount=max(0, to_base_fen), rate_bp=row.rate_bp)
        back = row.amount_fen - target
        if back <= 0:
            return 0
        row.changes += 1
        key = f"reserve:return:{subject}:{row.changes}"
        _cash(RESERVE_PENDING, OPERATING, back, "reserve_returned", key, subject, now)
        row.amount_fen = target
        if to_base_fen <= 0:
            row.state, row.ended_at = Contribution.State.VOIDED, now
        row.save(update_fields=["amount_fen", "state", "changes", "ended_at"])
        return int(back)


def _pending_contribution(subject: str) -> Contribution | None:
    return (
        Contribution.objects.select_for_update()
        .filter(subject=subject, state=Contribution.State.PENDING)
        .first()
    )


def _return_minted(grant: Grant, wanted: int, key: str, now: datetime) -> int:
    """As much of ``wanted`` as the member still has; what they spend meanwhile is looked at again."""
    while True:
        account = member_account(grant.member_id, "points")
        back = min(wanted, balance(account=account, asset=POINT).available)
        try:
            with transaction():
                _give_back(grant, "points", back, key, now)
        except InsufficientFunds:
            continue
        return back


def _give_back(grant: Grant, kind: str, amount: int, key: str, now: datetime) -> None:
    _book(
        key=key,
        debit=member_account(grant.member_id, kind),
        credit=platform_account("pool", grant.pool_id),
        amount=amount,
        kind="points_returned",
        subject=grant.subject,
        asset=POINT,
        now=now,
    )


def _move(grant: Grant, source: str, target: str, amount: int, kind: str, key: str, now: datetime) -> None:
    _book(
        key=key,
        debit=member_account(grant.member_id, source),
        credit=member_account(grant.member_id, target),
        amount=amount,
        kind=kind,
        subject=grant.subject,
        asset=POINT,
        now=now,
    )


def _cash(
    debit: Account, credit: Account, amount: int, kind: str, key: str, subject: str, now: datetime
) -> None:
    _book(
        key=key, debit=debit, credit=credit, amount=amount, kind=kind, subject=subject, asset=CASH, now=now
    )


def _book(
    *,
    key: str,
    debit: Account,
    credit: Account,
    amount: int,
    kind: str,
    subject: str,
    asset: str,
    now: datetime,
) -> None:
    """One transfer under its own key; nothing to move is nothing to book."""
    if amount > 0:
        line = Transfer(debit=debit, credit=credit, amount=amount, kind=kind, subject=subject, asset=asset)
        post(request=Request(key=key, transfers=(line,)), now=now).require()
