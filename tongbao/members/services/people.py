"""Signing up, logging in, and what members tell about themselves."""

from __future__ import annotations

from datetime import datetime

from django.db import IntegrityError

from tongbao.kit import events
from tongbao.kit.transactions import transaction
from tongbao.members.contracts import (
    CLOSED,
    FROZEN,
    AccountClosed,
    AccountFrozen,
    MemberJoined,
    MemberLanguage,
    MembersSettings,
    MemberUnknown,
    NotRegistered,
    PhoneTaken,
    SignedIn,
    SponsorUnknown,
)
from tongbao.members.models import Member
from tongbao.members.policy.people import clean_name, mask_phone, member_number, normalise_phone
from tongbao.members.selectors import inviter, phone_of
from tongbao.members.services.codes import try_code, use_code
from tongbao.members.services.rows import constraint_of, lock_member, new_invite_code, new_member_ids
from tongbao.members.services.sessions import open_session, revoke_sessions
from tongbao.tenancy.contracts import Actor, AuditFact
from tongbao.tenancy.selectors import tenant_settings
from tongbao.tenancy.services import audit


def sign_up(
    *,
    phone: str,
    code: str,
    now: datetime,
    invite_code: str = "",
    language: MemberLanguage = "zh-hans",
    device: str = "",
    address: str = "",
) -> SignedIn:
    """Open an account for whoever holds the phone, under the owner of the invitation code, and sign in.

    If anything is refused, the code still works for another try. Raises PhoneNotValid, CodeNotValid,
    TriedTooOften, InvitationUnknown, PhoneTaken.
    """
    phone = normalise_phone(phone)
    code_id = try_code(phone=phone, code=code, purpose="enter", address=address, now=now)
    sponsor_id = inviter(invite_code=invite_code).member_id if invite_code.strip() else None
    with transaction():
        use_code(code_id=code_id, now=now)
        member_id = register(phone=phone, sponsor_id=sponsor_id, language=language, now=now)
        return open_session(member_id=member_id, device=device, address=address, now=now)


def log_in(*, phone: str, code: str, now: datetime, device: str = "", address: str = "") -> SignedIn:
    """Sign in whoever holds the phone.

    Raises PhoneNotValid, CodeNotValid, TriedTooOften, NotRegistered, AccountFrozen, AccountClosed.
    """
    phone = normalise_phone(phone)
    code_id = try_code(phone=phone, code=code, purpose="enter", address=address, now=now)
    with transaction():
        member = Member.objects.filter(phone=phone).first()
        if member is None:
            raise NotRegistered()
        if member.status == FROZEN:
            raise AccountFrozen()
        if member.status == CLOSED:
            raise AccountClosed()
        use_code(code_id=code_id, now=now)
        return open_session(member_id=member.pk, device=device, address=address, now=now)


def register(
    *,
    phone: str | None,
    now: datetime,
    sponsor_id: int | None = None,
    name: str = "",
    language: MemberLanguage = "zh-hans",
) -> int:
    """Make a member whose phone is known to be theirs, and return the id.

    With a sponsor, the sponsor is fixed; without one, the first paid order may still name them. Writes
    ``MemberJoined``. Raises PhoneNotValid, PhoneTaken, SponsorUnknown, NameNotValid.

    >>> register(phone="13800138000", sponsor_id=1, now=now)                  # doctest: +SKIP
    2
    """
    phone = normalise_phone(phone) if phone else None
    entry_rank = tenant_settings(MembersSettings).entry_rank
    member_id = new_member_ids(count=1)[0]
    try:
        with transaction():
            Member.objects.create(
                pk=member_id,
                number=member_number(member_id),
                phone=phone,
                name=clean_name(name) if name else "",
                invite_code=new_invite_code(),
                sponsor_id=sponsor_id,
                sponsor_fixed_at=now if sponsor_id is not None else None,
                rank=entry_rank,
                language=language,
                joined_at=now,
            )
            events.emit(MemberJoined(member_id=member_id, sponsor_id=sponsor_id, joined_at=now))
    except IntegrityError as error:
        if "phone" in constraint_of(error):
            raise PhoneTaken() from error
        if sponsor_id is not None and not Member.objects.filter(pk=sponsor_id).exists():
            raise SponsorUnknown(key=sponsor_id) from error
        raise
    return member_id


def describe_member(
    *, member_id: int, name: str | None = None, language: MemberLanguage | None = None
) -> None:
    """Change the display name, the language, or both. Raises NameNotValid, MemberUnknown."""
    values: dict[str, str] = {}
    if name is not None:
        values["name"] = clean_name(name)
    if language is not None:
        values["language"] = language
    with transaction():
        if values and not Member.objects.filter(pk=member_id).update(**values):
            raise MemberUnknown(key=member_id)


def change_phone(
    *, member_id: int, phone: str, code: str, session_id: int, now: datetime, address: str = ""
) -> None:
    """Move an account to another phone, proven by a code sent to it; other devices are signed out.

    Raises PhoneNotValid, CodeNotValid, TriedTooOften, PhoneTaken, MemberUnknown.
    """
    phone = normalise_phone(phone)
    code_id = try_code(phone=phone, code=code, purpose="change_phone", address=address, now=now)
    with transaction():
        use_code(code_id=code_id, now=now)
        _write_phone(member_id=member_id, phone=phone)
        revoke_sessions(member_id=member_id, but=session_id, now=now)


def set_phone(*, member_id: int, phone: str, reason: str, actor: Actor, now: datetime) -> None:
    """An operator writes a member's phone, for somebody taken over without one or who lost theirs.

    All devices are signed out. Raises PhoneNotValid, PhoneTaken, MemberUnknown.
    """
    phone = normalise_phone(phone)
    with transaction():
        before = _write_phone(member_id=member_id, phone=phone)
        revoke_sessions(member_id=member_id, now=now)
        audit(
            AuditFact(
                actor=actor,
                action="members.set_phone",
                subject=f"member:{member_id}",
                reason=reason,
                detail={"before": mask_phone(before), "after": mask_phone(phone)},
            ),
            now=now,
        )


def reveal_phone(*, member_id: int, actor: Actor, now: datetime) -> str:
    """A member's whole phone for an operator who asks; that they asked is kept. Raises MemberUnknown."""
    with transaction():
        phone = phone_of(member_id=member_id)
        audit(AuditFact(actor=actor, action="members.reveal_phone", subject=f"member:{member_id}"), now=now)
    return phone


def _write_phone(*, member_id: int, phone: str) -> str | None:
    member = lock_member(member_id=member_id)
    before = member.phone
    try:
        with transaction():
            Member.objects.filter(pk=member_id).update(phone=phone)
    except IntegrityError as error:
        raise PhoneTaken() from error
    return before
