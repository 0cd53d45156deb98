"""The order in which a request is dressed: its real address, request id and metrics, then its tenant."""

from __future__ import annotations

from collections.abc import Callable

from django.conf import settings
from django.core.exceptions import MiddlewareNotUsed
from django.db import connection
from django.http import HttpRequest, HttpResponse, HttpResponseNotFound
from django_tenants.middleware.main import TenantMainMiddleware

from tongbao.kit.api import JsonErrorsMiddleware
from tongbao.kit.observability import ObservabilityMiddleware

__all__ = ["JsonErrorsMiddleware", "ObservabilityMiddleware", "ProxyMiddleware", "TenantMiddleware"]


class ProxyMiddleware:
    """Behind a proxy, take the caller's address from it: rates are limited by address.

    The last entry of X-Forwarded-For is the one that our own proxy wrote; those before it are the caller's word.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        if not settings.ENVIRONMENT.behind_proxy:
            raise MiddlewareNotUsed
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        address = request.headers.get("X-Forwarded-For", "").rpartition(",")[2].strip()
        if address:
            request.META["REMOTE_ADDR"] = address
        return self.get_response(request)


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
