"""Members and moments for the tests of points."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from tongbao.ledger.contracts import POINT, Request, Transfer, member_account, platform_account
from tongbao.ledger.services import post
from tongbao.members.services import register
from tongbao.points.contracts import UNITS_PER_POINT

NOON = datetime(2026, 3, 1, 4, 0, tzinfo=UTC)
NINE_DAYS_LATER = NOON + timedelta(days=9)


def points(whole: int) -> int:
    """Whole points in units."""
    return whole * UNITS_PER_POINT


def join() -> int:
    """Somebody signs up."""
    return register(phone=None, sponsor_id=None, now=NOON)


def spend(member_id: int, amount: int, *, key: str = "spent:1") -> None:
    """The member pays with points, which are gone for the test."""
    line = Transfer(
        debit=member_account(member_id, "points"),
        credit=platform_account("burned"),
        amount=amount,
        kind="spent",
        subject=key,
        asset=POINT,
    )
    post(request=Request(key=key, transfers=(line,)), now=NOON).require()
