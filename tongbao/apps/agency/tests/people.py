"""Applicants, regions and moments of the tests."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from itertools import count

from tongbao.apps.agency import selectors, services
from tongbao.apps.agency.contracts import AgencySettings, ApplicationFacts
from tongbao.apps.agency.models import Application
from tongbao.kit import events
from tongbao.mall.models import Payment
from tongbao.mall.services import payments, refunds
from tongbao.mall.tests import shop
from tongbao.members.contracts import AgentFacts, MembersSettings
from tongbao.members.policy.divisions import level_of
from tongbao.members.services import register, submit_identity, verify_identity
from tongbao.tenancy.contracts import Actor, TenantSettings
from tongbao.tenancy.services import change_settings
from tongbao.tenancy.services.changes import switch_app

NOON = datetime(2026, 3, 2, 4, 0, tzinfo=UTC)
"""Monday 2 March 2026, noon in Beijing."""
TODAY, TOMORROW = date(2026, 3, 2), date(2026, 3, 3)
DAY = timedelta(days=1)
CHEN = Actor.system("陈经理")
TIANHE, GUANGZHOU, GUANGDONG, YUEXIU = "440106", "440100", "440000", "440104"
FEES = {"county": 2_000_000, "city": 5_000_000, "province": 10_000_000}

_keys = count(1)
_phones = count(13_900_000_001)


def switch(is_on: bool) -> None:
    switch_app(app_key="agency", is_on=is_on, actor=CHEN, now=NOON)


def settings(settings_class: type[TenantSettings] = AgencySettings, **values: object) -> None:
    change_settings(settings_class=settings_class, values=values, actor=CHEN, now=NOON)


def seats(**values: object) -> None:
    settings(MembersSettings, **values)


def person(name: str = "") -> int:
    return register(phone=str(next(_phones)), name=name, now=NOON)


def known(name: str = "") -> int:
    """A member whose identity an operator has verified."""
    member_id = person(name)
    submit_identity(member_id=member_id, real_name="王芳", card_number="11010519491231002X", now=NOON)
    verify_identity(member_id=member_id, actor=CHEN, now=NOON)
    return member_id


def apply(member_id: int, region_code: str = TIANHE, *, key: str = "", now: datetime = NOON, **more) -> int:
    return services.apply(
        member_id=member_id,
        region_code=region_code,
        expected_fee_fen=more.get("fee_fen", FEES[level_of(region_code)]),
        client_key=key or f"application-{next(_keys)}",
        now=now,
    )


def fee_paid(
    gateway: shop.MemoryGateway, member_id: int, application_id: int, *, now: datetime = NOON
) -> str:
    """The fee is ordered and paid at the cashier; the worker hears of it. Returns the order's number."""
    order = services.order_fee(member_id=member_id, application_id=application_id, now=now)
    money_arrives(gateway, member_id, order.number, now=now)
    return order.number


def money_arrives(
    gateway: shop.MemoryGateway, member_id: int, order_number: str, *, now: datetime = NOON
) -> None:
    started = payments.start_payment(
        order_number=order_number, buyer_id=member_id, gateway_code=None, site_url=shop.SITE, now=now
    )
    gateway.finish(started.number, at=now)
    shop.notify(gateway, started.number, now=now)
    events.drain(now=now)


def applied_and_paid(
    gateway: shop.MemoryGateway, member_id: int, region_code: str = TIANHE, *, now: datetime = NOON
) -> int:
    application_id = apply(member_id, region_code, now=now)
    fee_paid(gateway, member_id, application_id, now=now)
    return application_id


def approved(
    gateway: shop.MemoryGateway, member_id: int, region_code: str = TIANHE, *, now: datetime = NOON
) -> AgentFacts:
    return approve(applied_and_paid(gateway, member_id, region_code, now=now), now=now)


def approve(application_id: int, *, now: datetime = NOON, **more) -> AgentFacts:
    agent = services.approve(application_id=application_id, actor=CHEN, now=now, **more)
    events.drain(now=now)
    return agent


def refuse(application_id: int, reason: str = "该区域暂不开放", *, now: datetime = NOON) -> None:
    services.refuse(application_id=application_id, reason=reason, actor=CHEN, now=now)


def refunds_arrive(gateway: shop.MemoryGateway, *, now: datetime = NOON) -> int:
    """Refunds that wait are asked for and arrive; returns what came back, in fen."""
    refunds.submit_due_refunds(now=now)
    back = 0
    for number, movement in list(gateway.movements.items()):
        if movement.kind == "refund" and movement.state == "pending":
            gateway.finish(number, at=now)
            shop.notify(gateway, number, now=now)
            back += movement.amount_fen
    events.drain(now=now)
    return back


def shown(application_id: int, *, now: datetime = NOON) -> ApplicationFacts:
    member_id = Application.objects.get(pk=application_id).member_id
    return selectors.application(member_id=member_id, application_id=application_id, now=now)


def payments_of(order_number: str) -> list[str]:
    return list(Payment.objects.filter(order__number=order_number).values_list("state", flat=True))
