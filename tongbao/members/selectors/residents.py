"""Who lives in a region, by their default address."""

from __future__ import annotations

from django.db.models import QuerySet

from tongbao.members.contracts import CLOSED, Resident
from tongbao.members.models import Address
from tongbao.members.policy.divisions import codes_within, full_name
from tongbao.members.policy.people import mask_name, mask_phone


def residents(*, region_code: str, before_id: int | None = None, limit: int = 50) -> tuple[Resident, ...]:
    """Members whose default address lies in a region, who joined last first; ``before_id`` asks for the next page.

    Masked: an agent learns how many people live there and not who they are.
    """
    rows = _living_in(region_code).select_related("member").order_by("-member_id")
    if before_id is not None:
        rows = rows.filter(member_id__lt=before_id)
    return tuple(
        Resident(
            member_id=row.member_id,
            name_masked=mask_name(row.member.name),
            phone_masked=mask_phone(row.member.phone),
            rank=row.member.rank,
            region_code=row.region_code,
            region_name=full_name(row.region_code),
            joined_at=row.member.joined_at,
        )
        for row in rows[:limit]
    )


def residents_count(*, region_code: str) -> int:
    """How many members live in a region."""
    return _living_in(region_code).count()


def _living_in(region_code: str) -> QuerySet[Address]:
    first, last = codes_within(region_code)
    rows = Address.objects.filter(is_default=True, region_code__gte=first, region_code__lte=last)
    return rows.exclude(member__status=CLOSED)
