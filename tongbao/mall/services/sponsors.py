"""Who may buy, and the sponsor whose invitation a first order came through."""

from __future__ import annotations

from datetime import datetime

from tongbao.members import selectors as members
from tongbao.members.contracts import CLOSED, FROZEN, AccountClosed, AccountFrozen, SponsorAlreadySet
from tongbao.members.services import set_sponsor_at_first_order


def check_buyer(*, buyer_id: int, invitation_code: str) -> None:
    """Refuse the frozen and the closed, and an invitation that could never be honoured.

    A code is of no matter to somebody who has a sponsor: following a link shouldn't keep them from buying.
    Raises AccountFrozen, AccountClosed, MemberUnknown, InvitationUnknown, OwnInvitation.
    """
    buyer = members.member(member_id=buyer_id)
    if buyer.status == FROZEN:
        raise AccountFrozen()
    if buyer.status == CLOSED:
        raise AccountClosed()
    if invitation_code:
        try:
            members.check_invitation(member_id=buyer_id, invite_code=invitation_code)
        except SponsorAlreadySet:
            return


def bind_sponsor(*, buyer_id: int, invitation_code: str, now: datetime) -> None:
    """With the first paid order the buyer's sponsor is fixed: the one they have, or who invited them."""
    set_sponsor_at_first_order(member_id=buyer_id, invite_code=invitation_code, now=now)
