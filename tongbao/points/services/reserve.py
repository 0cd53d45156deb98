"""The reserve's share of turnover: set aside with the order, in the reserve when returns are over."""

from __future__ import annotations

from datetime import datetime

from tongbao.kit.transactions import transaction
from tongbao.ledger.contracts import platform_account
from tongbao.money import floor_share
from tongbao.points.contracts import PointsSettings
from tongbao.points.models import Contribution
from tongbao.points.services.booking import book, transfer
from tongbao.tenancy.selectors import tenant_settings

OPERATING = platform_account("operating")
RESERVE = platform_account("reserve")
RESERVE_PENDING = platform_account("reserve_pending")


def contribute(*, subject: str, base_fen: int, now: datetime) -> int:
    """Set the reserve's share of a sale aside, pending; returns it in fen, rounded down. Once for a subject.

    >>> contribute(subject="order:1", base_fen=19_800, now=now)                # doctest: +SKIP
    1980
    """
    with transaction():
        rate_bp = tenant_settings(PointsSettings).reserve_rate_bp
        row, made = Contribution.objects.get_or_create(
            subject=subject,
            defaults={
                "base_fen": base_fen,
                "rate_bp": rate_bp,
                "amount_fen": floor_share(amount=base_fen, rate_bp=rate_bp),
                "contributed_at": now,
            },
        )
        if made:
            aside = transfer(
                debit=OPERATING,
                credit=RESERVE_PENDING,
                amount=row.amount_fen,
                kind="reserve_pending",
                subject=subject,
            )
            book(key=f"reserve:{subject}", transfers=aside, now=now)
        return int(row.amount_fen)


def confirm_contribution(*, subject: str, now: datetime) -> int:
    """Let a contribution enter the reserve, which money leaves only against burned points. Returns it in fen."""
    with transaction():
        row = _pending(subject)
        if row is None:
            return 0
        entering = transfer(
            debit=RESERVE_PENDING, credit=RESERVE, amount=row.amount_fen, kind="reserve", subject=subject
        )
        book(key=f"reserve:confirm:{subject}", transfers=entering, now=now)
        row.state, row.ended_at = Contribution.State.CONFIRMED, now
        row.save(update_fields=["state", "ended_at"])
        return int(row.amount_fen)


def reduce_contribution(*, subject: str, to_base_fen: int, now: datetime) -> int:
    """After a refund: the contribution is that of what remains; returns what went back, in fen.

    Once confirmed it stays: a refund after that is borne by the platform, not by the reserve.
    """
    with transaction():
        row = _pending(subject)
        if row is None:
            return 0
        to_base_fen = max(0, to_base_fen)
        back_fen = max(0, row.amount_fen - floor_share(amount=to_base_fen, rate_bp=row.rate_bp))
        row.changes += 1
        back = transfer(
            debit=RESERVE_PENDING,
            credit=OPERATING,
            amount=back_fen,
            kind="reserve_returned",
            subject=subject,
        )
        book(key=f"reserve:return:{subject}:{row.changes}", transfers=back, now=now)
        row.amount_fen -= back_fen
        if to_base_fen == 0:
            row.state, row.ended_at = Contribution.State.VOIDED, now
        row.save(update_fields=["amount_fen", "state", "changes", "ended_at"])
        return back_fen


def void_contribution(*, subject: str, now: datetime) -> int:
    """Take a whole pending contribution back; returns it in fen."""
    return reduce_contribution(subject=subject, to_base_fen=0, now=now)


def _pending(subject: str) -> Contribution | None:
    return (
        Contribution.objects.select_for_update()
        .filter(subject=subject, state=Contribution.State.PENDING)
        .first()
    )
