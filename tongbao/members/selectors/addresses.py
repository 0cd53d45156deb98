"""Where members live, and under which name they are known to the state."""

from __future__ import annotations

from tongbao.members.contracts import AddressFacts, AddressUnknown
from tongbao.members.models import Address, IdentitySubmission
from tongbao.members.policy.divisions import full_name


def addresses(*, member_id: int) -> tuple[AddressFacts, ...]:
    """A member's addresses, the default one first."""
    rows = Address.objects.filter(member_id=member_id).order_by("-is_default", "-id")
    return tuple(address_facts_of(row) for row in rows)


def address(*, member_id: int, address_id: int) -> AddressFacts:
    """One of a member's own addresses. Raises AddressUnknown, also for somebody else's."""
    row = Address.objects.filter(member_id=member_id, pk=address_id).first()
    if row is None:
        raise AddressUnknown(key=address_id)
    return address_facts_of(row)


def identity_name(*, member_id: int) -> str:
    """The real name that was verified last, for a payout; "" if none was."""
    rows = IdentitySubmission.objects.filter(member_id=member_id, state=IdentitySubmission.State.VERIFIED)
    return rows.order_by("-id").values_list("real_name", flat=True).first() or ""


def address_facts_of(row: Address) -> AddressFacts:
    """An address as its owner and the mall know it."""
    return AddressFacts(
        address_id=row.pk,
        recipient=row.recipient,
        phone=row.phone,
        region_code=row.region_code,
        region_name=full_name(row.region_code),
        street=row.street,
        is_default=row.is_default,
    )
