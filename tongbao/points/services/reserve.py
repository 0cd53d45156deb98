"""The reserve's share of turnover: set aside with the order, in the reserve when returns are over."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from tongbao.kit.transactions import transaction
from tongbao.ledger.contracts import Transfer, platform_account
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
    return contribute_many(bases_fen={subject: base_fen}, now=now)[subject]


def contribute_many(*, bases_fen: Mapping[str, int], now: datetime) -> dict[str, int]:
    """Set the reserve's share of many sales aside, in one request to the books; the shares in fen.

    A subject that has contributed is left as it is.

    >>> contribute_many(bases_fen={"order:1": 19_800, "order:2": 105}, now=now)    # doctest: +SKIP
    {'order:1': 1980, 'order:2': 10}
    """
    with transaction():
        kept = dict(
            Contribution.objects.filter(subject__in=list(bases_fen)).values_list("subject", "amount_fen")
        )
        rate_bp = tenant_settings(PointsSettings).reserve_rate_bp
        made = Contribution.objects.bulk_create(
            Contribution(
                subject=subject,
                base_fen=base_fen,
                rate_bp=rate_bp,
                amount_fen=floor_share(amount=base_fen, rate_bp=rate_bp),
                contributed_at=now,
            )
            for subject, base_fen in bases_fen.items()
            if subject not in kept
        )
        if made:
            aside = tuple(line for row in made for line in _aside(row))
            book(key=f"reserve:{made[0].subject}", transfers=aside, now=now)
        return kept | {row.subject: row.amount_fen for row in made}


def _aside(row: Contribution) -> tuple[Transfer, ...]:
    return transfer(
        debit=OPERATING,
        credit=RESERVE_PENDING,
        amount=row.amount_fen,
        kind="reserve_pending",
        subject=row.subject,
    )


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


def confirm_many(*, subjects: Sequence[str], now: datetime) -> int:
    """``confirm_contribution`` for many subjects, in one request to the books; what entered, in fen.

    Locks the contributions in order of id.
    """
    with transaction():
        pending = Contribution.objects.filter(subject__in=list(subjects), state=Contribution.State.PENDING)
        rows = list(pending.order_by("id").select_for_update())
        if not rows:
            return 0
        entering = [
            line
            for row in rows
            for line in transfer(
                debit=RESERVE_PENDING,
                credit=RESERVE,
                amount=row.amount_fen,
                kind="reserve",
                subject=row.subject,
            )
        ]
        book(key=f"reserve:confirms:{rows[0].subject}", transfers=tuple(entering), now=now)
        Contribution.objects.filter(pk__in=[row.pk for row in rows]).update(
            state=Contribution.State.CONFIRMED, ended_at=now
        )
        return sum(row.amount_fen for row in rows)


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


def reduce_contributions(*, to_bases_fen: Mapping[str, int], now: datetime) -> int:
    """``reduce_contribution`` for many subjects, in one request to the books; what went back, in fen.

    Locks the contributions in order of id.
    """
    with transaction():
        found = Contribution.objects.filter(subject__in=list(to_bases_fen), state=Contribution.State.PENDING)
        rows = list(found.order_by("id").select_for_update())
        transfers: list[Transfer] = []
        for row in rows:
            to_base_fen = max(0, to_bases_fen[row.subject])
            back_fen = max(0, row.amount_fen - floor_share(amount=to_base_fen, rate_bp=row.rate_bp))
            transfers += transfer(
                debit=RESERVE_PENDING,
                credit=OPERATING,
                amount=back_fen,
                kind="reserve_returned",
                subject=row.subject,
            )
            row.amount_fen, row.changes = row.amount_fen - back_fen, row.changes + 1
            if to_base_fen == 0:
                row.state, row.ended_at = Contribution.State.VOIDED, now
        if rows:
            key = f"reserve:returns:{rows[0].subject}:{rows[0].changes}"
            book(key=key, transfers=tuple(transfers), now=now)
            Contribution.objects.bulk_update(rows, ["amount_fen", "state", "changes", "ended_at"])
        return sum(line.amount for line in transfers)


def void_contribution(*, subject: str, now: datetime) -> int:
    """Take a whole pending contribution back; returns it in fen."""
    return reduce_contribution(subject=subject, to_base_fen=0, now=now)


def _pending(subject: str) -> Contribution | None:
    return (
        Contribution.objects.select_for_update()
        .filter(subject=subject, state=Contribution.State.PENDING)
        .first()
    )
