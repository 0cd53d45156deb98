"""The audit log of operator actions."""

from __future__ import annotations

from datetime import datetime

from tongbao.kit.request_context import current_request_id
from tongbao.tenancy.contracts import AuditFact
from tongbao.tenancy.models import AuditEntry


def audit(fact: AuditFact, *, now: datetime) -> None:
    """Keep one operator action, in the transaction of the action itself."""
    AuditEntry.objects.create(
        at=now,
        actor_id=fact.actor.user_id,
        actor_name=fact.actor.name,
        action=fact.action,
        subject=fact.subject,
        reason=fact.reason,
        detail=dict(fact.detail),
        request_id=current_request_id() or "",
    )
