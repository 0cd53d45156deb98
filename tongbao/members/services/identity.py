"""Real names: put forward by the member, verified or rejected by an operator."""

from __future__ import annotations

from datetime import datetime

from django.utils import timezone
from django.utils.crypto import salted_hmac

from tongbao.kit.transactions import transaction
from tongbao.members.contracts import IdentityNotOpen
from tongbao.members.models import IdentitySubmission, Member
from tongbao.members.policy.people import clean_card_number, clean_real_name
from tongbao.members.services.rows import lock_member
from tongbao.tenancy.contracts import Actor, AuditFact, ReasonNeeded
from tongbao.tenancy.selectors import current_schema
from tongbao.tenancy.services import audit

MAY_SUBMIT = (Member.IdentityStatus.NONE, Member.IdentityStatus.REJECTED)


def submit_identity(*, member_id: int, real_name: str, card_number: str, now: datetime) -> None:
    """Put a real name and an identity card's number forward for verification.

    Of the number only the last four characters and a keyed hash are kept.
    Raises IdentityNotValid, IdentityNotOpen, MemberUnknown.
    """
    name = clean_real_name(real_name)
    number = clean_card_number(card_number, today=timezone.localdate(now))
    with transaction():
        member = lock_member(member_id=member_id)
        if member.identity_status not in MAY_SUBMIT:
            raise IdentityNotOpen(state=member.identity_status, step="submit")
        IdentitySubmission.objects.create(
            member=member,
            real_name=name,
            card_last_four=number[-4:],
            card_hash=_hash(number),
            submitted_at=now,
        )
        Member.objects.filter(pk=member_id).update(identity_status=Member.IdentityStatus.SUBMITTED)


def verify_identity(*, member_id: int, actor: Actor, now: datetime) -> None:
    """An operator has checked the name: the member may withdraw. Raises IdentityNotOpen, MemberUnknown."""
    _decide(member_id=member_id, state=IdentitySubmission.State.VERIFIED, reason="", actor=actor, now=now)


def reject_identity(*, member_id: int, reason: str, actor: Actor, now: datetime) -> None:
    """The name can't be verified; the member may try again. Raises IdentityNotOpen, ReasonNeeded."""
    if not reason.strip():
        raise ReasonNeeded(action="members.identity_rejected")
    _decide(member_id=member_id, state=IdentitySubmission.State.REJECTED, reason=reason, actor=actor, now=now)


def _decide(
    *, member_id: int, state: IdentitySubmission.State, reason: str, actor: Actor, now: datetime
) -> None:
    with transaction():
        member = lock_member(member_id=member_id)
        decided = IdentitySubmission.objects.filter(
            member_id=member_id, state=IdentitySubmission.State.SUBMITTED
        ).update(state=state, decided_at=now, decided_by=actor.name, reason=reason[:300])
        if not decided:
            raise IdentityNotOpen(state=member.identity_status, step="decide")
        Member.objects.filter(pk=member_id).update(identity_status=state)
        audit(
            AuditFact(
                actor=actor, action=f"members.identity_{state}", subject=f"member:{member_id}", reason=reason
            ),
            now=now,
        )


def _hash(number: str) -> str:
    value = f"{current_schema()}|{number}"
    return salted_hmac("tongbao.members.card_number", value, algorithm="sha256").hexdigest()
