"""The order in which a request is dressed: request id and metrics, then its tenant."""

from __future__ import annotations

import re
import uuid
from collections.abc import Callable

from django.db import connection
from django.http import HttpRequest, HttpResponse, HttpResponseNotFound
from django_tenants.middleware.main import TenantMainMiddleware

from tongbao.kit.request_context import set_request_id

# What a proxy in front may hand us as the id of a request.
REQUEST_ID = re.compile(r"[A-Za-z0-9_-]{8,64}")


class ObservabilityMiddleware:
    """Give every request an id, in the logs, the audit trail and the answer."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        given = request.headers.get("X-Request-Id", "")
        request_id = given if REQUEST_ID.fullmatch(given) else uuid.uuid4().hex
        request.request_id = request_id  # type: ignore[attr-defined]
        set_request_id(request_id)
        try:
            response = self.get_response(request)
            response["X-Request-Id"] = request_id
            return response
        finally:
            set_request_id(None)


# Answered for any host: they say nothing about a tenant.
HOSTLESS = ("/healthz", "/readyz", "/metrics")


class TenantMiddleware(TenantMainMiddleware):
    """Host name → tenant; an unknown host gets a plain 404, health checks work everywhere."""

    def process_request(self, request: HttpRequest) -> HttpResponse | None:
        if request.path in HOSTLESS:
            connection.set_schema_to_public()
            request.urlconf = "tongbao.config.urls_public"
            return None
        answer: HttpResponse | None = super().process_request(request)
        return answer

    def no_tenant_found(self, request: HttpRequest, hostname: str) -> HttpResponse:
        return HttpResponseNotFound("There is no shop at this address. 此地址没有店铺。\n", content_type="text/plain")
