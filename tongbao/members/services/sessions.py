"""Sessions: opaque tokens, kept as hashes, ended by time or by hand."""

from __future__ import annotations

import hashlib
import secrets
from datetime import datetime, timedelta

from tongbao.kit.transactions import transaction
from tongbao.members.contracts import (
    CLOSED,
    FROZEN,
    MemberIdentity,
    MembersSettings,
    SessionUnknown,
    SignedIn,
)
from tongbao.members.models import MemberSession
from tongbao.members.services.rows import lock_member
from tongbao.tenancy.selectors import tenant_settings

TOKEN_BYTES = 32
# "Last seen" is for people to recognise a device by; a write for each request would be too dear.
SEEN_EVERY = timedelta(minutes=10)


def open_session(*, member_id: int, now: datetime, device: str = "", address: str = "") -> SignedIn:
    """Sign a member in on a device. The token is told here and nowhere else. Raises MemberUnknown."""
    token = secrets.token_urlsafe(TOKEN_BYTES)
    expires_at = now + timedelta(days=tenant_settings(MembersSettings).session_days)
    with transaction():
        member = lock_member(member_id=member_id)
        session = MemberSession.objects.create(
            member=member,
            token_hash=_hash(token),
            device=device[:200],
            address=address[:45],
            created_at=now,
            last_seen_at=now,
            expires_at=expires_at,
        )
    return SignedIn(
        member_id=member_id,
        number=member.number,
        session_id=session.pk,
        token=token,
        expires_at=expires_at,
    )


def authenticate(*, token: str, now: datetime) -> MemberIdentity | None:
    """Who a token belongs to; None if it is unknown, ended or revoked, or its member is frozen or closed."""
    row = (
        MemberSession.objects.filter(token_hash=_hash(token), revoked_at__isnull=True, expires_at__gt=now)
        .exclude(member__status__in=(FROZEN, CLOSED))
        .values_list("pk", "member_id", "member__number", "last_seen_at")
        .first()
    )
    if row is None:
        return None
    session_id, member_id, number, last_seen_at = row
    if last_seen_at < now - SEEN_EVERY:
        MemberSession.objects.filter(pk=session_id, last_seen_at=last_seen_at).update(last_seen_at=now)
    return MemberIdentity(member_id=member_id, number=number, session_id=session_id)


def revoke_session(*, member_id: int, session_id: int, now: datetime) -> None:
    """End one of a member's own sessions; ending it again does no harm. Raises SessionUnknown."""
    rows = MemberSession.objects.filter(pk=session_id, member_id=member_id)
    if not rows.filter(revoked_at__isnull=True).update(revoked_at=now) and not rows.exists():
        raise SessionUnknown(key=session_id)


def revoke_sessions(*, member_id: int, now: datetime, but: int = 0) -> int:
    """End all sessions of a member, but for one if it is named; return how many."""
    rows = MemberSession.objects.filter(member_id=member_id, revoked_at__isnull=True).exclude(pk=but)
    return int(rows.update(revoked_at=now))


def _hash(token: str) -> str:
    # The token is 256 random bits: nothing to guess, so a plain hash is enough.
    return hashlib.sha256(token.encode()).hexdigest()
