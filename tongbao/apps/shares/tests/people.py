"""Members with points and a verified name, and moments of the tests."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from tongbao.apps.shares import selectors, services
from tongbao.apps.shares.contracts import CertificateFacts
from tongbao.ledger import selectors as books
from tongbao.ledger.contracts import Request, Transfer, member_account, platform_account
from tongbao.ledger.services import post
from tongbao.members.services import register, submit_identity, verify_identity
from tongbao.points import selectors as points
from tongbao.points.services import grant_pending, mint
from tongbao.tenancy.contracts import Actor
from tongbao.tenancy.services.changes import switch_app

NOON = datetime(2026, 3, 2, 4, 0, tzinfo=UTC)
DAY = timedelta(days=1)
CHEN = Actor.system("陈经理")
POINT = 10_000
CARDS = ("11010519491231002X", "440524188001010014")


def switch(is_on: bool) -> None:
    switch_app(app_key="shares", is_on=is_on, actor=CHEN, now=NOON)


def holder(points_given: int = 0, *, name: str = "王小明", card: str = CARDS[0]) -> int:
    """A member with so many points, verified by name."""
    member_id = register(phone=None, now=NOON)
    if name:
        submit_identity(member_id=member_id, real_name=name, card_number=card, now=NOON)
        verify_identity(member_id=member_id, actor=CHEN, now=NOON)
    if points_given:
        subject = f"gift:{member_id}"
        grant_pending(
            pool="gift_packs", member_id=member_id, amount=points_given * POINT, subject=subject, now=NOON
        )
        mint(subject=subject, now=NOON)
    return member_id


def ask(member_id: int, shares: int, key: str = "s-1") -> str:
    return services.ask_for_shares(member_id=member_id, shares=shares, client_key=key, now=NOON).number


def issue(member_id: int, shares: int, key: str = "s-1") -> CertificateFacts:
    return services.approve_exchange(number=ask(member_id, shares, key), actor=CHEN, now=NOON)


def earn(amount_fen: int) -> None:
    """Something on the operating account to pay from."""
    sale = Transfer(
        debit=platform_account("gateway", "sandbox"),
        credit=platform_account("operating"),
        amount=amount_fen,
        kind="sale",
        subject="year",
    )
    post(request=Request(key="year", transfers=(sale,)), now=NOON).require()


def has(member_id: int) -> int:
    return points.member_points(member_id=member_id).available


def cash(member_id: int) -> int:
    return books.balance(account=member_account(member_id, "cash")).posted


def sound() -> bool:
    return not [*selectors.verify(), *points.verify(), *books.verify()]
