"""Merchant accounts, clocks and customers at the gateway: what demos, tests and the command line ask for."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlsplit

from tongbao.apps.sandbox_pay.contracts import CODE
from tongbao.apps.sandbox_pay.policy import clock_offset_seconds
from tongbao.apps.sandbox_pay.services import wire
from tongbao.apps.sandbox_pay.services.gateway import APP_KEY
from tongbao.kit.errors import InvalidInput
from tongbao.mall.services.gateways import refuse_inside_transaction
from tongbao.mall.services.payments import NOTIFY_PATH
from tongbao.tenancy.contracts import Actor
from tongbao.tenancy.selectors import app_is_on, current_schema
from tongbao.tenancy.services import switch_app

MOST_AT_ONCE = 1_000


def open_account(
    *,
    site_urls: tuple[str, ...],
    title_zh: str,
    title_en: str = "",
    connect_to: str = "",
    actor: Actor,
    now: datetime,
    **more: Any,
) -> None:
    """Open the current tenant's account at the sandbox gateway, or bring it up to date, and switch the app on.

    ``site_urls`` are the shop's addresses as its customers type them; the gateway sends notices to these hosts
    and to no others, and transfers are told at the first. ``connect_to`` (``"127.0.0.1:8000"``) says where the
    hosts are found if their names lead nowhere. ``more`` goes to the gateway as it is: delays, mischief.

    Never inside a transaction. Raises InvalidInput, GatewayUnavailable, SandboxGatewayAdminRefused.

    >>> open_account(site_urls=("http://lotus.localhost:8000",), title_zh="莲花商城", actor=actor,
    ...              now=now)                                                          # doctest: +SKIP
    """
    refuse_inside_transaction(operation="open_account")
    hosts = [_host(url) for url in site_urls]
    if not hosts:
        raise InvalidInput(field="site_urls", why_en="it names no address", why_zh="没有地址")
    known = wire.account(current_schema())
    wire.ask_as_admin(
        "PUT",
        f"/admin/merchants/{known.merchant_id}",
        {
            "name": title_zh,
            "name_en": title_en or title_zh,
            "key": known.key,
            "hosts": [f"{host}={connect_to}" if connect_to else host for host in hosts],
            "notify_url": f"{site_urls[0].rstrip('/')}{NOTIFY_PATH}{CODE}",
            "clock_offset_seconds": _offset(now),
            **more,
        },
    )
    if not app_is_on(app_key=APP_KEY):
        switch_app(app_key=APP_KEY, is_on=True, actor=actor, now=now)


def follow_clock(*, now: datetime) -> None:
    """Set the account's clock to the tenant's, after it was moved; signatures keep to the real time.

    Raises GatewayUnavailable, SandboxGatewayAdminRefused.
    """
    _change({"clock_offset_seconds": _offset(now)})


def pay_at_the_cashier(*, numbers: Iterable[str], outcome: str = "succeeded") -> dict[str, str]:
    """Let customers pay these payments (or ``failed``, ``closed``, ``processing``); return states by number.

    For demos and benchmarks: the notices that follow are the same as from the cashier's page.
    """
    wanted = list(numbers)
    states: dict[str, str] = {}
    for begin in range(0, len(wanted), MOST_AT_ONCE):
        said = {
            "merchant": current_schema(),
            "numbers": wanted[begin : begin + MOST_AT_ONCE],
            "outcome": outcome,
        }
        states |= wire.ask_as_admin("POST", "/admin/pay", said)["states"]
    return states


def still_under_way() -> int:
    """How many movements and notices of the current tenant are not finished at the gateway."""
    left = wire.ask_as_admin("GET", f"/admin/waiting?merchant={current_schema()}")
    return int(left["movements"]) + int(left["deliveries"])


def hurry() -> None:
    """Let everything of the current tenant that waits for its time happen now."""
    wire.ask_as_admin("POST", "/admin/hurry", {"merchant": current_schema()})


def _change(said: dict[str, Any]) -> None:
    wire.ask_as_admin("PUT", f"/admin/merchants/{current_schema()}", said)


def _offset(now: datetime) -> int:
    return clock_offset_seconds(real_now=datetime.now(tz=UTC), tenant_now=now)


def _host(url: str) -> str:
    try:
        parts = urlsplit(url)
        port = parts.port or {"http": 80, "https": 443}[parts.scheme]
        if not parts.hostname:
            raise ValueError(url)
    except (ValueError, KeyError) as error:
        raise InvalidInput(
            field="site_urls",
            why_en=f"{url!r} is not an address like https://shop.example",
            why_zh=f"{url!r} 不是形如 https://shop.example 的地址",
        ) from error
    return f"{parts.hostname}:{port}"
