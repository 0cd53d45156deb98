"""Who handles what: packages declare, this module connects, in an explicit order."""

from __future__ import annotations

from collections.abc import Iterator
from importlib import import_module
from importlib.util import find_spec
from types import ModuleType

from django.apps import apps
from django.conf import settings

from tongbao.config import business_apps
from tongbao.config.wechat import MiniProgram, WeChatServers
from tongbao.kit import events, jobs
from tongbao.mall.services.parts import use_payment_part
from tongbao.mall.services.reductions import use_price_reduction
from tongbao.mall.services.storefront import use_storefront_apps
from tongbao.members.services import use_wechat
from tongbao.points.services import PointsPart

# The order in which packages hear of an event: downward floors first.
PACKAGES = (
    "tongbao.tenancy",
    "tongbao.ledger",
    "tongbao.members",
    "tongbao.mall",
    "tongbao.points",
    "tongbao.rewards",
)


def wire() -> None:
    """Connect handlers, schedules and proposals of all packages and apps; safe to repeat."""
    for module in _task_modules():
        for event_class, handler in getattr(module, "HANDLERS", {}).items():
            events.wire(event_class=event_class, handler=handler)
        for schedule in getattr(module, "SCHEDULES", ()):
            jobs.register(schedule)
        # A module with more to connect (gateways, proposal executors) offers one function for it.
        connect = getattr(module, "connect", None)
        if connect is not None:
            connect()
    business_apps.wire(business_apps.manifests())
    use_storefront_apps(business_apps.StorefrontPages())
    use_payment_part(PointsPart())
    use_price_reduction(business_apps.price_reduction(business_apps.manifests()))
    programs = {
        schema_name: MiniProgram(app_id, secret) for schema_name, app_id, secret in settings.WECHAT_APPS
    }
    use_wechat(WeChatServers(programs=programs, url=settings.WECHAT_URL) if programs else None)


def _task_modules() -> Iterator[ModuleType]:
    business = sorted(app.name for app in apps.get_app_configs() if app.name.startswith("tongbao.apps."))
    for package in (*PACKAGES, *business):
        if find_spec(f"{package}.tasks") is not None:
            yield import_module(f"{package}.tasks")
