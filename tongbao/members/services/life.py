"""Active, inactive, frozen, closed: set by operators, always audited."""

from __future__ import annotations

from datetime import datetime

from tongbao.kit import events
from tongbao.kit.transactions import transaction
from tongbao.ledger.contracts import ACCOUNT_KINDS, member_account
from tongbao.ledger.selectors import balance
from tongbao.members.contracts import (
    ACTIVE,
    CLOSED,
    FROZEN,
    INACTIVE,
    BalancesRemain,
    MemberFrozen,
    MemberStatus,
    MemberUnfrozen,
    StatusChangeRefused,
)
from tongbao.members.models import Member, Message, SignInKey
from tongbao.members.policy.life import check_status_change
from tongbao.members.policy.people import mask_phone
from tongbao.members.services.rows import lock_member
from tongbao.members.services.sessions import revoke_sessions
from tongbao.tenancy.contracts import Actor, AuditFact
from tongbao.tenancy.services import audit


def freeze(*, member_id: int, reason: str, actor: Actor, now: datetime) -> None:
    """Freeze a member: signed out everywhere, earning nothing new, what is pending waits.

    Raises MemberUnknown, StatusChangeRefused.
    """
    with transaction():
        _change(member_id=member_id, after=FROZEN, reason=reason, actor=actor, now=now)
        revoke_sessions(member_id=member_id, now=now)
        events.emit(MemberFrozen(member_id=member_id, frozen_at=now))


def unfreeze(*, member_id: int, reason: str, actor: Actor, now: datetime) -> None:
    """Let a frozen member go on; they are active again. Raises MemberUnknown, StatusChangeRefused."""
    with transaction():
        _change(member_id=member_id, after=ACTIVE, reason=reason, actor=actor, now=now, only_from=FROZEN)
        events.emit(MemberUnfrozen(member_id=member_id, unfrozen_at=now))


def set_active(*, member_id: int, active: bool, reason: str, actor: Actor, now: datetime) -> None:
    """Switch a member active or inactive: an inactive one may use the shop, but earns nothing.

    Raises MemberUnknown, StatusChangeRefused (a frozen member is unfrozen instead).
    """
    after, before = (ACTIVE, INACTIVE) if active else (INACTIVE, ACTIVE)
    with transaction():
        _change(member_id=member_id, after=after, reason=reason, actor=actor, now=now, only_from=before)


def close(*, member_id: int, reason: str, actor: Actor, now: datetime) -> None:
    """Close an account for ever: signed out, phone and name erased, the place in the tree kept.

    Raises MemberUnknown, StatusChangeRefused, BalancesRemain (pay out, or have it given up in writing).
    """
    with transaction():
        _change(member_id=member_id, after=CLOSED, reason=reason, actor=actor, now=now)
        for kind in ACCOUNT_KINDS:
            if kind.owner_kind != "member":
                continue
            left = balance(account=member_account(member_id, kind.kind), asset=kind.asset)
            if left.posted or left.held:
                raise BalancesRemain(member=member_id, what=kind.kind)
        revoke_sessions(member_id=member_id, now=now)
        Message.objects.filter(member_id=member_id).delete()
        Member.objects.filter(pk=member_id).update(phone=None, name="")
        SignInKey.objects.filter(member_id=member_id).delete()


def _change(
    *,
    member_id: int,
    after: MemberStatus,
    reason: str,
    actor: Actor,
    now: datetime,
    only_from: MemberStatus | None = None,
) -> None:
    member = lock_member(member_id=member_id)
    before: MemberStatus = member.status  # type: ignore[assignment]
    if only_from is not None and before != only_from:
        raise StatusChangeRefused(before=before, after=after)
    check_status_change(before=before, after=after)
    Member.objects.filter(pk=member_id).update(status=after)
    audit(
        AuditFact(
            actor=actor,
            action=f"members.{after}",
            subject=f"member:{member_id}",
            reason=reason,
            detail={"before": before, "after": after, "phone": mask_phone(member.phone)},
        ),
        now=now,
    )
