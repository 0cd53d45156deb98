"""Who recruited whom: fixed once, moved only by two operators."""

from __future__ import annotations

import logging
from datetime import datetime
from typing import Any

from django.db import DatabaseError

from tongbao.kit.errors import DomainError
from tongbao.kit.transactions import transaction
from tongbao.members.contracts import (
    MemberUnknown,
    OwnInvitation,
    SponsorCycle,
    SponsorUnchanged,
    SponsorUnknown,
)
from tongbao.members.models import Member, SponsorChange
from tongbao.members.selectors import inviter, uplines
from tongbao.members.services.rows import lock_member, lock_tree, sqlstate_of
from tongbao.tenancy.contracts import Actor, AuditFact
from tongbao.tenancy.services import audit, propose

logger = logging.getLogger(__name__)

MOVE_SPONSOR = "members.move_sponsor"
CYCLE = "TB110"


def set_sponsor_at_first_order(*, member_id: int, now: datetime, invite_code: str = "") -> int | None:
    """Fix the sponsor at the first paid order, and return who it is; None for nobody, for ever.

    A sponsor who is fixed stays, whatever code the order carried. A code that no longer binds (its owner is
    gone, or stands below the buyer) is passed over: the order is paid and must not fail for it. Check codes
    before the payment, with ``selectors.check_invitation``.

    Locks: with a code the tenant's tree, then the member's row. Raises MemberUnknown.
    """
    with transaction():
        if invite_code.strip():
            lock_tree()
        member = lock_member(member_id=member_id)
        if member.sponsor_fixed_at is not None:
            return member.sponsor_id
        if invite_code.strip():
            try:
                return _bind(member=member, invite_code=invite_code, now=now)
            except DomainError as refused:
                logger.warning("the invitation of member %s binds nobody: %s", member_id, refused.code)
        Member.objects.filter(pk=member_id).update(sponsor_fixed_at=now)
        return None


def propose_sponsor_move(
    *, member_id: int, sponsor_id: int | None, reason: str, actor: Actor, now: datetime
) -> int:
    """Put the move of a member under another sponsor (None: under nobody) before a second person.

    Returns the proposal's id. Raises MemberUnknown, SponsorUnknown, SponsorUnchanged, SponsorCycle,
    ReasonNeeded.
    """
    with transaction():
        member = Member.objects.filter(pk=member_id).first()
        if member is None:
            raise MemberUnknown(key=member_id)
        before = member.sponsor.number if member.sponsor else "—"
        sponsor = _sponsor_for(member, sponsor_id=sponsor_id)
        return propose(
            kind=MOVE_SPONSOR,
            payload={"member_id": member_id, "sponsor_id": sponsor_id, "sponsor_before": member.sponsor_id},
            summary=f"{member.number}: {before} → {sponsor.number if sponsor else '—'}",
            reason=reason,
            actor=actor,
            now=now,
        )


def carry_out_move(proposal_id: int, payload: dict[str, Any], actor: Actor, now: datetime) -> None:
    """Carry out an approved proposal; called by the four-eyes service, in its transaction."""
    move_sponsor(
        member_id=payload["member_id"],
        sponsor_id=payload["sponsor_id"],
        proposal_id=proposal_id,
        actor=actor,
        now=now,
    )


def move_sponsor(
    *, member_id: int, sponsor_id: int | None, proposal_id: int | None, actor: Actor, now: datetime
) -> None:
    """Move a member, with everybody below, under another sponsor. Operators reach it through a proposal.

    It changes the future only: ranks that were earned stand, awards stay whose they are.
    Locks: the tenant's tree, then the member's row. Raises as ``propose_sponsor_move``.
    """
    with transaction():
        lock_tree()
        member = lock_member(member_id=member_id)
        before = member.sponsor_id
        _sponsor_for(member, sponsor_id=sponsor_id)
        _write_sponsor(
            member=member,
            sponsor_id=sponsor_id,
            cause=SponsorChange.Cause.MOVE,
            proposal_id=proposal_id,
            now=now,
        )
        audit(
            AuditFact(
                actor=actor,
                action=MOVE_SPONSOR,
                subject=f"member:{member_id}",
                detail={"before": before, "after": sponsor_id, "proposal": proposal_id},
            ),
            now=now,
        )


def _bind(*, member: Member, invite_code: str, now: datetime) -> int:
    sponsor = inviter(invite_code=invite_code)
    if sponsor.member_id == member.pk:
        raise OwnInvitation()
    _sponsor_for(member, sponsor_id=sponsor.member_id)
    _write_sponsor(
        member=member,
        sponsor_id=sponsor.member_id,
        cause=SponsorChange.Cause.FIRST_ORDER,
        proposal_id=None,
        now=now,
    )
    return sponsor.member_id


def _sponsor_for(member: Member, *, sponsor_id: int | None) -> Member | None:
    """The sponsor-to-be, if they may be it as the tree stands now."""
    if member.sponsor_id == sponsor_id:
        raise SponsorUnchanged(member=member.number)
    if sponsor_id is None:
        return None
    sponsor = Member.objects.filter(pk=sponsor_id).exclude(status=Member.Status.CLOSED).first()
    if sponsor is None:
        raise SponsorUnknown(key=sponsor_id)
    above = {seat.member_id for seat in uplines(member_ids=(sponsor_id,))[sponsor_id]}
    if member.pk in above | {sponsor_id}:
        raise SponsorCycle(sponsor=sponsor.number, member=member.number)
    return sponsor


def _write_sponsor(
    *,
    member: Member,
    sponsor_id: int | None,
    cause: SponsorChange.Cause,
    proposal_id: int | None,
    now: datetime,
) -> None:
    try:
        with transaction():
            Member.objects.filter(pk=member.pk).update(sponsor_id=sponsor_id, sponsor_fixed_at=now)
    except DatabaseError as error:
        if sqlstate_of(error) == CYCLE:
            raise SponsorCycle(sponsor=sponsor_id, member=member.number) from error
        raise
    SponsorChange.objects.create(
        member=member,
        sponsor_before_id=member.sponsor_id,
        sponsor_after_id=sponsor_id,
        cause=cause,
        proposal_id=proposal_id,
        changed_at=now,
    )
