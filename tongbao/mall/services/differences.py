"""Rows for a person to look at: where a gateway and we disagree."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from tongbao.kit.transactions import transaction
from tongbao.mall.contracts import DifferenceKind, PaymentUnknown, TransitionRefused
from tongbao.mall.models import ReconciliationDifference
from tongbao.tenancy.contracts import Actor, AuditFact, ReasonNeeded
from tongbao.tenancy.services import audit

REASON_AT_LEAST = 4


def note_difference(
    *,
    gateway: str,
    movement: str,
    number: str,
    kind: DifferenceKind,
    there_fen: int,
    here_fen: int,
    now: datetime,
) -> None:
    """Keep a difference once; one that had cleared by itself and is back is opened again.

    Amounts are signed fen, money in positive. Runs in the caller's transaction.
    """
    row, made = ReconciliationDifference.objects.get_or_create(
        gateway=gateway,
        movement=movement,
        number=number,
        kind=kind,
        defaults={"there_fen": there_fen, "here_fen": here_fen, "found_at": now},
    )
    changed = (row.there_fen, row.here_fen) != (there_fen, here_fen)
    if not made and (row.state == "cleared" or (changed and row.state == "open")):
        ReconciliationDifference.objects.filter(id=row.pk).update(
            state="open", ended_at=None, there_fen=there_fen, here_fen=here_fen
        )


def clear_differences(*, difference_ids: Iterable[int], now: datetime) -> int:
    """End open differences whose two sides agree by now; return how many."""
    return ReconciliationDifference.objects.filter(id__in=list(difference_ids), state="open").update(
        state="cleared", ended_at=now
    )


def resolve_difference(*, difference_id: int, reason: str, actor: Actor, now: datetime) -> None:
    """Settle a difference by hand, with a reason; audited. It stays settled when the day is compared again.

    Raises ReasonNeeded, TransitionRefused (already ended), PaymentUnknown.
    """
    if len(reason.strip()) < REASON_AT_LEAST:
        raise ReasonNeeded(action="reconciliation.resolve")
    with transaction():
        ended = ReconciliationDifference.objects.filter(id=difference_id, state="open").update(
            state="resolved", ended_at=now, resolved_by=actor.name, reason=reason.strip()
        )
        row = ReconciliationDifference.objects.filter(id=difference_id).first()
        if row is None:
            raise PaymentUnknown(key=difference_id)
        if not ended:
            raise TransitionRefused(number=row.number, status=row.state, step="resolve")
        audit(
            AuditFact(
                actor=actor,
                action="reconciliation.resolve",
                subject=f"{row.movement}:{row.number}",
                reason=reason.strip(),
                detail={"kind": row.kind, "there_fen": row.there_fen, "here_fen": row.here_fen},
            ),
            now=now,
        )
