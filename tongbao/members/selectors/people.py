"""Members one by one."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime

from django.db.models import Count, Q
from django.db.models.functions import TruncDate

from tongbao.members.contracts import (
    CLOSED,
    FROZEN,
    InvitationUnknown,
    MemberFacts,
    MemberUnknown,
    OwnInvitation,
    SponsorAlreadySet,
)
from tongbao.members.models import Member
from tongbao.members.policy.people import mask_phone, normalise_invite_code


def member(*, member_id: int) -> MemberFacts:
    """The member with this id. Raises MemberUnknown.

    >>> member(member_id=1).number                                            # doctest: +SKIP
    'M0000001'
    """
    row = Member.objects.filter(pk=member_id).first()
    if row is None:
        raise MemberUnknown(key=member_id)
    return facts_of(row)


def members(*, member_ids: Iterable[int]) -> dict[int, MemberFacts]:
    """The members with these ids, in one query; ids that nobody has are missing."""
    return {row.pk: facts_of(row) for row in Member.objects.filter(pk__in=set(member_ids))}


def member_by_key(*, key: str) -> MemberFacts:
    """The member whose former number or public number this is. Raises MemberUnknown.

    A former number goes first: files of another system mean their own numbers.
    """
    rows = Member.objects.filter(Q(external_number=key) | Q(number=key))
    found = sorted(rows, key=lambda row: row.external_number != key)
    if not found:
        raise MemberUnknown(key=key)
    return facts_of(found[0])


def member_id_by_phone(*, phone: str) -> int | None:
    """Whose phone (11 digits) this is, if anybody's."""
    return Member.objects.filter(phone=phone).values_list("pk", flat=True).first()


def daily_joined(*, since: datetime, until: datetime) -> dict[date, int]:
    """How many members joined on each day (of the shop's time zone), days without any left out."""
    rows = (
        Member.objects.filter(joined_at__gte=since, joined_at__lt=until)
        .annotate(day=TruncDate("joined_at"))
        .order_by("day")
        .values("day")
        .annotate(joined=Count("pk"))
    )
    return {row["day"]: row["joined"] for row in rows}


def members_by_rank(*, at: datetime) -> dict[str, int]:
    """How many of those who had joined by a moment hold each rank now; closed accounts are counted too."""
    found = Member.objects.filter(joined_at__lte=at).order_by().values("rank").annotate(count=Count("id"))
    return {row["rank"]: row["count"] for row in found}


def phone_of(*, member_id: int) -> str:
    """The whole phone, for a parcel or a payout; "" if none is known. Raises MemberUnknown."""
    row = Member.objects.filter(pk=member_id).values_list("phone", flat=True)
    if not row:
        raise MemberUnknown(key=member_id)
    return row[0] or ""


def inviter(*, invite_code: str) -> MemberFacts:
    """Who invites with this code. Raises InvitationUnknown, also for the frozen and the closed."""
    code = normalise_invite_code(invite_code)
    row = Member.objects.filter(invite_code=code).first() if code.isascii() and code.isalnum() else None
    if row is None or row.status in (FROZEN, CLOSED):
        raise InvitationUnknown(invite_code=invite_code[:40])
    return facts_of(row)


def check_invitation(*, member_id: int, invite_code: str) -> MemberFacts:
    """The sponsor that this code would give a member at their first paid order.

    Raises InvitationUnknown, OwnInvitation, SponsorAlreadySet, MemberUnknown.
    """
    sponsor = inviter(invite_code=invite_code)
    if sponsor.member_id == member_id:
        raise OwnInvitation()
    row = Member.objects.filter(pk=member_id).first()
    if row is None:
        raise MemberUnknown(key=member_id)
    if row.sponsor_fixed_at is not None:
        raise SponsorAlreadySet(member=row.number)
    return sponsor


def facts_of(row: Member) -> MemberFacts:
    """A row as other packages may know it."""
    return MemberFacts(
        member_id=row.pk,
        number=row.number,
        external_number=row.external_number or "",
        name=row.name,
        phone_masked=mask_phone(row.phone),
        rank=row.rank,
        status=row.status,  # type: ignore[arg-type]
        identity_status=row.identity_status,  # type: ignore[arg-type]
        sponsor_id=row.sponsor_id,
        invite_code=row.invite_code,
        language=row.language,
        joined_at=row.joined_at,
    )
