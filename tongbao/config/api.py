"""``/api/v1``: the routers of all packages under one roof, with OpenAPI and browsable documents."""

from __future__ import annotations

from importlib import import_module
from importlib.util import find_spec

from ninja import NinjaAPI

from tongbao.config import business_apps
from tongbao.kit.api import ObjectParser, install_error_handlers

PACKAGES = ("tongbao.members", "tongbao.mall", "tongbao.points", "tongbao.rewards")


def build() -> NinjaAPI:
    """Assemble the API: each package offers ``router`` in its ``api``; a business app is under its key."""
    api = NinjaAPI(
        title="Tongbao 通宝",
        version="1",
        description="Everything a member does. Amounts are integers in fen, points in 1/10 000 point.",
        urls_namespace="api-v1",
        parser=ObjectParser(),
    )
    install_error_handlers(api)
    for package in PACKAGES:
        if find_spec(f"{package}.api") is not None:
            api.add_router("", import_module(f"{package}.api").router)
    business_apps.mount(api, business_apps.manifests())
    return api


api = build()
