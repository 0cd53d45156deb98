"""What an operator sees from outside: an id, a log line and a measurement for every request, and ``/metrics``.

Measurements of the tenants (how far the work is behind) are questions to the database, asked when someone looks.
"""

from __future__ import annotations

import logging
import os
import re
import time
import uuid
from collections.abc import Callable, Iterable

from django.http import HttpRequest, HttpResponse
from django.urls import Resolver404, resolve
from prometheus_client import (
    CONTENT_TYPE_LATEST,
    CollectorRegistry,
    Counter,
    Histogram,
    generate_latest,
    multiprocess,
)
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.registry import Collector

from tongbao.kit.request_context import set_request_id

logger = logging.getLogger("tongbao.request")

# What a proxy in front may hand us as the id of a request.
REQUEST_ID = re.compile(r"[A-Za-z0-9_-]{8,64}")
# Asked every few seconds by machines; their lines would drown the others.
QUIET = frozenset(("/healthz", "/readyz", "/metrics"))

REQUESTS = Histogram(
    "tongbao_http_request_seconds",
    "Time from the first byte of a request to the answer, by route and status.",
    ["method", "route", "status"],
    buckets=(0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10),
)
REFUSALS = Counter(
    "tongbao_unexpected_errors_total",
    "Requests that ended in an error of ours (status 500 and above).",
    ["route"],
)

Reading = tuple[str, str, tuple[str, ...], tuple[str, ...], float]


class ObservabilityMiddleware:
    """Give every request an id, in the logs, the audit trail and the answer; measure it and log it."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        given = request.headers.get("X-Request-Id", "")
        request_id = given if REQUEST_ID.fullmatch(given) else uuid.uuid4().hex
        request.request_id = request_id  # type: ignore[attr-defined]
        set_request_id(request_id)
        begun = time.perf_counter()
        try:
            response = self.get_response(request)
            response["X-Request-Id"] = request_id
            self._observe(request, response, seconds=time.perf_counter() - begun)
            return response
        finally:
            set_request_id(None)

    @staticmethod
    def _observe(request: HttpRequest, response: HttpResponse, *, seconds: float) -> None:
        route, method, status = route_of(request), request.method or "", response.status_code
        REQUESTS.labels(method, route, str(status)).observe(seconds)
        if status >= 500:
            REFUSALS.labels(route).inc()
        level = logging.WARNING if status >= 500 else logging.INFO
        if request.path in QUIET:
            level = logging.DEBUG
        logger.log(
            level,
            "%s %s %s",
            method,
            request.path,
            status,
            extra={
                "method": method,
                "route": route,
                "status": status,
                "duration_ms": round(seconds * 1000, 1),
            },
        )


def route_of(request: HttpRequest) -> str:
    """The pattern that the request's path matched, so that there are as many routes as views, not as paths."""
    match = request.resolver_match
    if match is None and request.path in QUIET:
        try:
            match = resolve(request.path, urlconf=getattr(request, "urlconf", None))
        except Resolver404:
            match = None
    if match is None:
        return "static" if request.path.startswith(("/static/", "/media/")) else "unmatched"
    return "/" + (match.route or "").lstrip("/^")


class _Readings(Collector):
    """Gauges from a function that is asked at every look."""

    def __init__(self, read: Callable[[], Iterable[Reading]]) -> None:
        self.read = read

    def collect(self) -> Iterable[GaugeMetricFamily]:
        families: dict[str, GaugeMetricFamily] = {}
        for name, help_text, labels, values, number in self.read():
            family = families.setdefault(name, GaugeMetricFamily(name, help_text, labels=labels))
            family.add_metric(values, number)
        return families.values()


def exposition(read: Callable[[], Iterable[Reading]]) -> HttpResponse:
    """All measurements in Prometheus' text format: this process' (or all web processes') and the readings."""
    registry = CollectorRegistry()
    if os.environ.get("PROMETHEUS_MULTIPROC_DIR"):
        multiprocess.MultiProcessCollector(registry)  # type: ignore[no-untyped-call]
    else:
        for metric in (REQUESTS, REFUSALS):
            registry.register(metric)
    registry.register(_Readings(read))
    return HttpResponse(generate_latest(registry), content_type=CONTENT_TYPE_LATEST)
