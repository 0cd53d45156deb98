"""``/healthz``, ``/readyz`` and ``/metrics``: for machines, on any host name, without a tenant."""

from __future__ import annotations

import logging
import secrets
import time
from collections.abc import Callable, Iterator
from functools import lru_cache
from importlib.metadata import version
from typing import Any, TypeVar

from django.db import DatabaseError, connection
from django.db.migrations.loader import MigrationLoader
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.urls import path
from django.views.decorators.http import require_safe
from django_tenants.utils import get_public_schema_name

from tongbao.config.environment import environment
from tongbao.kit.observability import Reading, exposition
from tongbao.mall.contracts import OrderPaid
from tongbao.tenancy.contexts import tenant_context
from tongbao.tenancy.selectors import tenant_schemas

logger = logging.getLogger(__name__)

Answer = TypeVar("Answer")

# Asked about by several machines every few seconds; one answer serves them all.
REMEMBER_SECONDS = 5

BEHIND = """
SELECT name, count(*), count(*) FILTER (WHERE tries > 0), extract(epoch FROM clock_timestamp() - min(emitted_at))
FROM kit_outbox_event WHERE handled_at IS NULL GROUP BY name ORDER BY name
"""


@require_safe
def healthz(request: HttpRequest) -> HttpResponse:
    """The process answers. Says nothing of the database: restarting us would not mend that."""
    return JsonResponse({"ok": True})


@require_safe
def readyz(request: HttpRequest) -> HttpResponse:
    """Whether requests can be served: the database answers, and is at this version's state in every tenant."""
    why = _remembered("ready", _why_not_ready)
    answer = JsonResponse({"ready": not why, "why": why}, status=503 if why else 200)
    answer._has_been_logged = True  # type: ignore[attr-defined]  # as a warning that says why, not as our error
    return answer


@require_safe
def metrics(request: HttpRequest) -> HttpResponse:
    """Prometheus' view. In production it takes the token, since the figures are the operator's alone."""
    known = environment()
    wanted = known.metrics_token
    if wanted is None and known.is_production:
        return HttpResponse(
            "Set TONGBAO_METRICS_TOKEN, and send it as a bearer token, to read the metrics.\n",
            status=403,
            content_type="text/plain",
        )
    given = request.headers.get("Authorization", "").removeprefix("Bearer ")
    if wanted is not None and not secrets.compare_digest(given.encode(), wanted.encode()):
        answer = HttpResponse("The metrics need the bearer token.\n", status=401, content_type="text/plain")
        answer["WWW-Authenticate"] = "Bearer"
        return answer
    return exposition(lambda: _remembered("readings", lambda: list(_readings())))


def _why_not_ready() -> list[str]:
    try:
        expected = _migrations_of_this_version()
        behind = [schema for schema in _schemas() if expected - _migrations_in(schema)]
    except DatabaseError as error:
        logger.warning("not ready: %s", error)
        connection.close()
        return ["the database can't be reached, or has not been set up: run `tongbao migrate`"]
    if behind:
        # Names of tenants are nobody's business here.
        logger.warning("not ready: %s lack migrations", ", ".join(behind))
        return [f"{len(behind)} schemas are not at this version: run `tongbao migrate`"]
    return []


def _schemas() -> list[str]:
    return [get_public_schema_name(), *tenant_schemas()]


@lru_cache(maxsize=1)
def _migrations_of_this_version() -> frozenset[tuple[str, str]]:
    loader = MigrationLoader(None, ignore_no_migrations=True)
    replaced = {key for migration in loader.disk_migrations.values() for key in migration.replaces}
    return frozenset(loader.disk_migrations) - replaced


def _migrations_in(schema_name: str) -> set[tuple[str, str]]:
    with tenant_context(schema_name), connection.cursor() as cursor:
        cursor.execute("SELECT app, name FROM django_migrations")
        return {(app, name) for app, name in cursor.fetchall()}


def _readings() -> Iterator[Reading]:
    """How far the work is behind in each tenant, and what lies in the queue."""
    yield ("tongbao_info", "The version that runs.", ("version",), (version("tongbao"),), 1)
    try:
        with tenant_context(get_public_schema_name()), connection.cursor() as cursor:
            cursor.execute(
                "SELECT status::text, count(*) FROM procrastinate_jobs GROUP BY status ORDER BY status"
            )
            for status, count in cursor.fetchall():
                yield ("tongbao_jobs", "Jobs in the queue.", ("status",), (status,), count)
        for schema_name in tenant_schemas():
            with tenant_context(schema_name), connection.cursor() as cursor:
                cursor.execute(BEHIND)
                waiting = cursor.fetchall()
            yield from _lag(schema_name, waiting)
        yield ("tongbao_database_up", "Whether the database answered.", (), (), 1)
    except DatabaseError as error:
        logger.warning("no readings: %s", error)
        connection.close()
        yield ("tongbao_database_up", "Whether the database answered.", (), (), 0)


def _lag(schema_name: str, waiting: list[tuple[str, int, int, float]]) -> Iterator[Reading]:
    tenant = (schema_name,)
    settlement = max((float(age) for name, _, _, age in waiting if name == OrderPaid.name), default=0.0)
    yield (
        "tongbao_settlement_lag_seconds",
        "Age of the oldest paid order whose awards are not booked yet.",
        ("tenant",),
        tenant,
        settlement,
    )
    yield (
        "tongbao_outbox_lag_seconds",
        "Age of the oldest event that is not handled yet.",
        ("tenant",),
        tenant,
        max((float(age) for *_, age in waiting), default=0.0),
    )
    yield (
        "tongbao_outbox_waiting",
        "Events that are not handled yet.",
        ("tenant",),
        tenant,
        sum(count for _, count, _, _ in waiting),
    )
    yield (
        "tongbao_outbox_failing",
        "Events whose handling failed at least once and is tried again.",
        ("tenant",),
        tenant,
        sum(failing for _, _, failing, _ in waiting),
    )


_kept: dict[str, tuple[float, Any]] = {}


def _remembered(name: str, ask: Callable[[], Answer]) -> Answer:
    """The last answer while it is fresh."""
    until, answer = _kept.get(name, (0.0, None))
    if time.monotonic() >= until:
        answer = ask()
        _kept[name] = (time.monotonic() + REMEMBER_SECONDS, answer)
    return answer  # type: ignore[no-any-return]


def forget_answers() -> None:
    """Ask anew at the next look."""
    _kept.clear()


health_urls = [path("healthz", healthz), path("readyz", readyz), path("metrics", metrics)]
