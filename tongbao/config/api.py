"""``/api/v1``: the routers of all packages under one roof, with OpenAPI and browsable documents."""

from __future__ import annotations

from importlib import import_module
from importlib.util import find_spec

from django.apps import apps
from ninja import NinjaAPI

from tongbao.kit.api import install_error_handlers

PACKAGES = ("tongbao.members", "tongbao.mall", "tongbao.points", "tongbao.rewards")


def build() -> NinjaAPI:
    """Assemble the API: each package offers ``router`` in its ``api``; a business app is under its key."""
    api = NinjaAPI(
        title="Tongbao 通宝",
        version="1",
        description="Everything a member does. Amounts are integers in fen, points in 1/10 000 point.",
        urls_namespace="api-v1",
    )
    install_error_handlers(api)
    for package in PACKAGES:
        if find_spec(f"{package}.api") is not None:
            api.add_router("", import_module(f"{package}.api").router)
    for app in sorted(apps.get_app_configs(), key=lambda known: known.name):
        if app.name.startswith("tongbao.apps.") and find_spec(f"{app.name}.api") is not None:
            api.add_router(f"/{app.label}", import_module(f"{app.name}.api").router)
    return api


api = build()
