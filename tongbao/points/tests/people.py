"""Members and moments for the tests of points."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from itertools import count
from pathlib import Path
from typing import Any

import yaml

from tongbao.ledger.contracts import POINT, Request, Transfer, member_account, platform_account
from tongbao.ledger.selectors import balance
from tongbao.ledger.services import post
from tongbao.members.services import register
from tongbao.points import selectors, services
from tongbao.points.contracts import UNITS_PER_POINT, PointsSettings
from tongbao.tenancy.contracts import Actor
from tongbao.tenancy.services import change_settings

EXAMPLES = Path(__file__).resolve().parents[3] / "tests" / "examples"
_numbers = count(1)

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


OPERATOR = Actor(user_id=None, name="Zhou the operator")


def set_up(**values: object) -> None:
    """The operator changes settings of points."""
    change_settings(settings_class=PointsSettings, values=values, actor=OPERATOR, now=NOON)


def with_points(amount: int, *, pool: str = "gift_packs", now: datetime = NOON) -> int:
    """Somebody signs up who has points to spend."""
    member_id = join()
    give_points(member_id, amount, pool=pool, now=now)
    return member_id


def give_points(member_id: int, amount: int, *, pool: str = "gift_packs", now: datetime = NOON) -> None:
    """Points of a purchase long ago."""
    subject = f"earlier:{member_id}:{next(_numbers)}"
    services.grant_pending(pool=pool, member_id=member_id, amount=amount, subject=subject, now=now)
    services.mint(subject=subject, now=now)


def put_into_reserve(amount_fen: int, *, now: datetime = NOON) -> None:
    """The operator's own money, as a deposit."""
    services.deposit_to_reserve(
        key=f"deposit-{next(_numbers)}",
        amount_fen=amount_fen,
        document="bank slip.pdf",
        document_hash="0" * 64,
        actor=OPERATOR,
        reason="opening",
        now=now,
    )


def retire_all_but(amount: int) -> None:
    """Pools give up what they have not issued, until the supply is so much."""
    going = selectors.supply().supply - amount
    for facts in selectors.pools():
        part = min(going, facts.left)
        if part:
            services.retire(
                pool=facts.code, amount=part, key=facts.code, actor=OPERATOR, reason="smaller mall", now=NOON
            )
        going -= part
    assert not going


def cash_of(member_id: int) -> int:
    """What a member can withdraw, in fen."""
    return balance(account=member_account(member_id, "cash")).posted


def worked_case(name: str) -> dict[str, Any]:
    """One of the cases in points.yaml."""
    text = (EXAMPLES / "points.yaml").read_text(encoding="utf-8")
    return next(case for case in yaml.safe_load(text)["cases"] if case["name"] == name)
