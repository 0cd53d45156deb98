"""Changes that need two people (四眼): proposed with a reason, decided by somebody else."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

from tongbao.kit.errors import NotFound
from tongbao.kit.transactions import transaction
from tongbao.tenancy.contracts import Actor, AuditFact, FourEyesNeeded, ProposalDecided, ReasonNeeded
from tongbao.tenancy.models import Proposal
from tongbao.tenancy.services.audit import audit

# Carries out an approved proposal: (proposal id, payload, deciding actor, now).
Executor = Callable[[int, dict[str, Any], Actor, datetime], None]

_executors: dict[str, Executor] = {}


def register_proposal(*, kind: str, executor: Executor) -> None:
    """Say what carries out an approved proposal of this kind; called by ``config`` alone."""
    _executors[kind] = executor


def propose(
    *, kind: str, payload: dict[str, Any], summary: str, reason: str, actor: Actor, now: datetime
) -> int:
    """Put a change before a second person and return the proposal's id. Raises ReasonNeeded."""
    if len(reason.strip()) < 4:
        raise ReasonNeeded(action=summary)
    if kind not in _executors:
        raise NotFound(what="proposal kind", key=kind)
    if actor.user_id is None:
        raise FourEyesNeeded(name=actor.name)
    with transaction():
        proposal = Proposal.objects.create(
            kind=kind,
            payload=payload,
            summary=summary,
            reason=reason,
            proposed_by_id=actor.user_id,
            proposed_at=now,
        )
        audit(
            AuditFact(
                actor=actor,
                action=f"{kind}.propose",
                subject=f"proposal:{proposal.pk}",
                reason=reason,
                detail=payload,
            ),
            now=now,
        )
    return int(proposal.pk)


def decide(*, proposal_id: int, approve: bool, actor: Actor, now: datetime) -> None:
    """Approve and carry out, or reject, in one transaction; once, whoever clicks twice.

    Locks the proposal's row. Raises NotFound, ProposalDecided, FourEyesNeeded, and what the change itself refuses.
    """
    with transaction():
        proposal = Proposal.objects.select_for_update().filter(pk=proposal_id).first()
        if proposal is None:
            raise NotFound(what="proposal", key=proposal_id)
        if proposal.state != Proposal.State.OPEN:
            raise ProposalDecided(proposal_id=proposal_id, state=proposal.get_state_display())
        if proposal.proposed_by_id == actor.user_id or actor.user_id is None:
            raise FourEyesNeeded(name=actor.name)
        proposal.state = Proposal.State.APPROVED if approve else Proposal.State.REJECTED
        proposal.decided_by_id, proposal.decided_at = actor.user_id, now
        proposal.save()
        audit(
            AuditFact(
                actor=actor,
                action=f"{proposal.kind}.{proposal.state}",
                subject=f"proposal:{proposal.pk}",
                reason=proposal.reason,
                detail=proposal.payload,
            ),
            now=now,
        )
        if approve:
            _executors[proposal.kind](int(proposal.pk), proposal.payload, actor, now)
