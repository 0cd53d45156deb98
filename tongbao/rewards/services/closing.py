"""A member closes their own account (注销): proven by a code, what is left given up in writing."""

from __future__ import annotations

from datetime import datetime

from tongbao.kit.transactions import transaction
from tongbao.ledger.contracts import CASH, POINT, Account, Request, Transfer, member_account, platform_account
from tongbao.ledger.services import post
from tongbao.members.selectors import member
from tongbao.members.selectors.people import phone_of
from tongbao.members.services import close
from tongbao.members.services.codes import try_code, use_code
from tongbao.members.services.rows import lock_member
from tongbao.points.selectors import member_cards
from tongbao.points.services import revoke_card
from tongbao.rewards.contracts import AccountNotClosable, GivenUp, GivenUpDiffers
from tongbao.rewards.models import AccountClosing
from tongbao.rewards.selectors.closing import closing_facts
from tongbao.tenancy.contracts import Actor

REASON = "closed by the member"


def close_own_account(
    *, member_id: int, code: str, gives_up: GivenUp, now: datetime, address: str = ""
) -> None:
    """Close an account for ever. ``code`` was sent to its phone; ``gives_up`` is what the member was shown.

    Cash and paid-in money go to the operating account, points are burned, rights cards go back to their pools. Nothing
    is closed while orders, claims, withdrawals, pending awards or debts are open. Locks the member. Raises
    CodeNotValid, TriedTooOften, AccountNotClosable, GivenUpDiffers, and of members StatusChangeRefused.
    """
    code_id = try_code(
        phone=phone_of(member_id=member_id), code=code, purpose="enter", address=address, now=now
    )
    with transaction():
        lock_member(member_id=member_id)
        use_code(code_id=code_id, now=now)
        facts = closing_facts(member_id=member_id)
        if facts.obstacles:
            raise AccountNotClosable(obstacles=", ".join(facts.obstacles))
        if facts.gives_up != gives_up:
            raise GivenUpDiffers()
        actor = Actor(user_id=None, name=f"member {member(member_id=member_id).number}")
        for card in member_cards(member_id=member_id):
            if card.state == "running":
                revoke_card(number=card.number, actor=actor, reason=REASON, now=now)
        _give_up(member_id, gives_up, now)
        AccountClosing.objects.create(
            member_id=member_id,
            cash_fen=gives_up.cash_fen,
            paid_in_fen=gives_up.paid_in_fen,
            points=gives_up.points,
            vesting=gives_up.vesting,
            closed_at=now,
        )
        close(member_id=member_id, reason=REASON, actor=actor, now=now)


def _give_up(member_id: int, gives_up: GivenUp, now: datetime) -> None:
    operating, burned = platform_account("operating"), platform_account("burned")
    parts: tuple[tuple[str, Account, int, str], ...] = (
        ("cash", operating, gives_up.cash_fen, CASH),
        ("paid_in", operating, gives_up.paid_in_fen, CASH),
        ("points", burned, gives_up.points, POINT),
    )
    transfers = tuple(
        Transfer(
            debit=member_account(member_id, kind),
            credit=to,
            amount=amount,
            kind="given_up",
            subject=f"closing:{member_id}",
            asset=asset,
        )
        for kind, to, amount, asset in parts
        if amount
    )
    if transfers:
        post(request=Request(key=f"closing:{member_id}", transfers=transfers), now=now).require()
