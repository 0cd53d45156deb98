"""The order in which a request is dressed: request id and metrics, then its tenant."""

from __future__ import annotations

from django.db import connection
from django.http import HttpRequest, HttpResponse, HttpResponseNotFound
from django_tenants.middleware.main import TenantMainMiddleware

from tongbao.kit.api import JsonErrorsMiddleware
from tongbao.kit.observability import ObservabilityMiddleware

__all__ = ["JsonErrorsMiddleware", "ObservabilityMiddleware", "TenantMiddleware"]

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
        return HttpResponseNotFound(
            "There is no shop at this address. 此地址没有店铺。\n", content_type="text/plain"
        )
