"""Which status may follow which (会员状态)."""

from __future__ import annotations

from tongbao.members.contracts import ACTIVE, CLOSED, FROZEN, INACTIVE, MemberStatus, StatusChangeRefused

# A frozen member comes back as active; an operator who wants them inactive says so afterwards.
NEXT: dict[MemberStatus, frozenset[MemberStatus]] = {
    ACTIVE: frozenset({INACTIVE, FROZEN, CLOSED}),
    INACTIVE: frozenset({ACTIVE, FROZEN, CLOSED}),
    FROZEN: frozenset({ACTIVE, CLOSED}),
    CLOSED: frozenset(),
}


def check_status_change(*, before: MemberStatus, after: MemberStatus) -> None:
    """Nothing, if a member may go from one status to the other. Raises StatusChangeRefused.

    >>> check_status_change(before="active", after="frozen")
    """
    if after not in NEXT[before]:
        raise StatusChangeRefused(before=before, after=after)
