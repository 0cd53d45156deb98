"""Members and moments of the tests."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from tongbao.apps.member_tasks import services
from tongbao.apps.member_tasks.contracts import CheckedIn, MemberTasksSettings
from tongbao.kit import events
from tongbao.ledger import selectors as books
from tongbao.members.services import open_session, register
from tongbao.points import selectors as points
from tongbao.points.contracts import UNITS_PER_POINT, PointsSettings
from tongbao.tenancy.contracts import Actor
from tongbao.tenancy.services import change_settings
from tongbao.tenancy.services.changes import switch_app

NOON = datetime(2026, 3, 2, 4, 0, tzinfo=UTC)
"""Monday 2 March 2026, noon in Beijing."""
DAY = timedelta(days=1)
CHEN = Actor.system("陈经理")
PHONE = "Mozilla/5.0 (iPhone) MicroMessenger"


def switch(is_on: bool) -> None:
    switch_app(app_key="member_tasks", is_on=is_on, actor=CHEN, now=NOON)


def settings(**values: object) -> None:
    change_settings(settings_class=MemberTasksSettings, values=values, actor=CHEN, now=NOON)


def vesting(*, days: int) -> None:
    """So many days pass before points of tasks can be spent."""
    change_settings(settings_class=PointsSettings, values={"tasks_vesting_days": days}, actor=CHEN, now=NOON)


def person(phone: str | None = None, *, sponsor: int | None = None) -> int:
    """Somebody with an account."""
    return register(phone=phone, sponsor_id=sponsor, now=NOON)


def joins(phone: str, *, sponsor: int | None, device: str, address: str) -> int:
    """Somebody signs up on a device, and the shop hears of it."""
    member_id = register(phone=phone, sponsor_id=sponsor, now=NOON)
    open_session(member_id=member_id, device=device, address=address, now=NOON)
    events.drain(now=NOON)
    return member_id


def key(name: str) -> str:
    """The key that a device keeps."""
    return f"device-of-{name}".ljust(20, "_")


def checks_in(member_id: int, *, now: datetime = NOON, device: str = "") -> CheckedIn:
    return services.check_in(member_id=member_id, device_key=key(device or str(member_id)), now=now)


def has(member_id: int) -> int:
    """The whole points that a member can spend."""
    units = points.member_points(member_id=member_id).available
    assert units % UNITS_PER_POINT == 0
    return units // UNITS_PER_POINT


def sound() -> bool:
    return not list(points.verify()) and not list(books.verify())
