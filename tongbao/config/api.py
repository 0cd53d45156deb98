"""``/api/v1``: the routers of all packages under one roof, with OpenAPI and browsable documents."""

from __future__ import annotations

from importlib import import_module
from importlib.util import find_spec
from typing import Any

from ninja import NinjaAPI

from tongbao.config import business_apps
from tongbao.kit.api import ObjectParser, install_error_handlers

PACKAGES = ("tongbao.ledger", "tongbao.members", "tongbao.mall", "tongbao.points", "tongbao.rewards")


# Every refusal of every operation; docs/api.md lists the codes.
REFUSAL: dict[str, Any] = {
    "title": "Refusal",
    "type": "object",
    "required": ["error"],
    "properties": {
        "error": {
            "type": "object",
            "required": ["code", "message", "request_id"],
            "properties": {
                "code": {"type": "string", "description": "Stable; what a program decides by."},
                "message": {"type": "string", "description": "For people, in the language they asked for."},
                "request_id": {"type": "string", "description": "Tell support this."},
                "fields": {
                    "type": "array",
                    "description": "With `invalid_input`: which fields, and why.",
                    "items": {
                        "type": "object",
                        "required": ["field", "why"],
                        "properties": {"field": {"type": "string"}, "why": {"type": "string"}},
                    },
                },
            },
        }
    },
}
REFUSED = {
    "description": "Refused; nothing was changed.",
    "content": {"application/json": {"schema": {"$ref": "#/components/schemas/Refusal"}}},
}


class DocumentedAPI(NinjaAPI):
    """Says of every operation what a refusal looks like."""

    def get_openapi_schema(self, **how: Any) -> Any:
        schema = super().get_openapi_schema(**how)
        schema["components"]["schemas"]["Refusal"] = REFUSAL
        for methods in schema["paths"].values():
            for operation in methods.values():
                operation["responses"].setdefault("default", REFUSED)
        return schema


def build() -> NinjaAPI:
    """Assemble the API: each package offers ``router`` in its ``api``; a business app is under its key."""
    api = DocumentedAPI(
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
