"""Members, props and moments of the tests."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from tongbao.apps.mining import services
from tongbao.apps.mining.contracts import MiningSettings
from tongbao.ledger import selectors as books
from tongbao.members.services import register
from tongbao.points import selectors as points
from tongbao.points.services import grant_pending
from tongbao.tenancy.contracts import Actor
from tongbao.tenancy.services import change_settings
from tongbao.tenancy.services.changes import switch_app

NOON = datetime(2026, 3, 2, 4, 0, tzinfo=UTC)
DAY = timedelta(days=1)
CHEN = Actor.system("陈经理")
POINT = 10_000


def switch(is_on: bool) -> None:
    switch_app(app_key="mining", is_on=is_on, actor=CHEN, now=NOON)


def settings(**values: object) -> None:
    change_settings(settings_class=MiningSettings, values=values, actor=CHEN, now=NOON)


def person(phone: str | None = None) -> int:
    return register(phone=phone, now=NOON)


def prop(code: str = "small", *, daily: int = 15_000, days: int = 30, product: str = "") -> str:
    """A machine that gives 1.5 points a day for 30 days."""
    services.define_prop(
        code=code,
        title_zh=f"矿机{code}",
        title_en=f"Machine {code}",
        daily=daily,
        days=days,
        product_code=product,
        actor=CHEN,
        now=NOON,
    )
    return code


def free_machine(*, now: datetime = NOON) -> int:
    """A new member with the free machine."""
    member_id = person()
    assert services.give_free_machine(member_id=member_id, now=now)
    return member_id


def leave_in_pool(amount: int) -> None:
    left = points.left_in(pool="mining") - amount
    grant_pending(pool="mining", member_id=person(), amount=left, subject="earlier", now=NOON)


def has(member_id: int) -> int:
    return points.member_points(member_id=member_id).available


def sound() -> bool:
    return not list(points.verify()) and not list(books.verify())
