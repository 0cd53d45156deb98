"""Where a member is signed in."""

from __future__ import annotations

from datetime import datetime

from tongbao.members.contracts import SessionFacts
from tongbao.members.models import MemberSession


def sessions_of(*, member_id: int, now: datetime) -> tuple[SessionFacts, ...]:
    """The devices on which a member is signed in now, newest first."""
    rows = MemberSession.objects.filter(member_id=member_id, revoked_at__isnull=True, expires_at__gt=now)
    return tuple(
        SessionFacts(
            session_id=row.pk,
            device=row.device,
            address=row.address,
            created_at=row.created_at,
            last_seen_at=row.last_seen_at,
            expires_at=row.expires_at,
        )
        for row in rows.order_by("-id")
    )
