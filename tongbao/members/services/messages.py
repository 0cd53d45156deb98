"""Telling members what happened to theirs."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from tongbao.kit.transactions import transaction
from tongbao.members.models import Message


def tell(
    *, member_id: int, kind: str, key: str, now: datetime, values: Mapping[str, str | int] | None = None
) -> None:
    """Leave a message for a member, in the caller's transaction. The same ``key`` tells the same member once.

    ``kind`` is one of ``policy.messages.WORDINGS``; ``values`` are what its sentence names, amounts in fen.

    >>> tell(member_id=7, kind="withdrawal_paid", key="withdrawal:W1", now=now,
    ...      values={"amount_fen": 2_376})                                     # doctest: +SKIP
    """
    Message.objects.bulk_create(
        [Message(member_id=member_id, key=key, kind=kind, values=dict(values or {}), told_at=now)],
        ignore_conflicts=True,
    )


def mark_read(*, member_id: int, up_to: int, now: datetime) -> int:
    """Count a member's messages up to one as read; returns how many were not before."""
    with transaction():
        return Message.objects.filter(member_id=member_id, pk__lte=up_to, read_at__isnull=True).update(
            read_at=now
        )
